//! Pages that need a browser. What needs Chromium is ignored unless asked for, as `.ci/run` does:
//! `cargo test --test it -- --ignored browser`.

use std::fs;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Stdio};
use std::sync::mpsc::channel;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::collection::{Ran, TestCollection, signal};
use crate::site::{Page, Site};

/// How long a test waits for something that must come to pass.
const PATIENCE: Duration = Duration::from_secs(60);

/// A collection with time enough for a busy machine.
fn collection() -> TestCollection {
    collection_with(json!({ "navigationTimeout": 30_000, "waitForElementsTimeout": 3_000 }))
}

/// A collection whose documents may be fetched by the browser that is installed.
fn collection_with(fetcher: Value) -> TestCollection {
    let collection = TestCollection::new();
    let mut fetcher = fetcher;
    fetcher["browser"] = Value::Null;
    collection.configure(fetcher);
    collection
}

fn needs_scripts(url: &str) -> Value {
    json!({ "fetch": url, "select": "main", "executeClientScripts": true })
}

/// A page whose script puts `text` into its `main` after a while.
fn scripted(text: &str, after: u32) -> Page {
    Page::html(&format!(
        "<html><body><main></main><script>
           setTimeout(() => document.querySelector('main').append({}), {after});
         </script></body></html>",
        json!(text)
    ))
}

fn version(collection: &TestCollection) -> String {
    collection.git("versions", &["show", "HEAD:Acme/Imprint.md"])
}

#[test]
fn without_a_browser_only_the_terms_that_need_it_fail() {
    let site = Site::serve();
    site.put("/scripted", scripted("Terms.", 0));
    site.put("/plain", Page::terms("You may leave."));
    let collection = TestCollection::new();
    collection.declare("Acme", "Imprint", needs_scripts(&site.url("/scripted")));
    collection.declare("Plain", "Imprint", json!({ "fetch": site.url("/plain"), "select": "main" }));

    let ran = collection.track();

    assert!(ran.stderr.contains("no browser to fetch"), "{}", ran.stderr);
    assert_eq!(collection.subjects("versions"), ["First record of Plain Imprint"]);
    assert_eq!(site.visits("/scripted"), 0);
}

#[test]
fn without_a_browser_a_refusal_stays_what_it_was() {
    let site = Site::serve();
    site.put("/terms", Page { is_for_browsers: true, ..Page::terms("You may leave.") });
    let collection = TestCollection::new();
    collection.declare("Acme", "Imprint", json!({ "fetch": site.url("/terms"), "select": "main" }));

    let ran = collection.track();

    assert!(ran.stdout.contains("HTTP code 403: Acme — Imprint"), "{}", ran.stdout);
}

#[test]
#[ignore = "needs Chromium"]
fn a_page_made_by_scripts_is_read_once_it_is_settled() {
    let site = Site::serve();
    let page = "<html><body><main></main><script>
        const add = text => document.querySelector('main').append(text);
        setTimeout(() => add('First part. '), 300);
        setTimeout(() => add('Second part.'), 600);
      </script></body></html>";
    site.put("/terms", Page::html(page));
    let collection = collection();
    collection.declare("Acme", "Imprint", needs_scripts(&site.url("/terms")));

    collection.track();

    assert_eq!(version(&collection), "First part. Second part.");
    let message = collection.git("snapshots", &["log", "-1", "--format=%b"]);
    assert!(message.contains("X-fetcher: fullDom"), "{message}");
}

#[test]
#[ignore = "needs Chromium"]
fn a_page_that_leads_on_by_script_is_followed() {
    let site = Site::serve();
    site.put("/old", Page::html("<script>setTimeout(() => location = '/new', 100)</script>"));
    site.put("/new", scripted("Moved here.", 200));
    let collection = collection();
    collection.declare("Acme", "Imprint", needs_scripts(&site.url("/old")));

    collection.track();

    assert_eq!(version(&collection), "Moved here.");
}

