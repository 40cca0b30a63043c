//! Every row of the table speaks of its own cases, and its reasons can be told.

use std::collections::BTreeSet;

use super::{Asks, Language, TABLE, explained};
use crate::signal::tests::verdict;

#[test]
fn every_rule_speaks_first_of_its_cases() {
    for rule in TABLE {
        for (old, new) in rule.cases {
            let verdict = verdict(old, new);

            assert_eq!(verdict.reasons[0].rule, rule.name, "{old:?} to {new:?}: {verdict:?}");
            assert_eq!((verdict.kind, verdict.significant), (rule.kind, rule.is_significant()), "{}", rule.name);
        }
    }
}

#[test]
fn every_rule_that_asks_about_places_has_a_case() {
    let without = TABLE.iter().filter(|rule| matches!(rule.asks, Asks::Hunk(_)) && rule.cases.is_empty());

    assert_eq!(without.map(|rule| rule.name).collect::<Vec<_>>(), Vec::<&str>::new());
}

#[test]
fn names_of_rules_are_their_own() {
    let names: BTreeSet<&str> = TABLE.iter().map(|rule| rule.name).collect();

    assert_eq!(names.len(), TABLE.len());
}

#[test]
fn reasons_are_told_in_both_languages_with_what_was_seen() {
    let reason = verdict("The fee is 5 euros.", "The fee is 7 euros.").reasons.remove(0);

    assert_eq!(explained(&reason, Language::English), "5 became 7.");
    assert_eq!(explained(&reason, Language::French), "5 est devenu 7.");
}

#[test]
fn both_languages_name_the_same_things() {
    let named = |sentence: &str| (0..4).filter(|at| sentence.contains(&format!("{{{at}}}"))).collect::<Vec<_>>();

    for rule in TABLE {
        assert_eq!(named(rule.english), named(rule.french), "{}", rule.name);
    }
}
