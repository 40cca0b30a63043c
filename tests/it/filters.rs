//! Filters of services and PDF files, in the worker processes of the real binary.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use fineprint::domain::{FilterUse, MimeType, Selector, SourceDocument};
use fineprint::extract::{Config, ExtractError, Extractor};
use tempfile::TempDir;

use crate::collection::signal;

const PAGE: &str = "<h1>Terms</h1><p class=ad>Buy!</p><p>You agree.</p>";
const PLAIN: &str = "Terms\n=====\n\nYou agree.";

struct Service {
    _folder: TempDir,
    module: PathBuf,
}

impl Service {
    fn with(source: &str) -> Self {
        let folder = TempDir::new().unwrap();
        let module = folder.path().join("Acme.filters.js");
        fs::write(&module, source).unwrap();
        Self { _folder: folder, module }
    }

    fn document(&self, filter: &str) -> SourceDocument {
        SourceDocument {
            id: None,
            location: "https://acme.example/terms".parse().unwrap(),
            declared_location: String::new(),
            select: vec![Selector::Css("body".to_owned())],
            select_is_list: false,
            remove_is_list: false,
            remove: Vec::new(),
            filters: vec![FilterUse { name: filter.to_owned(), params: None }],
            filters_module: Some(self.module.clone()),
            execute_client_scripts: None,
        }
    }
}

fn config() -> Config {
    Config {
        worker_program: Some(env!("CARGO_BIN_EXE_fineprint").into()),
        filter_duration: Duration::from_millis(1_500),
        filter_memory_bytes: 64 << 20,
        ..Config::default()
    }
}

fn extract(extractor: &Extractor, service: &Service, filter: &str) -> Result<String, ExtractError> {
    extractor.extract(PAGE.as_bytes(), &MimeType::html(), &service.document(filter))
}

const DROP_ADS: &str = "export function dropAds(document) {
    document.querySelectorAll('.ad').forEach((ad) => ad.remove());
}";

#[test]
fn a_service_s_own_filter_changes_what_is_recorded() {
    let extractor = Extractor::new(config());
    let service = Service::with(DROP_ADS);

    assert_eq!(extract(&extractor, &service, "dropAds").as_deref(), Ok(PLAIN));
    assert_eq!(extract(&extractor, &service, "unknown").as_deref(), Ok("Terms\n=====\n\nBuy!\n\nYou agree."));
}

#[test]
fn a_filter_that_harms_fails_alone_and_in_time() {
    let harms = [
        ("Uncut", "for (;;) 'a'.repeat(1e6).replaceAll('a', 'bb')", "it takes more than 1.5 s"),
        (
            "Sort",
            "for (;;) { const a = []; a.length = 3e5; a.fill(0).map(Math.random).sort(); }",
            "it takes more than 1.5 s",
        ),
        ("Regex", "/^(a+)+$/.test('a'.repeat(60) + 'b')", "it takes more than 1.5 s"),
        ("Jobs", "const again = () => Promise.resolve().then(again); again()", "it "),
        ("Memory", "const all = []; for (;;) all.push(new Uint8Array(1e6))", "it needs more than 64 MB of memory"),
        ("Nodes", "const x = 'x'.repeat(2e7); for (;;) document.body.append(x)", "it "),
        ("Deep", "const again = () => again() + 1; again()", "RangeError: Maximum call stack size exceeded"),
        ("Nested", "let s = '<b>'.repeat(1e6); document.body.innerHTML = s", "QuotaExceededError: the page has"),
        ("Prototype", "Element.prototype.remove.call({})", "TypeError: this is not a node of the page"),
    ];
    let extractor = Extractor::new(config());
    let good = Service::with(DROP_ADS);

    for (name, script, expected) in harms {
        let service = Service::with(&format!("export function harm(document) {{ {script} }}"));
        let started = Instant::now();

        let message = extract(&extractor, &service, "harm").unwrap_err().to_string();

        let prefix = format!("Extract failed: The filter function \"harm\" failed: {expected}");
        assert!(message.starts_with(&prefix), "{name}: {message}");
        assert!(started.elapsed() < Duration::from_secs(20), "{name} took {:?}", started.elapsed());
        assert_eq!(extract(&extractor, &good, "dropAds").as_deref(), Ok(PLAIN), "after {name}");
    }
}

#[test]
fn nothing_passes_from_one_document_to_the_next() {
    let extractor = Extractor::new(config());
    let spoil = Service::with("export function spoil(document) { globalThis.left = 1; Array.prototype.map = null; }");
    let look = Service::with(
        "export function look(document) { document.body.append(String(globalThis.left), [1].map(String)); }",
    );

    extract(&extractor, &spoil, "spoil").unwrap();

    assert!(extract(&extractor, &look, "look").unwrap().ends_with("undefined1"));
}

