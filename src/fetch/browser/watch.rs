//! Watches what happens in a page: what it is answered, how much comes, what breaks.

use std::sync::{Mutex, MutexGuard, PoisonError};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::sync::watch;
use url::Url;

use super::connection::{CallError, Event};
use super::net_error;
use super::tab::Tab;
use crate::fetch::{Exchange, Fault, MAX_REDIRECTS};

/// Requests that one page may make.
const MAX_REQUESTS: usize = 3_000;

/// How much more than the largest document a page may load with all it needs.
const PAGE_TO_DOCUMENT: u64 = 4;

/// How much of a file is read at once.
const PART_BYTES: usize = 1024 * 1024;

/// What is seen of a page while it loads.
pub struct Watch {
    seen: Mutex<Seen>,
    /// How many documents have loaded, with all that they need, in the main frame.
    loads: watch::Sender<u64>,
    max_bytes: u64,
}

struct Seen {
    exchange: Exchange,
    /// The request of the main frame's document.
    document: String,
    document_bytes: u64,
    page_bytes: u64,
    requests: usize,
}

/// A file that came where a page was expected.
pub struct File {
    pub content: Vec<u8>,
    pub content_type: String,
}

impl Watch {
    pub fn new(exchange: Exchange, max_megabytes: usize) -> Self {
        let seen = Seen { exchange, document: String::new(), document_bytes: 0, page_bytes: 0, requests: 0 };
        let max_bytes = max_megabytes as u64 * 1024 * 1024;
        Self { seen: Mutex::new(seen), loads: watch::Sender::new(0), max_bytes }
    }

    /// What was said on the wire so far.
    pub fn exchange(&self) -> Exchange {
        self.lock().exchange.clone()
    }

    /// How many documents have loaded so far.
    pub fn loads(&self) -> watch::Receiver<u64> {
        self.loads.subscribe()
    }

    /// Watches until something ends the page, or a file comes in its place.
    ///
    /// # Errors
    /// What ended the page.
    pub async fn listen(&self, tab: &Tab, mut events: UnboundedReceiver<Event>) -> Result<File, Fault> {
        while let Some(event) = events.recv().await {
            match event.method.as_str() {
                "Network.requestWillBeSent" => self.lock().request(&event.params, &tab.frame)?,
                "Network.responseReceived" => self.lock().response(&event.params, &tab.frame),
                "Network.dataReceived" => self.lock().data(&event.params, self.max_bytes)?,
                "Network.loadingFailed" => self.lock().failed(&event.params)?,
                "Page.loadEventFired" => self.loads.send_modify(|loads| *loads += 1),
                "Page.javascriptDialogOpening" => tab.tell("Page.handleJavaScriptDialog", json!({ "accept": true })),
                "Inspector.targetCrashed" => return Err(broken("the page crashed")),
                "Fetch.requestPaused" => {
                    if let Some(file) = self.decide(tab, &event.params).await? {
                        return Ok(file);
                    }
                }
                _ => {}
            }
        }
        Err(broken("the browser ended"))
    }

    /// Lets documents through, keeps files, and refuses images, fonts and media.
    async fn decide(&self, tab: &Tab, paused: &Value) -> Result<Option<File>, Fault> {
        let request = json!({ "requestId": paused["requestId"] });
        let Some(status) = paused["responseStatusCode"].as_u64() else {
            if paused["resourceType"] == "Document" {
                tab.tell("Fetch.continueRequest", request);
            } else {
                let refusal = json!({ "requestId": paused["requestId"], "errorReason": "BlockedByClient" });
                tab.tell("Fetch.failRequest", refusal);
            }
            return Ok(None);
        };
        let content_type = header(&paused["responseHeaders"], "content-type").unwrap_or_default();
        if paused["frameId"] != tab.frame.as_str() || !(200..300).contains(&status) || is_shown(&content_type) {
            tab.tell("Fetch.continueRequest", request);
            return Ok(None);
        }
        self.lock().file(status, &paused["responseHeaders"]);
        let content = self.take_file(tab, request).await?;
        Ok(Some(File { content, content_type }))
    }

