//! What both texts as a whole, and what was recorded before, say of a change.

use std::collections::HashMap;

use super::{Seen, shortened};
use crate::domain::{ChangeKind, Kind};
use crate::signal::pair::Pair;
use crate::signal::past::{Earlier, Past};
use crate::signal::text::{Sentence, Text};

/// Days after which a text that comes back is taken for a change taken back, not for an artefact.
const DAYS_OF_A_REAL_CHANGE: i64 = 45;

/// Words of headings under which a line means something else.
const DECIDING_HEADINGS: &[&str] = &[
    "necessary",
    "essential",
    "functional",
    "performance",
    "analytics",
    "advertising",
    "marketing",
    "targeting",
    "consent",
    "legitimate",
    "legal basis",
    "prohibited",
    "not allowed",
    "restricted",
    "allowed",
    "permitted",
    "required",
    "optional",
    "nécessaires",
    "consentement",
    "notwendig",
    "erforderlich",
    "einwilligung",
    "statistik",
    "necesarias",
    "consentimiento",
    "necessari",
    "interdit",
    "verboten",
];

pub fn first_version(past: &Past<'_>) -> Option<Seen> {
    past.earlier.is_empty().then(Vec::new)
}

pub fn technical_upgrade(past: &Past<'_>) -> Option<Seen> {
    (past.recorded == Kind::TechnicalUpgrade).then(Vec::new)
}

/// Exactly a text that was an outage when it was first seen.
pub fn outage_again(past: &Past<'_>) -> Option<Seen> {
    exactly(past).filter(|seen| seen.kind == ChangeKind::Outage).map(on_day)
}

/// Exactly an earlier text, right after an outage.
pub fn back_after_outage(past: &Past<'_>) -> Option<Seen> {
    exactly(past).filter(|_| is_after_outage(past)).map(on_day)
}

/// Exactly the text before the last change, which counted and stood for long: neither of both was ever seen to come back.
pub fn taken_back(past: &Past<'_>) -> Option<Seen> {
    let last = past.earlier.last()?;
    let before = past.earlier.iter().rev().nth(1).filter(|before| before.hash == past.hash)?;
    let is_new = |of: &Earlier| past.earlier.iter().filter(|earlier| earlier.hash == of.hash).count() == 1;
    let is_long = (past.date - last.date).num_days() >= DAYS_OF_A_REAL_CHANGE;
    (last.significant && is_long && is_new(last) && is_new(before)).then(|| vec![day(last), day(before)])
}

pub fn exact_return(past: &Past<'_>) -> Option<Seen> {
    exactly(past).map(on_day)
}

/// The latest earlier version with exactly this text.
fn exactly<'a>(past: &Past<'a>) -> Option<&'a Earlier> {
    past.earlier.iter().rev().find(|earlier| earlier.hash == past.hash)
}

fn is_after_outage(past: &Past<'_>) -> bool {
    past.earlier.last().is_some_and(|last| last.kind == ChangeKind::Outage)
}

fn on_day(earlier: &Earlier) -> Seen {
    vec![day(earlier)]
}

fn day(earlier: &Earlier) -> String {
    earlier.date.format("%Y-%m-%d").to_string()
}

pub fn link_targets(pair: &Pair<'_>, _: &Past<'_>) -> Option<Seen> {
    (pair.old.skeleton() == pair.new.skeleton()).then(Vec::new)
}

pub fn layout(pair: &Pair<'_>, _: &Past<'_>) -> Option<Seen> {
    let is_same = pair.old.words() == pair.new.words() && pair.old.punctuation() == pair.new.punctuation();
    is_same.then(Vec::new)
}

pub fn punctuation(pair: &Pair<'_>, _: &Past<'_>) -> Option<Seen> {
    (pair.old.words() == pair.new.words()).then(Vec::new)
}

pub fn item_numbers(pair: &Pair<'_>, _: &Past<'_>) -> Option<Seen> {
    (pair.old.gist() == pair.new.gist()).then(Vec::new)
}

/// The words of an earlier text, with other links or layout.
pub fn words_return(pair: &Pair<'_>, past: &Past<'_>) -> Option<Seen> {
    let seen = past.earlier.iter().rev().find(|earlier| earlier.gist == pair.new.gist())?;
    (seen.kind != ChangeKind::Outage && !is_after_outage(past)).then(|| on_day(seen))
}

/// A line that moved below another heading that tells what is done with it.
pub fn moved_below_heading(pair: &Pair<'_>, _: &Past<'_>) -> Option<Seen> {
    if !pair.lost.is_empty() || !pair.gained.is_empty() {
        return None;
    }
    let (before, after) = (below_headings(pair.old), below_headings(pair.new));
    let mut moved = pair.new.sentences().iter().filter(|sentence| pair.new.of(sentence).len() >= 2);
    let (sentence, old, new) = moved.find_map(|sentence| {
        let (old, new) = (*before.get(&sentence.hash)?, *after.get(&sentence.hash)?);
        old.zip(new).filter(|(old, new)| old.hash != new.hash).map(|(old, new)| (sentence, old, new))
    })?;
    let shown = |text: &Text, of: &Sentence| shortened(&text.plain(text.of(of)));
    Some(vec![shortened(&pair.new.excerpt(pair.new.of(sentence))), shown(pair.old, old), shown(pair.new, new)])
}

/// The heading above each sentence where it first stands, if that heading tells what is done with it.
fn below_headings(text: &Text) -> HashMap<u64, Option<&Sentence>> {
    let mut found = HashMap::new();
    let mut heading = None;
    for sentence in text.sentences() {
        let tokens = text.of(sentence);
        match tokens.first().is_some_and(|token| token.is_heading) {
            true => heading = Some(sentence).filter(|_| decides(&text.plain(tokens))),
            false => {
                found.entry(sentence.hash).or_insert(heading);
            }
        }
    }
    found
}

fn decides(heading: &str) -> bool {
    DECIDING_HEADINGS.iter().any(|word| heading.contains(word))
}

/// The same sentences in another order, of links to related pages.
pub fn related_reordered(pair: &Pair<'_>, past: &Past<'_>) -> Option<Seen> {
    let seen = reordered(pair, past)?;
    let mut moved = pair.old.sentences().iter().zip(pair.new.sentences()).filter(|(old, new)| old.hash != new.hash);
    let is_related = |(_, new): (_, &Sentence)| {
        let tokens = pair.new.of(new);
        tokens.iter().all(|token| token.link > 0 && pair.new.target(token.link).contains("related"))
    };
    moved.all(is_related).then_some(seen)
}

pub fn reordered(pair: &Pair<'_>, _: &Past<'_>) -> Option<Seen> {
    (pair.lost.is_empty() && pair.gained.is_empty()).then(Vec::new)
}

/// What is gone is still there, and what came was there: a page rendered twice, a section pasted twice.
pub fn repeated(pair: &Pair<'_>, _: &Past<'_>) -> Option<Seen> {
    let (old, new) = (pair.old.counts(), pair.new.counts());
    let is_there = pair.lost.iter().all(|at| new.contains_key(&pair.old.sentences()[*at].hash))
        && pair.gained.iter().all(|at| old.contains_key(&pair.new.sentences()[*at].hash));
    is_there.then(Vec::new)
}
