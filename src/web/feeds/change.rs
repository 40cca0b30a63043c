//! A change as an entry: what it did, of which kind it is, and where the rest is.

use axum::body::Bytes;

use crate::diff;
use crate::domain::{ChangeKind, Kind, RecordId, TermsKey, Version};
use crate::feeds::{Category, Entry, Link};
use crate::markup::escaped;
use crate::records::{Order, RecordEntry, RecordFilter, RecordStore, RecordsError};
use crate::signal;
use crate::web::cache::Cache;
use crate::web::difference;
use crate::web::site::Words;

/// Blocks that did not change, shown around those that did.
const CONTEXT: usize = 1;

/// What kinds of change are terms of.
pub const CHANGE_KIND: &str = "fineprint,2026:scheme:change-kind";

/// What all entries of a feed share.
pub struct Desk {
    /// Where the interface is, scheme and host included.
    pub base: String,
    /// Where the pages are, in the feed's language.
    pub site: String,
    pub collection: String,
    pub words: Words,
    pub version_url_template: Option<String>,
    /// Whether there are snapshots that can be read here.
    pub has_snapshots: bool,
}

/// What a record did to the terms.
#[derive(Default)]
struct Change {
    before: Option<RecordEntry>,
    words_inserted: usize,
    words_deleted: usize,
    html: String,
    /// Whether the comparison was broken off for time, and may go better next time.
    is_hasty: bool,
}

impl Desk {
    /// The entry for a record, and whether it may be told better another time; `service` is the name of its service.
    pub fn entry(
        &self,
        record: &RecordEntry,
        service: &str,
        versions: &dyn RecordStore<Version>,
        cache: &Cache,
    ) -> Result<(Entry, bool), RecordsError> {
        let change = change(record, versions, cache, self.words)?;
        let terms_type = &record.terms.terms_type;
        let entry = Entry {
            // The same as in the compatible feeds: whoever changes from one to the other sees nothing twice.
            id: format!("tag:opentermsarchive.org,2026:version:{}:git:{}", self.collection, record.id),
            title: self.title(service, terms_type.as_str(), of_record(record.kind)),
            url: self.page(record, change.before.as_ref()),
            date: record.date,
            summary: self.summary(record, &change),
            html: format!("<p>{}</p>\n{}", escaped(&self.summary(record, &change)), change.html),
            categories: self.categories(record, service),
            links: self.links(record, change.before.as_ref()),
        };
        Ok((entry, change.is_hasty))
    }

    /// Where people see the change.
    fn page(&self, record: &RecordEntry, before: Option<&RecordEntry>) -> String {
        match (&self.version_url_template, before) {
            (Some(template), _) => template.replacen("%VERSION_ID", record.id.as_str(), 1),
            (None, Some(_)) => format!("{}/changes/{}", self.site, record.id),
            (None, None) => format!("{}/versions/{}", self.site, record.id),
        }
    }

    /// What became of a terms, in a line.
    pub fn title(&self, service: &str, terms_type: &str, message: &str) -> String {
        let values =
            [("service", service.into()), ("terms", terms_type.into()), ("what", self.words.say(message).into())];
        self.words.say_of("feed-title", values)
    }

    /// Of which kind the change is and why, and how much of it there is.
    fn summary(&self, record: &RecordEntry, change: &Change) -> String {
        let verdict = record.verdict.as_ref();
        let kind = verdict.map(|verdict| self.kind(verdict.kind));
        let reasons = verdict.into_iter().flat_map(|verdict| &verdict.reasons);
        let reasons = reasons.map(|reason| signal::explained(reason, self.words.language.reasons));
        let reasons = reasons.filter(|reason| !reason.is_empty());
        let counts = [("feed-words-inserted", change.words_inserted), ("feed-words-deleted", change.words_deleted)];
        let counts = counts.into_iter().filter(|(_, count)| *count > 0);
        let counts = counts.map(|(message, count)| self.words.count(message, count));
        let parts: Vec<String> = kind.into_iter().chain(reasons).chain(counts).collect();
        if parts.is_empty() { self.words.say(of_record(record.kind)) } else { parts.join(&self.words.say("feed-join")) }
    }

    /// A kind of change in a word or two.
    fn kind(&self, kind: ChangeKind) -> String {
        self.words.say(&format!("kind-{}", kind.name()))
    }

