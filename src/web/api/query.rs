//! What a request asks for in its query: which records, how many, in which form.
//!
//! Every parameter is bounded and checked; one that is not known is refused rather than passed over, since a filter
//! that is misspelt would answer another question.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use url::form_urlencoded;

use super::page::MAX_LIMIT;
use crate::domain::{ChangeKind, Kind, RecordId, ServiceId, TermsName, TermsType};
use crate::records::RecordFilter;
use crate::web::{Problem, Served};

/// Longest query that is read, in bytes.
const MAX_QUERY_BYTES: usize = 4_096;

/// Longest engine that is asked for, in bytes.
const MAX_TEXT_BYTES: usize = 200;

/// Most services with types that a query names together.
const MAX_NAMES: usize = 250;

/// How many records can be passed over.
const MAX_OFFSET: usize = 100_000;

/// Which records are asked for.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Query {
    /// Any of these; all where none is named.
    pub services: Vec<ServiceId>,
    /// Any of these; all where none is named.
    pub terms_types: Vec<TermsType>,
    pub since: Option<DateTime<Utc>>,
    pub until: Option<DateTime<Utc>>,
    /// Any of these kinds of records, or of `change_kinds`.
    pub kinds: Vec<Kind>,
    pub change_kinds: Vec<ChangeKind>,
    pub significant: Option<bool>,
    pub engine: Option<String>,
    /// What is searched for.
    pub words: Option<String>,
    pub limit: Option<usize>,
    pub cursor: Option<RecordId>,
    /// How many to pass over.
    pub offset: usize,
    /// The form of the answer, by the name of its file.
    pub format: Option<String>,
}

type Set = fn(&mut Query, &str) -> Result<(), String>;

/// Parameters and what they set.
const PARAMETERS: &[(&str, Set)] = &[
    ("service", |query, text| parsed(text).map(|service| add(&mut query.services, service))),
    ("type", |query, text| parsed(text).map(|terms_type| add(&mut query.terms_types, terms_type))),
    ("since", |query, text| date(text).map(|date| query.since = Some(date))),
    ("until", |query, text| last_of(text).map(|date| query.until = Some(date))),
    ("kind", |query, text| text.split(',').try_for_each(|name| kind(query, name.trim()))),
    ("significant", |query, text| significant(text).map(|meant| query.significant = meant)),
    ("fetched-by", |query, text| short(text).map(|engine| query.engine = Some(engine))),
    ("q", |query, text| short(text).map(|words| query.words = Some(words))),
    ("limit", |query, text| limit(text).map(|limit| query.limit = Some(limit))),
    ("cursor", |query, text| parsed(text).map(|cursor| query.cursor = Some(cursor))),
    ("offset", |query, text| offset(text).map(|offset| query.offset = offset)),
    ("format", |query, text| short(text).map(|format| query.format = Some(format))),
];

impl Query {
    /// Reads a query as it stands in an address.
    ///
    /// # Errors
    /// The first parameter that is unknown or cannot be used.
    pub fn read(text: &str) -> Result<Self, Problem> {
        if text.len() > MAX_QUERY_BYTES {
            return Err(Problem::bad_request(format!("the query is longer than {MAX_QUERY_BYTES} bytes")));
        }
        let mut query = Self::default();
        for (name, value) in form_urlencoded::parse(text.as_bytes()) {
            let Some((_, set)) = PARAMETERS.iter().find(|(known, _)| *known == name) else {
                return Err(unknown(&name, Self::parameters()));
            };
            set(&mut query, &value).map_err(|why| Problem::bad_request(format!("`{name}` {why}")))?;
        }
        if query.names().len() > MAX_NAMES {
            let detail = format!("`service` and `type` make more than {MAX_NAMES} combinations");
            return Err(Problem::bad_request(detail));
        }
        Ok(query)
    }

