//! Builds a feed: what to hear of, its addresses, and what it would have carried.

use askama::Template;
use axum::extract::RawQuery;
use axum::response::Response;
use chrono::TimeDelta;

use super::changes::{self, Choices, Item};
use super::copy;
use super::frame::Frame;
use super::reader::Reader;
use super::trouble::Trouble;
use crate::domain::ChangeKind;
use crate::records::RecordFilter;
use crate::web::Problem;
use crate::web::feeds::Selection;

/// How far back the preview looks, and how many changes it shows.
const MONTHS_BACK: usize = 6;
const SHOWN: usize = 12;

/// More choices than this are not looked at.
const MOST_CHOSEN: usize = 200;

/// Longer words are not looked for.
const MOST_CHARACTERS: usize = 200;

#[derive(Template)]
#[template(path = "subscribe.html")]
struct Page {
    frame: Frame,
    choices: Choices,
    chosen: Chosen,
    addresses: Vec<(&'static str, String)>,
    opml: String,
    preview: Result<Preview, String>,
}

/// What the feed would have carried.
struct Preview {
    items: Vec<Item>,
    summary: String,
}

/// What was chosen; all where nothing was.
#[derive(Debug, Default, PartialEq)]
struct Chosen {
    services: Vec<String>,
    types: Vec<String>,
    kinds: Vec<String>,
    words: String,
    all: bool,
}

pub async fn page(reader: Reader, RawQuery(query): RawQuery) -> Response {
    match reader.copy {
        Some(_) => copy::subscribe(&reader).await,
        None => reader.show(subscribe(&reader, query.unwrap_or_default())).await,
    }
}

async fn subscribe(reader: &Reader, query: String) -> Result<Page, Trouble> {
    let chosen = Chosen::of(&query);
    let overview = reader.overview().await?;
    let frame = reader.frame(reader.words.say("subscribe-title"));
    Ok(Page {
        choices: Choices::of(reader, &overview),
        addresses: chosen.addresses(&frame),
        opml: frame.absolute(&format!("{}/feeds.opml", frame.base)),
        preview: preview(reader, &chosen.query()).await?,
        chosen,
        frame,
    })
}

/// What the feed of a query would have carried in the last months, or why there is no such feed.
async fn preview(reader: &Reader, query: &str) -> Result<Result<Preview, String>, Trouble> {
    let refused = |problem: Problem| Err(reader.words.say_it("subscribe-refused", problem.detail));
    let selection = match Selection::read(query) {
        Ok(selection) => selection,
        Err(problem) => return Ok(refused(problem)),
    };
    let filter = match selection.filter_of(&reader.served).await {
        Ok(filter) => filter,
        Err(problem) => return Ok(refused(problem)),
    };
    let back = TimeDelta::days(30 * i64::try_from(MONTHS_BACK).unwrap_or(6));
    let filter = RecordFilter { since: Some(reader.served.clock().now() - back), ..filter };
    let (count, entries) = reader
        .ask(move |store| {
            Ok((store.count(&filter)?, store.list(&RecordFilter { limit: Some(SHOWN), ..filter.clone() })?))
        })
        .await?;
    Ok(Ok(Preview { items: changes::items(reader, &entries).await?, summary: summary(reader, count) }))
}

fn summary(reader: &Reader, count: usize) -> String {
    let values = [
        ("n", count.into()),
        ("count", reader.words.number(count).into()),
        ("back", reader.words.count("months-count", MONTHS_BACK).into()),
    ];
    reader.words.say_of("subscribe-would-have", values)
}

impl Chosen {
    fn of(query: &str) -> Self {
        let mut chosen = Self::default();
        for (name, value) in url::form_urlencoded::parse(query.as_bytes()).take(MOST_CHOSEN) {
            let list = match name.as_ref() {
                "service" => &mut chosen.services,
                "type" => &mut chosen.types,
                "kind" if value.parse::<ChangeKind>().is_ok() => &mut chosen.kinds,
                "q" => {
                    chosen.words = value.trim().chars().take(MOST_CHARACTERS).collect();
                    continue;
                }
                "significant" => {
                    chosen.all = value == "all";
                    continue;
                }
                _ => continue,
            };
            if !value.is_empty() && !list.iter().any(|other| *other == value) {
                list.push(value.into_owned());
            }
        }
        chosen
    }

    /// The query of the feed.
    fn query(&self) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(self.services.iter().map(|service| ("service", service)));
        query.extend_pairs(self.types.iter().map(|terms_type| ("type", terms_type)));
        query.extend_pairs(self.kinds.iter().map(|kind| ("kind", kind)));
        if !self.words.is_empty() {
            query.append_pair("q", &self.words);
        }
        if self.all {
            query.append_pair("significant", "all");
        }
        query.finish()
    }

    fn addresses(&self, frame: &Frame) -> Vec<(&'static str, String)> {
        let query = self.query();
        let mark = if query.is_empty() { "" } else { "&" };
        let address = |extension| {
            frame.absolute(&format!("{}/feeds/changes.{extension}?{query}{mark}lang={}", frame.base, frame.tag()))
        };
        vec![("Atom", address("atom")), ("RSS", address("rss")), ("JSON", address("json"))]
    }

    fn has_service(&self, id: &str) -> bool {
        self.services.iter().any(|other| other == id)
    }

    fn has_type(&self, name: &str) -> bool {
        self.types.iter().any(|other| other == name)
    }

    fn has_kind(&self, name: &str) -> bool {
        self.kinds.iter().any(|other| other == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn choices_make_the_address_and_nothing_is_chosen_twice() {
        let chosen =
            Chosen::of("service=A&service=B%26C&service=A&type=&kind=links&kind=rumour&q=+x+&significant=all&z=1");

        assert_eq!(chosen.query(), "service=A&service=B%26C&kind=links&q=x&significant=all");
        assert_eq!(Chosen::of(&chosen.query()), chosen);
    }
}
