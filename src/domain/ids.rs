//! Names of services, terms types and records: made by parsing, and valid once made.
//!
//! Names become paths in a git repository, so whatever could leave its folder, hide a file or be read as
//! an option is refused here and nowhere else.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Longest name that every common file system holds, in bytes, with room for ` #<document>.<ext>`.
const MAX_NAME_BYTES: usize = 200;

/// Why a text cannot name a service, a terms type or a record.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what} `{name}` {why}")]
pub struct InvalidName {
    what: &'static str,
    name: String,
    why: &'static str,
}

/// The id of a service: the name of its declaration file without `.json`, case-sensitive.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ServiceId(String);

/// The type of a terms, such as `Privacy Policy`. Any valid name is accepted, listed type or not.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TermsType(String);

/// Names one terms: a service and a terms type.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct TermsKey {
    pub service: ServiceId,
    pub terms_type: TermsType,
}

/// Names the snapshots of one source document: its terms, and its document id when the terms has several.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DocumentKey {
    pub terms: TermsKey,
    pub document: Option<super::DocumentId>,
}

/// The id of a record: the 40 hexadecimal digits of its git commit, in lower case.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RecordId(String);

impl TermsKey {
    pub fn new(service: ServiceId, terms_type: TermsType) -> Self {
        Self { service, terms_type }
    }
}

impl fmt::Display for TermsKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} — {}", self.service, self.terms_type)
    }
}

impl fmt::Display for DocumentKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.document {
            Some(document) => write!(f, "{}:{document}", self.terms),
            None => self.terms.fmt(f),
        }
    }
}

impl FromStr for ServiceId {
    type Err = InvalidName;

    fn from_str(name: &str) -> Result<Self, InvalidName> {
        check("service id", name)?;
        Ok(Self(name.to_owned()))
    }
}

impl FromStr for TermsType {
    type Err = InvalidName;

    fn from_str(name: &str) -> Result<Self, InvalidName> {
        check("terms type", name)?;
        if name.contains(" #") {
            return Err(refuse("terms type", name, "contains ` #`, which separates document ids"));
        }
        Ok(Self(name.to_owned()))
    }
}

impl FromStr for RecordId {
    type Err = InvalidName;

    fn from_str(name: &str) -> Result<Self, InvalidName> {
        let is_hex = name.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
        if name.len() != 40 || !is_hex {
            return Err(refuse("record id", name, "is not 40 lower-case hexadecimal digits"));
        }
        Ok(Self(name.to_owned()))
    }
}

macro_rules! text_of {
    ($($name:ident),*) => {$(
        impl $name {
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidName;

            fn try_from(name: String) -> Result<Self, InvalidName> {
                name.parse()
            }
        }

        impl From<$name> for String {
            fn from(name: $name) -> String {
                name.0
            }
        }
    )*};
}

text_of!(ServiceId, TermsType, RecordId);

fn check(what: &'static str, name: &str) -> Result<(), InvalidName> {
    match fault(name) {
        Some(why) => Err(refuse(what, name, why)),
        None => Ok(()),
    }
}

fn fault(name: &str) -> Option<&'static str> {
    if name.is_empty() {
        Some("is empty")
    } else if name.len() > MAX_NAME_BYTES {
        Some("is longer than 200 bytes")
    } else if name.starts_with('.') {
        Some("starts with a dot")
    } else if name.trim() != name {
        Some("starts or ends with white space")
    } else if name.contains(['/', '\\']) {
        Some("contains a path separator")
    } else if name.chars().any(char::is_control) {
        Some("contains a control character")
    } else {
        None
    }
}

fn refuse(what: &'static str, name: &str, why: &'static str) -> InvalidName {
    let name = name.chars().take(80).collect();
    InvalidName { what, name, why }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn real_service_ids_are_accepted() {
        for name in ["Acme", "X (formerly Twitter)", "Booking.com", "Île de Ré", "4chan", "--output=x"] {
            assert_eq!(name.parse::<ServiceId>().unwrap().as_str(), name);
        }
    }

    #[test]
    fn a_name_that_could_leave_its_folder_is_refused() {
        for name in ["", ".", "..", ".git", "a/b", "a\\b", "a\nb", "a\0", " a", "a ", &"x".repeat(201)] {
            assert!(name.parse::<ServiceId>().is_err(), "{name:?}");
            assert!(name.parse::<TermsType>().is_err(), "{name:?}");
        }
    }

    #[test]
    fn a_terms_type_cannot_hold_the_document_separator() {
        let error = "Terms #1".parse::<TermsType>().unwrap_err();

        assert_eq!(error.to_string(), "terms type `Terms #1` contains ` #`, which separates document ids");
    }

    #[test]
    fn a_record_id_is_a_full_commit_id() {
        assert!("0123456789abcdef0123456789abcdef01234567".parse::<RecordId>().is_ok());
        assert!("0123456".parse::<RecordId>().is_err());
        assert!("HEAD".parse::<RecordId>().is_err());
    }
}
