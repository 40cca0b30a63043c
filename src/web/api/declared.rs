//! What is declared: each service's declaration, and the types of terms.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use crate::web::{Path, Problem, Served};

/// A type of terms, and how many services have terms of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct TermsTypeBody {
    #[serde(rename = "type")]
    pub name: String,
    pub services: usize,
}

/// The declaration of a service
///
/// Letter for letter as it is written.
#[utoipa::path(get, path = "/service/{service}/declaration", operation_id = "declaration", tag = "declarations", params(("service" = String, Path)),
    responses((status = 200, body = serde_json::Value), (status = 404, body = Problem, content_type = "application/problem+json")))]
pub async fn declaration(State(served): State<Served>, Path(service): Path<String>) -> Result<Response, Problem> {
    let declared = served.declared();
    let source = declared.service(&service).and_then(|service| declared.sources.get(&service.id));
    let source = source.ok_or_else(|| Problem::not_found("no service is declared under this id"))?;
    Ok(([(CONTENT_TYPE, "application/json")], source.clone()).into_response())
}

/// The types of terms
///
/// Those that declarations may use, and others that are used.
#[utoipa::path(get, path = "/terms-types", operation_id = "termsTypes", tag = "declarations", responses((status = 200, body = [TermsTypeBody])))]
pub async fn terms_types(State(served): State<Served>) -> Json<Vec<TermsTypeBody>> {
    let declared = served.declared();
    let listed = declared.terms_types.iter().map(|name| (name.as_str(), 0));
    let mut counts: BTreeMap<&str, usize> = listed.collect();
    for terms in declared.collection.terms() {
        *counts.entry(terms.key.terms_type.as_str()).or_default() += 1;
    }
    let bodies = counts.into_iter().map(|(name, services)| TermsTypeBody { name: name.to_owned(), services });
    Json(bodies.collect())
}
