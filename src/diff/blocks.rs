//! Splits a Markdown text into its blocks, each with the blank lines after it: together they are the text again.

use super::structure::{BlockKind, Place};
use super::syntax;

/// Characters of a title that are kept as context.
const TITLE_CHARS: usize = 120;

/// Words that a paragraph in bold may have to count as a title.
const BOLD_TITLE_WORDS: usize = 14;

/// Level of a title that is no heading, below all that are.
const BOLD_TITLE_LEVEL: u8 = 7;

/// Deepest nesting that is told apart.
const DEEPEST: usize = 32;

/// A block of one text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Source<'a> {
    pub kind: BlockKind,
    pub level: u8,
    /// From its first byte to the first of the next block.
    pub raw: &'a str,
    pub place: Place,
}

/// The blocks of a text. Their `raw`, one after the other, are the text.
pub(super) fn blocks(text: &str) -> Vec<Source<'_>> {
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let mut found = Vec::new();
    let (mut titles, mut indents): (Vec<(u8, String)>, Vec<usize>) = (Vec::new(), Vec::new());
    let (mut line, mut offset) = (0, 0);
    while line < lines.len() {
        let head = line + blank_lines(&lines[line..]);
        let (kind, length) =
            if head < lines.len() { block(&lines[head..], !indents.is_empty()) } else { (BlockKind::Paragraph, 0) };
        let content = head + length;
        let end = content + blank_lines(&lines[content..]);
        let size: usize = lines[line..end].iter().map(|line| line.len()).sum();
        let raw = &text[offset..offset + size];
        let level = level(kind, &lines[head..content], &mut indents);
        let title = title(kind, level, raw);
        if let Some((level, _)) = title {
            titles.retain(|(over, _)| *over < level);
        }
        let section = titles.iter().map(|(_, title)| title.clone()).collect();
        found.push(Source { kind, level, raw, place: Place { block: found.len(), line: head + 1, section } });
        titles.extend(title);
        (line, offset) = (end, offset + size);
    }
    found
}

fn blank_lines(lines: &[&str]) -> usize {
    lines.iter().take_while(|line| line.trim().is_empty()).count()
}

/// The kind of the block that begins with these lines, and how many of them are its own.
fn block(lines: &[&str], in_list: bool) -> (BlockKind, usize) {
    let first = lines[0];
    if let Some(fence) = syntax::fence(first) {
        let inside = lines[1..].iter().take_while(|line| !syntax::closes(line, fence)).count();
        return (BlockKind::Code, (inside + 2).min(lines.len()));
    }
    if syntax::atx_level(first).is_some() {
        return (BlockKind::Heading, 1);
    }
    if syntax::is_rule(first) {
        return (BlockKind::Rule, 1);
    }
    if syntax::is_row(first) {
        let has_delimiter = lines.get(1).is_some_and(|line| syntax::is_delimiter_row(line));
        return (BlockKind::TableRow, 1 + usize::from(has_delimiter));
    }
    if syntax::item_marker(first).is_some() {
        return (BlockKind::ListItem, 1 + continued(&lines[1..]));
    }
    if syntax::is_quote(first) {
        let own = lines.iter().take_while(|line| syntax::is_quote(line)).position(|line| syntax::is_bare_quote(line));
        let all = || lines.iter().take_while(|line| syntax::is_quote(line)).count();
        return (BlockKind::Quote, own.map_or_else(all, |blank| blank + 1));
    }
    if !in_list && syntax::indent(first) >= 4 {
        return (BlockKind::Code, lines.iter().take_while(|line| syntax::indent(line) >= 4).count());
    }
    let own = 1 + continued(&lines[1..]);
    match lines.get(own).is_some_and(|line| syntax::underline(line).is_some()) {
        true => (BlockKind::Heading, own + 1),
        false => (BlockKind::Paragraph, own),
    }
}

/// How many of the lines go on with the paragraph above them.
fn continued(lines: &[&str]) -> usize {
    let goes_on = |line: &&&str| {
        !line.trim().is_empty()
            && syntax::underline(line).is_none()
            && syntax::item_marker(line).is_none()
            && syntax::atx_level(line).is_none()
            && syntax::fence(line).is_none()
            && !syntax::is_rule(line)
            && !syntax::is_row(line)
            && !syntax::is_quote(line)
    };
    lines.iter().take_while(goes_on).count()
}

