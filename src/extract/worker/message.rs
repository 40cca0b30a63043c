//! What passes between the program and its workers, over the worker's standard input and output.
//!
//! Each frame is its length as four bytes, the most significant first, and then as many bytes. A job is two frames:
//! JSON, and the document as it was fetched. Reports are one frame of JSON each; Markdown comes in a frame of its own.

use std::io::{self, Read, Write};
use std::path::PathBuf;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use url::Url;

use crate::domain::{FilterUse, MimeType, Selector, SourceDocument};
use crate::extract::filters::javascript::Event;
use crate::extract::{Config, ExtractError, Timings};

/// The largest frame. Documents and Markdown are limited to less.
const MAX_FRAME_BYTES: usize = 512 << 20;

/// As much room is made for a frame before anything of it has come.
const FIRST_BYTES: usize = 1 << 20;

/// A document to extract, without its content.
#[derive(Debug, Serialize, Deserialize)]
pub(in crate::extract) struct Job {
    mime: String,
    location: Url,
    select: Vec<Value>,
    select_is_list: bool,
    remove: Vec<Value>,
    remove_is_list: bool,
    filters: Vec<(String, Option<Value>)>,
    filters_module: Option<PathBuf>,
    /// When the filters must have been valid; today's where it is absent.
    pub as_of: Option<DateTime<Utc>>,
    pub config: Config,
}

/// What a worker says.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Report {
    /// The worker has started, and is of this version.
    Ready {
        engine: String,
    },
    Event(Event),
    /// All filters were applied.
    Filtered,
    /// The Markdown, which follows in the next frame.
    Done(#[serde(skip)] String, Timings),
    Failed(ExtractError, Timings),
}

impl Job {
    pub(in crate::extract) fn new(
        mime: &MimeType,
        document: &SourceDocument,
        config: &Config,
        as_of: Option<DateTime<Utc>>,
    ) -> Self {
        let declared = |selectors: &[Selector]| selectors.iter().map(Selector::to_declared).collect();
        Self {
            mime: mime.as_str().to_owned(),
            location: document.location.clone(),
            select: declared(&document.select),
            select_is_list: document.select_is_list,
            remove: declared(&document.remove),
            remove_is_list: document.remove_is_list,
            filters: document.filters.iter().map(|filter| (filter.name.clone(), filter.params.clone())).collect(),
            filters_module: document.filters_module.clone(),
            as_of,
            config: config.clone(),
        }
    }

    pub(super) fn mime(&self) -> MimeType {
        MimeType::from_content_type(&self.mime)
    }

    pub(super) fn document(&self) -> SourceDocument {
        let selectors = |declared: &[Value]| declared.iter().filter_map(Selector::from_declared).collect();
        let filter =
            |(name, params): &(String, Option<Value>)| FilterUse { name: name.clone(), params: params.clone() };
        SourceDocument {
            id: None,
            location: self.location.clone(),
            declared_location: String::new(),
            select: selectors(&self.select),
            select_is_list: self.select_is_list,
            remove: selectors(&self.remove),
            remove_is_list: self.remove_is_list,
            filters: self.filters.iter().map(filter).collect(),
            filters_module: self.filters_module.clone(),
            execute_client_scripts: None,
        }
    }
}

pub(super) fn send_job(to: &mut impl Write, job: &Job, content: &[u8]) -> io::Result<()> {
    write_frame(to, &serde_json::to_vec(job)?)?;
    write_frame(to, content)?;
    to.flush()
}

/// The next job and the content of its document; `None` where no more will come.
pub(super) fn receive_job(from: &mut impl Read) -> io::Result<Option<(Job, Vec<u8>)>> {
    let Some(job) = read_frame(from)? else { return Ok(None) };
    let content = read_frame(from)?.ok_or(io::ErrorKind::UnexpectedEof)?;
    Ok(Some((serde_json::from_slice(&job)?, content)))
}

pub(super) fn send_report(to: &mut impl Write, report: &Report) -> io::Result<()> {
    write_frame(to, &serde_json::to_vec(report)?)?;
    if let Report::Done(markdown, _) = report {
        write_frame(to, markdown.as_bytes())?;
    }
    to.flush()
}

/// The next report; `None` where the worker has ended.
pub(super) fn receive_report(from: &mut impl Read) -> io::Result<Option<Report>> {
    let Some(frame) = read_frame(from)? else { return Ok(None) };
    let mut report = serde_json::from_slice(&frame)?;
    if let Report::Done(markdown, _) = &mut report {
        let text = read_frame(from)?.ok_or(io::ErrorKind::UnexpectedEof)?;
        *markdown = String::from_utf8(text).map_err(io::Error::other)?;
    }
    Ok(Some(report))
}

fn write_frame(to: &mut impl Write, bytes: &[u8]) -> io::Result<()> {
    let length = u32::try_from(bytes.len()).map_err(|_| io::Error::other("the frame is too large"))?;
    to.write_all(&length.to_be_bytes())?;
    to.write_all(bytes)
}

fn read_frame(from: &mut impl Read) -> io::Result<Option<Vec<u8>>> {
    let mut length = [0; 4];
    match from.read_exact(&mut length) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        Err(error) => return Err(error),
    }
    let length = u32::from_be_bytes(length) as usize;
    if length > MAX_FRAME_BYTES {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "this is no message of a filter worker"));
    }
    // The length is not believed before as much has come.
    let mut bytes = Vec::with_capacity(length.min(FIRST_BYTES));
    from.take(length as u64).read_to_end(&mut bytes)?;
    if bytes.len() < length { Err(io::ErrorKind::UnexpectedEof.into()) } else { Ok(Some(bytes)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_job_arrives_as_it_was_sent() {
        let declared = serde_json::json!({ "startBefore": "#a", "endAfter": ".b" });
        let document = SourceDocument {
            id: None,
            location: "https://acme.example/terms".parse().unwrap(),
            declared_location: String::new(),
            select: vec![Selector::Css("main".to_owned()), Selector::from_declared(&declared).unwrap()],
            select_is_list: true,
            remove_is_list: false,
            remove: Vec::new(),
            filters: vec![FilterUse { name: "f".to_owned(), params: Some(1.into()) }],
            filters_module: Some("declarations/Acme.filters.js".into()),
            execute_client_scripts: None,
        };
        let mut pipe = Vec::new();

        let as_of = Some(DateTime::UNIX_EPOCH);
        let sent = Job::new(&MimeType::html(), &document, &Config::default(), as_of);
        send_job(&mut pipe, &sent, b"content").unwrap();
        let (job, content) = receive_job(&mut pipe.as_slice()).unwrap().unwrap();

        assert_eq!((job.document(), job.mime(), &job.config), (document, MimeType::html(), &Config::default()));
        assert_eq!((job.as_of, content.as_slice()), (as_of, &b"content"[..]));
    }

    #[test]
    fn markdown_arrives_as_it_was_sent() {
        let mut pipe = Vec::new();

        send_report(&mut pipe, &Report::Done("a\n\u{1f600}".to_owned(), Timings::default())).unwrap();
        let report = receive_report(&mut pipe.as_slice()).unwrap();

        assert!(matches!(report, Some(Report::Done(markdown, _)) if markdown == "a\n\u{1f600}"));
    }

    #[test]
    fn what_is_no_message_is_refused_without_being_kept() {
        assert!(receive_report(&mut &b"running 0 tests"[..]).is_err());
        assert!(receive_report(&mut &[0, 0, 0, 9, b'{'][..]).is_err());
        assert!(receive_report(&mut &[][..]).unwrap().is_none());
    }
}
