//! `fineprint serve` as operators and clients meet it.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Stdio};

use serde_json::{Value, json};

use crate::collection::{TestCollection, signal};
use crate::site::{Page, Site};

/// A server at work on a collection.
pub struct Server {
    process: Child,
    address: String,
}

impl Server {
    pub fn of(collection: &TestCollection) -> Self {
        let mut command = collection.command(&["serve", "--port", "0"]);
        let mut process = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.split("http://").nth(1).unwrap().split('/').next().unwrap().to_owned();
        Self { process, address }
    }

    /// Status line and body.
    pub fn get(&self, path: &str) -> (String, String) {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        write!(stream, "GET {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", self.address).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        (head.lines().next().unwrap().to_owned(), body.to_owned())
    }

    /// Asks again and again until the answer is as wanted.
    pub fn wait_for(&self, path: &str, is_wanted: impl Fn(&Value) -> bool) {
        for _ in 0..1_200 {
            if is_wanted(&self.json(path)) {
                return;
            }
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
        panic!("{path} never was as wanted");
    }

    pub fn json(&self, path: &str) -> Value {
        serde_json::from_str(&self.get(path).1).unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn collection() -> TestCollection {
    let collection = TestCollection::new();
    collection.write("metadata.yml", "id: demo\nname: Demo\ntagline: Terms\nlanguages: [en]\njurisdictions: [FR]\n");
    collection.write(
        "declarations/Acme.json",
        r#"{ "name": "Acme", "terms": { "Imprint": { "fetch": "https://acme.example/", "select": "main" } } }"#,
    );
    collection
}

/// Records a version as another engine does.
fn record(collection: &TestCollection, content: &str, subject: &str) {
    collection.commit_by_hand("versions", "Acme/Imprint.md", content, subject);
}

#[test]
fn what_is_recorded_meanwhile_is_served_at_the_next_request() {
    let collection = collection();
    let server = Server::of(&collection);
    assert_eq!(server.json("/v1/versions"), json!([]));
    std::fs::create_dir(collection.path("versions")).unwrap();
    collection.git("versions", &["init", "-q", "-b", "main"]);

    record(&collection, "One.", "First record of Acme Imprint");
    let first = server.json("/v1/versions/Acme/Imprint/latest");
    record(&collection, "Two.", "Record new changes of Acme Imprint");
    let second = server.json("/v1/versions/Acme/Imprint/latest");

    assert_eq!((&first["content"], &second["content"]), (&"One.".into(), &"Two.".into()));
    assert_eq!(server.json("/v1/versions").as_array().unwrap().len(), 2);
}

#[test]
fn what_was_recorded_can_be_searched_and_is_judged() {
    let collection = collection();
    std::fs::create_dir(collection.path("versions")).unwrap();
    collection.git("versions", &["init", "-q", "-b", "main"]);
    record(&collection, "# Terms\n\nYou may leave at any time.", "First record of Acme Imprint");
    record(&collection, "# Terms\n\nYou agree to arbitration in Delaware.", "Record new changes of Acme Imprint");
    let server = Server::of(&collection);
    server.wait_for("/v1/search?q=arbitration", |found| found["versions"]["searched"] == 2);
    server.wait_for("/v1/versions?q=arbitration", |versions| !versions[0]["verdict"].is_null());

    let found = server.json("/v1/search?q=arbitration");
    let versions = server.json("/v1/versions?q=arbitration");
    let feed = server.get("/v1/feeds/changes.json?q=arbitration").1;

    assert_eq!(found["passages"][0]["text"], "You agree to arbitration in Delaware.");
    assert_eq!(found["passages"][0]["places"], json!([[13, 24]]));
    assert_eq!(versions.as_array().unwrap().len(), 1);
    assert_eq!(versions[0]["verdict"]["significant"], true, "{versions}");
    let feed: Value = serde_json::from_str(&feed).unwrap();
    assert!(feed["items"][0]["content_html"].as_str().unwrap().contains("arbitration"), "{feed}");
}

/// A collection with Acme's terms, tracked once.
fn tracked(site: &Site) -> TestCollection {
    site.put("/terms", Page::html("<main><p>You may leave at any time, and take your data along.</p></main>"));
    let collection = collection();
    collection.declare("Acme", "Terms of Service", json!({ "fetch": site.url("/terms"), "select": "main" }));
    collection.track();
    collection
}

#[test]
fn terms_whose_declaration_cannot_be_read_are_told_apart_from_those_that_were_given_up() {
    let site = Site::serve();
    let collection = tracked(&site);
    collection.write("declarations/Acme.json", "{");
    let server = Server::of(&collection);

    let status = server.json("/v1/status");
    let (_, page) = server.get("/en/status");

    assert_eq!(status[0]["state"], "faulty", "{status}");
    assert!(page.contains("its declaration cannot be read") && !page.contains("no longer tracked"), "{page}");
}

#[test]
fn what_was_checked_is_told() {
    let site = Site::serve();
    let collection = tracked(&site);
    let server = Server::of(&collection);

    let status = server.json("/v1/status");
    let checks = server.json("/v1/checks?service=Acme");

    let terms = status.as_array().unwrap().iter().find(|terms| terms["service"] == "Acme").unwrap();
    assert!(terms["lastCheck"].is_string(), "{terms}");
    assert_eq!(checks[0]["status"], 200, "{checks}");
    assert!(server.get("/v1/checks?kind=first").0.contains("400"));
    assert_eq!(server.json("/v1/checks?service=Nobody"), json!([]));
}

#[test]
fn a_server_that_is_told_to_end_ends_well() {
    let mut server = Server::of(&collection());
    assert_eq!(server.get("/health"), ("HTTP/1.1 200 OK".to_owned(), "ok\n".to_owned()));

    signal("TERM", server.process.id());

    assert!(server.process.wait().unwrap().success());
}

#[test]
fn a_collection_without_a_name_is_not_served() {
    let collection = collection();
    collection.write("metadata.yml", "id: demo\n");

    let ran = collection.run(&["serve", "--port", "0"]);

    assert_eq!(ran.code, 1);
    assert!(
        ran.stderr.contains("`metadata.yml` has no `name`, without which a collection cannot be served"),
        "{}",
        ran.stderr
    );
    assert!(ran.stderr.contains("hint: `fineprint validate metadata`"), "{}", ran.stderr);
}

#[test]
fn the_repositories_alone_are_enough_to_be_served() {
    let site = Site::serve();
    site.put("/terms", Page::terms("You may leave at any time."));
    let collection = TestCollection::new();
    collection.declare("Acme", "Imprint", json!({ "fetch": site.url("/terms"), "select": "main" }));
    collection.track();
    std::fs::remove_dir_all(collection.path("declarations")).unwrap();

    let server = Server::of(&collection);

    let name = collection.path("").canonicalize().unwrap().file_name().unwrap().to_string_lossy().into_owned();
    assert_eq!(server.json("/v1/metadata")["name"], json!(name));
    assert_eq!(server.get("/en/services/Acme/Imprint").0, "HTTP/1.1 200 OK");
}

#[test]
fn what_was_fetched_is_linked_to_only_where_it_is_kept() {
    let site = Site::serve();
    let collection = collection();
    collection.declare("Acme", "Terms of Service", json!({ "fetch": site.url("/terms"), "select": "main" }));
    for text in ["You may leave at any time.", "You may leave at the end of a month."] {
        site.put("/terms", Page::terms(text));
        collection.track();
    }
    let id = collection.git("versions", &["rev-parse", "HEAD"]);
    let paths = ["/v1/feeds/changes.atom?significant=all".to_owned(), format!("/en/versions/{}", id.trim())];
    let leads = |server: &Server| paths.each_ref().map(|path| server.get(path).1.contains("/v1/snapshot/"));
    let server = Server::of(&collection);
    let with = leads(&server);
    drop(server);

    std::fs::remove_dir_all(collection.path("snapshots")).unwrap();

    assert_eq!((with, leads(&Server::of(&collection))), ([true; 2], [false; 2]));
}
