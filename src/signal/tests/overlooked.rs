//! Changes that look like nothing and count, each beside what looks alike and does not.

use super::{long_terms, verdict};
use crate::domain::ChangeKind;

/// Twenty clauses, and this line.
fn terms_with(line: &str) -> String {
    format!("{}{line}\n", long_terms(10))
}

fn assert_counts(cases: &[(&str, &str)], counts: bool) {
    for (old, new) in cases {
        let verdict = verdict(&terms_with(old), &terms_with(new));

        assert_eq!(verdict.significant, counts, "{old:?} to {new:?}: {verdict:?}");
    }
}

#[test]
fn a_figure_in_a_clause_is_no_counter_of_the_page() {
    let clauses = [
        ("Kündigung ist bis 14 Tage vor Vertragsende möglich.", "Kündigung ist bis 30 Tage vor Vertragsende möglich."),
        ("You may make 50 downloads per month.", "You may make 5 downloads per month."),
        ("You need 1,000 followers to earn money.", "You need 10,000 followers to earn money."),
        ("We delete what was posted 30 days ago.", "We delete what was posted 60 days ago."),
    ];
    let counters = [
        ("1,204 views", "1,305 views"),
        ("vor 3 Tagen", "vor 5 Tagen"),
        ("il y a 3 jours", "il y a 4 jours"),
        ("12 out of 15 people found this helpful", "13 out of 16 people found this helpful"),
        ("By Anna, 7 min read", "By Anna, 8 min read"),
    ];

    assert_counts(&clauses, true);
    assert_counts(&counters, false);
}

#[test]
fn a_figure_beside_a_reference_is_no_reference() {
    let clauses = [
        ("Under Section 4, 30 days of notice are due.", "Under Section 4, 90 days of notice are due."),
        ("La comisión no supera 3 %.", "La comisión no supera 9 %."),
        ("Sections 4 and 30 days of notice apply.", "Sections 4 and 90 days of notice apply."),
        ("This article may apply to you.", "This article can apply to you."),
    ];
    let references = [
        ("Sections 4 and 5 survive.", "Sections 4 and 6 survive."),
        ("You may opt out under Section 13(9) below.", "You may opt out under Section 13(10) below."),
        ("See Section 4 (b) of these terms.", "See Section 4 (c) of these terms."),
    ];

    assert_counts(&clauses, true);
    assert_counts(&references, false);
}

/// A row for each label, with its value below.
fn grid(rows: &[(&str, &str)]) -> String {
    rows.iter().map(|(label, value)| format!("{label}\n\n{value}\n\n")).collect()
}

