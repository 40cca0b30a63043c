//! `fineprint preview`: the Markdown that today's page gives, and how it differs from the last version.
//!
//! With `--at`, that of an earlier day.

use std::process::ExitCode;

use anstream::println;
use anyhow::{Context as _, anyhow};
use clap::Args;

use super::moment::Moment;
use super::selection::not_found;
use super::{Context, difference, past};
use crate::app::App;
use crate::diff;
use crate::domain::{Clock, Terms, TermsKey};

/// Show the Markdown that today's page would give, recording nothing
///
/// With --at, that the recorded snapshot of a day gives with the declaration and the filters of that day, as
/// `<service>.history.json` and `<service>.filters.history.js` keep them; nothing is fetched.
#[derive(Debug, Args)]
pub struct Preview {
    /// The service, by id
    service: String,

    /// The terms type
    #[arg(value_name = "TYPE")]
    terms_type: String,

    /// What the snapshot of this date gives with what was declared then: a day, 2024-05-01, or an instant
    #[arg(long, value_name = "DATE")]
    at: Option<Moment>,
}

impl Preview {
    pub(super) fn run(self, context: &Context) -> anyhow::Result<ExitCode> {
        let app = App::open(&context.root)?;
        if let Some(date) = self.at {
            let key = TermsKey::new(self.service.parse()?, self.terms_type.parse()?);
            past::preview(&app, &key, date, context)?;
            return Ok(ExitCode::SUCCESS);
        }
        let terms = self.terms(&app).inspect_err(|_| context.tell_faults(&app))?;
        let kept = app.rehearsal()?;
        let before = kept.versions.latest(&terms.key)?.map(|record| record.content.markdown);
        let tracker = app.tracker(kept, Clock::system())?;
        let runtime = tokio::runtime::Runtime::new().context("cannot start the runtime")?;
        let today = match runtime.block_on(tracker.preview(terms))? {
            Ok(version) => version.markdown,
            Err(failure) => {
                let hint = failure.hint().map(|hint| format!("\nhint: {hint}")).unwrap_or_default();
                return Err(anyhow!("{failure}{hint}"));
            }
        };
        println!("{today}");
        context.console.note(&comparison(before.as_deref(), &today));
        Ok(ExitCode::SUCCESS)
    }

    fn terms<'a>(&self, app: &'a App) -> anyhow::Result<&'a Terms> {
        let services: Vec<&str> = app.collection.services.iter().map(|service| service.id.as_str()).collect();
        let service = app
            .collection
            .services
            .iter()
            .find(|service| service.id.as_str() == self.service)
            .ok_or_else(|| anyhow!(not_found("service", &self.service, &services)))?;
        let types: Vec<&str> = service.terms.iter().map(|terms| terms.key.terms_type.as_str()).collect();
        service
            .terms
            .iter()
            .find(|terms| terms.key.terms_type.as_str() == self.terms_type)
            .ok_or_else(|| anyhow!("{} for {}", not_found("terms type", &self.terms_type, &types), service.id))
    }
}

/// How today's text differs from the last version.
fn comparison(before: Option<&str>, today: &str) -> String {
    let Some(before) = before else {
        return "\nNo version has been recorded yet.".to_owned();
    };
    let diff = diff::between(before, today);
    if diff.is_empty() {
        "\nThe same as the last version.".to_owned()
    } else {
        format!("\nDiffers from the last version:\n\n{}", difference::entries(&diff, 0).join("\n\n"))
    }
}
