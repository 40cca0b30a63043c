//! `fineprint stats`: how much was recorded, month by month.

use std::collections::BTreeMap;
use std::io::{self, IsTerminal};
use std::iter::once;
use std::process::ExitCode;

use anstream::print;
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
use crate::records::{RecordEntry, RecordFilter, RecordStore, Recordable};

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
        let mut filter = RecordFilter { service: self.service.clone(), ..RecordFilter::default() };
        self.kinds.narrow(&mut filter);
        let mut entries = store.list(&filter).map_err(explained)?;
        for entry in &mut entries {
            entry.terms = renames.current(&entry.terms, entry.date);
        }
        match self.service.clone() {
            _ if entries.is_empty() && self.kinds.is_narrow() => bail!("no record matches"),
            _ if entries.is_empty() => Err(unknown(store, self.service.as_ref(), None)?),
            None => Ok(Counts::of(entries, Grouping::Services)),
            Some(service) => Ok(Counts::of(entries, Grouping::TermsOf(service))),
        }
    }
}

/// What is counted together.
enum Grouping {
    Services,
    TermsOf(ServiceId),
}

impl Grouping {
    fn name(&self, entry: &RecordEntry) -> String {
        match self {
            Self::Services => entry.terms.service.to_string(),
            Self::TermsOf(_) => entry.terms.terms_type.to_string(),
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
struct Tally {
    records: usize,
    changes: usize,
    upgrades: usize,
}

impl Tally {
    fn count(&mut self, kind: Kind) {
        self.records += 1;
        self.changes += usize::from(kind == Kind::Change);
        self.upgrades += usize::from(kind == Kind::TechnicalUpgrade);
    }
}

/// The records of one service or terms.
struct Group {
    name: String,
    total: Tally,
    first: DateTime<Utc>,
    last: DateTime<Utc>,
    months: BTreeMap<Month, Tally>,
}

impl Group {
    fn begun_with(name: String, entry: &RecordEntry) -> Self {
        Self { name, total: Tally::default(), first: entry.date, last: entry.date, months: BTreeMap::new() }
    }

    fn count(&mut self, entry: &RecordEntry) {
        self.first = self.first.min(entry.date);
        self.last = self.last.max(entry.date);
        self.total.count(entry.kind);
        self.months.entry(Month::of(entry.date)).or_default().count(entry.kind);
    }
}

/// All groups in the order of their names, and all of them together.
struct Counts {
    grouping: Grouping,
    groups: Vec<Group>,
    all: Group,
}

impl Counts {
    /// Counts entries, of which there is at least one.
    fn of(entries: Vec<RecordEntry>, grouping: Grouping) -> Self {
        let mut groups: BTreeMap<String, Group> = BTreeMap::new();
        let mut all = Group::begun_with("All".to_owned(), &entries[0]);
        for entry in &entries {
            let name = grouping.name(entry);
            groups.entry(name.clone()).or_insert_with(|| Group::begun_with(name, entry)).count(entry);
            all.count(entry);
        }
        Self { grouping, groups: groups.into_values().collect(), all }
    }

    fn as_numbers(&self) -> String {
        let heading = [self.grouping.heading(), "Month", "Records", "Changes", "Upgrades"].map(str::to_owned);
        let rows =
            self.groups.iter().flat_map(|group| group.months.iter().map(move |(month, tally)| (group, month, tally)));
        let rows = rows.map(|(group, month, tally)| {
            let [records, changes, upgrades] = [tally.records, tally.changes, tally.upgrades].map(|n| n.to_string());
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
    for (month, tally) in &group.months {
        bars[month.since(from) / span] += tally.records;
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
    let months = group.months.iter().map(|(month, tally)| {
        json!({
            "month": month.to_string(),
            "records": tally.records,
            "changes": tally.changes,
            "technicalUpgrades": tally.upgrades,
        })
    });
    months.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::TermsKey;

    fn entry(service: &str, date: &str, kind: Kind) -> RecordEntry {
        RecordEntry {
            id: "0".repeat(40).parse().unwrap(),
            terms: TermsKey::new(service.parse().unwrap(), "Imprint".parse().unwrap()),
            document: None,
            kind,
            date: date.parse().unwrap(),
            engine: None,
            snapshots: vec![],
            verdict: None,
        }
    }

    #[test]
    fn a_terminal_shows_a_bar_for_each_month() {
        let entries = vec![
            entry("Acme", "2023-12-31T23:59:59Z", Kind::First),
            entry("Acme", "2024-02-01T00:00:00Z", Kind::Change),
            entry("Acme", "2024-02-02T00:00:00Z", Kind::TechnicalUpgrade),
            entry("星空", "2024-01-01T00:00:00Z", Kind::First),
        ];

        let shown = Counts::of(entries, Grouping::Services).as_bars();

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
        let entries = vec![
            entry("Acme", "2012-01-01T00:00:00Z", Kind::First),
            entry("Acme", "2026-01-01T00:00:00Z", Kind::Change),
        ];

        let shown = Counts::of(entries, Grouping::Services).as_bars();

        assert!(shown.contains("2012-01 to 2026-01, 4 months a bar"), "{shown}");
        let bars = shown.lines().nth(1).unwrap().split_once("         ").unwrap().1.trim_start();
        assert_eq!(bars.chars().count(), 43, "{shown}");
    }
}
