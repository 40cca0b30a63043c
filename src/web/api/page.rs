//! Lists page by page, in JSON, as lines of JSON or as a table.

use std::collections::BTreeMap;

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
use crate::records::RecordEntry;
use crate::web::{Origin, Path, Problem, Served};

/// Most entries that one answer has.
pub const MAX_LIMIT: usize = 1_000;

/// How many entries an answer has if nothing is said.
pub const LIMIT: usize = 100;

/// A form of lists: the name of its file, its type, and how it is written.
struct Form {
    extension: &'static str,
    mime: &'static str,
    write: fn(&[Entry]) -> String,
}

static FORMS: &[Form] = &[
    Form { extension: "json", mime: "application/json", write: json },
    Form { extension: "jsonl", mime: "application/jsonl", write: lines },
    Form { extension: "csv", mime: "text/csv", write: csv },
];

/// A request for a list: what is asked for, by the query and by names in the address, and which forms the client reads.
pub struct Asked {
    pub query: Query,
    origin: Origin,
    uri: Uri,
    headers: HeaderMap,
}

impl FromRequestParts<Served> for Asked {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, served: &Served) -> Result<Self, Problem> {
        let Path(names) = Path::<BTreeMap<String, String>>::from_request_parts(parts, served).await?;
        let mut query = Query::from_request_parts(parts, served).await?;
        if let Some(service) = names.get("service") {
            query.services = vec![service.parse().map_err(|_| no_such_terms())?];
        }
        if let Some(terms_type) = names.get("type") {
            query.terms_types = vec![terms_type.parse().map_err(|_| no_such_terms())?];
        }
        let Ok(origin) = Origin::from_request_parts(parts, served).await;
        let Ok(OriginalUri(uri)) = OriginalUri::from_request_parts(parts, served).await;
        Ok(Self { query, origin, uri, headers: parts.headers.clone() })
    }
}

impl Asked {
    /// How many entries are wanted.
    pub fn limit(&self) -> usize {
        self.query.limit.unwrap_or(LIMIT)
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
        let extension = self.uri.path().rsplit_once("/versions.").map(|(_, extension)| extension);
        if let Some(name) = self.query.format.as_deref().or(extension) {
            let known = || FORMS.iter().map(|form| form.extension).collect::<Vec<_>>().join(", ");
            let form = FORMS.iter().find(|form| form.extension == name);
            return form.ok_or_else(|| Problem::bad_request(format!("`format` is none of {}", known())));
        }
        let accepted = self.headers.get(ACCEPT).and_then(|accept| accept.to_str().ok()).unwrap_or_default();
        let accepted = accepted.split(',').filter_map(|range| range.split(';').next()).map(str::trim);
        let named = accepted.filter_map(|mime| FORMS.iter().find(|form| form.mime == mime));
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
