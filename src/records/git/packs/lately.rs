//! What was read lately, within a bound on bytes.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::Arc;

/// Contents in two generations: where the younger has become too large, the older goes, and what was asked for since stays.
pub struct Lately<K> {
    young: HashMap<K, Arc<Vec<u8>>>,
    old: HashMap<K, Arc<Vec<u8>>>,
    young_bytes: usize,
    most_bytes: usize,
}

impl<K: Eq + Hash + Copy> Lately<K> {
    pub fn up_to(most_bytes: usize) -> Self {
        Self { young: HashMap::new(), old: HashMap::new(), young_bytes: 0, most_bytes }
    }

    pub fn get(&mut self, key: &K) -> Option<Arc<Vec<u8>>> {
        if let Some(content) = self.young.get(key) {
            return Some(Arc::clone(content));
        }
        let content = self.old.remove(key)?;
        self.put(*key, Arc::clone(&content));
        Some(content)
    }

    pub fn put(&mut self, key: K, content: Arc<Vec<u8>>) {
        self.young_bytes += content.len();
        self.young.insert(key, content);
        if self.young_bytes > self.most_bytes / 2 {
            self.old = std::mem::take(&mut self.young);
            self.young_bytes = 0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_for_stays_and_the_rest_goes() {
        let mut lately = Lately::up_to(100);
        for key in 0..20 {
            lately.put(key, Arc::new(vec![0; 10]));
            lately.get(&0);
        }

        let kept: Vec<i32> = (0..20).filter(|key| lately.get(key).is_some()).collect();

        assert!(kept.contains(&0) && kept.contains(&19), "{kept:?}");
        assert!(kept.len() <= 12, "{kept:?}");
    }
}
