//! Asks other servers, where the configuration says so: collections of a federation, and a hub.

use std::time::Duration;

use reqwest::Client;
use serde_json::Value;

/// How long another server may take.
const PATIENCE: Duration = Duration::from_secs(2);

/// Largest answer that is read, in bytes.
const MAX_BYTES: usize = 16 << 20;

/// Why another server did not help.
#[derive(Debug, thiserror::Error)]
pub enum OutwardError {
    #[error("cannot set up HTTP: {0}")]
    SetUp(reqwest::Error),

    #[error("no answer within {} s", PATIENCE.as_secs())]
    TimedOut,

    #[error("{0}")]
    Failed(String),

    #[error("answered {0}")]
    Status(u16),

    #[error("the answer is larger than {MAX_BYTES} bytes")]
    TooLarge,

    #[error("the answer is not JSON: {0}")]
    NotJson(#[from] serde_json::Error),
}

/// An HTTP client with short patience.
#[derive(Clone)]
pub struct Outward(Client);

impl Outward {
    /// # Errors
    /// When no client can be made.
    pub fn new() -> Result<Self, OutwardError> {
        let client = Client::builder().tls_backend_preconfigured(crate::fetch::tls()).timeout(PATIENCE);
        client.build().map(Self).map_err(OutwardError::SetUp)
    }

    /// The JSON at an address.
    pub async fn json(&self, url: &str) -> Result<Value, OutwardError> {
        let mut response = self.0.get(url).header("accept", "application/json").send().await.map_err(failed)?;
        if !response.status().is_success() {
            return Err(OutwardError::Status(response.status().as_u16()));
        }
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(failed)? {
            if body.len() + chunk.len() > MAX_BYTES {
                return Err(OutwardError::TooLarge);
            }
            body.extend_from_slice(&chunk);
        }
        Ok(serde_json::from_slice(&body)?)
    }

    /// Tells a hub that there is something new at an address (WebSub, section 7).
    pub async fn publish(&self, hub: &str, topic: &str) -> Result<(), OutwardError> {
        let form = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("hub.mode", "publish")
            .append_pair("hub.url", topic)
            .finish();
        let mime = "application/x-www-form-urlencoded";
        let response = self.0.post(hub).header("content-type", mime).body(form).send().await.map_err(failed)?;
        if response.status().is_success() { Ok(()) } else { Err(OutwardError::Status(response.status().as_u16())) }
    }
}

fn failed(error: reqwest::Error) -> OutwardError {
    if error.is_timeout() {
        return OutwardError::TimedOut;
    }
    // The innermost cause says what happened, those around it where.
    let mut cause: &dyn std::error::Error = &error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    OutwardError::Failed(cause.to_string())
}