    /// Each service with each type; where one of them is not named, the others alone.
    pub fn names(&self) -> Vec<TermsName> {
        let services = or_any(&self.services);
        let with_types = |service: Option<&ServiceId>| {
            let service = service.cloned();
            let name = move |terms_type: Option<&TermsType>| TermsName {
                service: service.clone(),
                terms_type: terms_type.cloned(),
                until: None,
            };
            or_any(&self.terms_types).into_iter().map(name)
        };
        services.into_iter().flat_map(with_types).collect()
    }

    /// The names of all parameters.
    pub fn parameters() -> impl Iterator<Item = &'static str> {
        PARAMETERS.iter().map(|(name, _)| *name)
    }

    /// A parameter among those given that narrows down changes, and nothing else.
    pub fn of_changes(&self) -> Option<&'static str> {
        let given = [
            ("kind", !self.kinds.is_empty() || !self.change_kinds.is_empty()),
            ("significant", self.significant.is_some()),
            ("fetched-by", self.engine.is_some()),
            ("cursor", self.cursor.is_some()),
        ];
        given.into_iter().find(|(_, is_given)| *is_given).map(|(name, _)| name)
    }

    /// The filter that finds what is asked for.
    pub fn filter(&self) -> RecordFilter {
        RecordFilter {
            names: self.names(),
            since: self.since,
            until: self.until,
            kinds: self.kinds.clone(),
            change_kinds: self.change_kinds.clone(),
            significant: self.significant,
            engine: self.engine.clone(),
            after: self.cursor.clone(),
            offset: self.offset,
            limit: self.limit,
            ..RecordFilter::default()
        }
    }
}

impl FromRequestParts<Served> for Query {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &Served) -> Result<Self, Problem> {
        Self::read(parts.uri.query().unwrap_or_default())
    }
}

/// Each of what is named, or once nothing in particular.
fn or_any<T>(named: &[T]) -> Vec<Option<&T>> {
    if named.is_empty() { vec![None] } else { named.iter().map(Some).collect() }
}

fn add<T: PartialEq>(named: &mut Vec<T>, name: T) {
    if !named.contains(&name) {
        named.push(name);
    }
}

/// That there is no such parameter, and which there are.
pub fn unknown<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Problem {
    let shown: String = name.chars().take(40).collect();
    let known = known.collect::<Vec<_>>().join(", ");
    Problem::bad_request(format!("there is no parameter `{shown}`; there are {known}"))
}

fn parsed<T: std::str::FromStr<Err: std::fmt::Display>>(text: &str) -> Result<T, String> {
    text.parse().map_err(|error: T::Err| format!("cannot be used: {error}"))
}

/// The instant, or the first second of a day.
fn date(text: &str) -> Result<DateTime<Utc>, String> {
    day(text).map(|day| day.and_time(NaiveTime::MIN).and_utc()).or_else(|| instant(text)).ok_or_else(no_date)
}

/// The instant, or the last second of a day.
fn last_of(text: &str) -> Result<DateTime<Utc>, String> {
    let end = |day: NaiveDate| day.and_time(NaiveTime::MIN).and_utc() + TimeDelta::seconds(86_399);
    day(text).map(end).or_else(|| instant(text)).ok_or_else(no_date)
}

/// A day as `2026-05-01`. Years and months alone are none: whether their first or their last day is meant, nobody says.
fn day(text: &str) -> Option<NaiveDate> {
    (text.len() == "2026-05-01".len()).then(|| text.parse().ok())?
}

fn instant(text: &str) -> Option<DateTime<Utc>> {
    DateTime::parse_from_rfc3339(text).ok().map(|instant| instant.to_utc())
}

fn no_date() -> String {
    "is no date, such as 2026-05-01 or 2026-05-01T10:00:00Z".to_owned()
}

/// A kind of record, which every record has, or a kind of change, which it has once it is judged.
fn kind(query: &mut Query, name: &str) -> Result<(), String> {
    match name {
        "first" => query.kinds.push(Kind::First),
        "change" => query.kinds.push(Kind::Change),
        "technical-upgrade" => query.kinds.push(Kind::TechnicalUpgrade),
        name => match name.parse() {
            Ok(kind) => query.change_kinds.push(kind),
            Err(_) => return Err(format!("is none of change, {}", ChangeKind::ALL.map(ChangeKind::name).join(", "))),
        },
    }
    Ok(())
}

