//! Shows one document to the browser, and writes out what it makes of it.

use std::time::Duration;

use chrono::Utc;
use serde_json::{Value, json};
use tokio::time::{Instant, timeout, timeout_at};

use super::connection::{CallError, Connection};
use super::door::Door;
use super::net_error;
use super::program::languages;
use super::tab::{Tab, World};
use super::watch::{File, Watch};
use crate::domain::{MimeType, Selector, SourceDocument};
use crate::fetch::http::{guard_in_page, may_be_guarded, retry_after};
use crate::fetch::{Config, Exchange, Fault, content};

/// How long nothing must have changed in a page for it to be settled.
const QUIET: Duration = Duration::from_millis(500);

/// How much longer than the page itself the browser may take.
const GRACE: Duration = Duration::from_secs(20);

/// Elements of a page that is written out; the extraction takes no more either.
const MAX_ELEMENTS: usize = 2_000_000;

/// How much of a page is handed over at once, in UTF-16 units.
const PART: usize = 1024 * 1024;

const SETTLE: &str = include_str!("settle.js");
const SERIALISE: &str = include_str!("serialise.js");
const NEXT_PART: &str = include_str!("part.js");

/// What a document is shown with.
pub struct Viewer<'a> {
    pub config: &'a Config,
    pub connection: &'a Connection,
    pub door: &'a Door,
}

/// What the browser makes of a document, and what it was told on the wire.
pub struct Shown {
    pub content: Result<(Vec<u8>, MimeType), Fault>,
    pub exchange: Exchange,
}

