//! `fineprint stats`: how much was recorded, month by month.

use std::collections::BTreeMap;
use std::io::{self, IsTerminal};
use std::iter::once;
use std::process::ExitCode;

use super::output::print;
use anyhow::bail;
use chrono::{DateTime, Datelike, Utc};
use clap::Args;
use serde_json::{Value, json};

use super::kinds::KindOptions;
use super::moment::rfc3339;
use super::reading::unknown;
use super::sparkline::sparkline;
use super::{Context, table};
use crate::app::{App, explained};
use crate::domain::{Kind, Renames, ServiceId};
use crate::records::{RecordFilter, RecordStore, Recordable, Tally};

/// Bars in a line on a terminal; where more months are to be shown, a bar stands for several.
const MOST_BARS: usize = 48;

/// Count what is recorded, per month: of each service, or of each terms of one service
///
/// On a terminal every line has a bar for each month or few. Elsewhere there is a line for each month with records.
#[derive(Debug, Args)]
pub struct Stats {
    /// Only this service, by id, terms by terms
    service: Option<ServiceId>,

    #[command(flatten)]
    kinds: KindOptions,

    /// The snapshots, rather than the versions
    #[arg(long, conflicts_with = "significant")]
    snapshots: bool,

    /// Print JSON, for other programs
    #[arg(long)]
    json: bool,
}

impl Stats {
    pub(super) fn run(self, context: &Context) -> anyhow::Result<ExitCode> {
        let archive = App::archive_for_reading(&context.root)?;
        let counts = match self.snapshots {
            true => self.counts(&archive.snapshots()?, archive.renames())?,
            false => {
                let versions = archive.versions()?;
                self.kinds.prepare(&versions, context)?;
                self.counts(&versions, archive.renames())?
            }
        };
        if self.json {
            print!("{:#}\n", counts.as_json());
        } else if io::stdout().is_terminal() {
            print!("{}", counts.as_bars());
        } else {
            print!("{}", counts.as_numbers());
        }
        Ok(ExitCode::SUCCESS)
    }

    fn counts<T: Recordable>(&self, store: &dyn RecordStore<T>, renames: &Renames) -> anyhow::Result<Counts> {
        let tallies = self.tallies(store, renames)?;
        let Some(first) = tallies.first() else {
            let nothing = if self.kinds.is_narrow() { None } else { Some(self.service.as_ref()) };
            return match nothing {
                None => bail!("no record matches"),
                Some(service) => Err(unknown(store, service, None)?),
            };
        };
        let grouping = match &self.service {
            None => Grouping::Services,
            // Asked by a former name, it is told by today's.
            Some(_) => Grouping::TermsOf(first.terms.service.clone()),
        };
        Ok(Counts::of(&tallies, grouping))
    }

    /// What is meant, counted by the index as far as it can.
    fn tallies<T: Recordable>(&self, store: &dyn RecordStore<T>, renames: &Renames) -> anyhow::Result<Vec<Tally>> {
        if self.service.is_none() && !self.kinds.is_narrow() {
            return store.tallies().map_err(explained);
        }
        let mut filter = RecordFilter { service: self.service.clone(), ..RecordFilter::default() };
        self.kinds.narrow(&mut filter);
        let mut entries = store.list(&filter).map_err(explained)?;
        for entry in &mut entries {
            entry.terms = renames.current(&entry.terms, entry.date);
        }
        Ok(entries.into_iter().map(Tally::from).collect())
    }
}

/// What is counted together.
enum Grouping {
    Services,
    TermsOf(ServiceId),
}

impl Grouping {
    fn name(&self, tally: &Tally) -> String {
        match self {
            Self::Services => tally.terms.service.to_string(),
            Self::TermsOf(_) => tally.terms.terms_type.to_string(),
        }
    }

    fn heading(&self) -> &'static str {
        match self {
            Self::Services => "Service",
            Self::TermsOf(_) => "Terms",
        }
    }
}

/// A month of a year, as the number of months since the year 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Month(i32);

impl Month {
    fn of(date: DateTime<Utc>) -> Self {
        Self(date.year() * 12 + date.month0().cast_signed())
    }

    /// How many months later than another, not earlier one.
    fn since(self, other: Self) -> usize {
        usize::try_from(self.0 - other.0).unwrap_or_default()
    }
}

impl std::fmt::Display for Month {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04}-{:02}", self.0.div_euclid(12), self.0.rem_euclid(12) + 1)
    }
}

/// Records of one month, or of several.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
struct Sum {
    records: usize,
    changes: usize,
    upgrades: usize,
}

impl Sum {
    fn count(&mut self, tally: &Tally) {
        self.records += tally.records;
        match tally.kind {
            Kind::First => {}
            Kind::Change => self.changes += tally.records,
            Kind::TechnicalUpgrade => self.upgrades += tally.records,
        }
    }
}

/// The records of one service or terms.
struct Group {
    name: String,
    total: Sum,
    first: DateTime<Utc>,
    last: DateTime<Utc>,
    months: BTreeMap<Month, Sum>,
}

impl Group {
    fn begun_with(name: String, tally: &Tally) -> Self {
        Self { name, total: Sum::default(), first: tally.first, last: tally.last, months: BTreeMap::new() }
    }

    fn count(&mut self, tally: &Tally) {
        self.first = self.first.min(tally.first);
        self.last = self.last.max(tally.last);
        self.total.count(tally);
        self.months.entry(Month::of(tally.first)).or_default().count(tally);
    }
}

