//! The interface that clients of Open Terms Archive's engine know, body for body.
//!
//! Its flaws are not copied: ids are literals, and a date that is none is the client's fault.

mod answer;
mod date;
mod feed;
mod headers;
mod services;
#[cfg(test)]
mod tests;
mod version;

use axum::routing::get;
use axum::{Router, middleware};
use serde_json::json;

use super::Served;
use answer::Json;

pub use answer::no_such_route;
pub use date::instant;

const WELCOME: &str = "Welcome to an instance of the Open Terms Archive API. Documentation is available at /docs. \
                       Learn more on Open Terms Archive on https://opentermsarchive.org.";

pub fn routes() -> Router<Served> {
    Router::new()
        .route("/", get(welcome))
        .route("/metadata", get(services::metadata))
        .route("/services", get(services::all))
        .route("/service/{id}", get(services::one))
        .route("/version/{id}/{type}/{date}", get(version::valid_at))
        .route("/feed", get(feed::of_collection))
        .route("/feed/{id}", get(feed::of_service))
        .route("/feed/{id}/{type}", get(feed::of_terms))
        .layer(middleware::from_fn(headers::add))
}

async fn welcome() -> Json {
    Json(json!({ "message": WELCOME }))
}
