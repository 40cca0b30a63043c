//! What the commands that read the archive share: finding what is asked for, and printing it.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::{self, IsTerminal, Write};
use std::str::FromStr;

use serde_json::{Value, json};

use super::moment::{Moment, rfc3339};
use super::output::Out;
use crate::app::{explained, hinted};
use crate::declarations::closest;
use crate::domain::{Kind, Record, RecordId, ServiceId, TermsKey, TermsType, Verdict};
use crate::records::{Order, RecordEntry, RecordFilter, RecordStore, Recordable};
use crate::signal::{self, Language};

/// Digits shown of an id for people: enough to tell a million records apart.
const SHOWN_DIGITS: usize = 10;

/// Fewest digits that an abbreviated id may have.
const LEAST_DIGITS: usize = 7;

/// Ids listed where an abbreviation fits several.
const IDS_LISTED: usize = 5;

/// The id of a record, or its first digits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdStart(String);

/// A text that is no id of a record.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("an id of a record is 7 to 40 hexadecimal digits")]
pub struct InvalidId;

impl FromStr for IdStart {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let is_hex = text.bytes().all(|byte| byte.is_ascii_hexdigit());
        let is_id = is_hex && (LEAST_DIGITS..=40).contains(&text.len());
        if is_id { Ok(Self(text.to_ascii_lowercase())) } else { Err(InvalidId) }
    }
}

/// The record of a terms that an id names; only among those of that terms.
pub fn by_id<T: Recordable>(store: &dyn RecordStore<T>, terms: &TermsKey, id: &IdStart) -> anyhow::Result<Record<T>> {
    let of_terms = RecordFilter::of(terms);
    let meant = store.list(&RecordFilter { id_start: Some(id.0.clone()), ..of_terms.clone() }).map_err(explained)?;
    if let [only] = meant.as_slice() {
        return by_full_id(store, &only.id);
    }
    if !meant.is_empty() {
        return Err(ambiguous(&meant, &format!("records of {terms}"), id));
    }
    if store.list(&RecordFilter { limit: Some(1), ..of_terms }).map_err(explained)?.is_empty() {
        return Err(unknown(store, Some(&terms.service), Some(&terms.terms_type))?);
    }
    let hint = format!("`fineprint history \"{}\" \"{}\"` lists them", terms.service, terms.terms_type);
    Err(hinted(&format!("no record of {terms} has an id that starts with {}", id.0), Some(hint)))
}

/// The record of whatever terms that an id names.
pub fn by_unique_id<T: Recordable>(store: &dyn RecordStore<T>, id: &IdStart) -> anyhow::Result<RecordEntry> {
    let meant = RecordFilter { id_start: Some(id.0.clone()), ..RecordFilter::default() };
    let mut entries = store.list(&meant).map_err(explained)?;
    match entries.len() {
        0 => Err(hinted(
            &format!("no record has an id that starts with {}", id.0),
            Some("`fineprint history` lists them"),
        )),
        1 => Ok(entries.swap_remove(0)),
        _ => Err(ambiguous(&entries, "records", id)),
    }
}

fn ambiguous(entries: &[RecordEntry], what: &str, id: &IdStart) -> anyhow::Error {
    let listed: Vec<&str> = entries.iter().take(IDS_LISTED).map(|entry| entry.id.as_str()).collect();
    let fault = format!("{} {what} have an id that starts with {}", entries.len(), id.0);
    hinted(&fault, Some(format!("give more digits: {}", listed.join(", "))))
}

/// The record with an id that was just listed.
pub fn by_full_id<T: Recordable>(store: &dyn RecordStore<T>, id: &RecordId) -> anyhow::Result<Record<T>> {
    let gone = || hinted(&format!("record {id} was there a moment ago, and is no more"), Some("run again"));
    store.find(id).map_err(explained)?.ok_or_else(gone)
}

/// The record that was valid on a date, or since when there is one.
pub fn valid_at<T: Recordable>(store: &dyn RecordStore<T>, key: &T::Key, date: Moment) -> anyhow::Result<Record<T>> {
    if let Some(record) = store.valid_at(key, date.end()).map_err(explained)? {
        return Ok(record);
    }
    let Some(first) = oldest(store, key)? else { return Err(missing(store, key)?) };
    let fault = format!("nothing was recorded of {key} by {date}");
    Err(hinted(&fault, Some(format!("its first record is of {}", rfc3339(first.date)))))
}

/// The newest record.
pub fn latest<T: Recordable>(store: &dyn RecordStore<T>, key: &T::Key) -> anyhow::Result<Record<T>> {
    let found = store.latest(key).map_err(explained)?;
    found.map_or_else(|| Err(missing(store, key)?), Ok)
}

