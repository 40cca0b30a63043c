//! What a visitor of the fictional web meets.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use scraper::{Html, Selector};
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::platform::{Answer, Format, Page, Platform};
use super::web::PLATFORMS;
use super::{REVISIONS, Web, date_of};

struct Answered {
    status: u16,
    head: String,
    body: Vec<u8>,
}

impl Answered {
    fn text(&self) -> String {
        String::from_utf8(self.body.clone()).unwrap()
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
    }
}

async fn visit(web: &Web, host: &str, path: &str) -> Answered {
    let mut stream = TcpStream::connect(web.address()).await.unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nHost: {host}.localhost\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    let end = answer.windows(4).position(|bytes| bytes == b"\r\n\r\n").unwrap();
    let head = String::from_utf8(answer[..end].to_vec()).unwrap();
    Answered { status: head[9..12].parse().unwrap(), head, body: answer[end + 4..].to_vec() }
}

async fn at_revision(revision: usize) -> Web {
    let web = Web::serve(0).await.unwrap();
    web.turn_to(revision);
    web
}

fn pages() -> impl Iterator<Item = (&'static Platform, &'static Page)> {
    PLATFORMS.iter().flat_map(|platform| platform.pages.iter().map(move |page| (platform, page)))
}

fn expected_status(page: &Page, revision: usize) -> u16 {
    let first = page.contents.first().map_or(0, |since| since.revision);
    match page.answer(revision) {
        Answer::Contents if revision < first => 404,
        Answer::Contents | Answer::Nothing => 200,
        Answer::Error(status) => status,
        Answer::MovedTo(_) => 301,
        Answer::SeeOther(_) => 302,
    }
}

#[tokio::test]
async fn every_page_answers_at_every_revision_as_its_table_says() {
    let web = Web::serve(0).await.unwrap();

    for revision in 1..=REVISIONS {
        web.turn_to(revision);
        for (platform, page) in pages().filter(|(_, page)| page.delay.is_zero()) {
            let answer = visit(&web, platform.host, page.path).await;

            let place = format!("{}{} at {revision}", platform.host, page.path);
            assert_eq!(answer.status, expected_status(page, revision), "{place}");
            if answer.status == 200 && page.format == Format::Html {
                assert!(!answer.text().contains("{{"), "{place}");
            }
        }
    }
}

#[tokio::test]
async fn an_unknown_platform_or_page_is_not_found() {
    let web = at_revision(1).await;

    assert_eq!(visit(&web, "nobody", "/terms").await.status, 404);
    assert_eq!(visit(&web, "lumio", "/nothing").await.status, 404);
}

#[tokio::test]
async fn terms_stand_between_navigation_and_cookie_banners() {
    let web = at_revision(1).await;

    let page = visit(&web, "lumio", "/legal/terms").await.text();

    assert!(page.contains("<nav>") && page.contains("Accept all") && page.contains("<footer>"));
    assert!(page.contains("You keep all rights in the photos"));
}

#[tokio::test]
async fn tracking_parameters_differ_at_each_load() {
    let web = at_revision(1).await;

    let first = visit(&web, "lumio", "/legal/terms").await.text();
    let second = visit(&web, "lumio", "/legal/terms").await.text();

    assert!(first.contains("/legal/privacy?utm_source=terms&amp;lt="));
    assert_ne!(first, second);
}

#[tokio::test]
async fn every_second_visitor_sees_another_text_while_two_are_tried() {
    let web = at_revision(5).await;

    let first = visit(&web, "quillpad", "/terms").await.text();
    let second = visit(&web, "quillpad", "/terms").await.text();
    let third = visit(&web, "quillpad", "/terms").await.text();

    assert!(first.contains("€8 a month") && third.contains("€8 a month"));
    assert!(second.contains("€10 a month"));
}

#[tokio::test]
async fn a_page_goes_missing_and_comes_back_changed() {
    let web = at_revision(5).await;
    let before = visit(&web, "medlar", "/privacy").await;

    web.turn_to(6);
    let missing = visit(&web, "medlar", "/privacy").await;
    web.turn_to(8);
    let after = visit(&web, "medlar", "/privacy").await;

    assert_eq!((before.status, missing.status, after.status), (200, 404, 200));
    assert_ne!(before.text(), after.text());
}

#[tokio::test]
async fn terms_stand_in_noscript() {
    let web = at_revision(1).await;

    let page = visit(&web, "medlar", "/terms").await.text();

    let noscript = page.split("<noscript>").nth(1).unwrap().split("</noscript>").next().unwrap();
    assert!(noscript.contains("<h2>3. Appointments</h2>"));
}

#[tokio::test]
async fn a_sign_in_page_stands_before_the_terms_for_two_revisions() {
    let web = Web::serve(0).await.unwrap();

    for (revision, walled) in [(8, false), (9, true), (10, true), (11, false)] {
        web.turn_to(revision);
        let answer = visit(&web, "bramble", "/terms").await;
        assert_eq!(answer.header("location"), walled.then_some("/sign-in"), "revision {revision}");
    }
    assert!(visit(&web, "bramble", "/sign-in").await.text().contains("Please sign in"));
}

