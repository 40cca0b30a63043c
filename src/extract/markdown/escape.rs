//! Keeps text from being read as Markdown.

use std::borrow::Cow;

/// The text with a backslash before whatever Markdown would read as markup.
pub(super) fn escape(text: &str) -> Cow<'_, str> {
    let opening = opening(text);
    if opening.is_none() && !text.bytes().any(is_markup) {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::with_capacity(text.len() + text.len() / 8 + 1);
    let mut from = 0;
    for (at, byte) in text.bytes().enumerate() {
        if is_markup(byte) || opening == Some(at) {
            escaped.push_str(&text[from..at]);
            escaped.push('\\');
            from = at;
        }
    }
    escaped.push_str(&text[from..]);
    Cow::Owned(escaped)
}

/// What is markup anywhere in a text.
fn is_markup(byte: u8) -> bool {
    matches!(byte, b'\\' | b'*' | b'`' | b'[' | b']' | b'_')
}

/// Where a backslash is needed because the text begins like a list, a heading, a quote, a rule or a fence.
fn opening(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let run = |wanted: fn(&u8) -> bool| bytes.iter().take_while(|byte| wanted(byte)).count();
    match bytes.first()? {
        b'-' | b'=' | b'>' => Some(0),
        b'+' => bytes.get(1).is_some_and(|next| *next == b' ').then_some(0),
        b'#' => {
            let marks = run(|byte| *byte == b'#');
            (marks <= 6 && bytes.get(marks) == Some(&b' ')).then_some(0)
        }
        b'~' => text.starts_with("~~~").then_some(0),
        b'0'..=b'9' => {
            let digits = run(u8::is_ascii_digit);
            text[digits..].starts_with(". ").then_some(digits)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_be_markup_is_escaped() {
        let cases = [
            ("1. a", r"1\. a"),
            ("1) a", "1) a"),
            ("- a", r"\- a"),
            ("+a", "+a"),
            ("+ a", r"\+ a"),
            ("### a", r"\### a"),
            ("####### a", "####### a"),
            ("== a", r"\== a"),
            ("~~~", r"\~~~"),
            (r"a_b *c* [d] `e` \f", r"a\_b \*c\* \[d\] \`e\` \\f"),
            ("> é", r"\> é"),
        ];

        for (text, expected) in cases {
            assert_eq!(escape(text), expected);
        }
    }
}