/// The oldest record.
fn oldest<T: Recordable>(store: &dyn RecordStore<T>, key: &T::Key) -> anyhow::Result<Option<RecordEntry>> {
    let slot = T::slot(key);
    let filter = RecordFilter { order: Order::OldestFirst, ..RecordFilter::of(&slot.terms) };
    let entries = store.list(&filter).map_err(explained)?;
    Ok(entries.into_iter().find(|entry| entry.document == slot.document))
}

/// What to answer where nothing is recorded under a key.
fn missing<T: Recordable>(store: &dyn RecordStore<T>, key: &T::Key) -> anyhow::Result<anyhow::Error> {
    let terms = T::slot(key).terms;
    if store.list(&RecordFilter { limit: Some(1), ..RecordFilter::of(&terms) }).map_err(explained)?.is_empty() {
        return unknown(store, Some(&terms.service), Some(&terms.terms_type));
    }
    let hint = format!("`fineprint history --snapshots \"{}\" \"{}\"` lists them", terms.service, terms.terms_type);
    Ok(hinted(&format!("no snapshot is recorded of {key}"), Some(hint)))
}

/// What to answer where nothing is recorded under the names asked for: which name is unknown, and what was meant.
pub fn unknown<T: Recordable>(
    store: &dyn RecordStore<T>,
    service: Option<&ServiceId>,
    terms_type: Option<&TermsType>,
) -> anyhow::Result<anyhow::Error> {
    let all = store.terms().map_err(explained)?;
    if all.is_empty() {
        return Ok(nothing_yet());
    }
    Ok(unknown_among(&all, "recorded", "`fineprint history` lists what is recorded", service, terms_type))
}

/// An archive without a record may be the wrong one: nothing is said of it that sounds as if all were well.
///
/// # Errors
/// When nothing is recorded, or the archive cannot be read.
pub fn refuse_empty<T: Recordable>(store: &dyn RecordStore<T>) -> anyhow::Result<()> {
    if store.terms().map_err(explained)?.is_empty() { Err(nothing_yet()) } else { Ok(()) }
}

fn nothing_yet() -> anyhow::Error {
    hinted(&"nothing has been recorded yet", Some("`fineprint track` records"))
}

/// What to answer where none of these terms goes by the names asked for; `verb` says what is done with them.
pub fn unknown_among(
    all: &[TermsKey],
    verb: &str,
    list: &str,
    service: Option<&ServiceId>,
    terms_type: Option<&TermsType>,
) -> anyhow::Error {
    let is_of_service = |terms: &&TermsKey| service.is_none_or(|service| terms.service == *service);
    let types: BTreeSet<&str> = all.iter().filter(is_of_service).map(|terms| terms.terms_type.as_str()).collect();
    if let (Some(terms_type), false) = (terms_type, types.is_empty()) {
        let all = || format!("what is {verb}: {}", types.iter().copied().collect::<Vec<_>>().join(", "));
        let hint = closest(terms_type.as_str(), types.iter().copied()).map_or_else(all, did_you_mean);
        let of = service.map(|service| format!(" of {service}")).unwrap_or_default();
        return hinted(&format!("no terms type `{terms_type}`{of} is {verb}"), Some(hint));
    }
    let name = service.map_or("", ServiceId::as_str);
    let services = all.iter().map(|terms| terms.service.as_str());
    let hint = closest(name, services).map_or_else(|| list.to_owned(), did_you_mean);
    hinted(&format!("no service `{name}` is {verb}"), Some(hint))
}

fn did_you_mean(name: &str) -> String {
    format!("did you mean `{name}`?")
}

/// A record as lists have it.
pub fn entry_of<T: Recordable>(record: &Record<T>) -> RecordEntry {
    let slot = T::slot(&record.content.key());
    RecordEntry {
        id: record.id.clone(),
        terms: slot.terms,
        document: slot.document,
        kind: record.kind,
        date: record.content.fetched_at(),
        engine: record.engine.clone(),
        snapshots: record.content.snapshots().to_vec(),
        verdict: None,
    }
}

/// A record for programs: what is not known of it is left out.
pub fn as_json(entry: &RecordEntry) -> Value {
    let mut object = json!({
        "id": entry.id,
        "service": entry.terms.service,
        "termsType": entry.terms.terms_type,
        "kind": kind_name(entry.kind),
        "date": rfc3339(entry.date),
    });
    if let Some(document) = &entry.document {
        object["document"] = json!(document.as_str());
    }
    if let Some(engine) = &entry.engine {
        object["engine"] = json!(engine);
    }
    if !entry.snapshots.is_empty() {
        object["snapshots"] = json!(entry.snapshots);
    }
    if let Some(verdict) = &entry.verdict {
        object["verdict"] = verdict_as_json(verdict);
    }
    object
}

