//! Looks for services in all collections at once. What fails in one does not keep the others from answering.

use futures::future::join_all;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::peers::{Peer, Peers, peers};
use super::recent::Answer;
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

/// A service of another collection.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Found {
    id: String,
    name: String,
    #[serde(default)]
    terms: Vec<FoundTerms>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct FoundTerms {
    #[serde(rename = "type")]
    terms_type: String,
}

/// What was found, and which collections, or lists of them, did not answer.
pub async fn search(served: &Served, wanted: Wanted) -> Value {
    let Peers { all, failures } = peers(served).await;
    let failure = |(of, message): (String, String)| json!({ "collection": of, "message": message });
    let mut failures: Vec<Value> = failures.into_iter().map(failure).collect();
    let mut results = Vec::new();
    let answers = join_all(all.iter().map(|peer| services_of(served, peer))).await;
    for (peer, answer) in all.iter().zip(answers) {
        match answer {
            Answer { last: Some(services), failure: None } => {
                let found = services.iter().filter(|service| wanted.has(service));
                results.extend(found.map(|service| result(peer, service)));
            }
            Answer { failure: message, .. } => failures.push(failure((peer.id.clone(), message.unwrap_or_default()))),
        }
    }
    json!({ "results": results, "failures": failures })
}

async fn services_of(served: &Served, peer: &Peer) -> Answer<Vec<Found>> {
    let address = format!("{}/services", peer.endpoint.trim_end_matches('/'));
    let ask = async {
        let outward = served.outward().ok_or("no connection can be made")?;
        let answer = outward.json(&address).await.map_err(|error| error.to_string())?;
        Vec::<Found>::deserialize(answer).map_err(|_| "the answer is not a list of services".to_owned())
    };
    served.collections().services.get(&address, ask).await
}

fn result(peer: &Peer, service: &Found) -> Value {
    let endpoint = peer.endpoint.trim_end_matches('/');
    let url = format!("{endpoint}/service/{}", encoded(&service.id));
    json!({
        "collection": peer.id,
        "service": { "id": service.id, "name": service.name, "url": url, "termsTypes": service.types() },
    })
}

impl Found {
    fn types(&self) -> Vec<&str> {
        self.terms.iter().map(|terms| terms.terms_type.as_str()).collect()
    }
}

impl Wanted {
    fn has(&self, service: &Found) -> bool {
        let name = self.name.as_ref().is_none_or(|name| service.name.to_lowercase().contains(&name.to_lowercase()));
        let id = self.id.as_ref().is_none_or(|id| service.id == *id);
        name && id && self.has_type(&service.types())
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
