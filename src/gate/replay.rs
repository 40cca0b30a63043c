//! What the gate would have done with a history that was recorded without it.

use chrono::{DateTime, TimeDelta, Utc};

use super::measures::VERSIONS_LOOKED_AT;
use super::{Config, are_same, sketch, suspicions};
use crate::domain::Reason;

/// A recorded version, at the gate after the fact.
#[derive(Debug, Clone, PartialEq)]
pub struct Replayed {
    pub date: DateTime<Utc>,
    /// Empty if it is no suspect.
    pub reasons: Vec<Reason>,
    pub fate: Fate,
}

impl Replayed {
    /// Whether it was recorded, at once or later.
    pub fn became_public(&self) -> bool {
        matches!(self.fate, Fate::Recorded | Fate::Delayed(_))
    }
}

/// What becomes of a version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// Recorded at once.
    Recorded,
    /// Not recorded again: what is public says the same, since what was between was withheld.
    Unchanged,
    /// Recorded once it, or all but the same, had stood long enough; so much later.
    Delayed(TimeDelta),
    /// Never recorded: it was replaced before, or only a person could have let it through.
    Withheld,
}

/// A suspect that is held while a history is replayed.
struct Held {
    since: DateTime<Utc>,
    sketch: String,
}

/// Takes the versions of one terms, oldest first, through the gate one after the other.
///
/// A version counts as standing until the next one that is another text; the last stands still. Runs are not counted,
/// since a history does not tell of them.
pub fn replay(history: &[(DateTime<Utc>, String)], config: &Config) -> Vec<Replayed> {
    let mut public: Vec<String> = Vec::new();
    let mut held: Option<Held> = None;
    let mut replayed = Vec::with_capacity(history.len());
    for (at, (date, text)) in history.iter().enumerate() {
        let is_public = public.first() == Some(text);
        let reasons = if is_public { Vec::new() } else { suspicions(text, &public) };
        held = (!reasons.is_empty()).then(|| Held::goes_on(held, *date, text));
        let until = history.get(at + 1).map(|(next, _)| *next);
        let fate = match &held {
            _ if is_public => Fate::Unchanged,
            None => Fate::Recorded,
            Some(held) => held.fate(&reasons, *date, until, config),
        };
        if matches!(fate, Fate::Recorded | Fate::Delayed(_)) {
            public.insert(0, text.clone());
            public.truncate(VERSIONS_LOOKED_AT);
        }
        replayed.push(Replayed { date: *date, reasons, fate });
    }
    replayed
}

impl Held {
    /// A suspect of a date: the one before, if it is the same text.
    fn goes_on(before: Option<Self>, date: DateTime<Utc>, text: &str) -> Self {
        let sketch = sketch(text);
        match before.filter(|before| are_same(&before.sketch, &sketch)) {
            Some(before) => before,
            None => Self { since: date, sketch },
        }
    }

    /// What becomes of a suspect that was there until the next version came.
    fn fate(&self, reasons: &[Reason], date: DateTime<Utc>, until: Option<DateTime<Utc>>, config: &Config) -> Fate {
        let needed = TimeDelta::from_std(config.confirm_after).unwrap_or(TimeDelta::MAX);
        let is_believed = |until: DateTime<Utc>| until - self.since >= needed;
        match config.believes_what_stands(reasons) && until.is_none_or(is_believed) {
            true => Fate::Delayed((self.since + needed - date).max(TimeDelta::zero())),
            false => Fate::Withheld,
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::Days;

    use super::*;

    fn history(texts: &[(u64, &str)]) -> Vec<(DateTime<Utc>, String)> {
        let start: DateTime<Utc> = "2024-01-01T00:00:00Z".parse().unwrap();
        texts.iter().map(|(day, text)| (start + Days::new(*day), (*text).to_owned())).collect()
    }

    fn fates(texts: &[(u64, &str)]) -> Vec<Fate> {
        replay(&history(texts), &Config::default()).iter().map(|replayed| replayed.fate).collect()
    }

    #[test]
    fn an_outage_of_a_day_is_withheld_and_a_true_cut_comes_late() {
        let long = "You keep all rights in what you share with others. ".repeat(60);
        let cut = "You keep all rights in what you share. ".repeat(20);
        let later = cut.replace("share", "publish");

        let fates = fates(&[(0, &long), (10, &cut), (11, &long), (50, &cut), (90, &later)]);

        let delayed = Fate::Delayed(TimeDelta::hours(72));
        assert_eq!(fates, [Fate::Recorded, Fate::Withheld, Fate::Unchanged, delayed, Fate::Recorded]);
    }

    #[test]
    fn a_suspect_that_counts_or_shuffles_goes_on_standing() {
        let long = "You keep all rights in what you share with others. ".repeat(60);
        let clauses: Vec<String> = (0..20).map(|n| format!("Clause {} is about {n} things. ", "x".repeat(n))).collect();
        let cut = |day: usize| [&clauses[day..], &clauses[..day]].concat().concat();

        let fates = fates(&[(0, &long), (10, &cut(1)), (11, &cut(2)), (12, &cut(3)), (14, &cut(4))]);

        let late = |hours| Fate::Delayed(TimeDelta::hours(hours));
        assert_eq!(fates, [Fate::Recorded, Fate::Withheld, Fate::Withheld, late(24), Fate::Recorded]);
    }

    #[test]
    fn an_error_page_is_withheld_however_long_it_stands() {
        let long = "You keep all rights in what you share with others. ".repeat(60);

        let texts = [(0, long.as_str()), (10, "# Page not found")];

        assert_eq!(fates(&texts), [Fate::Recorded, Fate::Withheld]);
        let believing = Config { confirm_error_pages: true, ..Config::default() };
        let late = Fate::Delayed(TimeDelta::hours(72));
        assert_eq!(replay(&history(&texts), &believing).pop().unwrap().fate, late, "unless that is wished");
    }
}
