//! Decodes text to UTF-8: by byte order mark, header, `<meta>`, then by looking at the bytes.

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

/// How far into a page a `<meta>` may declare its encoding, in bytes (HTML Standard, "prescan a byte stream").
const PRESCAN_BYTES: usize = 1024;

/// Decodes `bytes`, which came with this `Content-Type`. Bytes that mean nothing become U+FFFD.
///
/// What is declared is believed unless most of what is not ASCII makes no sense that way: a text in the wrong letters
/// would be recorded for good.
pub fn decode(bytes: Vec<u8>, content_type: &str) -> String {
    let declared = [declared_in_header(content_type), declared_in_page(&bytes)];
    for encoding in declared.into_iter().flatten() {
        if let Some(text) = decode_as(encoding, &bytes) {
            return text;
        }
    }
    let (text, ..) = detected(&bytes).decode(&bytes);
    match text {
        Cow::Owned(text) => text,
        // What is borrowed is the bytes themselves, less a byte order mark.
        Cow::Borrowed(text) if text.len() == bytes.len() => String::from_utf8(bytes).unwrap_or_default(),
        Cow::Borrowed(text) => text.to_owned(),
    }
}

/// The text in this encoding, if it makes sense. A byte order mark wins over the encoding.
fn decode_as(encoding: &'static Encoding, bytes: &[u8]) -> Option<String> {
    let (text, _, is_malformed) = encoding.decode(bytes);
    let is_sense = !is_malformed || {
        let (lost, kept) = text.chars().filter(|c| !c.is_ascii()).partition::<Vec<char>, _>(|c| *c == '\u{fffd}');
        lost.len() <= kept.len()
    };
    is_sense.then(|| text.into_owned())
}

fn declared_in_header(content_type: &str) -> Option<&'static Encoding> {
    content_type.split(';').skip(1).find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        let is_charset = name.trim().eq_ignore_ascii_case("charset");
        is_charset.then(|| Encoding::for_label(value.trim().trim_matches(['"', '\'']).as_bytes())).flatten()
    })
}

/// Finds `charset=…` within a `<meta` tag near the start; both forms of the tag hold that text.
fn declared_in_page(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(PRESCAN_BYTES)]).to_ascii_lowercase();
    let declared = head.split("<meta").skip(1).find_map(|rest| {
        let tag = rest.split('>').next()?;
        let value = tag.split_once("charset")?.1.trim_start().strip_prefix('=')?.trim_start();
        let label: String = value
            .trim_start_matches(['"', '\''])
            .chars()
            .take_while(|c| !matches!(c, '"' | '\'' | ' ' | ';' | '/'))
            .collect();
        Encoding::for_label(label.as_bytes())
    })?;
    // A page that could be read up to its <meta> is not UTF-16, whatever it says (HTML Standard).
    Some(if declared == UTF_16BE || declared == UTF_16LE { UTF_8 } else { declared })
}

fn detected(bytes: &[u8]) -> &'static Encoding {
    if std::str::from_utf8(bytes).is_ok() {
        return UTF_8;
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    detector.guess(None, Utf8Detection::Allow)
}

#[cfg(test)]
mod tests {
    use super::*;

    const CAFE_1252: &[u8] = b"<p>Conditions du caf\xe9 \x80</p>";

    #[test]
    fn the_header_says_how_to_read() {
        assert_eq!(decode(CAFE_1252.to_vec(), "text/html; charset=windows-1252"), "<p>Conditions du café €</p>");
    }

    #[test]
    fn a_meta_tag_says_how_to_read() {
        for meta in [
            r#"<meta charset="windows-1252">"#,
            r#"<META http-equiv=Content-Type content="text/html; charset=iso-8859-1">"#,
        ] {
            let page = [meta.as_bytes(), CAFE_1252].concat();
            assert!(decode(page, "text/html").ends_with("<p>Conditions du café €</p>"), "{meta}");
        }
    }

    #[test]
    fn an_undeclared_encoding_is_detected() {
        let shift_jis = "利用規約をお読みください。本サービスの利用条件を定めます。";
        let (bytes, ..) = encoding_rs::SHIFT_JIS.encode(shift_jis);

        assert_eq!(decode(bytes.into_owned(), "text/html"), shift_jis);
        assert_eq!(decode("déjà vu".as_bytes().to_vec(), "text/html"), "déjà vu");
    }

    #[test]
    fn a_byte_order_mark_wins_and_is_dropped() {
        assert_eq!(decode(b"\xef\xbb\xbfcaf\xc3\xa9".to_vec(), "text/html; charset=windows-1252"), "café");
    }

    #[test]
    fn a_charset_that_makes_no_sense_is_not_believed() {
        let page = [br#"<meta charset="utf-8">"#.as_slice(), CAFE_1252].concat();

        assert!(decode(page.clone(), "text/html").ends_with("café €</p>"));
        assert!(decode(page, "text/html; charset=utf-8").ends_with("café €</p>"));
        assert_eq!(decode(b"caf\xc3\xa9 \xc3".to_vec(), "text/html; charset=utf-8"), "café \u{fffd}");
    }
}
