//! What the gate would have done with a history that was recorded without it.

use chrono::{DateTime, TimeDelta, Utc};

use super::measures::VERSIONS_LOOKED_AT;
use super::{Config, is_confirmed_by_standing, suspicions};
use crate::domain::Reason;

/// A recorded version, at the gate after the fact.
#[derive(Debug, Clone, PartialEq)]
pub struct Replayed {
    pub date: DateTime<Utc>,
    /// Empty if it is no suspect.
    pub reasons: Vec<Reason>,
    pub fate: Fate,
}

/// What becomes of a version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// Recorded at once.
    Recorded,
    /// Recorded after it had stood unchanged for this long.
    Delayed(TimeDelta),
    /// Never recorded: it was replaced before, or only a person could have let it through.
    Withheld,
}

/// Takes the versions of one terms, oldest first, through the gate one after the other.
///
/// A version counts as standing until the next one; the last stands still. Runs are not counted, since a history does
/// not tell of them.
pub fn replay(history: &[(DateTime<Utc>, String)], config: &Config) -> Vec<Replayed> {
    let mut public: Vec<String> = Vec::new();
    let mut replayed = Vec::with_capacity(history.len());
    for (at, (date, text)) in history.iter().enumerate() {
        let is_public = public.first() == Some(text);
        let reasons = if is_public { Vec::new() } else { suspicions(text, &public) };
        let stood = history.get(at + 1).map(|(next, _)| *next - *date);
        let fate = fate_of(&reasons, stood, config);
        if fate != Fate::Withheld {
            public.insert(0, text.clone());
            public.truncate(VERSIONS_LOOKED_AT);
        }
        replayed.push(Replayed { date: *date, reasons, fate });
    }
    replayed
}

fn fate_of(reasons: &[Reason], stood: Option<TimeDelta>, config: &Config) -> Fate {
    if reasons.is_empty() {
        return Fate::Recorded;
    }
    let needed = TimeDelta::from_std(config.confirm_after).unwrap_or(TimeDelta::MAX);
    let stood_long_enough = stood.is_none_or(|stood| stood >= needed);
    match is_confirmed_by_standing(reasons) && stood_long_enough {
        true => Fate::Delayed(needed),
        false => Fate::Withheld,
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
        assert_eq!(fates, [Fate::Recorded, Fate::Withheld, Fate::Recorded, delayed, Fate::Recorded]);
    }

    #[test]
    fn an_error_page_is_withheld_however_long_it_stands() {
        let long = "You keep all rights in what you share with others. ".repeat(60);

        assert_eq!(fates(&[(0, &long), (10, "# Page not found")]), [Fate::Recorded, Fate::Withheld]);
    }
}
