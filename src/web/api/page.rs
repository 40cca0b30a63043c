//! Lists page by page, in JSON, as lines of JSON or as a table.

use std::collections::BTreeMap;
use std::str::FromStr;

use axum::extract::{FromRequestParts, OriginalUri};
use axum::http::header::{ACCEPT, CONTENT_TYPE, LINK, VARY};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Uri};
use axum::response::{IntoResponse, Response};
use url::form_urlencoded;

use super::bodies::Entry;
use super::query::Query;
use super::table::csv;
use super::versions::no_such_terms;
use crate::domain::{ServiceId, TermsType};
use crate::records::{RecordEntry, RecordFilter};
use crate::web::{Declared, Origin, Path, Problem, ReadError, Served};

/// Most entries that one answer has.
pub const MAX_LIMIT: usize = 1_000;

/// How many entries an answer has if nothing is said.
pub const LIMIT: usize = 100;

/// A form of lists: the name of its file, its type, other names that it goes by, and how it is written.
struct Form {
    extension: &'static str,
    mime: &'static str,
    also: &'static [&'static str],
    write: fn(&[Entry]) -> String,
}

static FORMS: &[Form] = &[
    Form { extension: "json", mime: "application/json", also: &[], write: json },
    Form { extension: "jsonl", mime: "application/jsonl", also: NAMES_OF_LINES, write: lines },
    Form { extension: "csv", mime: "text/csv", also: &[], write: csv },
];

/// Lines of JSON have no registered type, and several names.
const NAMES_OF_LINES: &[&str] = &["application/x-ndjson", "application/ndjson", "application/x-jsonlines"];

/// A request for a list: what is asked for, by the query and by names in the address, and which forms the client reads.
pub struct Asked {
    pub query: Query,
    /// The service and the type that the address names.
    named: (Option<ServiceId>, Option<TermsType>),
    /// The form that the address ends with.
    form: Option<&'static Form>,
    origin: Origin,
    uri: Uri,
    headers: HeaderMap,
}

impl FromRequestParts<Served> for Asked {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, served: &Served) -> Result<Self, Problem> {
        let Path(mut names) = Path::<BTreeMap<String, String>>::from_request_parts(parts, served).await?;
        let mut query = Query::from_request_parts(parts, served).await?;
        let last = if names.contains_key("type") { "type" } else { "service" };
        let form = match names.get_mut(last) {
            Some(name) => taken_form(name, &served.declared()),
            None => form_of(parts.uri.path()).map(|(_, form)| form),
        };
        let service: Option<ServiceId> = parsed(names.get("service"))?;
        let terms_type: Option<TermsType> = parsed(names.get("type"))?;
        if let Some(service) = &service {
            query.services = vec![service.clone()];
        }
        if let Some(terms_type) = &terms_type {
            query.terms_types = vec![terms_type.clone()];
        }
        let Ok(origin) = Origin::from_request_parts(parts, served).await;
        let Ok(OriginalUri(uri)) = OriginalUri::from_request_parts(parts, served).await;
        let named = (service, terms_type);
        Ok(Self { query, named, form, origin, uri, headers: parts.headers.clone() })
    }
}

/// A name, if there is one; none that could be recorded is one that is not.
fn parsed<T: FromStr>(name: Option<&String>) -> Result<Option<T>, Problem> {
    name.map(|name| name.parse().map_err(|_| no_such_terms())).transpose()
}

/// What stands before the name of a form at the end of a text, and that form.
fn form_of(text: &str) -> Option<(&str, &'static Form)> {
    let (start, end) = text.rsplit_once('.')?;
    Some((start, FORMS.iter().find(|form| form.extension == end)?))
}

/// Takes the name of a form from the end of a service's or a type's name, unless it is a part of that.
fn taken_form(name: &mut String, declared: &Declared) -> Option<&'static Form> {
    let is_declared = declared.service(name).is_some() || declared.terms_types.contains(name);
    let (start, form) = form_of(name).filter(|(start, _)| !is_declared && !start.is_empty())?;
    *name = start.to_owned();
    Some(form)
}

