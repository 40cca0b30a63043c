//! Texts that come back: changes taken back are told from texts that take turns.

use super::{on_days, verdict};
use crate::domain::{ChangeKind, Verdict};

const SHORT: &str = "We keep your data for a month. See [help](https://a.example/1).";
const LONG: &str = "We keep your data for a year. See [help](https://a.example/1).";
const LONGER: &str = "We keep your data for a year. We sell it. See [help](https://a.example/1).";

fn last(texts: &[(u64, &str)]) -> Verdict {
    on_days(texts).pop().unwrap()
}

fn is_news(verdict: &Verdict) -> bool {
    (verdict.kind, verdict.significant) == (ChangeKind::RealRevert, true)
}

#[test]
fn a_change_that_stood_for_a_month_and_is_taken_back_is_news() {
    assert!(is_news(&last(&[(0, SHORT), (10, LONG), (48, SHORT)])));

    let after_days = last(&[(0, SHORT), (10, LONG), (12, SHORT)]);
    assert_eq!((after_days.kind, after_days.significant), (ChangeKind::Blink, false));
}

#[test]
fn a_change_is_taken_back_also_with_another_link() {
    let linked = SHORT.replace("example/1", "example/2");

    let verdict = last(&[(0, SHORT), (10, LONG), (1100, &linked)]);

    assert!(is_news(&verdict));
    assert_eq!(verdict.reasons[0].rule, "words-taken-back");
}

#[test]
fn a_change_is_taken_back_also_where_links_changed_after_it() {
    let linked = LONG.replace("example/1", "example/2");

    assert!(is_news(&last(&[(0, SHORT), (10, LONG), (20, &linked), (100, SHORT)])));
}

#[test]
fn several_changes_are_taken_back_after_long() {
    assert!(is_news(&last(&[(0, SHORT), (10, LONG), (400, LONGER), (800, SHORT)])));

    assert_eq!(last(&[(0, SHORT), (10, LONG), (400, LONGER), (440, SHORT)]).kind, ChangeKind::Blink);
}

#[test]
fn a_change_that_is_taken_back_but_for_a_detail_counts() {
    assert!(!verdict("We keep organised data.", "We keep organized data.").significant);
    let (british, american) = (SHORT.replace("data", "organised data"), SHORT.replace("data", "organized data"));

    let verdicts = on_days(&[(0, &british), (10, LONGER), (100, &american)]);

    assert!(verdicts[1].significant && verdicts[2].significant, "{:?}", verdicts[2]);
}

#[test]
fn texts_that_take_turns_are_no_news_however_slowly() {
    let verdicts = on_days(&[(0, SHORT), (60, LONG), (62, SHORT), (200, LONG), (400, SHORT)]);

    assert!(verdicts[2..].iter().all(|verdict| verdict.kind == ChangeKind::Blink), "{verdicts:?}");
}

#[test]
fn a_change_that_did_not_count_is_taken_back_without_a_word() {
    let dated = |year: u32| format!("Last updated: 1 May {year}\n\n{SHORT}");

    let verdict = last(&[(0, &dated(2024)), (10, &dated(2025)), (500, &dated(2024))]);

    assert!(!verdict.significant, "{verdict:?}");
}
