//! The collections of the federation: named in the configuration, or in lists that it names.

use std::sync::Arc;

use futures::future::join_all;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use url::Url;

use crate::web::Served;

/// Most collections that are asked.
const MAX_PEERS: usize = 200;

/// A collection, and where its API is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Peer {
    pub id: String,
    pub name: String,
    /// The base of its API, such as `https://demo.example/collection-api/v1`.
    pub endpoint: String,
}

/// What the configuration lists: a collection, or the address of a list of collections.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Listed {
    List(String),
    Collection(Peer),
}

/// All collections. Lists are read at the first question; of two with one id the later counts.
pub async fn peers(served: &Served) -> Arc<Vec<Arc<Peer>>> {
    let known = served.peers().get_or_init(|| async { Arc::new(load(served).await) });
    Arc::clone(known.await)
}

async fn load(served: &Served) -> Vec<Arc<Peer>> {
    let lists = served.config().federation.collections.iter().map(|listed| async move {
        match listed {
            Listed::Collection(peer) => vec![serde_json::to_value(peer).unwrap_or_default()],
            Listed::List(url) => listed_at(served, url).await,
        }
    });
    let mut peers: Vec<Arc<Peer>> = Vec::new();
    for value in join_all(lists).await.into_iter().flatten() {
        let Some(peer) = valid(&value) else {
            tracing::warn!(collection = %value, "a collection of the federation is left out: it has no id, name and endpoint");
            continue;
        };
        peers.retain(|other| other.id != peer.id);
        peers.push(Arc::new(peer));
    }
    peers.truncate(MAX_PEERS);
    peers
}

async fn listed_at(served: &Served, url: &str) -> Vec<Value> {
    let Some(outward) = served.outward() else { return Vec::new() };
    match outward.json(url).await {
        Ok(Value::Array(values)) => values,
        Ok(_) => {
            tracing::warn!(url, "a list of collections is none");
            Vec::new()
        }
        Err(error) => {
            tracing::warn!(url, %error, "a list of collections cannot be read");
            Vec::new()
        }
    }
}

fn valid(value: &Value) -> Option<Peer> {
    let peer = Peer::deserialize(value).ok()?;
    let is_web = |url: Url| matches!(url.scheme(), "http" | "https");
    let is_valid = !peer.id.is_empty() && !peer.name.is_empty() && Url::parse(&peer.endpoint).is_ok_and(is_web);
    is_valid.then_some(peer)
}
