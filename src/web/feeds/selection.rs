//! What a feed is of: which changes, in which language, and which page of them.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use url::form_urlencoded::{self, Serializer};

use super::tracking;
use crate::checks::{Event, EventKind};
use crate::domain::{Kind, ServiceId, TermsType};
use crate::records::RecordFilter;
use crate::web::api::{Query, records_with, unknown};
use crate::web::site::{LANGUAGES, Language, Words};
use crate::web::{Problem, Served};

/// What lists can be asked for, and feeds cannot: they have pages of their own.
const OF_LISTS: [&str; 4] = ["limit", "cursor", "offset", "format"];

/// Which changes a feed has.
#[derive(Clone)]
pub struct Selection {
    pub query: Query,
    pub words: Words,
    /// Which kinds of events of tracking the feed has beside records.
    events: Vec<EventKind>,
    /// Whether nothing but these was asked for.
    has_events_only: bool,
    /// The number of an archive, from 1 for the oldest entries; none for the newest.
    pub archive: Option<usize>,
    /// The parameters that say what the feed is of, without the page.
    parameters: Vec<(String, String)>,
}

impl Selection {
    /// Reads the parameters of a feed as they stand in an address.
    ///
    /// # Errors
    /// The first parameter that is unknown or cannot be used.
    pub fn read(text: &str) -> Result<Self, Problem> {
        let mut selection = Self {
            query: Query::default(),
            words: Words::of(LANGUAGES[0]),
            events: Vec::new(),
            has_events_only: false,
            archive: None,
            parameters: Vec::new(),
        };
        let (mut rest, mut is_significance_given) = (Serializer::new(String::new()), false);
        for (name, value) in form_urlencoded::parse(text.as_bytes()) {
            match &*name {
                "lang" => selection.words = words(&value)?,
                "archive" => selection.archive = Some(archive(&value)?),
                "kind" => {
                    let kinds = selection.take_events(&value);
                    rest.extend_pairs((!kinds.is_empty()).then_some(("kind", kinds)));
                }
                name if !parameters().any(|known| known == name) => return Err(unknown(name, parameters())),
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
        selection.settle(is_significance_given);
        Ok(selection)
    }

    /// Takes kinds of events out of a list of kinds, and gives what is left.
    fn take_events(&mut self, kinds: &str) -> String {
        let event = |name: &str| tracking::KINDS.into_iter().find(|kind| kind.name() == name.trim());
        self.events.extend(kinds.split(',').filter_map(event));
        kinds.split(',').filter(|name| event(name).is_none()).collect::<Vec<_>>().join(",")
    }

    /// What counts, where nothing else is said; with it, what became of tracking, unless it cannot be meant.
    fn settle(&mut self, is_significance_given: bool) {
        let has_kinds = !self.query.kinds.is_empty() || !self.query.change_kinds.is_empty();
        self.has_events_only = !has_kinds && !self.events.is_empty();
        if !is_significance_given && !has_kinds {
            self.query.significant = Some(true);
        }
        if !has_kinds && self.events.is_empty() {
            self.events = tracking::KINDS.to_vec();
        }
        let Query { significant, words, engine, .. } = &self.query;
        if *significant == Some(false) || words.is_some() || engine.is_some() {
            self.events.clear();
        }
    }

    /// The service whose records are all that the feed is of, if it is one.
    pub fn of_service(&self) -> Option<ServiceId> {
        match self.query.services.as_slice() {
            [service] if self.query.words.is_none() => Some(service.clone()),
            _ => None,
        }
    }

    /// The events that the feed has, of all there are, the oldest first.
    pub fn events(&self, all: &[Event]) -> Vec<Event> {
        let Query { since, until, .. } = &self.query;
        let names = self.query.names();
        let is_meant = |event: &&Event| {
            self.events.contains(&event.kind)
                && !event.is_of_a_rename()
                && since.is_none_or(|since| event.at >= since)
                && until.is_none_or(|until| event.at <= until)
                && names.iter().any(|name| name.is_of(&event.terms, event.at))
        };
        let mut events: Vec<Event> = all.iter().filter(is_meant).cloned().collect();
        events.sort_by_key(|event| event.at);
        events
    }

    /// The filter that finds the changes. Technical upgrades are none, and what counts tells them apart already.
    pub fn filter(&self) -> RecordFilter {
        let mut filter = self.query.filter();
        if self.has_events_only {
            return RecordFilter { among: Some(Vec::new()), ..filter };
        }
        if filter.significant != Some(true) && filter.kinds.is_empty() && filter.change_kinds.is_empty() {
            filter.kinds = vec![Kind::First, Kind::Change];
        }
        filter
    }

    /// The filter, narrowed to what is searched for.
    pub async fn filter_of(&self, served: &Served) -> Result<RecordFilter, Problem> {
        let among = records_with(served, &self.query).await?;
        let filter = self.filter();
        Ok(RecordFilter { among: filter.among.clone().or(among), ..filter })
    }

    /// The parameters as they stand in an address, always in the same order.
    pub fn parameters(&self) -> String {
        Serializer::new(String::new()).extend_pairs(&self.parameters).finish()
    }

    /// Where the feed is, below the base: the same for all who ask for the same.
    pub fn address(&self, extension: &str) -> String {
        self.address_of(extension, self.archive)
    }

    /// Where one archive of it is, or its newest entries.
    pub fn address_of(&self, extension: &str, archive: Option<usize>) -> String {
        let archive = archive.map(|number| number.to_string());
        let parameters = self.parameters.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let parameters: Vec<_> = parameters.chain(archive.as_deref().map(|number| ("archive", number))).collect();
        address_with(extension, &parameters)
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
    let given: Vec<(&str, &str)> = names.into_iter().filter_map(|(key, name)| Some((key, name?))).collect();
    address_with(extension, &given)
}

/// Where the feed with some parameters, in their order, is below the base.
pub fn address_with(extension: &str, parameters: &[(&str, &str)]) -> String {
    let query = Serializer::new(String::new()).extend_pairs(parameters).finish();
    let mark = if query.is_empty() { "" } else { "?" };
    format!("/feeds/changes.{extension}{mark}{query}")
}

/// The parameters that a feed can have.
fn parameters() -> impl Iterator<Item = &'static str> {
    Query::parameters().filter(|name| !OF_LISTS.contains(name)).chain(["lang", "archive"])
}

fn words(language: &str) -> Result<Words, Problem> {
    let known = || LANGUAGES.map(|language| language.tag).join(", ");
    let language = Language::from_tag(language);
    language.map(Words::of).ok_or_else(|| Problem::bad_request(format!("`lang` is none of {}", known())))
}

fn archive(number: &str) -> Result<usize, Problem> {
    let number = number.parse().ok().filter(|number| (1..=1_000_000).contains(number));
    number.ok_or_else(|| Problem::bad_request("`archive` is not a number from 1"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn technical_upgrades_are_in_no_feed_that_does_not_ask_for_them() {
        for query in ["", "significant=all", "significant=false", "significant=false&service=Acme"] {
            let filter = Selection::read(query).unwrap().filter();

            let counts = filter.significant == Some(true);
            assert!(counts || filter.kinds == [Kind::First, Kind::Change], "{query}");
        }
        let asked_for = Selection::read("kind=technical-upgrade").unwrap().filter();
        assert_eq!(asked_for.kinds, [Kind::TechnicalUpgrade]);
    }

    #[test]
    fn what_a_feed_cannot_be_asked_for_is_told_with_what_it_can() {
        for query in ["foo=1", "limit=5", "cursor=x"] {
            let problem = Selection::read(query).err().unwrap();

            let expected = "service, type, since, until, kind, significant, fetched-by, q, lang, archive";
            assert!(problem.detail.ends_with(&format!("there are {expected}")), "{}", problem.detail);
        }
    }
}
