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
        /// Whether there may be more to come of what was taken in already.
        is_full: bool,
        piece: Vec<u8>,
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
        Ok(Self::Zstandard { decoder, is_open: false, is_full: false, piece: vec![0; PART_BYTES] })
    }

    /// The next piece of what a part of the body holds; takes what it has read off the part. None when all was handed on.
    pub fn next<'s, 'p: 's>(&'s mut self, part: &mut &'p [u8]) -> Result<Option<&'s [u8]>, Fault> {
        let Self::Zstandard { decoder, is_open, is_full, piece } = self else {
            return Ok(Some(std::mem::take(part)).filter(|part| !part.is_empty()));
        };
        // To run on without input would be to ask for another frame.
        if part.is_empty() && !*is_full {
            return Ok(None);
        }
        let mut input = InBuffer::around(part);
        let mut output = OutBuffer::around(piece.as_mut_slice());
        let left = decoder.run(&mut input, &mut output).map_err(|error| refused(&error))?;
        let (read, made) = (input.pos(), output.pos());
        (*is_open, *is_full) = (left > 0, left > 0 && made == PART_BYTES);
        if read == 0 && made == 0 && !part.is_empty() {
            return Err(garbled());
        }
        *part = &part[read..];
        Ok(Some(&piece[..made]))
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
        let mut inflow = Inflow::Zstandard { decoder, is_open: false, is_full: false, piece: vec![0; PART_BYTES] };
        let mut text = Vec::new();
        // Servers may end a body with a part that holds nothing.
        for mut part in body.chunks(part).chain([&[][..]]) {
            while let Some(piece) = inflow.next(&mut part)? {
                text.extend_from_slice(piece);
            }
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
    fn a_text_that_fills_the_last_piece_is_whole() {
        for length in [0, PART_BYTES - 1, PART_BYTES, 2 * PART_BYTES] {
            let text = b"terms ".iter().copied().cycle().take(length).collect::<Vec<u8>>();
            let bodies = [packed(&text, 20), [packed(&text, 20), packed(b"", 20)].concat()];

            for body in bodies {
                assert_eq!(unpacked(&body, body.len()), Ok((text.clone(), true)), "{length}");
            }
        }
        assert_eq!(unpacked(b"", 1), Ok((Vec::new(), true)));
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