#[test]
#[ignore = "needs Chromium"]
fn the_browser_announces_no_robot_and_speaks_the_languages_configured() {
    let site = Site::serve();
    let page = "<html><body><main></main><script>
        const worker = new Worker(URL.createObjectURL(new Blob(['postMessage(navigator.userAgent)'])));
        worker.onmessage = ({ data }) => document.querySelector('main').append(JSON.stringify([
          navigator.webdriver, navigator.language, navigator.languages, data === navigator.userAgent,
          navigator.userAgent.includes('Headless'), innerWidth, innerHeight]));
      </script></body></html>";
    site.put("/terms", Page::html(page));
    let collection = collection_with(json!({ "navigationTimeout": 30_000, "language": "fr-FR,fr;q=0.9" }));
    collection.declare("Acme", "Imprint", needs_scripts(&site.url("/terms")));

    collection.track();

    let said = version(&collection).replace('\\', "");
    assert_eq!(said, r#"[false,"fr-FR",["fr-FR","fr"],true,false,1920,1080]"#);
    assert_eq!(site.header("/terms", "accept-language"), "fr-FR,fr;q=0.9");
    assert!(!site.header("/terms", "user-agent").contains("Headless"));
}

#[test]
#[ignore = "needs Chromium"]
fn images_are_not_loaded_and_documents_share_nothing() {
    let site = Site::serve();
    let page = "<html><body><img src=/image.png><video src=/film.mp4></video><main></main><script>
        document.querySelector('main').append('Visits: ' + (document.cookie || 'first'));
        document.cookie = 'seen=1';
      </script></body></html>";
    site.put("/one", Page::html(page));
    site.put("/two", Page::html(page));
    let collection = collection();
    collection.declare("Acme", "Imprint", needs_scripts(&site.url("/one")));
    collection.declare("Other", "Imprint", needs_scripts(&site.url("/two")));

    collection.track();

    assert_eq!(version(&collection), "Visits: first");
    assert_eq!(collection.git("versions", &["show", "HEAD:Other/Imprint.md"]), "Visits: first");
    assert_eq!((site.visits("/image.png"), site.visits("/film.mp4")), (0, 0));
}

#[test]
#[ignore = "needs Chromium"]
fn a_pdf_file_is_kept_as_it_came() {
    let site = Site::serve();
    let body = [b"%PDF-1.4\n".as_slice(), &[0xff; 3_000_000]].concat();
    site.put("/terms", Page { body: body.clone(), content_type: "application/pdf", ..Page::html("") });
    let collection = collection();
    let declared = json!({ "fetch": site.url("/terms"), "executeClientScripts": true });
    collection.declare("Acme", "Imprint", declared);

    collection.track();

    assert_eq!(fs::read(collection.path("snapshots/Acme/Imprint.pdf")).unwrap(), body);
}

#[test]
#[ignore = "needs Chromium"]
fn a_server_that_refuses_robots_is_asked_by_browser() {
    let site = Site::serve();
    site.put("/terms", Page { is_for_browsers: true, ..Page::terms("You may leave.") });
    let collection = collection();
    collection.declare("Acme", "Imprint", json!({ "fetch": site.url("/terms"), "select": "main" }));
    let strict = json!({ "fetch": site.url("/terms"), "select": "main", "executeClientScripts": false });
    collection.declare("Strict", "Imprint", strict);

    let ran = collection.track();

    assert_eq!(collection.subjects("versions"), ["First record of Acme Imprint"]);
    assert!(ran.stdout.contains("HTTP code 403: Strict — Imprint"), "{}", ran.stdout);
}

#[test]
#[ignore = "needs Chromium"]
fn faults_have_the_names_they_have_over_http() {
    let site = Site::serve();
    site.put("/loop", Page { status: 302, location: Some("/loop".to_owned()), ..Page::html("") });
    site.put("/empty", Page { body: vec![], ..Page::status(404) });
    let unused = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let collection = collection();
    collection.declare("Loop", "Imprint", needs_scripts(&site.url("/loop")));
    collection.declare("Missing", "Imprint", needs_scripts(&site.url("/missing")));
    collection.declare("Empty", "Imprint", needs_scripts(&site.url("/empty")));
    collection.declare("Unknown", "Imprint", needs_scripts("http://no-such-host.invalid/terms"));
    collection.declare("Refused", "Imprint", needs_scripts(&format!("http://127.0.0.1:{unused}/terms")));

    let ran = collection.track();

    for fault in [
        "maximum redirect reached at",
        "Received HTTP code 404 when trying to fetch",
        "Network system error ECONNREFUSED occurred",
        "Network system error E",
    ] {
        assert!(ran.stderr.contains(fault), "{fault}: {}", ran.stderr);
    }
    assert!(ran.stdout.contains("HTTP code 404: Empty — Imprint, Missing — Imprint"), "{}", ran.stdout);
    assert!(!ran.stderr.contains("the browser failed"), "{}", ran.stderr);
}

#[test]
#[ignore = "needs Chromium"]
fn a_page_that_hangs_grows_or_asks_costs_itself_only() {
    let site = Site::serve();
    site.put("/hang", Page::html("<main>Terms</main><script>onload = () => { while (true); }</script>"));
    let grow = "<main></main><script>document.querySelector('main').title = 'x'.repeat(3e6)</script>";
    site.put("/grow", Page::html(grow));
    site.put("/ask", Page::html("<script>alert('Robot?'); document.write('<main>Terms.</main>')</script>"));
    let bounds = json!({ "navigationTimeout": 4_000, "waitForElementsTimeout": 1_000, "maxMegabytes": 2 });
    let collection = collection_with(bounds);
    collection.declare("Hang", "Imprint", needs_scripts(&site.url("/hang")));
    collection.declare("Grow", "Imprint", needs_scripts(&site.url("/grow")));
    collection.declare("Ask", "Imprint", needs_scripts(&site.url("/ask")));

    let ran = collection.track();

    assert_eq!(collection.subjects("versions"), ["First record of Ask Imprint"]);
    assert!(ran.stdout.contains("timed out: Hang — Imprint"), "{}", ran.stdout);
    assert!(ran.stderr.contains("is larger than 2 MB"), "{}", ran.stderr);
}

#[test]
#[ignore = "needs Chromium"]
fn the_browser_opens_no_way_into_ones_own_network() {
    let site = Site::serve();
    site.put("/internal.js", Page::html("document.querySelector('main').append('Stolen.')"));
    let proxy = Proxy::serve(site.port());
    let page = format!(
        "<main>Terms.</main><script src='http://127.0.0.1:{0}/internal.js'></script>
         <script src='http://inside.localhost:{0}/internal.js'></script>",
        site.port()
    );
    site.put("/terms", Page::html(&page));
    let inside = format!("http://127.0.0.1:{}/internal.js", site.port());
    site.put("/leads-in", Page { status: 302, location: Some(inside), ..Page::html("") });
    let collection = collection_with(json!({ "navigationTimeout": 30_000, "allowPrivateAddresses": false }));
    collection.declare("Acme", "Imprint", needs_scripts("http://acme.invalid/terms"));
    collection.declare("Redirect", "Imprint", needs_scripts("http://acme.invalid/leads-in"));
    collection.declare("Direct", "Imprint", needs_scripts(&site.url_at("direct", "/internal.js")));

    let mut track = collection.command(&["track"]);
    track.env("HTTP_PROXY", format!("http://ada:lovelace@127.0.0.1:{}", proxy.port));
    let ran = Ran::from(track.output().unwrap());

    assert_eq!(version(&collection), "Terms.");
    assert_eq!(site.visits("/internal.js"), 0);
    let refused = ran.stdout.lines().find(|line| line.contains("public internet")).unwrap_or_default();
    assert!(refused.contains("Direct — Imprint") && refused.contains("Redirect — Imprint"), "{}", ran.stdout);
}

#[test]
#[ignore = "needs Chromium"]
fn a_browser_that_breaks_down_is_replaced() {
    let site = Site::serve();
    site.put("/slow", Page { delay: Duration::from_secs(2), ..scripted("Terms.", 0) });
    let collection = collection();
    collection.declare("Acme", "Imprint", needs_scripts(&site.url("/slow")));

    let track = start(&collection);
    until("the page is asked for", || site.visits("/slow") == 1);
    let browser = descendants(track.id()).into_iter().find(|process| is_browser(*process)).unwrap();
    signal("KILL", browser);
    let ran = Ran::from(track.wait_with_output().unwrap());

    assert_eq!(version(&collection), "Terms.", "{}", ran.stderr);
    assert_eq!(site.visits("/slow"), 2);
}

#[test]
#[ignore = "needs Chromium"]
fn no_browser_outlives_fineprint() {
    for ending in ["KILL", "TERM"] {
        let site = Site::serve();
        site.put("/slow", Page { delay: Duration::from_secs(20), ..scripted("Terms.", 0) });
        let collection = collection();
        collection.declare("Acme", "Imprint", needs_scripts(&site.url("/slow")));
        let mut track = start(&collection);
        until("the page is asked for", || site.visits("/slow") == 1);
        let processes = descendants(track.id());
        assert!(processes.len() > 2);
        let profile = processes.iter().find_map(|process| profile(*process)).unwrap();

        signal(ending, track.id());
        track.wait().unwrap();

        until("all processes have ended", || !processes.iter().any(|process| is_alive(*process)));
        until("its profile is gone", || !fs::exists(&profile).unwrap());
    }
}

#[test]
#[ignore = "needs Chromium"]
fn the_browser_asks_nobody_but_the_page() {
    let proxy = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://ada:lovelace@{}", proxy.local_addr().unwrap());
    let (asked, asks) = channel();
    thread::spawn(move || {
        for mut stream in proxy.incoming().flatten() {
            let asked = asked.clone();
            thread::spawn(move || {
                let mut head = [0; 4096];
                let read = stream.read(&mut head).unwrap();
                asked.send(String::from_utf8_lossy(&head[..read]).into_owned()).unwrap();
                // Long enough for whatever the browser does when it has started.
                thread::sleep(Duration::from_secs(3));
                let _ = stream.write_all(b"HTTP/1.1 502 Bad Gateway\r\n\r\n");
            });
        }
    });
    let collection = collection();
    collection.declare("Acme", "Imprint", needs_scripts("http://acme.example/"));

    let ran = Ran::from(collection.command(&["track"]).env("HTTP_PROXY", address).output().unwrap());

    assert!(
        ran.stderr.contains("the proxy failed when trying to fetch 'http://acme.example/': it answered 502"),
        "{}",
        ran.stderr
    );
    for ask in asks.try_iter() {
        assert!(ask.starts_with("CONNECT acme.example:80 "), "{ask}");
        assert!(ask.contains("Proxy-Authorization: Basic YWRhOmxvdmVsYWNl\r\n"), "{ask}");
    }
}

#[test]
#[ignore = "needs Chromium"]
fn the_doctor_finds_the_browser_and_tries_it_out() {
    let collection = collection();

    let ran = collection.run(&["doctor"]);

    let line = ran.stdout.lines().find(|line| line.starts_with("browser ")).unwrap();
    assert!(line.contains("fine") && line.contains("/chromium"), "{}", ran.stdout);
}

fn start(collection: &TestCollection) -> Child {
    collection.command(&["track"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

fn until(what: &str, holds: impl Fn() -> bool) {
    let started = Instant::now();
    while !holds() {
        assert!(started.elapsed() < PATIENCE, "waited in vain until {what}");
        thread::sleep(Duration::from_millis(20));
    }
}

/// All processes below one, as the system lists them.
fn descendants(process: u32) -> Vec<u32> {
    let processes = fs::read_dir("/proc").unwrap().flatten();
    let all: Vec<u32> = processes.filter_map(|entry| entry.file_name().to_str()?.parse().ok()).collect();
    let mut found = vec![process];
    let mut at = 0;
    while at < found.len() {
        let above = found[at];
        found.extend(all.iter().filter(|child| parent(**child) == Some(above)));
        at += 1;
    }
    found.split_off(1)
}

fn parent(process: u32) -> Option<u32> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    stat.rsplit_once(") ")?.1.split(' ').nth(1)?.parse().ok()
}

fn is_alive(process: u32) -> bool {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    stat.rsplit_once(") ").is_some_and(|(_, rest)| !rest.starts_with('Z'))
}

/// Whether a process is Chromium's first, which has no type.
fn is_browser(process: u32) -> bool {
    let arguments = arguments(process);
    arguments.contains("--remote-debugging-pipe") && !arguments.contains("--type=") && !arguments.starts_with("/bin/sh")
}

fn profile(process: u32) -> Option<String> {
    let arguments = arguments(process);
    let rest = arguments.split_once("--user-data-dir=")?.1;
    rest.split('\0').next().map(str::to_owned)
}

fn arguments(process: u32) -> String {
    fs::read_to_string(format!("/proc/{process}/cmdline")).unwrap_or_default()
}

/// A proxy that leads everybody who knows its password to one port of this machine.
struct Proxy {
    port: u16,
}

impl Proxy {
    fn serve(target: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                thread::spawn(move || lead(client, target));
            }
        });
        Self { port }
    }
}

fn lead(mut client: TcpStream, target: u16) -> std::io::Result<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        client.read_exact(&mut byte)?;
        head.push(byte[0]);
    }
    if !String::from_utf8_lossy(&head).contains("Proxy-Authorization: Basic YWRhOmxvdmVsYWNl") {
        return client.write_all(b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n");
    }
    client.write_all(b"HTTP/1.1 200 Connected\r\n\r\n")?;
    let server = TcpStream::connect(("127.0.0.1", target))?;
    let (mut from, mut to) = (client.try_clone()?, server.try_clone()?);
    thread::spawn(move || std::io::copy(&mut from, &mut to));
    std::io::copy(&mut server.try_clone()?, &mut client).map(|_| ())
}
