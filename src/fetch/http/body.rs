//! Reads the body of an answer within bounds.

use reqwest::Response;

use super::HttpFetcher;
use super::explain::explain_in_body;
use super::inflow::Inflow;
use crate::fetch::{Exchange, Fault};

/// Bodies up to this size are read side by side; of larger ones only a few.
const USUAL_BYTES: usize = 4 * 1024 * 1024;

impl HttpFetcher {
    /// The whole body, unpacked.
    pub(super) async fn read(&self, mut response: Response, exchange: &mut Exchange) -> Result<Vec<u8>, Fault> {
        let mut inflow = Inflow::of(&response)?;
        let mut body = Vec::new();
        let mut alone = None;
        while let Some(part) = response.chunk().await.map_err(|error| explain_in_body(&error))? {
            let mut rest = &part[..];
            while let Some(piece) = inflow.next(&mut rest)? {
                if alone.is_none() && body.len() + piece.len() > USUAL_BYTES {
                    alone = self.large_body.acquire().await.ok();
                }
                exchange.bytes += piece.len() as u64;
                if body.len() + piece.len() > self.max_megabytes * 1024 * 1024 {
                    return Err(Fault::TooLarge { megabytes: self.max_megabytes });
                }
                body.extend_from_slice(piece);
            }
        }
        if inflow.is_complete() { Ok(body) } else { Err(Fault::CutShort) }
    }
}

/// What a body begins with, up to so many bytes and as far as it comes.
pub(super) async fn beginning(response: &mut Response, most: usize) -> String {
    let mut body = Vec::new();
    let Ok(mut inflow) = Inflow::of(response) else { return String::new() };
    while body.len() < most
        && let Ok(Some(part)) = response.chunk().await
    {
        let mut rest = &part[..];
        while body.len() < most
            && let Ok(Some(piece)) = inflow.next(&mut rest)
        {
            let room = most - body.len();
            body.extend_from_slice(&piece[..piece.len().min(room)]);
        }
    }
    String::from_utf8_lossy(&body).into_owned()
}
