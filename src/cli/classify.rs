//! `fineprint classify`: what the rules say of every version of a repository, and how that compares with labels.

use std::collections::{BTreeSet, HashMap};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use super::output::print;
use anyhow::Context as _;
use clap::Args;
use serde::Deserialize;
use serde_json::{Value, json};

use super::Context;
use super::evaluation::{Evaluation, Label};
use super::kinds::judge_all;
use super::reading::{print_exactly, reasons};
use crate::app::{App, explained};
use crate::domain::{RecordId, TermsKey, Version};
use crate::records::{GitStore, Order, RecordEntry, RecordFilter, RecordStore};
use crate::signal;

/// Largest file of commits or labels that is read, in bytes.
const MAX_FILE_BYTES: u64 = 64 << 20;

/// Say of which kind each change of a repository is, whether it counts, and why
///
/// Prints one JSON object a line for each record, in the order of recording: `commit`, `path`, `previous`, `kind`,
/// `significant`, `weight` from 0 to 100, `reasons`. With labels made by people, prints instead how often the rules agree
/// with them: labels that are `borderline` count for kinds only, those of commits that are not there not at all.
#[derive(Debug, Args)]
pub struct Classify {
    /// A git repository of versions; several for figures over all of them
    #[arg(long, value_name = "VERSIONS", required_unless_present = "rules", num_args = 1..)]
    repo: Vec<PathBuf>,

    /// Only the commits that this file names: JSON objects, one a line, with a `commit`
    #[arg(long, value_name = "FILE.jsonl", conflicts_with = "evaluate")]
    commits: Option<PathBuf>,

    /// Compare with labels: JSON objects, one a line, with `commit`, `kind` and `alert` (yes, no, borderline)
    #[arg(long, value_name = "LABELS.jsonl")]
    evaluate: Option<PathBuf>,

    /// End with 1 if precision is below this, from 0 to 1
    #[arg(long, value_name = "SHARE", requires = "evaluate", default_value_t = 0.0)]
    least_precision: f64,

    /// End with 1 if recall is below this, from 0 to 1
    #[arg(long, value_name = "SHARE", requires = "evaluate", default_value_t = 0.0)]
    least_recall: f64,

    /// End with 1 if fewer kinds are right than this, from 0 to 1
    #[arg(long, value_name = "SHARE", requires = "evaluate", default_value_t = 0.0)]
    least_kinds: f64,

    /// Print the rules as a table in Markdown, and nothing else
    #[arg(long, exclusive = true)]
    rules: bool,

    /// Print the figures of a comparison as JSON; records always are
    #[arg(long)]
    json: bool,
}

/// A line of a file that names commits.
#[derive(Debug, Deserialize)]
struct Named {
    commit: RecordId,
}

/// A record with the one it is compared with.
pub struct Classified {
    pub entry: RecordEntry,
    pub previous: Option<RecordId>,
}

impl Classify {
    pub(super) fn run(self, context: &Context) -> anyhow::Result<ExitCode> {
        if self.rules {
            print_exactly(signal::as_markdown().as_bytes())?;
            return Ok(ExitCode::SUCCESS);
        }
        let mut records = Vec::new();
        for folder in &self.repo {
            records.extend(classified(&App::versions_in(folder)?, context)?);
        }
        match &self.evaluate {
            Some(labels) => self.evaluate(&records, &read_lines::<Label>(labels)?),
            None => {
                print_exactly(self.selected(&records)?.as_bytes())?;
                Ok(ExitCode::SUCCESS)
            }
        }
    }

    fn selected(&self, records: &[Classified]) -> anyhow::Result<String> {
        let named = self.commits.as_deref().map(read_lines::<Named>).transpose()?;
        let ids: Option<BTreeSet<RecordId>> = named.map(|lines| lines.into_iter().map(|line| line.commit).collect());
        let is_meant = |record: &&Classified| ids.as_ref().is_none_or(|ids| ids.contains(&record.entry.id));
        Ok(records.iter().filter(is_meant).map(|record| format!("{}\n", record.as_json())).collect())
    }

    fn evaluate(&self, records: &[Classified], labels: &[Label]) -> anyhow::Result<ExitCode> {
        let evaluation = Evaluation::of(records, labels);
        match self.json {
            true => print!("{:#}\n", evaluation.as_json()),
            false => print!("{}", evaluation.as_text()),
        }
        let is_good = evaluation.precision() >= self.least_precision
            && evaluation.recall() >= self.least_recall
            && evaluation.kinds_right() >= self.least_kinds;
        Ok(if is_good { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}

impl Classified {
    fn as_json(&self) -> Value {
        let terms = &self.entry.terms;
        let mut object = json!({
            "commit": self.entry.id,
            "path": format!("{}/{}.md", terms.service, terms.terms_type),
            "previous": self.previous,
        });
        if let Some(verdict) = &self.entry.verdict {
            object["kind"] = json!(verdict.kind);
            object["significant"] = json!(verdict.significant);
            object["weight"] = json!(verdict.weight);
            object["reasons"] = json!(reasons(verdict));
        }
        object
    }
}

/// All records of a repository with their verdicts, in the order of recording.
fn classified(versions: &GitStore<Version>, context: &Context) -> anyhow::Result<Vec<Classified>> {
    judge_all(versions, context)?;
    let filter = RecordFilter { order: Order::LastRecordedFirst, ..RecordFilter::default() };
    let entries = versions.list(&filter).map_err(explained)?;
    let mut latest: HashMap<TermsKey, RecordId> = HashMap::new();
    let with_previous = entries.into_iter().rev().map(|entry| {
        let previous = latest.insert(entry.terms.clone(), entry.id.clone());
        Classified { entry, previous }
    });
    Ok(with_previous.collect())
}

/// The objects of a file with one a line; empty lines are passed over.
fn read_lines<T: for<'de> Deserialize<'de>>(path: &Path) -> anyhow::Result<Vec<T>> {
    let shown = path.display();
    let size = fs::metadata(path).with_context(|| format!("cannot read {shown}"))?.len();
    anyhow::ensure!(size <= MAX_FILE_BYTES, "{shown} is larger than {MAX_FILE_BYTES} bytes");
    let text = fs::read_to_string(path).with_context(|| format!("cannot read {shown}"))?;
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    lines
        .map(|(at, line)| serde_json::from_str(line).with_context(|| format!("{shown}:{}: not as expected", at + 1)))
        .collect()
}
