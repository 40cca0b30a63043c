//! Reads the body of an answer within bounds.

use reqwest::Response;

use super::HttpFetcher;
use super::explain::explain_in_body;
use crate::fetch::{Exchange, Fault};

/// Bodies up to this size are read side by side; of larger ones only a few.
const USUAL_BYTES: usize = 4 * 1024 * 1024;

impl HttpFetcher {
    /// The whole body, decompressed.
    pub(super) async fn read(&self, mut response: Response, exchange: &mut Exchange) -> Result<Vec<u8>, Fault> {
        let mut body = Vec::new();
        let mut alone = None;
        while let Some(chunk) = response.chunk().await.map_err(|error| explain_in_body(&error))? {
            exchange.bytes += chunk.len() as u64;
            if body.len() + chunk.len() > self.max_megabytes * 1024 * 1024 {
                return Err(Fault::TooLarge { megabytes: self.max_megabytes });
            }
            if alone.is_none() && body.len() + chunk.len() > USUAL_BYTES {
                alone = self.large_body.acquire().await.ok();
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body)
    }
}

/// What a body begins with, up to so many bytes and as far as it comes.
pub(super) async fn beginning(response: &mut Response, most: usize) -> String {
    let mut body = Vec::new();
    while body.len() < most
        && let Ok(Some(chunk)) = response.chunk().await
    {
        let room = most - body.len();
        body.extend_from_slice(&chunk[..chunk.len().min(room)]);
    }
    String::from_utf8_lossy(&body).into_owned()
}
