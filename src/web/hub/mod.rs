//! Tells a WebSub hub that feeds have something new.
//!
//! A hub is told by address, and feeds can be of any combination. Told are those that every collection has, and those
//! that were asked for since the start: whoever subscribes reads a feed first. What happens while a hub is being told is
//! told after that, so that however much is recorded, it is told of a few feeds at a time, and in the end of all.

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures::StreamExt;
use futures::stream;

use super::feeds::{Selection, address_with};
use super::outward::Outward;
use super::site::LANGUAGES;
use super::{Problem, Served};
use crate::checks::Event;
use crate::domain::{Kind, RecordId, ServiceId, TermsKey, TermsType};
use crate::feeds::FORMATS;
use crate::records::{Order, RecordEntry, RecordFilter};

/// Most feeds that are remembered because they were asked for: those that were asked for last.
const MAX_ASKED: usize = 500;

/// How many records are looked through at once for what is new, and how often at most.
const RECORDS_AT_ONCE: usize = 1_000;
const MAX_LOOKS: usize = 100;

/// How many feeds the hub is told of at the same time.
const AT_ONCE: usize = 8;

/// After so many failures in a row, the hub is left alone for a while.
const MAX_FAILURES: usize = 20;

/// How long the hub is left alone before it is told again of what it did not take; then it is given up.
const PAUSES: [Duration; 3] = [Duration::from_secs(10), Duration::from_secs(60), Duration::from_secs(600)];

/// What happened since the hub was last told.
#[derive(Debug, Default)]
pub struct News {
    pub events: Vec<Event>,
    /// The last version that was known before others were recorded.
    pub recorded_after: Option<RecordId>,
}

/// The feeds that were asked for, and what there is to tell of.
#[derive(Default)]
pub struct Topics {
    asked: Mutex<Asked>,
    news: Mutex<News>,
    /// Held by whoever tells the hub.
    turn: Arc<tokio::sync::Mutex<()>>,
}

/// Feeds by their addresses below the base, each with the number of the request that asked for it last.
#[derive(Default)]
struct Asked {
    feeds: BTreeMap<String, (Selection, u64)>,
    requests: u64,
}

/// What may be new in a feed.
struct Entries {
    records: Vec<RecordEntry>,
    events: Vec<Event>,
}

impl News {
    pub fn is_empty(&self) -> bool {
        self.events.is_empty() && self.recorded_after.is_none()
    }

    /// Adds what happened later.
    fn add(&mut self, later: Self) {
        self.events.extend(later.events);
        self.recorded_after = self.recorded_after.take().or(later.recorded_after);
    }
}

impl Topics {
    /// Remembers a feed that was asked for; past the bound, the one that was not asked for longest is forgotten.
    pub fn note(&self, address: String, selection: &Selection) {
        let mut asked = self.asked();
        asked.requests += 1;
        let request = asked.requests;
        if let Some((_, last)) = asked.feeds.get_mut(&address) {
            *last = request;
            return;
        }
        if asked.feeds.len() >= MAX_ASKED {
            let oldest = asked.feeds.iter().min_by_key(|(_, (_, last))| *last).map(|(address, _)| address.clone());
            oldest.map(|oldest| asked.feeds.remove(&oldest));
        }
        asked.feeds.insert(address, (selection.clone(), request));
    }

    /// Notes what is to be told.
    pub fn note_news(&self, news: News) {
        self.news().add(news);
    }

    pub fn has_news(&self) -> bool {
        !self.news().is_empty()
    }

    fn all(&self) -> Vec<(String, Selection)> {
        let asked = self.asked();
        asked.feeds.iter().map(|(address, (selection, _))| (address.clone(), selection.clone())).collect()
    }

