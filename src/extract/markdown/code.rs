//! Code, in a line and in blocks.

use std::collections::HashSet;

use html5ever::local_name;

use super::outline::{Index, Opened, Outline};

/// Whether a `<pre>` begins with `<code>`, which makes it a code block.
pub(super) fn is_block(outline: &Outline<'_>, index: Index) -> bool {
    first_is(outline, index, |opened| opened.tag.is(&local_name!("code")))
}

/// Whether a `<code>` is all that its `<pre>` holds.
pub(super) fn is_alone_in_pre(outline: &Outline<'_>, index: Index) -> bool {
    let parent = outline.parent(index).and_then(|parent| outline.tag(parent));
    parent.is_some_and(|tag| tag.is(&local_name!("pre")))
        && outline.previous(index).is_none()
        && outline.next(index).is_none()
}

/// Whether a `<div>` is a block of code in colours, as GitHub and others write it.
pub(super) fn is_highlighted(outline: &Outline<'_>, index: Index, opened: &Opened) -> bool {
    opened.tag.is(&local_name!("div"))
        && first_is(outline, index, |first| first.tag.is(&local_name!("pre")))
        && language(outline, opened).is_some()
}

fn first_is(outline: &Outline<'_>, index: Index, wanted: fn(&Opened) -> bool) -> bool {
    outline.first_child(index).and_then(|child| outline.opened(child)).is_some_and(wanted)
}

/// The language that a class such as `highlight-source-rust` names.
fn language<'a>(outline: &Outline<'a>, opened: &Opened) -> Option<&'a str> {
    let classes = outline.attribute(opened, "class")?;
    let after = |mark: &str| classes.match_indices(mark).map(|(at, mark)| at + mark.len()).collect::<Vec<_>>();
    let mut candidates = [after("highlight-text-"), after("highlight-source-")].concat();
    candidates.sort_unstable();
    candidates.into_iter().find_map(|at| {
        let rest = &classes[at..];
        let end = rest.find(|c: char| !c.is_ascii_lowercase() && !c.is_ascii_digit()).unwrap_or(rest.len());
        (end > 0).then(|| &rest[..end])
    })
}

/// A code block, indented. Only its first `<code>` counts.
pub(super) fn indented(outline: &Outline<'_>, index: Index) -> String {
    let text = outline.first_child(index).map_or("", |code| outline.text(code));
    format!("\n\n    {}\n\n", text.replace('\n', "\n    "))
}

/// A code block in a fence that names its language.
pub(super) fn highlighted(outline: &Outline<'_>, index: Index, opened: &Opened) -> String {
    let text = outline.first_child(index).map_or("", |pre| outline.text(pre));
    let language = language(outline, opened).unwrap_or_default();
    format!("\n\n```{language}\n{text}\n```\n\n")
}

/// Code in a line, between more backticks than it holds in a row.
pub(super) fn inline(content: &str) -> String {
    if content.is_empty() {
        return String::new();
    }
    let content = content.replace("\r\n", " ").replace(['\n', '\r'], " ");
    let space = if needs_space(&content) { " " } else { "" };
    let runs: HashSet<usize> = content.split(|c| c != '`').filter(|run| !run.is_empty()).map(str::len).collect();
    let length = (1..).find(|length| !runs.contains(length)).unwrap_or(1);
    let fence = "`".repeat(length);
    format!("{fence}{space}{content}{space}{fence}")
}

/// Whether the backticks would run together with the content, or a reader drop the spaces at its ends.
fn needs_space(content: &str) -> bool {
    let is_padded = content.len() > 2 && content.starts_with(' ') && content.ends_with(' ');
    let has_more = content.contains(|c| c != ' ') && !content.contains(['\u{2028}', '\u{2029}']);
    content.starts_with('`') || content.ends_with('`') || (is_padded && has_more)
}
