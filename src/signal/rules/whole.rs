//! What both texts as a whole, and what was recorded before, say of a change.

use std::collections::{HashMap, HashSet};

use super::figures::is_value;
use super::{Seen, shortened};
use crate::domain::{ChangeKind, Kind};
use crate::signal::pair::Pair;
use crate::signal::past::{Earlier, Past};
use crate::signal::text::{Sentence, Text};
use crate::signal::token::EMPTY_HASH;

/// Days after which a text that comes back is taken for a change taken back, not for an artefact.
const DAYS_OF_A_REAL_CHANGE: i64 = 30;

/// The same for several changes at once: an old copy that is shown by mistake is more likely than all taken back.
const DAYS_OF_REAL_CHANGES: i64 = 90;

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

/// Exactly a text before changes that counted and stood for long, none of which was ever seen to come back.
pub fn taken_back(past: &Past<'_>) -> Option<Seen> {
    reversal(past, exactly(past)?.gist)
}

/// The same with other links or layout.
pub fn words_taken_back(pair: &Pair<'_>, past: &Past<'_>) -> Option<Seen> {
    reversal(past, pair.new.gist()).filter(|_| !is_after_outage(past))
}

/// When the change was recorded that the return of an earlier text takes back, and that text: neither it nor any since
/// came back before, as texts do that take turns, the last change that counted is not of these days, and none comes from
/// another way of extracting.
pub fn reversal(past: &Past<'_>, gist: u64) -> Option<Seen> {
    let runs = runs(past.earlier);
    let at = runs.iter().position(|run| run.gist == gist)?;
    let since = &runs[at + 1..];
    let last = since.iter().rev().find(|run| run.significant)?;
    let is_new = |run: &&Earlier| runs.iter().filter(|other| other.gist == run.gist).count() == 1;
    let counted = since.iter().filter(|run| run.significant).count();
    let least = if counted == 1 { DAYS_OF_A_REAL_CHANGE } else { DAYS_OF_REAL_CHANGES };
    let is_long = (past.date - last.date).num_days() >= least;
    let is_tracked_alike = since.iter().all(|run| run.kind != ChangeKind::TechnicalUpgrade);
    (is_long && is_tracked_alike && runs[at..].iter().all(is_new)).then(|| vec![day(last), day(runs[at])])
}

/// The first of each run of versions that say the same, without outages.
fn runs(earlier: &[Earlier]) -> Vec<&Earlier> {
    let mut runs: Vec<&Earlier> = Vec::new();
    for version in earlier.iter().filter(|version| version.kind != ChangeKind::Outage) {
        if runs.last().is_none_or(|last| last.gist != version.gist) {
            runs.push(version);
        }
    }
    runs
}

pub fn exact_return(past: &Past<'_>) -> Option<Seen> {
    exactly(past).map(on_day)
}

/// The latest earlier version with exactly this text. Of records that are not in the order of their dates, one that is
/// not dated later is the one to name.
fn exactly<'a>(past: &Past<'a>) -> Option<&'a Earlier> {
    let mut same = past.earlier.iter().rev().filter(|earlier| earlier.hash == past.hash);
    let latest = same.next()?;
    Some(std::iter::once(latest).chain(same).find(|earlier| earlier.date <= past.date).unwrap_or(latest))
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

/// A value of a row that stands below another label now, as in `Yes` and `No` of a table of who may share what: what a
/// value says is in its label, so that the same values in another order say something else.
pub fn value_moved(pair: &Pair<'_>) -> Option<Seen> {
    if pair.old.words() == pair.new.words() || !pair.new.sentences().iter().any(|one| is_value(pair.new, one)) {
        return None;
    }
    let (old, new) = (pair.old.counts(), pair.new.counts());
    let is_shared = |hash: &u64| old.contains_key(hash) && new.contains_key(hash);
    let is_label = |hash: &u64| is_shared(hash) && (old[hash] == 1 || new[hash] == 1);
    let before = rows(pair.old, is_label);
    let known: HashSet<(u64, u64)> = before.iter().flat_map(|row| [row.below(), row.above()]).collect();
    let is_kept = |row: &Row<'_>| known.contains(&row.below()) || (row.next.is_some() && known.contains(&row.above()));
    let after = rows(pair.new, is_label);
    let moved = after.iter().filter(|row| row.is_directly_below(is_shared) && is_shared(&row.value.hash));
    let row = moved.filter(|row| row.label.is_some()).find(|row| !is_kept(row))?;
    let shown = |sentence: &Sentence| shortened(&pair.new.excerpt(pair.new.of(sentence)));
    Some(vec![shown(row.value), row.label.map(shown)?])
}

/// A value with the sentences that tell what it is a value of.
struct Row<'a> {
    value: &'a Sentence,
    /// The nearest label above, and what stands directly above.
    label: Option<&'a Sentence>,
    above: Option<&'a Sentence>,
    /// The label that follows, if one does.
    next: Option<&'a Sentence>,
}

impl Row<'_> {
    fn below(&self) -> (u64, u64) {
        (self.label.map_or(EMPTY_HASH, |label| label.hash), self.value.hash)
    }

    fn above(&self) -> (u64, u64) {
        (self.value.hash, self.next.map_or(EMPTY_HASH, |next| next.hash))
    }

    /// Whether it is not the value of a label that only one of the texts has.
    fn is_directly_below(&self, is_shared: impl Fn(&u64) -> bool) -> bool {
        self.above.is_some_and(|above| is_shared(&above.hash))
    }
}

/// The values of a text with their labels.
fn rows(text: &Text, is_label: impl Fn(&u64) -> bool) -> Vec<Row<'_>> {
    let (mut found, mut label) = (Vec::new(), None);
    let sentences = text.sentences();
    for (at, sentence) in sentences.iter().enumerate() {
        if is_value(text, sentence) {
            let next = sentences.get(at + 1).filter(|next| is_label(&next.hash) && !is_value(text, next));
            let above = at.checked_sub(1).map(|above| &sentences[above]);
            found.push(Row { value: sentence, label, above, next });
        } else if is_label(&sentence.hash) {
            label = Some(sentence);
        }
    }
    found
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
