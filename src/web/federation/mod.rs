//! Several collections as one: Open Terms Archive's federation API over those that are configured.

mod peers;
mod recent;
mod services;
#[cfg(test)]
mod tests;

use std::time::Duration;

use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};
use url::form_urlencoded;

use super::Served;

use peers::peers;
pub use peers::{Listed, Peer};
use recent::Recent;
use services::{Found, Wanted, search};

const WELCOME: &str = "Welcome to an instance of the Open Terms Archive Federation API. Documentation is available at \
                       /docs. Learn more on Open Terms Archive on https://opentermsarchive.org.";

/// For how long a list of collections is taken for what it is, and for how long the services of a collection.
const AGE_OF_LISTS: Duration = Duration::from_secs(3_600);
const AGE_OF_SERVICES: Duration = Duration::from_secs(30);

/// What is known of other collections.
pub struct Collections {
    lists: Recent<Vec<Value>>,
    services: Recent<Vec<Found>>,
}

impl Default for Collections {
    fn default() -> Self {
        Self { lists: Recent::new(AGE_OF_LISTS), services: Recent::new(AGE_OF_SERVICES) }
    }
}

/// Characters that an id of a service may have there besides letters, digits and white space.
const PUNCTUATION: &str = "?!;'\"_+.,-";

/// The routes, below the federation's own base.
pub fn routes() -> Router<Served> {
    Router::new()
        .route("/", get(async || Json(json!({ "message": WELCOME }))))
        .route("/collections", get(collections))
        .route("/services", get(all_services))
        .route("/service/{id}", get(one_service))
}

async fn collections(State(served): State<Served>) -> Json<Value> {
    Json(peers(&served).await.all.iter().map(|peer| json!(peer)).collect())
}

async fn all_services(State(served): State<Served>, RawQuery(query): RawQuery) -> Json<Value> {
    let pairs: Vec<(String, String)> =
        form_urlencoded::parse(query.unwrap_or_default().as_bytes()).into_owned().collect();
    let all = |name: &str| pairs.iter().filter(|(key, _)| key == name).map(|(_, value)| value.clone()).collect();
    let names: Vec<String> = all("name");
    let wanted = Wanted { name: names.into_iter().next(), terms_types: all("termsType"), id: None };
    Json(search(&served, wanted).await)
}

async fn one_service(State(served): State<Served>, Path(id): Path<String>) -> Response {
    let is_known = |c: char| c.is_ascii_alphanumeric() || c.is_whitespace() || PUNCTUATION.contains(c);
    if id.is_empty() || !id.chars().all(is_known) {
        return StatusCode::BAD_REQUEST.into_response();
    }
    let found = search(&served, Wanted { id: Some(id), ..Wanted::default() }).await;
    let is_empty = found["results"].as_array().is_none_or(Vec::is_empty);
    let status = if is_empty { StatusCode::NOT_FOUND } else { StatusCode::OK };
    (status, Json(found)).into_response()
}
