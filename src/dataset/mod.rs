//! Datasets: all versions of an archive as plain files, in the layout that Open Terms Archive publishes.
//!
//! `<base>/<service>/<terms type>/<YYYY-MM-DDTHH-MM-SSZ>.md`, in a ZIP file or a folder. [`export()`] writes one from an
//! archive, and [`import()`] makes the records of an archive from one. A dataset tells no snapshots and no kinds of record.

mod config;
mod entry_name;
mod export;
mod import;
mod plan;
mod readme;
mod refusal;
mod source;
#[cfg(test)]
mod tests;

pub use config::Config;
pub use entry_name::EntryName;
pub use export::{ExportError, Exported, LeftOut, export, file_stem};
pub use import::{ImportError, Imported, import};
pub use plan::{OtherRecords, Plan};
pub use readme::About;
pub use refusal::{Refusal, Refused};
pub use source::{Source, SourceError};
