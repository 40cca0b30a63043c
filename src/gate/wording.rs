//! A version reduced to what a person reads: no layout, no targets of links, no pictures, in lower case.

/// The words of a Markdown text, in lower case, with single spaces between them.
pub fn wording(markdown: &str) -> String {
    let mut words = String::with_capacity(markdown.len());
    let mut rest = markdown;
    while let Some(c) = rest.chars().next() {
        rest = &rest[c.len_utf8()..];
        match c {
            '!' if rest.starts_with('[') => rest = after_picture(rest),
            ']' if rest.starts_with('(') => rest = after_target(rest),
            _ => push(&mut words, c),
        }
    }
    words.truncate(words.trim_end().len());
    words
}

/// Whether `phrase` stands in `wording` as whole words, and where.
pub fn position(wording: &str, phrase: &str) -> Option<usize> {
    let stands_alone = |at: usize| {
        let before = wording[..at].chars().next_back();
        let after = wording[at + phrase.len()..].chars().next();
        // Scripts without spaces have no ends of words to look at.
        let joins = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() && c < '\u{2e80}');
        let goes_on_before = joins(before) && joins(phrase.chars().next());
        let goes_on_after = joins(after) && joins(phrase.chars().next_back());
        !goes_on_before && !goes_on_after
    };
    wording.match_indices(phrase).map(|(at, _)| at).find(|at| stands_alone(*at))
}

fn push(words: &mut String, c: char) {
    match c {
        '#' | '*' | '_' | '`' | '\\' | '=' | '[' | ']' | '>' | '|' => {}
        '\u{ad}' | '\u{200b}'..='\u{200d}' | '\u{feff}' => {}
        '’' | '‘' | '´' => words.push('\''),
        c if c.is_whitespace() => {
            if !words.is_empty() && !words.ends_with(' ') {
                words.push(' ');
            }
        }
        c => words.extend(c.to_lowercase()),
    }
}

/// The text after `[…](…)`; what only looks like a picture is kept.
fn after_picture(text: &str) -> &str {
    let line = text.find('\n').unwrap_or(text.len());
    match text[..line].find("](") {
        Some(target) => after_target(&text[target + 1..]),
        None => text,
    }
}

/// The text after `(…)`, if it closes on the same line.
fn after_target(text: &str) -> &str {
    let line = text.find('\n').unwrap_or(text.len());
    text[..line].find(')').map_or(text, |end| &text[end + 1..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_a_person_reads_is_left() {
        let markdown =
            "Page  Not Found\n====\n\n![a dog](https://a.example/dog.png) We’re *sorry*, [go home](/home#x).";

        assert_eq!(wording(markdown), "page not found we're sorry, go home.");
    }

    #[test]
    fn a_bracket_that_is_no_link_stays_harmless() {
        assert_eq!(wording("Section [1] ](unclosed\n![x"), "section 1 (unclosed x");
    }

    #[test]
    fn phrases_are_whole_words() {
        assert_eq!(position("please sign in", "sign in"), Some(7));
        assert_eq!(position("we design interiors", "sign in"), None);
        assert_eq!(position("エラーページが見つかりません。", "見つかりません"), Some("エラーページが".len()));
    }
}
