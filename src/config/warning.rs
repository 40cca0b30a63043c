//! What is odd about a configuration that can be used all the same.

use super::keys::KEYS;
use super::layer::{Origin, SECTIONS};
use super::unused::OF_OPEN_TERMS_ARCHIVE;

/// Names this alike, of 1, are taken for one another.
const ALIKE: f64 = 0.8;

/// Environments that need no file of their own.
pub(super) const ENVIRONMENTS: [&str; 2] = ["development", "production"];

/// Something in the configuration that has no effect, or another one than may be expected.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Warning {
    #[error("{origin}: nothing is called `{path}`")]
    UnknownKey { path: String, origin: Origin, meant: Option<&'static str> },
    #[error("{origin}: nothing reads the top-level key `{name}`")]
    UnknownSection { name: String, origin: Origin, meant: Option<&'static str> },
    #[error("{origin}: `{path}` stands here a second time, and only the last counts")]
    RepeatedKey { path: String, origin: Origin },
    #[error("`NODE_ENV` is `{name}`, and there is no `config/{name}.json`")]
    NoEnvironmentFile { name: String },
    #[error("`schedule.longest` is less than `schedule.shortest`, so it has no effect")]
    LongestBelowShortest,
    #[error("`{file}` is not read")]
    OtherFormat { file: String },
    #[error("`{file}` is empty, so it sets nothing")]
    EmptyFile { file: String },
    #[error(".env:{line}: this line is not of the form `NAME=value`")]
    Dotenv { line: usize },
}

impl Warning {
    pub(super) fn unknown_key(path: String, origin: Origin) -> Self {
        let meant = key_meant_by(&path);
        Self::UnknownKey { path, origin, meant }
    }

    pub(super) fn unknown_section(name: String, origin: Origin) -> Self {
        let meant = closest(&name, SECTIONS.into_iter());
        Self::UnknownSection { name, origin, meant }
    }

    /// What the reader can do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::UnknownKey { meant: Some(meant), .. } | Self::UnknownSection { meant: Some(meant), .. } => {
                Some(format!("did you mean `{meant}`?"))
            }
            Self::UnknownKey { .. } => Some("`fineprint config` lists every key".to_owned()),
            Self::UnknownSection { .. } => Some(format!("put settings under `{}` or `{}`", SECTIONS[0], SECTIONS[1])),
            Self::RepeatedKey { .. } => Some("delete one of the two".to_owned()),
            Self::NoEnvironmentFile { name } => closest(name, ENVIRONMENTS.into_iter()).map(|meant| {
                format!("did you mean `{meant}`? the defaults of production are those of `production` alone")
            }),
            Self::LongestBelowShortest => Some("swap the two, or leave one to its default".to_owned()),
            Self::OtherFormat { .. } => Some("write it as a `.json` file of the same name".to_owned()),
            Self::EmptyFile { .. } => Some("delete it, or put the settings into it that were there".to_owned()),
            Self::Dotenv { .. } => None,
        }
    }
}

/// The key with nearly this name, or with this last part in another place.
fn key_meant_by(path: &str) -> Option<&'static str> {
    let paths = || KEYS.iter().map(|key| key.path).chain(OF_OPEN_TERMS_ARCHIVE.iter().map(|key| key.path));
    let last = |path: &str| path.rsplit('.').next().unwrap_or_default().to_lowercase();
    closest(path, paths()).or_else(|| paths().find(|known| last(known) == last(path)))
}

fn closest(name: &str, known: impl Iterator<Item = &'static str>) -> Option<&'static str> {
    known
        .map(|known| (known, strsim::normalized_damerau_levenshtein(name, known)))
        .filter(|(_, likeness)| *likeness >= ALIKE)
        .max_by(|(_, one), (_, other)| one.total_cmp(other))
        .map(|(known, _)| known)
}
