//! Lists what lies in the `declarations` folder of a collection.

use std::io;
use std::path::{Path, PathBuf};

use super::order::by_name;
use super::{Diagnostic, Source};
use crate::domain::ServiceId;

/// The folder of a collection that holds its declarations.
pub const FOLDER: &str = "declarations";

const HISTORY: &str = ".history.json";
const FILTERS: &str = ".filters.js";
const FILTERS_HISTORY: &str = ".filters.history.js";

/// Why declarations cannot be listed at all.
#[derive(Debug, thiserror::Error)]
pub enum DeclarationsError {
    #[error("there is no declarations folder at {}", path.display())]
    NoFolder { path: PathBuf },
    #[error("the declarations folder {} cannot be read", path.display())]
    Unreadable { path: PathBuf, source: io::Error },
}

impl DeclarationsError {
    /// An act the reader can do.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::NoFolder { .. } => "run this in a collection's folder, or name one with `--collection DIR`",
            Self::Unreadable { .. } => "check the folder's permissions",
        }
    }
}

/// The ids of the services that have a file of each sort, in order.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Folder {
    pub declared: Vec<String>,
    pub histories: Vec<String>,
    pub filters: Vec<String>,
    pub filters_histories: Vec<String>,
}

impl Folder {
    /// Lists the declarations folder of the collection in `collection_dir`.
    pub fn list(collection_dir: &Path) -> Result<Self, DeclarationsError> {
        let path = collection_dir.join(FOLDER);
        let entries = match std::fs::read_dir(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(DeclarationsError::NoFolder { path }),
            entries => entries.and_then(Iterator::collect::<io::Result<Vec<_>>>),
        };
        let entries = entries.map_err(|source| DeclarationsError::Unreadable { path, source })?;
        let mut folder = Self::default();
        entries.iter().for_each(|entry| folder.add(&entry.file_name().to_string_lossy()));
        folder.sort();
        Ok(folder)
    }

    fn add(&mut self, name: &str) {
        if let Some(id) = name.strip_suffix(HISTORY) {
            self.histories.push(id.to_owned());
        } else if let Some(id) = name.strip_suffix(FILTERS_HISTORY) {
            self.filters_histories.push(id.to_owned());
        } else if let Some(id) = name.strip_suffix(FILTERS) {
            self.filters.push(id.to_owned());
        } else if let Some(id) = name.strip_suffix(".json").filter(|_| !name.contains(HISTORY)) {
            self.declared.push(id.to_owned());
        }
    }

    fn sort(&mut self) {
        for ids in [&mut self.declared, &mut self.histories, &mut self.filters, &mut self.filters_histories] {
            ids.sort_by(|a, b| by_name(a, b));
        }
    }
}

/// The file of a service's declaration, relative to the collection folder.
pub fn declaration_file(id: &str) -> String {
    format!("{FOLDER}/{id}.json")
}

/// The ids of all services with a declaration, whether it can be used or not, in order.
///
/// # Errors
/// When the declarations folder cannot be listed.
pub fn service_ids(collection_dir: &Path) -> Result<Vec<String>, DeclarationsError> {
    Ok(Folder::list(collection_dir)?.declared)
}

/// The declaration of a service as it is written.
///
/// # Errors
/// When there is no such file, or it is not text.
pub fn source_of(collection_dir: &Path, id: &ServiceId) -> Result<Source, Diagnostic> {
    Source::read(collection_dir, &declaration_file(id.as_str()))
}

/// The file of a service's past declarations, relative to the collection folder.
pub fn history_file(id: &str) -> String {
    format!("{FOLDER}/{id}{HISTORY}")
}

/// The file of a service's filters, relative to the collection folder.
pub fn filters_file(id: &str) -> String {
    format!("{FOLDER}/{id}{FILTERS}")
}

/// The file of a service's past filters, relative to the collection folder.
pub fn filters_history_file(id: &str) -> String {
    format!("{FOLDER}/{id}{FILTERS_HISTORY}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_file_is_known_by_the_end_of_its_name() {
        let mut folder = Folder::default();

        for name in ["Acme.json", "Acme.history.json", "Acme.filters.js", "Acme.filters.history.js", "README.md"] {
            folder.add(name);
        }

        let acme = || vec!["Acme".to_owned()];
        let expected = Folder { declared: acme(), histories: acme(), filters: acme(), filters_histories: acme() };
        assert_eq!(folder, expected);
    }

    #[test]
    fn a_folder_without_declarations_says_where_it_looked() {
        let error = Folder::list(Path::new("nowhere")).unwrap_err();

        assert_eq!(error.to_string(), "there is no declarations folder at nowhere/declarations");
    }
}
