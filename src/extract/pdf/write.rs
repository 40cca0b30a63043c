//! Writes blocks as Markdown, in the shape that pages get as well.

use super::blocks::Block;
use super::words::Marker;

/// One Markdown text, without a final newline.
pub(super) fn markdown(blocks: &[Block]) -> String {
    let mut out = String::new();
    let mut before: Option<&Block> = None;
    for block in blocks {
        if let Some(before) = before {
            out.push_str(separator(before, block));
        }
        write(&mut out, before, block);
        before = Some(block);
    }
    out
}

fn separator(before: &Block, block: &Block) -> &'static str {
    let both_items = matches!((before, block), (Block::Item { .. }, Block::Item { .. }));
    if both_items { "\n" } else { "\n\n" }
}

fn write(out: &mut String, before: Option<&Block>, block: &Block) {
    match block {
        Block::Heading { level, text } => write_heading(out, *level, text),
        Block::Paragraph(text) => out.push_str(&escaped_start(&escaped(text))),
        Block::Item { marker, depth, text } => {
            out.push_str(&"    ".repeat(*depth));
            match marker {
                Marker::Bullet => out.push_str("*   "),
                // A number that does not follow on would be counted anew by whoever renders the list.
                Marker::Number(number) if follows(before, *number) => out.push_str(&format!("{number}.  ")),
                Marker::Number(number) => out.push_str(&format!("{number}\\. ")),
            }
            out.push_str(&escaped(text));
        }
    }
}

fn follows(before: Option<&Block>, number: u32) -> bool {
    match before {
        Some(Block::Item { marker: Marker::Number(last), .. }) => number == last + 1,
        _ => true,
    }
}

fn write_heading(out: &mut String, level: usize, text: &str) {
    out.push_str(&"#".repeat(level));
    out.push(' ');
    out.push_str(&escaped(text));
}

/// Escapes what Markdown would read as markup inside a text, and no more: terms are full of `_` and brackets.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    let mut before = ' ';
    let mut rest = text.chars().peekable();
    while let Some(character) = rest.next() {
        let after = rest.peek().copied().unwrap_or(' ');
        if is_markup(before, character, after) {
            escaped.push('\\');
        }
        escaped.push(character);
        before = character;
    }
    escaped
}

fn is_markup(before: char, character: char, after: char) -> bool {
    match character {
        '\\' | '*' | '`' => true,
        '_' => !(before.is_alphanumeric() && after.is_alphanumeric()),
        '~' => after == '~' || before == '~',
        '<' => after.is_ascii_alphabetic() || matches!(after, '/' | '!' | '?'),
        ']' => matches!(after, '(' | '[' | ':'),
        '&' => after.is_ascii_alphabetic() || after == '#',
        _ => false,
    }
}

/// Escapes what Markdown would read as markup at the start of a block.
fn escaped_start(text: &str) -> String {
    let starts_block = text.starts_with(['#', '>', '+', '=']) || text.starts_with("- ") || text.starts_with("--");
    if starts_block { format!("\\{text}") } else { text.to_owned() }
}
