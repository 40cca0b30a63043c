//! What differs between two versions.

use axum::body::Bytes;
use axum::extract::State;
use axum::http::header::{ACCEPT, CONTENT_TYPE, VARY};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use super::immutable::{mark, record_id};
use crate::diff::{Diff, between as compared, unified};
use crate::domain::{Record, Version};
use crate::web::difference;
use crate::web::remembered::Lasting;
use crate::web::site::{LANGUAGES, Words};
use crate::web::{Path, Problem, Served};

/// Blocks that did not change, shown around those that did.
const CONTEXT: usize = 1;

/// A form of differences: the name of its file, its type, and how it is written.
struct Form {
    extension: &'static str,
    mime: &'static str,
    write: fn(&Pair) -> Written,
}

static FORMS: &[Form] = &[
    Form { extension: "json", mime: "application/json", write: json },
    Form { extension: "html", mime: "text/html", write: html },
    Form { extension: "diff", mime: "text/x-diff", write: patch },
];

/// A difference in some form.
struct Written {
    body: String,
    /// Whether comparing was broken off for time, so that it may come out better another time.
    is_hasty: bool,
}

/// Two versions.
struct Pair {
    old: Record<Version>,
    new: Record<Version>,
}

/// What differs between two versions, block by block.
#[derive(Debug, Serialize, ToSchema)]
pub struct DiffBody {
    /// The id of the version before.
    pub from: String,
    /// The id of the version after.
    pub to: String,
    #[serde(flatten)]
    pub diff: Diff,
}

/// What differs between two versions
///
/// As JSON; with `.html` after the second id a fragment of HTML, with `.diff` a unified diff of the Markdown.
#[utoipa::path(get, path = "/diff/{from}/{to}", operation_id = "diff", tag = "versions", params(("from" = String, Path, pattern = "^[0-9a-f]{40}$"), ("to" = String, Path, pattern = "^[0-9a-f]{40}$")),
    responses((status = 200, content((DiffBody = "application/json"), (String = "text/html"), (String = "text/x-diff"))), (status = 400, body = Problem, content_type = "application/problem+json"), (status = 404, body = Problem, content_type = "application/problem+json")))]
pub async fn between(
    State(served): State<Served>,
    Path((from, to)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (to, form) = form(&to, &headers);
    let (from, to) = (record_id(&from)?, record_id(to)?);
    let name = format!("{from}..{to}.{}", form.extension);
    if let Some(body) = served.cache().get(&name) {
        return Ok(for_good(form, body, &name));
    }
    let written = served.versions(move |versions| {
        let (Some(old), Some(new)) = (versions.find(&from)?, versions.find(&to)?) else { return Ok(None) };
        Ok(Some((form.write)(&Pair { old, new })))
    });
    let written = written.await?.ok_or_else(|| Problem::not_found("one of the versions does not exist"))?;
    let body = Bytes::from(written.body);
    match written.is_hasty {
        true => Ok(Lasting::ForNow.mark(answer(form, body))),
        false => Ok(for_good(form, served.cache().put(&name, body), &name)),
    }
}

fn answer(form: &Form, body: Bytes) -> Response {
    let mime = HeaderValue::from_str(&format!("{}; charset=utf-8", form.mime)).expect("plain");
    ([(CONTENT_TYPE, mime), (VARY, HeaderValue::from_static("accept"))], body).into_response()
}

fn for_good(form: &Form, body: Bytes, name: &str) -> Response {
    let mut response = answer(form, body);
    mark(response.headers_mut(), name);
    response
}

/// The form asked for by the end of the address, or else by what the client reads.
fn form<'a>(to: &'a str, headers: &HeaderMap) -> (&'a str, &'static Form) {
    if let Some((id, extension)) = to.split_once('.')
        && let Some(form) = FORMS.iter().find(|form| form.extension == extension)
    {
        return (id, form);
    }
    let accepted = headers.get(ACCEPT).and_then(|accept| accept.to_str().ok()).unwrap_or_default();
    let accepted = accepted.split(',').filter_map(|range| range.split(';').next()).map(str::trim);
    let form = accepted.filter_map(|mime| FORMS.iter().find(|form| form.mime == mime)).next();
    (to, form.unwrap_or(&FORMS[0]))
}

fn json(pair: &Pair) -> Written {
    let body = DiffBody { from: pair.old.id.to_string(), to: pair.new.id.to_string(), diff: pair.diff() };
    let is_hasty = body.diff.is_hasty();
    Written { body: serde_json::to_string(&body).expect("texts and numbers become JSON"), is_hasty }
}

fn html(pair: &Pair) -> Written {
    let diff = pair.diff();
    Written { body: difference::html(&diff, CONTEXT, Words::of(LANGUAGES[0])), is_hasty: diff.is_hasty() }
}

/// However little time there is, a patch makes the new text of the old one: it only gets longer.
fn patch(pair: &Pair) -> Written {
    let name = |side: &str, record: &Record<Version>| {
        let terms = &record.content.terms;
        let date = record.content.fetched_at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
        format!("{side}/{}/{}.md\t{date}", terms.service, terms.terms_type)
    };
    let (old, new) = (markdown(&pair.old), markdown(&pair.new));
    let body = unified(old, new, &name("a", &pair.old), &name("b", &pair.new));
    Written { body, is_hasty: false }
}

fn markdown(record: &Record<Version>) -> &str {
    &record.content.markdown
}

impl Pair {
    fn diff(&self) -> Diff {
        compared(markdown(&self.old), markdown(&self.new))
    }
}
