//! `fineprint held replay`: what the gate would have done with the history that is recorded.

use std::collections::BTreeSet;

use super::output::println;
use chrono::{DateTime, Utc};
use clap::Args;

use super::Context;
use super::moment::rfc3339;
use crate::app::{App, explained};
use crate::domain::{Kind, ServiceId, TermsKey, TermsType, Version};
use crate::gate::{self, Fate, Replayed};
use crate::records::{Order, RecordFilter, RecordStore};

/// In per cent of the length before: below the first a text has collapsed, above the second it is restored.
const COLLAPSED_BELOW: usize = 40;
const RESTORED_ABOVE: usize = 80;

/// Versions after a collapse within which a restoration makes it an outage.
const SOON: usize = 3;

/// Which history to replay.
#[derive(Debug, Args)]
pub struct Replay {
    /// Only this service, by id
    service: Option<ServiceId>,

    /// Only this terms type
    #[arg(value_name = "TYPE")]
    terms_type: Option<TermsType>,

    /// Only the sums
    #[arg(long)]
    summary: bool,
}

/// Sums over all terms.
#[derive(Debug, Default)]
struct Sums {
    versions: usize,
    recorded: usize,
    unchanged: usize,
    held: usize,
    delayed: usize,
    collapses: usize,
    restored: usize,
    restored_and_recorded: usize,
}

impl Replay {
    pub(super) fn run(&self, context: &Context) -> anyhow::Result<()> {
        let config = App::configuration(&context.root)?.config.gate;
        let versions = App::archive_for_reading(&context.root)?.versions()?;
        let named =
            RecordFilter { service: self.service.clone(), terms_type: self.terms_type.clone(), ..Default::default() };
        let entries = versions.list(&named).map_err(explained)?;
        let terms: BTreeSet<TermsKey> = entries.into_iter().map(|entry| entry.terms).collect();
        let mut sums = Sums::default();
        for terms in terms {
            let history = history(&versions, &terms)?;
            let replayed = gate::replay(&history, &config);
            if !self.summary {
                replayed.iter().filter(|one| !one.reasons.is_empty()).for_each(|one| println!("{}", told(&terms, one)));
            }
            sums.add(&history, &replayed);
        }
        print_sums(&sums);
        Ok(())
    }
}

/// The versions of a terms that say something of the service, the oldest first.
fn history(versions: &dyn RecordStore<Version>, terms: &TermsKey) -> anyhow::Result<Vec<(DateTime<Utc>, String)>> {
    let filter = RecordFilter {
        order: Order::LastRecordedFirst,
        kinds: vec![Kind::First, Kind::Change],
        ..RecordFilter::of(terms)
    };
    let mut history = Vec::new();
    for entry in versions.list(&filter).map_err(explained)?.into_iter().rev() {
        let record = versions.find(&entry.id).map_err(explained)?;
        history.extend(record.map(|record| (entry.date, record.content.markdown)));
    }
    Ok(history)
}

fn told(terms: &TermsKey, replayed: &Replayed) -> String {
    let fate = match replayed.fate {
        Fate::Recorded => "recorded".to_owned(),
        Fate::Unchanged => "unchanged".to_owned(),
        Fate::Delayed(wait) => format!("{} hours late", wait.num_hours()),
        Fate::Withheld => "withheld".to_owned(),
    };
    let reasons: Vec<String> = replayed.reasons.iter().map(gate::in_words).collect();
    format!("{}  {terms}  {fate}: {}", rfc3339(replayed.date), reasons.join("; "))
}

impl Sums {
    fn add(&mut self, history: &[(DateTime<Utc>, String)], replayed: &[Replayed]) {
        self.versions += history.len();
        for one in replayed {
            let sum = match one.fate {
                Fate::Recorded => &mut self.recorded,
                Fate::Unchanged => &mut self.unchanged,
                Fate::Delayed(_) => &mut self.delayed,
                Fate::Withheld => &mut self.held,
            };
            *sum += 1;
        }
        let lengths: Vec<usize> = history.iter().map(|(_, text)| text.chars().count()).collect();
        for at in (1..lengths.len()).filter(|at| lengths[*at] * 100 < lengths[*at - 1] * COLLAPSED_BELOW) {
            let is_restored = |length: &usize| length * 100 >= lengths[at - 1] * RESTORED_ABOVE;
            let is_outage = lengths.iter().skip(at + 1).take(SOON).any(is_restored);
            self.collapses += 1;
            self.restored += usize::from(is_outage);
            self.restored_and_recorded += usize::from(is_outage && replayed[at].became_public());
        }
    }
}

fn print_sums(sums: &Sums) {
    println!("versions: {}", sums.versions);
    println!("recorded at once: {}", sums.recorded);
    println!("unchanged, since what was between was withheld: {}", sums.unchanged);
    println!("recorded late: {}", sums.delayed);
    println!("withheld: {}", sums.held);
    println!(
        "collapses: {}, of which {} were restored within {SOON} versions; of these the gate would have recorded {}",
        sums.collapses, sums.restored, sums.restored_and_recorded
    );
}
