//! What a copy holds, and from what each file of it is made.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::fs;
use std::time::UNIX_EPOCH;

use chrono::{DateTime, Utc};

use super::Settings;
use super::archives::Archive;
use super::manifest::digest;
use super::places::{FeedOf, Kept, Place, Places, Scope};
use crate::checks::Status;
use crate::domain::TermsKey;
use crate::records::RecordEntry;
use crate::web::site::TAGS;
use crate::web::{Declared, Served};

/// Changes on one page of the list of them; as many pages are copied as hold the newest records that are.
const CHANGES_ON_A_PAGE: usize = 40;
const MOST_PAGES_OF_CHANGES: usize = 500;

/// The sections that every copy has. Others are found by the links to them.
const SECTIONS: [&str; 7] = ["changes", "services", "terms-types", "subscribe", "status", "about", "search"];

/// A file to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planned {
    /// Where the server answers it.
    pub address: String,
    pub file: String,
    /// What it is made from, as one number; empty where that is known only once it is made.
    pub made_from: String,
}

/// All that a copy is made from.
pub struct Plan {
    pub places: Places,
    /// What all of the copy is made from, as one number.
    pub state: String,
    /// The records that have pages of their own, oldest first, and what their pages are made from.
    records: Vec<(String, Kept, String)>,
    feeds: BTreeMap<FeedOf, String>,
    /// How many records the archive has.
    of: usize,
    base: String,
}

impl Planned {
    /// A file that is made each time.
    pub fn each_time(address: &str, file: &str) -> Self {
        Self { address: address.to_owned(), file: file.to_owned(), made_from: String::new() }
    }
}

impl Plan {
    /// Plans a copy of the records given, the first recorded first.
    pub fn of(
        served: &Served,
        settings: &Settings,
        entries: &[RecordEntry],
        archives: &[Archive],
        statuses: Option<&[Status]>,
    ) -> Self {
        let declared = served.declared();
        let kept = kept(entries, settings.records);
        let terms: BTreeSet<TermsKey> = entries.iter().map(|entry| entry.terms.clone()).collect();
        let live = served.config().public_url.as_deref();
        let mut places = Places::new(served.base(), live, &terms, &declared.terms());
        if settings.base_url.is_some() {
            places.add_cards(&terms);
        }
        add_sections(&mut places, served.base(), settings, entries.len());
        let lines = Lines::of(served, settings, &declared, entries, &kept);
        let records: Vec<(String, Kept, String)> = lines.records(entries, &kept);
        places.records = records.iter().map(|(id, kept, _)| (id.clone(), *kept)).collect();
        let events = format!("{:?}", served.events());
        let mut feeds = lines.feeds(&places, entries, &events);
        for archive in archives {
            let made_from = lines.archive(archive);
            let of_archive = places.add_feeds(&archive.of, Some(archive.number));
            feeds.extend(of_archive.into_iter().map(|feed| (feed, made_from.clone())));
        }
        let all = lines.all.iter().flat_map(|line| [line.as_bytes()]);
        let statuses = format!("{statuses:?}");
        let state = digest(all.chain([lines.common.as_bytes(), statuses.as_bytes(), events.as_bytes()]));
        Self { places, state, records, feeds, of: entries.len(), base: served.base().to_owned() }
    }

    /// How many records have pages of their own, and how many there are.
    pub fn records(&self) -> (usize, usize) {
        (self.records.len(), self.of)
    }

    /// The files whose links lead further, and which are made each time: all but those of records and feeds.
    pub fn pages(&self) -> Vec<Planned> {
        // A page may have two addresses; the shorter one comes first, and is the one that is asked.
        let files: BTreeMap<&str, &str> =
            self.places.files.iter().rev().map(|(address, file)| (file.as_str(), address.as_str())).collect();
        files.into_iter().map(|(file, address)| Planned::each_time(address, file)).collect()
    }

    /// The files of records, and the feeds.
    pub fn others(&self) -> impl Iterator<Item = Planned> + '_ {
        let of_record = move |(id, kept, made_from): &'_ (String, Kept, String)| {
            let (addresses, made_from) = (self.places.of_record(id, *kept), made_from.clone());
            addresses.into_iter().filter_map(move |address| match self.places.find(&address) {
                Place::File(file) => Some(self.planned(&address, &file, &made_from)),
                _ => None,
            })
        };
        let feed = move |(feed, made_from): (&FeedOf, &String)| {
            self.planned(&feed.address(&self.base), &self.places.feeds[feed], made_from)
        };
        self.records.iter().flat_map(of_record).chain(self.feeds.iter().map(feed))
    }

    fn planned(&self, address: &str, file: &str, made_from: &str) -> Planned {
        Planned { address: address.to_owned(), file: file.to_owned(), made_from: made_from.to_owned() }
    }
}

/// Since when every record has pages of its own; the end of time where only the latest of each terms has.
pub fn reach(entries: &[RecordEntry], most: Option<usize>) -> DateTime<Utc> {
    let newest = entries.iter().rev().take(most.unwrap_or(usize::MAX));
    newest.map(|entry| entry.date).min().unwrap_or(DateTime::<Utc>::MAX_UTC)
}

/// The ids of records with pages of their own: the newest, and the latest of each terms.
fn kept(entries: &[RecordEntry], most: Option<usize>) -> HashSet<&str> {
    let latest: HashMap<&TermsKey, &str> = entries.iter().map(|entry| (&entry.terms, entry.id.as_str())).collect();
    let newest = entries.iter().rev().take(most.unwrap_or(usize::MAX)).map(|entry| entry.id.as_str());
    latest.into_values().chain(newest).collect()
}

