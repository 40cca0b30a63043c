//! Reads a collection folder into a `Collection`, and finds faults in it.
//!
//! [`load()`] takes what can be tracked and says what cannot; [`history()`] does so for past declarations. [`check()`] and
//! [`check_metadata`] find every fault, also those one can live with. Each fault is a [`Diagnostic`] of one of [`RULES`].

mod check;
mod diagnostic;
mod exports;
mod fault_words;
mod folder;
mod format;
mod history;
mod json;
mod lint;
mod load;
mod metadata;
mod modified;
mod order;
mod parsed;
mod probe;
mod renames;
mod rules;
mod schema;
mod service;
mod source;
mod suggestion;
mod suspicions;
mod terms;
mod terms_types;
mod yaml;

#[cfg(test)]
mod fixture;
#[cfg(test)]
mod hostile;

pub use check::{Checked, check};
pub use diagnostic::{Diagnostic, Severity};
pub use folder::{DeclarationsError, service_ids, source_of};
pub use history::{History, PastTerms, history};
pub use lint::{Linted, Misformatted, lint};
pub use load::{Loaded, load};
pub use metadata::{FILE as METADATA_FILE, check_metadata, metadata};
pub use modified::{Modified, ModifiedError, modified};
pub use probe::{Probe, ProbeError, probe_all};
pub use renames::{FILE as RENAMES_FILE, renames};
pub use rules::{RULES, Rule};
pub use schema::IsCron;
pub use source::Source;
pub use suggestion::closest;
pub use terms_types::{terms_types, terms_types_of};