    fn categories(&self, record: &RecordEntry, service: &str) -> Vec<Category> {
        let (term, label) =
            (if record.kind == Kind::First { "First record" } else { "Change" }, of_record(record.kind));
        let of_record = category("opentermsarchive.org,2026:scheme:record-type", term, &self.words.say(label));
        let kind = record.verdict.as_ref().map(|verdict| verdict.kind);
        let kind = kind.map(|kind| category(CHANGE_KIND, kind.name(), &self.kind(kind)));
        of_terms(&record.terms, service).into_iter().chain([of_record]).chain(kind).collect()
    }

    fn links(&self, record: &RecordEntry, before: Option<&RecordEntry>) -> Vec<Link> {
        let link = |mime, href, message| Link { rel: "related", mime, href, title: self.words.say(message) };
        let snapshot = |id: &RecordId, title| link("text/plain", format!("{}/snapshot/{id}/content", self.base), title);
        let version = link("text/markdown", format!("{}/version/{}.md", self.base, record.id), "feed-version");
        let own = record.snapshots.iter().map(|id| snapshot(id, "feed-snapshot"));
        let earlier = before.into_iter().flat_map(|before| &before.snapshots);
        let earlier = earlier.map(|id| snapshot(id, "feed-snapshot-before"));
        let snapshots = own.chain(earlier).filter(|_| self.has_snapshots);
        [version].into_iter().chain(snapshots).collect()
    }
}

/// What entries about a terms are filed under.
pub fn of_terms(terms: &TermsKey, service: &str) -> [Category; 2] {
    let (id, terms_type) = (terms.service.as_str(), terms.terms_type.as_str());
    [
        category("opentermsarchive.org,2026:scheme:service", id, service),
        category("opentermsarchive.org,2026:scheme:terms-type", terms_type, terms_type),
    ]
}

pub fn category(scheme: &str, term: &str, label: &str) -> Category {
    Category { scheme: format!("tag:{scheme}"), term: term.to_owned(), label: label.to_owned() }
}

/// The message that tells what became of a terms.
fn of_record(kind: Kind) -> &'static str {
    match kind {
        Kind::First => "feed-first",
        Kind::Change => "feed-changed",
        Kind::TechnicalUpgrade => "feed-upgraded",
    }
}

fn change(
    record: &RecordEntry,
    versions: &dyn RecordStore<Version>,
    cache: &Cache,
    words: Words,
) -> Result<Change, RecordsError> {
    let before = before(record, versions)?;
    let Some(old) = &before else { return Ok(Change::default()) };
    let name = format!("change {} {} {}", words.language.tag, old.id, record.id);
    let (rendered, is_hasty) = match cache.get(&name) {
        Some(rendered) => (rendered, false),
        None => {
            let (rendered, is_hasty) = rendered(&old.id, &record.id, versions, words)?;
            // Without the room that it did not fill.
            let rendered = Bytes::from(rendered.into_boxed_str().into_boxed_bytes());
            (if is_hasty { rendered } else { cache.put(&name, rendered) }, is_hasty)
        }
    };
    let (counts, html) = str::from_utf8(&rendered).unwrap_or_default().split_once('\n').unwrap_or_default();
    let (inserted, deleted) = counts.split_once(' ').unwrap_or_default();
    let count = |text: &str| text.parse().unwrap_or(0);
    let (words_inserted, words_deleted) = (count(inserted), count(deleted));
    Ok(Change { words_inserted, words_deleted, html: html.to_owned(), before, is_hasty })
}

/// The version of the same terms that was recorded before.
fn before(record: &RecordEntry, versions: &dyn RecordStore<Version>) -> Result<Option<RecordEntry>, RecordsError> {
    let filter = RecordFilter {
        order: Order::LastRecordedFirst,
        after: Some(record.id.clone()),
        limit: Some(1),
        ..RecordFilter::of(&record.terms)
    };
    Ok(versions.list(&filter)?.into_iter().next())
}

/// How many words came and went on a line, then what differs as HTML; and whether the comparison was broken off for time.
fn rendered(
    old: &RecordId,
    new: &RecordId,
    versions: &dyn RecordStore<Version>,
    words: Words,
) -> Result<(String, bool), RecordsError> {
    let (Some(old), Some(new)) = (versions.find(old)?, versions.find(new)?) else { return Ok((String::new(), false)) };
    let diff = diff::between(&old.content.markdown, &new.content.markdown);
    let html = difference::html(&diff, CONTEXT, words);
    Ok((format!("{} {}\n{html}", diff.counts.words_inserted, diff.counts.words_deleted), diff.is_hasty()))
}