/// All groups in the order of their names, and all of them together.
struct Counts {
    grouping: Grouping,
    groups: Vec<Group>,
    all: Group,
}

impl Counts {
    /// Adds up tallies, of which there is at least one.
    fn of(tallies: &[Tally], grouping: Grouping) -> Self {
        let mut groups: BTreeMap<String, Group> = BTreeMap::new();
        let mut all = Group::begun_with("All".to_owned(), &tallies[0]);
        for tally in tallies {
            let name = grouping.name(tally);
            groups.entry(name.clone()).or_insert_with(|| Group::begun_with(name, tally)).count(tally);
            all.count(tally);
        }
        Self { grouping, groups: groups.into_values().collect(), all }
    }

    fn as_numbers(&self) -> String {
        let heading = [self.grouping.heading(), "Month", "Records", "Changes", "Upgrades"].map(str::to_owned);
        let rows =
            self.groups.iter().flat_map(|group| group.months.iter().map(move |(month, sum)| (group, month, sum)));
        let rows = rows.map(|(group, month, sum)| {
            let [records, changes, upgrades] = [sum.records, sum.changes, sum.upgrades].map(|n| n.to_string());
            [group.name.clone(), month.to_string(), records, changes, upgrades]
        });
        in_lines(&once(heading).chain(rows).collect::<Vec<_>>())
    }

    fn as_bars(&self) -> String {
        let (from, to) = (Month::of(self.all.first), Month::of(self.all.last));
        let span = (to.since(from) + 1).div_ceil(MOST_BARS);
        let each = if span == 1 { "a month a bar".to_owned() } else { format!("{span} months a bar") };
        let period = format!("{from} to {to}, {each}");
        let heading = [self.grouping.heading(), "Records", "Changes", "Upgrades", &period].map(str::to_owned);
        // Every line has a scale of its own: the number beside it tells how much there is, the bars when.
        let rows = self.groups.iter().chain(once(&self.all)).map(|group| row(group, &bars(group, from, to, span)));
        in_lines(&once(heading).chain(rows).collect::<Vec<_>>())
    }

    fn as_json(&self) -> Value {
        let mut object = json!({ "records": self.all.total.records });
        let (key, list) = match &self.grouping {
            Grouping::Services => ("services", "service"),
            Grouping::TermsOf(service) => {
                object["service"] = json!(service);
                ("terms", "termsType")
            }
        };
        object["months"] = months_as_json(&self.all);
        object[key] = self.groups.iter().map(|group| group_as_json(list, group)).collect();
        object
    }
}

/// How many records each bar of a group stands for.
fn bars(group: &Group, from: Month, to: Month, span: usize) -> Vec<usize> {
    let mut bars = vec![0; to.since(from) / span + 1];
    for (month, sum) in &group.months {
        bars[month.since(from) / span] += sum.records;
    }
    bars
}

fn row(group: &Group, bars: &[usize]) -> [String; 5] {
    let [records, changes, upgrades] =
        [group.total.records, group.total.changes, group.total.upgrades].map(|number| number.to_string());
    [group.name.clone(), records, changes, upgrades, sparkline(bars)]
}

fn in_lines(rows: &[[String; 5]]) -> String {
    table::columns(rows).join("\n") + "\n"
}

fn group_as_json(key: &str, group: &Group) -> Value {
    json!({
        key: group.name,
        "records": group.total.records,
        "changes": group.total.changes,
        "technicalUpgrades": group.total.upgrades,
        "firstDate": rfc3339(group.first),
        "lastDate": rfc3339(group.last),
        "months": months_as_json(group),
    })
}

fn months_as_json(group: &Group) -> Value {
    let months = group.months.iter().map(|(month, sum)| {
        json!({
            "month": month.to_string(),
            "records": sum.records,
            "changes": sum.changes,
            "technicalUpgrades": sum.upgrades,
        })
    });
    months.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::TermsKey;

    fn one(service: &str, date: &str, kind: Kind) -> Tally {
        let terms = TermsKey::new(service.parse().unwrap(), "Imprint".parse().unwrap());
        let date = date.parse().unwrap();
        Tally { terms, kind, records: 1, first: date, last: date }
    }

    #[test]
    fn a_terminal_shows_a_bar_for_each_month() {
        let tallies = [
            one("Acme", "2023-12-31T23:59:59Z", Kind::First),
            one("Acme", "2024-02-01T00:00:00Z", Kind::Change),
            one("Acme", "2024-02-02T00:00:00Z", Kind::TechnicalUpgrade),
            one("星空", "2024-01-01T00:00:00Z", Kind::First),
        ];

        let shown = Counts::of(&tallies, Grouping::Services).as_bars();

        let expected = "\
Service  Records  Changes  Upgrades  2023-12 to 2024-02, a month a bar
Acme     3        1        1         ▄ █
星空     1        0        0          █
All      4        1        1         ▄▄█
";
        assert_eq!(shown, expected);
    }

    #[test]
    fn a_long_history_is_drawn_with_several_months_a_bar() {
        let tallies =
            [one("Acme", "2012-01-01T00:00:00Z", Kind::First), one("Acme", "2026-01-01T00:00:00Z", Kind::Change)];

        let shown = Counts::of(&tallies, Grouping::Services).as_bars();

        assert!(shown.contains("2012-01 to 2026-01, 4 months a bar"), "{shown}");
        let bars = shown.lines().nth(1).unwrap().split_once("         ").unwrap().1.trim_start();
        assert_eq!(bars.chars().count(), 43, "{shown}");
    }
}
