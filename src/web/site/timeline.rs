//! The versions of terms on an axis of time, drawn to scale.

use chrono::{DateTime, Datelike, NaiveDate, Utc};

use super::kinds::{self, Sign};
use super::overview::counts;
use super::words::Words;
use crate::domain::{ChangeKind, RecordId, TermsKey};
use crate::records::RecordEntry;

/// The drawing's width, in units of its own, and the room left at its sides.
const WIDTH: f64 = 1040.0;
const MARGIN: f64 = 22.0;

/// A row's height.
const ROW: f64 = 42.0;

/// More marks than this on one row are drawn for those that count alone.
const MOST_MARKS: usize = 400;

/// Several terms on one axis.
pub struct Timeline {
    pub rows: Vec<Row>,
    pub years: Vec<Year>,
    pub height: String,
    /// Only the kinds that are on it.
    pub legend: Vec<Sign>,
}

pub struct Row {
    pub name: String,
    pub href: String,
    pub y: String,
    pub label_y: String,
    pub from: String,
    pub to: String,
    pub marks: Vec<Mark>,
    pub gaps: Vec<Gap>,
}

/// A version.
pub struct Mark {
    pub x: String,
    pub y: String,
    pub shape: &'static str,
    pub class: &'static str,
    pub href: String,
    pub title: String,
}

/// A time when nobody could read the terms.
pub struct Gap {
    pub x: String,
    pub y: String,
    pub width: String,
    pub label: String,
    pub label_x: String,
    pub label_y: String,
}

pub struct Year {
    pub x: String,
    pub y: String,
    pub name: String,
}

/// A terms to draw: its name, where that leads, and its versions, the oldest first.
pub struct Course<'a> {
    pub name: String,
    pub href: String,
    pub entries: &'a [RecordEntry],
}

/// Draws courses from the first version to `until`.
pub fn drawn(courses: &[Course], until: DateTime<Utc>, words: Words) -> Timeline {
    let first = courses.iter().filter_map(|course| course.entries.first()).map(|entry| entry.date).min();
    let scale = Scale { from: first.unwrap_or(until), until };
    let rows: Vec<Row> = courses.iter().enumerate().map(|(at, course)| row(at, course, &scale, words)).collect();
    let height = rows_height(rows.len()) + 24.0;
    Timeline { years: scale.years(height - 6.0), rows, height: number(height), legend: legend(courses, words) }
}

/// Where a moment is on the axis.
struct Scale {
    from: DateTime<Utc>,
    until: DateTime<Utc>,
}

impl Scale {
    #[expect(clippy::cast_precision_loss, reason = "seconds of some decades are exact in an f64")]
    fn x(&self, date: DateTime<Utc>) -> f64 {
        let whole = (self.until - self.from).num_seconds().max(1) as f64;
        let part = (date - self.from).num_seconds() as f64;
        MARGIN + (WIDTH - 2.0 * MARGIN) * (part / whole).clamp(0.0, 1.0)
    }

    fn years(&self, y: f64) -> Vec<Year> {
        let years = self.from.year()..=self.until.year();
        let step = ((self.until.year() - self.from.year()) / 12 + 1).unsigned_abs() as usize;
        let starts = years.step_by(step).filter_map(|year| NaiveDate::from_ymd_opt(year, 1, 1));
        let starts =
            starts.map(|date| date.and_time(chrono::NaiveTime::MIN).and_utc()).filter(|date| *date >= self.from);
        starts.map(|date| Year { x: number(self.x(date)), y: number(y), name: date.year().to_string() }).collect()
    }
}

fn row(at: usize, course: &Course, scale: &Scale, words: Words) -> Row {
    let y = rows_height(at) + ROW / 2.0 + 10.0;
    let drawn: Vec<&RecordEntry> = match course.entries.len() > MOST_MARKS {
        true => course.entries.iter().filter(|entry| counts(entry)).collect(),
        false => course.entries.iter().collect(),
    };
    let first = course.entries.first().map_or(scale.until, |entry| entry.date);
    Row {
        name: course.name.clone(),
        href: course.href.clone(),
        y: number(y),
        label_y: number(y - 16.0),
        from: number(scale.x(first)),
        to: number(scale.x(scale.until)),
        marks: drawn.into_iter().map(|entry| mark(entry, y, scale, words)).collect(),
        gaps: gaps(course.entries, y, scale, words),
    }
}

fn mark(entry: &RecordEntry, y: f64, scale: &Scale, words: Words) -> Mark {
    let sign = kinds::sign_of(entry, words);
    let class = match kinds::kind_of(entry) {
        Some(ChangeKind::Outage | ChangeKind::Recovery) => "out",
        Some(ChangeKind::First) => "counts",
        _ if counts(entry) => "counts",
        _ => "",
    };
    Mark {
        x: number(scale.x(entry.date)),
        y: number(y + 6.0),
        shape: sign.shape,
        class,
        href: address(&entry.id, sign.name == "first", words),
        title: format!("{}, {}", words.day(entry.date), sign.word),
    }
}

fn address(id: &RecordId, is_first: bool, words: Words) -> String {
    let page = if is_first { "versions" } else { "changes" };
    format!("/{}/{page}/{id}", words.language.tag)
}

/// From each outage to the next version that is none.
fn gaps(entries: &[RecordEntry], y: f64, scale: &Scale, words: Words) -> Vec<Gap> {
    let is_out = |entry: &RecordEntry| kinds::kind_of(entry) == Some(ChangeKind::Outage);
    let mut gaps = Vec::new();
    let mut since: Option<DateTime<Utc>> = None;
    for entry in entries {
        match (is_out(entry), since) {
            (true, None) => since = Some(entry.date),
            (false, Some(start)) => {
                gaps.push(gap(start, entry.date, y, scale, words));
                since = None;
            }
            _ => {}
        }
    }
    gaps.extend(since.map(|start| gap(start, scale.until, y, scale, words)));
    gaps
}

fn gap(start: DateTime<Utc>, end: DateTime<Utc>, y: f64, scale: &Scale, words: Words) -> Gap {
    let (from, to) = (scale.x(start), scale.x(end));
    let days = usize::try_from((end - start).num_days().max(1)).unwrap_or(1);
    let days = words.count("days-count", days);
    Gap {
        x: number(from),
        y: number(y - 5.0),
        width: number((to - from).max(2.0)),
        label: words.say_of("gap", [("days", days.into())]),
        label_x: number(((from + to) / 2.0).clamp(80.0, WIDTH - 80.0)),
        label_y: number(y - 14.0),
    }
}

fn legend(courses: &[Course], words: Words) -> Vec<Sign> {
    let found: std::collections::BTreeSet<ChangeKind> =
        courses.iter().flat_map(|course| course.entries).filter_map(kinds::kind_of).collect();
    found.into_iter().map(|kind| kinds::sign(kind, words)).collect()
}

#[expect(clippy::cast_precision_loss, reason = "a drawing has few rows")]
fn rows_height(rows: usize) -> f64 {
    ROW * rows as f64
}

fn number(value: f64) -> String {
    format!("{value:.1}")
}

/// Entries of many terms, sorted apart, each the oldest first.
pub fn by_terms(entries: Vec<RecordEntry>) -> std::collections::BTreeMap<TermsKey, Vec<RecordEntry>> {
    let mut sorted: std::collections::BTreeMap<TermsKey, Vec<RecordEntry>> = std::collections::BTreeMap::new();
    for entry in entries {
        sorted.entry(entry.terms.clone()).or_default().push(entry);
    }
    sorted
}
