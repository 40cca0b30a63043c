//! What the rules say of small histories: the cases that are easy to get wrong.

use chrono::{DateTime, Days};

use super::{Earlier, Hash, Past, Text, judge};
use crate::domain::{ChangeKind, Kind, Verdict};

mod hostile;
mod overlooked;
mod reversals;
mod written;

/// The verdict on the second of two texts.
pub fn verdict(old: &str, new: &str) -> Verdict {
    history(&[old, new]).pop().unwrap()
}

/// The verdicts on texts recorded one after the other, a day apart.
fn history(texts: &[&str]) -> Vec<Verdict> {
    every(1, texts)
}

/// The verdicts on texts recorded one after the other, some days apart.
fn every(days: u64, texts: &[&str]) -> Vec<Verdict> {
    let dated: Vec<(u64, &str)> = texts.iter().enumerate().map(|(at, text)| (days * at as u64, *text)).collect();
    on_days(&dated)
}

/// The verdicts on texts, each recorded on a day.
fn on_days(texts: &[(u64, &str)]) -> Vec<Verdict> {
    let mut earlier: Vec<Earlier> = Vec::new();
    let mut verdicts = Vec::new();
    for (at, (day, text)) in texts.iter().enumerate() {
        let date = DateTime::UNIX_EPOCH.checked_add_days(Days::new(*day)).unwrap();
        let recall =
            |hash: &Hash| texts.iter().find(|(_, text)| hash_of(text) == *hash).map(|(_, text)| (*text).to_owned());
        let past = Past { hash: hash_of(text), recorded: Kind::Change, date, earlier: &earlier, recall: &recall };
        let (old, new) = (Text::new(texts[at.saturating_sub(1)].1.to_owned()), Text::new((*text).to_owned()));
        let verdict = judge(&old, &new, &past);
        let (kind, significant) = (verdict.kind, verdict.significant);
        earlier.push(Earlier { hash: hash_of(text), gist: new.gist(), date, kind, significant });
        verdicts.push(verdict);
    }
    verdicts
}

fn hash_of(text: &str) -> Hash {
    use sha1::{Digest, Sha1};
    Sha1::digest(text.as_bytes()).into()
}

fn kinds(verdicts: &[Verdict]) -> Vec<ChangeKind> {
    verdicts.iter().map(|verdict| verdict.kind).collect()
}

/// Terms of many sections, each with clauses of its own.
fn long_terms(sections: usize) -> String {
    let section = |at: usize| {
        format!(
            "## {at}. Duty number {at}\n\nThe user must keep item {at} safe, and we may ask for item {at} within 130 days. \
             Whoever breaks duty {at} pays for the damage that comes of it.\n\n"
        )
    };
    (1..=sections).map(section).collect()
}

#[test]
fn one_digit_changed_in_a_long_text_counts() {
    let old = long_terms(2500);
    assert!(old.len() > 400_000);
    let new = old.replacen("item 1234 within 130 days", "item 1234 within 30 days", 1);

    let verdict = verdict(&old, &new);

    assert_eq!((verdict.kind, verdict.significant), (ChangeKind::DatesNumbers, true));
    assert_eq!(verdict.reasons[0].seen, ["130", "30"]);
}

#[test]
fn may_and_may_not_are_not_the_same() {
    let verdict = verdict("You may resell the service.", "You may not resell the service.");

    assert_eq!((verdict.kind, verdict.significant), (ChangeKind::Substantive, true));
    assert_eq!(verdict.reasons[0].rule, "negation");
}

#[test]
fn a_short_clause_with_a_word_that_controls_use_counts() {
    let clauses = [
        ("You may search the archive.", "You may not search the archive."),
        ("We share your name.", "We share your name and address."),
        ("You may update your version.", "We may update your version."),
        ("| Logs | 13 months |", "| Logs | 14 months |"),
        ("* 16", "* 13"),
    ];

    for (old, new) in clauses {
        assert!(verdict(old, new).significant, "{old} {new}: {:?}", verdict(old, new));
    }
}

#[test]
fn a_clause_that_moved_and_was_altered_at_once_counts() {
    let clause = "We keep your messages for as long as your account is open.";
    let old = format!("{clause}\n\n{}", long_terms(5));
    let new = format!("{}\n\n{}", long_terms(5), clause.replace("messages", "messages and contacts"));

    let verdict = verdict(&old, &new);

    assert_eq!((verdict.kind, verdict.significant), (ChangeKind::Substantive, true));
    assert!(verdict.reasons[0].seen.contains(&"and contacts".to_owned()), "{verdict:?}");
}

