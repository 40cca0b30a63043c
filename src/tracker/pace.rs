//! How often each terms is worth a look, from how often it changed; and when the next one is due.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use crate::domain::TermsKey;

/// How many looks there are, on average, from one change to the next.
const LOOKS_PER_CHANGE: i32 = 10;

/// How far back changes tell of what is to come.
const MEMORY: TimeDelta = TimeDelta::days(730);

/// Longest wait until the next look at a terms that fails or is held.
const TROUBLED: TimeDelta = TimeDelta::hours(24);

/// Settings under `schedule`.
#[derive(Debug, Clone, PartialEq)]
pub struct Pace {
    /// `schedule.adaptive`: whether each terms is tracked at its own pace, rather than all when `trackingSchedule` says.
    pub adaptive: bool,
    /// `schedule.shortest`, in hours in files.
    pub shortest: Duration,
    /// `schedule.longest`, in hours in files.
    pub longest: Duration,
}

/// What is known of the past of a terms.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Past {
    /// When versions were recorded that say something new, the first one included.
    pub changes: Vec<DateTime<Utc>>,
    pub last_check: Option<DateTime<Utc>>,
    /// Whether its documents cannot be read, or show what is not believed.
    pub is_troubled: bool,
}

impl Default for Pace {
    fn default() -> Self {
        Self { adaptive: false, shortest: Duration::from_hours(6), longest: Duration::from_hours(7 * 24) }
    }
}

impl Pace {
    /// When a terms is due. One that was never checked is due at once, and so is one whose time passed unnoticed.
    ///
    /// The instant is drawn by lot from the second half of the interval, yet the same each time it is asked for: terms
    /// that were once checked together spread out.
    pub fn due(&self, terms: &TermsKey, past: &Past, now: DateTime<Utc>) -> DateTime<Utc> {
        let Some(last_check) = past.last_check else { return now };
        let interval = self.interval(past, now);
        let half = interval / 2;
        last_check + half + TimeDelta::seconds((half.num_seconds() as f64 * lot(terms, last_check)) as i64)
    }

    /// Longest time until the next look: a tenth of the time from one change to the next, within the bounds.
    fn interval(&self, past: &Past, now: DateTime<Utc>) -> TimeDelta {
        let bound = |duration| TimeDelta::from_std(duration).unwrap_or(MEMORY);
        let (shortest, longest) = (bound(self.shortest), bound(self.longest).max(bound(self.shortest)));
        let first = past.changes.iter().min().copied().unwrap_or(now);
        let observed = (now - first).clamp(TimeDelta::zero(), MEMORY);
        let recent = past.changes.iter().filter(|change| now - **change <= MEMORY).count();
        let changes = i32::try_from(recent).unwrap_or(i32::MAX).max(1);
        let interval = (observed / changes / LOOKS_PER_CHANGE).clamp(shortest, longest);
        if past.is_troubled { interval.min(TROUBLED.max(shortest)) } else { interval }
    }
}

/// A number from 0 to 1 that looks drawn, and depends on the terms and the check before.
fn lot(terms: &TermsKey, last_check: DateTime<Utc>) -> f64 {
    let mut hasher = DefaultHasher::new();
    (terms, last_check.timestamp()).hash(&mut hasher);
    hasher.finish() as f64 / u64::MAX as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pace() -> Pace {
        Pace { adaptive: true, ..Pace::default() }
    }

    fn now() -> DateTime<Utc> {
        "2025-01-01T00:00:00Z".parse().unwrap()
    }

    /// A terms first recorded so many days ago, and changed every so many days since.
    fn changing(days: i64, every: i64) -> Past {
        let changes = (0..days / every).map(|count| now() - TimeDelta::days(days - count * every)).collect();
        Past { changes, last_check: Some(now()), is_troubled: false }
    }

    fn terms(service: &str) -> TermsKey {
        TermsKey::new(service.parse().unwrap(), "Imprint".parse().unwrap())
    }

    #[test]
    fn what_changes_often_is_looked_at_often_within_the_bounds() {
        assert_eq!(pace().interval(&changing(300, 1), now()), TimeDelta::hours(6));
        assert_eq!(pace().interval(&changing(300, 30), now()), TimeDelta::days(3));
        assert_eq!(pace().interval(&changing(700, 350), now()), TimeDelta::days(7));
    }

    #[test]
    fn a_new_terms_is_watched_closely_at_first() {
        assert_eq!(pace().interval(&changing(2, 2), now()), TimeDelta::hours(6));
        assert_eq!(pace().interval(&Past::default(), now()), TimeDelta::hours(6));
    }

    #[test]
    fn a_terms_in_trouble_is_looked_at_every_day() {
        let troubled = Past { is_troubled: true, ..changing(700, 350) };

        assert_eq!(pace().interval(&troubled, now()), TimeDelta::hours(24));
    }

    #[test]
    fn terms_that_were_checked_together_spread_over_the_second_half_of_the_interval() {
        let past = changing(300, 30);
        let dues: Vec<TimeDelta> =
            (0..200).map(|number| pace().due(&terms(&format!("S{number}")), &past, now()) - now()).collect();

        assert!(dues.iter().all(|due| *due >= TimeDelta::hours(36) && *due <= TimeDelta::hours(72)));
        let early = dues.iter().filter(|due| **due < TimeDelta::hours(54)).count();
        assert!((70..130).contains(&early), "{early} of 200 are in the first half");
    }

    #[test]
    fn what_was_missed_is_due_once_and_what_was_never_checked_is_due_now() {
        let missed = Past { last_check: Some(now() - TimeDelta::days(30)), ..changing(300, 30) };

        assert!(pace().due(&terms("A"), &missed, now()) < now());
        assert_eq!(pace().due(&terms("A"), &Past::default(), now()), now());
    }
}
