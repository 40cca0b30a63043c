//! A long terms in parts that can be read one after the other, each passage with the address it has in the whole.
//!
//! Parts begin at headings where they can, between paragraphs or items of a list else.

use pulldown_cmark::{Event, Tag, TagEnd, html};

use super::document::{Contents, Writer, contents};
use super::escaped;
use super::events::{Placed, harmless};

/// A terms in parts, at least one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parts {
    /// Each as HTML.
    pub parts: Vec<String>,
    /// Of all parts.
    pub contents: Vec<Contents>,
}

impl Parts {
    /// The number of the part that a passage is in, from 0.
    pub fn holding(&self, id: &str) -> Option<usize> {
        // What a text says cannot be taken for it: `>` is written as `&gt;` there.
        let mark = format!(" id=\"{}\">", escaped(id));
        self.parts.iter().position(|part| part.contains(&mark))
    }
}

/// Where a passage is asked for by its address (`?passage=p-1f3a#p-1f3a`): the part that holds it, and its place there.
pub fn way_to(id: &str) -> String {
    format!("?passage={id}#{id}")
}

/// A terms in parts of `most` bytes of HTML each, or more only where a single passage or table is longer.
///
/// A link to a passage asks for it, so that it leads to the part that holds it; it is called `link_label` for those who
/// cannot see it.
pub fn parts(markdown: &str, link_label: &str, most: usize) -> Parts {
    let events: Vec<Placed> = harmless(markdown).collect();
    let mut writer = Writer::new(link_label, way_to);
    let mut binder = Binder { most, ..Binder::default() };
    for unit in Units::of(&events) {
        let written = unit.events.clone().flat_map(|at| writer.addressed(&events, at));
        let written: Vec<Event> = written.collect();
        let mut text = String::new();
        html::push_html(&mut text, written.into_iter());
        let is_heading = matches!(events[unit.events.start].0, Event::Start(Tag::Heading { .. }));
        binder.add(Leaf { html: text, list: unit.list, is_heading });
    }
    Parts { parts: binder.bound(), contents: contents(writer.headings) }
}

/// What is not divided: a block, or an item of a list that is no part of another.
struct Unit {
    events: std::ops::Range<usize>,
    list: Option<Place>,
}

/// The place of an item: its list by number within the text, and the number it bears.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Place {
    list: usize,
    number: Option<u64>,
}

/// Walks through a text from unit to unit.
struct Units<'a, 'e> {
    events: &'a [Placed<'e>],
    at: usize,
    lists: usize,
    /// The list whose items are being walked through.
    open: Option<Place>,
}

impl<'a, 'e> Units<'a, 'e> {
    fn of(events: &'a [Placed<'e>]) -> Self {
        Self { events, at: 0, lists: 0, open: None }
    }

    /// Where the block or item that begins here ends.
    fn end(&self) -> usize {
        let mut depth = 0_usize;
        for (at, (event, _)) in self.events.iter().enumerate().skip(self.at) {
            match event {
                Event::Start(_) => depth += 1,
                Event::End(_) => depth = depth.saturating_sub(1),
                _ => {}
            }
            if depth == 0 {
                return at + 1;
            }
        }
        self.events.len()
    }
}

impl Iterator for Units<'_, '_> {
    type Item = Unit;

    fn next(&mut self) -> Option<Unit> {
        loop {
            match &self.events.get(self.at)?.0 {
                Event::Start(Tag::List(start)) if self.open.is_none() => {
                    self.lists += 1;
                    self.open = Some(Place { list: self.lists, number: *start });
                    self.at += 1;
                }
                Event::End(TagEnd::List(_)) if self.open.is_some() => {
                    self.open = None;
                    self.at += 1;
                }
                _ => break,
            }
        }
        let unit = Unit { events: self.at..self.end(), list: self.open };
        self.at = unit.events.end;
        if let Some(place) = &mut self.open {
            place.number = place.number.map(|number| number.saturating_add(1));
        }
        Some(unit)
    }
}

/// A unit, written.
struct Leaf {
    html: String,
    list: Option<Place>,
    is_heading: bool,
}

/// Gathers leaves into parts.
#[derive(Default)]
struct Binder {
    most: usize,
    /// Of the part that is being gathered.
    bytes: usize,
    leaves: Vec<Leaf>,
    parts: Vec<String>,
}

impl Binder {
    fn add(&mut self, leaf: Leaf) {
        let is_full = self.bytes + leaf.html.len() > self.most;
        let is_good_place = leaf.is_heading && self.bytes > self.most / 2;
        if is_full || is_good_place {
            self.turn();
        }
        self.bytes += leaf.html.len();
        self.leaves.push(leaf);
    }

