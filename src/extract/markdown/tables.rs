//! Tables with a line per row. Tables that only lay out a page are read as plain text.

use html5ever::local_name;

use super::convert::Open;
use super::number;
use super::outline::{Index, Opened, Outline};
use super::space;

/// Cells are filled up to this length.
const LEAST_CELL_LENGTH: usize = 3;

/// Most columns that one cell may span, as in HTML.
const MOST_SPANNED_COLUMNS: f64 = 1000.0;

/// A table that is being written.
pub(super) struct Table {
    columns: usize,
    is_layout: bool,
}

impl Table {
    pub(super) fn of(outline: &Outline<'_>, index: Index, opened: &Opened) -> Self {
        let lengths: Vec<usize> = rows(outline, index).map(|row| outline.children(row).count()).collect();
        let is_single_cell = matches!(lengths.as_slice(), [0 | 1]);
        Self { columns: lengths.into_iter().max().unwrap_or(0), is_layout: is_single_cell || opened.holds_table }
    }

    /// Whether it holds a single cell, or other tables.
    pub(super) fn is_layout(&self) -> bool {
        self.is_layout
    }
}

/// The rows that belong to the table itself.
fn rows<'o>(outline: &'o Outline<'_>, table: Index) -> impl Iterator<Item = Index> + 'o {
    outline
        .children(table)
        .flat_map(move |child| {
            let is_section =
                is_one_of(outline, child, &[local_name!("thead"), local_name!("tbody"), local_name!("tfoot")]);
            let (own, inner) = if is_section { (None, Some(outline.children(child))) } else { (Some(child), None) };
            own.into_iter().chain(inner.into_iter().flatten())
        })
        .filter(|index| is_one_of(outline, *index, &[local_name!("tr")]))
}

fn is_one_of(outline: &Outline<'_>, index: Index, names: &[html5ever::LocalName]) -> bool {
    outline.tag(index).is_some_and(|tag| names.iter().any(|name| tag.is(name)))
}

/// A table; one without a heading row gets an empty one, without which it would be no table.
pub(super) fn table(table: Option<&Table>, content: &str) -> String {
    let columns = table.map_or(0, |table| table.columns);
    let lines = without_empty_lines(content);
    let has_heading = space::trim(&lines).split('\n').nth(1).is_some_and(|line| line.starts_with("| ---"));
    if columns == 0 || has_heading {
        return format!("\n\n{lines}\n\n");
    }
    format!("\n\n|{}\n|{}{lines}\n\n", "     |".repeat(columns), " --- |".repeat(columns))
}

fn without_empty_lines(content: &str) -> String {
    let mut lines = String::with_capacity(content.len());
    for c in content.chars() {
        if c != '\n' || !lines.ends_with('\n') {
            lines.push(c);
        }
    }
    lines
}

/// A row on a line of its own, with a rule below it if it is a heading.
pub(super) fn row(outline: &Outline<'_>, index: Index, table: Option<&Table>, content: &str) -> String {
    let columns = table.map_or(0, |table| table.columns);
    if columns == 0 || !is_heading(outline, index) {
        return format!("\n{content}");
    }
    format!("\n{content}\n|{}", " --- |".repeat(columns))
}

/// Whether a row stands in a `<thead>`, or is the first of all and holds nothing but `<th>`.
fn is_heading(outline: &Outline<'_>, row: Index) -> bool {
    let Some(parent) = outline.parent(row) else { return false };
    if is_one_of(outline, parent, &[local_name!("thead")]) {
        return true;
    }
    outline.previous(row).is_none()
        && (is_one_of(outline, parent, &[local_name!("table")]) || is_first_body(outline, parent))
        && outline.children(row).all(|cell| is_one_of(outline, cell, &[local_name!("th")]))
}

/// Whether nothing but an empty `<thead>` stands before a `<tbody>`.
fn is_first_body(outline: &Outline<'_>, index: Index) -> bool {
    let is_body = is_one_of(outline, index, &[local_name!("tbody")]);
    is_body
        && outline.previous(index).is_none_or(|before| {
            is_one_of(outline, before, &[local_name!("thead")]) && space::is_blank(outline.text(before))
        })
}

/// A cell between bars, its line breaks written as `<br>`, followed by empty cells if it spans columns.
pub(super) fn cell(outline: &Outline<'_>, open: &Open<'_>, content: &str) -> String {
    let bar = if open.place.among_nodes == 0 { "| " } else { " " };
    let line = space::trim(content).replace("\n\r", "<br>").replace('\n', "<br>");
    let mut cell = one_bar_each(&line);
    let missing = LEAST_CELL_LENGTH.saturating_sub(space::utf16_len(&cell));
    cell.push_str(&" ".repeat(missing));
    cell.push_str(&" |    ".repeat(spanned(outline, open.index)));
    format!("{bar}{cell} |")
}

/// The text with each run of bars made one escaped bar.
fn one_bar_each(line: &str) -> String {
    let mut text = String::with_capacity(line.len());
    let mut after_bar = false;
    for c in line.chars() {
        match (c, after_bar) {
            ('|', false) => text.push_str("\\|"),
            ('|', true) => {}
            _ => text.push(c),
        }
        after_bar = c == '|';
    }
    text
}

/// How many further columns a cell spans.
fn spanned(outline: &Outline<'_>, index: Index) -> usize {
    let span = outline.opened(index).and_then(|opened| outline.attribute(opened, "colspan")).unwrap_or("1");
    let further = (number::parse(span) - 1.0).ceil().clamp(0.0, MOST_SPANNED_COLUMNS);
    if further.is_nan() { 0 } else { further as usize }
}
