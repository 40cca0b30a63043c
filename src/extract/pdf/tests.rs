use std::time::{Duration, Instant};

use super::sample::{Sample, stream_object};
use super::*;

const LONG: &str = "These terms govern the use of the service by every person who has an account with us and";
const SHORT: &str = "are binding from the first use.";

fn read(sample: Sample) -> Result<String, PdfError> {
    markdown(&sample.bytes(), &Limits::default())
}

#[test]
fn lines_of_a_paragraph_become_one() {
    let page = [(72.0, 100.0, 11.0, LONG), (72.0, 114.0, 11.0, LONG), (72.0, 128.0, 11.0, SHORT)];

    let text = read(Sample::default().page(&page)).unwrap();

    assert_eq!(text, format!("{LONG} {LONG} {SHORT}"));
}

#[test]
fn a_wider_gap_starts_a_paragraph() {
    let page =
        [(72.0, 100.0, 11.0, LONG), (72.0, 114.0, 11.0, SHORT), (72.0, 142.0, 11.0, LONG), (72.0, 156.0, 11.0, SHORT)];

    let text = read(Sample::default().page(&page)).unwrap();

    assert_eq!(text, format!("{LONG} {SHORT}\n\n{LONG} {SHORT}"));
}

#[test]
fn larger_lines_become_headings_by_size() {
    let page = [
        (72.0, 80.0, 24.0, "Terms"),
        (72.0, 120.0, 16.0, "1. Scope"),
        (72.0, 150.0, 11.0, LONG),
        (72.0, 164.0, 11.0, SHORT),
        (72.0, 200.0, 16.0, "2. Law"),
        (72.0, 230.0, 11.0, SHORT),
    ];

    let text = read(Sample::default().page(&page)).unwrap();

    assert_eq!(text, format!("# Terms\n\n## 1. Scope\n\n{LONG} {SHORT}\n\n## 2. Law\n\n{SHORT}"));
}

#[test]
fn bullets_and_numbers_become_lists() {
    let page = [
        (72.0, 100.0, 11.0, LONG),
        (72.0, 114.0, 11.0, SHORT),
        (90.0, 140.0, 11.0, "\\225 your name;"),
        (90.0, 154.0, 11.0, "\\225 your address:"),
        (110.0, 168.0, 11.0, "\\225 street."),
        (72.0, 200.0, 11.0, "1. You agree."),
        (72.0, 214.0, 11.0, "2. We agree."),
        (72.0, 228.0, 11.0, "7. Nobody agrees."),
    ];
    let mut sample = Sample::default().page(&page).bytes();
    // The writer escapes backslashes; the bullet's octal code is to stay one.
    let plain = String::from_utf8(sample).unwrap().replace("\\\\225", " \\225");
    sample = plain.into_bytes();

    let text = markdown(&sample, &Limits::default()).unwrap();

    let lists =
        "*   your name;\n*   your address:\n    *   street.\n1.  You agree.\n2.  We agree.\n7\\. Nobody agrees.";
    assert_eq!(text, format!("{LONG} {SHORT}\n\n{lists}"));
}

#[test]
fn columns_are_read_one_after_the_other() {
    let page = [
        (50.0, 100.0, 11.0, "The left column begins here"),
        (50.0, 114.0, 11.0, "and is read down to its end."),
        (320.0, 100.0, 11.0, "The right column begins here"),
        (320.0, 114.0, 11.0, "and is read down to its end."),
    ];

    let text = read(Sample::default().page(&page)).unwrap();

    let column = |side| format!("The {side} column begins here and is read down to its end.");
    assert_eq!(text, format!("{}\n\n{}", column("left"), column("right")));
}

#[test]
fn a_page_break_does_not_break_a_paragraph_and_footers_are_kept_once() {
    let page = |number: &'static str, text: &'static str| {
        Sample::default().page(&[
            (72.0, 700.0, 11.0, text),
            (72.0, 800.0, 9.0, "Acme Ltd, 1 Main St"),
            (500.0, 800.0, 9.0, number),
        ])
    };
    let mut sample = page("Page 1 of 2", LONG);
    let second = page("Page 2 of 2", SHORT);
    sample = sample.raw_page(second.only_page());

    let text = read(sample).unwrap();

    assert_eq!(text, format!("{LONG} {SHORT}\n\nAcme Ltd, 1 Main St"));
}

#[test]
fn characters_that_markdown_would_read_are_escaped() {
    let page = [(72.0, 100.0, 11.0, "# a *b* c_d _e_ <f> [g](h) & i")];

    let text = read(Sample::default().page(&page)).unwrap();

    assert_eq!(text, r"\# a \*b\* c_d \_e\_ \<f> [g\](h) & i");
}

#[test]
fn a_file_without_text_is_told_from_a_damaged_one() {
    let scanned = Sample::default().raw_page("0 0 100 100 re f");

    assert_eq!(read(scanned), Err(PdfError::NoText));
    assert_eq!(markdown(b"%PDF-1.7 and no more", &Limits::default()), Err(PdfError::Unreadable));
    assert_eq!(markdown(b"<html>", &Limits::default()), Err(PdfError::Unreadable));
    assert_eq!(markdown(b"", &Limits::default()), Err(PdfError::Unreadable));
}

