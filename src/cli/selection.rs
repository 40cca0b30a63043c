//! Which services and terms types a command is about.

use std::sync::Arc;

use clap::Args;

use crate::app::{App, hinted};
use crate::declarations::closest;
use crate::domain::{Clock, Terms};

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

    /// The terms that are meant and still tracked, in declared order.
    ///
    /// # Errors
    /// When nothing goes by a name that was asked for: to leave it out would look as if all were well.
    pub fn of(&self, app: &App) -> anyhow::Result<Vec<Arc<Terms>>> {
        self.check_services(app)?;
        let of_services: Vec<&Terms> = app.collection.terms().filter(|terms| self.has_service(terms)).collect();
        self.check_types(app, &of_services)?;
        let now = Clock::system().now();
        let is_meant = |terms: &&Terms| {
            terms.is_tracked_at(now)
                && (self.types.is_empty() || self.types.iter().any(|name| terms.key.terms_type.as_str() == name))
        };
        Ok(of_services.into_iter().filter(is_meant).cloned().map(Arc::new).collect())
    }

    fn has_service(&self, terms: &Terms) -> bool {
        self.services.is_empty() || self.services.iter().any(|id| id == terms.key.service.as_str())
    }

    /// A service whose files have a fault is told of as such, and is no unknown one.
    fn check_services(&self, app: &App) -> anyhow::Result<()> {
        let mut known: Vec<&str> = app.collection.services.iter().map(|service| service.id.as_str()).collect();
        known.extend(self.services.iter().map(String::as_str).filter(|id| !app.faults_of(id).is_empty()));
        refuse_unknown("service", &self.services, None, &known)
    }

    /// What a faulty file would declare is not known.
    fn check_types(&self, app: &App, of_services: &[&Terms]) -> anyhow::Result<()> {
        if app.faults.iter().any(|fault| fault.is_error()) {
            return Ok(());
        }
        let known: Vec<&str> = of_services.iter().map(|terms| terms.key.terms_type.as_str()).collect();
        let of = (!self.services.is_empty()).then(|| self.services.join(", "));
        refuse_unknown("terms type", &self.types, of.as_deref(), &known)
    }
}

/// The known name that a misspelt one was probably meant to be.
pub fn closest_of<'a>(name: &str, known: &[&'a str]) -> Option<&'a str> {
    closest(name, known.iter().copied())
}

/// That each of the names is known.
pub fn refuse_unknown(what: &str, names: &[String], of: Option<&str>, known: &[&str]) -> anyhow::Result<()> {
    let unknown = names.iter().find(|name| !known.contains(&name.as_str()));
    unknown.map_or(Ok(()), |name| Err(undeclared(what, name, of, known)))
}

/// Says that nothing goes by a name, and what does by a similar one; `of` names what it was looked for in.
pub fn undeclared(what: &str, name: &str, of: Option<&str>, known: &[&str]) -> anyhow::Error {
    let of = of.map(|of| format!(" of {of}")).unwrap_or_default();
    let hint = closest_of(name, known).map(|meant| format!("did you mean `{meant}`?"));
    hinted(&format!("no {what} `{name}`{of} is declared"), hint)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelt_name_is_met_with_the_right_one() {
        assert_eq!(
            undeclared("service", "larkspr", None, &["Larkspur", "Quill"]).to_string(),
            "no service `larkspr` is declared\nhint: did you mean `Larkspur`?"
        );
        assert_eq!(
            undeclared("terms type", "zzz", Some("Quill"), &["Imprint"]).to_string(),
            "no terms type `zzz` of Quill is declared"
        );
    }
}
