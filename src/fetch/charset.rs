//! Decodes text to UTF-8: by byte order mark, header, `<meta>`, then by looking at the bytes.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

/// How far into a page a `<meta>` may declare its encoding, in bytes (HTML Standard, "prescan a byte stream").
const PRESCAN_BYTES: usize = 1024;

/// Decodes `bytes`, which came with this `Content-Type`. Bytes that mean nothing become U+FFFD.
pub fn decode(bytes: &[u8], content_type: &str) -> String {
    let encoding =
        declared_in_header(content_type).or_else(|| declared_in_page(bytes)).unwrap_or_else(|| detected(bytes));
    // `decode` lets a byte order mark win over everything else.
    encoding.decode(bytes).0.into_owned()
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
        assert_eq!(decode(CAFE_1252, "text/html; charset=windows-1252"), "<p>Conditions du café €</p>");
    }

    #[test]
    fn a_meta_tag_says_how_to_read() {
        for meta in [
            r#"<meta charset="windows-1252">"#,
            r#"<META http-equiv=Content-Type content="text/html; charset=iso-8859-1">"#,
        ] {
            let page = [meta.as_bytes(), CAFE_1252].concat();
            assert!(decode(&page, "text/html").ends_with("<p>Conditions du café €</p>"), "{meta}");
        }
    }

    #[test]
    fn an_undeclared_encoding_is_detected() {
        let shift_jis = "利用規約をお読みください。本サービスの利用条件を定めます。";
        let (bytes, ..) = encoding_rs::SHIFT_JIS.encode(shift_jis);

        assert_eq!(decode(&bytes, "text/html"), shift_jis);
        assert_eq!(decode("déjà vu".as_bytes(), "text/html"), "déjà vu");
    }

    #[test]
    fn a_byte_order_mark_wins_and_is_dropped() {
        assert_eq!(decode(b"\xef\xbb\xbfcaf\xc3\xa9", "text/html; charset=windows-1252"), "café");
    }
}
