//! What the collection says of itself: declarations and metadata, read anew when their files change.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use serde_json::{Map, Value};

use crate::domain::{Collection, Renames, Service, ServiceId, TermsKey};

/// A collection's declarations and metadata, as read together.
#[derive(Debug, Clone)]
pub struct Declared {
    pub collection: Collection,
    pub metadata: Metadata,
    /// The text of each service's declaration, letter for letter.
    pub sources: BTreeMap<ServiceId, String>,
    /// The terms types that declarations may use.
    pub terms_types: Vec<String>,
    /// Names that services and terms types went by before.
    pub renames: Renames,
    /// Services with a fault in their files, some of which may be missing for it.
    pub uncertain: BTreeSet<ServiceId>,
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
        text(self.all.get(key)?)
    }

    /// The same in a language, where the file has it.
    pub fn text_in(&self, language: &str, key: &str) -> Option<&str> {
        let translated = self.all.get("i18n").and_then(|all| all.get(language)?.get(key));
        translated.and_then(text).or_else(|| self.text(key))
    }

    /// Where the server stood that tracked on a day.
    pub fn server_location(&self, day: NaiveDate) -> Option<&str> {
        let date =
            |period: &Value, key: &str| period.get(key).and_then(|date| date.as_str()?.parse::<NaiveDate>().ok());
        let periods = self.all.get("trackingPeriods")?.as_array()?;
        let is_of = |period: &&Value| {
            date(period, "startDate").is_some_and(|start| start <= day)
                && date(period, "endDate").is_none_or(|end| day <= end)
        };
        text(periods.iter().rev().find(is_of)?.get("serverLocation")?)
    }
}

fn text(value: &Value) -> Option<&str> {
    value.as_str().map(str::trim).filter(|text| !text.is_empty())
}

impl Declared {
    pub fn service(&self, id: &str) -> Option<&Service> {
        self.collection.services.iter().find(|service| service.id.as_str() == id)
    }

    /// The names of all terms that are declared.
    pub fn terms(&self) -> BTreeSet<TermsKey> {
        self.collection.terms().map(|terms| terms.key.clone()).collect()
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

#[cfg(test)]
mod tests {
    use super::*;

    fn metadata() -> Metadata {
        let all = serde_json::json!({
            "id": "demo", "name": "Demo", "tagline": "Terms",
            "i18n": { "fr": { "name": "Démo", "tagline": " " } },
            "trackingPeriods": [
                { "startDate": "2023-01-01", "endDate": "2024-12-31", "schedule": "0 0 * * *", "serverLocation": "Roubaix" },
                { "startDate": "2025-01-01", "schedule": "0 0 * * *", "serverLocation": "Oslo" }
            ]
        });
        Metadata::new(all.as_object().unwrap().clone()).unwrap()
    }

    #[test]
    fn what_is_not_translated_is_told_as_it_is() {
        assert_eq!(metadata().text_in("fr", "name"), Some("Démo"));
        assert_eq!(metadata().text_in("fr", "tagline"), Some("Terms"));
        assert_eq!(metadata().text_in("de", "name"), Some("Demo"));
    }

    #[test]
    fn a_day_tells_from_where_was_tracked() {
        let location = |day: &str| metadata().server_location(day.parse().unwrap()).map(str::to_owned);

        assert_eq!(location("2024-12-31").as_deref(), Some("Roubaix"));
        assert_eq!(location("2026-01-01").as_deref(), Some("Oslo"));
        assert_eq!(location("2022-01-01"), None);
    }
}
