use std::fs;

use super::*;
use crate::extract::filters::javascript::fragment::inner_html;

fn noted(events: &Rc<RefCell<Vec<Event>>>) -> Listener {
    let events = Rc::clone(events);
    Rc::new(move |event| events.borrow_mut().push(event))
}

struct Ran {
    outcome: Result<String, String>,
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
        id: None,
        location: "https://acme.example/legal/terms?x=1".parse().unwrap(),
        declared_location: String::new(),
        select: vec![crate::domain::Selector::Css("main".to_owned())],
        select_is_list: false,
        remove: Vec::new(),
        filters: filters
            .iter()
            .map(|(name, params)| FilterUse { name: (*name).to_owned(), params: params.clone() })
            .collect(),
        filters_module: Some(module.to_owned()),
        execute_client_scripts: None,
    };
    let config =
        Config { filter_duration: Duration::from_millis(500), filter_memory_bytes: 32 << 20, ..Config::default() };
    let deadline = Deadline::after(config.max_duration);
    let page = Page::parse(html, &document.location, &config, &deadline).unwrap();
    let events = Rc::default();
    let scripted = Scripted { document: &document, as_of, config: &config, listener: &noted(&events) };
    let outcome = scripted.apply(page, &mut None).map(|page| body(&page)).map_err(|error| error.to_string());
    Ran { outcome, events: events.take() }
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
fn a_symbolic_link_is_no_sibling() {
    let (folder, outside) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    fs::write(outside.path().join("secret"), "export const x = 'secret';").unwrap();
    std::os::unix::fs::symlink(outside.path().join("secret"), folder.path().join("Link.filters.js")).unwrap();
    let module = folder.path().join("Acme.filters.js");
    fs::write(
        &module,
        "import { x } from './Link.filters.js'; export function f(document) { document.body.append(x); }",
    )
    .unwrap();

    let outcome = ran_in("", &module, &[("f", None)], None).outcome;

    assert!(outcome.unwrap_err().ends_with("`Link.filters.js` cannot be read: it is not a regular file"));
}