#[tokio::test]
async fn a_french_page_is_written_in_windows_1252_and_only_its_meta_says_so() {
    let web = at_revision(1).await;

    let answer = visit(&web, "rivages", "/cgv.html").await;

    assert_eq!(answer.header("content-type"), Some("text/html"));
    let page = encoding_rs::WINDOWS_1252.decode(&answer.body).0;
    assert!(page.contains("charset=windows-1252"));
    assert!(page.contains("18 € par réservation"));
    assert!(String::from_utf8(answer.body).is_err());
}

#[tokio::test]
async fn a_page_is_in_japanese() {
    let web = at_revision(1).await;

    assert!(visit(&web, "hoshizora", "/ja/terms").await.text().contains("第1条（適用）"));
}

#[tokio::test]
async fn a_pdf_file_changes_with_the_revisions() {
    let web = at_revision(1).await;

    let first = visit(&web, "northline", "/conditions-of-carriage.pdf").await;
    web.turn_to(REVISIONS);
    let last = visit(&web, "northline", "/conditions-of-carriage.pdf").await;

    assert_eq!(first.header("content-type"), Some("application/pdf"));
    assert!(first.body.starts_with(b"%PDF-1.4") && first.body.ends_with(b"%%EOF\n"));
    assert_ne!(first.body, last.body);
}

#[tokio::test]
async fn terms_move_to_another_address() {
    let web = at_revision(5).await;

    let answer = visit(&web, "florin", "/terms").await;

    assert_eq!((answer.status, answer.header("location")), (301, Some("/legal/user-agreement")));
    assert_eq!(visit(&web, "florin", "/legal/user-agreement").await.status, 200);
}

#[tokio::test]
async fn a_page_is_slow() {
    let web = at_revision(1).await;

    let start = Instant::now();
    visit(&web, "cloudberry", "/sla").await;

    assert!(start.elapsed() >= Duration::from_millis(300));
}

#[tokio::test]
async fn pages_are_emptied_with_and_without_their_frame() {
    let web = at_revision(5).await;
    let nothing = visit(&web, "rivages", "/confidentialite.html").await;
    web.turn_to(10);
    let shell = visit(&web, "medlar", "/company").await;

    assert_eq!((nothing.status, nothing.body.len()), (200, 0));
    let shell = Html::parse_document(&shell.text());
    let main = shell.select(&Selector::parse("main").unwrap()).next().unwrap();
    assert_eq!(main.text().collect::<String>().trim(), "");
}

#[tokio::test]
async fn a_platform_announces_its_end_and_is_gone() {
    let web = at_revision(11).await;
    let announced = visit(&web, "spool", "/terms").await;
    web.turn_to(12);

    assert!(announced.text().contains("Spool closes on 30 April 2025"));
    assert_eq!(visit(&web, "spool", "/terms").await.status, 410);
}

#[test]
fn revisions_are_spread_over_two_years_in_order() {
    let dates: Vec<_> = (1..=REVISIONS).map(date_of).collect();

    assert!(dates.is_sorted());
    assert!((dates[REVISIONS - 1] - dates[0]).num_days() > 690);
}

#[tokio::test]
async fn the_ends_of_a_range_stand_at_different_depths() {
    let web = at_revision(1).await;
    let page = Html::parse_document(&visit(&web, "marktkorb", "/agb").await.text());

    let marktkorb = PLATFORMS.iter().find(|platform| platform.host == "marktkorb").unwrap();
    let declaration: Value = serde_json::from_str(marktkorb.declaration[0].content).unwrap();
    let range = &declaration["terms"]["General Conditions of Sale"]["select"];

    let depth = |end: &str| {
        let selector = Selector::parse(range[end].as_str().unwrap()).unwrap();
        page.select(&selector).next().unwrap().ancestors().count()
    };
    assert_ne!(depth("startBefore"), depth("endBefore"));
}

#[test]
fn every_file_of_a_platform_is_listed_in_its_table() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/demo/web");

    for platform in &PLATFORMS {
        let folder = root.join(platform.host);
        let table = fs::read_to_string(folder.join("mod.rs")).unwrap();
        for file in files(&folder).into_iter().filter(|file| file.extension().is_none_or(|end| end != "rs")) {
            let name = file.strip_prefix(&folder).unwrap().to_str().unwrap();
            assert!(table.contains(&format!("\"{name}\"")), "{}: {name}", platform.host);
        }
    }
}

#[test]
fn every_listed_revision_exists_and_follows_the_one_before() {
    for (platform, page) in pages() {
        let revisions: Vec<_> = page.contents.iter().map(|since| since.revision).collect();
        let distinct: BTreeSet<_> = revisions.iter().copied().collect();
        assert!(revisions.is_sorted() && distinct.len() == revisions.len(), "{}{}", platform.host, page.path);
        assert!(revisions.iter().all(|revision| (1..=REVISIONS).contains(revision)));
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}
