//! The marks that begin a line of Markdown.

/// Digits that the number of a list item may have (CommonMark 0.31, section 5.2).
const ITEM_DIGITS: usize = 9;

/// Columns of white space at the start of a line; a tab counts as four.
pub(super) fn indent(line: &str) -> usize {
    line.chars().map_while(|c| (c == ' ').then_some(1).or_else(|| (c == '\t').then_some(4))).sum()
}

/// The mark that opens a block of code in a fence.
pub(super) fn fence(line: &str) -> Option<&'static str> {
    let line = line.trim_start();
    ["```", "~~~"].into_iter().find(|fence| line.starts_with(fence) && !line[3..].contains('`'))
}

pub(super) fn closes(line: &str, fence: &str) -> bool {
    line.trim_start().starts_with(fence)
}

/// The level of a heading that begins with `#`.
pub(super) fn atx_level(line: &str) -> Option<u8> {
    let line = line.trim_start_matches(' ');
    let hashes = line.bytes().take_while(|byte| *byte == b'#').count();
    let is_heading = (1..=6).contains(&hashes) && line[hashes..].chars().next().is_none_or(char::is_whitespace);
    is_heading.then(|| u8::try_from(hashes).expect("a heading has at most six levels"))
}

/// The level of the heading above, if this line underlines it.
pub(super) fn underline(line: &str) -> Option<u8> {
    let line = line.trim();
    let all = |mark: u8| !line.is_empty() && line.bytes().all(|byte| byte == mark);
    if all(b'=') { Some(1) } else { all(b'-').then_some(2) }
}

pub(super) fn is_rule(line: &str) -> bool {
    let marks = || line.chars().filter(|c| !c.is_whitespace());
    marks().count() >= 3 && ['*', '-', '_'].into_iter().any(|mark| marks().all(|c| c == mark))
}

pub(super) fn is_row(line: &str) -> bool {
    line.trim_start().starts_with('|')
}

/// Whether the line stands between the head of a table and its rows.
pub(super) fn is_delimiter_row(line: &str) -> bool {
    let line = line.trim();
    line.starts_with('|') && line.contains('-') && line.chars().all(|c| matches!(c, '|' | '-' | ':' | ' '))
}

pub(super) fn is_quote(line: &str) -> bool {
    line.trim_start().starts_with('>')
}

/// Whether the line of a quote holds nothing.
pub(super) fn is_bare_quote(line: &str) -> bool {
    line.chars().all(|c| c == '>' || c.is_whitespace())
}

pub(super) fn quote_depth(line: &str) -> u8 {
    let marks = line.chars().take_while(|c| *c == '>' || *c == ' ').filter(|c| *c == '>').count();
    u8::try_from(marks).unwrap_or(u8::MAX)
}

/// The bytes of `*` or `1.` at the start of a list item, white space before it included.
pub(super) fn item_marker(line: &str) -> Option<usize> {
    let content = line.trim_start_matches([' ', '\t']);
    let lead = line.len() - content.len();
    let digits = content.bytes().take_while(u8::is_ascii_digit).count();
    let marker = match content.as_bytes().get(digits)? {
        b'*' | b'-' | b'+' if digits == 0 => 1,
        b'.' | b')' if (1..=ITEM_DIGITS).contains(&digits) => digits + 1,
        _ => return None,
    };
    content[marker..].chars().next().is_none_or(char::is_whitespace).then_some(lead + marker)
}

/// The bytes of Markdown's marks at the start of a block's line: indent, `>`, `#`, `*`, `1.`.
pub(super) fn lead(line: &str) -> usize {
    let mut at = line.len() - line.trim_start_matches([' ', '\t', '>']).len();
    if let Some(level) = atx_level(&line[at..]) {
        at += usize::from(level);
    } else if let Some(marker) = item_marker(&line[at..]) {
        at += marker;
    }
    at
}
