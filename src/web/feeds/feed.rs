//! Finds the changes of a feed, and puts it together.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use chrono::DateTime;
use futures::future::try_join_all;

use super::change::{Desk, Named};
use super::selection::Selection;
use crate::domain::TermsKey;
use crate::feeds::{Entry, FORMATS, Feed, Format, Link, Paging};
use crate::records::{Order, RecordEntry, RecordFilter};
use crate::web::address::encoded;
use crate::web::api::records_with;
use crate::web::{Declared, Origin, Problem, Served};

/// How many entries are rendered one after the other: others are rendered beside.
const CHUNK: usize = 25;

/// The changes that a feed has, newest first, and how many pages there are in all.
pub struct Found {
    pub entries: Vec<RecordEntry>,
    archives: usize,
    /// Whether there are older entries than those of the newest page.
    has_more: bool,
}

impl Found {
    /// A number that is another when the feed is.
    pub fn stamp(&self, served: &Served) -> u64 {
        let mut hasher = DefaultHasher::new();
        for entry in &self.entries {
            entry.id.hash(&mut hasher);
            if let Some(verdict) = &entry.verdict {
                (verdict.kind, verdict.significant, verdict.rules).hash(&mut hasher);
                verdict.reasons.iter().for_each(|reason| (&reason.rule, &reason.seen).hash(&mut hasher));
            }
        }
        (self.archives, served.declared_stamp()).hash(&mut hasher);
        hasher.finish()
    }
}

/// The records that a selection means. Archives hold a fixed number of entries from the oldest on, so that one that is
/// full stays as it is.
pub async fn found(served: &Served, selection: &Selection) -> Result<Found, Problem> {
    let among = records_with(served, &selection.query).await?;
    let filter = RecordFilter { among, ..selection.filter() };
    let (limit, archive) = (served.config().feed.limit, selection.archive);
    let found = served.versions(move |versions| {
        let archives = versions.count(&filter)?;
        let has_more = archives > limit;
        let archives = if has_more { archives / limit } else { 0 };
        let page = match archive {
            None => RecordFilter { limit: Some(limit), ..filter.clone() },
            Some(number) if number > archives => return Ok(None),
            Some(number) => RecordFilter {
                order: Order::OldestFirst,
                offset: (number - 1) * limit,
                limit: Some(limit),
                ..filter.clone()
            },
        };
        let mut entries = versions.list(&page)?;
        if archive.is_some() {
            entries.reverse();
        }
        Ok(Some(Found { entries, archives, has_more }))
    });
    found.await?.ok_or_else(|| Problem::not_found("there is no archive of this number yet"))
}

/// The feed, every entry with what changed.
pub async fn built(
    served: &Served,
    selection: &Selection,
    origin: &Origin,
    format: &Format,
    found: &Found,
) -> Result<Feed, Problem> {
    let declared = served.declared();
    let (metadata, words) = (&declared.metadata, selection.words);
    let base = origin.at(served.base());
    let parameters = selection.parameters();
    let address = |format: &Format, query: &str| {
        let mark = if query.is_empty() { "" } else { "?" };
        format!("{base}/feeds/changes.{}{mark}{query}", format.extension)
    };
    let page = |number| address(format, &selection.parameters_with(number));
    let own = selection.archive.map_or_else(|| address(format, &parameters), page);
    let others = FORMATS.iter().filter(|other| other.extension != format.extension);
    let link = |other: &Format| {
        let (href, title) = (address(other, &parameters), other.name.to_owned());
        Link { rel: "alternate", mime: other.mime, href, title }
    };
    Ok(Feed {
        id: format!("tag:fineprint,2026:feed:{}:{}", encoded(&metadata.id), encoded(&parameters)),
        title: title(&declared, selection),
        subtitle: metadata.text("tagline").map(str::to_owned),
        language: words.code.to_owned(),
        author: metadata.name.clone(),
        logo: metadata.text("logo").map(str::to_owned),
        updated: found.entries.first().map_or(DateTime::UNIX_EPOCH, |entry| entry.date),
        url: own,
        page: origin.at(&format!("/{}", words.code)),
        alternates: others.map(link).collect(),
        hub: served.config().feed.hub.clone().filter(|_| selection.archive.is_none()),
        paging: paging(selection, found, &page, &address(format, &parameters)),
        entries: entries(served, &declared, selection, origin, found).await?,
    })
}

fn paging(selection: &Selection, found: &Found, page: &impl Fn(usize) -> String, newest: &str) -> Paging {
    match selection.archive {
        None => Paging { previous: found.has_more.then(|| page(found.archives)), ..Paging::default() },
        Some(number) => Paging {
            current: Some(newest.to_owned()),
            previous: (number > 1).then(|| page(number - 1)),
            next: (number < found.archives).then(|| page(number + 1)),
        },
    }
}

/// What the feed is of: `Demo: Acme, Privacy Policy`.
fn title(declared: &Declared, selection: &Selection) -> String {
    let query = &selection.query;
    let services = query.services.iter().map(|id| name(declared, id.as_str()));
    let terms_types = query.terms_types.iter().map(ToString::to_string);
    let words = query.words.as_ref().map(|words| format!("“{words}”"));
    let of: Vec<String> = services.chain(terms_types).chain(words).collect();
    let of = if of.is_empty() { selection.words.changes_of.to_owned() } else { of.join(", ") };
    format!("{}: {of}", declared.metadata.name)
}

async fn entries(
    served: &Served,
    declared: &Declared,
    selection: &Selection,
    origin: &Origin,
    found: &Found,
) -> Result<Vec<Entry>, Problem> {
    let desk = Arc::new(Desk {
        base: origin.at(served.base()),
        site: origin.at(&format!("/{}", selection.words.code)),
        collection: declared.metadata.id.clone(),
        words: selection.words,
        version_url_template: served.config().feed.version_url_template.clone(),
    });
    let chunks = found.entries.chunks(CHUNK).map(|chunk| {
        let named =
            |record: &RecordEntry| Named { service: named_service(declared, &record.terms), record: record.clone() };
        let records: Vec<Named> = chunk.iter().map(named).collect();
        let (desk, cache) = (Arc::clone(&desk), served.clone());
        served.versions(move |versions| {
            records.iter().map(|record| desk.entry(record, versions, cache.cache())).collect::<Result<Vec<_>, _>>()
        })
    });
    Ok(try_join_all(chunks).await?.concat())
}

fn named_service(declared: &Declared, terms: &TermsKey) -> String {
    name(declared, terms.service.as_str())
}

/// The name of a service, or its id where it is not declared any more.
fn name(declared: &Declared, id: &str) -> String {
    declared.service(id).map_or_else(|| id.to_owned(), |service| service.name.clone())
}
