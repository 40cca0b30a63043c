//! Text as XML can hold it.

/// The text without what XML 1.0 has no way to write: control characters and two non-characters.
pub fn legal(text: &str) -> String {
    text.chars().filter(|c| is_legal(*c)).collect()
}

fn is_legal(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{FFFD}' | '\u{10000}'..) && !('\u{7F}'..='\u{9F}').contains(&c)
}

/// A name as a tag of a URI or a title can hold it: on one line. Spaces that keep words together stay what they are.
pub fn one_line(text: &str) -> String {
    let is_gap = |c: char| c.is_whitespace() && !matches!(c, '\u{A0}' | '\u{2007}' | '\u{202F}');
    legal(text).split(is_gap).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_characters_of_xml_are_left() {
        assert_eq!(legal("a\u{0}b\u{1b}[31m\tc\nd\u{FFFE}e\u{FFFF}f\u{7F}条😀]]>"), "ab[31m\tc\ndef条😀]]>");
    }

    #[test]
    fn a_title_is_one_line() {
        assert_eq!(one_line(" A\r\n  B\u{0}\tC "), "A B C");
        assert_eq!(one_line("Acme\u{A0}:  Terms"), "Acme\u{A0}: Terms");
    }
}
