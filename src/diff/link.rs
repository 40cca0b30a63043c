//! Finds links in Markdown.

/// Bytes of a label or a target beyond which a bracket is taken for one.
const LONGEST: usize = 4096;

/// A link or an image, `[label](target)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Link<'a> {
    pub label: &'a str,
    /// Between the parentheses: the URL, and a title if there is one.
    pub target: &'a str,
    pub is_image: bool,
    pub length: usize,
}

impl<'a> Link<'a> {
    /// What stands before and after the label.
    pub fn marks(&self, text: &'a str) -> (&'a str, &'a str) {
        let opening = if self.is_image { 2 } else { 1 };
        (&text[..opening], &text[opening + self.label.len()..])
    }
}

/// The link that a text begins with.
pub(super) fn at(text: &str) -> Option<Link<'_>> {
    let is_image = text.starts_with("![");
    let opening = if is_image { 2 } else { 1 };
    if !is_image && !text.starts_with('[') {
        return None;
    }
    let label = balanced(&text[opening..], b'[', b']')?;
    let rest = text[opening + label.len() + 1..].strip_prefix('(')?;
    let target = balanced(rest, b'(', b')')?;
    let length = opening + label.len() + 2 + target.len() + 1;
    has_breaks_in_title_only(target).then_some(Link { label, target, is_image, length })
}

/// Whether lines break only before the title of a target and within it (CommonMark 0.31, section 6.3).
fn has_breaks_in_title_only(target: &str) -> bool {
    let Some(first) = target.find('\n') else { return true };
    let (before, after) = target.split_at(first);
    let is_opened = before.contains(" \"") || before.contains(" '") || after.trim_start().starts_with(['"', '\'']);
    is_opened && !target.lines().any(|line| line.trim().is_empty())
}

/// The text up to the closing mark, with pairs of marks within it.
fn balanced(text: &str, open: u8, close: u8) -> Option<&str> {
    let mut depth = 0;
    let mut is_escaped = false;
    for (at, byte) in text.bytes().enumerate().take(LONGEST) {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = true,
            _ if byte == open => depth += 1,
            _ if byte == close && depth == 0 => return Some(&text[..at]),
            _ if byte == close => depth -= 1,
            _ => {}
        }
    }
    None
}

/// The length of a URL written out, `https://…` or `<https://…>`, at the start of a text.
pub(super) fn bare_length(text: &str) -> Option<usize> {
    let inner = text.strip_prefix('<').unwrap_or(text);
    let text = &text[..text.floor_char_boundary(LONGEST)];
    let is_url = ["http://", "https://", "mailto:", "www."].iter().any(|start| inner.starts_with(start));
    if !is_url {
        return None;
    }
    if inner.len() < text.len() {
        return text.find(['>', ' ', '\n']).filter(|end| text[*end..].starts_with('>')).map(|end| end + 1);
    }
    let end = text.find(|c: char| c.is_whitespace() || matches!(c, ')' | ']' | '<' | '>' | '*' | '|' | '"' | '”'));
    let url = text[..end.unwrap_or(text.len())].trim_end_matches(['.', ',', ';', ':', '!', '?', '_', '\'', '’']);
    (!url.is_empty()).then_some(url.len())
}
