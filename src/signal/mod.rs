//! Says of which kind a change is, whether it counts, and why. Pure: no model, no network, no clock.
//!
//! The rules are rows of one table. Some look at what was recorded before, some at both texts as a whole, and the others
//! at each place where words differ; the first that speaks decides, of the text or of that place. Where nothing counts, a
//! few look at the texts again.

mod pair;
mod past;
mod phrases;
mod rules;
mod text;
mod token;

use std::collections::BTreeMap;

use crate::domain::{ChangeKind, Reason, Verdict};
use pair::Pair;
use rules::{Asks, Seen};

pub use past::{Earlier, Hash, Past};
pub use rules::{Language, RULES, Rule, TABLE, as_markdown, explained};
pub use text::Text;

/// How many places that count are told; a change with more of them is no clearer for it.
const MOST_REASONS: usize = 5;

/// How many earlier texts a change that counts is compared with, in case it is a variant of one.
const VARIANTS: usize = 3;

/// The verdict that needs no text: on first versions, technical upgrades and exact returns.
pub fn judge_by_past(past: &Past<'_>) -> Option<Verdict> {
    TABLE.iter().find_map(|rule| match rule.asks {
        Asks::Past(ask) => ask(past).map(|seen| said(rule, seen)),
        _ => None,
    })
}

/// Judges a version by its text, the one before and what is known of earlier ones.
pub fn judge(old: &Text, new: &Text, past: &Past<'_>) -> Verdict {
    if let Some(verdict) = judge_by_past(past) {
        return verdict;
    }
    let verdict = compare(old, new, past);
    if verdict.kind == ChangeKind::Outage {
        return verdict;
    }
    if past.earlier.last().is_some_and(|last| last.kind == ChangeKind::Outage) {
        return after_outage(new, past).unwrap_or(verdict);
    }
    match verdict.significant {
        true => variant_of_earlier(old, new, past).unwrap_or(verdict),
        false => verdict,
    }
}

/// After an outage, what counts is the difference from the text before it. Where
/// there is still next to nothing, the outage goes on; but another language or another page that is worked on is what the
/// terms are now, and is compared with itself.
fn after_outage(new: &Text, past: &Past<'_>) -> Option<Verdict> {
    let good = past.earlier.iter().rev().find(|earlier| earlier.kind != ChangeKind::Outage)?;
    let text = Text::new((past.recall)(&good.hash)?);
    let verdict = compare(&text, new, past);
    if verdict.kind == ChangeKind::Outage {
        return Some(verdict).filter(|verdict| verdict.reasons.iter().any(|reason| reason.rule == "nothing-left"));
    }
    if verdict.significant {
        return Some(verdict);
    }
    Some(told("nearly-back", vec![good.date.format("%Y-%m-%d").to_string()]))
}

/// Whether a text differs from an earlier one, not the last, by nothing that counts.
fn variant_of_earlier(old: &Text, new: &Text, past: &Past<'_>) -> Option<Verdict> {
    let (lost, gained) = Pair::of(old, new).sizes();
    let differing = lost + gained;
    let last = past.earlier.last()?;
    let mut seen = vec![last.gist];
    for earlier in past.earlier.iter().rev().filter(|earlier| earlier.kind != ChangeKind::Outage) {
        if seen.len() > VARIANTS {
            return None;
        }
        if seen.contains(&earlier.gist) {
            continue;
        }
        seen.push(earlier.gist);
        let text = Text::new((past.recall)(&earlier.hash)?);
        let (lost, gained) = Pair::of(&text, new).sizes();
        if lost + gained > differing {
            continue;
        }
        let verdict = compare(&text, new, past);
        // A change that is taken back but for a detail counts as it did.
        let is_variant = rules::reversal(past, earlier.gist).is_none() && !is_dated_anew(&verdict);
        if !verdict.significant && verdict.kind != ChangeKind::Outage && is_variant {
            return Some(told("variant-of-earlier", vec![earlier.date.format("%Y-%m-%d").to_string()]));
        }
    }
    None
}

