//! Addresses of passages: the same words have the same address in every version they stand in.

use std::collections::HashMap;

use sha2::{Digest, Sha256};

/// A heading's address keeps this many characters of its words.
const MAX_SLUG: usize = 60;

/// Gives out addresses within one text, each once.
#[derive(Default)]
pub struct Addresses {
    given: HashMap<String, usize>,
}

impl Addresses {
    /// The address of a heading: its words.
    pub fn of_heading(&mut self, text: &str) -> String {
        let words: String =
            text.chars().flat_map(char::to_lowercase).map(|c| if c.is_alphanumeric() { c } else { ' ' }).collect();
        let slug = words.split_whitespace().collect::<Vec<_>>().join("-");
        let slug: String = slug.chars().take(MAX_SLUG).collect();
        self.unique(format!("s-{slug}"))
    }

    /// The address of any other passage: a digest of its words, whatever space is between them.
    pub fn of_passage(&mut self, text: &str) -> String {
        let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let digest = Sha256::digest(words.as_bytes());
        let digits: String = digest.iter().take(5).map(|byte| format!("{byte:02x}")).collect();
        self.unique(format!("p-{digits}"))
    }

    fn unique(&mut self, address: String) -> String {
        let count = self.given.entry(address.clone()).or_default();
        *count += 1;
        match *count {
            1 => address,
            // What this makes may be the words of another heading.
            count => self.unique(format!("{address}-{count}")),
        }
    }
}
