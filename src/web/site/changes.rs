//! Changes as readers meet them: the words first, then of which kind, then why. And the page of all of them.

use std::collections::BTreeSet;

use askama::Template;
use axum::extract::Query;
use axum::response::Response;
use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};
use serde::Deserialize;

use super::block;
use super::frame::Frame;
use super::kinds::{self, Sign};
use super::overview::{Overview, counts};
use super::quotes::Told;
use super::reader::Reader;
use super::reasons;
use super::trouble::Trouble;
use super::words::Words;
use crate::diff::Counts;
use crate::domain::{ChangeKind, RecordId, TermsKey};
use crate::records::{RecordEntry, RecordFilter};

/// Changes on one page.
const PER_PAGE: usize = 40;

/// Reasons told of a change in a list; its own page has all of them.
const REASONS_IN_LISTS: usize = 2;

/// Further back, dates are the way to go.
const MOST_PAGES: usize = 500;

/// A change in a list.
pub struct Item {
    pub title: String,
    /// Where the change is read; of a first version, its text.
    pub href: String,
    pub is_first: bool,
    pub sign: Sign,
    pub date: DateTime<Utc>,
    pub facts: Vec<String>,
    /// The changed words in their sentence, as HTML.
    pub quote: Option<String>,
    /// The tag of its language.
    pub lang: Option<&'static str>,
    pub why: Vec<String>,
}

/// What happened on a day: what counts, and the rest.
pub struct Day {
    pub name: String,
    /// The same for programs.
    pub date: String,
    pub items: Vec<Item>,
    pub folded: Vec<Item>,
}

#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct Asked {
    service: String,
    #[serde(rename = "type")]
    terms_type: String,
    kind: String,
    since: String,
    until: String,
    /// Present when only changes that count are wanted.
    significant: String,
    page: String,
}

#[derive(Template)]
#[template(path = "changes.html")]
struct Page {
    frame: Frame,
    days: Vec<Day>,
    asked: Asked,
    choices: Choices,
    /// The query of the feed of what is asked for.
    feed_query: String,
    newer: Option<String>,
    older: Option<String>,
}

/// What can be chosen from.
pub struct Choices {
    pub services: Vec<(String, String)>,
    pub types: Vec<String>,
    pub kinds: Vec<Sign>,
}

pub async fn page(reader: Reader, Query(asked): Query<Asked>) -> Response {
    reader.show(changes(&reader, asked)).await
}

async fn changes(reader: &Reader, asked: Asked) -> Result<Page, Trouble> {
    let number = asked.page.parse::<usize>().unwrap_or(1).clamp(1, MOST_PAGES);
    let offset = (number - 1) * PER_PAGE;
    let filter = RecordFilter { offset, limit: Some(PER_PAGE + 1), ..asked.filter()? };
    let mut shown = reader.list(filter).await?;
    let has_older = shown.len() > PER_PAGE;
    shown.truncate(PER_PAGE);
    let overview = reader.overview().await?;
    Ok(Page {
        frame: reader.frame(reader.words.say("changes-all-title")),
        days: days(reader, shown).await?,
        choices: Choices::of(reader, &overview),
        // In a copy, where nothing can be asked for, the feed is that of what counts.
        feed_query: if reader.copy.is_some() { String::new() } else { asked.feed_query() },
        newer: (number > 1).then(|| asked.address(reader, number - 1)),
        older: (has_older && number < MOST_PAGES).then(|| asked.address(reader, number + 1)),
        asked,
    })
}

impl Asked {
    pub fn filter(&self) -> Result<RecordFilter, Trouble> {
        let not_understood = |what: String| Trouble::NotUnderstood(what);
        let given = |text: &str| (!text.trim().is_empty()).then(|| text.trim().to_owned());
        Ok(RecordFilter {
            service: given(&self.service)
                .map(|name| name.parse())
                .transpose()
                .map_err(|error| not_understood(format!("{error}")))?,
            terms_type: given(&self.terms_type)
                .map(|name| name.parse())
                .transpose()
                .map_err(|error| not_understood(format!("{error}")))?,
            change_kinds: given(&self.kind)
                .map(|name| name.parse::<ChangeKind>())
                .transpose()
                .map_err(|error| not_understood(format!("{error}")))?
                .into_iter()
                .collect(),
            since: given(&self.since).map(|day| moment(&day, 0)).transpose()?,
            until: given(&self.until).map(|day| moment(&day, 1)).transpose()?,
            significant: (!self.significant.is_empty()).then_some(true),
            ..RecordFilter::default()
        })
    }

    /// What is asked for, as parameters.
    fn given(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let pairs = [
            ("service", &self.service),
            ("type", &self.terms_type),
            ("kind", &self.kind),
            ("since", &self.since),
            ("until", &self.until),
            ("significant", &self.significant),
        ];
        pairs.into_iter().map(|(name, value)| (name, value.trim())).filter(|(_, value)| !value.is_empty())
    }

    fn is_narrowed(&self) -> bool {
        self.given().next().is_some()
    }

