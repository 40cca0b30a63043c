//! The parse of a terms, with everything taken out that could act: HTML, images, odd links, bottomless nesting.

use std::ops::Range;

use pulldown_cmark::{CowStr, Event, HeadingLevel, Options, Parser, Tag, TagEnd};
use url::Url;

use super::escaped;

/// Deeper quotes and lists are shown at this depth.
const MAX_DEPTH: usize = 40;

/// Links to these schemes stay links.
const SCHEMES: [&str; 3] = ["http", "https", "mailto"];

/// An event and where in the Markdown it comes from.
pub type Placed<'a> = (Event<'a>, Range<usize>);

/// The harmless events of a text. Headings are one level deeper, since the page has a title of its own.
pub fn harmless(markdown: &str) -> impl Iterator<Item = Placed<'_>> {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS;
    let mut guard = Guard::default();
    Parser::new_ext(markdown, options)
        .into_offset_iter()
        .filter_map(move |(event, place)| guard.admit(event).map(|event| (event, place)))
}

/// What has to be remembered from one event to the next.
#[derive(Default)]
struct Guard {
    depth: usize,
    /// Whether each open link is one that is shown.
    links: Vec<bool>,
}

impl Guard {
    fn admit<'a>(&mut self, event: Event<'a>) -> Option<Event<'a>> {
        match event {
            Event::Html(text) | Event::InlineHtml(text) if is_break(&text) => Some(Event::HardBreak),
            Event::Html(text) | Event::InlineHtml(text) => Some(Event::Text(text)),
            Event::Start(Tag::HtmlBlock) => Some(Event::Start(Tag::Paragraph)),
            Event::End(TagEnd::HtmlBlock) => Some(Event::End(TagEnd::Paragraph)),
            Event::Start(Tag::Image { .. }) => Some(raw("<span class=\"image\">")),
            Event::End(TagEnd::Image) => Some(raw("</span>")),
            Event::Start(Tag::Link { dest_url, .. }) => self.opened_link(&dest_url),
            Event::End(TagEnd::Link) => self.links.pop().unwrap_or(false).then(|| raw("</a>")),
            Event::Start(Tag::Heading { level, .. }) => {
                let (id, classes, attrs) = (None, Vec::new(), Vec::new());
                Some(Event::Start(Tag::Heading { level: deeper(level), id, classes, attrs }))
            }
            Event::End(TagEnd::Heading(level)) => Some(Event::End(TagEnd::Heading(deeper(level)))),
            Event::Start(tag) if nests(&tag.to_end()) => self.entered().then_some(Event::Start(tag)),
            Event::End(tag) if nests(&tag) => self.left().then_some(Event::End(tag)),
            event => Some(event),
        }
    }

    fn opened_link(&mut self, target: &str) -> Option<Event<'static>> {
        let is_shown = is_followable(target);
        self.links.push(is_shown);
        is_shown.then(|| {
            let start = format!("<a href=\"{}\" rel=\"nofollow noopener noreferrer\">", escaped(target));
            Event::InlineHtml(start.into())
        })
    }

    fn entered(&mut self) -> bool {
        self.depth += 1;
        self.depth <= MAX_DEPTH
    }

    fn left(&mut self) -> bool {
        self.depth -= 1;
        self.depth < MAX_DEPTH
    }
}

/// HTML of our own.
pub fn raw<'a>(html: impl Into<CowStr<'a>>) -> Event<'a> {
    Event::InlineHtml(html.into())
}

/// Cells of tables have no other way to begin another line.
fn is_break(html: &str) -> bool {
    let name = html.trim().strip_prefix('<').and_then(|tag| tag.strip_suffix('>'));
    name.is_some_and(|name| name.trim_end_matches(['/', ' ']).eq_ignore_ascii_case("br"))
}

fn is_followable(target: &str) -> bool {
    Url::parse(target).is_ok_and(|url| SCHEMES.contains(&url.scheme()))
}

fn nests(tag: &TagEnd) -> bool {
    matches!(tag, TagEnd::BlockQuote(_) | TagEnd::List(_) | TagEnd::Item)
}

fn deeper(level: HeadingLevel) -> HeadingLevel {
    match level {
        HeadingLevel::H1 => HeadingLevel::H2,
        HeadingLevel::H2 => HeadingLevel::H3,
        HeadingLevel::H3 => HeadingLevel::H4,
        HeadingLevel::H4 => HeadingLevel::H5,
        HeadingLevel::H5 | HeadingLevel::H6 => HeadingLevel::H6,
    }
}
