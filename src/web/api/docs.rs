//! The description of the interface for people and programs, without anything from elsewhere.

use std::fmt::Write;

use axum::Json;
use axum::extract::{OriginalUri, State};
use axum::http::header::{ACCEPT, CONTENT_SECURITY_POLICY, LOCATION};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{Html, IntoResponse, Response};
use serde_json::Value;

use super::openapi::document;
use crate::markup::escaped;
use crate::web::Served;

const STYLE: &str = "body{font:1rem/1.5 system-ui,sans-serif;max-width:48rem;margin:2rem auto;padding:0 1rem;\
    color:#1a1a1a;background:#fff}code{font-family:ui-monospace,monospace;background:#f0f0f0;padding:.1em .3em}\
    h2{border-top:1px solid #ccc;padding-top:1rem;font-size:1.1rem}td,th{text-align:left;padding:.2rem 1rem .2rem 0;\
    vertical-align:top}@media(prefers-color-scheme:dark){body{color:#e6e6e6;background:#161616}code{background:#2a2a2a}\
    a{color:#8ab4f8}}";

/// The description for programs.
pub async fn description(State(served): State<Served>) -> Response {
    Json(document(served.base())).into_response()
}

/// The description as a page, or for programs where JSON is asked for.
pub async fn page(State(served): State<Served>, OriginalUri(uri): OriginalUri, headers: HeaderMap) -> Response {
    let accepted = headers.get(ACCEPT).and_then(|accept| accept.to_str().ok()).unwrap_or_default();
    if accepted.contains("json") {
        return description(State(served)).await;
    }
    if !uri.path().ends_with('/') {
        let mut response = StatusCode::MOVED_PERMANENTLY.into_response();
        let address = HeaderValue::from_str(&format!("{}/", uri.path())).ok();
        response.headers_mut().extend(address.map(|address| (LOCATION, address)));
        return response;
    }
    let description = serde_json::to_value(document(served.base())).unwrap_or_default();
    let mut response = Html(html(&description, served.base())).into_response();
    let policy = HeaderValue::from_static("default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'");
    response.headers_mut().insert(CONTENT_SECURITY_POLICY, policy);
    response
}

fn html(description: &Value, base: &str) -> String {
    let text = |value: &Value| escaped(value.as_str().unwrap_or_default());
    let mut out = format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" \
         content=\"width=device-width\">\n<title>{0}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<h1>{0}</h1>\n\
         <p>{1}</p>\n<p>For programs: <a href=\"{2}/openapi.json\">openapi.json</a>.</p>\n",
        text(&description["info"]["title"]),
        text(&description["info"]["description"]),
        escaped(base),
    );
    for (path, operations) in description["paths"].as_object().into_iter().flatten() {
        for (method, operation) in operations.as_object().into_iter().flatten() {
            let address = escaped(&format!("{base}{path}"));
            write(&mut out, &format!("<h2><code>{} {address}</code></h2>\n", escaped(&method.to_uppercase())));
            write(&mut out, &format!("<p>{}.</p>\n", text(&operation["summary"])));
            if operation["description"].is_string() {
                write(&mut out, &format!("<p>{}</p>\n", text(&operation["description"])));
            }
            write(&mut out, &parameters(&operation["parameters"]));
        }
    }
    out + "</body>\n</html>\n"
}

fn parameters(parameters: &Value) -> String {
    let row = |parameter: &Value| {
        let text = |key: &str| escaped(parameter[key].as_str().unwrap_or_default());
        format!(
            "<tr><td><code>{}</code></td><td>{}</td><td>{}</td></tr>\n",
            text("name"),
            text("in"),
            text("description")
        )
    };
    let rows: String = parameters.as_array().into_iter().flatten().map(row).collect();
    if rows.is_empty() { rows } else { format!("<table>\n{rows}</table>\n") }
}

fn write(out: &mut String, text: &str) {
    out.write_str(text).expect("a String takes all that is written");
}
