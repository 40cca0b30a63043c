//! Paces requests: one host is asked by one request at a time, with a pause between two.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use tokio::time::{Instant, sleep_until};

use super::{FetchError, Fetched, Fetcher};
use crate::domain::SourceDocument;

/// When a host may next be asked; whoever holds the lock is asking it.
type Turn = Arc<tokio::sync::Mutex<Option<Instant>>>;

/// A fetcher that waits for its turn at each host before it lets another fetch.
pub struct Throttle<F> {
    inner: F,
    pause: Duration,
    hosts: Mutex<HashMap<String, Turn>>,
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
    async fn fetch(&self, document: &SourceDocument) -> Result<Fetched, FetchError> {
        let turn = self.turn(document.location.host_str().unwrap_or_default());
        let mut free_at = turn.lock().await;
        if let Some(instant) = *free_at {
            sleep_until(instant).await;
        }
        let fetched = self.inner.fetch(document).await;
        *free_at = Some(Instant::now() + self.pause);
        fetched
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{FetcherKind, MimeType};
    use url::Url;

    struct Echo(Mutex<Vec<Instant>>);

    #[async_trait]
    impl Fetcher for Echo {
        async fn fetch(&self, document: &SourceDocument) -> Result<Fetched, FetchError> {
            self.0.lock().unwrap().push(Instant::now());
            Ok(Fetched {
                content: b"terms".to_vec(),
                mime: MimeType::html(),
                final_url: document.location.clone(),
                fetcher: FetcherKind::HtmlOnly,
            })
        }
    }

    fn document(location: &str) -> SourceDocument {
        SourceDocument {
            id: None,
            location: Url::parse(location).unwrap(),
            declared_location: String::new(),
            select: vec![],
            select_is_list: false,
            remove: vec![],
            filters: vec![],
            filters_module: None,
            execute_client_scripts: None,
        }
    }

    #[tokio::test(start_paused = true)]
    async fn two_requests_to_one_host_are_a_pause_apart() {
        let throttle = Throttle::new(Echo(Mutex::default()), Duration::from_secs(3));

        for location in ["https://a.example/1", "https://b.example/1", "https://a.example/2"] {
            throttle.fetch(&document(location)).await.unwrap();
        }

        let times = throttle.inner.0.lock().unwrap();
        assert_eq!(times[1] - times[0], Duration::ZERO);
        assert_eq!(times[2] - times[0], Duration::from_secs(3));
    }
}
