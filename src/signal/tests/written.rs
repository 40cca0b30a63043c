//! What is only written otherwise and does not count, beside what looks alike and does.

use super::{history, kinds, long_terms, on_days, verdict};
use crate::domain::{ChangeKind, Verdict};

/// Whether a change of a line among clauses counts.
fn counts(old: &str, new: &str) -> bool {
    of_line(old, new).significant
}

fn of_line(old: &str, new: &str) -> Verdict {
    let terms = long_terms(10);
    verdict(&format!("{terms}{old}\n\n{terms}"), &format!("{terms}{new}\n\n{terms}"))
}

#[test]
fn a_document_that_is_added_with_its_date_dates_nothing() {
    let addendum = "* Brazil Addendum at acme.example/brazil/ (dated 16 August 2020)";

    assert!(counts("", addendum));
    assert!(counts(addendum, ""));
    assert!(counts("", "We have kept your data since 2021."));
    assert!(counts("", "Standard Contractual Clauses of 2021 bind our partners."));
    assert!(!counts("", "Last updated on 16 August 2020"));
    assert!(!counts("We updated our Privacy Policy on June 16, 2025.", ""));
    assert!(!counts("Data: 1 maggio 2023", "Data: 2 giugno 2024"));
}

#[test]
fn whom_a_text_is_in_force_for_is_no_date() {
    let line = "Effective May 5, 2024 for the EEA";

    assert!(counts(line, "Effective May 5, 2024 for the EEA and Switzerland"));
    assert!(!counts(line, "Effective June 6, 2025 for the EEA"));
    assert!(!counts("Last Updated: May 5, 2024", "Effective: May 5, 2024"));
}

#[test]
fn a_short_line_with_other_spaces_or_hyphens_says_the_same() {
    assert!(!counts("ACME PRIVACY NOTICE", "ACMEPRIVACY NOTICE"));
    assert!(!counts("**Your e-mail**", "**Your email**"));
    assert!(!counts(
        "Terms of the LakeEffective Date: March 16, 2017",
        "Terms of the Lake\n-----\n\n### Effective Date: March 16, 2017"
    ));
    assert!(counts("**Your e-mail**", "**Your e-wallet**"));
}

#[test]
fn a_mark_within_a_figure_is_no_space() {
    assert!(counts("The rate is 1.5 percent a month.", "The rate is 15 percent a month."));
    assert!(counts("You wait for 1-2 days at most.", "You wait for 12 days at most."));
    assert!(!counts("You may win up to 36,982.92 crowns.", "You may win up to 36 982,92 crowns."));
    assert!(!counts("You may win up to 10,000 crowns.", "You may win up to 10000 crowns."));
}

#[test]
fn characters_that_nobody_sees_say_nothing() {
    let new = "Trade\u{200c}marks\u{200b}\u{feff}\u{200d} of the Lake\u{2060}\u{200c}.";

    assert_eq!(verdict("Trademarks of the Lake.", new).kind, ChangeKind::Formatting);
}

#[test]
fn the_title_of_a_link_may_go_on_in_the_next_line() {
    let languages =
        |share: u8| format!("Terms.\n\n* [فارسی](https://acme.example/fa \"\n    سیاست ({share}% translated)\")");

    assert_eq!(verdict(&languages(36), &languages(38)).kind, ChangeKind::Links);
    assert!(verdict("See [this](a\n\nWe wait 36 days) now.", "See [this](a\n\nWe wait 38 days) now.").significant);
}

#[test]
fn tags_of_html_that_a_page_has_as_text_say_nothing() {
    let linked = |page: &str| format!("<a class=\"b\" href=\"https://acme.example/{page}\">Read this</a> now.");

    assert!(!counts("Keep it.", "<div class=\"menu open\" data-name=\"find\">Keep it.</div>"));
    assert_eq!(of_line(&linked("one"), &linked("two")).kind, ChangeKind::Links);
    assert!(counts(&linked("one"), &linked("one").replace("Read", "Sign")));
}

#[test]
fn a_mailbox_ends_at_any_kind_of_space() {
    let old = "Write to law@acme.example.\u{a0}Such a letter must be signed by you.";
    let new = "Write to [law@acme.example](mailto:law@acme.example). Such a letter must be signed by you.";

    assert!(!counts(old, new));
}

#[test]
fn the_year_of_another_page_is_not_one_of_the_terms() {
    let linked = |year: u16| format!("[Requests of readers in {year}](https://acme.example/requests-{year})");

    assert!(!counts(&linked(2021), &linked(2022)));
    assert!(counts("These terms bind you until 2021.", "These terms bind you until 2022."));
}

#[test]
fn the_number_of_an_item_counts_where_it_is_a_figure() {
    assert!(!counts(
        "It names: 1. What was taken; 2. Where it is.",
        "It names:\n\n1. What was taken;\n2. Where it is."
    ));
    assert!(counts("We wait for 2. Then we write to you.", "We wait. Then we write to you."));
}

#[test]
fn a_notice_of_maintenance_above_a_text_that_is_there_is_no_outage() {
    let terms = long_terms(10);
    let notice = "No orders are taken during scheduled maintenance on Friday. Sorry for that.";

    let above = verdict(&terms, &format!("{notice}\n\n{terms}"));
    let instead = verdict(&terms, &format!("{notice}\n\n{}", &terms[..terms.len() / 2]));

    assert_eq!(kinds(&[above, instead]), [ChangeKind::Boilerplate, ChangeKind::Outage]);
}

#[test]
fn an_earlier_text_is_named_by_a_day_that_is_not_later() {
    let (one, other) = ("We keep logs.", "We keep logs and sell them.");

    let verdicts = on_days(&[(0, other), (9, one), (12, other), (10, one), (11, other)]);

    assert_eq!(verdicts[4].reasons[0].seen, ["1970-01-01"]);
}

#[test]
fn terms_that_stay_in_another_language_are_compared_with_themselves() {
    let german =
        "Wir speichern Ihre Daten nur so lange, wie es nötig ist, und geben sie nicht an andere weiter. ".repeat(12);
    let english = |days: u8| {
        let kept =
            "We keep your data only for as long as we need it, and we never hand it over to anybody else. ".repeat(12);
        format!("{kept}\n\nYou may leave within {days} days. See [help](https://acme.example/{days}).")
    };
    let linked = english(30).replace("example/30", "example/other");

    let verdicts = history(&[&german, &english(30), &linked, &english(14)]);

    assert_eq!(
        kinds(&verdicts)[1..],
        [ChangeKind::Outage, ChangeKind::Links, ChangeKind::DatesNumbers],
        "{verdicts:?}"
    );
}

#[test]
fn an_empty_page_after_an_empty_page_is_still_an_outage() {
    let terms = long_terms(30);

    let verdicts = history(&[&terms, "Loading", "Please wait", &terms]);

    assert_eq!(kinds(&verdicts)[1..], [ChangeKind::Outage, ChangeKind::Outage, ChangeKind::Recovery]);
}
