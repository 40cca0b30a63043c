//! What becomes of a suspect that a second look shows in another light.

use std::sync::Mutex;
use std::sync::atomic::AtomicBool;

use async_trait::async_trait;

use super::*;
use crate::checks::{CheckFilter, CheckOutcome, Decision};
use crate::domain::{FetcherKind, MimeType};
use crate::fetch::{Answer, Exchange, FetchError, Fetched, Fetcher, Request};
use crate::tracker::{Failure, Outcome, Stop, Tracker, held_text};

/// Shows one page over HTTP and another to a browser, and notes who asked.
#[derive(Default)]
struct TwoFaced {
    http: Mutex<String>,
    browser: Mutex<String>,
    /// Whether a browser is told that nothing changed, though it never asks.
    is_unmodified: AtomicBool,
    asked: Mutex<Vec<&'static str>>,
}

#[async_trait]
impl Fetcher for TwoFaced {
    async fn fetch(&self, request: Request<'_>) -> Result<Answer, FetchError> {
        let kind = request.only_by.unwrap_or(FetcherKind::HtmlOnly);
        self.asked.lock().unwrap().push(kind.as_str());
        let exchange = Exchange::begin(kind, request.url());
        if kind == FetcherKind::FullDom && self.is_unmodified.load(Ordering::SeqCst) {
            return Ok(Answer::NotModified(exchange));
        }
        let page = if kind == FetcherKind::FullDom { &self.browser } else { &self.http };
        let content = format!("<main>{}</main>", page.lock().unwrap()).into_bytes();
        Ok(Answer::Fetched(Fetched { content, mime: MimeType::html(), exchange }))
    }
}

struct Lab {
    site: Arc<TwoFaced>,
    tracker: Tracker,
    terms: Arc<Terms>,
}

impl Lab {
    fn new() -> Self {
        let site = Arc::new(TwoFaced::default());
        let (terms, tracker) = (terms(), tracker(site.clone(), Arc::new(MemoryStore::<Snapshot>::new())));
        Self { site, tracker, terms }
    }

    fn show(&self, http: &str, browser: &str) {
        *self.site.http.lock().unwrap() = http.to_owned();
        *self.site.browser.lock().unwrap() = browser.to_owned();
    }

    async fn run_on(&mut self, day: &str) -> Outcome {
        self.tracker.clock = Clock::fixed(format!("{day}T06:00:00Z").parse().unwrap());
        let (_stopper, stop) = Stop::channel();
        self.site.asked.lock().unwrap().clear();
        let terms = [Arc::clone(&self.terms)];
        self.tracker.track(&terms, &(), &stop).await.unwrap().remove(0)
    }

    fn asked(&self) -> Vec<&'static str> {
        self.site.asked.lock().unwrap().clone()
    }

    /// The snapshots, the oldest first.
    fn snapshots(&self) -> Vec<String> {
        let store = &self.tracker.archive.snapshots;
        let entries = store.list(&RecordFilter::default()).unwrap();
        let content = |entry: &RecordEntry| store.find(&entry.id).unwrap().unwrap().content.content;
        entries.iter().rev().map(|entry| String::from_utf8(content(entry)).unwrap()).collect()
    }

    fn latest_text(&self) -> String {
        self.tracker.archive.versions.latest(&self.terms.key).unwrap().unwrap().content.markdown
    }
}

fn clauses(clause: &str) -> String {
    format!("<h1>Terms</h1>{}", format!("<p>{clause}</p>").repeat(40))
}

/// A text that has collapsed to a part of itself.
fn cut(day: &str) -> String {
    format!("<h1>Terms</h1>{}<p>As of day {day}.</p>", "<p>You may leave.</p>".repeat(20))
}

const WALL: &str = "<h1>Welcome back</h1><p>Please sign in to see this page.</p>";
const MISSING: &str = "<h1>Page not found</h1><p>The page you asked for is not here any more.</p>";

