//! Changes per month as bars: those that count against all.

use std::collections::BTreeMap;

use chrono::{Months, NaiveDate};

use super::overview::Month;
use super::words::Words;

/// Months shown.
const SHOWN: u32 = 24;

/// Size of the drawing, in units of its own.
const WIDTH: f64 = 266.0;
const HEIGHT: f64 = 84.0;

/// A drawing, and what it says in words.
pub struct Plot {
    pub bars: Vec<Bar>,
    pub first: String,
    pub last: String,
    pub words: String,
}

/// A month: a frame as high as all changes, filled as high as those that count.
pub struct Bar {
    pub x: String,
    pub width: String,
    pub all_y: String,
    pub all_height: String,
    pub counting_y: String,
    pub counting_height: String,
    /// For those who point at it.
    pub title: String,
}

/// The last months up to the last one that something happened in.
pub fn months(months: &BTreeMap<NaiveDate, Month>, words: Words) -> Plot {
    let Some(last) = months.keys().next_back().copied() else { return Plot::empty() };
    let first = last.checked_sub_months(Months::new(SHOWN - 1)).unwrap_or(last);
    let shown: Vec<(NaiveDate, Month)> = (0..SHOWN)
        .filter_map(|later| first.checked_add_months(Months::new(later)))
        .map(|date| (date, months.get(&date).copied().unwrap_or_default()))
        .collect();
    let most = shown.iter().map(|(_, month)| month.all).max().unwrap_or(0).max(1);
    let bars = shown.iter().enumerate().map(|(at, (date, month))| bar(at, *date, *month, most, words)).collect();
    let sum = |of: fn(&Month) -> usize| shown.iter().map(|(_, month)| of(month)).sum();
    let values = [
        ("from", words.month(first).into()),
        ("to", words.month(last).into()),
        ("counts", words.count("counting-changes", sum(|month| month.counting)).into()),
        ("all", words.number(sum(|month| month.all)).into()),
    ];
    let words_of_plot = words.say_of("plot-words", values);
    Plot { bars, first: words.short_month(first), last: words.short_month(last), words: words_of_plot }
}

impl Plot {
    fn empty() -> Self {
        Self { bars: Vec::new(), first: String::new(), last: String::new(), words: String::new() }
    }
}

#[expect(clippy::cast_precision_loss, reason = "a drawing is a few hundred units wide")]
fn bar(at: usize, date: NaiveDate, month: Month, most: usize, words: Words) -> Bar {
    let width = WIDTH / f64::from(SHOWN);
    let height = |n: usize| HEIGHT * n as f64 / most as f64;
    let number = |value: f64| format!("{value:.1}");
    let title = format!(
        "{}: {} / {}",
        words.month(date),
        words.count("counting-changes", month.counting),
        words.number(month.all)
    );
    Bar {
        x: number(at as f64 * width + 1.0),
        width: number(width - 3.0),
        all_y: number(HEIGHT - height(month.all) + 1.0),
        all_height: number(height(month.all)),
        counting_y: number(HEIGHT - height(month.counting) + 1.0),
        counting_height: number(height(month.counting)),
        title,
    }
}

#[cfg(test)]
mod tests {
    use super::super::language::LANGUAGES;
    use super::*;

    #[test]
    fn two_years_are_drawn_to_scale_and_told_in_words() {
        let month = |text: &str| text.parse::<NaiveDate>().unwrap();
        let counted = BTreeMap::from([
            (month("2025-01-01"), Month { counting: 1, all: 2 }),
            (month("2025-12-01"), Month { counting: 4, all: 4 }),
        ]);

        let plot = months(&counted, Words::of(LANGUAGES[0]));

        assert_eq!((plot.first.as_str(), plot.last.as_str()), ("Jan 2024", "Dec 2025"));
        assert_eq!(plot.bars.len(), 24);
        assert_eq!(plot.bars[23].counting_height, "84.0");
        assert_eq!((plot.bars[12].all_height.as_str(), plot.bars[12].counting_height.as_str()), ("42.0", "21.0"));
        assert_eq!(plot.words, "From January 2024 to December 2025: 5 changes that count, 6 in all.");
    }
}
