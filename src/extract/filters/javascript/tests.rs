//! What filters can do, and what they cannot.

mod browser;

use std::cell::RefCell;
use std::fs;
use std::path::Path;

use super::*;
use crate::extract::filters::javascript::fragment::inner_html;

fn noted(events: &Rc<RefCell<Vec<Event>>>) -> Listener {
    let events = Rc::clone(events);
    Rc::new(move |event| events.borrow_mut().push(event))
}

struct Ran {
    outcome: Result<String, String>,
    /// The file and the line that a failure names at its end.
    place: Option<String>,
    events: Vec<Event>,
}

/// Runs the exported function `f` of a module on a page and gives the page's body.
fn run(html: &str, source: &str) -> Result<String, String> {
    ran(html, source, &[("f", None)]).outcome
}

fn ran(html: &str, source: &str, filters: &[(&str, Option<serde_json::Value>)]) -> Ran {
    let folder = tempfile::tempdir().unwrap();
    let module = folder.path().join("Acme.filters.js");
    fs::write(&module, source).unwrap();
    fs::write(
        folder.path().join("Other.filters.js"),
        "export function other(document) { document.body.append('other'); }",
    )
    .unwrap();
    ran_in(html, &module, filters, None)
}

fn ran_in(
    html: &str,
    module: &std::path::Path,
    filters: &[(&str, Option<serde_json::Value>)],
    as_of: Option<DateTime<Utc>>,
) -> Ran {
    let document = SourceDocument {
        select: vec![crate::domain::Selector::Css("main".to_owned())],
        filters: filters
            .iter()
            .map(|(name, params)| FilterUse { name: (*name).to_owned(), params: params.clone() })
            .collect(),
        filters_module: Some(module.to_owned()),
        ..SourceDocument::at("https://acme.example/legal/terms?x=1")
    };
    let config =
        Config { filter_duration: Duration::from_millis(500), filter_memory_bytes: 32 << 20, ..Config::default() };
    let deadline = Deadline::after(config.max_duration);
    let page = Page::parse(html, &document.location, &config, &deadline).unwrap();
    let events = Rc::default();
    let scripted = Scripted { document: &document, as_of, config: &config, listener: &noted(&events) };
    let mut place = None;
    let outcome = scripted.apply(page, &mut Engines::default()).map(|page| body(&page)).map_err(|error| {
        let (message, at) = without_place(&error.to_string());
        place = at;
        message
    });
    Ran { outcome, place, events: events.take() }
}

/// Parts `no (Acme.filters.js:1)`.
fn without_place(message: &str) -> (String, Option<String>) {
    let place = message.strip_suffix(')').and_then(|message| message.rsplit_once(" ("));
    match place.filter(|(_, place)| place.contains(".js:")) {
        Some((message, place)) => (message.to_owned(), Some(place.to_owned())),
        None => (message.to_owned(), None),
    }
}

fn body(page: &Page) -> String {
    let body = page.elements().find(|node| node.value().as_element().is_some_and(|element| element.name() == "body"));
    inner_html(body.unwrap())
}

/// What a module logs when it is run on a page.
fn logged(html: &str, script: &str) -> String {
    let ran = ran(html, &format!("export function f(document, context) {{ {script} }}"), &[("f", None)]);
    ran.outcome.unwrap();
    let texts = ran.events.into_iter().filter_map(|event| match event {
        Event::Log { text, .. } => Some(text),
        Event::Calling { .. } => None,
    });
    texts.collect::<Vec<_>>().join("\n")
}

#[test]
fn a_filter_changes_the_page() {
    let source = "export function f(document) { document.querySelectorAll('.ad').forEach((ad) => ad.remove()); }";

    assert_eq!(run("<p class=ad>Buy<p>Terms<p class=ad>Buy", source).as_deref(), Ok("<p>Terms</p>"));
}

