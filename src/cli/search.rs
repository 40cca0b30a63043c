//! `fineprint search`: what was ever said in any version, and when.

use std::process::ExitCode;

use super::output::print;
use clap::Args;
use owo_colors::OwoColorize;
use serde_json::{Value, json};

use super::Context;
use super::console::Console;
use super::moment::{Moment, rfc3339};
use super::reading::{harmless, short, unknown};
use crate::app::{App, ReadableArchive, explained, hinted};
use crate::domain::{ServiceId, TermsType};
use crate::records::{
    Absence, Advance, Found, Passage, PassageFilter, Passages, Progress, Query, RecordFilter, RecordStore, Seen,
};

/// Passages shown unless `--limit` says otherwise.
const SHOWN: u32 = 20;

/// Longest text shown of a passage, and how much of it before the first word found, in characters.
const MOST_CHARACTERS: usize = 600;
const BEFORE: usize = 200;

/// How many times when a passage was missing are told of each.
const ABSENCES: usize = 3;

/// What stands around the words found, with colour and without.
const MARK: &str = "**";

/// Search all versions for words, and tell when each passage was there
///
/// All words have to be in one passage: a paragraph, an item of a list, a row of a table. Case and accents do not count.
/// Write '"exact words"' for words in a row, 'priva*' for the beginning of a word, 'this -that' for passages without a
/// word. The passages that came last are shown first.
///
/// The first search of an archive takes in all its versions, which takes a while where there are thousands; later ones
/// take in what is new. DATE is a day, 2024-05-01, or an instant, 2024-05-01T10:00:00Z. Ends with 1 if nothing is found.
#[derive(Debug, Args)]
pub struct Search {
    /// What to look for
    #[arg(required = true)]
    words: Vec<String>,

    /// Only in the terms of this service, by id
    #[arg(short, long, value_name = "ID")]
    service: Option<ServiceId>,

    /// Only in terms of this type
    #[arg(short = 't', long = "type", value_name = "TYPE")]
    terms_type: Option<TermsType>,

    /// Only passages that were there on this day or later
    #[arg(long, value_name = "DATE")]
    since: Option<Moment>,

    /// Only passages that were there on this day or earlier
    #[arg(long, value_name = "DATE")]
    until: Option<Moment>,

    /// So many passages at most
    #[arg(long, value_name = "N", default_value_t = SHOWN, value_parser = clap::value_parser!(u32).range(1..))]
    limit: u32,

    /// Print JSON, for other programs
    #[arg(long)]
    json: bool,
}

impl Search {
    pub(super) fn run(self, context: &Context) -> anyhow::Result<ExitCode> {
        let hint = "a word has letters or digits; write '\"exact words\"', 'priva*', 'this -that'";
        let query = Query::parse(&self.words.join(" ")).map_err(|error| hinted(&error, Some(hint)))?;
        let archive = App::archive_for_reading(&context.root)?;
        let mut passages = archive.passages()?;
        take_in(&mut passages, &context.console)?;
        let found = passages.search(&query, &self.filter()).map_err(explained)?;
        if found.total == 0 {
            self.check_names(&archive)?;
        }
        if !found.progress.is_complete() {
            context.console.warning(&behind(found.progress));
        }
        match self.json {
            true => print!("{:#}\n", as_json(&found)),
            false => {
                print!("{}", found.passages.iter().map(shown).collect::<Vec<_>>().join("\n"));
                context.console.note(&summary(&found));
            }
        }
        Ok(if found.total == 0 { ExitCode::FAILURE } else { ExitCode::SUCCESS })
    }

    fn filter(&self) -> PassageFilter {
        PassageFilter {
            services: self.service.iter().cloned().collect(),
            terms_types: self.terms_type.iter().cloned().collect(),
            since: self.since.map(Moment::start),
            until: self.until.map(Moment::end),
            offset: 0,
            limit: Some(self.limit as usize),
        }
    }

    /// Nothing is found under a name that nothing is recorded under, which is another answer.
    fn check_names(&self, archive: &ReadableArchive) -> anyhow::Result<()> {
        let (service, terms_type) = (self.service.clone(), self.terms_type.clone());
        let versions = archive.versions()?;
        let filter = RecordFilter { service, terms_type, limit: Some(1), ..RecordFilter::default() };
        match versions.list(&filter).map_err(explained)?.is_empty() {
            true => Err(unknown(&versions, self.service.as_ref(), self.terms_type.as_ref())?),
            false => Ok(()),
        }
    }
}

