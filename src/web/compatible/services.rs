//! What is declared: metadata, services, and the documents of each.

use axum::extract::{Path, State};
use serde::Serialize;
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

use super::answer::{Json, Refusal};
use crate::domain::{self, ENGINE, Selector, SourceDocument};
use crate::web::Served;

/// A service and the types of its terms.
#[derive(Debug, Serialize, ToSchema)]
pub struct Service {
    pub id: String,
    pub name: String,
    pub terms: Vec<ServiceTerms>,
}

/// A terms of a service.
#[derive(Debug, Serialize, ToSchema)]
pub struct ServiceTerms {
    #[serde(rename = "type")]
    pub terms_type: String,
}

/// What the collection is, and who runs it
#[utoipa::path(get, path = "/metadata", tag = "compatible", operation_id = "metadata",
    responses((status = 200, body = serde_json::Value)))]
pub async fn metadata(State(served): State<Served>) -> Json {
    let declared = served.declared();
    let mut metadata = declared.metadata.all.clone();
    for generated in ["totalServices", "totalTerms", "engineVersion"] {
        metadata.shift_remove(generated);
    }
    metadata.insert("totalServices".to_owned(), json!(declared.collection.services.len()));
    metadata.insert("totalTerms".to_owned(), json!(declared.collection.terms().count()));
    metadata.insert("engineVersion".to_owned(), json!(ENGINE));
    Json(Value::Object(metadata))
}

/// All services
#[utoipa::path(get, path = "/services", tag = "compatible", operation_id = "services",
    responses((status = 200, body = [Service])))]
pub async fn all(State(served): State<Served>) -> Json {
    let declared = served.declared();
    let services = declared.collection.services.iter().map(|service| Service {
        id: service.id.to_string(),
        name: service.name.clone(),
        terms: service
            .terms
            .iter()
            .map(|terms| ServiceTerms { terms_type: terms.key.terms_type.to_string() })
            .collect(),
    });
    Json(json!(services.collect::<Vec<_>>()))
}

/// A service with the source documents of its terms
#[utoipa::path(get, path = "/service/{serviceId}", tag = "compatible", operation_id = "service",
    params(("serviceId" = String, Path)),
    responses((status = 200, body = serde_json::Value), (status = 404, content_type = "text/html", body = String)))]
pub async fn one(State(served): State<Served>, Path(id): Path<String>) -> Result<Json, Refusal> {
    let declared = served.declared();
    let service = declared.service(&id).ok_or(Refusal::Page("Service not found"))?;
    let source = declared.sources.get(&service.id).and_then(|source| serde_json::from_str(source).ok());
    Ok(Json(as_json(service, &source.unwrap_or_default())))
}

/// A service with its documents; `source` is its declaration, which knows in what shape selectors are written.
fn as_json(service: &domain::Service, source: &Value) -> Value {
    let terms = service.terms.iter().map(|terms| {
        let declared = &source["terms"][terms.key.terms_type.as_str()];
        let documents = terms.documents.iter().enumerate().map(|(place, document)| {
            let own = declared["combine"].get(place).unwrap_or(declared);
            document_as_json(document, |key| own.get(key).filter(|value| !value.is_null()).or(declared.get(key)))
        });
        json!({ "type": terms.key.terms_type, "sourceDocuments": documents.collect::<Value>() })
    });
    json!({ "id": service.id, "name": service.name, "terms": terms.collect::<Value>() })
}

fn document_as_json<'a>(document: &SourceDocument, declared: impl Fn(&str) -> Option<&'a Value>) -> Value {
    let mut object = Map::new();
    object.insert("location".to_owned(), json!(document.declared_location));
    let mut put = |name: &str, value: Option<Value>| {
        if let Some(value) = value {
            object.insert(name.to_owned(), value);
        }
    };
    put("contentSelectors", declared("select").cloned().or_else(|| selectors(&document.select)));
    put("insignificantContentSelectors", declared("remove").cloned().or_else(|| selectors(&document.remove)));
    put("executeClientScripts", document.execute_client_scripts.map(Value::from));
    let filters: Vec<&str> = document.filters.iter().map(|filter| filter.name.as_str()).collect();
    put("filters", (!filters.is_empty()).then(|| json!(filters)));
    Value::Object(object)
}

/// Selectors of a declaration that could be tracked and not be read as plain JSON.
fn selectors(selectors: &[Selector]) -> Option<Value> {
    (!selectors.is_empty()).then(|| selectors.iter().map(Selector::to_declared).collect())
}
