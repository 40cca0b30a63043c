//! Recorded pages with the Markdown that must come out of them, to check extraction against.
//!
//! A case is a folder with `case.json`, `snapshot.html` or `snapshot.pdf`, and `expected.md` or
//! `expected.error.txt` where the right answer is known.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;

use serde::Deserialize;
use serde_json::Value;
use url::Url;

use super::{Extractor, Timings};
use crate::domain::{FilterUse, MimeType, Selector, SourceDocument};

/// A page, what a declaration says of it, and what must come out.
#[derive(Debug)]
pub struct Case {
    pub document: SourceDocument,
    pub mime: MimeType,
    pub content: Vec<u8>,
    pub expected: Option<Extracted>,
}

/// What comes out of a page: Markdown, or the text of an error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Extracted {
    Markdown(String),
    Error(String),
}

/// Why a case cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum CaseError {
    #[error("cannot read `{}`: {source}", path.display())]
    File { path: PathBuf, source: std::io::Error },
    #[error("`{}` is not a case: {reason}", path.display())]
    Malformed { path: PathBuf, reason: String },
}

/// What `case.json` says, in the words of a declaration.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Declared {
    #[serde(alias = "fetch")]
    location: Url,
    service: Option<String>,
    #[serde(default)]
    select: Value,
    #[serde(default)]
    remove: Value,
    #[serde(default)]
    filter: Value,
    mime_type: Option<String>,
}

impl Case {
    /// Reads the case in a folder.
    pub fn in_folder(folder: &Path) -> Result<Self, CaseError> {
        let snapshot = snapshot(folder).unwrap_or_else(|| folder.join("snapshot.html"));
        let mut case = Self::of_files(&folder.join("case.json"), &snapshot)?;
        case.expected = expected(folder)?;
        Ok(case)
    }

    /// Reads a case whose page and declaration may lie anywhere; nothing is expected of it.
    pub fn of_files(case: &Path, snapshot: &Path) -> Result<Self, CaseError> {
        let declared: Declared = serde_json::from_slice(&read(case)?).map_err(|error| malformed(case, &error))?;
        let mime = match &declared.mime_type {
            Some(mime) => MimeType::from_content_type(mime),
            None if snapshot.extension().is_some_and(|extension| extension == "pdf") => MimeType::pdf(),
            None => MimeType::html(),
        };
        let document = declared.into_document(case)?;
        Ok(Self { document, mime, content: read(snapshot)?, expected: None })
    }

    pub fn extract(&self, extractor: &Extractor, timings: &mut Timings) -> Extracted {
        match extractor.extract_timed(&self.content, &self.mime, &self.document, timings) {
            Ok(markdown) => Extracted::Markdown(markdown),
            Err(error) => Extracted::Error(error.to_string()),
        }
    }
}

impl Declared {
    fn into_document(self, case: &Path) -> Result<SourceDocument, CaseError> {
        let select = selectors(&self.select).ok_or_else(|| malformed(case, &"`select` is malformed"))?;
        let remove = selectors(&self.remove).ok_or_else(|| malformed(case, &"`remove` is malformed"))?;
        let filters = filters(&self.filter);
        let module = self.service.as_deref().and_then(|service| filters_module(case, service));
        Ok(SourceDocument {
            id: None,
            location: self.location,
            declared_location: String::new(),
            select,
            select_is_list: self.select.is_array(),
            remove,
            remove_is_list: self.remove.is_array(),
            filters_module: module.filter(|_| !filters.is_empty()),
            filters,
            execute_client_scripts: None,
        })
    }
}

impl Extracted {
    /// Whether it is what was expected. Of errors only the first sentence counts, up to the address in it.
    pub fn is_as(&self, expected: &Self) -> bool {
        match (self, expected) {
            (Self::Markdown(actual), Self::Markdown(expected)) => actual == expected,
            (Self::Error(actual), Self::Error(expected)) => up_to_address(actual) == up_to_address(expected),
            _ => false,
        }
    }

    /// Of the words of the other text, the share that this one has too, each as often.
    pub fn word_recall(&self, expected: &Self) -> f64 {
        match (self, expected) {
            (Self::Markdown(actual), Self::Markdown(expected)) => recall(actual, expected),
            _ if self.is_as(expected) => 1.0,
            _ => 0.0,
        }
    }
}

/// What came of one case.
#[derive(Debug)]
pub struct Checked {
    pub folder: PathBuf,
    pub bytes: usize,
    pub is_pdf: bool,
    pub actual: Extracted,
    pub expected: Option<Extracted>,
    pub timings: Timings,
}

impl Checked {
    pub fn is_identical(&self) -> bool {
        self.expected.as_ref().is_some_and(|expected| self.actual.is_as(expected))
    }
}

