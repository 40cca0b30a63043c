//! How long extraction takes in terms of parsing alone, which no extraction can avoid.
//!
//! Prints ratios, which hardly depend on the machine: `cargo bench --bench extract`.

use std::time::Duration;

use fineprint::domain::{MimeType, Selector, SourceDocument};
use fineprint::extract::{Config, Extractor, Timings};
use url::Url;

/// How much of each kind of page is extracted.
const BYTES_PER_KIND: usize = 64 << 20;

/// The most that a whole extraction may take, in times of parsing alone.
const MOST: f64 = 2.2;

/// Makes a page with so many blocks.
type Page = fn(usize) -> String;

const KINDS: [(&str, Page); 4] =
    [("prose", prose), ("lists", lists), ("tables", tables), ("markup around little text", markup)];

fn main() {
    println!("{:28} {:>10} {:>8} {:>8} {:>8}", "page", "MB/s", "select", "convert", "all");
    let mut all = Timings::default();
    for (name, page) in KINDS {
        let (timings, bytes) = measured(&page(1_000));
        print(name, &timings, bytes);
        all += timings;
    }
    let ratio = all.total().as_secs_f64() / all.parse.as_secs_f64();
    println!("\nall kinds: {ratio:.2} times parsing alone; at most {MOST} is asked for");
}

fn measured(page: &str) -> (Timings, usize) {
    let extractor = Extractor::new(Config::default());
    let document = document();
    let mut timings = Timings::default();
    let runs = BYTES_PER_KIND / page.len();
    for _ in 0..runs {
        let result = extractor.extract_timed(page.as_bytes(), &MimeType::html(), &document, &mut timings);
        assert!(result.is_ok(), "{result:?}");
    }
    (timings, runs * page.len())
}

fn print(name: &str, timings: &Timings, bytes: usize) {
    let in_parses = |step: Duration| step.as_secs_f64() / timings.parse.as_secs_f64();
    println!(
        "{name:28} {:>10.1} {:>8.2} {:>8.2} {:>8.2}",
        bytes as f64 / 1e6 / timings.total().as_secs_f64(),
        in_parses(timings.select),
        in_parses(timings.convert),
        in_parses(timings.total())
    );
}

fn document() -> SourceDocument {
    SourceDocument {
        id: None,
        location: Url::parse("https://acme.example/legal/terms").expect("the address is valid"),
        declared_location: String::new(),
        select: vec![Selector::Css("main".to_owned())],
        select_is_list: false,
        remove_is_list: false,
        remove: vec![Selector::Css(".share, nav".to_owned())],
        filters: Vec::new(),
        filters_module: None,
        execute_client_scripts: None,
    }
}

fn within_main(body: &str) -> String {
    format!(
        "<!DOCTYPE html><html><head><title>Terms</title></head><body><nav>Menu</nav><main>{body}</main></body></html>"
    )
}

fn prose(paragraphs: usize) -> String {
    let paragraph = "<h2>Your data</h2>\n<p>We may <b>share</b> your data with <a href=\"/partners\">our partners</a>, \
                     and they with theirs, for as long as the purposes set out in section 4.2 of these terms ask for.</p>\n";
    within_main(&paragraph.repeat(paragraphs))
}

fn lists(items: usize) -> String {
    let item = "<li>We keep it<ul><li>for a year, or</li><li>as long as the law asks</li></ul></li>\n";
    within_main(&format!("<ul>{}</ul>", item.repeat(items)))
}

fn tables(rows: usize) -> String {
    let row = "<tr><td>Cookie</td><td>Remembers <i>you</i></td><td>13 months</td></tr>\n";
    within_main(&format!("<table><tr><th>Name</th><th>Purpose</th><th>Kept</th></tr>{}</table>", row.repeat(rows)))
}

fn markup(blocks: usize) -> String {
    let block = "<div class=\"row row--wide\" data-id=\"1a2b3c\"><div class=\"col col-12\"><div style=\"color:red\">\
                 <span class=\"text\"><span>Text</span></span></div></div></div><!-- end -->\n";
    within_main(&block.repeat(blocks))
}
