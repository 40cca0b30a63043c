//! What the collection says of itself: declarations and metadata, read anew when their files change.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::domain::{Collection, Service, ServiceId};

/// A collection's declarations and metadata, as read together.
#[derive(Debug, Clone)]
pub struct Declared {
    pub collection: Collection,
    pub metadata: Metadata,
    /// The text of each service's declaration, letter for letter.
    pub sources: BTreeMap<ServiceId, String>,
    /// The terms types that declarations may use.
    pub terms_types: Vec<String>,
}

/// What `metadata.yml` says.
#[derive(Debug, Clone, PartialEq)]
pub struct Metadata {
    pub id: String,
    pub name: String,
    /// All of it, in the order of the file.
    pub all: Map<String, Value>,
}

/// Reads declarations and metadata.
pub trait Source: Send + Sync {
    /// # Errors
    /// When there is nothing that could be served.
    fn load(&self) -> Result<Declared, NotDeclared>;

    /// A number that changes when the files do.
    fn stamp(&self) -> u64;
}

/// Why a collection cannot be served.
#[derive(Debug, thiserror::Error)]
pub enum NotDeclared {
    #[error("`metadata.yml` has no `{key}`, without which a collection cannot be served")]
    NoMetadata { key: &'static str },

    #[error("{0}")]
    Unreadable(String),
}

impl Metadata {
    /// Takes what the file holds, once it is known to name the collection.
    ///
    /// # Errors
    /// When there is no `id` or no `name`.
    pub fn new(all: Map<String, Value>) -> Result<Self, NotDeclared> {
        let text = |key| match all.get(key) {
            Some(Value::String(text)) if !text.trim().is_empty() => Ok(text.trim().to_owned()),
            Some(Value::Number(number)) => Ok(number.to_string()),
            _ => Err(NotDeclared::NoMetadata { key }),
        };
        Ok(Self { id: text("id")?, name: text("name")?, all })
    }

    /// A text that may be missing, such as `tagline`.
    pub fn text(&self, key: &str) -> Option<&str> {
        self.all.get(key)?.as_str().map(str::trim).filter(|text| !text.is_empty())
    }
}

impl Declared {
    pub fn service(&self, id: &str) -> Option<&Service> {
        self.collection.services.iter().find(|service| service.id.as_str() == id)
    }
}

impl NotDeclared {
    /// An act the reader can do.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::NoMetadata { .. } => Some("`fineprint validate metadata` tells all that is missing"),
            Self::Unreadable(_) => None,
        }
    }
}
