//! What is left out of a page, what is kept of it, and what is said where nothing can be.

use serde_json::{Value, json};

use super::{Config, Extractor};
use crate::domain::{MimeType, Selector, SourceDocument};

fn selectors(declared: &Value) -> Vec<Selector> {
    match declared {
        Value::Null => vec![],
        Value::Array(entries) => entries.iter().map(|entry| Selector::from_declared(entry).unwrap()).collect(),
        entry => vec![Selector::from_declared(entry).unwrap()],
    }
}

fn extract(html: &str, select: &Value, remove: &Value) -> String {
    let document = SourceDocument {
        select: selectors(select),
        select_is_list: select.is_array(),
        remove: selectors(remove),
        remove_is_list: remove.is_array(),
        ..SourceDocument::at("https://acme.example/legal/terms")
    };
    let result = Extractor::new(Config::default()).extract(html.as_bytes(), &MimeType::html(), &document);
    result.unwrap_or_else(|error| error.to_string())
}

fn select(html: &str, select_: Value) -> String {
    extract(html, &select_, &Value::Null)
}

#[test]
fn a_range_copies_the_elements_it_cuts_in_part() {
    let html = "<div><h1>A</h1><p>b <i>c</i></p></div><section><p>d</p><h2>E</h2></section>";

    assert_eq!(select(html, json!({ "startAfter": "h1", "endBefore": "h2" })), "b _c_\n\nd");
}

#[test]
fn a_range_that_ends_before_it_starts_holds_nothing() {
    let html = "<div><p class=a>a</p><p>b</p></div><p class=z>z</p>";

    let message = select(html, json!({ "startBefore": ".z", "endAfter": ".a" }));

    let start = r#"Extract failed: The provided selector "{"startBefore":".z","endAfter":".a"}" has no match"#;
    assert!(message.starts_with(start), "{message}");
    assert!(message.ends_with(", for the end of a range stands before its start"), "{message}");
}

#[test]
fn all_is_found_before_any_is_removed() {
    let html = "<p>a</p><p id=s>b</p><p>c</p><p id=e>d</p><p>e</p>";

    let markdown = extract(html, &json!("body"), &json!([{ "startBefore": "#s", "endBefore": "#e" }, "#s"]));

    assert_eq!(markdown, "a\n\nd\n\ne");
}

#[test]
fn what_is_selected_twice_is_kept_twice() {
    assert_eq!(select("<div>a<div>b</div></div>", json!(["div", ".x, div"])), "a\n\nb\n\nb\n\na\n\nb\n\nb");
}

#[test]
fn classes_are_compared_by_case_unless_the_page_is_in_quirks_mode() {
    let page = "<p class=Terms>a</p>";

    assert_eq!(select(page, json!(".terms")), "a");
    assert!(select(&format!("<!DOCTYPE html>{page}"), json!(".terms")).contains("has no match"));
}

#[test]
fn links_are_relative_to_the_base_that_the_page_declares() {
    let html = "<base href='/b/'><a href='c?d#e'>x</a> <a href='#f'>y</a> <a href='http://[z'>z</a>";

    assert_eq!(select(html, json!("body")), "[x](https://acme.example/b/c?d#e) [y](#f) [z](http://[z)");
}

#[test]
fn what_a_template_holds_is_not_selected() {
    assert_eq!(select("<template><p>t</p></template><p>a</p>", json!("p")), "a");
}

#[test]
fn errors_are_those_of_the_reference() {
    let page = "<!DOCTYPE html><p> </p>";
    let cases = [
        (
            json!(["main"]),
            Value::Null,
            "Extract failed: The provided selector \"[\"main\"]\" has no match in the web page at \
             'https://acme.example/legal/terms'. This could be due to elements being removed before content selection \
             if \"remove\" and \"select\" selectors match the same content.",
        ),
        (
            json!("p"),
            json!({ "startBefore": "x", "endBefore": "p" }),
            "Extract failed: The \"start\" selector has no match in document in: {\"startBefore\":\"x\",\"endBefore\":\"p\"}",
        ),
        (
            json!("p"),
            Value::Null,
            "Extract failed: The provided selector \"p\" matches an empty content in the web page at \
             'https://acme.example/legal/terms'",
        ),
    ];

    for (select, remove, expected) in cases {
        assert_eq!(extract(page, &select, &remove), expected);
    }
}

#[test]
fn a_base_that_nothing_can_be_relative_to_is_passed_over() {
    let html = "<head><base href=\"about:blank\"></head><main><a href=x>here</a></main>";

    assert_eq!(extract(html, &json!("main"), &json!([])), "[here](https://acme.example/legal/x)");
}

#[test]
fn a_byte_order_mark_is_text_like_any_other() {
    assert_eq!(select("\u{feff}<!doctype html><p class=Terms>a</p>", json!(".terms")), "a", "it ends the head");
    assert_eq!(select("\u{feff}<p>a", json!("body")), "\u{feff}\n\na");
}
