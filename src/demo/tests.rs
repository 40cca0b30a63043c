//! What a visitor of the fictional web meets, and what a contributor finds in its collection.

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
use super::{REVISIONS, Web, date_of, write_collection};

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

#[test]
fn every_declaration_is_json_and_its_pages_exist() {
    let collection = tempfile::tempdir().unwrap();

    for revision in 1..=REVISIONS {
        write_collection(collection.path(), revision, 4321).unwrap();
        for (service, declaration) in declarations(collection.path()) {
            for document in documents(&declaration) {
                let url: url::Url = document["fetch"].as_str().unwrap().parse().unwrap();
                let declared = pages().any(|(platform, page)| {
                    url.host_str() == Some(&format!("{}.localhost", platform.host)) && url.path() == page.path
                });
                assert!(declared && url.port() == Some(4321), "{service}: {url}");
            }
        }
    }
}

#[test]
fn a_declaration_of_three_pages_has_one_selector_inherited_and_one_of_its_own() {
    let parley = declaration_at(1, "Parley");

    let terms = &parley["terms"]["Terms of Service"];
    assert_eq!(terms["combine"].as_array().unwrap().len(), 3);
    assert_eq!(terms["select"], "article");
    assert_eq!(terms["combine"][2]["select"], ".disputes .inner");
}

#[tokio::test]
async fn the_ends_of_a_range_stand_at_different_depths() {
    let web = at_revision(1).await;
    let page = Html::parse_document(&visit(&web, "marktkorb", "/agb").await.text());

    let range = declaration_at(1, "Marktkorb")["terms"]["General Conditions of Sale"]["select"].clone();

    let depth = |end: &str| {
        let selector = Selector::parse(range[end].as_str().unwrap()).unwrap();
        page.select(&selector).next().unwrap().ancestors().count()
    };
    assert_ne!(depth("startBefore"), depth("endBefore"));
}

#[test]
fn a_declaration_is_corrected_midway_and_the_former_one_kept() {
    let before = declaration_at(5, "Cloudberry Hosting");
    let after = declaration_at(6, "Cloudberry Hosting");
    let history = declaration_at(6, "Cloudberry Hosting.history");

    assert_eq!(before["terms"]["Acceptable Use Policy"]["select"], "body");
    assert_eq!(after["terms"]["Acceptable Use Policy"]["select"], ".sheet");
    assert_eq!(history["Acceptable Use Policy"][0]["select"], "body");
}

#[test]
fn a_filter_against_tracking_parameters_is_declared_midway() {
    assert!(declaration_at(6, "Lumio")["terms"]["Terms of Service"].get("filter").is_none());
    let filter = &declaration_at(7, "Lumio")["terms"]["Terms of Service"]["filter"][0];
    assert!(filter["removeQueryParams"].as_array().unwrap().iter().any(|name| name == "lt"));
}

#[test]
fn the_declaration_of_a_closed_platform_goes_to_history() {
    assert_eq!(declaration_at(13, "Spool")["terms"], serde_json::json!({}));
    assert_eq!(declaration_at(13, "Spool.history").as_object().unwrap().len(), 2);
}

#[test]
fn declarations_of_the_past_end_before_the_revision_that_replaced_them() {
    for platform in &PLATFORMS {
        for since in platform.history {
            let history: Value = serde_json::from_str(since.content).unwrap();
            for past in history.as_object().unwrap().values().flat_map(|list| list.as_array().unwrap()) {
                let until: chrono::DateTime<chrono::Utc> = past["validUntil"].as_str().unwrap().parse().unwrap();
                assert!(date_of(since.revision - 1) < until && until < date_of(since.revision), "{}", platform.host);
            }
        }
    }
}

#[test]
fn only_files_that_changed_are_written_again() {
    let collection = tempfile::tempdir().unwrap();
    let modified = |name: &str| {
        let path = collection.path().join("declarations").join(name);
        fs::metadata(path).unwrap().modified().unwrap()
    };
    write_collection(collection.path(), 6, 4321).unwrap();
    let (parley, lumio) = (modified("Parley.json"), modified("Lumio.json"));

    write_collection(collection.path(), 7, 4321).unwrap();

    assert_eq!(modified("Parley.json"), parley);
    assert_ne!(modified("Lumio.json"), lumio);
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

fn declaration_at(revision: usize, name: &str) -> Value {
    let collection = tempfile::tempdir().unwrap();
    write_collection(collection.path(), revision, 4321).unwrap();
    let path = collection.path().join("declarations").join(format!("{name}.json"));
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

fn declarations(collection: &Path) -> Vec<(String, Value)> {
    let read = |path: PathBuf| (path.display().to_string(), fs::read_to_string(path).unwrap());
    let texts = files(&collection.join("declarations")).into_iter().map(read);
    texts.map(|(path, text)| (path, serde_json::from_str(&text).unwrap())).collect()
}

/// The source documents of a declaration, or of a history.
fn documents(declaration: &Value) -> Vec<&Value> {
    let terms = declaration.get("terms").unwrap_or(declaration).as_object().unwrap().values();
    let entries = terms.flat_map(|terms| terms.as_array().map_or(vec![terms], |past| past.iter().collect()));
    entries.flat_map(|entry| entry["combine"].as_array().map_or(vec![entry], |all| all.iter().collect())).collect()
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}
