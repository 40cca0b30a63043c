//! Pages that nobody would write: whatever the bytes, there is a result or an error, and no panic.

use proptest::prelude::{Strategy, any, prop, proptest};
use proptest::test_runner::Config as Runs;

use super::{Config, Extractor};
use crate::domain::{Edge, MimeType, Selector, SourceDocument};

const PARTS: &[&str] = &[
    "<p>",
    "</p>",
    "<div class=a>",
    "</div>",
    "<table>",
    "<tr>",
    "<td colspan=9>",
    "<caption>",
    "</table>",
    "<ul>",
    "<ol start=x>",
    "<li>",
    "</ul>",
    "<b>",
    "</b>",
    "<a href=/x>",
    "<a href='//[' title='\"\n\n'>",
    "</a>",
    "<pre>",
    "<code>",
    "</code>",
    "<svg>",
    "<template>",
    "</template>",
    "<select>",
    "<option>",
    "<input type=checkbox>",
    "<br>",
    "<img src=a>",
    "<!--",
    "-->",
    "<h1>",
    "<blockquote>",
    "&nbsp;",
    " ",
    "\n",
    "x",
    "1. ",
    "`",
    "|",
    "\u{feff}",
    "<![CDATA[",
    "<math>",
    "<script>",
    "</script>",
    "<frameset>",
    "<base href='//b'>",
    "<html class=a>",
    "\0",
    "é",
    "😀",
];

const SELECTORS: &[&str] = &["body", "p", ".a", "td", "li", "a", "*", "b", ":nth-child(2)", "table *", "p + p"];

fn page() -> impl Strategy<Value = Vec<u8>> {
    let parts = prop::collection::vec(prop::sample::select(PARTS), 0..80).prop_map(|parts| parts.concat().into_bytes());
    proptest::prop_oneof![4 => parts, 1 => prop::collection::vec(any::<u8>(), 0..400)]
}

fn selector() -> impl Strategy<Value = Selector> {
    let css = || prop::sample::select(SELECTORS).prop_map(str::to_owned);
    let range = (css(), css(), any::<bool>(), any::<bool>()).prop_map(|(start, end, starts_before, ends_before)| {
        let start = if starts_before { Edge::Before(start) } else { Edge::After(start) };
        let end = if ends_before { Edge::Before(end) } else { Edge::After(end) };
        Selector::Range { start, end, declared: "{}".to_owned() }
    });
    proptest::prop_oneof![css().prop_map(Selector::Css), range]
}

fn document(select: Vec<Selector>, remove: Vec<Selector>) -> SourceDocument {
    SourceDocument { select, remove, ..SourceDocument::at("https://acme.example/") }
}

proptest! {
    #![proptest_config(Runs { cases: 512, failure_persistence: None, ..Runs::default() })]

    #[test]
    fn whatever_the_bytes_there_is_a_result_or_an_error(
        content in page(),
        select in prop::collection::vec(selector(), 1..3),
        remove in prop::collection::vec(selector(), 0..3),
    ) {
        let extractor = Extractor::new(Config::default());

        let _ = extractor.extract(&content, &MimeType::html(), &document(select, remove));
    }
}

#[test]
fn a_page_that_multiplies_its_formatting_elements_is_refused() {
    let unclosed: String = (0..3_000).map(|n| format!("<b id={n}>")).collect();
    let page = format!("<p>{unclosed}</p>{}", "<p>x".repeat(100_000));

    let extractor = Extractor::new(Config { max_nodes: 50_000, ..Config::default() });
    let document = document(vec![Selector::Css("body".into())], vec![]);
    let result = extractor.extract(page.as_bytes(), &MimeType::html(), &document);

    let message = result.unwrap_err().to_string();
    assert!(message.starts_with("Extract failed: the page has "), "{message}");
}

#[test]
fn nested_matches_cannot_multiply_without_end() {
    let config = Config { max_selected_nodes: 1_000, ..Config::default() };
    let page = "<div>".repeat(100);

    let select = vec![Selector::Css("div".into())];
    let result = Extractor::new(config).extract(page.as_bytes(), &MimeType::html(), &document(select, vec![]));

    let message = result.unwrap_err().to_string();
    assert_eq!(message, "Extract failed: the page has 1000 selected nodes, more than the limit of 1000");
}

#[test]
fn a_hundred_thousand_list_items_are_read() {
    let page = format!("<ul>{}", "<li>x".repeat(100_000));

    assert_eq!(extract(&page).lines().count(), 100_000);
}

fn extract(page: &str) -> String {
    let document = document(vec![Selector::Css("body".into())], vec![]);
    let result = Extractor::new(Config::default()).extract(page.as_bytes(), &MimeType::html(), &document);
    result.unwrap_or_else(|error| error.to_string())
}
