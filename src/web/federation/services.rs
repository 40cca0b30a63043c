//! Looks for services in all collections at once. What fails in one does not keep the others from answering.

use futures::future::join_all;
use serde_json::{Value, json};

use super::peers::{Peer, peers};
use crate::web::Served;
use crate::web::address::encoded;

/// Which services are looked for.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// A part of the name, in any case.
    pub name: Option<String>,
    /// Terms types, one of which the service has.
    pub terms_types: Vec<String>,
    pub id: Option<String>,
}

/// What was found, and which collections did not answer.
pub async fn search(served: &Served, wanted: Wanted) -> Value {
    let peers = peers(served).await;
    let asked = peers.iter().map(|peer| async move { (peer, services_of(served, peer).await) });
    let (mut results, mut failures) = (Vec::new(), Vec::new());
    for (peer, answer) in join_all(asked).await {
        match answer {
            Ok(services) => {
                let found = services.iter().filter(|service| wanted.has(service));
                results.extend(found.map(|service| result(peer, service)));
            }
            Err(message) => failures.push(json!({ "collection": peer.id, "message": message })),
        }
    }
    json!({ "results": results, "failures": failures })
}

async fn services_of(served: &Served, peer: &Peer) -> Result<Vec<Value>, String> {
    let outward = served.outward().ok_or("no connection can be made")?;
    let address = format!("{}/services", peer.endpoint.trim_end_matches('/'));
    match outward.json(&address).await.map_err(|error| error.to_string())? {
        Value::Array(services) => Ok(services),
        _ => Err("the answer is not a list of services".to_owned()),
    }
}

fn result(peer: &Peer, service: &Value) -> Value {
    let endpoint = peer.endpoint.trim_end_matches('/');
    let url = format!("{endpoint}/service/{}", encoded(service["id"].as_str().unwrap_or_default()));
    json!({
        "collection": peer.id,
        "service": { "id": service["id"], "name": service["name"], "url": url, "termsTypes": types(service) },
    })
}

fn types(service: &Value) -> Vec<&str> {
    let terms = service["terms"].as_array().into_iter().flatten();
    terms.filter_map(|terms| terms["type"].as_str()).collect()
}

impl Wanted {
    fn has(&self, service: &Value) -> bool {
        let text = |key: &str| service[key].as_str().unwrap_or_default();
        let name = self.name.as_ref().is_none_or(|name| text("name").to_lowercase().contains(&name.to_lowercase()));
        let id = self.id.as_ref().is_none_or(|id| text("id") == id);
        name && id && self.has_type(&types(service))
    }

    /// A single value may hold several types, as clients of the engine send them.
    fn has_type(&self, types: &[&str]) -> bool {
        let is_wanted = |of: &str| match self.terms_types.as_slice() {
            [] => true,
            [one] => one.contains(of),
            several => several.iter().any(|wanted| wanted == of),
        };
        self.terms_types.is_empty() || types.iter().any(|of| is_wanted(of))
    }
}