/// A text that dates itself differently is a new edition, whatever it says.
fn is_dated_anew(verdict: &Verdict) -> bool {
    verdict.kind == ChangeKind::DatesNumbers || verdict.reasons.iter().any(|reason| reason.rule == "date-line")
}

/// What the two texts alone say.
fn compare(old: &Text, new: &Text, past: &Past<'_>) -> Verdict {
    let pair = Pair::of(old, new);
    let whole = TABLE.iter().find_map(|rule| match rule.asks {
        Asks::Whole(ask) => ask(&pair, past).map(|seen| said(rule, seen)),
        _ => None,
    });
    let verdict = whole.unwrap_or_else(|| by_places(&pair));
    let is_quiet = !verdict.significant && !matches!(verdict.kind, ChangeKind::Outage | ChangeKind::Blink);
    let overlooked = TABLE.iter().filter(|_| is_quiet).find_map(|rule| match rule.asks {
        Asks::Quiet(ask) => ask(&pair).map(|seen| said(rule, seen)),
        _ => None,
    });
    overlooked.unwrap_or(verdict)
}

/// The verdict that the places where words differ give together.
fn by_places(pair: &Pair<'_>) -> Verdict {
    let mut counting: Vec<(&Rule, Seen, usize)> = Vec::new();
    let mut others: BTreeMap<&str, (&Rule, Seen, usize)> = BTreeMap::new();
    for hunk in pair.hunks() {
        let spoke = TABLE.iter().find_map(|rule| match rule.asks {
            Asks::Hunk(ask) => ask(&hunk, pair).map(|seen| (rule, seen)),
            _ => None,
        });
        let Some((rule, seen)) = spoke else { continue };
        if rule.is_significant() {
            counting.push((rule, seen, hunk.len()));
        } else {
            others.entry(rule.name).or_insert((rule, seen, 0)).2 += hunk.len();
        }
        if counting.len() > 8 * MOST_REASONS {
            break;
        }
    }
    if counting.is_empty() { not_counting(others.into_values().collect()) } else { together(counting, pair) }
}

/// Places that count: only figures, or substantive.
fn together(mut counting: Vec<(&Rule, Seen, usize)>, pair: &Pair<'_>) -> Verdict {
    let kinds_alike = counting.iter().all(|(rule, ..)| rule.kind == counting[0].0.kind);
    let kind = if kinds_alike { counting[0].0.kind } else { ChangeKind::Substantive };
    counting.sort_by_key(|(rule, _, words)| std::cmp::Reverse((rule.weight, *words)));
    let (lost, gained) = pair.sizes();
    let weight = counting[0].0.weight.saturating_add(bonus(lost.max(gained))).min(100);
    let reasons = counting.into_iter().take(MOST_REASONS).map(|(rule, seen, _)| rule.reason(seen)).collect();
    Verdict { kind, significant: true, weight, reasons, rules: RULES }
}

/// Places that do not count: the kind of most of their words.
fn not_counting(mut others: Vec<(&Rule, Seen, usize)>) -> Verdict {
    if others.is_empty() {
        return told("moved-within", Vec::new());
    }
    others.sort_by_key(|(_, _, words)| std::cmp::Reverse(*words));
    let kind = others[0].0.kind;
    let reasons: Vec<Reason> = others.into_iter().take(MOST_REASONS).map(|(rule, seen, _)| rule.reason(seen)).collect();
    Verdict { kind, significant: false, weight: 0, reasons, rules: RULES }
}

/// What the size of a change adds to its weight: a point for each doubling of the words concerned, and two.
fn bonus(words: usize) -> u8 {
    let doublings = u8::try_from(words.max(1).ilog2()).unwrap_or(u8::MAX);
    doublings.saturating_mul(3).min(30)
}

fn told(name: &str, seen: Seen) -> Verdict {
    said(Rule::named(name).expect("the table has this rule"), seen)
}

fn said(rule: &Rule, seen: Seen) -> Verdict {
    let (kind, weight) = (rule.kind, rule.weight);
    Verdict { kind, significant: weight > 0, weight, reasons: vec![rule.reason(seen)], rules: RULES }
}

#[cfg(test)]
mod tests;
