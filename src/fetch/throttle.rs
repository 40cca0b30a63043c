//! Paces requests: one host is asked by one request at a time, with a pause between two, and longer pauses for a host
//! in trouble or one that asks for them.

use std::collections::HashMap;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use tokio::time::{Instant, sleep_until};

use super::{Answer, Exchange, FailureKind, Fault, FetchError, Fetcher, Request};
use crate::domain::FetcherKind;

/// Longest wait for a host that asked for it; whoever wants it to wait longer is not asked again in this run.
const MAX_WAIT: Duration = Duration::from_secs(120);

/// Longest pause after failures, each of which doubles it.
const MAX_BACK_OFF: Duration = Duration::from_secs(30);

/// By how much of itself a pause is lengthened at most, so that requests to several hosts do not fall into step.
const JITTER: f64 = 0.1;

/// When a host may next be asked; whoever holds the lock is asking it.
type Turn = Arc<tokio::sync::Mutex<Host>>;

/// A fetcher that waits for its turn at each host before it lets another fetch.
pub struct Throttle<F> {
    inner: F,
    pause: Duration,
    hosts: Mutex<HashMap<String, Turn>>,
}

#[derive(Default)]
struct Host {
    free_at: Option<Instant>,
    /// Failures in a row that tell of a host in trouble.
    failures: u32,
}

impl<F> Throttle<F> {
    /// Lets `inner` ask a host only after `pause` since its last answer.
    pub fn new(inner: F, pause: Duration) -> Self {
        Self { inner, pause, hosts: Mutex::default() }
    }

    fn turn(&self, host: &str) -> Turn {
        let mut hosts = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
        hosts.entry(host.to_owned()).or_default().clone()
    }
}

#[async_trait]
impl<F: Fetcher> Fetcher for Throttle<F> {
    async fn fetch(&self, request: Request<'_>) -> Result<Answer, FetchError> {
        let url = request.url();
        let turn = self.turn(url.host_str().unwrap_or_default());
        let mut host = turn.lock().await;
        if let Some(free_at) = host.free_at {
            let left = free_at.saturating_duration_since(Instant::now());
            if left > MAX_WAIT {
                let exchange = Exchange::begin(FetcherKind::HtmlOnly, url);
                return Err(FetchError::new(url, Fault::AskedToWait { left }, exchange));
            }
            sleep_until(free_at).await;
        }
        let answer = self.inner.fetch(request).await;
        host.note(&answer, self.pause);
        answer
    }
}

impl Host {
    /// Decides when the host may be asked again.
    fn note(&mut self, answer: &Result<Answer, FetchError>, pause: Duration) {
        let is_in_trouble = answer.as_ref().is_err_and(tells_of_trouble);
        self.failures = if is_in_trouble { self.failures.saturating_add(1) } else { 0 };
        let pause = backed_off(pause, self.failures).mul_f64(1.0 + JITTER * chance());
        let asked_for = answer.as_ref().err().and_then(retry_after).unwrap_or_default();
        self.free_at = Some(Instant::now() + pause.max(asked_for));
    }
}

fn backed_off(pause: Duration, failures: u32) -> Duration {
    let longer = pause.saturating_mul(2_u32.saturating_pow(failures));
    longer.min(MAX_BACK_OFF.max(pause))
}

/// Whether a failure is the host's and not the page's.
fn tells_of_trouble(error: &FetchError) -> bool {
    matches!(
        error.kind(),
        FailureKind::RateLimited
            | FailureKind::ServerError
            | FailureKind::TimedOut
            | FailureKind::Refused
            | FailureKind::ConnectionLost
    )
}

fn retry_after(error: &FetchError) -> Option<Duration> {
    match error.fault {
        Fault::Status { retry_after, .. } => retry_after,
        _ => None,
    }
}

/// Any number from 0 to 1. Hash maps are seeded at random, which is chance enough for a pause.
fn chance() -> f64 {
    RandomState::new().build_hasher().finish() as f64 / u64::MAX as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{MimeType, SourceDocument};
    use crate::fetch::Fetched;

    /// Answers with documents, or with this status, and notes when.
    #[derive(Default)]
    struct Host503 {
        times: Mutex<Vec<Instant>>,
        failing: Option<Option<Duration>>,
    }

    #[async_trait]
    impl Fetcher for Host503 {
        async fn fetch(&self, request: Request<'_>) -> Result<Answer, FetchError> {
            self.times.lock().unwrap().push(Instant::now());
            let exchange = Exchange::begin(FetcherKind::HtmlOnly, request.url());
            match self.failing {
                Some(retry_after) => {
                    let fault = Fault::Status { code: 503, bot_check: None, retry_after };
                    Err(FetchError::new(request.url(), fault, exchange))
                }
                None => Ok(Answer::Fetched(Fetched { content: b"terms".to_vec(), mime: MimeType::html(), exchange })),
            }
        }
    }

    async fn fetch(throttle: &Throttle<Host503>, location: &str) -> Result<Answer, FetchError> {
        let document = SourceDocument::at(location);
        throttle.fetch(Request::of(&document)).await
    }

    /// The whole seconds between requests to one host, jitter left out.
    fn gaps(throttle: &Throttle<Host503>) -> Vec<u64> {
        let times = throttle.inner.times.lock().unwrap();
        times.windows(2).map(|pair| (pair[1] - pair[0]).as_secs()).collect()
    }

    #[tokio::test(start_paused = true)]
    async fn two_requests_to_one_host_are_a_pause_apart() {
        let throttle = Throttle::new(Host503::default(), Duration::from_secs(3));

        for location in ["https://a.example/1", "https://b.example/1", "https://a.example/2"] {
            fetch(&throttle, location).await.unwrap();
        }

        assert_eq!(gaps(&throttle), [0, 3]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_host_in_trouble_is_asked_ever_less_often() {
        let failing = Host503 { failing: Some(None), ..Host503::default() };
        let throttle = Throttle::new(failing, Duration::from_secs(3));

        for _ in 0..5 {
            fetch(&throttle, "https://a.example/").await.unwrap_err();
        }

        let gaps = gaps(&throttle);
        assert_eq!(gaps[0], 6);
        assert!((12..=13).contains(&gaps[1]) && gaps[3] >= 30, "{gaps:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_host_that_asks_to_wait_is_left_alone_so_long() {
        let asking = |seconds| Host503 { failing: Some(Some(Duration::from_secs(seconds))), ..Host503::default() };
        let short = Throttle::new(asking(40), Duration::from_secs(1));
        let long = Throttle::new(asking(3600), Duration::from_secs(1));

        fetch(&short, "https://a.example/").await.unwrap_err();
        fetch(&short, "https://a.example/").await.unwrap_err();
        fetch(&long, "https://a.example/").await.unwrap_err();
        let refused = fetch(&long, "https://a.example/").await.unwrap_err();

        assert_eq!(gaps(&short), [40]);
        assert_eq!(gaps(&long), [0; 0]);
        assert_eq!(refused.kind(), FailureKind::RateLimited);
    }
}
