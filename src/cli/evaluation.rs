//! How often verdicts agree with labels made by people: precision, recall, and a table of kinds.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde::Deserialize;
use serde_json::{Value, json};

use super::classify::Classified;
use super::reading::{reasons, short};
use crate::domain::{ChangeKind, RecordId, Verdict};

/// What a person says of a change.
#[derive(Debug, Deserialize)]
pub struct Label {
    commit: RecordId,
    kind: ChangeKind,
    alert: Alert,
}

/// Whether somebody who follows the terms wants to hear of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Alert {
    Yes,
    No,
    /// Two careful readers could disagree.
    Borderline,
}

/// Verdicts beside labels.
pub struct Evaluation<'a> {
    pairs: Vec<Pair<'a>>,
    /// Labels of commits that are not there.
    absent: usize,
    /// Verdicts that people corrected, and all.
    corrected: usize,
    records: usize,
}

struct Pair<'a> {
    label: &'a Label,
    record: &'a Classified,
    verdict: &'a Verdict,
}

impl<'a> Evaluation<'a> {
    pub fn of(records: &'a [Classified], labels: &'a [Label]) -> Self {
        let by_id: HashMap<&RecordId, &Classified> = records.iter().map(|record| (&record.entry.id, record)).collect();
        let pair = |label: &'a Label| {
            let record = *by_id.get(&label.commit)?;
            Some(Pair { label, record, verdict: record.entry.verdict.as_ref()? })
        };
        let pairs: Vec<Pair> = labels.iter().filter_map(pair).collect();
        let is_corrected = |record: &&Classified| record.entry.verdict.as_ref().is_some_and(|v| v.rules == 0);
        Self {
            absent: labels.len() - pairs.len(),
            pairs,
            corrected: records.iter().filter(is_corrected).count(),
            records: records.len(),
        }
    }

    /// Of the changes judged significant, the share that is labelled so.
    pub fn precision(&self) -> f64 {
        share(self.count(Alert::Yes, true), self.count(Alert::Yes, true) + self.count(Alert::No, true))
    }

    /// Of the changes labelled significant, the share that is judged so.
    pub fn recall(&self) -> f64 {
        share(self.count(Alert::Yes, true), self.count(Alert::Yes, true) + self.count(Alert::Yes, false))
    }

    /// The share of labels whose kind is that of the verdict.
    pub fn kinds_right(&self) -> f64 {
        share(self.pairs.iter().filter(|pair| pair.label.kind == pair.verdict.kind).count(), self.pairs.len())
    }

    fn f1(&self) -> f64 {
        let (precision, recall) = (self.precision(), self.recall());
        if precision + recall == 0.0 { 0.0 } else { 2.0 * precision * recall / (precision + recall) }
    }

    fn count(&self, alert: Alert, significant: bool) -> usize {
        self.pairs.iter().filter(|pair| pair.label.alert == alert && pair.verdict.significant == significant).count()
    }

    fn disagreements(&self) -> impl Iterator<Item = &Pair<'a>> {
        self.pairs.iter().filter(|pair| {
            pair.label.alert != Alert::Borderline && (pair.label.alert == Alert::Yes) != pair.verdict.significant
        })
    }

    /// How often each kind of label met each kind of verdict.
    fn table(&self) -> BTreeMap<ChangeKind, BTreeMap<ChangeKind, usize>> {
        let mut table: BTreeMap<ChangeKind, BTreeMap<ChangeKind, usize>> = BTreeMap::new();
        for pair in &self.pairs {
            *table.entry(pair.label.kind).or_default().entry(pair.verdict.kind).or_default() += 1;
        }
        table
    }

    pub fn as_json(&self) -> Value {
        let disagreements = self.disagreements().map(|pair| {
            json!({
                "commit": pair.label.commit,
                "terms": pair.record.entry.terms.to_string(),
                "label": { "kind": pair.label.kind, "significant": pair.label.alert == Alert::Yes },
                "verdict": { "kind": pair.verdict.kind, "significant": pair.verdict.significant },
                "reasons": reasons(pair.verdict),
            })
        });
        json!({
            "labels": self.pairs.len(),
            "absent": self.absent,
            "precision": self.precision(),
            "recall": self.recall(),
            "f1": self.f1(),
            "kindsRight": self.kinds_right(),
            "kinds": self.table(),
            "records": self.records,
            "corrected": self.corrected,
            "disagreements": disagreements.collect::<Value>(),
        })
    }

    pub fn as_text(&self) -> String {
        let borderline = self.pairs.iter().filter(|pair| pair.label.alert == Alert::Borderline).count();
        let mut lines = vec![
            format!(
                "{} labels, {borderline} of them borderline; {} more of commits that are not here",
                self.pairs.len(),
                self.absent
            ),
            format!("precision    {:.3}", self.precision()),
            format!("recall       {:.3}", self.recall()),
            format!("F1           {:.3}", self.f1()),
            format!("kinds right  {:.3}", self.kinds_right()),
            format!("corrected by people: {} of {} verdicts", self.corrected, self.records),
            String::new(),
        ];
        lines.extend(self.kinds_in_lines());
        lines.push(String::new());
        lines.extend(self.disagreements().map(|pair| {
            let (label, verdict) = (pair.label, pair.verdict);
            let missed = if verdict.significant { "too much" } else { "missed" };
            let why = reasons(verdict).join(" ");
            let (id, terms) = (short(&label.commit), &pair.record.entry.terms);
            format!("{missed}: {id} {terms}: {} judged {}: {why}", label.kind, verdict.kind)
        }));
        lines.join("\n") + "\n"
    }

    /// A row for each kind of label, a column for each kind of verdict that occurs.
    fn kinds_in_lines(&self) -> Vec<String> {
        let table = self.table();
        let columns: BTreeSet<ChangeKind> = table.values().flat_map(BTreeMap::keys).copied().collect();
        let heading = columns.iter().map(|kind| format!("{:>14}", kind.name())).collect::<String>();
        let row = |(label, found): (&ChangeKind, &BTreeMap<ChangeKind, usize>)| {
            let counts = columns.iter().map(|kind| format!("{:>14}", found.get(kind).copied().unwrap_or(0)));
            format!("{:<18}{}", label.name(), counts.collect::<String>())
        };
        std::iter::once(format!("{:<18}{heading}", "label \\ verdict")).chain(table.iter().map(row)).collect()
    }
}

/// A share of nothing is all of it: nothing was missed.
#[expect(clippy::cast_precision_loss, reason = "there are fewer labels than an f64 counts exactly")]
fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 1.0 } else { part as f64 / whole as f64 }
}
