//! The list of what an export wrote, kept in its folder, so that the next one writes only what is new.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// The file it is kept in.
pub const FILE: &str = "fineprint-export.json";

/// The number of this form; an export with another is written anew.
const FORMAT: u32 = 1;

/// What is in the folder.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    format: u32,
    /// What all of it was made from, as one number; empty while an export is under way.
    pub state: String,
    /// By paths below the folder.
    pub files: BTreeMap<String, Written>,
}

/// A file that was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Written {
    /// What it was made from, as one number; empty where only its content tells.
    pub made_from: String,
    pub sha256: String,
    pub bytes: u64,
}

impl Default for Manifest {
    fn default() -> Self {
        Self { format: FORMAT, state: String::new(), files: BTreeMap::new() }
    }
}

impl Manifest {
    /// Reads what an earlier export left; nothing where it cannot be read by this one, except whose files they are.
    pub fn read(json: &[u8]) -> Self {
        let mut manifest: Self = serde_json::from_slice(json).unwrap_or_default();
        manifest.files.retain(|path, _| is_below(path));
        if manifest.format != FORMAT {
            manifest.state.clear();
            manifest.files.values_mut().for_each(|written| *written = Written::unknown());
            manifest.format = FORMAT;
        }
        manifest
    }

    pub fn to_json(&self) -> Vec<u8> {
        serde_json::to_vec_pretty(self).expect("texts and numbers become JSON")
    }
}

impl Written {
    pub fn of(content: &[u8], made_from: String) -> Self {
        let bytes = u64::try_from(content.len()).unwrap_or(u64::MAX);
        Self { made_from, sha256: digest([content]), bytes }
    }

    fn unknown() -> Self {
        Self { made_from: String::new(), sha256: String::new(), bytes: 0 }
    }
}

/// The digest of some parts, each of which ends where it ends.
pub fn digest<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> String {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update(part.len().to_le_bytes());
        hasher.update(part);
    }
    hasher.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

/// Whether a path can only lead to something below a folder. Somebody may have edited the list.
fn is_below(path: &str) -> bool {
    let is_name = |part: &str| !part.is_empty() && part != "." && part != ".." && !part.contains(['\\', ':', '\0']);
    path.split('/').all(is_name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_is_read_again() {
        let mut manifest = Manifest::default();
        manifest.files.insert("en/index.html".to_owned(), Written::of(b"page", "x".to_owned()));

        assert_eq!(Manifest::read(&manifest.to_json()), manifest);
    }

    #[test]
    fn paths_that_lead_elsewhere_are_nobodys_files() {
        let mut manifest = Manifest::default();
        for path in ["../x", "/etc/passwd", "a//b", "en/./x", "C:\\x", "a\\..\\b", ""] {
            manifest.files.insert(path.to_owned(), Written::of(b"", String::new()));
        }

        assert!(Manifest::read(&manifest.to_json()).files.is_empty());
        assert_eq!(Manifest::read(b"no JSON"), Manifest::default());
    }
}
