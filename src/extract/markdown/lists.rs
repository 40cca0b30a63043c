//! Lists and their items.

use html5ever::local_name;

use super::convert::Open;
use super::number;
use super::outline::{Index, Opened, Outline};

/// Whether a list is the last element of a list item: then no empty line parts it from the item's text.
pub(super) fn ends_item(outline: &Outline<'_>, index: Index) -> bool {
    let is_in_item =
        outline.parent(index).and_then(|parent| outline.tag(parent)).is_some_and(|tag| tag.is(&local_name!("li")));
    is_in_item
        && std::iter::successors(outline.next(index), |next| outline.next(*next))
            .all(|next| outline.opened(next).is_none())
}

/// A list item behind its bullet or number, its further lines as far in as its first.
pub(super) fn item(outline: &Outline<'_>, open: &Open<'_>, parent: Option<&Open<'_>>, content: &str) -> String {
    let prefix = prefix(outline, open, parent);
    let ending = if content.ends_with('\n') { "\n" } else { "" };
    let lines = format!("{}{ending}", content.trim_matches('\n'));
    let lines = lines.replace('\n', &format!("\n{}", " ".repeat(prefix.len())));
    let separator = if outline.next(open.index).is_some() { "\n" } else { "" };
    format!("{prefix}{lines}{separator}")
}

fn prefix(outline: &Outline<'_>, open: &Open<'_>, parent: Option<&Open<'_>>) -> String {
    let list = parent.and_then(|parent| outline.opened(parent.index));
    let Some(list) = list.filter(|list| list.tag.is(&local_name!("ol"))) else { return "*   ".to_owned() };
    let place = open.place.among_elements;
    match outline.attribute(list, "start").filter(|start| !start.is_empty()) {
        Some(start) => format!("{}.  ", number::format(number::parse(start) + place as f64)),
        None => format!("{}.  ", place + 1),
    }
}

/// Whether an input is the box of a task in a list.
pub(super) fn is_checkbox(outline: &Outline<'_>, index: Index, opened: &Opened) -> bool {
    let is_box = outline.attribute(opened, "type").is_some_and(|kind| kind.eq_ignore_ascii_case("checkbox"));
    let parent = outline.parent(index).and_then(|parent| outline.tag(parent));
    opened.tag.is_html && is_box && parent.is_some_and(|tag| tag.is(&local_name!("li")))
}

pub(super) fn checkbox(outline: &Outline<'_>, opened: &Opened) -> &'static str {
    if outline.attribute(opened, "checked").is_some() { "[x] " } else { "[ ] " }
}
