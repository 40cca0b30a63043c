//! The collections of the federation: named in the configuration, or in lists that it names.

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

/// The collections that are known, and the lists of collections that cannot be read.
pub struct Peers {
    pub all: Vec<Peer>,
    /// The address of a list, and what is the matter.
    pub failures: Vec<(String, String)>,
}

/// All collections; of two with one id the later counts. A list that cannot be read now counts as it was last read.
pub async fn peers(served: &Served) -> Peers {
    let listed = served.config().federation.collections.iter().map(|listed| async move {
        match listed {
            Listed::Collection(peer) => (vec![serde_json::to_value(peer).unwrap_or_default()], None),
            Listed::List(url) => listed_at(served, url).await,
        }
    });
    let mut peers = Peers { all: Vec::new(), failures: Vec::new() };
    for (values, failure) in join_all(listed).await {
        peers.failures.extend(failure);
        values.iter().for_each(|value| peers.add(value));
    }
    peers.all.truncate(MAX_PEERS);
    peers
}

impl Peers {
    fn add(&mut self, value: &Value) {
        let Some(peer) = valid(value) else {
            tracing::debug!(collection = %value, "a collection of the federation is left out: it has no id, name and endpoint");
            return;
        };
        self.all.retain(|other| other.id != peer.id);
        self.all.push(peer);
    }
}

/// What a list has, and what is the matter with it.
async fn listed_at(served: &Served, url: &str) -> (Vec<Value>, Option<(String, String)>) {
    let Some(outward) = served.outward() else { return (Vec::new(), None) };
    let ask = async {
        let answer = match outward.json(url).await {
            Ok(Value::Array(values)) => Ok(values),
            Ok(_) => Err("the answer is not a list of collections".to_owned()),
            Err(error) => Err(error.to_string()),
        };
        answer.inspect_err(|error| tracing::warn!(url, error, "a list of collections cannot be read"))
    };
    let answer = served.collections().lists.get(url, ask).await;
    let values = answer.last.map(|values| values.as_ref().clone()).unwrap_or_default();
    (values, answer.failure.map(|failure| (url.to_owned(), failure)))
}

fn valid(value: &Value) -> Option<Peer> {
    let peer = Peer::deserialize(value).ok()?;
    let is_web = |url: Url| matches!(url.scheme(), "http" | "https");
    let is_valid = !peer.id.is_empty() && !peer.name.is_empty() && Url::parse(&peer.endpoint).is_ok_and(is_web);
    is_valid.then_some(peer)
}
