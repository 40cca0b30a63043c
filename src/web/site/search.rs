//! Search across all versions: passages, and when each was there.

use askama::Template;
use axum::extract::Query as Asked;
use axum::response::Response;
use serde::Deserialize;

use super::changes::{Choices, moment};
use super::copy;
use super::frame::Frame;
use super::reader::Reader;
use super::tongue;
use super::trouble::Trouble;
use crate::markup::escaped;
use crate::records::{Found, Passage, PassageFilter, Query};

/// Passages on one page, and pages at most.
const PER_PAGE: usize = 20;
const MOST_PAGES: usize = 100;

/// Longer questions are not asked.
const MOST_CHARACTERS: usize = 200;

/// Characters shown of a passage before and after what was looked for.
const CHARACTERS_AROUND: usize = 400;

#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct Wanted {
    q: String,
    service: String,
    #[serde(rename = "type")]
    terms_type: String,
    since: String,
    until: String,
    page: String,
}

#[derive(Template)]
#[template(path = "search.html")]
struct Page {
    frame: Frame,
    wanted: Wanted,
    choices: Choices,
    /// How many were found, or why none could be.
    result: Option<String>,
    building: Option<String>,
    passages: Vec<Hit>,
    more: Option<String>,
}

/// A passage that was found.
struct Hit {
    title: String,
    terms_href: String,
    html: String,
    lang: Option<&'static str>,
    first: String,
    first_href: String,
    last: String,
    last_href: String,
    /// That it was missing in between, and where it went the last time.
    missing: Option<String>,
    missing_href: String,
}

pub async fn page(reader: Reader, Asked(wanted): Asked<Wanted>) -> Response {
    match reader.copy {
        Some(_) => copy::search(&reader).await,
        None => reader.show(search(&reader, wanted)).await,
    }
}

async fn search(reader: &Reader, wanted: Wanted) -> Result<Page, Trouble> {
    let overview = reader.overview().await?;
    let mut page = Page {
        frame: reader.frame(reader.words.say("search-title")),
        choices: Choices::of(reader, &overview),
        result: None,
        building: None,
        passages: Vec::new(),
        more: None,
        wanted,
    };
    let asked: String = page.wanted.q.trim().chars().take(MOST_CHARACTERS).collect();
    if asked.is_empty() {
        return Ok(page);
    }
    match Query::parse(&asked) {
        Err(error) => page.result = Some(reader.words.say_it("search-not-understood", error.to_string())),
        Ok(query) => {
            let number = page.wanted.number();
            let found = reader.served.search(query, page.wanted.filter(number)?).await?;
            page.tell(reader, &asked, number, found.as_ref());
        }
    }
    Ok(page)
}

impl Wanted {
    fn number(&self) -> usize {
        self.page.parse::<usize>().unwrap_or(1).clamp(1, MOST_PAGES)
    }

    fn filter(&self, number: usize) -> Result<PassageFilter, Trouble> {
        let given = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        let not_understood = |error: crate::domain::InvalidName| Trouble::NotUnderstood(error.to_string());
        Ok(PassageFilter {
            services: given(&self.service)
                .map(|name| name.parse())
                .into_iter()
                .collect::<Result<_, _>>()
                .map_err(not_understood)?,
            terms_types: given(&self.terms_type)
                .map(|name| name.parse())
                .into_iter()
                .collect::<Result<_, _>>()
                .map_err(not_understood)?,
            since: given(&self.since).map(|day| moment(&day, 0)).transpose()?,
            until: given(&self.until).map(|day| moment(&day, 1)).transpose()?,
            offset: (number - 1) * PER_PAGE,
            limit: Some(PER_PAGE),
        })
    }

    /// What narrows the search, as parameters.
    fn filters(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let pairs =
            [("service", &self.service), ("type", &self.terms_type), ("since", &self.since), ("until", &self.until)];
        pairs.into_iter().map(|(name, value)| (name, value.as_str())).filter(|(_, value)| !value.is_empty())
    }

    fn is_narrowed(&self) -> bool {
        self.filters().next().is_some()
    }

    fn address(&self, frame: &Frame, page: usize) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.append_pair("q", &self.q).extend_pairs(self.filters()).append_pair("page", &page.to_string());
        frame.to(&format!("/search?{}", query.finish()))
    }
}