#[test]
fn what_a_filter_throws_is_told() {
    let failed = |source: &str| run("", source).unwrap_err();

    let prefix = "Extract failed: The filter function \"f\" failed: ";
    assert_eq!(failed("export function f() { throw new TypeError('no') }"), format!("{prefix}TypeError: no"));
    assert_eq!(failed("export async function f() { throw 'no' }"), format!("{prefix}no"));
    assert_eq!(
        failed("export function f(document) { document.querySelector('..') }"),
        format!("{prefix}SyntaxError: '..' is not a valid selector")
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
fn nodes_are_the_same_objects_again() {
    let script = "const p = document.querySelector('p'); console.log(p === document.body.firstChild, p.parentNode === document.body)";

    assert_eq!(logged("<p>x", script), "true true");
}

#[test]
fn reading_the_page() {
    let html = "<div id=a class='x y' data-long-name=n><!--c--><a href='../b?c#d' title=t>link <b>bold</b></a></div><img src=i.png alt=i>";
    let cases = [
        ("document.querySelector('a').href", "https://acme.example/b?c#d"),
        ("document.querySelector('a').getAttribute('href')", "../b?c#d"),
        ("document.querySelector('a').text", "link bold"),
        ("document.querySelector('a').pathname + document.querySelector('a').hash", "/b#d"),
        ("document.querySelector('img').src", "https://acme.example/legal/i.png"),
        ("document.querySelector('div').tagName", "DIV"),
        ("document.querySelector('div').nodeName + document.querySelector('div').nodeType", "DIV1"),
        ("document.querySelector('div').childNodes.length", "2"),
        ("document.querySelector('div').children.length + document.body.childElementCount", "3"),
        ("document.querySelector('div').firstChild.nodeType", "8"),
        ("document.querySelector('div').firstElementChild.tagName", "A"),
        ("document.querySelector('div').dataset.longName", "n"),
        ("document.querySelector('div').classList.contains('y')", "true"),
        ("document.querySelector('b').closest('div').id", "a"),
        ("document.querySelector('b').matches('a > b')", "true"),
        ("document.querySelector('div').nextElementSibling.alt", "i"),
        ("document.querySelector('nothing')", "null"),
        ("document.querySelector('div').getAttribute('nothing')", "null"),
        ("[...document.querySelectorAll('div, img')].map((e) => e.tagName).join()", "DIV,IMG"),
        ("Array.from(document.getElementsByTagName('*')).length", "7"),
        ("document.querySelectorAll('a')[0].innerHTML", "link <b>bold</b>"),
        ("document.querySelector('a').outerHTML", "<a href=\"../b?c#d\" title=\"t\">link <b>bold</b></a>"),
        (
            "[...document.querySelector('a').attributes].map((a) => a.name + '=' + a.value).join()",
            "href=../b?c#d,title=t",
        ),
        ("document.body.textContent", "link bold"),
        ("document.URL", "https://acme.example/legal/terms?x=1"),
        ("document.body.contains(document.querySelector('b'))", "true"),
        ("document.getElementById('a') === document.querySelector('.x.y')", "true"),
        ("document.querySelector('a').lastChild.hasChildNodes()", "true"),
        ("document.querySelector('a').innerText", "undefined"),
        ("document.querySelector('b').style.display", ""),
        ("Object.assign(document.querySelector('b').style, { fontSize: '1px' }).cssText", "font-size: 1px;"),
    ];

    for (script, expected) in cases {
        assert_eq!(logged(html, &format!("console.log({script})")), expected, "{script}");
    }
}

#[test]
fn changing_the_page() {
    let cases = [
        (
            "<p>a<p>b",
            "document.body.insertBefore(document.querySelectorAll('p')[1], document.body.firstChild)",
            "<p>b</p><p>a</p>",
        ),
        ("<p>a", "document.querySelector('p').replaceWith('x', document.createElement('hr'))", "x<hr>"),
        (
            "<p>a",
            "const b = document.createElement('b'); document.body.replaceChild(b, document.querySelector('p'))",
            "<b></b>",
        ),
        ("<p>a", "document.querySelector('p').innerHTML += '<i>b</i>'", "<p>a<i>b</i></p>"),
        ("<p>a", "document.querySelector('p').outerHTML = '<b>x</b>y'", "<b>x</b>y"),
        ("<p>a", "document.querySelector('p').textContent = '<'", "<p>&lt;</p>"),
        ("<p>a", "document.querySelector('p').before('b'); document.querySelector('p').after('c')", "b<p>a</p>c"),
        ("<p>a", "document.querySelector('p').prepend('b'); document.querySelector('p').append('c')", "<p>bac</p>"),
        ("<p>a", "document.querySelector('p').insertAdjacentHTML('afterend', '<u>b</u>')", "<p>a</p><u>b</u>"),
        ("<p>a", "document.body.appendChild(document.querySelector('p').cloneNode(true))", "<p>a</p><p>a</p>"),
        (
            "<p>a",
            "document.querySelector('p').id = 'x'; document.querySelector('p').className = 'y'",
            "<p id=\"x\" class=\"y\">a</p>",
        ),
        (
            "<p>a",
            "document.querySelector('p').classList.add('x', 'y'); document.querySelector('p').dataset.aB = 1",
            "<p class=\"x y\" data-a-b=\"1\">a</p>",
        ),
        (
            "<a href=x>a",
            "document.querySelector('a').href = '/y'; document.querySelector('a').removeAttribute('none')",
            "<a href=\"/y\">a</a>",
        ),
        ("<a href='/x?a=1'>a", "document.querySelector('a').search = ''", "<a href=\"https://acme.example/x\">a</a>"),
        (
            "<ul><li>a<li>b</ul>",
            "const ul = document.querySelector('ul'); while (ul.firstChild) ul.removeChild(ul.lastChild)",
            "<ul></ul>",
        ),
        ("<b>1</b><b>2</b><b>3</b>", "for (const b of document.getElementsByTagName('b')) b.remove()", "<b>2</b>"),
        ("<b>1</b><b>2</b><b>3</b>", "for (const b of document.querySelectorAll('b')) b.remove()", ""),
        (
            "<p>a<!--b-->c",
            "const w = document.createTreeWalker(document.body, 4); while (w.nextNode()) w.currentNode.data += '!'",
            "<p>a!<!--b-->c!</p>",
        ),
        (
            "<p>a",
            "const f = document.createDocumentFragment(); f.append('x', 'y'); document.body.appendChild(f)",
            "<p>a</p>xy",
        ),
        (
            "<table><tr><td>a",
            "document.querySelector('tr').innerHTML = '<td>b<td>c'",
            "<table><tbody><tr><td>b</td><td>c</td></tr></tbody></table>",
        ),
        (
            "x<template><p>a</p></template>",
            "document.body.append(document.querySelector('template').content)",
            "x<template></template><p>a</p>",
        ),
        (
            "x<script>a</script>",
            "const s = document.querySelector('script'); s.replaceWith(document.createTextNode(s.text))",
            "xa",
        ),
    ];

    for (html, script, expected) in cases {
        let source = format!("export function f(document) {{ {script} }}");
        assert_eq!(run(html, &source).as_deref(), Ok(expected), "{script}");
    }
}

#[test]
fn ranges_cut_as_the_dom_standard_says() {
    let html = "<div><h2 id=a>A</h2><p>one</p></div><section><p>two</p><h2 id=b>B</h2><p>three</p></section>";
    let range = "const range = document.createRange(); range.setStartBefore(document.querySelector('p')); range.setEndBefore(document.querySelector('#b'));";
    let of = |script: &str| run(html, &format!("export function f(document) {{ {range} {script} }}")).unwrap();

    assert_eq!(
        of("document.body.replaceChildren(range.cloneContents())"),
        "<div><p>one</p></div><section><p>two</p></section>"
    );
    assert_eq!(
        of("range.deleteContents()"),
        "<div><h2 id=\"a\">A</h2></div><section><h2 id=\"b\">B</h2><p>three</p></section>"
    );
    let moved = of("document.body.append(range.extractContents())");
    assert!(moved.ends_with("</section><div><p>one</p></div><section><p>two</p></section>"), "{moved}");
}

#[test]
fn the_reference_s_own_methods_of_documents_work() {
    let html = "<h2 id=a>A</h2><p>one</p><h2 id=b>B</h2><p class=x>two</p>";
    let of = |script: &str| run(html, &format!("export function f(document) {{ {script} }}"));

    let selected = of("document.body.replaceChildren(document.select(['.x', { startAfter: '#a', endBefore: '#b' }]))");
    assert_eq!(selected.as_deref(), Ok("<p class=\"x\">two</p><p>one</p>"));
    assert_eq!(
        of("document.remove(['.x', { startAfter: '#a', endBefore: '#b' }])").as_deref(),
        Ok("<h2 id=\"a\">A</h2><h2 id=\"b\">B</h2>")
    );
    let missing = of("document.selectRange({ startBefore: '#none', endBefore: '#b' })").unwrap_err();
    assert!(
        missing.ends_with(
            r##"The "start" selector has no match in document in: {"startBefore":"#none","endBefore":"#b"}"##
        )
    );
}

#[test]
fn urls_are_those_of_the_standard() {
    let cases = [
        ("new URL('/a?b=1#c', 'https://x.example:8080/d').href", "https://x.example:8080/a?b=1#c"),
        ("new URL('https://x.example').pathname", "/"),
        (
            "Object.assign(new URL('https://x.example/a?b=1'), { search: '', hash: 'c' }).toString()",
            "https://x.example/a#c",
        ),
        (
            "(() => { const u = new URL('https://x.example/?a=1&b=2'); u.searchParams.delete('a'); return u.href })()",
            "https://x.example/?b=2",
        ),
        (
            "(() => { const u = new URL('https://x.example/?a=1'); u.searchParams.delete('a'); return u.href })()",
            "https://x.example/",
        ),
        ("new URLSearchParams('?a=1&a=2&b=%20+').getAll('a').join() + new URLSearchParams('b=%20+').get('b')", "1,2  "),
        ("new URLSearchParams({ a: 'x y', b: 'é' }).toString()", "a=x+y&b=%C3%A9"),
        ("[...new URLSearchParams('a=1&b=2')].join(';')", "a,1;b,2"),
        ("URL.canParse('nothing')", "false"),
        ("(() => { try { new URL('nothing') } catch (error) { return String(error) } })()", "TypeError: Invalid URL"),
        (
            "new URL('https://u:p@x.example:8080/').origin + new URL('https://u:p@x.example').username",
            "https://x.example:8080u",
        ),
        ("atob(btoa('Grüße'))", "Grüße"),
    ];

    for (script, expected) in cases {
        assert_eq!(logged("", &format!("console.log({script})")), expected, "{script}");
    }
}

#[test]
fn there_is_no_way_to_files_network_or_processes() {
    let names = "['fetch', 'require', 'process', 'std', 'os', 'XMLHttpRequest', 'host', 'setTimeout', 'Deno']";

    let found = logged("", &format!("console.log({names}.filter((name) => name in globalThis).join())"));

    assert_eq!(found, "");
}

#[test]
fn scope_means_the_element_that_is_asked() {
    let html = "<div class=a><p>one</p><section><p>two</p></section></div>";

    let told = logged(html, "console.log(document.querySelector('.a').querySelectorAll(':scope > p').length)");

    assert_eq!(told, "1");
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
