//! Which services and terms types a command is about.

use std::sync::Arc;

use clap::Args;

use super::console::Console;
use crate::declarations::closest;
use crate::domain::{Collection, Terms};

/// Narrows a command down to some services and terms types.
#[derive(Debug, Default, Args)]
pub struct Selection {
    /// Only these services, by id
    #[arg(short, long, num_args = 1.., value_name = "ID")]
    pub services: Vec<String>,

    /// Only these terms types
    #[arg(short, long, num_args = 1.., value_name = "TYPE")]
    pub types: Vec<String>,
}

impl Selection {
    /// Whether nothing is left out.
    pub fn is_everything(&self) -> bool {
        self.services.is_empty() && self.types.is_empty()
    }

    /// The terms of `collection` that are meant, in declared order. Names that nothing goes by are warned of.
    pub fn of(&self, collection: &Collection, console: &Console) -> Vec<Arc<Terms>> {
        self.warn_of_unknown(collection, console);
        let is_meant = |terms: &&Terms| {
            (self.services.is_empty() || self.services.iter().any(|id| id == terms.key.service.as_str()))
                && (self.types.is_empty() || self.types.iter().any(|name| name == terms.key.terms_type.as_str()))
        };
        collection.terms().filter(is_meant).cloned().map(Arc::new).collect()
    }

    fn warn_of_unknown(&self, collection: &Collection, console: &Console) {
        let services: Vec<&str> = collection.services.iter().map(|service| service.id.as_str()).collect();
        for unknown in self.services.iter().filter(|id| !services.contains(&id.as_str())) {
            console.warning(&not_found("service", unknown, &services));
        }
        let types: Vec<&str> = collection.terms().map(|terms| terms.key.terms_type.as_str()).collect();
        for unknown in self.types.iter().filter(|name| !types.contains(&name.as_str())) {
            console.warning(&not_found("terms type", unknown, &types));
        }
    }
}

/// The known name that a misspelt one was probably meant to be.
pub fn closest_of<'a>(name: &str, known: &[&'a str]) -> Option<&'a str> {
    closest(name, known.iter().copied())
}

/// Says that nothing goes by a name, and what does by a similar one.
pub fn not_found(what: &str, name: &str, known: &[&str]) -> String {
    let meant = closest_of(name, known);
    let hint = meant.map(|meant| format!("; did you mean `{meant}`?")).unwrap_or_default();
    format!("no {what} `{name}` is declared{hint}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelt_name_is_met_with_the_right_one() {
        assert_eq!(
            not_found("service", "larkspr", &["Larkspur", "Quill"]),
            "no service `larkspr` is declared; did you mean `Larkspur`?"
        );
        assert_eq!(not_found("service", "zzz", &["Larkspur"]), "no service `zzz` is declared");
    }
}