impl Page {
    fn tell(&mut self, reader: &Reader, asked: &str, number: usize, found: Option<&Found>) {
        let total = found.map_or(0, |found| found.total);
        let values =
            [("n", total.into()), ("count", reader.words.number(total).into()), ("q", asked.to_owned().into())];
        self.result = Some(reader.words.say_of("search-results", values));
        let Some(found) = found else { return };
        let progress = found.progress;
        let building = || {
            let done = reader.words.number(progress.done);
            reader.words.say_it("search-building", format!("{done} / {}", reader.words.number(progress.records)))
        };
        self.building = (!progress.is_complete()).then(building);
        self.passages = found.passages.iter().map(|passage| hit(reader, &self.frame, passage)).collect();
        let has_more = total > number * PER_PAGE && number < MOST_PAGES;
        self.more = has_more.then(|| self.wanted.address(&self.frame, number + 1));
    }
}

fn hit(reader: &Reader, frame: &Frame, passage: &Passage) -> Hit {
    let words = reader.words;
    let terms = reader.served.declared().renames.current(&passage.terms, passage.last.date);
    let last = match passage.gone {
        None => words.say("search-still-there"),
        Some(_) => words.say_it("search-last-seen", words.day(passage.last.date)),
    };
    let (absences, latest) = (passage.absences.len(), passage.absences.last());
    Hit {
        title: format!("{} · {}", reader.service_name(terms.service.as_str()), terms.terms_type),
        terms_href: frame.to_terms(&terms),
        html: highlighted(passage),
        lang: tongue::of(&passage.text),
        first: words.say_it("search-first-seen", words.day(passage.first.date)),
        first_href: frame.to_change(&passage.first.record),
        last,
        last_href: frame.to_version(&passage.last.record),
        missing: latest.map(|_| words.count("search-missing", absences)),
        missing_href: latest.map(|latest| frame.to_change(&latest.gone.record)).unwrap_or_default(),
    }
}

/// The passage with what was looked for marked; of a long one, what stands around.
fn highlighted(passage: &Passage) -> String {
    let text = &passage.text;
    let (first, last) = match (passage.places.first(), passage.places.last()) {
        (Some(first), Some(last)) => (first.start, last.end),
        _ => (0, 0),
    };
    let start = start_of_word(text, floor(text, first.saturating_sub(CHARACTERS_AROUND)), first);
    let end = end_of_word(text, last, ceiling(text, last + CHARACTERS_AROUND));
    let mut html = if start > 0 { "… ".to_owned() } else { String::new() };
    let mut at = start;
    for place in passage.places.iter().filter(|place| place.start >= start && place.end <= end) {
        let before = text.get(at..place.start).unwrap_or_default();
        let hit = text.get(place.clone()).unwrap_or_default();
        html += &format!("{}<mark>{}</mark>", escaped(before), escaped(hit));
        at = place.end;
    }
    html += &escaped(text.get(at..end).unwrap_or_default());
    // Cells of a row stand apart by dots, and their lines by a space, as in quotes.
    let html = html.replace("&lt;br&gt;", " ").replace(" | ", " · ");
    if end < text.len() { html + " …" } else { html }
}

/// Where the first whole word from `start` on begins, or `start` where there is none before `before`.
fn start_of_word(text: &str, start: usize, before: usize) -> usize {
    match text[start..before].find(char::is_whitespace) {
        Some(at) if start > 0 => start + at + 1,
        _ => start,
    }
}

/// Where the last whole word up to `end` ends, or `end` where there is none after `after`.
fn end_of_word(text: &str, after: usize, end: usize) -> usize {
    match text[after..end].rfind(char::is_whitespace) {
        Some(at) if end < text.len() => after + at,
        _ => end,
    }
}

fn floor(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

fn ceiling(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at += 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_excerpt_begins_and_ends_with_whole_words() {
        let text = "We keep your data";

        assert_eq!((start_of_word(text, 4, 13), end_of_word(text, 7, 15)), (8, 12));
        assert_eq!((start_of_word(text, 0, 13), end_of_word(text, 7, text.len())), (0, text.len()));
        assert_eq!((start_of_word("利用規約", 3, 6), end_of_word("利用規約", 6, 9)), (3, 9));
    }
}
