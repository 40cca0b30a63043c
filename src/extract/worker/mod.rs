//! Runs what cannot be trusted to end in processes of its own: JavaScript filters and PDF files.
//!
//! A worker is this same program, started as `fineprint filter-worker`. It gets a document with its declaration, does
//! the whole extraction and answers with the Markdown: a page changed by filters has no faithful form as HTML, so it
//! never leaves the worker's tree. Workers are kept for the next document, and killed when over a limit.

mod bounds;
mod message;
mod pool;
mod process;
mod serve;

use std::sync::Arc;

use super::filters::{self, javascript};
use super::{ExtractError, Timings};
use crate::domain::SourceDocument;
use pool::NoAnswer;
use process::Answer;

pub(super) use message::Job;
pub(super) use pool::Workers;
pub use serve::serve;

/// The command, hidden from help, that makes this program a worker.
pub const COMMAND: &str = "filter-worker";

/// No worker can be started, so this filter cannot be called.
pub(super) struct NoWorker {
    pub filter: String,
    pub why: String,
}

/// Has a document extracted by a worker. What its filters log goes to the log.
pub(super) fn extract(
    workers: &Arc<Workers>,
    job: &Job,
    content: &[u8],
    document: &SourceDocument,
) -> Result<Answer, NoWorker> {
    let (config, is_pdf) = (&job.config, job.mime().is_pdf());
    let first = || filters::first_script(document).map_or(String::new(), |filter| filter.name.clone());
    let error = match workers.extract(job, content, |level, text| log(document, level, text)) {
        Ok(answer) => return Ok(answer),
        Err(NoAnswer::NoWorker(why)) => return Err(NoWorker { filter: first(), why }),
        Err(NoAnswer::TooSlow { .. }) if is_pdf => too_large_pdf(format!("{} s", config.max_duration.as_secs())),
        Err(NoAnswer::Died { .. }) if is_pdf => too_large_pdf(format!("{} MB", config.filter_memory_bytes >> 20)),
        Err(NoAnswer::TooSlow { calling: None }) => ExtractError::TooSlow { seconds: config.max_duration.as_secs() },
        Err(NoAnswer::TooSlow { calling: Some(filter) }) => {
            ExtractError::FilterFailed { filter, reason: javascript::too_slow(config.filter_duration) }
        }
        Err(NoAnswer::Died { calling, how }) => {
            let reason = format!("{} (its worker ended by {how})", javascript::too_large(config.filter_memory_bytes));
            ExtractError::FilterFailed { filter: calling.unwrap_or_else(first), reason }
        }
    };
    Ok((Err(error), Timings::default()))
}

fn too_large_pdf(what: String) -> ExtractError {
    ExtractError::LargePdf { what }
}

fn log(document: &SourceDocument, level: &str, text: &str) {
    // The text is the filter's: it must not steer the terminal it is shown on.
    let text: String = text.chars().map(|c| if c.is_control() && c != '\n' { ' ' } else { c }).collect();
    let location = document.location.as_str();
    match level {
        "error" => tracing::error!(document.location = location, "filter: {text}"),
        "warn" => tracing::warn!(document.location = location, "filter: {text}"),
        "debug" | "trace" => tracing::debug!(document.location = location, "filter: {text}"),
        _ => tracing::info!(document.location = location, "filter: {text}"),
    }
}
