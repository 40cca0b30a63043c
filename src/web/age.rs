//! Since when answers are as they are: what `Last-Modified` tells of those that do not know it themselves.
//!
//! An answer changes with records, verdicts, what people say of them, and declarations. Rather than ask all of these,
//! it is noted when an answer was first seen with the `ETag` it has. After a start, everything is as it is since then.

use std::collections::HashMap;
use std::hash::{BuildHasher, Hash, RandomState};
use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};

/// Answers remembered before those are forgotten that were not asked for since; these are then new.
const MAX_ANSWERS: usize = 20_000;

/// Remembers answers by what was asked.
#[derive(Default)]
pub struct Ages {
    hasher: RandomState,
    generations: Mutex<Generations>,
}

#[derive(Default)]
struct Generations {
    young: HashMap<u64, Age>,
    old: HashMap<u64, Age>,
}

#[derive(Clone, Copy)]
struct Age {
    etag: u64,
    since: DateTime<Utc>,
}

impl Ages {
    /// Since when what is answered to `asked` has this tag.
    ///
    /// Dates of HTTP have whole seconds. What changes twice in one is dated to the next, and until then it has no date:
    /// whoever asks with the former one is sent the answer.
    pub fn since(&self, asked: impl Hash, etag: impl Hash, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let (asked, etag) = (self.hasher.hash_one(asked), self.hasher.hash_one(etag));
        let mut generations = self.generations.lock().unwrap_or_else(PoisonError::into_inner);
        let age = match generations.find(asked) {
            Some(known) if known.etag == etag => known,
            Some(known) => Age { etag, since: now.max(known.since + TimeDelta::seconds(1)) },
            None => Age { etag, since: now },
        };
        generations.put(asked, age);
        (age.since <= now).then_some(age.since)
    }
}

impl Generations {
    fn find(&self, asked: u64) -> Option<Age> {
        self.young.get(&asked).or_else(|| self.old.get(&asked)).copied()
    }

    fn put(&mut self, asked: u64, age: Age) {
        if self.young.len() >= MAX_ANSWERS / 2 && !self.young.contains_key(&asked) {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(asked, age);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> DateTime<Utc> {
        DateTime::from_timestamp_secs(second).unwrap()
    }

    #[test]
    fn an_answer_is_as_old_as_its_tag() {
        let ages = Ages::default();

        assert_eq!(ages.since("/a", "1", at(10)), Some(at(10)));
        assert_eq!(ages.since("/a", "1", at(20)), Some(at(10)));
        assert_eq!(ages.since("/a", "2", at(30)), Some(at(30)));
        assert_eq!(ages.since("/b", "2", at(40)), Some(at(40)));
    }

    #[test]
    fn what_changes_twice_in_a_second_has_no_date_until_that_is_over() {
        let ages = Ages::default();
        ages.since("/a", "1", at(10));

        assert_eq!(ages.since("/a", "2", at(10)), None);
        assert_eq!(ages.since("/a", "2", at(11)), Some(at(11)));
    }

    #[test]
    fn what_nobody_asks_for_is_forgotten() {
        let ages = Ages::default();
        ages.since("/a", "1", at(10));

        for number in 0..MAX_ANSWERS {
            ages.since(number, "1", at(20));
        }

        assert_eq!(ages.since("/a", "1", at(30)), Some(at(30)));
    }
}
