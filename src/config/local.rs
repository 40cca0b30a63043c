//! Writes settings into the collection's `config/local.json`, and never over a file that is there.

use std::fs::{self, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use super::layer::{FOLDER, SECTIONS};

/// The strongest file that both fineprint and Open Terms Archive's engine read in every environment.
const FILE: &str = "local.json";

/// Why settings were not written.
#[derive(Debug, thiserror::Error)]
pub enum LocalError {
    #[error("{} exists, and is not written over", path.display())]
    Exists { path: PathBuf },

    #[error("cannot write {}: {source}", path.display())]
    Unwritable { path: PathBuf, source: io::Error },
}

/// Writes `settings`, keys with their values, to a new `config/local.json` of the collection, and tells where it is.
///
/// # Errors
/// When the file is there already, or cannot be written.
pub fn write_local(collection: &Path, settings: &[(&str, Value)]) -> Result<PathBuf, LocalError> {
    let folder = collection.join(FOLDER);
    let path = folder.join(FILE);
    let write = || {
        fs::create_dir_all(&folder)?;
        let mut file = OpenOptions::new().write(true).create_new(true).open(&path)?;
        file.write_all(as_file(settings).as_bytes())?;
        file.sync_all()
    };
    match write() {
        Ok(()) => Ok(path),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Err(LocalError::Exists { path }),
        Err(source) => Err(LocalError::Unwritable { path, source }),
    }
}

/// A configuration file that sets these keys.
pub fn as_file(settings: &[(&str, Value)]) -> String {
    let mut root = Value::Object(Map::new());
    for (key, value) in settings {
        let pointer = std::iter::once(SECTIONS[0]).chain(key.split('.'));
        *pointer.fold(&mut root, |object, name| &mut object[name]) = value.clone();
    }
    format!("{root:#}\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Config, Environment};

    #[test]
    fn what_is_written_is_what_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let settings = [
            ("recorder.versions.storage.git.path", Value::from("../old-versions")),
            ("recorder.versions.storage.git.author.name", Value::from("Bot")),
        ];

        let path = write_local(folder.path(), &settings).unwrap();

        assert_eq!(path, folder.path().join("config/local.json"));
        let recorder = Config::load(folder.path(), &Environment::default()).unwrap().config.recorder;
        assert_eq!(recorder.versions.path, folder.path().join("../old-versions"));
        assert_eq!(recorder.versions.author.name, "Bot");
    }

    #[test]
    fn a_file_of_the_operator_is_left_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("config")).unwrap();
        fs::write(folder.path().join("config/local.json"), "{ /* mine */ }").unwrap();

        let error = write_local(folder.path(), &[("collectionPath", Value::from("./"))]).unwrap_err();

        assert!(matches!(error, LocalError::Exists { .. }), "{error}");
        assert_eq!(fs::read_to_string(folder.path().join("config/local.json")).unwrap(), "{ /* mine */ }");
    }
}
