//! What is declared.

use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};

use crate::web::Served;

pub async fn all(State(served): State<Served>) -> Json<Value> {
    let declared = served.declared();
    let services = declared.collection.services.iter().map(|service| {
        let terms = service.terms.iter().map(|terms| json!({ "type": terms.key.terms_type }));
        json!({ "id": service.id, "name": service.name, "terms": terms.collect::<Value>() })
    });
    Json(services.collect())
}
