//! Writes the site as plain files that any web server can host, and that stay readable when the server is gone.
//!
//! Pages are those that the router answers; only their links are written anew. What was written before and is made from
//! the same is left alone.

mod archives;
mod desk;
mod folder;
mod links;
mod manifest;
mod names;
mod places;
mod plan;
mod tags;

use std::path::PathBuf;
use std::sync::Arc;

use super::copy::StaticCopy;
use super::{ReadError, Served};
use crate::domain::Clock;
use crate::records::{Order, RecordEntry, RecordFilter};
use desk::{Desk, Done};
use folder::Folder;
use plan::Plan;

/// How an export is to be.
#[derive(Debug, Clone)]
pub struct Settings {
    pub out: PathBuf,
    /// Where it will be, without a slash at the end, if that is known.
    pub base_url: Option<String>,
    /// How many of the newest records have pages of their own, besides the latest of each terms; `None` for all.
    pub records: Option<usize>,
    /// Makes everything anew.
    pub force: bool,
}

/// What an export came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Summary {
    pub written: usize,
    pub unchanged: usize,
    pub removed: usize,
    pub bytes_written: u64,
    /// Of all files that are in the folder now.
    pub bytes: u64,
    /// Records that have pages of their own, and all there are.
    pub records: (usize, usize),
    /// Addresses that could not be copied, and what was answered.
    pub failed: Vec<(String, String)>,
}

/// Why nothing, or not all, was exported.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    #[error("{path} is not empty and holds no earlier export")]
    NotEmpty { path: PathBuf },

    #[error("cannot use the folder {path}")]
    Folder { path: PathBuf, source: std::io::Error },

    #[error("cannot write {path}")]
    File { path: PathBuf, source: std::io::Error },

    #[error(transparent)]
    Archive(#[from] ReadError),

    #[error("writing broke off")]
    BrokeOff(#[from] tokio::task::JoinError),
}

impl ExportError {
    /// An act the reader can do.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::NotEmpty { .. } => Some("name a folder that is empty, or one that an export was written to before"),
            _ => None,
        }
    }
}

/// Writes the site; `tell` is called with how many files are done.
///
/// # Errors
/// When the folder is not one for exports or cannot be written to, or the archive cannot be read.
pub async fn export(served: &Served, settings: Settings, tell: impl Fn(usize)) -> Result<Summary, ExportError> {
    let (folder, before) = Folder::open(&settings.out)?;
    let behind = served.clone();
    let derive = move || {
        behind.catch_up();
        behind.refresh_events();
    };
    tokio::task::spawn_blocking(derive).await?;
    let entries = entries(served).await?;
    let statuses = served.statuses().await?;
    let copy = StaticCopy::of_archive(entries.iter().map(|entry| entry.date).max());
    let served = served.clone().with_clock(Clock::fixed(copy.as_of));
    let archives = archives::since(&served, plan::reach(&entries, settings.records)).await?;
    let plan = Plan::of(&served, &settings, &entries, &archives, statuses.as_deref());
    let mut desk = Desk { router: super::routes(&served), copy, plan, settings, folder, before };
    if desk.is_done() {
        return Ok(desk.nothing_to_do());
    }
    desk.find_sections().await;
    Arc::new(desk).write(tell).await
}

/// All records in the order in which they were recorded, under the names that services and terms types have today.
async fn entries(served: &Served) -> Result<Vec<RecordEntry>, ReadError> {
    let all = RecordFilter { order: Order::LastRecordedFirst, ..RecordFilter::default() };
    let mut entries = served.versions(move |store| store.list(&all)).await?;
    entries.reverse();
    let renames = &served.declared().renames;
    for entry in &mut entries {
        entry.terms = renames.current(&entry.terms, entry.date);
    }
    Ok(entries)
}

impl Summary {
    fn add(&mut self, address: &str, done: &Done) {
        match done {
            Done::Unchanged(_) => self.unchanged += 1,
            Done::Written(written) => {
                self.written += 1;
                self.bytes_written += written.bytes;
            }
            Done::Failed(why) => self.failed.push((address.to_owned(), why.clone())),
        }
    }
}