#[test]
fn forms_that_double_at_every_level_come_to_an_end() {
    let form = |next: usize| {
        let entries = format!("/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X {next} 0 R>>>>");
        stream_object(&entries, "/X Do /X Do")
    };
    let sample = (11..50).fold(Sample::default(), |sample, next| sample.object(form(next))).raw_page("/X10 Do");
    let limits = Limits { operations: 10_000, ..Limits::default() };

    let outcome = markdown(&sample.bytes(), &limits);

    assert_eq!(outcome, Err(PdfError::TooLarge("10000 drawing operations".to_owned())));
}

#[test]
fn limits_on_characters_pages_and_time_hold() {
    let many = Sample::default().page(&[(72.0, 100.0, 11.0, LONG)]).page(&[(72.0, 100.0, 11.0, LONG)]).bytes();
    let outcome = |limits: Limits| markdown(&many, &limits).unwrap_err().to_string();

    assert_eq!(outcome(Limits { characters: 10, ..Limits::default() }), "the PDF file needs more than 10 characters");
    assert_eq!(outcome(Limits { pages: 1, ..Limits::default() }), "the PDF file needs more than 1 pages");
    let endless = Sample::default().raw_page("0 0 1 1 re f ".repeat(1_000)).bytes();
    let limits = Limits { time: Duration::ZERO, ..Limits::default() };
    assert_eq!(markdown(&endless, &limits), Err(PdfError::TooLarge("0 s".to_owned())));
}

#[test]
fn deeply_nested_objects_do_not_overflow_the_stack() {
    let nested = format!("{}{}", "[".repeat(200_000), "]".repeat(200_000));
    let sample = Sample::default().object(nested).page(&[(72.0, 100.0, 11.0, SHORT)]);

    assert_eq!(read(sample).as_deref(), Ok(SHORT));
}

#[test]
fn a_damaged_byte_anywhere_gives_a_result_in_time() {
    let whole = Sample::default().page(&[(72.0, 100.0, 11.0, LONG), (72.0, 120.0, 16.0, SHORT)]).bytes();
    let started = Instant::now();

    for index in (0..whole.len()).step_by(7) {
        let mut damaged = whole.clone();
        damaged[index] = damaged[index].wrapping_add(37);
        let _ = markdown(&damaged, &Limits::default());
        let _ = markdown(&whole[..index], &Limits::default());
    }

    assert!(started.elapsed() < Duration::from_secs(60));
}

#[test]
fn the_same_file_gives_the_same_text() {
    let sample = Sample::default()
        .page(&[(72.0, 100.0, 11.0, LONG), (72.0, 120.0, 16.0, SHORT), (72.0, 130.0, 9.0, LONG)])
        .bytes();

    let first = markdown(&sample, &Limits::default());

    assert!((0..10).all(|_| markdown(&sample, &Limits::default()) == first));
}

/// A page whose first line is at the edge, with a paragraph below.
fn page_that_begins(with: &str, paragraph: &str) -> String {
    Sample::default().page(&[(72.0, 80.0, 11.0, with), (72.0, 120.0, 11.0, paragraph)]).only_page()
}

fn pages_that_begin(with: &[&str]) -> String {
    let pages = with.iter().zip([LONG, SHORT, "One.", "Two.", "Three."]);
    let sample =
        pages.fold(Sample::default(), |sample, (with, paragraph)| sample.raw_page(page_that_begins(with, paragraph)));
    read(sample).unwrap()
}

#[test]
fn titles_and_amounts_that_happen_to_begin_pages_stay() {
    for begin in [
        ["Article 1", "Article 2", "Article 3", "Article 4", "Article 5"],
        ["1. Scope", "2. Scope", "3. Scope", "4. Scope", "5. Scope"],
        ["500 EUR", "1000 EUR", "2000 EUR", "4000 EUR", "8000 EUR"],
        ["1000", "50", "30", "20", "10"],
    ] {
        for pages in 2..=5 {
            let text = pages_that_begin(&begin[..pages]).replace('\\', "").replace("  ", " ");

            let missing: Vec<_> = begin[..pages].iter().filter(|line| !text.contains(**line)).collect();
            assert!(missing.is_empty(), "{missing:?} of {pages} in {text}");
        }
    }
}

#[test]
fn page_numbers_go_and_running_heads_that_count_pages_are_kept_once() {
    let numbers = pages_that_begin(&["7", "8", "9", "10", "11"]);
    let worded =
        pages_that_begin(&["Seite 1 von 5", "Seite 2 von 5", "Seite 3 von 5", "Seite 4 von 5", "Seite 5 von 5"]);
    let glued = pages_that_begin(&["Acme SA - RCS 4538", "Acme SA - RCS 4539", "Acme SA - RCS 45310"]);
    let heads =
        pages_that_begin(&["Acme Terms - 1", "Acme Terms - 2", "Acme Terms - 3", "Acme Terms - 4", "Acme Terms - 5"]);

    assert!(numbers.starts_with(LONG) && !numbers.contains(|c: char| c.is_ascii_digit()), "{numbers}");
    assert!(worded.starts_with(LONG) && !worded.contains("Seite"), "{worded}");
    assert!(glued.starts_with(LONG) && glued.ends_with("Acme SA - RCS 4538"), "{glued}");
    assert!(heads.starts_with(LONG) && heads.ends_with("Acme Terms - 1"), "{heads}");
}
