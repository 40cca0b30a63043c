//! Tells what a body is, by its header and then by its bytes, and brings text to UTF-8.

use super::{Fault, charset};
use crate::domain::MimeType;

/// How much of a body tells what it is (WHATWG MIME Sniffing, section 5.2).
const SNIFFED_BYTES: usize = 1445;

/// How far into a file the mark of a PDF may stand.
const PDF_MARK_WITHIN: usize = 1024;

/// Beginnings of files that are no text, and what they are called.
const SIGNATURES: [(&[u8], &str); 8] = [
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"RIFF", "an image or a recording"),
    (b"PK\x03\x04", "a ZIP archive or an office document"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"\xd0\xcf\x11\xe0", "an office document"),
    (b"\x7fELF", "a program"),
];

/// The content as it is recorded, with its type.
pub fn read(body: Vec<u8>, content_type: &str) -> Result<(Vec<u8>, MimeType), Fault> {
    if body.trim_ascii().is_empty() {
        return Err(Fault::Empty);
    }
    if is_pdf(&body) {
        return Ok((body, MimeType::pdf()));
    }
    if let Some((_, name)) = SIGNATURES.iter().find(|(mark, _)| body.starts_with(mark)) {
        return Err(Fault::NotText { found: (*name).to_owned() });
    }
    let mime = mime_of(content_type);
    if mime.is_pdf() {
        return Err(Fault::NotText { found: "a broken PDF file".to_owned() });
    }
    let text = charset::decode(body, content_type);
    match text.chars().take(SNIFFED_BYTES).find(|c| is_binary(*c)) {
        Some(byte) => Err(Fault::NotText { found: format!("data with the byte 0x{:02x}", u32::from(byte)) }),
        None => Ok((text.into_bytes(), mime)),
    }
}

/// The declared type, or HTML where a server declares none, or one that says nothing.
fn mime_of(content_type: &str) -> MimeType {
    let declared = MimeType::from_content_type(content_type);
    match declared.as_str() {
        "" | "application/octet-stream" | "unknown/unknown" | "application/unknown" | "*/*" => MimeType::html(),
        _ => declared,
    }
}

/// Whether a body is a PDF file, whatever its header says; readers accept some bytes before its mark.
fn is_pdf(body: &[u8]) -> bool {
    let start = &body[..body.len().min(PDF_MARK_WITHIN)];
    start.starts_with(b"%PDF-") || (!start.contains(&b'<') && start.windows(5).any(|bytes| bytes == b"%PDF-"))
}

/// Whether a character stands in no text (WHATWG MIME Sniffing, "binary data byte").
fn is_binary(c: char) -> bool {
    matches!(c, '\0'..='\x08' | '\x0b' | '\x0e'..='\x1a' | '\x1c'..='\x1f')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mime(body: &[u8], content_type: &str) -> String {
        match read(body.to_vec(), content_type) {
            Ok((_, mime)) => mime.to_string(),
            Err(fault) => format!("{fault:?}"),
        }
    }

    #[test]
    fn content_decides_where_the_header_is_silent_or_wrong() {
        assert_eq!(mime(b"%PDF-1.7 ...", "text/html"), "application/pdf");
        assert_eq!(mime(b"%PDF-1.7 ...", "application/octet-stream"), "application/pdf");
        assert_eq!(mime(b"<p>Terms</p>", ""), "text/html");
        assert_eq!(mime(b"<p>Terms</p>", "application/octet-stream"), "text/html");
        assert_eq!(mime(b"Terms", "text/plain; charset=utf-8"), "text/plain");
        assert_eq!(mime(b"<p>%PDF-1.7 is a format</p>", "text/html"), "text/html");
    }

    #[test]
    fn what_is_no_text_is_said_so() {
        assert_eq!(mime(b"\x89PNG\r\n", "text/html"), r#"NotText { found: "a PNG image" }"#);
        assert_eq!(mime(b"<p>Te\0rms</p>", "text/html"), r#"NotText { found: "data with the byte 0x00" }"#);
        assert_eq!(mime(b"<p>Sorry</p>", "application/pdf"), r#"NotText { found: "a broken PDF file" }"#);
        assert_eq!(mime(b" \n", "text/html"), "Empty");
    }

    #[test]
    fn utf_16_is_text() {
        let utf_16: Vec<u8> = "\u{feff}<p>Terms</p>".encode_utf16().flat_map(u16::to_le_bytes).collect();

        assert_eq!(read(utf_16, "text/html").unwrap().0, b"<p>Terms</p>");
    }
}