    /// Begins another part. Headings at the end go along with what they stand above.
    fn turn(&mut self) {
        let text = self.leaves.iter().rposition(|leaf| !leaf.is_heading);
        let Some(last) = text else { return };
        let next = self.leaves.split_off(last + 1);
        let done = std::mem::replace(&mut self.leaves, next);
        self.bytes = self.leaves.iter().map(|leaf| leaf.html.len()).sum();
        self.parts.push(part(done));
    }

    fn bound(mut self) -> Vec<String> {
        if !self.leaves.is_empty() || self.parts.is_empty() {
            self.parts.push(part(self.leaves));
        }
        self.parts
    }
}

/// Leaves as a part; lists that were divided are closed and opened again.
fn part(leaves: Vec<Leaf>) -> String {
    let mut part = String::new();
    let mut open: Option<Place> = None;
    for leaf in leaves {
        if open.map(|place| place.list) != leaf.list.map(|place| place.list) {
            part.push_str(&closing(open));
            part.push_str(&opening(leaf.list));
            open = leaf.list;
        }
        part.push_str(&leaf.html);
    }
    part.push_str(&closing(open));
    part
}

fn opening(place: Option<Place>) -> String {
    match place.map(|place| place.number) {
        None => String::new(),
        Some(None) => "<ul>\n".to_owned(),
        Some(Some(1)) => "<ol>\n".to_owned(),
        Some(Some(number)) => format!("<ol start=\"{number}\">\n"),
    }
}

fn closing(place: Option<Place>) -> String {
    match place.map(|place| place.number) {
        None => String::new(),
        Some(None) => "</ul>\n".to_owned(),
        Some(Some(_)) => "</ol>\n".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::markup::document;

    fn ids(html: &str) -> Vec<&str> {
        html.split(" id=\"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect()
    }

    fn long() -> String {
        let section = |number: usize| {
            format!(
                "## Section {number}\n\nSame.\n\n3. One of {number}.\n4. Two of {number}.\n   - Within.\n\n> Quoted.\n\n"
            )
        };
        (0..40).map(section).collect::<String>() + "| a | b |\n|---|---|\n| 1 | 2 |\n\n* * *\n\nThe end."
    }

    #[test]
    fn parts_together_are_the_whole_with_the_same_addresses() {
        let (markdown, whole) = (long(), document(&long(), "Link to"));

        let read = parts(&markdown, "Link to", 2_000);

        assert!(read.parts.len() > 5);
        let together = read.parts.concat();
        assert_eq!(ids(&together), ids(&whole.html));
        assert_eq!(read.contents, whole.contents);
        assert!(read.parts.iter().all(|part| part.len() < 2_600));
    }

    #[test]
    fn a_text_of_one_part_is_written_as_the_whole_is() {
        let bare = |html: &str| html.replace("?passage=s-", "#s-").replace("?passage=p-", "#p-");
        let whole = document(&long(), "Link to").html;

        let read = parts(&long(), "Link to", usize::MAX);

        assert_eq!(read.parts.len(), 1);
        let links = bare(&read.parts[0]);
        let links = links.split("href=\"#").map(|piece| match piece.split_once('"') {
            Some((way, rest)) => format!("{}\"{rest}", way.split('#').next().unwrap()),
            None => piece.to_owned(),
        });
        assert_eq!(links.collect::<Vec<_>>().join("href=\"#"), whole);
    }

    #[test]
    fn a_part_begins_with_the_heading_above_its_text() {
        let read = parts(&long(), "Link to", 2_000);

        assert!(read.parts.iter().all(|part| part.starts_with("<h3 ")), "{:?}", read.parts[1]);
    }

    #[test]
    fn a_list_that_is_divided_goes_on_counting() {
        let items: String = (1..=100).map(|number| format!("{number}. Item number {number} of a list.\n")).collect();

        let read = parts(&items, "Link to", 1_500);

        let second = &read.parts[1];
        assert!(second.starts_with("<ol start=\"") && !second.starts_with("<ol start=\"1\""), "{second}");
        let number: usize = second.split('"').nth(1).unwrap().parse().unwrap();
        assert!(second.contains(&format!("Item number {number} of")), "{second}");
        assert!(!read.parts[0].contains(&format!("Item number {number} of")));
    }

    #[test]
    fn the_part_of_a_passage_is_known() {
        let read = parts(&long(), "Link to", 2_000);

        let last = read.holding("s-section-39").unwrap();
        assert!(read.parts[last].contains("href=\"?passage=s-section-39#s-section-39\""));
        assert_eq!((read.holding("s-section-0"), read.holding("s-nowhere")), (Some(0), None));
    }

    #[test]
    fn what_a_text_says_of_an_address_is_none() {
        let read = parts(&format!("Written `<p id=\"s-end\">`.\n\n{}\n\n# End", long()), "Link to", 2_000);

        assert_eq!(read.holding("s-end"), Some(read.parts.len() - 1));
    }

    #[test]
    fn an_empty_text_is_one_empty_part() {
        assert_eq!(parts("", "Link to", 10).parts, [""]);
    }
}
