//! The versions of terms on an axis of time, drawn to scale.

use std::collections::BTreeSet;

use chrono::{DateTime, Datelike, NaiveDate, Utc};

use super::gaps::Gap;
use super::kinds::{self, Sign};
use super::overview::Moment;
use super::words::Words;
use crate::domain::{ChangeKind, RecordId};

/// The drawing's width, in units of its own, and the room left at its sides.
const WIDTH: f64 = 1040.0;
const MARGIN: f64 = 22.0;

/// A row's height.
const ROW: f64 = 42.0;

/// Up to so many versions on one drawing, each is a sign that leads to it; more are drawn as strokes, and rows lead to
/// their terms.
const MOST_SIGNS: usize = 500;

/// How wide the words over a gap are, at most, so that they do not run into one another.
const GAP_WORDS: f64 = 190.0;

/// Several terms on one axis.
pub struct Timeline {
    pub rows: Vec<Row>,
    pub years: Vec<Year>,
    pub height: String,
    /// Only the kinds that are on it.
    pub legend: Vec<Sign>,
    pub is_of_strokes: bool,
    pub has_gaps: bool,
}

pub struct Row {
    pub name: String,
    /// What is drawn, in words.
    pub words: String,
    pub href: String,
    pub y: String,
    pub label_y: String,
    pub from: String,
    pub to: String,
    pub marks: Vec<Mark>,
    /// Paths of the strokes of versions that count, and of the others.
    pub counting: String,
    pub others: String,
    pub gaps: Vec<Hole>,
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
pub struct Hole {
    pub x: String,
    pub y: String,
    pub width: String,
    pub title: String,
    /// Where there is room for it.
    pub label: Option<Label>,
}

pub struct Label {
    pub text: String,
    pub x: String,
    pub y: String,
}

pub struct Year {
    pub x: String,
    pub y: String,
    pub name: String,
}

/// A terms to draw: its name, where that leads, its versions, the oldest first, and when it could not be read.
pub struct Course<'a> {
    pub name: String,
    pub href: String,
    pub moments: &'a [Moment],
    pub gaps: Vec<Gap>,
}

/// Draws courses from the first version to `until`.
pub fn drawn(courses: &[Course], until: DateTime<Utc>, words: Words) -> Timeline {
    let first = courses.iter().filter_map(|course| course.moments.first()).map(|moment| moment.date).min();
    let sheet = Sheet {
        from: first.unwrap_or(until),
        until,
        words,
        is_of_strokes: courses.iter().map(|course| course.moments.len()).sum::<usize>() > MOST_SIGNS,
    };
    let rows: Vec<Row> = courses.iter().enumerate().map(|(at, course)| sheet.row(at, course)).collect();
    let height = rows_height(rows.len()) + 24.0;
    Timeline {
        years: sheet.years(height - 6.0),
        rows,
        height: number(height),
        legend: if sheet.is_of_strokes { Vec::new() } else { legend(courses, words) },
        is_of_strokes: sheet.is_of_strokes,
        has_gaps: courses.iter().any(|course| !course.gaps.is_empty()),
    }
}

/// What all rows share: where a moment is on the axis, and how versions are drawn.
struct Sheet {
    from: DateTime<Utc>,
    until: DateTime<Utc>,
    words: Words,
    is_of_strokes: bool,
}

impl Sheet {
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

    fn row(&self, at: usize, course: &Course) -> Row {
        let y = rows_height(at) + ROW / 2.0 + 10.0;
        let first = course.moments.first().map_or(self.until, |moment| moment.date);
        let signs = if self.is_of_strokes { &[] } else { course.moments };
        let strokes = if self.is_of_strokes { course.moments } else { &[] };
        Row {
            name: course.name.clone(),
            words: self.told(course),
            href: course.href.clone(),
            y: number(y),
            label_y: number(y - 16.0),
            from: number(self.x(first)),
            to: number(self.x(self.until)),
            marks: signs.iter().map(|moment| self.mark(moment, y)).collect(),
            counting: self.strokes(strokes.iter().filter(|moment| moment.counts), y, 8.0),
            others: self.strokes(strokes.iter().filter(|moment| !moment.counts), y, 4.0),
            gaps: self.holes(&course.gaps, y),
        }
    }

    /// How much happened to a terms, for those who do not see the drawing.
    fn told(&self, course: &Course) -> String {
        let counting = course.moments.iter().filter(|moment| moment.counts).count();
        let values = [
            ("name", course.name.clone().into()),
            ("changes", self.words.count("counting-changes", counting).into()),
            ("last", course.moments.last().map_or(String::new(), |last| self.words.day(last.date)).into()),
        ];
        self.words.say_of("timeline-row", values)
    }

    fn mark(&self, moment: &Moment, y: f64) -> Mark {
        let sign = kinds::sign_or_none(moment.kind, self.words);
        let class = match moment.kind {
            Some(ChangeKind::Outage | ChangeKind::Recovery) => "out",
            Some(ChangeKind::First) => "counts",
            _ if moment.counts => "counts",
            _ => "",
        };
        Mark {
            x: number(self.x(moment.date)),
            y: number(y + 6.0),
            shape: sign.shape,
            class,
            href: address(&moment.id, moment.is_first(), self.words),
            title: format!("{}, {}", self.words.day(moment.date), sign.word),
        }
    }

    /// Upright strokes, one for each unit of the axis on which something is.
    #[expect(clippy::cast_possible_truncation, reason = "the drawing is a thousand units wide")]
    fn strokes<'a>(&self, moments: impl Iterator<Item = &'a Moment>, y: f64, reach: f64) -> String {
        let places: BTreeSet<i64> = moments.map(|moment| self.x(moment.date).round() as i64).collect();
        places.into_iter().map(|x| format!("M{x} {:.0}v{:.0}", y - reach, 2.0 * reach)).collect()
    }

    fn holes(&self, gaps: &[Gap], y: f64) -> Vec<Hole> {
        let mut free_from = 0.0;
        gaps.iter()
            .map(|gap| {
                let (from, to) = (self.x(gap.since), self.x(gap.until.unwrap_or(self.until)));
                let middle = f64::midpoint(from, to).clamp(GAP_WORDS / 2.0, WIDTH - GAP_WORDS / 2.0);
                let has_room = middle - GAP_WORDS / 2.0 >= free_from;
                if has_room {
                    free_from = middle + GAP_WORDS / 2.0;
                }
                let label = Label { text: gap.short(self.words), x: number(middle), y: number(y - 14.0) };
                Hole {
                    x: number(from),
                    y: number(y - 5.0),
                    width: number((to - from).max(2.0)),
                    title: gap.told(self.words),
                    label: has_room.then_some(label),
                }
            })
            .collect()
    }
}

fn address(id: &RecordId, is_first: bool, words: Words) -> String {
    let page = if is_first { "versions" } else { "changes" };
    format!("/{}/{page}/{id}", words.language.tag)
}

fn legend(courses: &[Course], words: Words) -> Vec<Sign> {
    let found: BTreeSet<ChangeKind> =
        courses.iter().flat_map(|course| course.moments).filter_map(|moment| moment.kind).collect();
    found.into_iter().map(|kind| kinds::sign(kind, words)).collect()
}

#[expect(clippy::cast_precision_loss, reason = "a drawing has few rows")]
fn rows_height(rows: usize) -> f64 {
    ROW * rows as f64
}

fn number(value: f64) -> String {
    format!("{value:.1}")
}
