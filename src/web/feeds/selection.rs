//! What a feed is of: which changes, in which language, and which page of them.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use url::form_urlencoded::{self, Serializer};

use super::words::{ENGLISH, FRENCH, Words};
use crate::domain::{Kind, ServiceId, TermsType};
use crate::records::RecordFilter;
use crate::web::api::Query;
use crate::web::{Problem, Served};

/// Which changes a feed has.
#[derive(Clone)]
pub struct Selection {
    pub query: Query,
    pub words: &'static Words,
    /// The number of an archive, from 1 for the oldest entries; none for the newest.
    pub archive: Option<usize>,
    /// The parameters that say what the feed is of, without the page.
    parameters: Vec<(String, String)>,
}

impl Selection {
    /// Reads the query of a feed's address.
    pub fn read(text: &str) -> Result<Self, Problem> {
        let mut selection = Self { query: Query::default(), words: &ENGLISH, archive: None, parameters: Vec::new() };
        let mut rest = Serializer::new(String::new());
        let mut is_significance_given = false;
        for (name, value) in form_urlencoded::parse(text.as_bytes()) {
            match &*name {
                "lang" => selection.words = words(&value)?,
                "archive" => selection.archive = Some(archive(&value)?),
                "limit" | "cursor" | "offset" | "format" => {
                    return Err(Problem::bad_request(format!("feeds have no parameter `{name}`")));
                }
                name => {
                    is_significance_given |= name == "significant";
                    rest.append_pair(name, &value);
                }
            }
            if name != "archive" {
                selection.parameters.push((name.into_owned(), value.into_owned()));
            }
        }
        selection.query = Query::read(&rest.finish())?;
        selection.parameters.sort();
        let (query, is_narrowed) = (&mut selection.query, is_significance_given);
        if !is_narrowed && query.kinds.is_empty() && query.change_kinds.is_empty() {
            query.significant = Some(true);
        }
        Ok(selection)
    }

    /// The filter that finds the changes. What counts tells technical upgrades apart already.
    pub fn filter(&self) -> RecordFilter {
        let mut filter = self.query.filter();
        if filter.significant.is_none() && filter.kinds.is_empty() && filter.change_kinds.is_empty() {
            filter.kinds = vec![Kind::First, Kind::Change];
        }
        filter
    }

    /// The parameters as they stand in an address, always in the same order.
    pub fn parameters(&self) -> String {
        Serializer::new(String::new()).extend_pairs(&self.parameters).finish()
    }

    /// The parameters, with the number of an archive.
    pub fn parameters_with(&self, archive: usize) -> String {
        let mut query = Serializer::new(String::new());
        query.extend_pairs(&self.parameters).append_pair("archive", &archive.to_string()).finish()
    }
}

impl FromRequestParts<Served> for Selection {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &Served) -> Result<Self, Problem> {
        Self::read(parts.uri.query().unwrap_or_default())
    }
}

/// Where the feed of a service or a type or both is, below the base.
pub fn feed_address(extension: &str, service: Option<&ServiceId>, terms_type: Option<&TermsType>) -> String {
    let names = [("service", service.map(ServiceId::as_str)), ("type", terms_type.map(TermsType::as_str))];
    let given = names.into_iter().filter_map(|(key, name)| Some((key, name?)));
    let query = Serializer::new(String::new()).extend_pairs(given).finish();
    let mark = if query.is_empty() { "" } else { "?" };
    format!("/feeds/changes.{extension}{mark}{query}")
}

fn words(language: &str) -> Result<&'static Words, Problem> {
    match language {
        "en" => Ok(&ENGLISH),
        "fr" => Ok(&FRENCH),
        _ => Err(Problem::bad_request("`lang` is none of en, fr")),
    }
}

fn archive(number: &str) -> Result<usize, Problem> {
    let number = number.parse().ok().filter(|number| (1..=1_000_000).contains(number));
    number.ok_or_else(|| Problem::bad_request("`archive` is not a number from 1"))
}
