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
fn what_was_only_added_or_removed_did_not_become_anything() {
    let told = |old, new| {
        let reason = verdict(old, new).reasons.remove(0);
        [explained(&reason, Language::English), explained(&reason, Language::French)]
    };
    let (without, with) =
        ("We answer critical tickets in 30 minutes.", "We answer critical tickets of customers in 30 minutes.");

    assert_eq!(told(without, with), ["“of customers” was added.", "«\u{a0}of customers\u{a0}» a été ajouté."]);
    assert_eq!(told(with, without), ["“of customers” was removed.", "«\u{a0}of customers\u{a0}» a été retiré."]);
}

#[test]
fn every_sentence_about_what_something_became_has_a_form_for_nothing() {
    for sentence in TABLE.iter().flat_map(|rule| [rule.english, rule.french]) {
        let form = super::one_sided(sentence, &["–".into(), "x".into()]);

        let speaks_of_nothing = form.contains("became") || form.contains("est devenu ");
        assert!(!speaks_of_nothing || form.contains("shown address"), "{form}");
    }
}

#[test]
fn both_languages_name_the_same_things() {
    let named = |sentence: &str| (0..4).filter(|at| sentence.contains(&format!("{{{at}}}"))).collect::<Vec<_>>();

    for rule in TABLE {
        assert_eq!(named(rule.english), named(rule.french), "{}", rule.name);
    }
}
