//! What a collection declares: services, their terms, and the source documents these are read from.

use std::path::PathBuf;

use chrono::{DateTime, Utc};
use serde_json::Value;
use url::Url;

use super::{DocumentId, DocumentKey, Selector, ServiceId, TermsKey};

/// All services of a collection, in the order in which they are tracked.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Collection {
    pub services: Vec<Service>,
}

/// A service and its terms, in declared order. A service that closed has no terms.
#[derive(Debug, Clone, PartialEq)]
pub struct Service {
    pub id: ServiceId,
    /// The official name, in any script.
    pub name: String,
    pub terms: Vec<Terms>,
}

/// One terms of a service: what is published together, from one or several source documents.
#[derive(Debug, Clone, PartialEq)]
pub struct Terms {
    pub key: TermsKey,
    pub documents: Vec<SourceDocument>,
    /// The last instant at which it is tracked, where its declaration names one.
    pub valid_until: Option<DateTime<Utc>>,
}

/// A page or file that holds a terms or a part of it, and which part of it counts.
#[derive(Debug, Clone, PartialEq)]
pub struct SourceDocument {
    /// Present when the terms is read from several documents.
    pub id: Option<DocumentId>,
    pub location: Url,
    /// The location letter for letter as declared, which is what records say.
    pub declared_location: String,
    /// What to keep, in order. Empty for PDF files, which are kept whole.
    pub select: Vec<Selector>,
    /// Whether `select` is declared as a list. One selector in a list selects the same; messages show the list.
    pub select_is_list: bool,
    /// What to leave out before selecting.
    pub remove: Vec<Selector>,
    /// Whether `remove` is declared as a list; filters are told it as it is declared.
    pub remove_is_list: bool,
    pub filters: Vec<FilterUse>,
    /// The service's module of JavaScript filters, where there is one.
    pub filters_module: Option<PathBuf>,
    /// Whether a browser runs the page's scripts; undeclared, HTTP is tried first.
    pub execute_client_scripts: Option<bool>,
}

/// A filter that a declaration names, with its parameters.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct FilterUse {
    pub name: String,
    pub params: Option<Value>,
}

#[cfg(test)]
impl SourceDocument {
    /// A document at an address, of which nothing else is declared.
    pub fn at(url: &str) -> Self {
        Self {
            id: None,
            location: url.parse().unwrap(),
            declared_location: url.to_owned(),
            select: Vec::new(),
            select_is_list: false,
            remove: Vec::new(),
            remove_is_list: false,
            filters: Vec::new(),
            filters_module: None,
            execute_client_scripts: None,
        }
    }
}

impl Collection {
    /// All terms of all services, in order.
    pub fn terms(&self) -> impl Iterator<Item = &Terms> {
        self.services.iter().flat_map(|service| &service.terms)
    }

    /// The collection without the terms whose declaration has run out.
    pub fn tracked_at(mut self, date: DateTime<Utc>) -> Self {
        for service in &mut self.services {
            service.terms.retain(|terms| terms.is_tracked_at(date));
        }
        self
    }
}

impl Terms {
    /// Whether its declaration has not run out.
    pub fn is_tracked_at(&self, date: DateTime<Utc>) -> bool {
        self.valid_until.is_none_or(|until| date <= until)
    }

    /// The name under which snapshots of one of this terms' documents are kept.
    pub fn document_key(&self, document: &SourceDocument) -> DocumentKey {
        DocumentKey { terms: self.key.clone(), document: document.id.clone() }
    }
}
