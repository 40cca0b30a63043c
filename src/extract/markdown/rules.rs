//! What becomes of each element: its rule, and the Markdown that the rule makes of its children's.

use html5ever::local_name;

use super::convert::Open;
use super::outline::{Index, Opened, Outline};
use super::tables::{self, Table};
use super::{code, lists, space};

/// How an element becomes Markdown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rule {
    /// Its content, apart from what is around it.
    Block,
    /// Its content as it is.
    Inline,
    Heading(usize),
    Quote,
    /// A list that ends a list item.
    ListInItem,
    ListItem,
    Link,
    /// Its content between two of these marks.
    Marked(&'static str),
    /// The same, yet even around nothing.
    MarkedAlways(&'static str),
    Code,
    CodeBlock,
    HighlightedCode,
    Image,
    LineBreak,
    Ruler,
    Checkbox,
    Table,
    Row,
    Cell,
}

impl Rule {
    pub(super) fn of(outline: &Outline<'_>, index: Index, opened: &Opened, tables: &[Table]) -> Self {
        let tag = &opened.tag;
        let is_laid_out = tables.last().is_none_or(Table::is_layout);
        match tag.name {
            local_name!("p") | local_name!("div") if !code::is_highlighted(outline, index, opened) => Self::Block,
            local_name!("div") => Self::HighlightedCode,
            local_name!("br") => Self::LineBreak,
            local_name!("hr") => Self::Ruler,
            local_name!("img") => Self::Image,
            local_name!("h1") => Self::Heading(1),
            local_name!("h2") => Self::Heading(2),
            local_name!("h3") => Self::Heading(3),
            local_name!("h4") => Self::Heading(4),
            local_name!("h5") => Self::Heading(5),
            local_name!("h6") => Self::Heading(6),
            local_name!("blockquote") => Self::Quote,
            local_name!("ul") | local_name!("ol") if lists::ends_item(outline, index) => Self::ListInItem,
            local_name!("ul") | local_name!("ol") => Self::Block,
            local_name!("li") => Self::ListItem,
            local_name!("em") | local_name!("i") => Self::Marked("_"),
            local_name!("strong") | local_name!("b") => Self::Marked("**"),
            local_name!("del") | local_name!("s") | local_name!("strike") => Self::MarkedAlways("~"),
            local_name!("td") | local_name!("th") if is_laid_out => Self::Inline,
            local_name!("td") | local_name!("th") => Self::Cell,
            local_name!("tr") if is_laid_out => Self::Inline,
            local_name!("tr") => Self::Row,
            local_name!("thead") | local_name!("tbody") | local_name!("tfoot") => Self::Inline,
            local_name!("table") if tag.is_html && Table::of(outline, index, opened).is_layout() => Self::Inline,
            local_name!("table") if tag.is_html => Self::Table,
            local_name!("a") if tag.is_html && leads_somewhere(outline, opened) => Self::Link,
            local_name!("pre") if tag.is_html && code::is_block(outline, index) => Self::CodeBlock,
            local_name!("code") if tag.is_html && !code::is_alone_in_pre(outline, index) => Self::Code,
            local_name!("input") if lists::is_checkbox(outline, index, opened) => Self::Checkbox,
            _ if tag.is_block => Self::Block,
            _ => Self::Inline,
        }
    }

    /// How many line breaks the rule puts around the content, if it does nothing else.
    pub(super) fn breaks_around(self) -> Option<usize> {
        match self {
            Self::Block => Some(2),
            Self::Inline => Some(0),
            _ => None,
        }
    }
}

pub(super) fn is_code(opened: &Opened) -> bool {
    opened.tag.is(&local_name!("code"))
}

pub(super) fn is_table(opened: &Opened) -> bool {
    opened.tag.is(&local_name!("table"))
}

/// The Markdown of an element whose rule does not ask for that of its children.
pub(super) fn childless(outline: &Outline<'_>, index: Index, opened: &Opened, rule: &Rule) -> Option<String> {
    match rule {
        Rule::LineBreak => Some("  \n".to_owned()),
        Rule::Ruler => Some("\n\n* * *\n\n".to_owned()),
        Rule::Image => Some(image(outline, opened)),
        Rule::Checkbox => Some(lists::checkbox(outline, opened).to_owned()),
        Rule::CodeBlock => Some(code::indented(outline, index)),
        Rule::HighlightedCode => Some(code::highlighted(outline, index, opened)),
        _ => None,
    }
}

/// The Markdown of an element, made of that of its children.
pub(super) fn wrap(
    outline: &Outline<'_>,
    open: &Open<'_>,
    parent: Option<&Open<'_>>,
    table: Option<&Table>,
    content: &str,
) -> String {
    match open.rule {
        Rule::Heading(level) => heading(level, content),
        Rule::Quote => quote(content),
        Rule::ListInItem => format!("\n{content}"),
        Rule::ListItem => lists::item(outline, open, parent, content),
        Rule::Link => link(outline, open.index, content),
        Rule::Marked(_) if space::is_blank(content) => String::new(),
        Rule::Marked(mark) | Rule::MarkedAlways(mark) => format!("{mark}{content}{mark}"),
        Rule::Code => code::inline(content),
        Rule::Table => tables::table(table, content),
        Rule::Row => tables::row(outline, open.index, table, content),
        Rule::Cell => tables::cell(outline, open, content),
        _ => content.to_owned(),
    }
}

/// The white space at the ends of an inline element, which goes outside its marks.
///
/// Where the neighbour ends in a space already, one of the two is dropped.
pub(super) fn flanking_space<'o>(outline: &'o Outline<'_>, index: Index, opened: &Opened) -> (&'o str, &'o str) {
    if opened.tag.is_block {
        return ("", "");
    }
    let text = outline.text(index);
    let body = text.trim_start_matches(space::is_space);
    let mut leading = &text[..text.len() - body.len()];
    let mut trailing = &body[body.trim_end_matches(space::is_space).len()..];
    if leading.starts_with(space::is_ascii_space) && has_space_before(outline, index) {
        leading = leading.trim_start_matches(space::is_ascii_space);
    }
    if trailing.ends_with(space::is_ascii_space) && has_space_after(outline, index) {
        trailing = trailing.trim_end_matches(space::is_ascii_space);
    }
    (leading, trailing)
}

