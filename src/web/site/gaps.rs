//! Times when a terms could not be read: as versions tell them, and as the record of checks does.

use chrono::{DateTime, Utc};

use super::overview::Moment;
use super::reader::Reader;
use super::reasons;
use super::trouble::Trouble;
use super::words::Words;
use crate::checks::{Cause, CheckFilter, Outage};
use crate::domain::{ChangeKind, TermsKey};

/// A time when a terms could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gap {
    pub since: DateTime<Utc>,
    /// `None` while it lasts.
    pub until: Option<DateTime<Utc>>,
    /// Absent where only versions tell of it.
    pub why: Option<String>,
    /// Whether anybody tried to read it.
    pub is_tracked: bool,
}

/// The gaps of a terms, the first first. What overlaps is one gap.
pub async fn of_terms(reader: &Reader, key: &TermsKey, moments: &[Moment]) -> Result<Vec<Gap>, Trouble> {
    let filter = CheckFilter {
        service: Some(key.service.clone()),
        terms_type: Some(key.terms_type.clone()),
        ..CheckFilter::default()
    };
    let outages = reader.outages(filter).await?;
    Ok(among(&outages, key, moments, reader.words))
}

/// The same where the outages of many terms are known.
pub fn among(outages: &[Outage], key: &TermsKey, moments: &[Moment], words: Words) -> Vec<Gap> {
    let own = outages.iter().filter(|outage| outage.terms == *key);
    joined(own.map(|outage| of_outage(outage, words)).chain(of_moments(moments)).collect())
}

/// The gap that an outage is.
pub fn of_outage(outage: &Outage, words: Words) -> Gap {
    let why = match &outage.cause {
        Cause::Failed(kind) => kind.as_deref().and_then(|kind| reasons::of_kind(kind, words)),
        Cause::Held(suspicions) => {
            let told: Vec<String> = suspicions.iter().map(|held| reasons::of_suspicion(held, words).text).collect();
            Some(told.join("; "))
        }
        Cause::NotTracked => None,
    };
    Gap { since: outage.since, until: outage.until, why, is_tracked: outage.cause != Cause::NotTracked }
}

/// From each version that is no terms to the next that is one.
fn of_moments(moments: &[Moment]) -> Vec<Gap> {
    let mut gaps: Vec<Gap> = Vec::new();
    let mut since: Option<DateTime<Utc>> = None;
    for moment in moments {
        match (moment.kind == Some(ChangeKind::Outage), since) {
            (true, None) => since = Some(moment.date),
            (false, Some(start)) => {
                gaps.push(Gap { since: start, until: Some(moment.date), why: None, is_tracked: true });
                since = None;
            }
            _ => {}
        }
    }
    gaps.extend(since.map(|since| Gap { since, until: None, why: None, is_tracked: true }));
    gaps
}

fn joined(mut gaps: Vec<Gap>) -> Vec<Gap> {
    gaps.sort_by_key(|gap| gap.since);
    let mut joined: Vec<Gap> = Vec::new();
    for gap in gaps {
        match joined
            .last_mut()
            .filter(|last| last.is_tracked == gap.is_tracked && last.until.is_none_or(|until| until >= gap.since))
        {
            Some(last) => last.take_in(gap),
            None => joined.push(gap),
        }
    }
    joined
}

impl Gap {
    fn take_in(&mut self, other: Self) {
        self.until = self.until.zip(other.until).map(|(a, b)| a.max(b));
        self.why = self.why.take().or(other.why);
    }

    /// How long it took, in words.
    pub fn length(&self, now: DateTime<Utc>, words: Words) -> String {
        let days = (self.until.unwrap_or(now) - self.since).num_days().max(1);
        words.count("days-count", usize::try_from(days).unwrap_or(1))
    }

    /// A few words to write over it.
    pub fn short(&self, words: Words) -> String {
        match self.until {
            None if !self.is_tracked => words.say_it("gap-untracked-since", words.short_day(self.since)),
            Some(until) if !self.is_tracked => {
                words.say_of("gap-untracked", [("days", self.length(until, words).into())])
            }
            Some(until) => words.say_of("gap", [("days", self.length(until, words).into())]),
            None => words.say_it("gap-since", words.short_day(self.since)),
        }
    }

    /// From when to when, and why.
    pub fn told(&self, words: Words) -> String {
        let since = words.day(self.since);
        let (over, lasting) = match self.is_tracked {
            true => ("gap-times", "gap-lasting"),
            false => ("gap-untracked-times", "gap-untracked-since"),
        };
        let times = match self.until {
            Some(until) => words.say_of(over, [("from", since.into()), ("to", words.day(until).into())]),
            None => words.say_it(lasting, since),
        };
        match &self.why {
            Some(why) => words.say_of("gap-why", [("times", times.into()), ("why", why.clone().into())]),
            None => times,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::language::LANGUAGES;
    use super::*;

    fn gap(since: &str, until: Option<&str>, why: Option<&str>) -> Gap {
        let date = |text: &str| format!("{text}T00:00:00Z").parse().unwrap();
        Gap { since: date(since), until: until.map(date), why: why.map(str::to_owned), is_tracked: true }
    }

    #[test]
    fn what_overlaps_is_one_gap_with_the_reason_that_is_known() {
        let gaps = vec![
            gap("2025-03-01", None, Some("it is gone")),
            gap("2025-01-01", Some("2025-01-20"), None),
            gap("2025-01-10", Some("2025-02-01"), Some("a sign-in page")),
        ];

        let expected = [
            gap("2025-01-01", Some("2025-02-01"), Some("a sign-in page")),
            gap("2025-03-01", None, Some("it is gone")),
        ];
        assert_eq!(joined(gaps), expected);
    }

    #[test]
    fn a_gap_is_told_with_its_times_and_its_reason() {
        let (english, french) = (Words::of(LANGUAGES[0]), Words::of(LANGUAGES[1]));
        let past = gap("2025-01-01", Some("2025-02-01"), Some("x"));

        assert_eq!(past.told(english), "not readable from 1 January 2025 to 1 February 2025: x");
        assert_eq!(past.short(english), "not readable, 31 days");
        assert_eq!(gap("2025-01-01", None, None).told(french), "illisible depuis le 1er janvier 2025");
    }
}
