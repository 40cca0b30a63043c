//! Tells a WebSub hub that feeds have something new.
//!
//! A hub is told by address, and feeds can be of any combination. Told are those that every collection has, and those
//! that were asked for since the start: whoever subscribes reads a feed first.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

use futures::StreamExt;
use futures::stream;

use super::feeds::{Selection, address_with};
use super::site::LANGUAGES;
use super::{Problem, Served};
use crate::checks::Event;
use crate::domain::{Kind, RecordId, TermsKey};
use crate::feeds::FORMATS;
use crate::records::{Order, RecordEntry, RecordFilter};

/// Most feeds that are told of at once.
const MAX_TOPICS: usize = 1_000;

/// Most feeds that are remembered because they were asked for.
const MAX_ASKED: usize = 500;

/// Most records that are looked through for what is new.
const MAX_RECORDS: usize = 1_000;

/// How many feeds the hub is told of at the same time.
const AT_ONCE: usize = 8;

/// What happened since the hub was last told.
#[derive(Debug, Default)]
pub struct News {
    pub events: Vec<Event>,
    /// The last version that was known before others were recorded.
    pub recorded_after: Option<RecordId>,
}

/// The feeds that were asked for, by their addresses below the base.
#[derive(Default)]
pub struct Topics(Mutex<BTreeMap<String, Selection>>);

/// What may be new in a feed.
struct Entries {
    records: Vec<RecordEntry>,
    events: Vec<Event>,
}

impl News {
    pub fn is_empty(&self) -> bool {
        self.events.is_empty() && self.recorded_after.is_none()
    }
}

impl Topics {
    /// Remembers a feed that was asked for.
    pub fn note(&self, address: String, selection: &Selection) {
        let mut asked = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if asked.len() < MAX_ASKED || asked.contains_key(&address) {
            asked.entry(address).or_insert_with(|| selection.clone());
        }
    }

    fn all(&self) -> Vec<(String, Selection)> {
        let asked = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        asked.iter().map(|(address, selection)| (address.clone(), selection.clone())).collect()
    }
}

/// Tells of all feeds with something new. Without a public address nobody could know which feeds are meant.
pub async fn tell(served: &Served, news: News) {
    let config = served.config();
    let (Some(hub), Some(public), Some(outward)) = (&config.feed.hub, &config.public_url, served.outward()) else {
        return;
    };
    let base = format!("{}{}", public.trim_end_matches('/'), served.base());
    let entries = Entries { records: recorded_after(served, news.recorded_after).await, events: news.events };
    let mut topics = entries.standard_topics();
    topics.extend(asked_topics(served, &entries).await);
    let told = topics.into_iter().take(MAX_TOPICS).map(|topic| {
        let topic = format!("{base}{topic}");
        async move {
            if let Err(error) = outward.publish(hub, &topic).await {
                tracing::warn!(hub, topic, %error, "the hub was not told of new entries");
            }
        }
    });
    stream::iter(told).buffer_unordered(AT_ONCE).collect::<()>().await;
}

async fn recorded_after(served: &Served, known: Option<RecordId>) -> Vec<RecordEntry> {
    let Some(known) = known else { return Vec::new() };
    let newest = RecordFilter { order: Order::LastRecordedFirst, limit: Some(MAX_RECORDS), ..RecordFilter::default() };
    let entries = served.versions(move |versions| versions.list(&newest)).await.unwrap_or_default();
    let entries = entries.into_iter().take_while(|entry| entry.id != known);
    entries.filter(|entry| entry.kind != Kind::TechnicalUpgrade).collect()
}

/// Of the feeds that were asked for, those that have something new.
async fn asked_topics(served: &Served, entries: &Entries) -> Vec<String> {
    let mut topics = Vec::new();
    for (address, selection) in served.topics().all() {
        match has_new(served, &selection, entries).await {
            Ok(true) => topics.push(address),
            Ok(false) => {}
            Err(problem) => tracing::warn!(address, problem.detail, "it is not known whether a feed has something new"),
        }
    }
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
    /// The feeds that every collection has, as far as they have these entries, in every format and language.
    fn standard_topics(&self) -> BTreeSet<String> {
        let records = self.records.iter().map(|record| &record.terms);
        let terms: BTreeSet<&TermsKey> = records.chain(self.events.iter().map(|event| &event.terms)).collect();
        let mut topics = BTreeSet::new();
        for terms in terms.into_iter().take(MAX_TOPICS) {
            let (service, terms_type) = (terms.service.as_str(), terms.terms_type.as_str());
            for scope in
                [(None, None), (Some(service), None), (None, Some(terms_type)), (Some(service), Some(terms_type))]
            {
                topics.extend(feeds_of(scope));
            }
            if topics.len() >= MAX_TOPICS {
                break;
            }
        }
        topics
    }
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

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use axum::Router;
    use axum::extract::State;
    use axum::routing::post;
    use tokio::net::TcpListener;

    use super::*;
    use crate::web::fixture::Fixture;
    use crate::web::{Config, FeedConfig};

    #[tokio::test]
    async fn a_hub_is_told_of_every_feed_that_has_something_new() {
        let heard: Arc<Mutex<Vec<String>>> = Arc::default();
        let hear = |State(heard): State<Arc<Mutex<Vec<String>>>>, body: String| async move {
            heard.lock().unwrap().push(body);
        };
        let hub = Router::new().route("/", post(hear)).with_state(Arc::clone(&heard));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}/", listener.local_addr().unwrap());
        tokio::spawn(async { axum::serve(listener, hub).await });
        let feed = FeedConfig { hub: Some(address), ..Config::default().feed };
        let public_url = Some("https://terms.example/".to_owned());
        let fixture = Fixture::with(Config { feed, public_url, ..Config::default() });
        let known = fixture.record("Lumio", "Terms of Service", "2026-01-01T00:00:00Z", "One.");
        fixture.record("Acme", "Privacy Policy", "2026-01-02T00:00:00Z", "Two.");

        fixture.get("/v1/feeds/changes.atom?service=Lumio&service=Acme&significant=all&kind=change,first").await;
        fixture.get("/v1/feeds/changes.atom?service=Lumio&kind=change,first").await;

        tell(&fixture.served, News { recorded_after: Some(known), events: Vec::new() }).await;

        let heard = heard.lock().unwrap();
        let feed = |parameters: &str| {
            let topic = format!("https://terms.example/v1/feeds/changes.{parameters}");
            let topic: String = url::form_urlencoded::byte_serialize(topic.as_bytes()).collect();
            heard.contains(&format!("hub.mode=publish&hub.url={topic}"))
        };
        assert_eq!(
            heard.len(),
            4 * 3 * 3 * 2 + 1,
            "four feeds in three formats, and one that was asked for: {heard:?}"
        );
        assert!(feed("atom?service=Acme"), "{heard:?}");
        assert!(feed("json?lang=fr&service=Acme&significant=all&type=Privacy+Policy"), "{heard:?}");
        assert!(feed("atom?kind=change%2Cfirst&service=Acme&service=Lumio&significant=all"), "{heard:?}");
        assert!(!heard.iter().any(|body| body.ends_with("Lumio")), "{heard:?}");
    }
}
