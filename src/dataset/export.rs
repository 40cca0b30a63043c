//! Writes all versions of an archive into a ZIP file, one text at a time.

use std::collections::{BTreeSet, HashMap};
use std::io::{self, Seek, Write};

use chrono::{DateTime, Datelike, Timelike, Utc};
use sha2::{Digest, Sha256};
use zip::result::ZipError;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::readme::{LICENCE, readme};
use super::{About, EntryName};
use crate::domain::{RecordId, TermsKey, Version};
use crate::records::{Order, RecordFilter, RecordStore, RecordsError};

/// What a dataset holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Exported {
    pub versions: usize,
    pub terms: usize,
    pub services: usize,
    pub oldest: Option<DateTime<Utc>>,
    pub newest: Option<DateTime<Utc>>,
    /// Versions that are damaged in the archive, and are left out.
    pub left_out: Vec<LeftOut>,
}

/// A version that a dataset lacks.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{version}: {why}")]
pub struct LeftOut {
    /// What its entry would be called.
    pub version: EntryName,
    pub why: String,
}

/// Why a dataset was not written.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    #[error(transparent)]
    Records(#[from] RecordsError),

    #[error("cannot write the dataset: {0}")]
    Zip(#[from] ZipError),

    #[error("cannot write the dataset: {0}")]
    Write(#[from] io::Error),
}

/// The name of a dataset's file without extension, which is that of the folder in it as well.
pub fn file_stem(about: &About) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || ".-_".contains(c) { c } else { '-' };
    let title: String = about.title.to_lowercase().chars().map(plain).collect();
    // A name that begins with a dot would hide the folder, and with a dash look like an option.
    let title = title.trim_start_matches(['.', '-']);
    format!("{title}-{}", about.date.format("%Y-%m-%d")).trim_start_matches('-').to_owned()
}

/// Writes the versions in the order of their dates, then README and LICENSE. A damaged version costs no more than itself.
///
/// `name_now` tells under which name a terms goes today that was recorded under another.
///
/// # Errors
/// When the archive cannot be read or `out` not be written.
pub fn export(
    versions: &dyn RecordStore<Version>,
    about: &About,
    name_now: impl Fn(&TermsKey, DateTime<Utc>) -> TermsKey,
    out: impl Write + Seek,
) -> Result<Exported, ExportError> {
    let base = file_stem(about);
    let mut zip = ZipWriter::new(out);
    let mut last_texts: HashMap<TermsKey, [u8; 32]> = HashMap::new();
    let mut exported = Exported::default();
    for (name, id) in entries(versions, name_now)? {
        let record = match versions.find(&id) {
            Err(error) if error.is_of_one_record() => {
                exported.left_out.push(LeftOut { version: name, why: error.to_string() });
                continue;
            }
            Ok(Some(record)) => record,
            Ok(None) => continue,
            Err(error) => return Err(error.into()),
        };
        let text = record.content.markdown;
        let digest = Sha256::digest(text.as_bytes()).into();
        if last_texts.insert(name.terms.clone(), digest) == Some(digest) {
            continue;
        }
        zip.start_file(format!("{base}/{name}"), dated(name.date))?;
        zip.write_all(text.as_bytes())?;
        exported.count(name.date);
    }
    exported.terms = last_texts.len();
    exported.services = last_texts.keys().map(|terms| &terms.service).collect::<BTreeSet<_>>().len();
    for (file, text) in [("README.md", readme(about, &exported).as_str()), ("LICENSE", LICENCE)] {
        zip.start_file(format!("{base}/{file}"), dated(about.date))?;
        zip.write_all(text.as_bytes())?;
    }
    zip.finish()?.flush()?;
    Ok(exported)
}

/// The records to write, by date; of several of one terms and second, the one made last.
fn entries(
    versions: &dyn RecordStore<Version>,
    name_now: impl Fn(&TermsKey, DateTime<Utc>) -> TermsKey,
) -> Result<Vec<(EntryName, RecordId)>, RecordsError> {
    let listed = versions.list(&RecordFilter { order: Order::OldestFirst, ..RecordFilter::default() })?;
    let last: HashMap<EntryName, RecordId> = listed
        .into_iter()
        .map(|record| (EntryName { terms: name_now(&record.terms, record.date), date: record.date }, record.id))
        .collect();
    let mut entries: Vec<_> = last.into_iter().collect();
    entries.sort();
    Ok(entries)
}

impl Exported {
    fn count(&mut self, date: DateTime<Utc>) {
        self.versions += 1;
        self.oldest = self.oldest.or(Some(date));
        self.newest = Some(date);
    }
}

/// An entry as old as what it holds, so that the same archive gives the same bytes.
fn dated(date: DateTime<Utc>) -> SimpleFileOptions {
    let [month, day, hour, minute, second] =
        [date.month(), date.day(), date.hour(), date.minute(), date.second()].map(|part| part as u8);
    // ZIP counts from 1980 on.
    let year = u16::try_from(date.year()).unwrap_or_default();
    let dated = zip::DateTime::from_date_and_time(year, month, day, hour, minute, second).unwrap_or_default();
    SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(dated)
        .unix_permissions(0o644)
}
