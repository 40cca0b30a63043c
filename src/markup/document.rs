//! A whole terms as an HTML text with a table of contents, where every passage has an address.

use pulldown_cmark::{Event, HeadingLevel, Tag, TagEnd, html};

use super::escaped;
use super::events::{Placed, harmless, raw};
use super::passage::Addresses;

/// A terms to be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    pub html: String,
    pub contents: Vec<Contents>,
}

/// A line of the table of contents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contents {
    /// 1 for the highest headings of this text.
    pub depth: usize,
    pub text: String,
    /// Its address within the page.
    pub id: String,
}

/// A terms as HTML. Links to a passage are called `link_label` for those who cannot see them.
pub fn document(markdown: &str, link_label: &str) -> Document {
    let events: Vec<Placed> = harmless(markdown).collect();
    let mut writer = Writer::new(link_label, |id| format!("#{id}"));
    let addressed: Vec<Event> = (0..events.len()).flat_map(|at| writer.addressed(&events, at)).collect();
    let mut text = String::with_capacity(markdown.len() * 2);
    html::push_html(&mut text, addressed.into_iter());
    Document { html: text, contents: contents(writer.headings) }
}

/// A heading: its level, its words and its address.
pub type Heading = (HeadingLevel, String, String);

/// Puts addresses into a text.
pub struct Writer<'a> {
    addresses: Addresses,
    link_label: &'a str,
    /// Where the link beside a passage leads, by the passage's address.
    way_to: fn(&str) -> String,
    pub headings: Vec<Heading>,
    /// How many list items are open.
    in_item: usize,
}

impl<'a> Writer<'a> {
    pub fn new(link_label: &'a str, way_to: fn(&str) -> String) -> Self {
        Self { addresses: Addresses::default(), link_label, way_to, headings: Vec::new(), in_item: 0 }
    }

    /// The event at a place, with the address of the passage that begins or ends there.
    pub fn addressed<'e>(&mut self, events: &[Placed<'e>], at: usize) -> Vec<Event<'e>> {
        match &events[at].0 {
            Event::Start(Tag::Heading { level, .. }) => vec![self.heading(*level, &text_from(events, at))],
            Event::End(TagEnd::Heading(level)) => vec![raw(format!("{}</{level}>\n", self.link_to_heading()))],
            Event::Start(Tag::Item) => {
                self.in_item += 1;
                vec![self.opened("li", &text_from(events, at))]
            }
            Event::End(TagEnd::Item) => {
                self.in_item -= 1;
                vec![events[at].0.clone()]
            }
            Event::Start(Tag::Paragraph) if self.in_item == 0 => vec![self.paragraph(&text_from(events, at))],
            Event::Start(Tag::Table(_)) => vec![raw("<div class=\"table\" tabindex=\"0\">\n"), events[at].0.clone()],
            Event::End(TagEnd::Table) => vec![events[at].0.clone(), raw("</div>\n")],
            event => vec![event.clone()],
        }
    }

    fn heading(&mut self, level: HeadingLevel, text: &str) -> Event<'static> {
        let id = self.addresses.of_heading(text);
        let start = format!("<{level} id=\"{}\">", escaped(&id));
        self.headings.push((level, text.trim().to_owned(), id));
        raw(start)
    }

    fn link_to_heading(&self) -> String {
        let Some((_, text, id)) = self.headings.last() else { return String::new() };
        let label = escaped(&format!("{}: {text}", self.link_label));
        format!(" <a class=\"anchor\" href=\"{}\" aria-label=\"{label}\">¶</a>", escaped(&(self.way_to)(id)))
    }

    fn paragraph(&mut self, text: &str) -> Event<'static> {
        let id = self.addresses.of_passage(text);
        // A text has hundreds of paragraphs: their links are not stops on the way of those who use a keyboard.
        let way = escaped(&(self.way_to)(&id));
        let link = format!("<a class=\"anchor\" href=\"{way}\" tabindex=\"-1\" aria-hidden=\"true\">¶</a>");
        raw(format!("<p id=\"{id}\">{link}"))
    }

    fn opened(&mut self, element: &str, text: &str) -> Event<'static> {
        let id = self.addresses.of_passage(text);
        raw(format!("<{element} id=\"{id}\">"))
    }
}

