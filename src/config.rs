//! The parts' own configurations side by side: defaults, files, environment.
//!
//! Read as Open Terms Archive's engine reads them, so that a collection's `config` folder works unchanged. Every key
//! stands once, in the table of [`KEYS`]; reading, faults, listings and the documentation all come from there.

mod dotenv;
mod environment;
mod error;
mod keys;
mod layer;
mod local;
mod page;
mod slot;
mod unused;
mod warning;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::{checks, dataset, fetch, gate, records, tracker, web};

use keys::Place;
use layer::Layer;

pub use environment::{Environment, VARIABLES, Variable};
pub use error::{ConfigError, ValueFault};
pub use keys::{KEYS, Key};
pub use layer::Origin;
pub use local::{LocalError, as_file, write_local};
pub use page::tables;
pub use unused::{OF_OPEN_TERMS_ARCHIVE, UnusedKey};
pub use warning::Warning;

/// What every part of fineprint is told. Paths are resolved against the collection's folder.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// `collectionPath`: the folder that holds `declarations` and `metadata.yml`.
    pub collection_path: PathBuf,
    pub tracker: tracker::Config,
    pub recorder: records::Config,
    pub fetcher: fetch::Config,
    pub dataset: dataset::Config,
    pub gate: gate::Config,
    pub checks: checks::Config,
    pub web: web::Config,
}

/// A configuration, and how it came about.
#[derive(Debug, Clone)]
pub struct Loaded {
    pub config: Config,
    /// Every key with its effective value, in the order of the table.
    pub settings: Vec<Setting>,
    /// Keys that are set and belong to Open Terms Archive's engine, but that nothing here reads yet.
    pub unused: Vec<(&'static UnusedKey, Origin)>,
    pub warnings: Vec<Warning>,
    /// The environment given, completed from the collection's `.env`.
    pub environment: Environment,
}

/// The effective value of a key, as written, and where it was set.
#[derive(Debug, Clone)]
pub struct Setting {
    pub key: &'static Key,
    pub value: Value,
    pub origin: Origin,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            collection_path: PathBuf::from("./"),
            tracker: tracker::Config::default(),
            recorder: records::Config::default(),
            fetcher: fetch::Config::default(),
            dataset: dataset::Config::default(),
            gate: gate::Config::default(),
            checks: checks::Config::default(),
            web: web::Config::default(),
        }
    }
}

impl Loaded {
    /// The effective value of the key with this name in the table.
    pub fn setting(&self, name: &str) -> Option<&Setting> {
        self.settings.iter().find(|setting| setting.key.path == name)
    }
}

impl Config {
    /// Reads the configuration of the collection in folder `collection`.
    ///
    /// From weak to strong: defaults, `config/default.json`, defaults for production where `NODE_ENV` says so,
    /// `config/<environment>.json`, `config/local.json`, `config/local-<environment>.json`, `NODE_CONFIG`. Objects merge;
    /// all else replaces.
    ///
    /// # Errors
    /// The first file that cannot be read, or effective value that cannot be used.
    pub fn load(collection: &Path, environment: &Environment) -> Result<Loaded, ConfigError> {
        let mut warnings = Vec::new();
        let environment = environment.completed_from(collection, &mut warnings)?;
        let layers = layer::all(collection, &environment, &mut warnings)?;
        let mut unused = BTreeMap::new();
        let given = strongest(layers, &mut unused, &mut warnings)?;
        let (mut config, settings) = settle(given)?;
        config.resolve_paths(collection);
        config.check_repositories()?;
        if config.tracker.pace.longest < config.tracker.pace.shortest {
            warnings.push(Warning::LongestBelowShortest);
        }
        Ok(Loaded { config, settings, unused: unused.into_values().collect(), warnings, environment })
    }

    fn resolve_paths(&mut self, collection: &Path) {
        for path in [&mut self.collection_path, &mut self.recorder.versions.path, &mut self.recorder.snapshots.path] {
            // Gathered from its components, a path loses the `.` parts inside.
            *path = collection.join(&*path).components().collect();
        }
        self.checks.path = self.checks.path.take().map(|path| collection.join(path).components().collect());
    }

    /// Snapshots and versions cannot share a repository: each is locked by whoever records in it.
    fn check_repositories(&self) -> Result<(), ConfigError> {
        let (snapshots, versions) = (&self.recorder.snapshots.path, &self.recorder.versions.path);
        let are_one = snapshots == versions
            || matches!((snapshots.canonicalize(), versions.canonicalize()), (Ok(one), Ok(other)) if one == other);
        if are_one { Err(ConfigError::SharedRepository { path: versions.clone() }) } else { Ok(()) }
    }

    /// Where the record of checks lies.
    pub fn checks_path(&self) -> PathBuf {
        let beside_versions = || self.recorder.versions.path.with_file_name(checks::FILE_NAME);
        self.checks.path.clone().unwrap_or_else(beside_versions)
    }
}

type Given = BTreeMap<&'static str, (Value, Origin)>;

/// The last value given for each key.
fn strongest(
    layers: Vec<Layer>,
    unused: &mut BTreeMap<&'static str, (&'static UnusedKey, Origin)>,
    warnings: &mut Vec<Warning>,
) -> Result<Given, ConfigError> {
    let mut given = Given::new();
    for entry in layers.into_iter().flat_map(|layer| layer.entries) {
        match keys::place_of(&entry.path) {
            Place::Key(key) => {
                given.insert(key.path, (entry.value, entry.origin));
            }
            Place::Group => return Err(ConfigError::NotAnObject { name: entry.path, origin: entry.origin }),
            Place::Unused(key) => {
                unused.insert(key.path, (key, entry.origin));
            }
            Place::Nowhere => warnings.push(Warning::unknown_key(entry.path, entry.origin)),
        }
    }
    Ok(given)
}

/// Writes what was given over the defaults, and lists what came of it.
fn settle(mut given: Given) -> Result<(Config, Vec<Setting>), ConfigError> {
    let mut config = Config::default();
    let mut settings = Vec::new();
    for key in KEYS {
        let (value, origin) = match given.remove(key.path) {
            Some((value, origin)) => {
                key.slot.write(&mut config, &value).map_err(|fault| ConfigError::Value {
                    key: key.path,
                    origin: origin.clone(),
                    fault,
                })?;
                (value, origin)
            }
            None => (key.slot.read(&mut config), Origin::Default),
        };
        settings.push(Setting { key, value, origin });
    }
    Ok((config, settings))
}

#[cfg(test)]
mod tests;
