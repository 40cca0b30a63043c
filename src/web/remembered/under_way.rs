//! Answers that are being made: whoever asks for the same waits rather than has it made again.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, RandomState};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

type Queue = Arc<tokio::sync::Mutex<()>>;

/// Addresses that are known to have answers which are not kept; past that, all are forgotten.
const MAX_UNKEPT: usize = 10_000;

/// What is being made for somebody, by what was asked for.
#[derive(Default)]
pub struct UnderWay {
    queues: Mutex<HashMap<String, Queue>>,
    /// What has answers that are not kept, such as errors and large texts: to wait for these is in vain.
    unkept: Mutex<HashSet<u64>>,
    hasher: RandomState,
}

/// One place in the queue for an answer. The last to leave takes it down.
pub struct Turn<'a> {
    under_way: &'a UnderWay,
    what: &'a str,
    queue: Queue,
}

impl UnderWay {
    pub fn turn<'a>(&'a self, what: &'a str) -> Turn<'a> {
        let queue = Arc::clone(self.queues().entry(what.to_owned()).or_default());
        Turn { under_way: self, what, queue }
    }

    pub fn is_unkept(&self, what: &str) -> bool {
        self.unkept().contains(&self.hasher.hash_one(what))
    }

    /// Notes that an answer was not kept.
    pub fn note_unkept(&self, what: &str) {
        let mut unkept = self.unkept();
        if unkept.len() >= MAX_UNKEPT {
            unkept.clear();
        }
        unkept.insert(self.hasher.hash_one(what));
    }

    /// Notes that an answer was kept.
    pub fn note_kept(&self, what: &str) {
        self.unkept().remove(&self.hasher.hash_one(what));
    }

    fn queues(&self) -> MutexGuard<'_, HashMap<String, Queue>> {
        self.queues.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn unkept(&self) -> MutexGuard<'_, HashSet<u64>> {
        self.unkept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Turn<'_> {
    /// Waits until those who came before have their answer.
    pub async fn first(&self) -> tokio::sync::MutexGuard<'_, ()> {
        self.queue.lock().await
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let mut queues = self.under_way.queues();
        // The map's and this one.
        if Arc::strong_count(&self.queue) <= 2 {
            queues.remove(self.what);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn nothing_is_left_of_a_queue_that_nobody_stands_in() {
        let under_way = UnderWay::default();

        let (one, other) = (under_way.turn("a"), under_way.turn("a"));
        drop(one.first().await);
        drop(one);
        assert_eq!(under_way.queues().len(), 1);
        drop(other);

        assert_eq!(under_way.queues().len(), 0);
    }

    #[test]
    fn what_is_not_kept_is_known_until_it_is() {
        let under_way = UnderWay::default();

        under_way.note_unkept("a");

        assert!(under_way.is_unkept("a") && !under_way.is_unkept("b"));
        under_way.note_kept("a");
        assert!(!under_way.is_unkept("a"));
    }
}