/// A kind for programs.
pub fn kind_name(kind: Kind) -> &'static str {
    match kind {
        Kind::First => "first",
        Kind::Change => "change",
        Kind::TechnicalUpgrade => "technical-upgrade",
    }
}

/// A kind in the words of the glossary.
pub fn kind_words(kind: Kind) -> &'static str {
    match kind {
        Kind::First => "first record",
        Kind::Change => "change",
        Kind::TechnicalUpgrade => "technical upgrade",
    }
}

/// A kind, with what is thought of a change: `change: links`, `change: substantive (70)` with its weight if it counts.
pub fn judged_words(entry: &RecordEntry) -> String {
    let words = kind_words(entry.kind);
    match &entry.verdict {
        Some(verdict) if entry.kind == Kind::Change && verdict.significant => {
            format!("{words}: {} ({})", verdict.kind, verdict.weight)
        }
        Some(verdict) if entry.kind == Kind::Change => format!("{words}: {}", verdict.kind),
        _ => words.to_owned(),
    }
}

/// What is thought of a record, with its reasons: `links, does not count: Only where links lead changed.`
pub fn rendered_verdict(entry: &RecordEntry) -> String {
    let Some(verdict) = &entry.verdict else { return "not judged yet".to_owned() };
    let counts = if verdict.significant { "counts" } else { "does not count" };
    format!("{}, {counts}: {}", verdict.kind, harmless(&reasons(verdict).join(" ")))
}

/// What is thought of a record, for programs, with its reasons in words.
pub fn verdict_as_json(verdict: &Verdict) -> Value {
    json!({
        "kind": verdict.kind,
        "significant": verdict.significant,
        "weight": verdict.weight,
        "reasons": reasons(verdict),
        "rules": verdict.rules,
    })
}

/// The reasons of a verdict in words.
pub fn reasons(verdict: &Verdict) -> Vec<String> {
    verdict.reasons.iter().map(|reason| signal::explained(reason, Language::English)).collect()
}

/// The digits of an id that people are shown.
pub fn short(id: &RecordId) -> &str {
    &id.as_str()[..SHOWN_DIGITS]
}

/// Recorded text for a terminal, where control characters would be obeyed.
pub fn harmless(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut shown, c| {
        match c {
            '\n' | '\t' => shown.push(c),
            c if c.is_control() => {
                let _ = write!(shown, "{}", c.escape_unicode());
            }
            c => shown.push(c),
        }
        shown
    })
}

/// Prints bytes as they are.
pub fn print_exactly(bytes: &[u8]) -> io::Result<()> {
    Out.write_all(bytes)
}

/// Prints a text from outside: as it is into files and pipes, and without what a terminal would obey on one.
pub fn print_text(text: &str) -> io::Result<()> {
    match io::stdout().is_terminal() {
        true => print_exactly(format!("{}\n", harmless(text.trim_end_matches('\n'))).as_bytes()),
        false => print_exactly(text.as_bytes()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{New, Version};
    use crate::records::MemoryStore;

    #[test]
    fn an_abbreviation_that_fits_several_records_is_refused() {
        let store = MemoryStore::new();
        let terms = TermsKey::new("Acme".parse().unwrap(), "Imprint".parse().unwrap());
        for text in ["one", "two"] {
            let fetched_at = chrono::DateTime::UNIX_EPOCH;
            let version = Version { terms: terms.clone(), fetched_at, snapshots: vec![], markdown: text.to_owned() };
            store.save(New::tracked(version)).unwrap();
        }

        let error = by_id(&store, &terms, &"0000000".parse().unwrap()).unwrap_err().to_string();

        let (fault, hint) = error.split_once('\n').unwrap();
        assert_eq!(fault, "2 records of Acme — Imprint have an id that starts with 0000000");
        assert!(hint.starts_with("hint: give more digits: 00000000"), "{hint}");
    }

    #[test]
    fn ids_may_be_cut_short_and_nothing_else_is_one() {
        assert_eq!("0123ABC".parse(), Ok(IdStart("0123abc".to_owned())));
        for text in ["012345", "HEAD", "HEAD~1", "--all", "0123abg", &"0".repeat(41)] {
            assert_eq!(text.parse::<IdStart>(), Err(InvalidId), "{text}");
        }
    }

    #[test]
    fn a_terminal_is_not_given_control_characters() {
        assert_eq!(harmless("a\u{1b}[31mb\r\n\tc"), "a\\u{1b}[31mb\\u{d}\n\tc");
    }
}