/// The words between a start and its end; of an item, those before a list within it.
fn text_from(events: &[Placed], start: usize) -> String {
    let Event::Start(tag) = &events[start].0 else { return String::new() };
    let end = tag.to_end();
    let mut text = String::new();
    for (event, _) in &events[start + 1..] {
        match event {
            Event::End(other) if *other == end => break,
            Event::Start(Tag::List(_)) => break,
            Event::Text(words) | Event::Code(words) => text.push_str(words),
            Event::SoftBreak | Event::HardBreak => text.push(' '),
            _ => {}
        }
    }
    text
}

/// The table of contents of these headings.
pub fn contents(headings: Vec<Heading>) -> Vec<Contents> {
    let mut levels: Vec<HeadingLevel> = headings.iter().map(|(level, ..)| *level).collect();
    levels.sort_unstable();
    levels.dedup();
    let depth = |level| levels.iter().position(|other| *other == level).unwrap_or_default() + 1;
    let named = headings.into_iter().filter(|(_, text, _)| !text.is_empty());
    named.map(|(level, text, id)| Contents { depth: depth(level), text, id }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn html(markdown: &str) -> String {
        document(markdown, "Link to").html
    }

    #[test]
    fn a_terms_becomes_a_text_with_contents() {
        let read = document("Privacy\n=======\n\nWho we are\n----------\n\nWe are *Lumio*.", "Link to");

        let contents: Vec<(usize, &str)> = read.contents.iter().map(|line| (line.depth, line.text.as_str())).collect();
        assert_eq!(contents, [(1, "Privacy"), (2, "Who we are")]);
        assert!(read.html.contains("<h3 id=\"s-who-we-are\">Who we are"), "{}", read.html);
        assert!(read.html.contains("We are <em>Lumio</em>.</p>"), "{}", read.html);
    }

    #[test]
    fn the_same_passage_has_the_same_address_in_another_version() {
        let id = |markdown: &str| html(markdown).split("id=\"p-").nth(1).unwrap()[..10].to_owned();

        assert_eq!(id("We keep data for 30 days."), id("We keep\ndata for 30 days.\n\nAnd more."));
        assert_ne!(id("We keep data for 30 days."), id("We keep data for 400 days."));
    }

    #[test]
    fn equal_passages_have_addresses_of_their_own() {
        let text = html("Same.\n\nSame.");
        let ids: Vec<&str> = text.split("<p id=\"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();

        assert_eq!(ids.len(), 2);
        assert_eq!(ids[1], format!("{}-2", ids[0]));
    }

    #[test]
    fn nothing_in_a_terms_can_act() {
        let text = html(
            "<script>alert(1)</script>\n\n[x](javascript:alert(1)) ![pixel](https://spy.example/p.gif) <b onclick=x>",
        );

        assert!(!text.contains("<script") && !text.contains("<img") && !text.contains("<b "), "{text}");
        assert!(!text.contains("href=\"javascript"), "{text}");
        assert!(text.contains("&lt;script&gt;"), "{text}");
    }

    #[test]
    fn a_line_break_in_a_cell_is_one() {
        let text = html("| a |\n| --- |\n| Name<br><BR/>Address<br onclick=x> |");

        assert!(text.contains("Name<br />\n<br />\nAddress&lt;br onclick=x&gt;"), "{text}");
    }

    #[test]
    fn bottomless_nesting_is_shown_flat() {
        let text = html(&format!("{} end", ">".repeat(5_000)));

        assert!(text.contains("end"));
        assert!(text.matches("<blockquote>").count() < 100);
    }
}
