//! Builds a feed: what to hear of, its addresses, and what it would have carried.

use askama::Template;
use axum::extract::RawQuery;
use axum::response::Response;
use chrono::TimeDelta;

use super::changes::{self, Choices, Item};
use super::frame::Frame;
use super::reader::Reader;
use super::trouble::Trouble;
use crate::domain::ChangeKind;
use crate::records::RecordFilter;

/// How far back the preview looks, and how many changes it shows.
const MONTHS_BACK: usize = 6;
const SHOWN: usize = 12;

/// More choices than this are not looked at.
const MOST_CHOSEN: usize = 200;

#[derive(Template)]
#[template(path = "subscribe.html")]
struct Page {
    frame: Frame,
    choices: Choices,
    chosen: Chosen,
    addresses: Vec<(&'static str, String)>,
    items: Vec<Item>,
    back: String,
}

/// What was chosen; all where nothing was.
#[derive(Debug, Default)]
struct Chosen {
    service: String,
    terms_type: String,
    kinds: Vec<String>,
    words: String,
    all: bool,
}

pub async fn page(reader: Reader, RawQuery(query): RawQuery) -> Response {
    reader.show(subscribe(&reader, query.unwrap_or_default())).await
}

async fn subscribe(reader: &Reader, query: String) -> Result<Page, Trouble> {
    let chosen = Chosen::of(&query);
    let overview = reader.overview().await?;
    let frame = reader.frame(reader.words.say("subscribe-title"));
    Ok(Page {
        choices: Choices::of(reader, &overview),
        addresses: chosen.addresses(&frame),
        items: would_have_carried(reader, &chosen).await?,
        back: reader.words.count("months-count", MONTHS_BACK),
        chosen,
        frame,
    })
}

async fn would_have_carried(reader: &Reader, chosen: &Chosen) -> Result<Vec<Item>, Trouble> {
    let back = TimeDelta::days(30 * i64::try_from(MONTHS_BACK).unwrap_or(6));
    let filter = RecordFilter {
        since: Some(reader.served.clock().now() - back),
        change_kinds: chosen.kinds.iter().filter_map(|kind| kind.parse::<ChangeKind>().ok()).collect(),
        // Who asks for kinds gets all of them, as the feeds do.
        significant: (!chosen.all && chosen.kinds.is_empty()).then_some(true),
        ..RecordFilter::default()
    };
    let mut entries = reader.list(filter).await?;
    entries.retain(|entry| chosen.has(entry.terms.service.as_str(), entry.terms.terms_type.as_str()));
    let wanted = chosen.words.to_lowercase();
    entries.truncate(if wanted.is_empty() { SHOWN } else { SHOWN * 8 });
    let mut items = changes::items(reader, &entries).await?;
    items.retain(|item| {
        wanted.is_empty() || item.quote.as_ref().is_some_and(|quote| quote.to_lowercase().contains(&wanted))
    });
    items.truncate(SHOWN);
    Ok(items)
}

impl Chosen {
    fn of(query: &str) -> Self {
        let mut chosen = Self::default();
        for (name, value) in url::form_urlencoded::parse(query.as_bytes()).take(MOST_CHOSEN) {
            match name.as_ref() {
                "service" => chosen.service = value.into_owned(),
                "type" => chosen.terms_type = value.into_owned(),
                "kind" if value.parse::<ChangeKind>().is_ok() => chosen.kinds.push(value.into_owned()),
                "q" => chosen.words = value.trim().to_owned(),
                "significant" => chosen.all = value == "all",
                _ => {}
            }
        }
        chosen
    }

    fn has(&self, service: &str, terms_type: &str) -> bool {
        let is_chosen = |chosen: &str, name: &str| chosen.is_empty() || chosen == name;
        is_chosen(&self.service, service) && is_chosen(&self.terms_type, terms_type)
    }

    fn addresses(&self, frame: &Frame) -> Vec<(&'static str, String)> {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        let names = [("service", &self.service), ("type", &self.terms_type)];
        query.extend_pairs(names.into_iter().filter(|(_, name)| !name.is_empty()));
        query.extend_pairs(self.kinds.iter().map(|kind| ("kind", kind)));
        if !self.words.is_empty() {
            query.append_pair("q", &self.words);
        }
        if self.all {
            query.append_pair("significant", "all");
        }
        query.append_pair("lang", frame.tag());
        let query = query.finish();
        let address = |extension| frame.absolute(&format!("{}/feeds/changes.{extension}?{query}", frame.base));
        vec![("Atom", address("atom")), ("RSS", address("rss")), ("JSON", address("json"))]
    }

    fn has_kind(&self, name: &str) -> bool {
        self.kinds.iter().any(|other| other == name)
    }
}