fn add_sections(places: &mut Places, base: &str, settings: &Settings, records: usize) {
    let told = settings.records.unwrap_or(records).clamp(1, records.max(1));
    let pages = told.div_ceil(CHANGES_ON_A_PAGE).min(MOST_PAGES_OF_CHANGES);
    places.add("/".to_owned(), "index.html".to_owned());
    places.add("/robots.txt".to_owned(), "robots.txt".to_owned());
    if settings.base_url.is_some() {
        places.add("/sitemap.xml".to_owned(), "sitemap.xml".to_owned());
    }
    places.add(format!("{base}/feeds.opml"), "feeds.opml".to_owned());
    for tag in TAGS {
        places.add(format!("/{tag}"), format!("{tag}/index.html"));
        let nothing = if tag == TAGS[0] { String::new() } else { format!("{tag}/") };
        places.add(format!("/{tag}/404"), nothing + "404.html");
        SECTIONS.iter().for_each(|section| places.add_page(&format!("/{tag}/{section}")));
        places.add(format!("/{tag}/changes?page=1"), format!("{tag}/changes.html"));
        for number in 2..=pages {
            places.add(format!("/{tag}/changes?page={number}"), format!("{tag}/changes/page-{number}.html"));
        }
    }
}

/// What files are made from, as text.
struct Lines {
    /// What all files have in common: who writes them, where to, what the collection says of itself.
    common: String,
    /// For each entry, what is known of it.
    all: Vec<String>,
    of_services: BTreeMap<String, String>,
}

impl Lines {
    fn of(
        served: &Served,
        settings: &Settings,
        declared: &Declared,
        entries: &[RecordEntry],
        kept: &HashSet<&str>,
    ) -> Self {
        let (live, base_url) = (&served.config().public_url, &settings.base_url);
        let metadata = serde_json::to_string(&declared.metadata.all).unwrap_or_default();
        let line = |entry: &RecordEntry| format!("{entry:?} {}", kept.contains(entry.id.as_str()));
        let services = declared.collection.services.iter();
        let of_services = services.map(|service| (service.id.to_string(), format!("{service:?}"))).collect();
        Self {
            common: format!("{} {live:?} {base_url:?} {:?} {metadata}", program(), served.config().feed),
            all: entries.iter().map(line).collect(),
            of_services,
        }
    }

    /// The pages of a record tell of it and of those before and after it.
    fn records(&self, entries: &[RecordEntry], kept: &HashSet<&str>) -> Vec<(String, Kept, String)> {
        let mut courses: HashMap<&TermsKey, Vec<usize>> = HashMap::new();
        for (at, entry) in entries.iter().enumerate() {
            courses.entry(&entry.terms).or_default().push(at);
        }
        let mut records = Vec::new();
        for course in courses.values() {
            for (place, at) in course.iter().enumerate().filter(|(_, at)| kept.contains(entries[**at].id.as_str())) {
                let around = &course[place.saturating_sub(2)..(place + 2).min(course.len())];
                let made_from = self.digest(entries[*at].terms.service.as_str(), around, place.min(2));
                records.push((*at, Kept { is_first: place == 0 }, made_from));
            }
        }
        records.sort_by_key(|(at, ..)| *at);
        records.into_iter().map(|(at, kept, made_from)| (entries[at].id.to_string(), kept, made_from)).collect()
    }

    fn digest(&self, service: &str, entries: &[usize], place: usize) -> String {
        let place = [u8::try_from(place).unwrap_or(u8::MAX)];
        let declared = self.of_services.get(service).map_or(&[][..], |declared| declared.as_bytes());
        let lines = entries.iter().map(|at| self.all[*at].as_bytes());
        digest([self.common.as_bytes(), declared, &place].into_iter().chain(lines))
    }

    /// An archive tells of its own entries, and names services.
    fn archive(&self, archive: &Archive) -> String {
        let names = self.of_services.values().map(String::as_bytes);
        digest([self.common.as_bytes(), archive.made_from.as_bytes()].into_iter().chain(names))
    }

    /// A feed is made from all entries that it could have.
    fn feeds(&self, places: &Places, entries: &[RecordEntry], events: &str) -> BTreeMap<FeedOf, String> {
        let mut scopes: HashMap<Scope, Vec<usize>> = HashMap::new();
        for (at, entry) in entries.iter().enumerate() {
            Scope::all_of(&entry.terms).into_iter().for_each(|scope| scopes.entry(scope).or_default().push(at));
        }
        let names: String = self.of_services.values().map(String::as_str).collect();
        let all = digest([self.common.as_bytes(), names.as_bytes(), events.as_bytes()]);
        let of_scope = |at: Option<&Vec<usize>>| {
            let lines = at.into_iter().flatten().map(|at| self.all[*at].as_bytes());
            digest([all.as_bytes()].into_iter().chain(lines))
        };
        // Each part of the archive is told in several formats and languages.
        let known: HashMap<&Scope, String> = scopes.iter().map(|(scope, at)| (scope, of_scope(Some(at)))).collect();
        let made_from = |feed: &FeedOf| known.get(&feed.scope).cloned().unwrap_or_else(|| of_scope(None));
        places.feeds.keys().map(|feed| (feed.clone(), made_from(feed))).collect()
    }
}

/// Another number for another program: pages are written by code, too.
fn program() -> String {
    let about = std::env::current_exe().and_then(fs::metadata).ok();
    let written = about.as_ref().and_then(|about| about.modified().ok()?.duration_since(UNIX_EPOCH).ok());
    format!("{} {:?} {written:?}", env!("CARGO_PKG_VERSION"), about.map(|about| about.len()))
}
