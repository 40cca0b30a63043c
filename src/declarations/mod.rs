//! Reads a collection folder into a `Collection`, and finds faults in it.
//!
//! [`load`] takes what can be tracked and says what cannot.

mod diagnostic;
mod folder;
mod json;
mod load;
mod order;
mod parsed;
mod rules;
mod service;
mod source;
mod terms;

#[cfg(test)]
mod fixture;

pub use diagnostic::{Diagnostic, Severity};
pub use folder::DeclarationsError;
pub use load::{Loaded, load};
pub use rules::{RULES, Rule};

use source::Source;
