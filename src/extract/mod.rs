//! Turns a fetched document into Markdown: filters, remove, select, convert.
//!
//! Pure: bytes and a source document in, Markdown or a reason out. Nothing here fetches or records.

pub mod cases;
mod config;
mod css;
mod deadline;
mod dom;
mod error;
pub mod filters;
mod fragment;
#[cfg(test)]
mod hostile;
mod links;
mod markdown;
mod matches;
mod page;
mod parse;
pub mod pdf;
mod range;
mod selection;
#[cfg(test)]
mod tests;
mod timings;
pub mod worker;

pub use config::Config;
pub use error::ExtractError;
pub use matches::{Closest, Found, List, Match};
pub use page::Page;
pub use timings::Timings;

use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::domain::{MimeType, SourceDocument};
use deadline::Deadline;
use fragment::Fragment;
use pdf::PdfError;
use timings::timed;
use worker::{Job, NoWorker, Workers};

/// Whether a text is a CSS selector that extraction understands.
pub fn is_selector(css: &str) -> bool {
    css::Css::parse(css).is_ok()
}

/// Turns fetched documents into Markdown, as Open Terms Archive's engine does.
///
/// Clones share their workers.
#[derive(Clone)]
pub struct Extractor {
    config: Config,
    workers: Arc<Workers>,
    as_of: Option<DateTime<Utc>>,
}

impl Extractor {
    pub fn new(config: Config) -> Self {
        let workers = Arc::new(Workers::new(&config));
        Self { config, workers, as_of: None }
    }

    /// The same extractor with the services' filters that were valid at `date`, rather than today's.
    ///
    /// `declarations/<service>.filters.history.js`, beside a service's module, keeps those that were replaced.
    pub fn as_of(&self, date: DateTime<Utc>) -> Self {
        Self { as_of: Some(date), ..self.clone() }
    }

    /// Starts in the background what a document with filters of its service, or a PDF file, will need.
    ///
    /// Not calling it costs the first such document some ten milliseconds.
    pub fn get_ready_for(&self, document: &SourceDocument) {
        if document.select.is_empty() || filters::need_scripts(document) {
            self.workers.start_ahead();
        }
    }

    /// The Markdown of what `document` declares to keep, without final newline.
    ///
    /// Blocking: takes some milliseconds per megabyte, and at most [`Config::max_duration`].
    pub fn extract(&self, content: &[u8], mime: &MimeType, document: &SourceDocument) -> Result<String, ExtractError> {
        self.extract_timed(content, mime, document, &mut Timings::default())
    }

    /// As [`Self::extract`]; adds how long each step took to `timings`.
    pub fn extract_timed(
        &self,
        content: &[u8],
        mime: &MimeType,
        document: &SourceDocument,
        timings: &mut Timings,
    ) -> Result<String, ExtractError> {
        let is_plain = !mime.is_pdf() && !filters::need_scripts(document);
        if is_plain || content.len() > self.config.max_document_bytes {
            return self.extract_here(content, mime, document, timings, filters::apply);
        }
        let job = Job::new(mime, document, &self.config, self.as_of);
        match worker::extract(&self.workers, &job, content, document) {
            Ok((result, spent)) => {
                *timings += spent;
                result
            }
            // A PDF file is read here where no worker can be: in a thread, within limits of its own.
            Err(_) if mime.is_pdf() => self.extract_pdf(content, document),
            Err(NoWorker { filter, why }) => {
                let reason = format!("no filter worker can be started: {why}");
                Err(ExtractError::FilterFailed { filter, reason })
            }
        }
    }

    /// As [`Self::extract_timed`], in this process, with the given way to apply filters.
    fn extract_here(
        &self,
        content: &[u8],
        mime: &MimeType,
        document: &SourceDocument,
        timings: &mut Timings,
        apply_filters: impl FnOnce(Page, &SourceDocument) -> Result<Page, ExtractError>,
    ) -> Result<String, ExtractError> {
        if content.len() > self.config.max_document_bytes {
            let (found, limit) = (content.len(), self.config.max_document_bytes);
            return Err(ExtractError::TooLarge { what: "bytes".into(), found, limit });
        }
        if mime.is_pdf() {
            return self.extract_pdf(content, document);
        }
        self.extract_html(&String::from_utf8_lossy(content), document, timings, apply_filters)
    }

    fn extract_html(
        &self,
        content: &str,
        document: &SourceDocument,
        timings: &mut Timings,
        apply_filters: impl FnOnce(Page, &SourceDocument) -> Result<Page, ExtractError>,
    ) -> Result<String, ExtractError> {
        let deadline = Deadline::after(self.config.max_duration);
        let location = &document.location;
        let page = timed(&mut timings.parse, || Page::parse(content, location, &self.config, &deadline))?;
        let mut page = timed(&mut timings.filter, || apply_filters(page, document))?;
        let selected = timed(&mut timings.select, || self.select(&mut page, document, &deadline))?;
        let markdown = timed(&mut timings.convert, || markdown::of(&page, &selected, &self.config, &deadline))?;
        if markdown.is_empty() {
            return Err(selection::empty_match(document));
        }
        Ok(markdown)
    }

    /// What each selector that `document` declares finds, those of `remove` first; of PDF files, which have none, nothing.
    ///
    /// JavaScript filters are left out: it is what the selectors find before them.
    ///
    /// # Errors
    /// When the page is beyond a bound of [`Config`], or a built-in filter fails.
    pub fn matches(
        &self,
        content: &[u8],
        mime: &MimeType,
        document: &SourceDocument,
        closest: Closest,
    ) -> Result<Vec<Match>, ExtractError> {
        if mime.is_pdf() {
            return Ok(Vec::new());
        }
        let deadline = Deadline::after(self.config.max_duration);
        let content = String::from_utf8_lossy(content);
        let page = Page::parse(&content, &document.location, &self.config, &deadline)?;
        let mut page = filters::apply(page, document)?;
        make_ready(&mut page);
        matches::on(page, document, &self.config, &deadline, closest)
    }

    fn select(
        &self,
        page: &mut Page,
        document: &SourceDocument,
        deadline: &Deadline,
    ) -> Result<Fragment, ExtractError> {
        make_ready(page);
        selection::remove(page, &document.remove, deadline)?;
        selection::select(page, document, &self.config, deadline)
    }

    fn extract_pdf(&self, content: &[u8], document: &SourceDocument) -> Result<String, ExtractError> {
        pdf::markdown(content, &self.config.pdf).map_err(|error| match error {
            PdfError::Unreadable => ExtractError::UnreadablePdf,
            PdfError::NoText => ExtractError::EmptyPdf { location: document.location.to_string() },
            PdfError::TooLarge(what) => ExtractError::LargePdf { what },
        })
    }
}

/// What is done to every page before something is selected.
fn make_ready(page: &mut Page) {
    links::make_absolute(page);
    dom::drop_scripts_and_styles(page);
    links::unify_protected_emails(page);
}
