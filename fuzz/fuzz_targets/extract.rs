//! Extracts any bytes as a page: parse, built-in filters, remove, select, convert.
//!
//! The first two bytes say how, the others are the page. Whatever comes in, there is a result or a reason, always the
//! same, and neither panic nor want of memory or time, which the fuzzer itself watches.

#![no_main]
#![allow(dead_code, unused_imports, reason = "only a part of each room is called")]

#[path = "../../src/domain/mod.rs"]
mod domain;
#[path = "../../src/extract/mod.rs"]
mod extract;

use std::sync::LazyLock;

use domain::{FilterUse, MimeType, Selector, SourceDocument};
use extract::filters::BUILT_IN;
use extract::{Config, Extractor};
use libfuzzer_sys::fuzz_target;
use serde_json::{Value, json};

/// What to select, and what to remove before.
static DECLARATIONS: LazyLock<Vec<(Value, Value)>> = LazyLock::new(|| {
    vec![
        (json!("body"), json!([])),
        (json!("*"), json!([])),
        (json!("main, article, td, li"), json!(["nav", "footer", ":empty"])),
        (json!({ "startBefore": "h1", "endBefore": "h2" }), json!([])),
        (json!({ "startAfter": "p", "endAfter": "table" }), json!([{ "startBefore": "b", "endAfter": "i" }])),
        (json!("body"), json!([{ "startAfter": "a", "endBefore": "li" }, { "startBefore": "p", "endAfter": "p" }, "b"])),
        (json!("p:nth-child(odd), :has(> b), :not(:checked):lang(en) ~ [href]"), json!([])),
    ]
});

static EXTRACTOR: LazyLock<Extractor> =
    LazyLock::new(|| Extractor::new(Config { max_depth: 400, max_nodes: 200_000, ..Config::default() }));

fuzz_target!(|input: &[u8]| {
    let [how, filters, page @ ..] = input else { return };
    let document = document(*how, *filters);
    let outcome = EXTRACTOR.extract(page, &MimeType::html(), &document);
    assert_eq!(outcome, EXTRACTOR.extract(page, &MimeType::html(), &document));
});

fn document(how: u8, filters: u8) -> SourceDocument {
    let (select, remove) = &DECLARATIONS[usize::from(how) % DECLARATIONS.len()];
    let used = BUILT_IN.iter().enumerate().filter(|(index, _)| *index < 8 && filters >> index & 1 == 1);
    SourceDocument {
        id: None,
        location: "https://acme.example/legal/terms".parse().expect("it is an address"),
        declared_location: String::new(),
        select: Selector::from_declared(select).into_iter().collect(),
        select_is_list: false,
        remove_is_list: false,
        remove: remove.as_array().into_iter().flatten().filter_map(Selector::from_declared).collect(),
        filters: used.map(|(_, row)| FilterUse { name: row.name.to_owned(), params: None }).collect(),
        filters_module: None,
        execute_client_scripts: None,
    }
}