/// Extracts the cases in `folders` on `jobs` threads and gives each result to `tell`, in no certain order.
pub fn check_all(
    folders: &[PathBuf],
    extractor: &Extractor,
    jobs: usize,
    mut tell: impl FnMut(Result<Checked, CaseError>),
) {
    let next = AtomicUsize::new(0);
    let (sender, receiver) = mpsc::sync_channel(jobs);
    thread::scope(|scope| {
        for _ in 0..jobs {
            let (sender, next) = (sender.clone(), &next);
            scope.spawn(move || {
                while let Some(folder) = folders.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if sender.send(check(folder, extractor)).is_err() {
                        break;
                    }
                }
            });
        }
        drop(sender);
        receiver.into_iter().for_each(&mut tell);
    });
}

fn check(folder: &Path, extractor: &Extractor) -> Result<Checked, CaseError> {
    let case = Case::in_folder(folder)?;
    let mut timings = Timings::default();
    let actual = case.extract(extractor, &mut timings);
    let (bytes, is_pdf) = (case.content.len(), case.mime.is_pdf());
    Ok(Checked { folder: folder.to_owned(), bytes, is_pdf, actual, expected: case.expected, timings })
}

/// The folders below `root` that hold a case, in the order of their paths.
pub fn folders_below(root: &Path) -> Result<Vec<PathBuf>, CaseError> {
    let mut found = Vec::new();
    let mut pending = vec![root.to_owned()];
    while let Some(folder) = pending.pop() {
        if folder.join("case.json").is_file() && snapshot(&folder).is_some() {
            found.push(folder);
            continue;
        }
        let entries = fs::read_dir(&folder).map_err(|source| CaseError::File { path: folder.clone(), source })?;
        // A symbolic link could lead back up.
        let folders = entries.flatten().filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()));
        pending.extend(folders.map(|entry| entry.path()));
    }
    found.sort();
    Ok(found)
}

fn snapshot(folder: &Path) -> Option<PathBuf> {
    ["snapshot.html", "snapshot.pdf"].iter().map(|name| folder.join(name)).find(|path| path.is_file())
}

fn expected(folder: &Path) -> Result<Option<Extracted>, CaseError> {
    let (markdown, error) = (folder.join("expected.md"), folder.join("expected.error.txt"));
    if markdown.is_file() {
        return Ok(Some(Extracted::Markdown(text(&markdown)?)));
    }
    if error.is_file() {
        return Ok(Some(Extracted::Error(text(&error)?)));
    }
    Ok(None)
}

/// The service's module of filters, which lies beside the cases of its collection.
fn filters_module(case: &Path, service: &str) -> Option<PathBuf> {
    // Whole, so that a path relative to the case's own folder has a folder above.
    let case = fs::canonicalize(case).ok()?;
    let collection = case.parent()?.parent()?;
    let is_name = !service.is_empty() && !service.starts_with('.') && !service.contains(['/', '\\']);
    let module = collection.join("filters").join(format!("{service}.filters.js"));
    (is_name && module.is_file()).then_some(module)
}

fn selectors(declared: &Value) -> Option<Vec<Selector>> {
    match declared {
        Value::Null => Some(Vec::new()),
        Value::Array(entries) => entries.iter().map(Selector::from_declared).collect(),
        entry => Some(vec![Selector::from_declared(entry)?]),
    }
}

fn filters(declared: &Value) -> Vec<FilterUse> {
    match declared {
        Value::Array(entries) => entries.iter().flat_map(filters).collect(),
        Value::String(name) => vec![FilterUse { name: name.clone(), params: None }],
        Value::Object(uses) => {
            uses.iter().map(|(name, params)| FilterUse { name: name.clone(), params: Some(params.clone()) }).collect()
        }
        _ => Vec::new(),
    }
}

fn up_to_address(error: &str) -> &str {
    error.split("'http").next().unwrap_or_default()
}

fn recall(actual: &str, expected: &str) -> f64 {
    let (mut actual, expected) = (words(actual), words(expected));
    if expected.is_empty() {
        return 1.0;
    }
    actual.sort_unstable();
    let mut found = 0;
    let mut wanted = expected.clone();
    wanted.sort_unstable();
    let mut rest = actual.as_slice();
    for word in wanted {
        rest = &rest[rest.partition_point(|other| *other < word)..];
        if rest.first() == Some(&word) {
            found += 1;
            rest = &rest[1..];
        }
    }
    f64::from(found) / expected.len() as f64
}

fn words(text: &str) -> Vec<&str> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect()
}

fn text(path: &Path) -> Result<String, CaseError> {
    String::from_utf8(read(path)?).map_err(|error| malformed(path, &error))
}

fn read(path: &Path) -> Result<Vec<u8>, CaseError> {
    fs::read(path).map_err(|source| CaseError::File { path: path.to_owned(), source })
}

fn malformed(path: &Path, reason: &dyn std::fmt::Display) -> CaseError {
    CaseError::Malformed { path: path.to_owned(), reason: reason.to_string() }
}
