//! The page as filters see it.

use super::{logged, run};

#[test]
fn nodes_are_the_same_objects_again() {
    let script = "const p = document.querySelector('p'); console.log(p === document.body.firstChild, p.parentNode === document.body)";

    assert_eq!(logged("<p>x", script), "true true");
}

#[test]
fn the_page_is_read_as_in_a_browser() {
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

/// Makes sure that each script turns its page into what follows.
fn assert_becomes(cases: &[(&str, &str, &str)]) {
    for (html, script, expected) in cases {
        let source = format!("export function f(document) {{ {script} }}");
        assert_eq!(run(html, &source).as_deref(), Ok(*expected), "{script}");
    }
}

#[test]
fn nodes_are_moved_replaced_and_removed() {
    assert_becomes(&[
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
        ("<p>a", "document.querySelector('p').before('b'); document.querySelector('p').after('c')", "b<p>a</p>c"),
        ("<p>a", "document.querySelector('p').prepend('b'); document.querySelector('p').append('c')", "<p>bac</p>"),
        ("<p>a", "document.body.appendChild(document.querySelector('p').cloneNode(true))", "<p>a</p><p>a</p>"),
        (
            "<p>a",
            "const f = document.createDocumentFragment(); f.append('x', 'y'); document.body.appendChild(f)",
            "<p>a</p>xy",
        ),
        (
            "x<template><p>a</p></template>",
            "document.body.append(document.querySelector('template').content)",
            "x<template></template><p>a</p>",
        ),
    ]);
}

#[test]
fn attributes_are_written_as_properties_and_lists() {
    assert_becomes(&[
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
    ]);
}

#[test]
fn markup_and_text_are_read_in() {
    assert_becomes(&[
        ("<p>a", "document.querySelector('p').innerHTML += '<i>b</i>'", "<p>a<i>b</i></p>"),
        ("<p>a", "document.querySelector('p').outerHTML = '<b>x</b>y'", "<b>x</b>y"),
        ("<p>a", "document.querySelector('p').textContent = '<'", "<p>&lt;</p>"),
        ("<p>a", "document.querySelector('p').insertAdjacentHTML('afterend', '<u>b</u>')", "<p>a</p><u>b</u>"),
        (
            "<table><tr><td>a",
            "document.querySelector('tr').innerHTML = '<td>b<td>c'",
            "<table><tbody><tr><td>b</td><td>c</td></tr></tbody></table>",
        ),
        (
            "x<script>a</script>",
            "const s = document.querySelector('script'); s.replaceWith(document.createTextNode(s.text))",
            "xa",
        ),
    ]);
}

#[test]
fn collections_and_walkers_follow_what_changes() {
    assert_becomes(&[
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
    ]);
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
fn scope_means_the_element_that_is_asked() {
    let html = "<div class=a><p>one</p><section><p>two</p></section></div>";

    let told = logged(html, "console.log(document.querySelector('.a').querySelectorAll(':scope > p').length)");

    assert_eq!(told, "1");
}

#[test]
fn forms_and_tables_have_the_members_of_a_browser() {
    let html = "<table><tr><th>a<td colspan=2>b<tfoot><tr><td>z</tfoot><tbody><tr><td>c</table><select id=s><option value=1>one
        <option selected> t  wo</select><textarea id=t>x&lt;</textarea><input id=i type=checkbox checked><input id=n value=v disabled>
        <ol start=3><li value=7>l</ol><label for=n>n</label><form action=/go><button id=b></form><time datetime=2024>t</time>";
    let of = |css: &str, rest: &str| logged(html, &format!("console.log(document.querySelector('{css}'){rest})"));

    assert_eq!(of("table", ".rows.length"), "3");
    assert_eq!(of("table", ".rows[2].cells[0].textContent"), "z");
    assert_eq!(of("table", ".tBodies.length"), "2");
    assert_eq!(of("table", ".tFoot.rows.length + ' ' + document.querySelector('table').tHead"), "1 null");
    assert_eq!(of("td", ".colSpan + document.querySelector('td').cellIndex"), "3");
    assert_eq!(of("#s", ".options[0].value + document.querySelector('#s').selectedIndex"), "11");
    assert_eq!(of("#s", ".value + '/' + document.querySelector('#s').selectedOptions.length"), "t wo/1");
    assert_eq!(of("#t", ".value"), "x<");
    assert_eq!(of("#i", ".checked + document.querySelector('#i').value"), "trueon");
    assert_eq!(
        of("#n", ".value + document.querySelector('#n').disabled + document.querySelector('#n').type"),
        "vtruetext"
    );
    assert_eq!(of("ol", ".start + document.querySelector('li').value"), "10");
    assert_eq!(of("label", ".control.id + document.querySelector('label').htmlFor"), "nn");
    assert_eq!(of("form", ".action + document.querySelector('form').elements.length"), "https://acme.example/go1");
    assert_eq!(of("#b", ".type + document.querySelector('time').dateTime"), "submit2024");
}

#[test]
fn forms_and_tables_change_as_in_a_browser() {
    let cases = [
        (
            "<table></table>",
            "const t = document.querySelector('table'); t.insertRow().insertCell().textContent = 'a'; t.createTHead().insertRow(); t.rows[1].insertCell(0); t.deleteRow(0)",
            "<table><thead></thead><tbody><tr><td></td><td>a</td></tr></tbody></table>",
        ),
        (
            "<select><option>a<option selected>b</select>",
            "document.querySelector('select').value = 'a'; document.querySelector('option').text = 'c'",
            "<select><option selected=\"\">c</option><option>b</option></select>",
        ),
        (
            "<textarea>a</textarea><input type=checkbox>",
            "document.querySelector('textarea').value = 'b'; document.querySelector('input').checked = true",
            "<textarea>b</textarea><input type=\"checkbox\" checked=\"\">",
        ),
        (
            "<select></select><p>",
            "document.querySelector('select').innerHTML = '<div><option>a<b>b</b></div>'; document.querySelector('p').innerHTML = '<select><option><i>x</i></select>'",
            "<select><option>ab</option></select><p><select><option>x</option></select></p>",
        ),
        (
            "",
            "document.body.append(document.createElementNS('http://www.w3.org/2000/svg', 'linearGradient'))",
            "<linearGradient></linearGradient>",
        ),
    ];

    for (html, script, expected) in cases {
        assert_eq!(
            run(html, &format!("export function f(document) {{ {script} }}")).as_deref(),
            Ok(expected),
            "{script}"
        );
    }
}

#[test]
fn documents_are_made_from_text_and_written_as_text() {
    let html = "<p class=a>x &amp;<br>&nbsp;<svg viewBox='0'><g/></svg>";
    let cases = [
        (
            "const d = new DOMParser().parseFromString('<title>T</title><b id=b>x', 'text/html'); console.log(d.title, d.body.innerHTML, d.getElementById('b').ownerDocument === d, d === document)",
            "T <b id=\"b\">x</b> true false",
        ),
        (
            "document.body.append(new DOMParser().parseFromString('<i>moved', 'text/html').querySelector('i')); console.log(document.querySelector('i').ownerDocument === document)",
            "true",
        ),
        (
            "console.log(new XMLSerializer().serializeToString(document.querySelector('p')))",
            "<p xmlns=\"http://www.w3.org/1999/xhtml\" class=\"a\">x &amp;<br />\u{a0}<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0\"><g/></svg></p>",
        ),
        ("console.log(document.implementation.createHTMLDocument('N').title, document.compatMode)", "N BackCompat"),
    ];

    for (script, expected) in cases {
        assert_eq!(logged(html, script), expected, "{script}");
    }
}

#[test]
fn what_node_offers_beside_the_language_is_there() {
    let cases = [
        (
            "const a = { d: new Date(0), m: new Map([[1, [2]]]) }; a.a = a; const b = structuredClone(a); console.log(b !== a, b.a === b, b.d.getTime(), b.m.get(1)[0])",
            "true true 0 2",
        ),
        ("try { structuredClone({ f() {} }) } catch (error) { console.log(error.name) }", "DataCloneError"),
        (
            "console.log(new TextDecoder().decode(new TextEncoder().encode('é条')), new TextDecoder().decode(Uint8Array.of(0x61, 0xff)))",
            "é条 a\u{fffd}",
        ),
        ("queueMicrotask(() => console.log('later')); console.log('first')", "first\nlater"),
    ];

    for (script, expected) in cases {
        assert_eq!(logged("", script), expected, "{script}");
    }
}

#[test]
fn what_cannot_be_had_says_so_by_name() {
    let failed = |script: &str| run("", &format!("export function f(document) {{ {script} }}")).unwrap_err();
    let unavailable = |script: &str, name: &str| {
        let end = format!("failed: Error: {name} cannot be used here, where no language's formats are known");
        assert!(failed(script).ends_with(&end), "{}", failed(script));
    };

    unavailable("new Intl.DateTimeFormat('fr')", "Intl.DateTimeFormat");
    unavailable("Intl.NumberFormat('en').format(1)", "Intl.NumberFormat");
    unavailable("new Date(0).toLocaleDateString('fr-FR')", "Date.prototype.toLocaleDateString");
    unavailable("(1e6).toLocaleString()", "Number.prototype.toLocaleString");
    assert!(
        failed("new DOMParser().parseFromString('<a/>', 'text/xml')")
            .contains("reads text/html only here, not text/xml")
    );
}

#[test]
fn common_failures_read_as_in_node() {
    let cases = [
        ("document.querySelector('nav').remove()", "TypeError: Cannot read properties of null (reading 'remove')"),
        ("let x; x.y", "TypeError: Cannot read properties of undefined (reading 'y')"),
        ("let x; x.y = 1", "TypeError: Cannot set properties of undefined (setting 'y')"),
        ("x", "ReferenceError: x is not defined"),
        ("x; const x = 1", "ReferenceError: Cannot access 'x' before initialization"),
        ("document.removeAll()", "TypeError: document.removeAll is not a function"),
        ("document.body.children.map((x) => x)", "TypeError: document.body.children.map is not a function"),
        ("const x = 1; x = 2", "TypeError: Assignment to constant variable."),
        ("decodeURIComponent('%')", "URIError: URI malformed"),
        ("[...undefined]", "TypeError: undefined is not iterable (cannot read property Symbol(Symbol.iterator))"),
        ("const f = 1; f()", "TypeError: f is not a function"),
        (
            "document.querySelectorAll('p').filter(Boolean)",
            "TypeError: document.querySelectorAll(...).filter is not a function",
        ),
        ("if (document.body.isEmpty(String, 1)) ;", "TypeError: document.body.isEmpty is not a function"),
        (
            "document.querySelectorAll('a').forEach(() => 0); [1].map((p) => p.foo())",
            "TypeError: p.foo is not a function",
        ),
        ("document.body.one(String.two())", "TypeError: not a function"),
        ("const a = {}; a.a = a; JSON.stringify(a)", "TypeError: Converting circular structure to JSON"),
    ];

    for (script, expected) in cases {
        let message = run("", &format!("export function f(document) {{\n  {script};\n}}")).unwrap_err();
        assert_eq!(message, format!("Extract failed: The filter function \"f\" failed: {expected}"), "{script}");
    }
}

#[test]
fn links_follow_a_base_that_comes_goes_or_changes() {
    let script = "const base = document.createElement('base'); base.href = 'https://b.example/'; const href = () => document.querySelector('a').href;
        const seen = [href()]; document.head.append(base); seen.push(href()); base.href = 'https://c.example/'; seen.push(href());
        document.head.innerHTML = ''; seen.push(href()); document.body.innerHTML += '<div><base href=//d.example></div>'; seen.push(href());
        document.querySelector('div').remove(); seen.push(href()); console.log(seen.join(' '))";

    let told = logged("<a href=x>x</a>", script);

    let here = "https://acme.example/legal/x";
    assert_eq!(told, format!("{here} https://b.example/x https://c.example/x {here} https://d.example/x {here}"));
}
