//! Opens a collection to be served: its files and its archive, for reading.

use std::collections::BTreeMap;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::Value;

use super::checking::uncertain;
use super::hinted;
use crate::assessment;
use crate::checks::{ChecksError, Ledger};
use crate::config::{Config, Warning};
use crate::declarations::{self, DeclarationsError, Loaded, METADATA_FILE};
use crate::domain::{Clock, Collection, ServiceId, Version};
use crate::records::{Advance, GitConfig, GitStore, Passages, RecordStore, Recordable, RecordsError};
use crate::web::{Archive, Declared, Metadata, NotDeclared, Opener, Served, Source};

/// What a collection is called whose folder has no name.
const UNNAMED: &str = "collection";

/// A collection ready to be served, and what is odd about its configuration.
pub struct Serving {
    pub config: crate::web::Config,
    pub warnings: Vec<Warning>,
    recorder: crate::records::Config,
    collection_path: PathBuf,
    checks_path: PathBuf,
}

impl Serving {
    /// Reads the settings of the collection in `root`.
    ///
    /// # Errors
    /// When the configuration cannot be used.
    pub fn open(root: &Path) -> anyhow::Result<Self> {
        let loaded = super::App::configuration(root)?;
        let checks_path = loaded.config.checks_path();
        let Config { web, recorder, collection_path, .. } = loaded.config;
        Ok(Self { config: web, warnings: loaded.warnings, recorder, collection_path, checks_path })
    }

    /// What is served.
    ///
    /// # Errors
    /// When declarations or metadata cannot be read.
    pub fn served(self) -> anyhow::Result<Served> {
        let versions = self.recorder.versions.clone();
        let (derived, collection_path) = (versions.clone(), self.collection_path.clone());
        let archive = Archive {
            versions: opener(self.recorder.versions, collection_path.clone()),
            snapshots: opener(self.recorder.snapshots, collection_path.clone()),
            passages: Box::new(passages_of(versions, collection_path.clone())),
            checks: Box::new(checks_in(self.checks_path)),
            derive: Box::new(move || {
                // A run that knows of a new name would otherwise make anew what is made here without it.
                let git = with_renames_of(&collection_path, &derived);
                judge_versions(&git) & take_in_passages(&git)
            }),
        };
        let source = Box::new(Files { collection_path: self.collection_path });
        Served::new(self.config, archive, source, Clock::system()).map_err(|error| hinted(&error, error.hint()))
    }
}

/// A repository with the names that the collection has given up by now.
fn with_renames_of(collection_path: &Path, git: &GitConfig) -> GitConfig {
    let (renames, _) = declarations::renames(collection_path, None);
    GitConfig { renames, ..git.clone() }
}

fn opener<T: Recordable>(git: GitConfig, collection_path: PathBuf) -> Opener<T> {
    Box::new(move || {
        let git = with_renames_of(&collection_path, &git);
        match GitStore::<T>::open_for_reading(&git.path, &git) {
            Ok(store) => Ok(Some(Arc::new(store) as Arc<dyn RecordStore<T>>)),
            Err(RecordsError::NoRepository { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    })
}

/// Judges what nobody judged yet. Beside a run that is recording it waits for the next time.
fn judge_versions(git: &GitConfig) -> bool {
    let store = GitStore::<Version>::open_for_reading(&git.path, git);
    match store.and_then(|store| assessment::bring_up_to_date(&store, usize::MAX, |_| {})) {
        Ok(_) => true,
        Err(error) if error.is_of_busy_index() => false,
        Err(error) => {
            tracing::warn!(%error, "versions are not judged");
            true
        }
    }
}

/// Takes in the passages of what was recorded, unless another process is at it.
fn take_in_passages(git: &GitConfig) -> bool {
    let Ok(mut passages) = Passages::open(&git.path, git) else { return true };
    loop {
        match passages.advance() {
            Ok(Advance::Further(_)) => {}
            Ok(Advance::Complete(_)) => return true,
            Ok(Advance::Elsewhere(_)) => return false,
            Err(error) => {
                tracing::warn!(%error, "versions cannot be searched");
                return true;
            }
        }
    }
}

fn passages_of(git: GitConfig, collection_path: PathBuf) -> impl Fn() -> Result<Option<Passages>, RecordsError> {
    move || {
        let git = with_renames_of(&collection_path, &git);
        match Passages::open(&git.path, &git) {
            Ok(passages) => Ok(Some(passages)),
            Err(RecordsError::NoRepository { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

fn checks_in(path: PathBuf) -> impl Fn() -> Result<Option<Ledger>, ChecksError> {
    move || if path.exists() { Ledger::open_for_reading(&path).map(Some) } else { Ok(None) }
}

/// The files of a collection.
struct Files {
    collection_path: PathBuf,
}

impl Source for Files {
    fn load(&self) -> Result<Declared, NotDeclared> {
        let path = &self.collection_path;
        let unreadable = |error: &dyn std::fmt::Display| NotDeclared::Unreadable(error.to_string());
        let loaded = match declarations::load(path) {
            // The repositories alone are enough to read.
            Err(DeclarationsError::NoFolder { .. }) => Loaded::default(),
            loaded => loaded.map_err(|error| unreadable(&error))?,
        };
        for fault in loaded.diagnostics.iter().filter(|fault| fault.is_error()) {
            tracing::warn!("{fault}");
        }
        let uncertain = uncertain(&loaded.diagnostics);
        let collection = loaded.collection.tracked_at(Clock::system().now());
        let metadata = match path.join(METADATA_FILE).exists() {
            true => declarations::metadata(path).map_err(|error| unreadable(&error))?,
            false => named_by_folder(path),
        };
        let metadata = Metadata::new(metadata)?;
        let terms_types = declarations::terms_types_of(path).map_err(|error| unreadable(&error))?;
        let (renames, _) = declarations::renames(path, Some(&collection));
        Ok(Declared { sources: sources(path, &collection), collection, metadata, terms_types, renames, uncertain })
    }

    fn stamp(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        let folder = fs::read_dir(self.collection_path.join("declarations"));
        let files = folder.into_iter().flatten().flatten().map(|entry| entry.path());
        let mut files: Vec<PathBuf> = files.collect();
        files.sort();
        files.extend([METADATA_FILE, declarations::RENAMES_FILE].map(|name| self.collection_path.join(name)));
        for file in files {
            let about = fs::metadata(&file).map(|about| (about.len(), about.modified().ok()));
            (file, about.ok()).hash(&mut hasher);
        }
        hasher.finish()
    }
}

/// What is said of a collection that says nothing of itself.
fn named_by_folder(path: &Path) -> serde_json::Map<String, Value> {
    let whole = path.canonicalize().ok();
    let name = whole.as_deref().and_then(Path::file_name).map(|name| name.to_string_lossy().into_owned());
    let name = name.unwrap_or_else(|| UNNAMED.to_owned());
    tracing::warn!("there is no {METADATA_FILE}, so the collection goes by the name of its folder, `{name}`");
    [("id", name.clone()), ("name", name)].map(|(key, text)| (key.to_owned(), Value::from(text))).into_iter().collect()
}

fn sources(path: &Path, collection: &Collection) -> BTreeMap<ServiceId, String> {
    let text = |id: &ServiceId| declarations::source_of(path, id).ok().map(|source| source.text);
    let ids = collection.services.iter().map(|service| &service.id);
    ids.filter_map(|id| Some((id.clone(), text(id)?))).collect()
}