#[test]
fn a_clause_that_only_moved_does_not_count() {
    let clause = "We keep your messages for as long as your account is open.";

    let verdict = verdict(&format!("{clause}\n\n{}", long_terms(5)), &format!("{}\n\n{clause}", long_terms(5)));

    assert_eq!((verdict.kind, verdict.significant), (ChangeKind::Reorder, false));
}

#[test]
fn another_currency_counts() {
    for (old, new) in [("It costs $10 a month.", "It costs €10 a month."), ("It costs 10 USD.", "It costs 10 EUR.")] {
        assert!(verdict(old, new).significant, "{old} {new}");
    }
}

#[test]
fn the_last_paragraph_deleted_counts() {
    let old = long_terms(30) + "You may complain to the authority of your country.";

    let verdict = verdict(&old, &long_terms(30));

    assert_eq!((verdict.kind, verdict.significant), (ChangeKind::Substantive, true));
}

#[test]
fn one_word_changed_among_rewritten_links_counts() {
    let page = |host: &str, word: &str| -> String {
        let line = |at: usize| format!("See [topic {at}](https://{host}.example/{at}?session=1) for more.\n\n");
        (0..200).map(line).collect::<String>() + &format!("We {word} your data.")
    };

    let links_only = verdict(&page("old", "store"), &page("new", "store"));
    let with_a_word = verdict(&page("old", "store"), &page("new", "publish"));

    assert_eq!((links_only.kind, links_only.significant), (ChangeKind::Links, false));
    assert_eq!((with_a_word.kind, with_a_word.significant), (ChangeKind::Substantive, true));
}

#[test]
fn a_change_of_one_of_two_alternating_texts_counts_and_their_flips_do_not() {
    let european = "We keep your data. You have the right to have it deleted within 30 days.";
    let american = "We keep your data. Californians may ask us not to sell it.";
    let changed = "We keep your data and your location. Californians may ask us not to sell it.";

    let verdicts = history(&[european, american, european, american, european, changed, european, changed]);

    let counted: Vec<bool> = verdicts.iter().map(|verdict| verdict.significant).collect();
    assert_eq!(counted, [false, true, false, false, false, true, false, false]);
    assert_eq!(verdicts[3].kind, ChangeKind::Blink);
}

#[test]
fn a_variant_with_other_links_is_still_the_variant() {
    let european = "We keep your data. You have the right to have it deleted.";
    let american = |token: u32| {
        format!("We keep your data. [Californians](https://a.example/?{token}) may ask us not to sell it.")
    };

    let verdicts = history(&[european, &american(1), european, &american(2)]);

    assert_eq!(kinds(&verdicts[2..]), [ChangeKind::Blink, ChangeKind::Blink]);
}

#[test]
fn languages_without_spaces_and_other_scripts_are_judged_by_their_words() {
    let cases = [
        ("当社は利用者の情報を三十日間保存します。", "当社は利用者の情報を三百日間保存します。"),
        ("ユーザーは契約を解除できます。", "ユーザーは契約を解除できません。"),
        ("نحتفظ ببياناتك لمدة 30 يوما.", "نحتفظ ببياناتك لمدة 90 يوما."),
        ("يجوز لك بيع الخدمة.", "لا يجوز لك بيع الخدمة."),
        ("Wir dürfen Ihre Daten weitergeben.", "Wir dürfen Ihre Daten nicht weitergeben."),
        ("Die Kündigungsfrist beträgt 30 Tage.", "Die Kündigungsfrist beträgt 3 Monate."),
    ];

    for (old, new) in cases {
        assert!(verdict(old, new).significant, "{old} {new}");
    }
}

#[test]
fn a_clause_without_spaces_counts_beside_an_address() {
    let clause = |verb: &str| format!("当社は情報を{verb}。詳しくはhttps://a.example/privacyをご覧ください。");

    assert!(verdict(&clause("保存します"), &clause("販売します")).significant);
}

