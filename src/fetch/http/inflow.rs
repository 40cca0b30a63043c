//! Takes in a body part by part, and unpacks it if it came in Zstandard; the client unpacks everything else.
//!
//! A frame of Zstandard says how much memory it needs to be unpacked. The client would give it 128 MB, many times over
//! where many hosts are asked at once; here it gets what HTTP allows (RFC 9659).

use reqwest::Response;
use reqwest::header::CONTENT_ENCODING;
use zstd::stream::raw::{DParameter, Decoder, InBuffer, Operation, OutBuffer};

use crate::fetch::Fault;

/// Largest window of a frame, as a power of two: 8 MB.
const MAX_WINDOW_LOG: u32 = 23;

/// How much is unpacked at once, in bytes.
const PART_BYTES: usize = 64 * 1024;

/// What becomes of the parts of a body.
pub enum Inflow {
    Plain,
    Zstandard {
        decoder: Decoder<'static>,
        /// Whether a frame has begun that has not come to its end.
        is_open: bool,
    },
}

impl Inflow {
    /// What the parts of this answer's body are.
    pub fn of(response: &Response) -> Result<Self, Fault> {
        let encoding = response.headers().get(CONTENT_ENCODING);
        if encoding.is_none_or(|encoding| !encoding.as_bytes().eq_ignore_ascii_case(b"zstd")) {
            return Ok(Self::Plain);
        }
        let mut decoder = Decoder::new().map_err(|_| garbled())?;
        decoder.set_parameter(DParameter::WindowLogMax(MAX_WINDOW_LOG)).map_err(|_| garbled())?;
        Ok(Self::Zstandard { decoder, is_open: false })
    }

    /// Hands on what a part of the body holds, piece by piece, as long as the receiver wants more.
    pub fn take(&mut self, part: &[u8], mut receive: impl FnMut(&[u8]) -> Result<(), Fault>) -> Result<(), Fault> {
        let Self::Zstandard { decoder, is_open } = self else { return receive(part) };
        let mut input = InBuffer::around(part);
        let mut piece = vec![0; PART_BYTES];
        loop {
            let mut output = OutBuffer::around(piece.as_mut_slice());
            let left = decoder.run(&mut input, &mut output).map_err(|error| refused(&error))?;
            *is_open = left > 0;
            receive(output.as_slice())?;
            // A full piece may not have been all.
            if input.pos() == part.len() && output.pos() < PART_BYTES {
                return Ok(());
            }
        }
    }

    /// Whether a small part may hold much.
    pub fn is_packed(&self) -> bool {
        matches!(self, Self::Zstandard { .. })
    }

    /// Whether the body came to the end that its form promises.
    pub fn is_complete(&self) -> bool {
        !matches!(self, Self::Zstandard { is_open: true, .. })
    }
}

fn refused(error: &std::io::Error) -> Fault {
    if error.to_string().contains("too much memory") {
        return Fault::Protocol {
            reason: "the answer is packed so that it takes too much memory to unpack".to_owned(),
        };
    }
    garbled()
}

fn garbled() -> Fault {
    Fault::Protocol { reason: "the answer cannot be unpacked".to_owned() }
}

#[cfg(test)]
mod tests {
    use zstd::stream::raw::CParameter;
    use zstd::stream::write::Encoder;

    use super::*;

    fn packed(text: &[u8], window_log: u32) -> Vec<u8> {
        let mut encoder = Encoder::new(Vec::new(), 1).unwrap();
        encoder.set_parameter(CParameter::WindowLog(window_log)).unwrap();
        std::io::Write::write_all(&mut encoder, text).unwrap();
        encoder.finish().unwrap()
    }

    /// What comes of a body that arrives in parts of so many bytes.
    fn unpacked(body: &[u8], part: usize) -> Result<(Vec<u8>, bool), Fault> {
        let mut decoder = Decoder::new().unwrap();
        decoder.set_parameter(DParameter::WindowLogMax(MAX_WINDOW_LOG)).unwrap();
        let mut inflow = Inflow::Zstandard { decoder, is_open: false };
        let mut text = Vec::new();
        for part in body.chunks(part) {
            inflow.take(part, |piece| {
                text.extend_from_slice(piece);
                Ok(())
            })?;
        }
        Ok((text, inflow.is_complete()))
    }

    #[test]
    fn what_was_packed_comes_out_whatever_the_parts() {
        let text = b"You may leave at any time. ".repeat(20_000);
        let body = packed(&text, 20);

        for part in [1, 100, body.len()] {
            assert_eq!(unpacked(&body, part), Ok((text.clone(), true)), "{part}");
        }
        assert!(!unpacked(&body[..body.len() - 5], 100).unwrap().1);
    }

    #[test]
    fn a_frame_that_wants_more_memory_than_http_allows_is_refused() {
        let body = packed(&vec![b' '; 40 << 20], 25);

        let reason = "the answer is packed so that it takes too much memory to unpack".to_owned();
        assert_eq!(unpacked(&body, 1000), Err(Fault::Protocol { reason }));
    }

    #[test]
    fn what_is_no_frame_is_said_so() {
        let reason = "the answer cannot be unpacked".to_owned();

        assert_eq!(unpacked(b"<p>Terms</p>", 1000), Err(Fault::Protocol { reason }));
    }
}