#[test]
fn a_value_below_another_label_counts() {
    let sharing = [("For marketing", "No"), ("With affiliates", "No"), ("For research", "Yes"), ("By law", "Yes")];
    let told = |changed: &[(usize, &'static str)]| {
        let mut rows = sharing;
        changed.iter().for_each(|(at, value)| rows[*at].1 = value);
        terms_with(&grid(&rows))
    };
    let (one, swapped) = (told(&[(1, "Yes")]), told(&[(1, "Yes"), (2, "No")]));

    for new in [one, swapped] {
        let verdict = verdict(&told(&[]), &new);

        assert_eq!((verdict.kind, verdict.significant), (ChangeKind::Substantive, true), "{verdict:?}");
        assert_eq!(verdict.reasons[0].rule, "value-moved");
        assert_eq!(verdict.reasons[0].seen, ["Yes", "With affiliates"]);
    }
}

#[test]
fn a_time_or_a_price_below_another_label_counts() {
    let cookies = |login: &str, ads: &str| {
        terms_with(&format!("Login cookie\n\nDuration\n\n{login}\n\nAd cookie\n\nDuration\n\n{ads}\n\nEnd\n"))
    };
    let plans = |small: &str, large: &str| terms_with(&grid(&[("Small plan", small), ("Large plan", large)]));
    let dated = |date: &str, terms: &str| format!("Last updated: {date}\n\n{terms}");

    assert!(verdict(&cookies("30 days", "2 years"), &cookies("2 years", "30 days")).significant);
    assert!(verdict(&plans("$5", "$10"), &plans("$10", "$5")).significant);
    let dated_anew = verdict(&dated("1 May 2024", &plans("$5", "$10")), &dated("1 June 2025", &plans("$10", "$5")));
    assert_eq!(dated_anew.reasons[0].rule, "value-moved");
}

#[test]
fn values_that_move_with_their_labels_do_not_count() {
    let one = [("For marketing", "No"), ("With affiliates", "No"), ("For research", "Yes"), ("By law", "Yes")];
    let other = [one[2], one[0], one[3], one[1]];
    let (one, other) = (terms_with(&grid(&one)), terms_with(&grid(&other)));
    let twice = format!("{one}{one}");

    assert_eq!(verdict(&one, &other).kind, ChangeKind::Reorder);
    assert_eq!(verdict(&one, &twice).kind, ChangeKind::Formatting);
    assert_eq!(verdict(&twice, &one).kind, ChangeKind::Formatting);
}

#[test]
fn words_that_move_to_another_clause_count() {
    let clauses = |name: &str, address: &str| {
        format!(
            "We share your name with our partners in Europe{name}. We share your postal address with agencies abroad{address}."
        )
    };
    let limit = " only with your consent";
    let within = (
        "We share your name, where the law allows it, with our partners.",
        "We share your name with our partners, where the law allows it.",
    );

    assert_counts(&[(&clauses(limit, ""), &clauses("", limit))], true);
    assert_counts(&[within], false);
}

#[test]
fn a_clause_about_what_is_not_available_is_no_outage() {
    let terms = long_terms(10);
    let clause = "This service is not available in your country any more from May on.";

    let above = verdict(&terms, &format!("{clause}\n\n{terms}"));
    let instead = verdict(&terms, &format!("{clause}\n\nChoose another country. {}", "There is more. ".repeat(30)));
    let failed = verdict(&terms, &format!("# Service unavailable\n\n{terms}"));

    assert_eq!((above.kind, above.significant), (ChangeKind::Substantive, true), "{above:?}");
    assert_eq!((instead.kind, failed.kind), (ChangeKind::Outage, ChangeKind::Boilerplate));
}

#[test]
fn an_item_with_a_word_of_a_control_counts() {
    let list = |item: &str| format!("We collect:\n\n* Name\n* Payment data\n{item}");
    let add = |item: &str| verdict(&terms_with(&list("")), &terms_with(&list(&format!("* {item}\n"))));
    let above = |line: &str| verdict(&terms_with("End"), &format!("{line}\n\n{}", terms_with("End")));

    for item in ["Search history", "Home address", "App store purchases", "Language", "Press interviews"] {
        assert!(add(item).significant, "{item}");
    }
    for control in ["Log in", "Search", "Print this page"] {
        assert!(!add(control).significant, "{control}");
    }
    for line in ["Close menu", "Print this page", "Share", "Download PDF"] {
        assert_eq!(above(line).kind, ChangeKind::Boilerplate, "{line}");
    }
    assert!(above("Search history").significant);
}

#[test]
fn a_word_that_looks_alike_is_no_slip_of_typing() {
    let clauses = [
        (
            "We may make charges to your account. Changes are told. We change it.",
            "We may make changes to your account. Changes are told. We change it.",
        ),
        (
            "The contract ends. A contact is named. Each contact is told.",
            "The contact ends. A contact is named. Each contact is told.",
        ),
        (
            "The employer pays. An employee works. The employee rests.",
            "The employee pays. An employee works. The employee rests.",
        ),
        (
            "It is prescribed. What is proscribed is so. So is all proscribed.",
            "It is proscribed. What is proscribed is so. So is all proscribed.",
        ),
    ];
    let slips = [
        ("It conserns you. What concerns us concerns you.", "It concerns you. What concerns us concerns you."),
        ("You recieve it. You receive this. We receive that.", "You receive it. You receive this. We receive that."),
    ];

    assert_counts(&clauses, true);
    assert_counts(&slips, false);
}