/// How many bytes of white space an element's text begins and ends with.
pub(super) fn space_at_ends(outline: &Outline<'_>, index: Index) -> usize {
    let text = outline.text(index);
    let body = text.trim_start_matches(space::is_space);
    text.len() - body.trim_end_matches(space::is_space).len()
}

fn has_space_before(outline: &Outline<'_>, index: Index) -> bool {
    outline.previous(index).and_then(|sibling| inline_text(outline, sibling)).is_some_and(|text| text.ends_with(' '))
}

fn has_space_after(outline: &Outline<'_>, index: Index) -> bool {
    outline.next(index).and_then(|sibling| inline_text(outline, sibling)).is_some_and(|text| text.starts_with(' '))
}

fn inline_text<'o>(outline: &'o Outline<'_>, index: Index) -> Option<&'o str> {
    let is_block = outline.tag(index).is_some_and(|tag| tag.is_block);
    (!is_block).then(|| outline.text(index))
}

fn leads_somewhere(outline: &Outline<'_>, opened: &Opened) -> bool {
    outline.attribute(opened, "href").is_some_and(|href| !href.is_empty())
}

fn heading(level: usize, content: &str) -> String {
    match level {
        1 => format!("\n\n{content}\n{}\n\n", "=".repeat(space::utf16_len(content))),
        2 => format!("\n\n{content}\n{}\n\n", "-".repeat(space::utf16_len(content))),
        _ => format!("\n\n{} {content}\n\n", "#".repeat(level)),
    }
}

/// The content with a mark before each line. Lines are those of JavaScript, which knows four line ends.
fn quote(content: &str) -> String {
    let mut quoted = String::from("\n\n> ");
    for c in content.trim_matches('\n').chars() {
        quoted.push(c);
        if matches!(c, '\n' | '\r' | '\u{2028}' | '\u{2029}') {
            quoted.push_str("> ");
        }
    }
    quoted.push_str("\n\n");
    quoted
}

/// A link around its content, which Open Terms Archive trims.
fn link(outline: &Outline<'_>, index: Index, content: &str) -> String {
    let attribute = |name| outline.opened(index).and_then(|opened| outline.attribute(opened, name));
    let address = attribute("href").unwrap_or_default().replace('(', "\\(").replace(')', "\\)");
    let title = one_line_apart(attribute("title").unwrap_or_default()).replace('"', "\\\"");
    format!("[{}]({address}{})", space::trim(content), quoted_title(&title))
}

fn image(outline: &Outline<'_>, opened: &Opened) -> String {
    let attribute = |name| outline.attribute(opened, name).unwrap_or_default();
    let source = attribute("src");
    if source.is_empty() {
        return String::new();
    }
    let title = quoted_title(&one_line_apart(attribute("title")));
    format!("![{}]({source}{title})", one_line_apart(attribute("alt")))
}

fn quoted_title(title: &str) -> String {
    if title.is_empty() { String::new() } else { format!(" \"{title}\"") }
}

/// The text with each run of line breaks, and what white space follows, made one line break.
fn one_line_apart(text: &str) -> String {
    let mut parts = text.split('\n');
    let mut joined = parts.next().unwrap_or_default().to_owned();
    let mut is_gap = false;
    for part in parts {
        if !is_gap {
            joined.push('\n');
        }
        let rest = part.trim_start_matches(space::is_space);
        joined.push_str(rest);
        is_gap = rest.is_empty();
    }
    joined
}