#[test]
fn parameters_and_context_are_given() {
    let source =
        "export function f(document, parameters, context) { console.log(JSON.stringify([parameters, context])); }";

    let ran = ran("", source, &[("f", Some(serde_json::json!({ "a": [1] }))), ("unknown", None)]);

    let context = r#"{"fetch":"https://acme.example/legal/terms?x=1","filter":["f","unknown"],"select":"main"}"#;
    let logged = Event::Log { level: "log".to_owned(), text: format!(r#"[{{"a":[1]}},{context}]"#) };
    assert_eq!(ran.outcome.as_deref(), Ok(""));
    assert!(ran.events.contains(&logged), "{:?}", ran.events);
}

#[test]
fn without_parameters_the_context_comes_second() {
    assert_eq!(logged("", "console.log(arguments.length, context.filter)"), "2 [\"f\"]");
}

#[test]
fn async_filters_are_waited_for_in_order() {
    let source = "export async function f(document) { await null; await null; document.body.append('f'); }
                  export function g(document) { document.body.append('g'); }";

    assert_eq!(ran("", source, &[("f", None), ("g", None)]).outcome.as_deref(), Ok("fg"));
}

#[test]
fn built_in_filters_come_before_exports_of_the_same_name_and_unknown_names_are_passed_over() {
    let source = "export function removeQueryParams() { throw new Error('not reached'); }";

    let ran = ran("<a href='/?a=1&b=2'>x</a>", source, &[("removeQueryParams", Some("a".into())), ("none", None)]);

    assert_eq!(ran.outcome.as_deref(), Ok(r#"<a href="https://acme.example/?b=2">x</a>"#));
}

#[test]
fn a_sibling_can_be_imported_and_exported_again() {
    let source = "import { other } from './Other.filters.js'; export { other as f } from './Other.filters.js';
                  export function g(document) { other(document); }";

    assert_eq!(ran("", source, &[("f", None), ("g", None)]).outcome.as_deref(), Ok("otherother"));
}

#[test]
fn an_import_that_cannot_be_had_fails_only_the_filter_that_uses_it() {
    let source = "import fetch, { Headers } from 'node-fetch'; import { x } from '../secret.filters.js';
                  export function f(document) { document.body.append('f'); }
                  export async function g() { await fetch('https://acme.example'); }
                  export function h() { return new x(); }";

    let message = |name: &str| run_named(source, name).unwrap_err();

    assert_eq!(run_named(source, "f").as_deref(), Ok("f"));
    let why = "cannot be imported here: only `./<service>.filters.js` files of the same folder can";
    let said = |name: &str, specifier: &str| {
        format!("Extract failed: The filter function \"{name}\" failed: Error: `{specifier}` {why}")
    };
    assert_eq!(message("g"), said("g", "node-fetch"));
    assert_eq!(message("h"), said("h", "../secret.filters.js"));
}

fn run_named(source: &str, name: &str) -> Result<String, String> {
    ran("", source, &[(name, None)]).outcome
}

#[cfg(unix)]
#[test]
fn a_symbolic_link_leads_to_what_is_in_the_folder_and_no_further() {
    let (folder, outside) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let text = "export const x = () => {}; export function f(document) { document.body.append('shared'); }";
    fs::write(outside.path().join("secret"), text).unwrap();
    fs::write(folder.path().join("Shared.filters.js"), text).unwrap();
    let link = |to: &Path, name: &str| std::os::unix::fs::symlink(to, folder.path().join(name)).unwrap();
    link(&outside.path().join("secret"), "Secret.filters.js");
    link(Path::new("Shared.filters.js"), "Acme.filters.js");
    let through = |name: &str| ran_in("", &folder.path().join(name), &[("f", None)], None).outcome;

    assert!(through("Acme.filters.js").unwrap().contains("shared"));
    let refused = through("Secret.filters.js").unwrap_err();
    assert!(
        refused.ends_with("`Secret.filters.js` cannot be read: it is a link that leaves the folder of declarations")
    );
}

#[test]
fn a_failure_names_the_file_and_the_line_that_it_came_from() {
    let place = |source: &str| ran("", source, &[("f", None)]).place;

    assert_eq!(place("export function f(document) {\n  document.nothing.at.all;\n}").unwrap(), "Acme.filters.js:2");
    assert_eq!(place("\n\nexport function f() {\n  const x = ;\n}").unwrap(), "Acme.filters.js:4");
    assert_eq!(place("export async function f() {\n\n  await null; null.x;\n}").unwrap(), "Acme.filters.js:3");
    assert_eq!(place("export function f() {\n  throw 'no';\n}"), None);
}

#[test]
fn what_is_not_javascript_is_found_without_running_it() {
    let folder = tempfile::tempdir().unwrap();
    let fault = |source: &str| {
        fs::write(folder.path().join("Acme.filters.js"), source).unwrap();
        syntax_fault(&folder.path().join("Acme.filters.js"))
    };
    fs::write(folder.path().join("Broken.filters.js"), "\nexport function g( {").unwrap();

    assert_eq!(fault("for (;;); export function f() {}"), None);
    assert_eq!(fault("import fetch from 'node-fetch'; export const f = fetch;"), None);
    let found = fault("export function f() {\n  const x = ;\n}").unwrap();
    assert_eq!((found.file.as_str(), found.line), ("Acme.filters.js", 2));
    let found = fault("export { g } from './Broken.filters.js';").unwrap();
    assert_eq!((found.file.as_str(), found.line), ("Broken.filters.js", 2));
}

#[test]
fn what_a_filter_throws_is_told() {
    let failed = |source: &str| run("", source).unwrap_err();

    let prefix = "Extract failed: The filter function \"f\" failed: ";
    assert_eq!(failed("export function f() { throw new TypeError('no') }"), format!("{prefix}TypeError: no"));
    assert_eq!(failed("export async function f() { throw 'no' }"), format!("{prefix}no"));
    assert_eq!(
        failed("export function f(document) { document.querySelector('..') }"),
        format!("{prefix}SyntaxError: Invalid selector ..")
    );
    assert!(failed("export function f( {").starts_with(&format!("{prefix}SyntaxError: ")));
    assert!(failed("export const f = 1;").starts_with(&format!("{prefix}TypeError: ")));
    assert!(
        failed("export async function f() { await new Promise(() => {}) }")
            .ends_with("there is no network and no timer here")
    );
}

#[test]
fn a_script_without_end_is_stopped() {
    let slow = "Extract failed: The filter function \"f\" failed: it takes more than 0.5 s";
    let endless = [
        "export function f() { for (;;) {} }",
        "export async function f() { for (;;) await null; }",
        "export function f() { try { for (;;) {} } finally { for (;;) {} } }",
        "for (;;) {} export function f() {}",
        "export function f() { throw { toString() { for (;;) {} } } }",
    ];

    for source in endless {
        assert_eq!(run("", source), Err(slow.to_owned()), "{source}");
    }
}

#[test]
fn a_chain_of_promises_without_end_is_stopped() {
    let source = "export function f() { const again = () => Promise.resolve().then(again); again(); }";

    // Each promise waits for the next, so memory may end before the time.
    let message = run("", source).unwrap_err();

    let ends = ["it takes more than 0.5 s", "it needs more than 32 MB of memory"];
    assert!(ends.iter().any(|end| message.ends_with(end)), "{message}");
}

#[test]
fn a_promise_that_breaks_unseen_fails_the_filter() {
    let unseen = "export function f() { Promise.reject(new Error('unseen')) }";
    let seen = "export function f() { Promise.reject(new Error('seen')).catch(() => {}) }";

    assert!(run("", unseen).unwrap_err().ends_with("failed: Error: unseen"), "{:?}", run("", unseen));
    assert_eq!(run("", seen).as_deref(), Ok(""));
}

#[test]
fn a_script_that_takes_all_memory_or_stack_is_stopped() {
    let bomb = "export function f() { const all = []; for (;;) all.push(new Uint8Array(1e6)); }";
    let deep = "export function f() { const again = () => again() + 1; again(); }";

    assert_eq!(
        run("", bomb).unwrap_err(),
        "Extract failed: The filter function \"f\" failed: it needs more than 32 MB of memory"
    );
    assert!(run("", deep).unwrap_err().contains("Maximum call stack size exceeded"), "{:?}", run("", deep));
}

#[test]
fn tricks_with_prototypes_harm_nobody_else() {
    let source = "export function f(document) {
        Object.prototype.toString = Element.prototype.remove = () => { throw new Error('tricked'); };
        String.prototype.toWellFormed = () => ({});
        const get = Object.getOwnPropertyDescriptor(Node.prototype, 'parentNode').get;
        for (const wrong of [{}, null, 7, Node.prototype, new Proxy(document.body, {})]) {
          try { get.call(wrong); document.body.append('reached'); } catch (error) { if (!(error instanceof TypeError)) throw error; }
        }
        document.body.setAttribute('a', 'b');
      }";

    assert_eq!(run("", source).as_deref(), Ok(""));
    let forged = run("", "export function f() { Element.prototype.querySelector.call({}, 'p') }").unwrap_err();
    assert!(forged.ends_with("failed: TypeError: this is not a node of the page"), "{forged}");
    assert_eq!(run("<p>x", "export function f(document) { document.querySelector('p').remove() }").as_deref(), Ok(""));
}

#[test]
fn a_query_made_of_a_missing_address_is_empty() {
    let source = "export function f(document) {
        for (const link of document.querySelectorAll('a')) {
          const query = new URLSearchParams(link.getAttribute('href'));
          query.delete('h');
          link.setAttribute('href', query.toString());
        }
      }";

    let html = run("<a>x</a><a href='?a=1&h=2'>y</a>", source).unwrap();

    assert_eq!(html, r#"<a href="">x</a><a href="a=1">y</a>"#);
}

#[test]
fn what_cannot_be_a_child_is_refused_in_the_words_of_jsdom() {
    let refused = |code: &str| {
        let source = format!("export function f(document) {{ const p = document.querySelector('p'); {code} }}");
        let failure = run("<p>x</p>", &source).unwrap_err();
        failure.split_once("\"f\" failed: ").map_or(failure.clone(), |(_, reason)| reason.to_owned())
    };

    let wrong_kind = "TypeError: Failed to execute 'replaceChild' on 'Node': parameter 2 is not of type 'Node'.";
    assert_eq!(refused("p.replaceChild(p.firstChild, p.children[7])"), wrong_kind);
    let inside = "HierarchyRequestError: The operation would yield an incorrect node tree.";
    assert_eq!(refused("p.appendChild(document.body)"), inside);
    let of_text = "HierarchyRequestError: Node can't be inserted in a #text parent.";
    assert_eq!(refused("p.firstChild.appendChild(p)"), of_text);
    let elsewhere = "NotFoundError: The node to be removed is not a child of this node.";
    assert_eq!(refused("p.removeChild(document.body)"), elsewhere);
    let unrelated = "NotFoundError: The child can not be found in the parent.";
    assert_eq!(refused("p.insertBefore(document.createElement('b'), document.body)"), unrelated);
}

#[test]
fn there_is_no_way_to_files_network_or_processes() {
    let names = "['fetch', 'require', 'process', 'std', 'os', 'XMLHttpRequest', 'host', 'setTimeout', 'Deno']";

    let found = logged("", &format!("console.log({names}.filter((name) => name in globalThis).join())"));

    assert_eq!(found, "");
}

const PRESENT: &str = "export function f(document) { document.body.append('now'); }";

const PAST: &str = "export const f = [
  { validUntil: '2022-06-01T00:00:00+0200', filter(document) { document.body.append('second'); } },
  { validUntil: new Date('2021-06-01'), async filter(document, { say }) { await null; document.body.append(say); } },
];
export { f as g } from './Other.filters.history.js';";

/// What a service's filter makes of an empty page at a date; its files by the end of their names.
fn ran_at(files: &[(&str, &str)], filter: &str, date: &str) -> Result<String, String> {
    let folder = tempfile::tempdir().unwrap();
    for (end, source) in files {
        fs::write(folder.path().join(format!("Acme.{end}")), source).unwrap();
    }
    let other = "export const f = [{ validUntil: '2999-01-01', filter(document) { document.body.append('other'); } }];";
    fs::write(folder.path().join("Other.filters.history.js"), other).unwrap();
    let params = Some(serde_json::json!({ "say": "first" }));
    ran_in("", &folder.path().join("Acme.filters.js"), &[(filter, params)], Some(date.parse().unwrap())).outcome
}

#[test]
fn at_an_earlier_date_a_filter_is_what_it_was_then() {
    let both = [("filters.js", PRESENT), ("filters.history.js", PAST)];

    assert_eq!(ran_at(&both, "f", "2021-01-01T00:00:00Z").as_deref(), Ok("first"));
    assert_eq!(ran_at(&both, "f", "2021-06-01T00:00:00Z").as_deref(), Ok("first"), "inclusive");
    assert_eq!(ran_at(&both, "f", "2021-06-01T00:00:01Z").as_deref(), Ok("second"));
    assert_eq!(ran_at(&both, "f", "2022-05-31T22:00:01Z").as_deref(), Ok("now"));
    assert_eq!(ran_at(&both, "g", "2021-01-01T00:00:00Z").as_deref(), Ok("other"), "from a sibling's history");
    assert_eq!(ran_at(&both[1..], "f", "2022-01-01T00:00:00Z").as_deref(), Ok("second"), "only its past is left");
    assert_eq!(ran_at(&both[1..], "f", "2023-01-01T00:00:00Z").as_deref(), Ok(""), "nothing of that name any more");
    assert_eq!(ran_at(&both[..1], "f", "2021-01-01T00:00:00Z").as_deref(), Ok("now"), "without a history");
}

#[test]
fn today_no_history_is_looked_at() {
    let source = "import { f as past } from './Acme.filters.history.js'; export function f() { past.length; }";

    let why = "`./Acme.filters.history.js` cannot be imported here: only `./<service>.filters.js` files";
    let failed = run("", source).unwrap_err();

    assert!(failed.contains(why), "{failed}");
}

#[test]
fn a_history_that_cannot_be_used_fails_its_filter_and_says_why() {
    let failed = |history: &str| ran_at(&[("filters.history.js", history)], "f", "2021-01-01T00:00:00Z").unwrap_err();

    let prefix = "Extract failed: The filter function \"f\" failed: TypeError: the history of `f`";
    assert_eq!(
        failed("export const f = [{ validUntil: 'June', filter() {} }]"),
        format!("{prefix} has an entry whose `validUntil` is no date: \"June\"")
    );
    assert_eq!(failed("export function f() {}"), format!("{prefix} is no list of `{{ validUntil, filter }}`"));
    assert_eq!(failed("export const f = ['x']"), format!("{prefix} is no list of `{{ validUntil, filter }}`"));
}