#[test]
fn many_threads_share_the_workers() {
    let extractor = Arc::new(Extractor::new(config()));
    let service = Arc::new(Service::with(DROP_ADS));

    let threads: Vec<_> = (0..8)
        .map(|_| {
            let (extractor, service) = (Arc::clone(&extractor), Arc::clone(&service));
            thread::spawn(move || (0..10).all(|_| extract(&extractor, &service, "dropAds").as_deref() == Ok(PLAIN)))
        })
        .collect();

    assert!(threads.into_iter().all(|thread| thread.join().unwrap()));
}

#[test]
fn a_worker_may_be_started_before_it_is_needed() {
    let extractor = Extractor::new(config());
    let service = Service::with(DROP_ADS);

    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                extractor.get_ready_for(&service.document("dropAds"));
                assert_eq!(extract(&extractor, &service, "dropAds").as_deref(), Ok(PLAIN));
            });
        }
    });

    let nowhere = Extractor::new(Config { worker_program: Some("/nowhere/fineprint".into()), ..config() });
    nowhere.get_ready_for(&service.document("dropAds"));
    assert!(
        extract(&nowhere, &service, "dropAds").unwrap_err().to_string().contains("no filter worker can be started")
    );
}

#[test]
fn without_a_worker_the_filter_fails_and_says_why() {
    let service = Service::with(DROP_ADS);
    let outcome = |program: &str| {
        let config = Config { worker_program: Some(program.into()), ..config() };
        extract(&Extractor::new(config), &service, "dropAds").unwrap_err().to_string()
    };

    let prefix = "Extract failed: The filter function \"dropAds\" failed: no filter worker can be started: ";
    assert!(outcome("/nowhere/fineprint").starts_with(prefix));
    assert!(outcome("/bin/echo").starts_with(prefix), "{}", outcome("/bin/echo"));
}

#[test]
fn a_pdf_file_that_unpacks_to_gigabytes_fails_alone() {
    let extractor = Extractor::new(config());
    let document = SourceDocument { filters: Vec::new(), ..Service::with("").document("none") };

    let outcome = extractor.extract(&bomb(), &MimeType::pdf(), &document);

    assert!(
        matches!(
            outcome,
            Err(ExtractError::LargePdf { .. } | ExtractError::UnreadablePdf | ExtractError::EmptyPdf { .. })
        ),
        "{outcome:?}"
    );
}

/// A PDF file of 12 MB whose page is 768 MB of spaces, by run-length encoding.
fn bomb() -> Vec<u8> {
    const RUNS: usize = 6 << 20;
    let mut content = [129, b' '].repeat(RUNS);
    content.push(128);
    let mut file = b"%PDF-1.7\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n2 0 obj\n<</Type/Pages/Count 1\
        /Kids[3 0 R]>>\nendobj\n3 0 obj\n<</Type/Page/Parent 2 0 R/Contents 4 0 R>>\nendobj\n"
        .to_vec();
    file.extend(format!("4 0 obj\n<</Filter/RunLengthDecode/Length {}>>stream\n", content.len()).into_bytes());
    file.extend(content);
    file.extend(b"\nendstream\nendobj\ntrailer\n<</Root 1 0 R>>\n");
    file
}

/// Ctrl-C and service managers signal workers too; when to end is for the parent to say.
#[cfg(target_os = "linux")]
#[test]
fn an_interrupt_does_not_spoil_the_document_at_hand() {
    let slow = "export function slow(document) { const end = Date.now() + 1000; while (Date.now() < end); }";
    let extractor = Extractor::new(config());
    let service = Service::with(slow);

    let extracted = thread::scope(|scope| {
        let extraction = scope.spawn(|| extract(&extractor, &service, "slow"));
        thread::sleep(Duration::from_millis(500));
        workers().into_iter().for_each(|worker| signal("INT", worker));
        extraction.join().unwrap()
    });

    assert_eq!(extracted.as_deref(), Ok("Terms\n=====\n\nBuy!\n\nYou agree."));
}

/// The worker processes of these tests.
#[cfg(target_os = "linux")]
fn workers() -> Vec<u32> {
    let processes =
        fs::read_dir("/proc").unwrap().flatten().filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    let is_worker = |process: &u32| {
        let read = |file: &str| fs::read_to_string(format!("/proc/{process}/{file}")).unwrap_or_default();
        let parent = format!("PPid:\t{}\n", std::process::id());
        read("cmdline").ends_with("filter-worker\0") && read("status").contains(&parent)
    };
    processes.filter(is_worker).collect()
}