/// The level of a block. `indents` are those of the list items that it may be within.
fn level(kind: BlockKind, lines: &[&str], indents: &mut Vec<usize>) -> u8 {
    let Some(first) = lines.first() else { return 0 };
    let indent = syntax::indent(first);
    match kind {
        BlockKind::ListItem => {
            indents.retain(|over| *over < indent);
            indents.truncate(DEEPEST - 1);
            indents.push(indent);
            u8::try_from(indents.len()).unwrap_or(u8::MAX)
        }
        BlockKind::Heading => {
            indents.clear();
            let underline = || lines.last().and_then(|line| syntax::underline(line));
            syntax::atx_level(first).or_else(underline).unwrap_or(1)
        }
        BlockKind::Quote => syntax::quote_depth(first),
        _ => {
            if indent == 0 {
                indents.clear();
            }
            0
        }
    }
}

/// The title that a block is for those after it, and how high it stands. Terms often have titles in bold.
fn title(kind: BlockKind, level: u8, raw: &str) -> Option<(u8, String)> {
    let is_heading = kind == BlockKind::Heading;
    let is_title = is_heading || (kind == BlockKind::Paragraph && is_bold(raw.trim()));
    if !is_title {
        return None;
    }
    let words = super::inline::plain(kind, raw);
    let title: String = words.chars().take(TITLE_CHARS).collect();
    let level = if is_heading { level } else { BOLD_TITLE_LEVEL };
    (!title.is_empty()).then_some((level, title))
}

fn is_bold(text: &str) -> bool {
    let inner = text.strip_prefix("**").and_then(|text| text.strip_suffix("**"));
    inner.is_some_and(|inner| {
        !inner.contains("**") && !inner.contains('\n') && inner.split_whitespace().count() <= BOLD_TITLE_WORDS
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str) -> Vec<(BlockKind, u8, &str)> {
        blocks(text).into_iter().map(|block| (block.kind, block.level, block.raw)).collect()
    }

    #[test]
    fn markdown_is_split_into_its_blocks() {
        let text = "Terms\n=====\n\nYou\nagree.\n\n## 1. Age\n\n*   one\n    *   two\n*   three\n\n| a | b |\n| --- | --- |\n| 1 | 2 |\n\n> Note\n\n* * *\n\n```\ncode\n\n```\nEnd";

        let expected = [
            (BlockKind::Heading, 1, "Terms\n=====\n\n"),
            (BlockKind::Paragraph, 0, "You\nagree.\n\n"),
            (BlockKind::Heading, 2, "## 1. Age\n\n"),
            (BlockKind::ListItem, 1, "*   one\n"),
            (BlockKind::ListItem, 2, "    *   two\n"),
            (BlockKind::ListItem, 1, "*   three\n\n"),
            (BlockKind::TableRow, 0, "| a | b |\n| --- | --- |\n"),
            (BlockKind::TableRow, 0, "| 1 | 2 |\n\n"),
            (BlockKind::Quote, 1, "> Note\n\n"),
            (BlockKind::Rule, 0, "* * *\n\n"),
            (BlockKind::Code, 0, "```\ncode\n\n```\n"),
            (BlockKind::Paragraph, 0, "End"),
        ];
        assert_eq!(kinds(text), expected);
    }

    #[test]
    fn a_block_knows_the_titles_over_it() {
        let text = "Terms\n=====\n\n## 4. Your *content*\n\n**Licences**\n\nYou keep it.\n\n## 5. Fees\n\nNone.\n";

        let sections: Vec<Vec<String>> = blocks(text).into_iter().map(|block| block.place.section).collect();

        assert_eq!(sections[3], ["Terms", "4. Your content", "Licences"]);
        assert_eq!(sections[5], ["Terms", "5. Fees"]);
    }

    #[test]
    fn white_space_alone_is_a_block_too() {
        assert_eq!(kinds(" \n\n"), [(BlockKind::Paragraph, 0, " \n\n")]);
        assert_eq!(kinds("\n\na"), [(BlockKind::Paragraph, 0, "\n\na")]);
        assert_eq!(kinds(""), []);
    }
}