/// Takes in the versions that are not in yet, unless another process is at it.
fn take_in(passages: &mut Passages, console: &Console) -> anyhow::Result<()> {
    let mut bar = None;
    while let Advance::Further(progress) = passages.advance().map_err(explained)? {
        let bar = bar.get_or_insert_with(|| console.bar(progress.records));
        bar.set_message("versions are taken in, once");
        bar.set_length(progress.records as u64);
        bar.set_position(progress.done as u64);
    }
    if let Some(bar) = bar {
        bar.finish_and_clear();
    }
    Ok(())
}

fn behind(Progress { done, records }: Progress) -> String {
    format!("{done} of {records} versions are taken in so far, by another fineprint; only these were searched")
}

fn summary(found: &Found) -> String {
    match (found.total, found.passages.len()) {
        (0, _) => "nothing is found".to_owned(),
        (1, _) => "1 passage".to_owned(),
        (total, shown) if shown < total => format!("the newest {shown} of {total} passages; `--limit` shows more"),
        (total, _) => format!("{total} passages"),
    }
}

fn shown(passage: &Passage) -> String {
    let (first, last) = (dated(&passage.first), dated(&passage.last));
    let times = match &passage.gone {
        Some(gone) => format!("from {first} to {last}, gone on {}", dated(gone)),
        None => format!("since {first}, still there on {last}"),
    };
    let missing = missing(&passage.absences);
    format!("{}\n  {times}{missing}\n  {}\n", passage.terms.bold(), excerpt(passage))
}

/// When a passage was missing in between.
fn missing(absences: &[Absence]) -> String {
    let from_to = |absence: &Absence| format!("from {} to {}", dated(&absence.gone), dated(&absence.back));
    let told: Vec<String> = absences.iter().take(ABSENCES).map(from_to).collect();
    match absences.len().saturating_sub(ABSENCES) {
        0 if told.is_empty() => String::new(),
        0 => format!("; missing {}", told.join(", ")),
        more => format!("; missing {} and {more} times more", told.join(", ")),
    }
}

fn dated(seen: &Seen) -> String {
    format!("{} ({})", seen.date.format("%Y-%m-%d"), short(&seen.record))
}

/// The text around what was found first.
fn excerpt(passage: &Passage) -> String {
    let text = &passage.text;
    let first = passage.places.first().map_or(0, |place| place.start);
    let start = back(text, first, BEFORE);
    let end = text[start..].char_indices().nth(MOST_CHARACTERS).map_or(text.len(), |(at, _)| start + at);
    let marked: String = pieces(passage, start, end)
        .map(|(piece, is_found)| match is_found {
            true => format!("{MARK}{}{MARK}", harmless(piece)).yellow().to_string(),
            false => harmless(piece),
        })
        .collect();
    format!("{}{marked}{}", if start > 0 { "…" } else { "" }, if end < text.len() { "…" } else { "" })
}

/// So many characters before a place, or the start of the text if it is near.
fn back(text: &str, place: usize, characters: usize) -> usize {
    text[..place].char_indices().rev().nth(characters).map_or(0, |(at, _)| at)
}

/// A part of a text in pieces: what was found, and what is between.
fn pieces(passage: &Passage, start: usize, end: usize) -> impl Iterator<Item = (&str, bool)> {
    let mut places = passage.places.iter().filter(move |place| place.start >= start && place.end <= end).peekable();
    let mut at = start;
    std::iter::from_fn(move || {
        let from = at;
        let (to, is_found) = match places.peek() {
            Some(place) if place.start == from => (places.next()?.end, true),
            Some(place) => (place.start, false),
            None => (end, false),
        };
        at = to;
        (from < to).then(|| (&passage.text[from..to], is_found))
    })
}

fn as_json(found: &Found) -> Value {
    json!({
        "total": found.total,
        "versions": { "searched": found.progress.done, "recorded": found.progress.records },
        "passages": found.passages.iter().map(passage_as_json).collect::<Value>(),
    })
}

fn passage_as_json(passage: &Passage) -> Value {
    let pieces = pieces(passage, 0, passage.text.len());
    let mut object = json!({
        "service": passage.terms.service,
        "termsType": passage.terms.terms_type,
        "pieces": pieces.map(|(text, is_found)| json!({ "text": text, "isFound": is_found })).collect::<Value>(),
        "firstSeen": seen_as_json(&passage.first),
        "lastSeen": seen_as_json(&passage.last),
    });
    if let Some(gone) = &passage.gone {
        object["gone"] = seen_as_json(gone);
    }
    if !passage.absences.is_empty() {
        let times =
            |absence: &Absence| json!({ "gone": seen_as_json(&absence.gone), "back": seen_as_json(&absence.back) });
        object["absences"] = passage.absences.iter().map(times).collect();
    }
    object
}

fn seen_as_json(seen: &Seen) -> Value {
    json!({ "id": seen.record, "date": rfc3339(seen.date) })
}
