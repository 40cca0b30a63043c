//! Reads the body of an answer within bounds.

use reqwest::Response;

use super::HttpFetcher;
use super::explain::explain_in_body;
use super::inflow::Inflow;
use super::stopwatch::Stopwatch;
use crate::fetch::{Exchange, Fault};

const MEGABYTE: usize = 1024 * 1024;

/// Bodies up to this size are read whatever others are; larger ones share a room.
const USUAL_BYTES: usize = 4 * MEGABYTE;

impl HttpFetcher {
    /// The whole body, unpacked.
    pub(super) async fn read(
        &self,
        mut response: Response,
        exchange: &mut Exchange,
        watch: &Stopwatch,
    ) -> Result<Vec<u8>, Fault> {
        let mut inflow = Inflow::of(&response)?;
        let most = self.most_megabytes(&response, &inflow);
        let mut body = Vec::new();
        let mut room = None;
        while let Some(part) = response.chunk().await.map_err(|error| explain_in_body(&error))? {
            let mut rest = &part[..];
            while let Some(piece) = inflow.next(&mut rest)? {
                if room.is_none() && body.len() + piece.len() > USUAL_BYTES {
                    room = watch.paused(self.room.take(most)).await;
                }
                exchange.bytes += piece.len() as u64;
                if body.len() + piece.len() > self.max_megabytes * MEGABYTE {
                    return Err(Fault::TooLarge { megabytes: self.max_megabytes });
                }
                body.extend_from_slice(piece);
            }
        }
        if inflow.is_complete() { Ok(body) } else { Err(Fault::CutShort) }
    }

    /// The most that a body may come to: what the server announces, if that is its size once it is unpacked.
    fn most_megabytes(&self, response: &Response, inflow: &Inflow) -> usize {
        let announced = response.content_length().filter(|_| matches!(inflow, Inflow::Plain));
        let announced = announced.and_then(|bytes| usize::try_from(bytes).ok());
        announced.map_or(self.max_megabytes, |bytes| bytes.div_ceil(MEGABYTE).min(self.max_megabytes))
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
