//! Versions by year and month: a table whose cells say how much happened, in numbers and in shades.

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike, Months, NaiveDate, Utc};

use super::overview::{Moment, Month, month_of};
use super::words::Words;

/// Years shown at most, the latest.
const MOST_YEARS: usize = 12;

/// From so many changes that count on, a month is shaded darkest.
const MANY: usize = 3;

/// The table.
pub struct Calendar {
    /// Months in few characters, and in full.
    pub months: Vec<(String, String)>,
    pub years: Vec<Year>,
}

pub struct Year {
    pub name: String,
    pub cells: Vec<Cell>,
}

/// A month.
pub struct Cell {
    /// How it is shaded.
    pub class: &'static str,
    pub text: String,
    /// What the text stands for; empty outside the time of tracking.
    pub words: String,
    /// Where its versions are listed.
    pub href: Option<String>,
}

/// A time in which the terms could not be read.
pub type Gap = (DateTime<Utc>, DateTime<Utc>);

/// What happened in the months from the first of `moments` to `until`. `href` is the list of all versions, to which
/// the months are added.
pub fn drawn(moments: &[Moment], gaps: &[Gap], until: DateTime<Utc>, href: &str, words: Words) -> Calendar {
    let first = moments.first().map_or(until, |moment| moment.date);
    let counted = counted(moments);
    let (from, to) = (month_of(first), month_of(until));
    let years: Vec<i32> = (from.year()..=to.year()).collect();
    let latest = &years[years.len().saturating_sub(MOST_YEARS)..];
    let cell = |month: NaiveDate| match (from..=to).contains(&month) {
        true => cell(month, counted.get(&month).copied().unwrap_or_default(), is_out(month, gaps), href, words),
        false => Cell { class: "outside", text: String::new(), words: String::new(), href: None },
    };
    let year = |year: &i32| Year {
        name: year.to_string(),
        cells: (1..=12).filter_map(|month| NaiveDate::from_ymd_opt(*year, month, 1)).map(cell).collect(),
    };
    Calendar { months: (1..=12).map(|month| names(month, words)).collect(), years: latest.iter().map(year).collect() }
}

fn counted(moments: &[Moment]) -> BTreeMap<NaiveDate, Month> {
    let mut months: BTreeMap<NaiveDate, Month> = BTreeMap::new();
    for moment in moments {
        let month = months.entry(month_of(moment.date)).or_default();
        month.all += 1;
        month.counting += usize::from(moment.counts || moment.is_first());
    }
    months
}

fn names(month: u32, words: Words) -> (String, String) {
    let short: String = words.say(&format!("short-month-{month}")).chars().take(1).collect();
    (short.to_uppercase(), words.say(&format!("month-{month}")))
}

/// Whether the terms could not be read for any time of a month.
fn is_out(month: NaiveDate, gaps: &[Gap]) -> bool {
    let end = month + Months::new(1);
    gaps.iter().any(|(since, until)| since.date_naive() < end && until.date_naive() >= month)
}

fn cell(month: NaiveDate, found: Month, is_out: bool, href: &str, words: Words) -> Cell {
    let others = found.all - found.counting;
    let mark = if is_out { "▲" } else { "" };
    let text = match (found.counting, others) {
        (0, 0) => String::new(),
        (0, _) => "◦".to_owned(),
        (counting, _) => counting.to_string(),
    };
    let class = match (found.counting, others) {
        (0, 0) if is_out => "out",
        (0, 0) => "",
        (0, _) => "n1",
        (counting, _) if counting < MANY => "n2",
        _ => "n3",
    };
    let values = [
        ("month", words.month(month).into()),
        ("counting", words.count("counting-versions", found.counting).into()),
        ("others", words.count("other-versions", others).into()),
    ];
    let told = words.say_of(if found.all == 0 { "calendar-nothing" } else { "calendar-cell" }, values);
    let last = month + Months::new(1) - chrono::Days::new(1);
    Cell {
        class,
        text: format!("{text}{mark}"),
        words: if is_out { format!("{told}; {}", words.say("calendar-out")) } else { told },
        href: (found.all > 0).then(|| format!("{href}&since={month}&until={last}")),
    }
}

#[cfg(test)]
mod tests {
    use super::super::language::LANGUAGES;
    use super::*;
    use crate::domain::ChangeKind;

    fn moment(date: &str, kind: ChangeKind, counts: bool) -> Moment {
        let id = "0123456789012345678901234567890123456789".parse().unwrap();
        Moment { date: date.parse().unwrap(), id, kind: Some(kind), counts, is_change: true }
    }

    #[test]
    fn months_tell_in_words_what_they_show() {
        let moments = [
            moment("2024-11-03T00:00:00Z", ChangeKind::First, false),
            moment("2025-01-05T00:00:00Z", ChangeKind::Substantive, true),
            moment("2025-01-09T00:00:00Z", ChangeKind::Links, false),
            moment("2025-03-01T00:00:00Z", ChangeKind::Links, false),
        ];
        let gaps = [("2025-04-02T00:00:00Z".parse().unwrap(), "2025-04-20T00:00:00Z".parse().unwrap())];
        let until = "2025-05-01T00:00:00Z".parse().unwrap();

        let calendar = drawn(&moments, &gaps, until, "/en/changes?service=Acme", Words::of(LANGUAGES[0]));

        let year = &calendar.years[1];
        let shown: Vec<(&str, &str)> = year.cells[..6].iter().map(|cell| (cell.text.as_str(), cell.class)).collect();
        assert_eq!(shown, [("1", "n2"), ("", ""), ("◦", "n1"), ("▲", "out"), ("", ""), ("", "outside")]);
        assert_eq!(year.cells[0].words, "January 2025: 1 new wording, 1 other version");
        assert_eq!(year.cells[3].words, "April 2025: nothing new; not readable for a time");
        let href = year.cells[0].href.as_deref();
        assert_eq!(href, Some("/en/changes?service=Acme&since=2025-01-01&until=2025-01-31"));
    }
}