#[tokio::test(flavor = "multi_thread")]
async fn what_a_browser_alone_is_shown_is_recorded_and_asked_for_first_from_then_on() {
    let mut lab = Lab::new();
    lab.show(WALL, &clauses("You may leave at any time, and take your photos with you."));

    let first = lab.run_on("2026-01-01").await;
    let asked_first = lab.asked();
    let second = lab.run_on("2026-01-02").await;

    assert!(matches!(first.version, Ok(Saved::Recorded { .. })), "{:?}", first.version);
    assert_eq!(asked_first, ["htmlOnly", "fullDom"]);
    assert!(matches!(second.version, Ok(Saved::Unchanged { .. })));
    assert_eq!(lab.asked(), ["fullDom"]);
    assert_eq!(lab.snapshots().len(), 2, "the wall once, and the terms once");
    assert_eq!(lab.tracker.ledger.holds().unwrap(), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_preview_shows_what_the_next_run_will_be_shown() {
    let mut lab = Lab::new();
    lab.show(WALL, &clauses("You may leave at any time, and take your photos with you."));
    lab.run_on("2026-01-01").await;

    let version = lab.tracker.preview(&lab.terms).await.unwrap().unwrap();

    assert!(version.markdown.contains("photos"), "{}", version.markdown);
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_month_http_is_asked_first_again() {
    let mut lab = Lab::new();
    lab.show(WALL, &clauses("You may leave at any time, and take your photos with you."));
    lab.run_on("2026-01-01").await;
    let text = lab.site.browser.lock().unwrap().clone();
    lab.show(&text, &text);

    lab.run_on("2026-02-01").await;

    assert_eq!(lab.asked(), ["htmlOnly"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn once_the_browser_is_shown_a_wall_http_is_asked_again() {
    let mut lab = Lab::new();
    lab.show(WALL, &clauses("You may leave at any time, and take your photos with you."));
    lab.run_on("2026-01-01").await;
    lab.show(&clauses("You may leave at any time, and take your films with you."), WALL);

    lab.run_on("2026-01-02").await;
    let asked_first = lab.asked();
    lab.run_on("2026-01-03").await;

    assert_eq!(asked_first, ["fullDom", "htmlOnly"]);
    assert!(lab.latest_text().contains("films"));
    assert_eq!(lab.asked(), ["htmlOnly"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_suspect_is_set_aside_so_that_the_two_do_not_take_turns() {
    let mut lab = Lab::new();
    let terms = clauses("You may leave at any time, and take your photos with you.");
    lab.show(&terms, &terms);
    lab.run_on("2026-01-01").await;

    for (day, http) in [("2026-01-02", WALL), ("2026-01-03", "<h1>Log in</h1><p>Log in to continue reading.</p>")] {
        lab.show(http, MISSING);
        lab.run_on(day).await;
        assert_eq!(lab.asked(), ["htmlOnly", "fullDom"]);
    }

    let snapshots = lab.snapshots();
    assert_eq!(snapshots.len(), 3);
    assert!(snapshots.iter().all(|snapshot| !snapshot.contains("not found")));
    let checks = lab.tracker.ledger.checks(&CheckFilter::default()).unwrap();
    let outcomes: Vec<_> = checks.iter().map(|check| check.outcome).collect();
    let (recorded, aside) = (CheckOutcome::Recorded, CheckOutcome::SetAside);
    assert_eq!(outcomes, [recorded, recorded, aside, recorded, aside]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_look_that_is_told_that_nothing_changed_has_failed() {
    let mut lab = Lab::new();
    lab.show(WALL, "");
    lab.site.is_unmodified.store(true, Ordering::SeqCst);

    let outcome = lab.run_on("2026-01-01").await;

    assert!(matches!(outcome.version, Err(Failure::Held(_))), "{:?}", outcome.version);
    let checks = lab.tracker.ledger.checks(&CheckFilter::default()).unwrap();
    let told: Vec<_> = checks.iter().map(|check| (check.outcome, check.failure.is_some())).collect();
    assert_eq!(told, [(CheckOutcome::Recorded, false), (CheckOutcome::Failed, true)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_person_accepts_is_what_was_held_to_the_letter() {
    let mut lab = Lab::new();
    let terms = clauses("You may leave at any time, and take your photos with you.");
    lab.show(&terms, &terms);
    lab.run_on("2026-01-01").await;
    for day in ["2", "3"] {
        lab.show(&cut(day), MISSING);
        lab.run_on(&format!("2026-01-0{day}")).await;
    }
    let hold = lab.tracker.ledger.hold(&lab.terms.key).unwrap().unwrap();

    let held = held_text(lab.tracker.archive.snapshots.as_ref(), &lab.tracker.extractor, &lab.terms, &hold);
    let released = lab.tracker.release(&lab.terms, &hold).unwrap();

    assert_eq!(hold.runs, 2);
    assert!(matches!(released, Some(Saved::Recorded { .. })));
    assert!(lab.latest_text().contains("As of day 2."), "not day 3, which nobody was shown");
    assert_eq!(held.unwrap().unwrap().markdown, lab.latest_text());
    assert_eq!(lab.tracker.ledger.holds().unwrap(), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_accepted_while_another_had_the_archive_is_recorded_by_the_next_run_before_what_it_finds() {
    let mut lab = Lab::new();
    let terms = clauses("You may leave at any time, and take your photos with you.");
    lab.show(&terms, &terms);
    lab.run_on("2026-01-01").await;
    lab.show(&cut("2"), MISSING);
    lab.run_on("2026-01-02").await;
    let decision = Decision::Accepted;
    lab.tracker.ledger.decide(&lab.terms.key, None, decision, "2026-01-02T08:00:00Z".parse().unwrap()).unwrap();

    lab.show(&cut("3"), MISSING);
    lab.run_on("2026-01-03").await;

    let versions = &lab.tracker.archive.versions;
    let ids = versions.list(&RecordFilter::default()).unwrap();
    let texts: Vec<String> =
        ids.iter().rev().map(|entry| versions.find(&entry.id).unwrap().unwrap().content.markdown).collect();
    assert_eq!(texts.len(), 3);
    assert!(texts[1].contains("As of day 2.") && texts[2].contains("As of day 3."), "{texts:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_made_again_as_it_was_held_is_not_recorded() {
    let mut lab = Lab::new();
    let terms = clauses("You may leave at any time, and take your photos with you.");
    lab.show(&terms, &terms);
    lab.run_on("2026-01-01").await;
    lab.show(WALL, MISSING);
    lab.run_on("2026-01-02").await;
    let hold = lab.tracker.ledger.hold(&lab.terms.key).unwrap().unwrap();

    let corrected = SourceDocument { select: vec![Selector::Css("h1".to_owned())], ..lab.terms.documents[0].clone() };
    let corrected = Terms { key: lab.terms.key.clone(), documents: vec![corrected], valid_until: None };

    assert_eq!(lab.tracker.release(&corrected, &hold).unwrap(), None);
    assert!(lab.latest_text().contains("photos"));
}