fn significant(text: &str) -> Result<Option<bool>, String> {
    match text {
        "true" => Ok(Some(true)),
        "false" => Ok(Some(false)),
        "all" => Ok(None),
        _ => Err("is none of true, false, all".to_owned()),
    }
}

fn limit(text: &str) -> Result<usize, String> {
    let limit = text.parse().ok().filter(|limit| (1..=MAX_LIMIT).contains(limit));
    limit.ok_or_else(|| format!("is not a number from 1 to {MAX_LIMIT}"))
}

fn offset(text: &str) -> Result<usize, String> {
    let offset = text.parse().ok().filter(|offset| *offset <= MAX_OFFSET);
    offset.ok_or_else(|| format!("is not a number from 0 to {MAX_OFFSET}"))
}

fn short(text: &str) -> Result<String, String> {
    if text.is_empty() || text.len() > MAX_TEXT_BYTES {
        return Err(format!("is not 1 to {MAX_TEXT_BYTES} bytes long"));
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_is_read_whole() {
        let read = Query::read(
            "service=Acme&type=Privacy%20Policy&since=2026-01-01&until=2026-02-01&kind=first,substantive&significant=true",
        );

        let query = read.unwrap();
        assert_eq!(query.services[0].as_str(), "Acme");
        assert_eq!(query.terms_types[0].as_str(), "Privacy Policy");
        assert_eq!(query.since.unwrap().to_rfc3339(), "2026-01-01T00:00:00+00:00");
        assert_eq!(query.until.unwrap().to_rfc3339(), "2026-02-01T23:59:59+00:00", "the day is included");
        assert_eq!(query.kinds, [Kind::First]);
        assert_eq!(query.change_kinds, [ChangeKind::Substantive]);
        assert_eq!(query.significant, Some(true));
    }

    #[test]
    fn a_parameter_that_is_repeated_means_any_of_its_values() {
        let query = Query::read("service=A&service=B,%20Inc&service=A&type=Imprint&type=Terms&kind=first&kind=links");

        let query = query.unwrap();
        let names = query.names().into_iter().map(|name| (name.service.unwrap(), name.terms_type.unwrap()));
        let names: Vec<String> = names.map(|(service, terms_type)| format!("{service}/{terms_type}")).collect();
        assert_eq!(names, ["A/Imprint", "A/Terms", "B, Inc/Imprint", "B, Inc/Terms"]);
        assert_eq!((query.kinds, query.change_kinds), (vec![Kind::First], vec![ChangeKind::Links]));
    }

    #[test]
    fn what_cannot_be_used_is_refused_with_its_reason() {
        let long = format!("fetched-by={}", "x".repeat(10_000));
        let many: String = (0..20).map(|number| format!("service={number}&type={number}&")).collect();
        let many = many.trim_end_matches('&');
        for (query, reason) in [
            ("sience=2026", "there is no parameter `sience`; there are service, type, since, until, kind, significant"),
            ("since=soon", "`since` is no date"),
            ("until=2022", "`until` is no date, such as 2026-05-01 or 2026-05-01T10:00:00Z"),
            ("until=2022-03", "`until` is no date"),
            ("since=2022-3-29", "`since` is no date"),
            ("limit=0", "`limit` is not a number from 1 to 1000"),
            ("limit=-1", "`limit` is not a number"),
            ("kind=big", "`kind` is none of change, first, substantive"),
            ("cursor=HEAD", "`cursor` cannot be used: record id `HEAD` is not 40"),
            ("service=..%2Fetc", "`service` cannot be used: service id `../etc` starts with a dot"),
            (many, "`service` and `type` make more than 250 combinations"),
            (&long, "the query is longer than 4096 bytes"),
        ] {
            let problem = Query::read(query).unwrap_err();

            assert_eq!(problem.status, 400);
            assert!(problem.detail.starts_with(reason), "{}", problem.detail);
        }
    }
}
