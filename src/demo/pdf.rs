//! Writes small PDF files: paragraphs and headings in Helvetica on A4 pages.
//!
//! The text is one block per line; `# ` begins a title and `## ` a heading. Only characters of Windows-1252 can
//! be shown; see ISO 32000-1, annex D.2, for the encoding, and 7.5 for the structure of a file.

use encoding_rs::WINDOWS_1252;

const PAGE_WIDTH: u32 = 595;
const PAGE_HEIGHT: u32 = 842;
const MARGIN: u32 = 64;

/// How a block of text is set, in points.
struct Style {
    font: &'static str,
    size: u32,
    /// Helvetica's letters take about half their height, so that this many fit between the margins.
    letters: usize,
    space_before: u32,
}

const TITLE: Style = Style { font: "F2", size: 18, letters: 48, space_before: 0 };
const HEADING: Style = Style { font: "F2", size: 12, letters: 70, space_before: 14 };
const BODY: Style = Style { font: "F1", size: 10, letters: 92, space_before: 7 };

/// A PDF file that shows a text.
pub(super) fn file(text: &str) -> Vec<u8> {
    let pages = page_streams(text);
    let mut objects = vec![catalogue(), page_tree(pages.len()), font("Helvetica"), font("Helvetica-Bold")];
    for (number, stream) in pages.into_iter().enumerate() {
        objects.push(page(first_page_object() + 2 * number + 1));
        objects.push(content(&stream));
    }
    assemble(&objects)
}

fn catalogue() -> Vec<u8> {
    b"<< /Type /Catalog /Pages 2 0 R /Lang (en) >>".to_vec()
}

fn page_tree(pages: usize) -> Vec<u8> {
    let kids: Vec<String> = (0..pages).map(|number| format!("{} 0 R", first_page_object() + 2 * number)).collect();
    format!("<< /Type /Pages /Count {pages} /Kids [{}] >>", kids.join(" ")).into_bytes()
}

/// The number of the first page's object: catalogue, page tree and two fonts come before.
fn first_page_object() -> usize {
    5
}

fn font(name: &str) -> Vec<u8> {
    format!("<< /Type /Font /Subtype /Type1 /BaseFont /{name} /Encoding /WinAnsiEncoding >>").into_bytes()
}

fn page(contents: usize) -> Vec<u8> {
    format!(
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {PAGE_WIDTH} {PAGE_HEIGHT}] \
         /Resources << /Font << /F1 3 0 R /F2 4 0 R >> >> /Contents {contents} 0 R >>"
    )
    .into_bytes()
}

fn content(stream: &[u8]) -> Vec<u8> {
    let mut object = format!("<< /Length {} >>\nstream\n", stream.len()).into_bytes();
    object.extend_from_slice(stream);
    object.extend_from_slice(b"\nendstream");
    object
}

/// What each page shows, as text operators.
fn page_streams(text: &str) -> Vec<Vec<u8>> {
    let mut pages = vec![Vec::new()];
    let mut height = PAGE_HEIGHT - MARGIN;
    for (style, block) in text.lines().filter(|line| !line.trim().is_empty()).map(styled) {
        let mut space = style.space_before;
        for line in wrapped(block, style.letters) {
            let step = space + style.size * 7 / 5;
            if height < MARGIN + step {
                pages.push(Vec::new());
                height = PAGE_HEIGHT - MARGIN;
            }
            height -= step;
            space = 0;
            pages.last_mut().expect("there is a page from the start").extend(shown(style, height, &line));
        }
    }
    pages
}

fn styled(line: &str) -> (&'static Style, &str) {
    if let Some(title) = line.strip_prefix("# ") {
        (&TITLE, title)
    } else if let Some(heading) = line.strip_prefix("## ") {
        (&HEADING, heading)
    } else {
        (&BODY, line)
    }
}

/// Breaks a block into lines, between words.
fn wrapped(block: &str, letters: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in block.split_whitespace() {
        let line = lines.last_mut().expect("there is a line from the start");
        if line.is_empty() {
            line.push_str(word);
        } else if line.chars().count() + 1 + word.chars().count() <= letters {
            line.push(' ');
            line.push_str(word);
        } else {
            lines.push(word.to_owned());
        }
    }
    lines
}

fn shown(style: &Style, height: u32, line: &str) -> Vec<u8> {
    let mut operators = format!("BT /{} {} Tf {MARGIN} {height} Td (", style.font, style.size).into_bytes();
    for &byte in WINDOWS_1252.encode(line).0.as_ref() {
        if matches!(byte, b'(' | b')' | b'\\') {
            operators.push(b'\\');
        }
        operators.push(byte);
    }
    operators.extend_from_slice(b") Tj ET\n");
    operators
}

/// The file around its objects: header, objects, table of their places, trailer.
fn assemble(objects: &[Vec<u8>]) -> Vec<u8> {
    let mut file = b"%PDF-1.4\n%\xE2\xE3\xCF\xD3\n".to_vec();
    let mut places = String::from("0000000000 65535 f \n");
    for (index, object) in objects.iter().enumerate() {
        places.push_str(&format!("{:010} 00000 n \n", file.len()));
        file.extend_from_slice(format!("{} 0 obj\n", index + 1).as_bytes());
        file.extend_from_slice(object);
        file.extend_from_slice(b"\nendobj\n");
    }
    let table = file.len();
    let size = objects.len() + 1;
    let end = format!("xref\n0 {size}\n{places}trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n");
    file.extend_from_slice(end.as_bytes());
    file
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_places_points_at_the_objects() {
        let file = file("# Title\n\nA paragraph (with brackets).\n");

        let text = String::from_utf8_lossy(&file).into_owned();
        let places = text.split("65535 f \n").nth(1).unwrap().lines().take_while(|line| line.ends_with(" n "));
        let mut seen = 0;
        for (index, place) in places.enumerate() {
            let offset: usize = place[..10].parse().unwrap();
            assert!(file[offset..].starts_with(format!("{} 0 obj", index + 1).as_bytes()));
            seen += 1;
        }
        assert_eq!(seen, 6);
    }

    #[test]
    fn a_long_text_goes_on_over_pages() {
        let text =
            "A sentence that is long enough to fill a line of the page, and then some more words.\n\n".repeat(80);

        let file = file(&text);

        assert!(String::from_utf8_lossy(&file).contains("/Count 3"));
    }

    #[test]
    fn accents_are_written_in_the_encoding_of_the_font() {
        let file = file("Fee: 5 € – café");

        assert!(file.windows(15).any(|bytes| bytes == b"Fee: 5 \x80 \x96 caf\xE9"));
    }
}
