//! Keeps what was rendered, within a bound on bytes.
//!
//! Two generations: what is asked for moves to the young one; when that is full, the old one goes. So what is asked
//! for often stays, without a list to keep in order.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use axum::body::Bytes;

/// Texts by what they were made from. Clones of a text share its bytes.
pub struct Cache {
    generations: Mutex<Generations>,
    most_bytes: usize,
}

#[derive(Default)]
struct Generations {
    young: HashMap<String, Bytes>,
    old: HashMap<String, Bytes>,
    young_bytes: usize,
}

impl Cache {
    /// Holds about `most_bytes` at most.
    pub fn new(most_bytes: usize) -> Self {
        Self { generations: Mutex::default(), most_bytes }
    }

    pub fn get(&self, name: &str) -> Option<Bytes> {
        let mut generations = self.generations.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(text) = generations.young.get(name) {
            return Some(text.clone());
        }
        let (name, text) = generations.old.remove_entry(name)?;
        self.insert(&mut generations, name, text.clone());
        Some(text)
    }

    /// Keeps a text, and gives it back.
    pub fn put(&self, name: &str, text: Bytes) -> Bytes {
        let mut generations = self.generations.lock().unwrap_or_else(PoisonError::into_inner);
        self.insert(&mut generations, name.to_owned(), text.clone());
        text
    }

    fn insert(&self, generations: &mut Generations, name: String, text: Bytes) {
        let bytes = name.len() + text.len();
        if bytes > self.most_bytes / 2 {
            return;
        }
        if generations.young_bytes + bytes > self.most_bytes / 2 {
            generations.old = std::mem::take(&mut generations.young);
            generations.young_bytes = 0;
        }
        generations.young_bytes += bytes;
        generations.young.insert(name, text);
    }

    #[cfg(test)]
    fn bytes(&self) -> usize {
        let generations = self.generations.lock().unwrap();
        generations.young.iter().chain(&generations.old).map(|(name, text)| name.len() + text.len()).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_for_stays_and_the_bound_holds() {
        let cache = Cache::new(1_000);
        cache.put("asked", Bytes::from("text"));

        for number in 0..1_000 {
            cache.put(&format!("{number:04}"), Bytes::from("x".repeat(50)));
            assert!(cache.get("asked").is_some(), "{number}");
            assert!(cache.bytes() <= 1_000);
        }

        assert!(cache.get("0000").is_none());
    }

    #[test]
    fn what_is_too_large_is_not_kept() {
        let cache = Cache::new(1_000);

        cache.put("large", Bytes::from("x".repeat(600)));

        assert!(cache.get("large").is_none());
    }
}
