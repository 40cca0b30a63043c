//! Sees through typography: quotes, dashes and invisible characters that say the same.

use std::borrow::Cow;

use crate::domain::is_invisible;

/// The text with the plainest form of each mark.
pub(super) fn folded(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().filter(|c| !is_invisible(*c)).map(plainest).collect())
}

/// Whether two texts read the same, but for typography and white space around them.
pub(super) fn is_same(one: &str, other: &str) -> bool {
    folded(one.trim()) == folded(other.trim())
}

fn plainest(c: char) -> char {
    match c {
        '‘' | '’' | '‚' | '‛' | '′' | '´' => '\'',
        '“' | '”' | '„' | '‟' | '″' | '«' | '»' => '"',
        '‐' | '‑' | '‒' | '–' | '—' => '-',
        c => c,
    }
}

/// The bytes of characters that nobody sees, at the start of a text.
pub(super) fn invisible(text: &str) -> usize {
    text.len() - text.trim_start_matches(is_invisible).len()
}