#[test]
fn a_line_that_dates_the_text_does_not_count_in_any_language() {
    let cases = [
        ("Last updated: January 5, 2024", "Last updated: March 6, 2025"),
        ("Effective 1 January 2024", "Effective 1 March 2025"),
        ("Dernière mise à jour : 5 janvier 2024", "Dernière mise à jour : 6 mars 2025"),
        ("Stand: 5. Januar 2024", "Stand: 6. März 2025"),
        ("Última actualización: 5 de enero de 2024", "Última actualización: 6 de marzo de 2025"),
        ("Ultimo aggiornamento: 5 gennaio 2024", "Ultimo aggiornamento: 6 marzo 2025"),
        ("Última atualização: 5 de janeiro de 2024", "Última atualização: 6 de março de 2025"),
        ("Laatst bijgewerkt: 5 januari 2024", "Laatst bijgewerkt: 6 maart 2025"),
        ("最終更新日：2024年1月5日", "最終更新日：2025年3月6日"),
    ];

    for (old, new) in cases {
        let verdict = verdict(&format!("{old}\n\nWe keep logs."), &format!("{new}\n\nWe keep logs."));

        assert_eq!((verdict.kind, verdict.significant), (ChangeKind::DatesNumbers, false), "{old}: {verdict:?}");
    }
}

#[test]
fn a_date_that_says_who_is_bound_counts() {
    let clause =
        |date: &str| format!("Last updated: May 2024\n\nThese terms apply to accounts made after {date} only.");

    assert!(verdict(&clause("1 May 2024"), &clause("1 June 2024")).significant);
}

#[test]
fn an_error_page_is_an_outage_and_what_follows_is_compared_with_what_was_before() {
    let terms = long_terms(30);
    let changed = terms.replacen("item 7 safe", "item 7 secret", 1);
    let error = "# Something went wrong\n\nPlease try again later.";

    let verdicts = history(&[&terms, error, &terms, error, &changed]);

    use ChangeKind::{First, Outage, Recovery, Substantive};
    assert_eq!(kinds(&verdicts), [First, Outage, Recovery, Outage, Substantive]);
    assert_eq!(verdicts[4].reasons[0].seen, ["safe", "secret"]);
}

#[test]
fn failures_are_known_in_many_languages() {
    let failures = [
        "Page not found",
        "Da ist wohl etwas schiefgegangen.",
        "Une erreur est survenue.",
        "Algo salió mal.",
        "Pagina non trovata",
        "Ocorreu um erro.",
        "Er is iets misgegaan.",
        "Verify you are human",
        "Loading",
    ];

    for failure in failures {
        let verdict = verdict(&long_terms(30), failure);

        assert_eq!((verdict.kind, verdict.significant), (ChangeKind::Outage, false), "{failure}");
    }
}

#[test]
fn another_language_is_an_outage() {
    let english =
        "We collect the data that you give us when you make an account, and we keep it as long as you use it. "
            .repeat(8);
    let german =
        "Wir erheben die Daten, die Sie uns geben, wenn Sie ein Konto anlegen, und bewahren sie so lange auf. "
            .repeat(8);

    assert_eq!(verdict(&english, &german).kind, ChangeKind::Outage);
}

#[test]
fn a_shorter_text_that_was_rewritten_is_no_outage() {
    let new = "# Terms\n\nThese terms bind you and us. You may use the service if you are 16 or older. We may end your \
               account when you break them. You have the right to complain. The law of Ireland applies. We are liable for \
               damage that we cause on purpose. You may cancel at any time, and we refund what you have paid in advance.";

    let verdict = verdict(&long_terms(60), new);

    assert_eq!((verdict.kind, verdict.significant), (ChangeKind::Substantive, true));
}

#[test]
fn weights_grow_with_what_changed() {
    let small = verdict("We keep logs of visits.", "We keep logs of visits and names.");
    let large = verdict("We keep logs of visits.", &format!("We keep logs of visits.\n\n{}", long_terms(50)));

    assert!(small.weight < large.weight && large.weight <= 100, "{} {}", small.weight, large.weight);
    assert_eq!(verdict("One two.", "**One** two.").weight, 0);
}

#[test]
fn nothing_in_a_text_makes_judging_fail() {
    let texts =
        ["", "\n", "[", "](", "![](", "&", "&#", "<", "\\", "(((", "1.", "{0}", "\u{feff}", "|||", "---", "a\u{301}"];

    for old in texts {
        for new in texts {
            verdict(old, new);
        }
    }
}
