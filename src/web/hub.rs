//! Tells a WebSub hub that feeds have something new.

use std::collections::BTreeSet;

use super::Served;
use super::feeds::feed_address;
use crate::domain::{Kind, RecordId};
use crate::feeds::FORMATS;
use crate::records::{Order, RecordEntry, RecordFilter};

/// Most feeds that are told of at once; after that, of the collection's alone.
const MAX_TOPICS: usize = 100;

/// Tells of what was recorded after `known`. Without a public address nobody could know which feeds are meant.
pub async fn tell(served: &Served, known: RecordId) {
    let config = served.config();
    let (Some(hub), Some(public), Some(outward)) = (&config.feed.hub, &config.public_url, served.outward()) else {
        return;
    };
    let base = format!("{}{}", public.trim_end_matches('/'), served.base());
    for topic in topics(&recorded_after(served, known).await) {
        let topic = format!("{base}{topic}");
        if let Err(error) = outward.publish(hub, &topic).await {
            tracing::warn!(hub, topic, %error, "the hub was not told of new entries");
        }
    }
}

async fn recorded_after(served: &Served, known: RecordId) -> Vec<RecordEntry> {
    let newest = RecordFilter { order: Order::LastRecordedFirst, limit: Some(1_000), ..RecordFilter::default() };
    let entries = served.versions(move |versions| versions.list(&newest)).await.unwrap_or_default();
    let entries = entries.into_iter().take_while(|entry| entry.id != known);
    entries.filter(|entry| entry.kind != Kind::TechnicalUpgrade).collect()
}

/// The feeds that have these records, in every format.
fn topics(entries: &[RecordEntry]) -> BTreeSet<String> {
    let mut topics = BTreeSet::new();
    for format in FORMATS.iter().filter(|_| !entries.is_empty()) {
        topics.insert(feed_address(format.extension, None, None));
    }
    for entry in entries {
        let (service, terms_type) = (Some(&entry.terms.service), Some(&entry.terms.terms_type));
        if topics.len() >= MAX_TOPICS {
            return topics;
        }
        for format in FORMATS {
            topics.insert(feed_address(format.extension, service, None));
            topics.insert(feed_address(format.extension, None, terms_type));
            topics.insert(feed_address(format.extension, service, terms_type));
        }
    }
    topics
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

        tell(&fixture.served, known).await;

        let heard = heard.lock().unwrap();
        let expected =
            "hub.mode=publish&hub.url=https%3A%2F%2Fterms.example%2Fv1%2Ffeeds%2Fchanges.atom%3Fservice%3DAcme";
        assert_eq!(heard.len(), 12, "four feeds in three formats: {heard:?}");
        assert!(heard.iter().any(|body| body == expected), "{heard:?}");
        assert!(!heard.iter().any(|body| body.contains("Lumio")), "{heard:?}");
    }
}
