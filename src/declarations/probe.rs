//! Checks that declared terms can be fetched and extracted today, that they are long enough, and the same twice.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use futures::StreamExt;
use futures::stream;
use serde_json::Value;

use super::folder::declaration_file;
use super::parsed::{Parsed, member};
use super::rules::Rule;
use super::{Diagnostic, Source, json, rules};
use crate::domain::{SourceDocument, Terms};

/// Terms are longer than this many UTF-16 units, as the reference counts.
const MIN_LENGTH: usize = 100;
/// How long one fetch and extraction may take.
const TIMEOUT: Duration = Duration::from_secs(60);
/// How many hosts are asked at once; each gets one request at a time.
const PARALLEL_HOSTS: usize = 8;
/// How much of two differing lines is shown.
const MAX_SHOWN: usize = 60;

/// Gives the Markdown of a source document as it is published now.
#[async_trait]
pub trait Probe: Send + Sync {
    async fn markdown(&self, document: &SourceDocument) -> Result<String, ProbeError>;
}

/// A probe, and how long to wait for each answer.
#[derive(Clone, Copy)]
struct Patient<'a> {
    probe: &'a dyn Probe,
    patience: Duration,
}

/// Why there is no Markdown.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProbeError {
    /// The document could not be fetched, and why.
    #[error("{0}")]
    NotFetched(String),
    /// It was fetched, but the terms could not be extracted, and why.
    #[error("{0}")]
    NotExtracted(String),
}

/// Probes each source document of these terms; the faults come in the order of the terms.
pub async fn probe_all(collection_dir: &Path, terms: &[&Terms], probe: &dyn Probe) -> Vec<Diagnostic> {
    probe_patiently(collection_dir, terms, Patient { probe, patience: TIMEOUT }).await
}

async fn probe_patiently(collection_dir: &Path, terms: &[&Terms], probe: Patient<'_>) -> Vec<Diagnostic> {
    let declared = Declared::of(collection_dir, terms);
    let hosts = by_host(&declared).into_values().map(|documents| probe_host(documents, probe));
    let mut found = stream::iter(hosts).buffer_unordered(PARALLEL_HOSTS).concat().await;
    found.extend(duplicates(&declared));
    found.sort_by_key(|(order, _)| *order);
    found.into_iter().map(|(_, fault)| fault).collect()
}

/// Probes documents of one host, one after the other; each fault with its document's place in the order.
async fn probe_host(documents: Vec<&Declared<'_>>, probe: Patient<'_>) -> Vec<(usize, Diagnostic)> {
    let mut found = Vec::new();
    for document in documents {
        found.extend(document.probe(probe).await.map(|fault| (document.order, fault)));
    }
    found
}

