//! A change as an entry: what it did, of which kind it is, and where the rest is.

use axum::body::Bytes;

use super::words::Words;
use crate::diff;
use crate::domain::{Kind, RecordId, Version};
use crate::feeds::{Category, Entry, Link};
use crate::markup::escaped;
use crate::records::{Order, RecordEntry, RecordFilter, RecordStore, RecordsError};
use crate::signal;
use crate::web::cache::Cache;
use crate::web::difference;

/// Blocks that did not change, shown around those that did.
const CONTEXT: usize = 1;

/// What all entries of a feed share.
pub struct Desk {
    /// Where the interface is, scheme and host included.
    pub base: String,
    /// Where the pages are, in the feed's language.
    pub site: String,
    pub collection: String,
    pub words: &'static Words,
    pub version_url_template: Option<String>,
}

/// A record and the name of its service.
pub struct Named {
    pub record: RecordEntry,
    pub service: String,
}

/// What a record did to the terms.
struct Change {
    before: Option<RecordEntry>,
    words_inserted: usize,
    words_deleted: usize,
    html: String,
}

impl Desk {
    /// The entry for a record.
    pub fn entry(
        &self,
        named: &Named,
        versions: &dyn RecordStore<Version>,
        cache: &Cache,
    ) -> Result<Entry, RecordsError> {
        let record = &named.record;
        let change = change(record, versions, cache)?;
        let terms_type = &record.terms.terms_type;
        Ok(Entry {
            // The same as in the compatible feeds: whoever changes from one to the other sees nothing twice.
            id: format!("tag:opentermsarchive.org,2026:version:{}:git:{}", self.collection, record.id),
            title: format!("{}: {terms_type} {}", named.service, self.words.of_record(record.kind)),
            url: self.page(record, change.before.as_ref()),
            date: record.date,
            summary: self.summary(record, &change),
            html: format!("<p>{}</p>\n{}", escaped(&self.summary(record, &change)), change.html),
            categories: self.categories(named),
            links: self.links(record, change.before.as_ref()),
        })
    }

    /// Where people see the change.
    fn page(&self, record: &RecordEntry, before: Option<&RecordEntry>) -> String {
        match (&self.version_url_template, before) {
            (Some(template), _) => template.replacen("%VERSION_ID", record.id.as_str(), 1),
            (None, Some(_)) => format!("{}/changes/{}", self.site, record.id),
            (None, None) => format!("{}/versions/{}", self.site, record.id),
        }
    }

    /// Of which kind the change is and why, and how much of it there is.
    fn summary(&self, record: &RecordEntry, change: &Change) -> String {
        let verdict = record.verdict.as_ref();
        let kind = verdict.map(|verdict| self.words.of_change(verdict.kind).to_owned());
        let reasons = verdict.into_iter().flat_map(|verdict| &verdict.reasons);
        let reasons = reasons.map(|reason| signal::explained(reason, self.words.language));
        let reasons = reasons.filter(|reason| !reason.is_empty());
        let counts =
            [(change.words_inserted, self.words.words_inserted), (change.words_deleted, self.words.words_deleted)];
        let counts = counts.into_iter().filter(|(count, _)| *count > 0).map(|(count, noun)| format!("{count} {noun}"));
        let parts: Vec<String> = kind.into_iter().chain(reasons).chain(counts).collect();
        if parts.is_empty() { self.words.of_record(record.kind).to_owned() } else { parts.join("; ") }
    }

    fn categories(&self, named: &Named) -> Vec<Category> {
        let record = &named.record;
        let category = |scheme: &str, term: &str, label: &str| Category {
            scheme: format!("tag:opentermsarchive.org,2026:scheme:{scheme}"),
            term: term.to_owned(),
            label: label.to_owned(),
        };
        let terms_type = record.terms.terms_type.as_str();
        let is_first = record.kind == Kind::First;
        let of_record = if is_first { "First record" } else { "Change" };
        let verdict = record.verdict.as_ref().map(|verdict| Category {
            scheme: "tag:fineprint,2026:scheme:change-kind".to_owned(),
            term: verdict.kind.name().to_owned(),
            label: self.words.of_change(verdict.kind).to_owned(),
        });
        let known = [
            category("service", record.terms.service.as_str(), &named.service),
            category("terms-type", terms_type, terms_type),
            category("record-type", of_record, self.words.of_record(record.kind)),
        ];
        known.into_iter().chain(verdict).collect()
    }

    fn links(&self, record: &RecordEntry, before: Option<&RecordEntry>) -> Vec<Link> {
        let link = |mime, href, title: &str| Link { rel: "related", mime, href, title: title.to_owned() };
        let snapshot = |id: &RecordId, title| link("text/plain", format!("{}/snapshot/{id}/content", self.base), title);
        let version = link("text/markdown", format!("{}/version/{}.md", self.base, record.id), self.words.version);
        let own = record.snapshots.iter().map(|id| snapshot(id, self.words.snapshot));
        let earlier = before.into_iter().flat_map(|before| &before.snapshots);
        let earlier = earlier.map(|id| snapshot(id, self.words.snapshot_before));
        [version].into_iter().chain(own).chain(earlier).collect()
    }
}

fn change(record: &RecordEntry, versions: &dyn RecordStore<Version>, cache: &Cache) -> Result<Change, RecordsError> {
    let before = before(record, versions)?;
    let Some(old) = &before else {
        return Ok(Change { before: None, words_inserted: 0, words_deleted: 0, html: String::new() });
    };
    let name = format!("change {} {}", old.id, record.id);
    let rendered = match cache.get(&name) {
        Some(rendered) => rendered,
        None => cache.put(&name, Bytes::from(rendered(&old.id, &record.id, versions)?)),
    };
    let (counts, html) = str::from_utf8(&rendered).unwrap_or_default().split_once('\n').unwrap_or_default();
    let (inserted, deleted) = counts.split_once(' ').unwrap_or_default();
    let count = |text: &str| text.parse().unwrap_or(0);
    Ok(Change { words_inserted: count(inserted), words_deleted: count(deleted), html: html.to_owned(), before })
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

/// How many words came and went on a line, then what differs as HTML.
fn rendered(old: &RecordId, new: &RecordId, versions: &dyn RecordStore<Version>) -> Result<String, RecordsError> {
    let (Some(old), Some(new)) = (versions.find(old)?, versions.find(new)?) else { return Ok(String::new()) };
    let diff = diff::between(&old.content.markdown, &new.content.markdown);
    let html = difference::html(&diff, CONTEXT);
    Ok(format!("{} {}\n{html}", diff.counts.words_inserted, diff.counts.words_deleted))
}