    fn asked(&self) -> MutexGuard<'_, Asked> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn news(&self) -> MutexGuard<'_, News> {
        self.news.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Tells of all feeds with something new, unless somebody is at it, who will come to it.
pub async fn tell(served: Served) {
    let Ok(_turn) = Arc::clone(&served.topics().turn).try_lock_owned() else { return };
    loop {
        let news = std::mem::take(&mut *served.topics().news());
        if news.is_empty() {
            return;
        }
        tell_of(&served, news, &PAUSES).await;
    }
}

/// Tells of some news, again after each pause what the hub did not take. Without a public address nobody could know which
/// feeds are meant; what asks other servers failed to start, if it is not there.
async fn tell_of(served: &Served, news: News, pauses: &[Duration]) {
    let config = served.config();
    let (Some(hub), Some(public), Some(outward)) = (&config.feed.hub, &config.public_url, served.outward()) else {
        return;
    };
    let base = format!("{}{}", public.trim_end_matches('/'), served.base());
    let mut left: Vec<String> = topics(served, news).await.into_iter().map(|topic| format!("{base}{topic}")).collect();
    left = published(outward, hub, left).await;
    for pause in pauses {
        if left.is_empty() {
            return;
        }
        tokio::time::sleep(*pause).await;
        left = published(outward, hub, left).await;
    }
    if !left.is_empty() {
        tracing::warn!(hub, feeds = left.len(), "the hub was not told of new entries");
    }
}

/// Tells a hub of topics; gives those that it did not take.
async fn published(outward: &Outward, hub: &str, topics: Vec<String>) -> Vec<String> {
    let told = |topic: String| async move {
        let published = outward.publish(hub, &topic).await;
        (topic, published)
    };
    let mut rest = topics.into_iter();
    let (mut left, mut failures) = (Vec::new(), 0);
    // In rounds, so that those that are under way when the hub fails are the only ones that are tried in vain.
    while failures < MAX_FAILURES {
        let round: Vec<String> = rest.by_ref().take(AT_ONCE).collect();
        if round.is_empty() {
            break;
        }
        let mut answers = stream::iter(round).map(told).buffer_unordered(AT_ONCE);
        while let Some((topic, published)) = answers.next().await {
            failures = if published.is_ok() { 0 } else { failures + 1 };
            if let Err(error) = published {
                tracing::debug!(hub, topic, %error, "the hub did not take a feed");
                left.push(topic);
            }
        }
    }
    left.into_iter().chain(rest).collect()
}

/// The feeds with something new, each once; those that somebody asked for first.
async fn topics(served: &Served, news: News) -> Vec<String> {
    let mut asked: BTreeMap<String, Selection> = served.topics().all().into_iter().collect();
    let (mut first, mut terms) = (BTreeSet::new(), BTreeSet::new());
    let mut entries = Entries { records: Vec::new(), events: news.events };
    let (mut before, mut is_more) = (None, news.recorded_after.is_some());
    for _ in 0..MAX_LOOKS {
        let mut last = None;
        if is_more {
            let found = recorded(served, before).await;
            last = found.last().map(|record| record.id.clone()).filter(|_| found.len() == RECORDS_AT_ONCE);
            let is_new = |record: &RecordEntry| Some(&record.id) != news.recorded_after.as_ref();
            entries.records = found.iter().take_while(|record| is_new(record)).cloned().collect();
            is_more = entries.records.len() == found.len() && last.is_some();
            entries.records.retain(|entry| entry.kind != Kind::TechnicalUpgrade);
        }
        first.extend(asked_topics(served, &mut asked, &entries).await);
        terms.extend(entries.terms());
        if !is_more {
            break;
        }
        (before, entries.events) = (last, Vec::new());
    }
    let standard = standard_topics(&terms).into_iter().filter(|topic| !first.contains(topic)).collect::<Vec<_>>();
    first.into_iter().chain(standard).collect()
}

/// The records made before one, or the last of all, the last first.
async fn recorded(served: &Served, before: Option<RecordId>) -> Vec<RecordEntry> {
    let (order, limit) = (Order::LastRecordedFirst, Some(RECORDS_AT_ONCE));
    let filter = RecordFilter { order, after: before, limit, ..RecordFilter::default() };
    served.versions(move |versions| versions.list(&filter)).await.unwrap_or_else(|error| {
        tracing::warn!(%error, "a hub cannot be told of what was recorded");
        Vec::new()
    })
}

/// Takes out of the feeds that were asked for those that have something new.
async fn asked_topics(served: &Served, asked: &mut BTreeMap<String, Selection>, entries: &Entries) -> Vec<String> {
    let mut topics = Vec::new();
    for (address, selection) in asked.iter() {
        match has_new(served, selection, entries).await {
            Ok(true) => topics.push(address.clone()),
            Ok(false) => {}
            Err(problem) => tracing::warn!(address, problem.detail, "it is not known whether a feed has something new"),
        }
    }
    asked.retain(|address, _| !topics.contains(address));
    topics
}

async fn has_new(served: &Served, selection: &Selection, entries: &Entries) -> Result<bool, Problem> {
    if !selection.events(&entries.events).is_empty() {
        return Ok(true);
    }
    let new: BTreeSet<RecordId> = entries.records.iter().map(|record| record.id.clone()).collect();
    let filter = selection.filter_of(served).await?;
    let among = filter.among.clone().unwrap_or_else(|| new.iter().cloned().collect());
    let among = Some(among.into_iter().filter(|id| new.contains(id)).collect());
    Ok(served
        .versions(move |versions| versions.count(&RecordFilter { among: among.clone(), ..filter.clone() }))
        .await?
        > 0)
}

impl Entries {
    /// What they are about.
    fn terms(&self) -> impl Iterator<Item = TermsKey> {
        let of_records = self.records.iter().map(|record| record.terms.clone());
        of_records.chain(self.events.iter().map(|event| event.terms.clone()))
    }
}

/// The feeds that every collection has, as far as they are about these terms, in every format and language: those of
/// all, of types, of services, and of each terms.
fn standard_topics(terms: &BTreeSet<TermsKey>) -> Vec<String> {
    let services: BTreeSet<&ServiceId> = terms.iter().map(|terms| &terms.service).collect();
    let types: BTreeSet<&TermsType> = terms.iter().map(|terms| &terms.terms_type).collect();
    let all = (!terms.is_empty()).then_some((None, None));
    let of_types = types.into_iter().map(|name| (None, Some(name.as_str())));
    let of_services = services.into_iter().map(|id| (Some(id.as_str()), None));
    let of_terms = terms.iter().map(|terms| (Some(terms.service.as_str()), Some(terms.terms_type.as_str())));
    all.into_iter().chain(of_types).chain(of_services).chain(of_terms).flat_map(feeds_of).collect()
}

/// The feeds of a service or a type or both. Parameters are in the order of their names, as feeds tell their addresses.
fn feeds_of((service, terms_type): (Option<&str>, Option<&str>)) -> Vec<String> {
    let languages = LANGUAGES.map(|language| Some(language.tag));
    let languages = || [None].into_iter().chain(languages);
    let mut feeds = Vec::new();
    for format in FORMATS {
        for language in languages() {
            for all in [None, Some("all")] {
                let names = [("lang", language), ("service", service), ("significant", all), ("type", terms_type)];
                let given: Vec<_> = names.into_iter().filter_map(|(name, value)| Some((name, value?))).collect();
                feeds.push(address_with(format.extension, &given));
            }
        }
    }
    feeds
}