    async fn take_file(&self, tab: &Tab, request: Value) -> Result<Vec<u8>, Fault> {
        let stream = tab.call("Fetch.takeResponseBodyAsStream", request).await?;
        let part = json!({ "handle": stream["stream"], "size": PART_BYTES });
        let mut content = Vec::new();
        loop {
            let read = tab.call_patiently("IO.read", part.clone()).await?;
            let data = read["data"].as_str().unwrap_or_default();
            if read["base64Encoded"].as_bool() == Some(true) {
                let bytes = BASE64_STANDARD.decode(data).map_err(|_| broken("a file came garbled"))?;
                content.extend_from_slice(&bytes);
            } else {
                content.extend_from_slice(data.as_bytes());
            }
            if content.len() as u64 > self.max_bytes {
                return Err(too_large(self.max_bytes));
            }
            if read["eof"].as_bool() == Some(true) {
                return Ok(content);
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Seen {
    fn request(&mut self, event: &Value, frame: &str) -> Result<(), Fault> {
        self.requests += 1;
        if self.requests > MAX_REQUESTS {
            return Err(broken("the page makes requests without end"));
        }
        if event["type"] != "Document" || event["frameId"] != frame {
            return Ok(());
        }
        self.document = event["requestId"].as_str().unwrap_or_default().to_owned();
        self.document_bytes = 0;
        let Some(url) = event["request"]["url"].as_str().and_then(|url| Url::parse(url).ok()) else { return Ok(()) };
        // A page whose script leads on was answered itself, with a status that is no redirect.
        let redirected = event["redirectResponse"]["status"].as_u64().and_then(|status| u16::try_from(status).ok());
        match redirected.or(self.exchange.status) {
            Some(_) if self.exchange.redirects.len() == MAX_REDIRECTS => return Err(Fault::Redirects),
            Some(status) => self.exchange.redirect(status, url),
            None => self.exchange.final_url = url,
        }
        Ok(())
    }

    fn response(&mut self, event: &Value, frame: &str) {
        if event["type"] == "Document" && event["frameId"] == frame {
            let response = &event["response"];
            self.exchange.status = response["status"].as_u64().and_then(|status| u16::try_from(status).ok());
            self.exchange.keep_values(|name| named(&response["headers"], name));
        }
    }

    /// Notes the answer that brought a file, of which no other event tells.
    fn file(&mut self, status: u64, headers: &Value) {
        self.exchange.status = u16::try_from(status).ok();
        self.exchange.keep_values(|name| header(headers, name));
    }

    fn data(&mut self, event: &Value, max_bytes: u64) -> Result<(), Fault> {
        let bytes = event["dataLength"].as_u64().unwrap_or_default();
        self.page_bytes += bytes;
        if event["requestId"] == self.document.as_str() {
            self.document_bytes += bytes;
        }
        match self.document_bytes > max_bytes || self.page_bytes > max_bytes * PAGE_TO_DOCUMENT {
            true => Err(too_large(max_bytes)),
            false => Ok(()),
        }
    }

    /// A document that breaks off ends the page, unless another takes its place.
    fn failed(&self, event: &Value) -> Result<(), Fault> {
        let is_document = event["requestId"] == self.document.as_str();
        if !is_document || event["canceled"].as_bool() == Some(true) {
            return Ok(());
        }
        match net_error::fault(event["errorText"].as_str().unwrap_or_default(), self.exchange.status) {
            Some(fault) => Err(fault),
            None => Ok(()),
        }
    }
}

impl From<CallError> for Fault {
    fn from(error: CallError) -> Self {
        broken(&error.to_string())
    }
}

fn broken(reason: &str) -> Fault {
    Fault::Browser { reason: reason.to_owned() }
}

fn too_large(max_bytes: u64) -> Fault {
    Fault::TooLarge { megabytes: (max_bytes / 1024 / 1024) as usize }
}

/// Whether the browser makes a page of content of this type, rather than a download.
fn is_shown(content_type: &str) -> bool {
    let content_type = content_type.trim().to_ascii_lowercase();
    content_type.is_empty()
        || content_type.starts_with("text/")
        || content_type.contains("xml")
        || content_type.contains("json")
}

/// The value of a header in a list of names and values.
fn header(headers: &Value, name: &str) -> Option<String> {
    let is_named = |header: &&Value| header["name"].as_str().is_some_and(|own| own.eq_ignore_ascii_case(name));
    headers.as_array()?.iter().find(is_named)?["value"].as_str().map(str::to_owned)
}

/// The value of a header in an object.
fn named(headers: &Value, name: &str) -> Option<String> {
    let found = headers.as_object()?.iter().find(|(own, _)| own.eq_ignore_ascii_case(name))?;
    found.1.as_str().map(str::to_owned)
}
