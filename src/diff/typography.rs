//! Sees through typography: quotes, dashes and invisible characters that say the same.

use std::borrow::Cow;

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

/// Zero width space, word joiner, byte order mark and soft hyphen.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}' | '\u{2060}' | '\u{feff}' | '\u{ad}')
}
