//! Which passages a version holds, and which are new against the version before.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, RandomState};

use sha2::{Digest, Sha256};

use super::text::{as_read, passages};

/// The passages of one version, by the digests of their texts.
#[derive(Default)]
pub struct Contents {
    pub digests: HashSet<i64>,
    /// What the paragraphs of the Markdown read as, so that those of the next version need not be read again. Ones
    /// without a word have no digest.
    read: HashMap<u64, Option<i64>>,
}

/// A passage that the version before did not hold.
pub struct Added {
    pub digest: i64,
    pub text: String,
}

/// Compares versions one after the other.
#[derive(Default)]
pub struct Comparer {
    hasher: RandomState,
}

impl Contents {
    /// Those of a version of which only the digests are known any more.
    pub fn known(digests: HashSet<i64>) -> Self {
        Self { digests, read: HashMap::new() }
    }
}

impl Comparer {
    /// The passages of a version, and those of them that are not in the one before.
    pub fn contents(&self, markdown: &str, before: &Contents) -> (Contents, Vec<Added>) {
        let (mut now, mut added) = (Contents::default(), Vec::new());
        for passage in passages(markdown) {
            let key = self.hasher.hash_one(passage);
            if let Some(known) = before.read.get(&key).or(now.read.get(&key)).copied() {
                now.digests.extend(known);
                now.read.insert(key, known);
                continue;
            }
            let text = as_read(passage);
            let digest = (!text.is_empty()).then(|| digest(&text));
            now.read.insert(key, digest);
            let is_first = digest.is_some_and(|digest| now.digests.insert(digest));
            if let Some(digest) = digest.filter(|digest| is_first && !before.digests.contains(digest)) {
                added.push(Added { digest, text });
            }
        }
        (now, added)
    }
}

/// Sixty-four bits tell apart the some ten thousand passages that a terms has in its life.
fn digest(text: &str) -> i64 {
    let hash = Sha256::digest(text);
    i64::from_le_bytes(*hash.first_chunk().expect("a SHA-256 has thirty-two bytes"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_reads_otherwise_is_new() {
        let comparer = Comparer::default();
        let (first, added) = comparer.contents("One.\n\n[Two](a)\n\nTwo\n\n* * *", &Contents::default());
        let texts = |added: &[Added]| -> Vec<String> { added.iter().map(|new| new.text.clone()).collect() };
        assert_eq!(texts(&added), ["One.", "Two"]);

        let (second, added) = comparer.contents("Three.\n\n[Two](b)", &first);

        assert_eq!(texts(&added), ["Three."]);
        assert_eq!(first.digests.difference(&second.digests).count(), 1);
    }
}
