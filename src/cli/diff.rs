//! `fineprint diff`: what changed between two versions of a terms.

use std::io::{self, IsTerminal};
use std::process::ExitCode;
use std::str::FromStr;

use super::output::print;
use clap::Args;
use owo_colors::OwoColorize;
use serde_json::{Value, json};

use super::kinds::KindOptions;
use super::moment::{Moment, rfc3339};
use super::reading::{
    IdStart, as_json, by_full_id, by_id, entry_of, harmless, kind_words, latest, print_exactly, short, unknown,
    valid_at,
};
use super::{Context, difference};
use crate::app::{App, explained, hinted};
use crate::diff;
use crate::domain::{Record, ServiceId, TermsKey, TermsType, Version};
use crate::records::{Order, RecordFilter, RecordStore};

/// Show what changed between two versions: by default, what the last change did
///
/// FROM and TO are dates or ids of records; without TO, the newest version. A day, 2024-05-01, stands for the version
/// valid in its last second in UTC, an instant, 2024-05-01T10:00:00Z, for that valid then. Ids may be cut to 7 digits.
/// Technical upgrades are no changes of the terms: name them by id to see what they did.
#[derive(Debug, Args)]
pub struct Diff {
    /// The service, by id
    service: ServiceId,

    /// The terms type
    #[arg(value_name = "TYPE")]
    terms_type: TermsType,

    /// The version before: a date or an id
    #[arg(conflicts_with_all = ["kind", "significant"])]
    from: Option<Place>,

    /// The version after: a date or an id
    to: Option<Place>,

    #[command(flatten)]
    kinds: KindOptions,

    /// Print a unified diff, which `patch` and `git apply` read
    #[arg(long, conflicts_with = "json")]
    unified: bool,

    /// Show so many paragraphs, headings or list items around each change
    #[arg(long, value_name = "N", default_value_t = 0, conflicts_with_all = ["unified", "json"])]
    context: usize,

    /// Print JSON, for other programs
    #[arg(long)]
    json: bool,
}

/// Where in the history of a terms.
#[derive(Debug, Clone)]
enum Place {
    At(Moment),
    Id(IdStart),
}

#[derive(Debug, thiserror::Error)]
#[error("this is neither a date, such as 2024-05-01 or 2024-05-01T10:00:00Z, nor 7 to 40 hexadecimal digits of an id")]
struct InvalidPlace;

impl FromStr for Place {
    type Err = InvalidPlace;

    fn from_str(text: &str) -> Result<Self, InvalidPlace> {
        let date = text.parse().map(Self::At).ok();
        date.or_else(|| text.parse().map(Self::Id).ok()).ok_or(InvalidPlace)
    }
}

/// Two versions of a terms.
struct Pair {
    terms: TermsKey,
    old: Record<Version>,
    new: Record<Version>,
}

impl Diff {
    pub(super) fn run(self, context: &Context) -> anyhow::Result<ExitCode> {
        let versions = App::archive_for_reading(&context.root)?.versions()?;
        self.kinds.prepare(&versions, context)?;
        let pair = self.pair(&versions)?;
        if self.json {
            print!("{:#}\n", pair.as_json());
        } else if self.unified {
            print_unified(&pair.unified())?;
        } else {
            print!("{}", pair.for_people(self.context));
        }
        Ok(ExitCode::SUCCESS)
    }

    fn pair(&self, versions: &dyn RecordStore<Version>) -> anyhow::Result<Pair> {
        let terms = TermsKey::new(self.service.clone(), self.terms_type.clone());
        let Some(from) = &self.from else { return last_change(versions, terms, &self.kinds) };
        let old = from.record(versions, &terms)?;
        let new = match &self.to {
            Some(to) => to.record(versions, &terms)?,
            None => latest(versions, &terms)?,
        };
        Ok(Pair { terms, old, new })
    }
}

impl Place {
    fn record(&self, versions: &dyn RecordStore<Version>, terms: &TermsKey) -> anyhow::Result<Record<Version>> {
        match self {
            Self::At(date) => valid_at(versions, terms, *date),
            Self::Id(id) => by_id(versions, terms, id),
        }
    }
}

/// The last change and the version it changed, in the order of recording.
fn last_change(versions: &dyn RecordStore<Version>, terms: TermsKey, kinds: &KindOptions) -> anyhow::Result<Pair> {
    let filter = RecordFilter { order: Order::LastRecordedFirst, ..RecordFilter::of(&terms) };
    let entries = versions.list(&filter).map_err(explained)?;
    let Some(newest) = entries.first() else {
        return Err(unknown(versions, Some(&terms.service), Some(&terms.terms_type))?);
    };
    let meant = kinds.meant(versions, &terms)?;
    let mut steps = entries.windows(2).map(|step| (&step[0], &step[1]));
    let Some((new, old)) = steps.find(|(record, _)| meant(record)) else {
        let hint = match entries.len() {
            _ if kinds.is_narrow() => {
                format!("`fineprint history \"{}\" \"{}\"` lists all", terms.service, terms.terms_type)
            }
            1 => format!("its only version is of {}", rfc3339(newest.date)),
            _ => "technical upgrades are compared by naming two dates or ids".to_owned(),
        };
        let what = if kinds.is_narrow() && entries.len() > 1 { kinds.in_words() } else { "is recorded".to_owned() };
        return Err(hinted(&format!("no change of {terms} {what}"), Some(hint)));
    };
    Ok(Pair { old: by_full_id(versions, &old.id)?, new: by_full_id(versions, &new.id)?, terms })
}

impl Pair {
    fn diff(&self) -> diff::Diff {
        diff::between(&self.old.content.markdown, &self.new.content.markdown)
    }

    fn for_people(&self, context: usize) -> String {
        let (terms, diff) = (self.terms.to_string(), self.diff());
        let head = format!("{}\nfrom {}\nto   {}", terms.bold(), described(&self.old), described(&self.new));
        let counts = Some(diff.counts.to_string()).filter(|counts| !counts.is_empty());
        let entries = [head].into_iter().chain(counts).chain(difference::entries(&diff, context));
        format!("{}\n", entries.collect::<Vec<_>>().join("\n\n"))
    }

    fn unified(&self) -> String {
        let path = format!("{}/{}.md", self.terms.service, self.terms.terms_type);
        let name =
            |side: &str, record: &Record<Version>| format!("{side}/{path}\t{}", rfc3339(record.content.fetched_at));
        let (old, new) = (&self.old.content.markdown, &self.new.content.markdown);
        diff::unified(old, new, &name("a", &self.old), &name("b", &self.new))
    }

    fn as_json(&self) -> Value {
        json!({ "from": as_json(&entry_of(&self.old)), "to": as_json(&entry_of(&self.new)), "diff": self.diff() })
    }
}

fn described(record: &Record<Version>) -> String {
    format!("{}  {}  {}", rfc3339(record.content.fetched_at), short(&record.id), kind_words(record.kind))
}

fn print_unified(patch: &str) -> io::Result<()> {
    if !io::stdout().is_terminal() {
        return print_exactly(patch.as_bytes());
    }
    print!("{}", coloured(&harmless(patch)));
    Ok(())
}

fn coloured(patch: &str) -> String {
    let line = |line: &str| match line.chars().next() {
        Some('-') => format!("{}\n", line.red()),
        Some('+') => format!("{}\n", line.green()),
        Some('@') => format!("{}\n", line.cyan()),
        _ => format!("{line}\n"),
    };
    patch.lines().map(line).collect()
}
