//! Fetches with a headless Chromium, which runs the scripts of pages.
//!
//! One browser serves all documents of a run, each in a context of its own, a few at a time. It is started for the first
//! document that needs it, and anew when it breaks down or has shown so many pages that what it leaks may matter.

mod connection;
mod door;
mod net_error;
mod page;
mod process;
mod program;
mod tab;
mod upstream;
mod watch;

use std::sync::Arc;
use std::time::Instant;

use async_trait::async_trait;
use tokio::sync::{Mutex, Semaphore};
use tracing::{debug, warn};

use super::{Answer, Config, Exchange, Fault, FetchError, Fetched, Fetcher, Proxies, Request};
use crate::domain::FetcherKind;
use page::{Shown, Viewer};
use process::Running;
use tab::Tab;

pub use program::{Chromium, is_sandboxed};

/// Pages after which a browser makes room for a fresh one.
const PAGES_PER_BROWSER: usize = 100;

/// Starts in a row that may fail before no other is tried in this run.
const MAX_FAILED_STARTS: u32 = 3;

/// Fetches with a browser.
pub struct BrowserFetcher {
    config: Config,
    proxies: Proxies,
    /// As many permits as pages may be open at once.
    pages: Semaphore,
    slot: Mutex<Slot>,
}

/// The browser in use, and what is known of the one installed.
#[derive(Default)]
struct Slot {
    installed: Option<Result<Chromium, String>>,
    running: Option<Arc<Running>>,
    failed_starts: u32,
}

impl BrowserFetcher {
    /// A fetcher that starts no browser before it is asked for a document.
    pub fn new(config: &Config, proxies: &Proxies) -> Self {
        Self {
            pages: Semaphore::new(config.parallel_pages.max(1)),
            config: config.clone(),
            proxies: proxies.clone(),
            slot: Mutex::default(),
        }
    }

    /// Starts the browser and opens a page, to see whether it works.
    ///
    /// # Errors
    /// Why it does not, in words.
    pub async fn try_out(&self) -> Result<Chromium, String> {
        let chromium = Chromium::find(&self.config).await?;
        let running = Running::start(&chromium, &self.config, &self.proxies).await?;
        Tab::open(&running.connection, "en").await.map_err(|error| error.to_string())?;
        Ok(chromium)
    }

    async fn show(&self, request: Request<'_>) -> Shown {
        let exchange = || Exchange::begin(FetcherKind::FullDom, request.url());
        // Closed by nobody, the semaphore gives a permit in the end.
        let _page = self.pages.acquire().await;
        let mut has_failed = false;
        loop {
            let running = match self.running().await {
                Ok(running) => running,
                Err(fault) => return Shown { content: Err(fault), exchange: exchange() },
            };
            let viewer = Viewer { config: &self.config, connection: &running.connection, door: &running.door };
            let shown = viewer.show(request.document, exchange()).await;
            if !matches!(shown.content, Err(Fault::Browser { .. })) {
                return shown;
            }
            // It may have broken down over another page. If it does so twice, it was this one.
            let is_down = running.connection.is_closed();
            self.give_up(&running, is_down).await;
            if has_failed || !is_down {
                return shown;
            }
            has_failed = true;
        }
    }

    /// The browser in use, or a fresh one.
    async fn running(&self) -> Result<Arc<Running>, Fault> {
        let mut slot = self.slot.lock().await;
        if let Some(running) = slot.running.as_ref().filter(|running| running.is_fit()) {
            running.count_page();
            return Ok(Arc::clone(running));
        }
        // Pages that are still open in the old one keep it until they are done.
        slot.running = None;
        if slot.failed_starts == MAX_FAILED_STARTS {
            return Err(Fault::Browser { reason: "it did not start several times".to_owned() });
        }
        if slot.installed.is_none() {
            slot.installed = Some(Chromium::find(&self.config).await);
        }
        let chromium = match &slot.installed {
            Some(Ok(chromium)) => chromium.clone(),
            Some(Err(reason)) => return Err(Fault::NoBrowser { reason: reason.clone() }),
            None => return Err(Fault::NoBrowser { reason: "none was looked for".to_owned() }),
        };
        let started = Running::start(&chromium, &self.config, &self.proxies).await;
        slot.failed_starts = if started.is_err() { slot.failed_starts + 1 } else { 0 };
        let running = started.map_err(|reason| Fault::Browser { reason }).map(Arc::new)?;
        debug!(version = %chromium.version, sandbox = is_sandboxed(&self.config), "browser started");
        running.count_page();
        slot.running = Some(Arc::clone(&running));
        Ok(running)
    }

    /// Lets no other page use a browser that failed, if it is down or no longer does what it is told.
    async fn give_up(&self, failed: &Arc<Running>, is_down: bool) {
        let mut slot = self.slot.lock().await;
        if slot.running.as_ref().is_some_and(|running| Arc::ptr_eq(running, failed)) {
            if is_down {
                warn!("the browser broke down; another is started");
            }
            slot.running = None;
        }
    }
}

impl Running {
    fn is_fit(&self) -> bool {
        !self.connection.is_closed() && self.pages() < PAGES_PER_BROWSER
    }
}

#[async_trait]
impl Fetcher for BrowserFetcher {
    async fn fetch(&self, request: Request<'_>) -> Result<Answer, FetchError> {
        let started = Instant::now();
        let Shown { content, mut exchange } = self.show(request).await;
        exchange.duration = started.elapsed();
        match content {
            Ok((content, mime)) => Ok(Answer::Fetched(Fetched { content, mime, exchange })),
            Err(fault) => Err(FetchError::new(request.url(), fault, exchange)),
        }
    }
}
