//! The interface that clients of Open Terms Archive's engine know, body for body.

mod services;

use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};

use super::Served;

const WELCOME: &str = "Welcome to an instance of the Open Terms Archive API. Documentation is available at /docs. \
                       Learn more on Open Terms Archive on https://opentermsarchive.org.";

pub fn routes() -> Router<Served> {
    Router::new().route("/", get(welcome)).route("/services", get(services::all))
}

async fn welcome() -> Json<Value> {
    Json(json!({ "message": WELCOME }))
}