    fn address(&self, reader: &Reader, page: usize) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(self.given()).append_pair("page", &page.to_string());
        format!("/{}/changes?{}", reader.words.language.tag, query.finish())
    }

    /// The query of the feed of the same, whenever it was. A feed tells of what counts unless it is asked for all.
    fn feed_query(&self) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(self.given().filter(|(name, _)| ["service", "type", "kind"].contains(name)));
        match self.significant.is_empty() {
            true => query.append_pair("significant", "all"),
            false => query.append_pair("significant", "true"),
        };
        query.finish()
    }
}

/// Midnight before a day, or so many days after.
pub fn moment(day: &str, later: u64) -> Result<DateTime<Utc>, Trouble> {
    let not_a_day = || Trouble::NotUnderstood(format!("{day}: YYYY-MM-DD"));
    let date: NaiveDate = day.parse().map_err(|_| not_a_day())?;
    let date = date.checked_add_days(Days::new(later)).ok_or_else(not_a_day)?;
    let start = date.and_time(NaiveTime::MIN).and_utc();
    Ok(if later > 0 { start - chrono::TimeDelta::seconds(1) } else { start })
}

/// The newest changes that count of some terms.
pub async fn latest(
    reader: &Reader,
    is_meant: impl Fn(&TermsKey) -> bool,
    most: usize,
) -> Result<Vec<RecordEntry>, Trouble> {
    let newest = reader.overview().await?.latest(is_meant, most);
    Ok(reader.entries(newest).await?)
}

/// Entries by day, newest first.
pub async fn days(reader: &Reader, entries: Vec<RecordEntry>) -> Result<Vec<Day>, Trouble> {
    let mut days: Vec<Day> = Vec::new();
    let mut current: Option<NaiveDate> = None;
    for (entry, item) in entries.iter().zip(items(reader, &entries).await?) {
        let date = entry.date.date_naive();
        if current.replace(date) != Some(date) {
            days.push(Day {
                name: reader.words.week_day(date),
                date: date.to_string(),
                items: Vec::new(),
                folded: Vec::new(),
            });
        }
        let Some(day) = days.last_mut() else { continue };
        match counts(entry) || item.is_first {
            true => day.items.push(item),
            false => day.folded.push(item),
        }
    }
    Ok(days)
}

/// Entries as items. Only those that count are quoted: the others are folded.
pub async fn items(reader: &Reader, entries: &[RecordEntry]) -> Result<Vec<Item>, Trouble> {
    let counting: Vec<RecordId> = entries.iter().filter(|entry| counts(entry)).map(|entry| entry.id.clone()).collect();
    let told = reader.quotes(counting.clone()).await?;
    let told = |id: &RecordId| counting.iter().position(|other| other == id).and_then(|at| told[at].as_ref());
    Ok(entries.iter().map(|entry| item(reader, entry, told(&entry.id))).collect())
}

fn item(reader: &Reader, entry: &RecordEntry, told: Option<&Told>) -> Item {
    let frame = reader.frame("");
    let sign = kinds::sign_of(entry, reader.words);
    let terms = reader.served.declared().renames.current(&entry.terms, entry.date);
    let is_first = sign.name == "first";
    let headline = told.and_then(|told| told.headline.as_deref());
    let section = headline.and_then(|headline| headline.section.last());
    let section = section.map(|section| reader.words.say_it("in-section", section));
    Item {
        title: format!("{} · {}", reader.service_name(terms.service.as_str()), terms.terms_type),
        href: if is_first { frame.to_version(&entry.id) } else { frame.to_change(&entry.id) },
        is_first,
        sign,
        date: entry.date,
        facts: told.map(|told| facts(told.counts, reader.words)).into_iter().flatten().chain(section).collect(),
        quote: headline.map(block::quote),
        lang: told.and_then(|told| told.lang),
        why: why(entry, reader.words).into_iter().take(REASONS_IN_LISTS).collect(),
    }
}

/// How much changed, in words.
pub fn facts(counts: Counts, words: Words) -> Vec<String> {
    let facts = [
        ("changed-paragraphs", counts.blocks_changed),
        ("added-paragraphs", counts.blocks_inserted),
        ("removed-paragraphs", counts.blocks_deleted),
        ("moved-paragraphs", counts.blocks_moved),
        ("changed-links", counts.links_changed),
    ];
    let told: Vec<String> = facts.into_iter().filter(|(_, n)| *n > 0).map(|(name, n)| words.count(name, n)).collect();
    if told.is_empty() { told } else { vec![told.join(", ")] }
}

/// Why a change is judged as it is.
pub fn why(entry: &RecordEntry, words: Words) -> Vec<String> {
    let reasons = entry.verdict.iter().flat_map(|verdict| &verdict.reasons);
    let mut told: Vec<String> = Vec::new();
    for reason in reasons.map(|reason| reasons::of_verdict(reason, words)) {
        if !reason.is_empty() && !told.contains(&reason) {
            told.push(reason);
        }
    }
    told
}

impl Choices {
    pub fn of(reader: &Reader, overview: &Overview) -> Self {
        let services: BTreeSet<&str> = overview.terms.keys().map(|terms| terms.service.as_str()).collect();
        let types: BTreeSet<&str> = overview.terms.keys().map(|terms| terms.terms_type.as_str()).collect();
        Self {
            services: services.into_iter().map(|id| (id.to_owned(), reader.service_name(id))).collect(),
            types: types.into_iter().map(str::to_owned).collect(),
            kinds: kinds::all(reader.words),
        }
    }
}
