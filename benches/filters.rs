//! What filters of a service cost: a fresh worker, one that is ready, and the filters themselves.
//!
//! Prints milliseconds, the best of several runs, which a busy machine spoils least: `cargo bench --bench filters`.

use std::fs;
use std::path::PathBuf;
use std::thread;
use std::time::{Duration, Instant};

use fineprint::domain::{FilterUse, MimeType, Selector, SourceDocument};
use fineprint::extract::{Config, Extractor};
use tempfile::TempDir;
use url::Url;

const RUNS: usize = 20;

/// Time for a worker to start, or to make its next engine.
const PAUSE: Duration = Duration::from_millis(50);

/// The most that a fresh worker may take, and a filtered document over an unfiltered one.
const MOST: [f64; 2] = [20.0, 5.0];

/// Filters as services have them: one takes a few elements out, one rewrites every link and every heading.
const FILTERS: &str = "export function removeNotices(document) {
  document.querySelectorAll('.notice, aside, h2:empty').forEach((element) => element.remove());
}
export function rewriteAll(document) {
  for (const link of document.querySelectorAll('a[href*=session]')) {
    const url = new URL(link.href);
    url.searchParams.delete('session');
    link.href = url.href;
  }
  document.querySelectorAll('h2').forEach((heading) => { heading.innerHTML = `${heading.innerHTML}.`; });
}";

fn main() {
    let folder = TempDir::new().expect("a temporary folder can be made");
    let module = folder.path().join("Acme.filters.js");
    fs::write(&module, FILTERS).expect("a file can be written there");
    let with = |filter: &str| document(Some(module.clone()), filter);
    println!(
        "{:10} {:>8} {:>8} {:>8} {:>15} {:>15}",
        "page of", "fresh", "ready", "plain", "remove a few", "rewrite all"
    );
    for paragraphs in [1, 400, 1_050, 2_000] {
        print(&prose(paragraphs), &with("removeNotices"), &with("rewriteAll"));
    }
    println!("\nmilliseconds; in the last columns, over an unfiltered document of the same size");
    println!("at most {} ms are asked for a fresh worker, and {} ms for filters", MOST[0], MOST[1]);
}

fn print(page: &str, few: &SourceDocument, all: &SourceDocument) {
    let fresh = best(|| time(&extractor(), page, few));
    let ready = best(|| {
        let extractor = extractor();
        extractor.get_ready_for(few);
        thread::sleep(PAUSE);
        time(&extractor, page, few)
    });
    let kept = extractor();
    let again = |document: &SourceDocument| {
        best(|| {
            // Between two documents there is a fetch, in which the worker makes its next engine.
            thread::sleep(PAUSE);
            time(&kept, page, document)
        })
    };
    let plain = again(&document(None, "removeNotices"));
    let (few, all) = (again(few) - plain, again(all) - plain);
    let name = format!("{} kB", page.len() / 1000);
    println!("{name:10} {fresh:>8.2} {ready:>8.2} {plain:>8.2} {few:>15.2} {all:>15.2}");
}

fn best(run: impl Fn() -> f64) -> f64 {
    (0..RUNS).map(|_| run()).fold(f64::INFINITY, f64::min)
}

/// How long an extraction takes, in milliseconds.
fn time(extractor: &Extractor, page: &str, document: &SourceDocument) -> f64 {
    let started = Instant::now();
    let result = extractor.extract(page.as_bytes(), &MimeType::html(), document);
    assert!(result.is_ok(), "{result:?}");
    started.elapsed().as_secs_f64() * 1e3
}

fn extractor() -> Extractor {
    let worker_program = Some(env!("CARGO_BIN_EXE_fineprint").into());
    Extractor::new(Config { worker_program, ..Config::default() })
}

fn document(filters_module: Option<PathBuf>, filter: &str) -> SourceDocument {
    let filter = FilterUse { name: filter.to_owned(), params: None };
    SourceDocument {
        id: None,
        location: Url::parse("https://acme.example/legal/terms").expect("the address is valid"),
        declared_location: String::new(),
        select: vec![Selector::Css("main".to_owned())],
        select_is_list: false,
        remove_is_list: false,
        remove: Vec::new(),
        filters: filters_module.iter().map(|_| filter.clone()).collect(),
        filters_module,
        execute_client_scripts: None,
    }
}

fn prose(paragraphs: usize) -> String {
    let paragraph = "<h2>Your data</h2>\n<p>We may <b>share</b> your data with <a href=\"/partners?session=1\">our \
                     partners</a>, and they with theirs, for as long as the purposes set out in section 4.2 ask for.</p>\n";
    format!("<!DOCTYPE html><body><main>{}</main>", paragraph.repeat(paragraphs))
}
