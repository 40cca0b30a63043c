//! White space as JavaScript sees it, which differs from Rust's in U+0085 and U+FEFF.

/// Whether `\s` of a JavaScript regular expression matches.
pub(super) fn is_space(c: char) -> bool {
    (c.is_whitespace() && c != '\u{85}') || c == '\u{feff}'
}

/// The text without white space at its ends.
pub(super) fn trim(text: &str) -> &str {
    text.trim_matches(is_space)
}

pub(super) fn is_blank(text: &str) -> bool {
    text.chars().all(is_space)
}

/// White space that HTML collapses.
pub(super) fn is_ascii_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\r' | '\n')
}

/// How long a JavaScript string of this text is: its length in UTF-16.
pub(super) fn utf16_len(text: &str) -> usize {
    text.chars().map(char::len_utf16).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_zero_width_no_break_space_is_white_and_a_next_line_is_not() {
        assert_eq!(trim("\u{feff} \u{a0}a\u{3000}"), "a");
        assert_eq!(trim("\u{85}a"), "\u{85}a");
    }
}
