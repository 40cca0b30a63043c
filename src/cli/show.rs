//! `fineprint show`: a version or a snapshot as it was recorded.

use std::collections::BTreeSet;
use std::io::{self, IsTerminal};
use std::process::ExitCode;

use anyhow::bail;
use clap::Args;

use super::Context;
use super::moment::Moment;
use super::reading::{IdStart, by_id, latest, print_exactly, print_text, valid_at};
use crate::app::{App, explained, hinted};
use crate::domain::{DocumentId, DocumentKey, Record, ServiceId, Snapshot, TermsKey, TermsType, Version};
use crate::records::{RecordFilter, RecordStore, Recordable};

/// Print a version as it was recorded: the newest, that of a date, or that with an id
///
/// The text is printed byte for byte, unless to a terminal, which is not given control characters. DATE is a day,
/// 2024-05-01, whose last second in UTC counts, or an instant, 2024-05-01T10:00:00Z. Names are taken literally.
#[derive(Debug, Args)]
pub struct Show {
    /// The service, by id
    service: ServiceId,

    /// The terms type
    #[arg(value_name = "TYPE")]
    terms_type: TermsType,

    /// What was valid on this date
    #[arg(long, value_name = "DATE", conflicts_with = "id")]
    at: Option<Moment>,

    /// The record with this id, or with the one id that starts so
    #[arg(long, value_name = "SHA")]
    id: Option<IdStart>,

    /// The snapshot, rather than the version
    #[arg(long)]
    snapshot: bool,

    /// Of a terms with several source documents, this one
    #[arg(long, value_name = "ID", requires = "snapshot")]
    document: Option<String>,
}

impl Show {
    pub(super) fn run(self, context: &Context) -> anyhow::Result<ExitCode> {
        let archive = App::archive_for_reading(&context.root)?;
        let terms = TermsKey::new(self.service.clone(), self.terms_type.clone());
        match self.snapshot {
            true => print_snapshot(&self.snapshot_of(&archive.snapshots()?, &terms)?)?,
            false => {
                let version: Record<Version> = self.record(&archive.versions()?, &terms)?;
                print_text(&version.content.markdown)?;
            }
        }
        Ok(ExitCode::SUCCESS)
    }

    fn snapshot_of(&self, store: &dyn RecordStore<Snapshot>, terms: &TermsKey) -> anyhow::Result<Record<Snapshot>> {
        let document = match self.id {
            Some(_) => None,
            None => self.document_of(store, terms)?,
        };
        self.record(store, &DocumentKey { terms: terms.clone(), document })
    }

    /// The document that is meant, which has to be told where there are several.
    fn document_of(&self, store: &dyn RecordStore<Snapshot>, terms: &TermsKey) -> anyhow::Result<Option<DocumentId>> {
        if let Some(name) = &self.document {
            return Ok((!name.is_empty()).then(|| DocumentId::from_file_name(name)));
        }
        let entries = store.list(&RecordFilter::of(terms)).map_err(explained)?;
        let documents: BTreeSet<Option<DocumentId>> = entries.into_iter().map(|entry| entry.document).collect();
        if documents.len() > 1 {
            let name =
                |document: &Option<DocumentId>| document.as_ref().map_or("''".to_owned(), |id| format!("'{id}'"));
            let names: Vec<String> = documents.iter().map(name).collect();
            let fault = format!("{terms} has snapshots of {} source documents", documents.len());
            return Err(hinted(&fault, Some(format!("name one with `--document`: {}", names.join(", ")))));
        }
        Ok(documents.into_iter().next().flatten())
    }

    fn record<T: Recordable>(&self, store: &dyn RecordStore<T>, key: &T::Key) -> anyhow::Result<Record<T>> {
        match (&self.id, self.at) {
            (Some(id), _) => by_id(store, &T::slot(key).terms, id),
            (None, Some(date)) => valid_at(store, key, date),
            (None, None) => latest(store, key),
        }
    }
}

fn print_snapshot(record: &Record<Snapshot>) -> anyhow::Result<()> {
    let snapshot = &record.content;
    match std::str::from_utf8(&snapshot.content) {
        Ok(text) => print_text(text)?,
        Err(_) if io::stdout().is_terminal() => {
            bail!("this snapshot is no text, but {}\nhint: send it to a file with `> FILE`", snapshot.mime.as_str())
        }
        Err(_) => print_exactly(&snapshot.content)?,
    }
    Ok(())
}