fn by_host<'a>(declared: &'a [Declared<'a>]) -> BTreeMap<&'a str, Vec<&'a Declared<'a>>> {
    let mut hosts: BTreeMap<&str, Vec<&Declared<'_>>> = BTreeMap::new();
    for document in declared {
        hosts.entry(document.document.location.host_str().unwrap_or_default()).or_default().push(document);
    }
    hosts
}

/// Combined terms must not name the same source document twice.
fn duplicates(declared: &[Declared<'_>]) -> Vec<(usize, Diagnostic)> {
    let mut seen = HashMap::new();
    let mut found = Vec::new();
    for document in declared {
        let location = &document.document.location;
        if seen.insert((&document.file, &document.terms, location), ()).is_some() {
            let message = format!("the source document <{location}> is named twice");
            found.push((document.order, document.at_fetch(&rules::DUPLICATE_DOCUMENT, message)));
        }
    }
    found
}

/// A source document and where it is declared.
struct Declared<'a> {
    order: usize,
    document: &'a SourceDocument,
    file: String,
    /// Where the terms is declared.
    terms: String,
    /// Where the document is declared: in the terms, or in its `combine`.
    pointer: String,
    parsed: Option<Arc<Parsed>>,
}

impl<'a> Declared<'a> {
    fn of(collection_dir: &Path, all: &[&'a Terms]) -> Vec<Self> {
        let mut declared: Vec<Self> = Vec::new();
        for terms in all {
            let file = declaration_file(terms.key.service.as_str());
            let parsed = match declared.last().filter(|last| last.file == file) {
                Some(last) => last.parsed.clone(),
                None => Source::read(collection_dir, &file).and_then(json::parse).ok().map(|json| json.parsed.into()),
            };
            let at = member("/terms", &terms.key.terms_type);
            for (index, document) in terms.documents.iter().enumerate() {
                let is_combined =
                    parsed.as_ref().is_some_and(|parsed| parsed.value.pointer(&member(&at, "combine")).is_some());
                let pointer = if is_combined { member(&member(&at, "combine"), index) } else { at.clone() };
                let (order, file, parsed) = (declared.len(), file.clone(), parsed.clone());
                declared.push(Self { order, document, file, terms: at.clone(), pointer, parsed });
            }
        }
        declared
    }

    async fn probe(&self, probe: Patient<'_>) -> Option<Diagnostic> {
        let first = match self.markdown(probe).await {
            Ok(markdown) => markdown,
            Err(fault) => return Some(fault),
        };
        let length = first.encode_utf16().count();
        if length <= MIN_LENGTH {
            let message = format!("only {length} characters are extracted, hardly a terms");
            let fault = self.at("select", &rules::TOO_SHORT, message);
            return Some(fault.with_hint("check that `select` matches the whole text, and that it needs no browser"));
        }
        match self.markdown(probe).await {
            Err(fault) => Some(fault),
            Ok(second) if second == first => None,
            Ok(second) => {
                let message = format!("fetched twice in a row, the content differs: {}", difference(&first, &second));
                let fault = self.at("select", &rules::NOT_REPEATABLE, message);
                Some(fault.with_hint("leave out what changes at each load with `remove` or a filter"))
            }
        }
    }

    async fn markdown(&self, probe: Patient<'_>) -> Result<String, Diagnostic> {
        match tokio::time::timeout(probe.patience, probe.probe.markdown(self.document)).await {
            Err(_) => Err(self.at_fetch(&rules::TIMED_OUT, format!("no answer within {:?}", probe.patience))),
            Ok(Err(ProbeError::NotFetched(why))) => Err(self.at_fetch(&rules::NOT_FETCHABLE, why)),
            Ok(Err(ProbeError::NotExtracted(why))) => Err(self.at_selector_in(&why)),
            Ok(Ok(markdown)) => Ok(markdown),
        }
    }

    fn at_fetch(&self, rule: &'static Rule, message: String) -> Diagnostic {
        self.at("fetch", rule, message)
    }

    /// A fault of a property of the document, or of the same property of the combined terms around it.
    fn at(&self, key: &str, rule: &'static Rule, message: String) -> Diagnostic {
        let Some(parsed) = &self.parsed else { return Diagnostic::of_file(&self.file, rule, message) };
        match self.property(parsed, key).or_else(|| self.property(parsed, "fetch")) {
            Some((pointer, _)) => parsed.at_value(&pointer, rule, message),
            None => parsed.at_value(&self.pointer, rule, message),
        }
    }

    /// A fault of the selector that a message quotes; of `select` if it quotes none.
    fn at_selector_in(&self, why: &str) -> Diagnostic {
        let rule = &rules::NOT_EXTRACTABLE;
        let Some(parsed) = &self.parsed else { return Diagnostic::of_file(&self.file, rule, why.to_owned()) };
        let properties = ["select", "remove", "filter"].into_iter().filter_map(|key| self.property(parsed, key));
        let quoted =
            properties.flat_map(|(pointer, value)| entries(pointer, value)).filter(|(_, text)| why.contains(text));
        // `p` is in many words; the longest selector is the one that is meant.
        match quoted.max_by_key(|(_, text)| text.len()) {
            Some((pointer, _)) => parsed.at_value(&pointer, rule, why),
            None => self.at("select", rule, why.to_owned()),
        }
    }

    fn property<'p>(&self, parsed: &'p Parsed, key: &str) -> Option<(String, &'p Value)> {
        let places = [&self.pointer, &self.terms].map(|place| member(place, key));
        places.into_iter().find_map(|pointer| Some((pointer.clone(), parsed.value.pointer(&pointer)?)))
    }
}

/// Each selector or filter in a property, where it stands, and as error messages quote it.
fn entries(pointer: String, value: &Value) -> Vec<(String, String)> {
    match value {
        Value::Array(values) => {
            let entry = |(index, value)| entries(member(&pointer, index), value);
            values.iter().enumerate().flat_map(entry).collect()
        }
        Value::String(text) => vec![(pointer, text.clone())],
        other => vec![(pointer, other.to_string())],
    }
}

/// The first line in which two texts differ.
fn difference(first: &str, second: &str) -> String {
    let pairs = first.lines().zip(second.lines()).enumerate();
    match pairs.into_iter().find(|(_, (one, other))| one != other) {
        Some((index, (one, other))) => {
            let alike = one.chars().zip(other.chars()).take_while(|(a, b)| a == b).count();
            format!("line {} is {} and then {}", index + 1, shown(one, alike), shown(other, alike))
        }
        None => format!("it has {} lines and then {}", first.lines().count(), second.lines().count()),
    }
}

/// The part of a line around its character number `at`.
fn shown(line: &str, at: usize) -> String {
    let start = if line.chars().count() <= MAX_SHOWN { 0 } else { at.saturating_sub(MAX_SHOWN / 2) };
    let part: String = line.chars().skip(start).take(MAX_SHOWN).collect();
    let before = if start > 0 { "…" } else { "" };
    let after = if line.chars().count() > start + MAX_SHOWN { "…" } else { "" };
    format!("`{before}{part}{after}`")
}

#[cfg(test)]
mod tests;
