//! What the gate makes of texts and their pasts.

use std::fs;

use super::phrases::PHRASES;
use super::wording::wording;
use super::*;

/// Several paragraphs of plain terms.
fn terms() -> String {
    let clause = "You keep all rights in the photos that you share through our service, and you give us permission to \
                  store them for as long as you keep your account. ";
    format!("# Terms of Service\n\n{}", clause.repeat(40))
}

fn named(reasons: &[Reason]) -> Vec<&str> {
    reasons.iter().map(|reason| reason.rule.as_str()).collect()
}

#[test]
fn every_row_of_phrases_knows_its_example() {
    for row in PHRASES.iter() {
        let reasons = suspicions(&row.example, &[terms()]);

        assert!(named(&reasons).contains(&row.rule), "{} {}: {reasons:?}", row.rule, row.language);
        let first = suspicions(&row.example, &[]);
        assert!(named(&first).contains(&row.rule), "{} {}: {first:?}", row.rule, row.language);
        let seen = row.phrases.iter().any(|phrase| wording(&row.example).contains(phrase));
        assert!(seen, "{} {}", row.rule, row.language);
    }
}

#[test]
fn every_rule_of_phrases_speaks_the_seven_languages() {
    for rule in RULES.iter().filter(|rule| rule.reads_phrases()) {
        for language in ["en", "fr", "de", "es", "it", "pt", "nl"] {
            let speaks = PHRASES.iter().any(|row| row.rule == rule.name && row.language.ends_with(language));
            assert!(speaks, "{} says nothing in {language}", rule.name);
        }
    }
}

#[test]
fn phrases_are_written_as_texts_are_read() {
    for row in PHRASES.iter() {
        for phrase in &row.phrases {
            assert_eq!(wording(phrase), *phrase);
        }
    }
}

#[test]
fn terms_that_change_a_clause_are_clear() {
    let changed = terms().replace("as long as you keep your account", "a year");

    assert_eq!(suspicions(&changed, &[terms()]), []);
}

#[test]
fn a_whole_terms_may_name_a_sign_in_in_passing() {
    let changed = terms() + "If you have forgotten your password, click on “Forgot your password?”.";

    assert_eq!(suspicions(&changed, &[terms()]), []);
    assert_eq!(suspicions(&changed, &[]), []);
}

#[test]
fn a_phrase_that_was_there_before_is_usual() {
    let short = "# Imprint\n\nExample Ltd, 1 Example Street, Example Town. To write to us, please sign in, or send a \
                 letter to the address above, or call us during the day.";

    assert_eq!(suspicions(&short.replace('1', "2"), &[short.to_owned()]), []);
}

#[test]
fn a_long_page_that_begins_with_an_error_is_a_suspect() {
    let reasons = suspicions(&format!("# Page not found\n\n{}", terms()), &[terms()]);

    assert_eq!(named(&reasons), ["not-found"]);
    assert_eq!(in_words(&reasons[0]), "a page that says it is not there (en): “page not found”");
}

#[test]
fn a_collapse_is_told_with_both_lengths() {
    let past = [terms(), terms(), terms()];
    let part: String = terms().chars().take(1_500).collect();

    let reasons = suspicions(&part, &past);

    assert_eq!(named(&reasons), ["collapsed"]);
    assert_eq!(in_words(&reasons[0]), "1497 characters, 25 % of the usual 5976");
    assert!(Config::default().believes_what_stands(&reasons));
}

#[test]
fn what_is_almost_nothing_waits_for_a_person_unless_it_is_all_there_ever_was() {
    let emptied = suspicions("Loading", &[terms()]);
    let first = suspicions("Example Ltd, 1 Example Street", &[]);
    let still = suspicions("Example Ltd, 2 Example Street", &["Example Ltd, 1 Example Street".to_owned()]);

    assert_eq!(named(&emptied), ["emptied", "collapsed"]);
    assert!(!Config::default().believes_what_stands(&emptied));
    assert_eq!(named(&first), ["short"]);
    assert!(Config::default().believes_what_stands(&first));
    assert_eq!(still, []);
}

#[test]
fn a_remnant_of_a_long_text_waits_for_a_person() {
    let notice =
        "Our terms have moved into the help pages, where articles by topic tell what they told before. ".repeat(2);

    let reasons = suspicions(&notice, &[terms(), terms()]);

    assert_eq!(named(&reasons), ["remnant", "collapsed"]);
    assert_eq!(in_words(&reasons[0]), "187 characters are left of 5976");
    assert!(!Config::default().believes_what_stands(&reasons));
}

#[test]
fn a_front_page_full_of_links_is_measured_with_them() {
    let links = "* [Fashion](https://shop.example/women/fashion/spring?campaign=front&position=1)\n".repeat(400);

    assert_eq!(named(&suspicions(&links, &[terms()])), ["blown-up"]);
}

#[test]
fn a_short_policy_may_say_once_that_it_cares_about_privacy() {
    let policy = |year: u32| {
        let clause = "Cookies are small texts that your browser keeps for us, so that we know you again. ";
        format!("# Cookie Policy\n\nWe care about your privacy\n\nLast updated {year}\n\n{}", clause.repeat(20))
    };

    assert_eq!(suspicions(&policy(2026), &[policy(2021).replace("We care about your privacy", "")]), []);
}

#[test]
fn a_blow_up_is_a_suspect() {
    assert_eq!(named(&suspicions(&terms().repeat(3), &[terms()])), ["blown-up"]);
}

#[test]
fn another_language_is_a_suspect_unless_a_recent_version_was_in_it() {
    let german = "Sie behalten alle Rechte an den Fotos, die Sie über unseren Dienst mit anderen teilen, und erlauben \
                  uns, sie zu speichern, solange Sie Ihr Konto behalten. "
        .repeat(35);

    let reasons = suspicions(&german, &[terms()]);

    assert_eq!(named(&reasons), ["other-language"]);
    assert_eq!(in_words(&reasons[0]), "in German instead of English");
    assert_eq!(suspicions(&german, &[terms(), german.replace("Fotos", "Bilder")]), []);
}

#[test]
fn a_corrected_declaration_may_change_the_length_but_not_give_an_error_page() {
    let part: String = terms().chars().take(1_500).collect();

    assert_eq!(suspicions_of_upgrade(&part, &[terms()]), []);
    assert_eq!(named(&suspicions_of_upgrade("# Page not found", &[terms()])), ["not-found"]);
}

#[test]
fn the_documentation_lists_the_rules_as_they_are() {
    let page = fs::read_to_string("docs/gate.md").unwrap();

    let is_current = page.ends_with(&rules_as_markdown());

    assert!(is_current, "from `## Rules` on, docs/gate.md is the output of `fineprint held rules`");
}
