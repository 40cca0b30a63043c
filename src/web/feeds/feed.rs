//! Finds the changes of a feed, and puts it together.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use chrono::DateTime;
use futures::future::try_join_all;

use super::change::Desk;
use super::page::{self, Item};
use super::selection::Selection;
use crate::feeds::{Entry, FORMATS, Feed, Format, Link, Paging};
use crate::web::address::encoded;
use crate::web::{Declared, Origin, Problem, Served};

/// How many entries are rendered one after the other: others are rendered beside.
const CHUNK: usize = 25;

/// What a feed has, newest first, and how many pages there are in all.
pub struct Found {
    pub items: Vec<Item>,
    archives: usize,
    /// Whether there are older entries than those of the newest page.
    has_more: bool,
}

impl Found {
    /// A number that is another when the feed is.
    pub fn stamp(&self, served: &Served) -> u64 {
        let mut hasher = DefaultHasher::new();
        self.items.iter().for_each(|item| item.hash(&mut hasher));
        (self.archives, served.declared_stamp()).hash(&mut hasher);
        hasher.finish()
    }
}

/// How many archives a feed has that has `all` entries, of which it shows `limit`: none while it shows all.
pub fn archives(all: usize, limit: usize) -> usize {
    if all > limit { all / limit } else { 0 }
}

/// What a selection means. Archives hold a fixed number of entries from the oldest on, so that one that is full stays
/// as it is.
pub async fn found(served: &Served, selection: &Selection) -> Result<Found, Problem> {
    let filter = selection.filter_of(served).await?;
    let events = selection.events(&served.events());
    let (limit, archive) = (served.config().feed.limit, selection.archive);
    let found = served.versions(move |versions| {
        let all = versions.count(&filter)? + events.len();
        let (has_more, archives) = (all > limit, archives(all, limit));
        let items = match archive {
            None => page::newest(versions, &filter, &events, limit)?,
            Some(number) if number > archives => return Ok(None),
            Some(number) => page::from_oldest(versions, &filter, &events, (number - 1) * limit, limit)?,
        };
        Ok(Some(Found { items, archives, has_more }))
    });
    found.await?.ok_or_else(|| Problem::not_found("there is no archive of this number yet"))
}

/// The feed, every entry with what changed; and whether it is as good as it gets.
pub async fn built(
    served: &Served,
    selection: &Selection,
    origin: &Origin,
    format: &Format,
    found: &Found,
) -> Result<(Feed, bool), Problem> {
    let declared = served.declared();
    let entries = entries(served, &declared, selection, origin, found).await?;
    let is_final = !entries.iter().any(|(_, is_hasty)| *is_hasty);
    let (metadata, words) = (&declared.metadata, selection.words);
    let address =
        |extension: &str, archive| origin.at(&format!("{}{}", served.base(), selection.address_of(extension, archive)));
    let numbered = |number| address(format.extension, Some(number));
    let others = FORMATS.iter().filter(|other| other.extension != format.extension);
    let link = |other: &Format| {
        let (href, title) = (address(other.extension, None), other.name.to_owned());
        Link { rel: "alternate", mime: other.mime, href, title }
    };
    let feed = Feed {
        id: format!("tag:fineprint,2026:feed:{}:{}", encoded(&metadata.id), encoded(&selection.parameters())),
        title: title(&declared, selection),
        subtitle: metadata.text("tagline").map(str::to_owned),
        language: words.language.tag.to_owned(),
        author: metadata.name.clone(),
        logo: metadata.text("logo").map(str::to_owned),
        updated: found.items.first().map_or(DateTime::UNIX_EPOCH, Item::date),
        url: address(format.extension, selection.archive),
        page: origin.at(&format!("/{}", words.language.tag)),
        alternates: others.map(link).collect(),
        hub: served.config().feed.hub.clone().filter(|_| selection.archive.is_none()),
        paging: paging(selection, found, &numbered, &address(format.extension, None)),
        entries: entries.into_iter().map(|(entry, _)| entry).collect(),
    };
    Ok((feed, is_final))
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
    let of = if of.is_empty() { selection.words.say("feed-all") } else { of.join(", ") };
    let values = [("collection", declared.metadata.name.as_str().into()), ("of", of.into())];
    selection.words.say_of("feed-of", values)
}

/// The entries, each with whether it may be told better another time.
async fn entries(
    served: &Served,
    declared: &Declared,
    selection: &Selection,
    origin: &Origin,
    found: &Found,
) -> Result<Vec<(Entry, bool)>, Problem> {
    let desk = Arc::new(Desk {
        base: origin.at(served.base()),
        site: origin.at(&format!("/{}", selection.words.language.tag)),
        collection: declared.metadata.id.clone(),
        words: selection.words,
        version_url_template: served.config().feed.version_url_template.clone(),
        has_snapshots: served.has_snapshots(),
    });
    let chunks = found.items.chunks(CHUNK).map(|chunk| {
        let named = |item: &Item| (item.clone(), name(declared, item.terms().service.as_str()));
        let items: Vec<(Item, String)> = chunk.iter().map(named).collect();
        let (desk, cache) = (Arc::clone(&desk), served.clone());
        served.versions(move |versions| {
            let entry = |(item, service): &(Item, String)| match item {
                Item::Record(record) => desk.entry(record, service, versions, cache.cache()),
                Item::Tracking(event) => Ok((desk.tracking(event, service), false)),
            };
            items.iter().map(entry).collect::<Result<Vec<_>, _>>()
        })
    });
    Ok(try_join_all(chunks).await?.concat())
}

/// The name of a service, or its id where it is not declared any more.
fn name(declared: &Declared, id: &str) -> String {
    declared.service(id).map_or_else(|| id.to_owned(), |service| service.name.clone())
}
