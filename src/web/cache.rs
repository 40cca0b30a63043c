//! Keeps what was rendered, within a bound on bytes.
//!
//! A few generations: what is asked for moves to the youngest; when that is full, the oldest goes. So what is asked for
//! often stays, without a list to keep in order.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, PoisonError};

use axum::body::Bytes;

/// What can be kept. Clones share their bytes.
pub trait Kept: Clone {
    /// About how much memory it takes.
    fn bytes(&self) -> usize;
}

impl Kept for Bytes {
    fn bytes(&self) -> usize {
        self.len()
    }
}

/// Things by what they were made from.
pub struct Cache<T = Bytes> {
    generations: Mutex<Generations<T>>,
    most_bytes: usize,
}

struct Generations<T> {
    /// The youngest first.
    all: VecDeque<HashMap<String, T>>,
    young_bytes: usize,
}

/// How many generations there are.
const GENERATIONS: usize = 4;

impl<T: Kept> Cache<T> {
    /// Holds about `most_bytes` at most.
    pub fn new(most_bytes: usize) -> Self {
        let generations = Generations { all: VecDeque::from([HashMap::new()]), young_bytes: 0 };
        Self { generations: Mutex::new(generations), most_bytes }
    }

    pub fn get(&self, name: &str) -> Option<T> {
        let mut generations = self.generations.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(text) = generations.all[0].get(name) {
            return Some(text.clone());
        }
        let (name, text) = generations.all.iter_mut().skip(1).find_map(|generation| generation.remove_entry(name))?;
        self.insert(&mut generations, name, text.clone());
        Some(text)
    }

    /// Keeps a thing, and gives it back.
    pub fn put(&self, name: &str, text: T) -> T {
        let mut generations = self.generations.lock().unwrap_or_else(PoisonError::into_inner);
        generations.all.iter_mut().skip(1).for_each(|generation| drop(generation.remove(name)));
        self.insert(&mut generations, name.to_owned(), text.clone());
        text
    }

    /// Puts a thing into the youngest generation, which is in no other.
    fn insert(&self, generations: &mut Generations<T>, name: String, text: T) {
        let (bytes, most) = (name.len() + text.bytes(), self.most_bytes / GENERATIONS);
        if bytes > most {
            return;
        }
        if let Some((name, former)) = generations.all[0].remove_entry(&name) {
            generations.young_bytes -= name.len() + former.bytes();
        }
        if generations.young_bytes + bytes > most {
            generations.all.push_front(HashMap::new());
            generations.all.truncate(GENERATIONS);
            generations.young_bytes = 0;
        }
        generations.young_bytes += bytes;
        generations.all[0].insert(name, text);
    }

    #[cfg(test)]
    fn bytes(&self) -> usize {
        let generations = self.generations.lock().unwrap();
        generations.all.iter().flatten().map(|(name, text)| name.len() + text.bytes()).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_for_stays_and_the_bound_holds() {
        let cache = Cache::<Bytes>::new(1_000);
        cache.put("asked", Bytes::from("text"));

        for number in 0..1_000 {
            cache.put(&format!("{number:04}"), Bytes::from("x".repeat(50)));
            assert!(cache.get("asked").is_some(), "{number}");
            assert!(cache.bytes() <= 1_000);
        }

        assert!(cache.get("0000").is_none());
    }

    #[test]
    fn what_takes_the_place_of_another_does_not_push_others_out() {
        let cache = Cache::<Bytes>::new(1_000);
        cache.put("other", Bytes::from("text"));

        for number in 0..100 {
            cache.put("same", Bytes::from(number.to_string().repeat(50)));
        }

        assert_eq!(cache.get("other"), Some(Bytes::from("text")));
        assert_eq!(cache.bytes(), 5 + 4 + 4 + 100);
    }

    #[test]
    fn what_is_too_large_is_not_kept() {
        let cache = Cache::<Bytes>::new(1_000);

        cache.put("large", Bytes::from("x".repeat(600)));

        assert!(cache.get("large").is_none());
    }
}