impl Viewer<'_> {
    /// Shows a document in a context of its own.
    pub async fn show(&self, document: &SourceDocument, exchange: Exchange) -> Shown {
        let watch = Watch::new(exchange, self.config.max_megabytes);
        let whole = self.config.navigation_timeout + self.config.wait_for_elements_timeout + GRACE;
        let shown = timeout(whole, self.watched(document, &watch)).await;
        let content = shown.unwrap_or(Err(Fault::TimedOut { after: whole }));
        let mut exchange = watch.exchange();
        exchange.bytes = content.as_ref().map_or(0, |(content, _)| content.len() as u64);
        let content = content.map_err(|fault| self.told_by_the_door(fault, &exchange));
        let content = content.map_err(|fault| with_wait(fault, &exchange));
        Shown { content, exchange }
    }

    async fn watched(&self, document: &SourceDocument, watch: &Watch) -> Result<(Vec<u8>, MimeType), Fault> {
        let (tab, events) = Tab::open(self.connection, &languages(&self.config.language)).await?;
        let page = tokio::select! {
            page = self.page(&tab, document, watch) => page?,
            file = watch.listen(&tab, events) => {
                let File { content, content_type } = file?;
                return content::read(content, &content_type);
            }
        };
        Ok((page.into_bytes(), MimeType::html()))
    }

    async fn page(&self, tab: &Tab, document: &SourceDocument, watch: &Watch) -> Result<String, Fault> {
        let loading = self.load(tab, document, watch);
        let after = self.config.navigation_timeout;
        timeout(after, loading).await.unwrap_or(Err(Fault::TimedOut { after }))?;
        let status = watch.exchange().status.unwrap_or_default();
        if is_failure(status) && !may_be_guarded(status) {
            return Err(Fault::Status { code: status, bot_check: None, retry_after: None });
        }
        // Whoever stands before a page may let a browser through after a while.
        let world = self.settle(tab, document, watch).await?;
        let page = self.write_out(&world).await?;
        match watch.exchange().status.unwrap_or_default() {
            status if is_failure(status) => {
                Err(Fault::Status { code: status, bot_check: guard_in_page(&page), retry_after: None })
            }
            _ if page.trim().is_empty() => Err(Fault::Empty),
            _ => Ok(page),
        }
    }

    async fn load(&self, tab: &Tab, document: &SourceDocument, watch: &Watch) -> Result<(), Fault> {
        let mut loads = watch.loads();
        let url = json!({ "url": document.location.as_str() });
        let answer = tab.call_patiently("Page.navigate", url).await?;
        if let Some(error) = answer["errorText"].as_str() {
            let fault = net_error::fault(error, watch.exchange().status);
            return Err(fault.unwrap_or(Fault::NotText { found: "a download".to_owned() }));
        }
        // The sender is in `watch`, which is borrowed for longer than this.
        let _ = loads.wait_for(|loads| *loads > 0).await;
        Ok(())
    }

    /// Waits until the page has what the declaration selects and changes no more; a page that goes elsewhere
    /// meanwhile is followed. What has not come when patience ends is missing, which the extraction will tell.
    async fn settle<'t>(&self, tab: &'t Tab, document: &SourceDocument, watch: &Watch) -> Result<World<'t>, Fault> {
        let selectors = json!(selectors(document));
        let patience = self.config.wait_for_elements_timeout.max(QUIET);
        let until = Instant::now() + patience;
        loop {
            let loads = *watch.loads().borrow();
            let left = until.saturating_duration_since(Instant::now());
            match timeout_at(until + GRACE, self.settled(tab, &selectors, left)).await {
                Err(_) => return Err(Fault::TimedOut { after: patience + GRACE }),
                Ok(Ok(world)) => return Ok(world),
                Ok(Err(error @ (CallError::Closed | CallError::Silent))) => return Err(error.into()),
                Ok(Err(refused @ CallError::Refused(_))) if left.is_zero() => return Err(refused.into()),
                // The page went elsewhere: once that has loaded, or soon, there is another to look at.
                Ok(Err(CallError::Refused(_))) => {
                    let _ = timeout(QUIET, watch.loads().wait_for(|now| *now > loads)).await;
                }
            }
        }
    }

    async fn settled<'t>(&self, tab: &'t Tab, selectors: &Value, patience: Duration) -> Result<World<'t>, CallError> {
        let world = tab.world().await?;
        let [quiet, patience] = [QUIET, patience].map(|time| json!(time.as_millis() as u64));
        world.call(SETTLE, &[selectors.clone(), quiet, patience]).await?;
        Ok(world)
    }

    /// The page as HTML, in the state it is in.
    async fn write_out(&self, world: &World<'_>) -> Result<String, Fault> {
        let length = world.call(SERIALISE, &[json!(MAX_ELEMENTS)]).await?;
        let max_units = self.config.max_megabytes * 1024 * 1024;
        let length = length.as_u64().map_or(usize::MAX, |units| units as usize);
        if length > max_units {
            return Err(Fault::TooLarge { megabytes: self.config.max_megabytes });
        }
        let mut page = String::new();
        let mut at = 0;
        while at < length {
            let part = world.call(NEXT_PART, &[json!(at), json!(PART)]).await?;
            let next = part[1].as_u64().unwrap_or_default() as usize;
            if next <= at {
                return Err(Fault::Browser { reason: "the page could not be written out".to_owned() });
            }
            page.push_str(part[0].as_str().unwrap_or_default());
            at = next;
        }
        Ok(page)
    }

    /// What the door knows better than the browser behind it: why a host was not reached.
    fn told_by_the_door(&self, fault: Fault, exchange: &Exchange) -> Fault {
        let place = exchange.final_url.host_str().zip(exchange.final_url.port_or_known_default());
        match (&fault, place) {
            (Fault::Network { code: "ECONNREFUSED" }, Some((host, port))) => {
                self.door.fault(host, port).unwrap_or(fault)
            }
            _ => fault,
        }
    }
}

/// What the page is waited for to have: all that is selected or left out, both ends of ranges included.
fn selectors(document: &SourceDocument) -> Vec<&str> {
    let declared = document.select.iter().chain(&document.remove);
    let css = declared.flat_map(|selector| match selector {
        Selector::Css(css) => vec![css.as_str()],
        Selector::Range { start, end, .. } => vec![start.css(), end.css()],
    });
    css.collect()
}

/// Whether a status comes with no document; a browser may well be told that its copy is still good.
fn is_failure(status: u16) -> bool {
    !(200..300).contains(&status) && status != 304
}

/// A status with how long the server asks to wait, which stands in the headers.
fn with_wait(fault: Fault, exchange: &Exchange) -> Fault {
    let Fault::Status { code, bot_check, .. } = fault else { return fault };
    let asked = exchange.headers.get("retry-after");
    Fault::Status { code, bot_check, retry_after: asked.and_then(|value| retry_after::parse(value, Utc::now())) }
}
