//! What a hub hears of.

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;
use tokio::net::TcpListener;

use super::*;
use crate::web::fixture::Fixture;
use crate::web::{Config, FeedConfig};

/// A collection with a hub.
struct Hub {
    fixture: Fixture,
    ear: Ear,
}

/// Hears nothing the first `deaf` times.
#[derive(Clone, Default)]
struct Ear {
    deaf: Arc<Mutex<usize>>,
    heard: Arc<Mutex<Vec<String>>>,
}

async fn hear(State(ear): State<Ear>, body: String) -> StatusCode {
    let mut deaf = ear.deaf.lock().unwrap();
    if *deaf > 0 {
        *deaf -= 1;
        return StatusCode::SERVICE_UNAVAILABLE;
    }
    ear.heard.lock().unwrap().push(body);
    StatusCode::NO_CONTENT
}

impl Hub {
    async fn deaf_for(deaf: usize) -> Self {
        let ear = Ear { deaf: Arc::new(Mutex::new(deaf)), ..Ear::default() };
        let hub = Router::new().route("/", post(hear)).with_state(ear.clone());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}/", listener.local_addr().unwrap());
        tokio::spawn(async { axum::serve(listener, hub).await });
        let feed = FeedConfig { hub: Some(address), ..Config::default().feed };
        let public_url = Some("https://terms.example/".to_owned());
        Self { fixture: Fixture::with(Config { feed, public_url, ..Config::default() }), ear }
    }

    /// Tells the hub of what was recorded after a version; gives the addresses of feeds that it heard of.
    async fn told_of(&self, recorded_after: RecordId) -> Vec<String> {
        let news = News { recorded_after: Some(recorded_after), events: Vec::new() };
        tell_of(&self.fixture.served, news, &[Duration::ZERO; 3]).await;
        let heard = std::mem::take(&mut *self.ear.heard.lock().unwrap());
        let topic = |body: &String| {
            let mut pairs = url::form_urlencoded::parse(body.as_bytes());
            assert_eq!(pairs.next().unwrap(), ("hub.mode".into(), "publish".into()));
            let (name, address) = pairs.next().unwrap();
            assert_eq!(name, "hub.url");
            address.strip_prefix("https://terms.example/v1/feeds/changes.").unwrap().to_owned()
        };
        heard.iter().map(topic).collect()
    }
}

#[tokio::test]
async fn a_hub_is_told_of_every_feed_that_has_something_new() {
    let hub = Hub::deaf_for(0).await;
    let known = hub.fixture.record("Lumio", "Terms of Service", "2026-01-01T00:00:00Z", "One.");
    hub.fixture.record("Acme", "Privacy Policy", "2026-01-02T00:00:00Z", "Two.");
    hub.fixture.get("/v1/feeds/changes.atom?service=Lumio&service=Acme&significant=all&kind=change,first").await;
    hub.fixture.get("/v1/feeds/changes.atom?service=Lumio&kind=change,first").await;

    let told = hub.told_of(known).await;

    let feed = |parameters: &str| told.iter().any(|topic| topic == parameters);
    assert_eq!(told.len(), 4 * 3 * 3 * 2 + 1, "four feeds in three formats, and one that was asked for: {told:?}");
    assert!(feed("atom?service=Acme"), "{told:?}");
    assert!(feed("json?lang=fr&service=Acme&significant=all&type=Privacy+Policy"), "{told:?}");
    assert_eq!(told[0], "atom?kind=change%2Cfirst&service=Acme&service=Lumio&significant=all", "asked for: first");
    assert!(!told.iter().any(|topic| topic.ends_with("Lumio")), "{told:?}");
}

#[tokio::test]
async fn a_hub_is_told_of_all_feeds_however_much_was_recorded() {
    let hub = Hub::deaf_for(0).await;
    let known = hub.fixture.record("Lumio", "Terms of Service", "2026-01-01T00:00:00Z", "One.");
    let service = |number: usize| format!("Service {number:03}");
    for number in 0..RECORDS_AT_ONCE + 100 {
        let text = format!("Text {number}.");
        hub.fixture.record(&service(number % 70), "Imprint", "2026-01-02T00:00:00Z", &text);
    }

    let told = hub.told_of(known).await;

    let distinct: BTreeSet<&String> = told.iter().collect();
    assert_eq!(distinct.len(), told.len(), "each once");
    assert_eq!(told.len(), (1 + 1 + 70 + 70) * 3 * 3 * 2);
}

#[tokio::test]
async fn a_hub_that_fails_is_told_later() {
    let hub = Hub::deaf_for(MAX_FAILURES + 5).await;
    let known = hub.fixture.record("Lumio", "Terms of Service", "2026-01-01T00:00:00Z", "One.");
    hub.fixture.record("Acme", "Privacy Policy", "2026-01-02T00:00:00Z", "Two.");

    let told = hub.told_of(known).await;

    assert_eq!(told.into_iter().collect::<BTreeSet<_>>().len(), 4 * 3 * 3 * 2);
}

#[tokio::test]
async fn what_happens_while_a_hub_is_told_is_told_after_that() {
    let hub = Hub::deaf_for(0).await;
    let served = &hub.fixture.served;
    let known = hub.fixture.record("Lumio", "Terms of Service", "2026-01-01T00:00:00Z", "One.");
    let next = hub.fixture.record("Acme", "Privacy Policy", "2026-01-02T00:00:00Z", "Two.");
    hub.fixture.record("Acme", "Imprint", "2026-01-03T00:00:00Z", "Three.");

    for recorded_after in [known, next] {
        served.topics().note_news(News { recorded_after: Some(recorded_after), events: Vec::new() });
    }
    tell(served.clone()).await;

    assert_eq!(hub.ear.heard.lock().unwrap().len(), (1 + 1 + 2 + 2) * 3 * 3 * 2);
    assert!(!served.topics().has_news());
}

#[test]
fn feeds_that_nobody_asked_for_lately_are_forgotten_first() {
    let topics = Topics::default();
    let selection = Selection::read("").unwrap();
    let note = |number: usize| topics.note(format!("/feeds/{number}"), &selection);
    (0..MAX_ASKED).for_each(note);

    note(0);
    note(MAX_ASKED);

    let known: Vec<String> = topics.all().into_iter().map(|(address, _)| address).collect();
    assert_eq!(known.len(), MAX_ASKED);
    assert!(known.contains(&"/feeds/0".to_owned()) && !known.contains(&"/feeds/1".to_owned()));
}