impl Asked {
    /// How many entries are wanted.
    pub fn limit(&self) -> usize {
        self.query.limit.unwrap_or(LIMIT)
    }

    /// What is wrong with a question to which nothing was found, if anything is: a cursor or a name that is none. `count`
    /// counts records.
    pub async fn refusal<F: Future<Output = Result<usize, ReadError>>>(
        &self,
        served: &Served,
        count: impl Fn(RecordFilter) -> F,
    ) -> Result<(), Problem> {
        if let Some(cursor) = &self.query.cursor {
            let one = RecordFilter { among: Some(vec![cursor.clone()]), ..RecordFilter::default() };
            if count(one).await? == 0 {
                return Err(Problem::bad_request("`cursor` is not the id of a record"));
            }
        }
        let (service, terms_type) = self.named.clone();
        if service.is_none() || self.is_declared(&served.declared()) {
            return Ok(());
        }
        match count(RecordFilter { service, terms_type, ..RecordFilter::default() }).await? {
            0 => Err(Problem::not_found("nothing is recorded or declared under this name")),
            _ => Ok(()),
        }
    }

    /// Whether what the address names is declared, so that there may be something to list one day.
    fn is_declared(&self, declared: &Declared) -> bool {
        let (Some(service), terms_type) = &self.named else { return true };
        let mut terms = declared.service(service.as_str()).into_iter().flat_map(|service| &service.terms);
        terms.any(|terms| terms_type.as_ref().is_none_or(|name| terms.key.terms_type == *name))
    }

    /// The answer, from the entries that were found: one more than wanted tells that there is a next page.
    pub fn answer(&self, mut found: Vec<RecordEntry>) -> Result<Response, Problem> {
        let form = self.form()?;
        let is_more = found.len() > self.limit();
        found.truncate(self.limit());
        let entries: Vec<Entry> = found.iter().map(Entry::from).collect();
        let mut response = (form.write)(&entries).into_response();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_str(&format!("{}; charset=utf-8", form.mime)).expect("plain"));
        headers.insert(VARY, HeaderValue::from_static("accept"));
        if let Some(link) = found.last().filter(|_| is_more).and_then(|last| self.link_after(last)) {
            headers.insert(LINK, link);
        }
        Ok(response)
    }

    fn form(&self) -> Result<&'static Form, Problem> {
        if let Some(name) = self.query.format.as_deref() {
            let known = || FORMS.iter().map(|form| form.extension).collect::<Vec<_>>().join(", ");
            let form = FORMS.iter().find(|form| form.extension == name);
            return form.ok_or_else(|| Problem::bad_request(format!("`format` is none of {}", known())));
        }
        if let Some(form) = self.form {
            return Ok(form);
        }
        let accepted = self.headers.get(ACCEPT).and_then(|accept| accept.to_str().ok()).unwrap_or_default();
        let accepted = accepted.split(',').filter_map(|range| range.split(';').next()).map(str::trim);
        let named =
            accepted.filter_map(|mime| FORMS.iter().find(|form| form.mime == mime || form.also.contains(&mime)));
        Ok(named.into_iter().next().unwrap_or(&FORMS[0]))
    }

    /// Where the next page is.
    fn link_after(&self, last: &RecordEntry) -> Option<HeaderValue> {
        let kept = form_urlencoded::parse(self.uri.query().unwrap_or_default().as_bytes());
        let kept = kept.filter(|(name, _)| name != "cursor" && name != "offset");
        let query = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(kept)
            .append_pair("cursor", last.id.as_str())
            .finish();
        let address = self.origin.at(self.uri.path());
        HeaderValue::from_str(&format!("<{address}?{query}>; rel=\"next\"")).ok()
    }
}

fn json(entries: &[Entry]) -> String {
    serde_json::to_string(entries).expect("texts become JSON")
}

fn lines(entries: &[Entry]) -> String {
    entries.iter().map(|entry| serde_json::to_string(entry).expect("texts become JSON") + "\n").collect()
}
