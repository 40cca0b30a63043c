use super::*;

/// What a selector matches in a page, by its ids.
fn found(html: &str, css: &str) -> String {
    let page = Page::of_test(html);
    let found = page.query_all(css).unwrap();
    let ids = found.iter().map(|id| page.element(*id).and_then(|element| element.attr("id")).unwrap_or("?"));
    ids.collect::<Vec<_>>().join(" ")
}

const FORM: &str = "<!doctype html><html id=html lang=en-GB><body id=body><form id=form>
    <input id=text placeholder=p required><input id=box type=checkbox checked><input id=off disabled value=v>
    <select id=list><option id=one disabled>1<option id=two>2<option id=three>3</select>
    <textarea id=area dir=rtl></textarea><fieldset id=set disabled><legend id=legend><button id=spared></button></legend>
    <button id=button></button></fieldset></form><a id=link href=/x lang=fr>x</a><a id=name name=x>y</a>";

#[test]
fn states_of_forms_and_links_are_those_of_a_page_just_opened() {
    let cases = [
        (":checked", "box two"),
        (":disabled", "off one set button"),
        (":enabled", "text box list two three area spared"),
        (":required", "text"),
        ("input:optional", "box off"),
        (":read-write", "text area"),
        (":placeholder-shown", "text"),
        (":default", "box"),
        (":link", "link"),
        ("a:any-link", "link"),
        ("a:not(:link)", "name"),
        ("a:lang(fr)", "link"),
        ("a:lang(EN)", "name"),
        (":dir(rtl)", "area"),
        (":is(a, button):not(:disabled)", "spared link name"),
        ("option:nth-child(2 of :enabled)", "three"),
    ];

    for (css, expected) in cases {
        assert_eq!(found(FORM, css), expected, "{css}");
    }
}

#[test]
fn what_a_browser_takes_for_a_selector_is_one_even_if_nothing_can_match() {
    let none = [
        "p::before",
        "p:before",
        "::first-line",
        "::-webkit-scrollbar",
        "::part(x)",
        "::slotted(p)",
        ":focus",
        ":hover",
        "p:active",
        ":focus-within",
        ":visited",
        ":target",
        ":host",
        ":host(p)",
        ":fullscreen",
        "p:hover::after",
        ":HOVER",
        "::selection",
        ":valid",
        ":popover-open",
        ":state(a)",
    ];

    for css in none {
        assert_eq!(found("<p id=p>x", css), "", "{css}");
    }
}

#[test]
fn what_no_browser_takes_is_refused() {
    let page = Page::of_test("<p>");
    let said = |css: &str| page.query_all(css).unwrap_err().to_string();

    assert_eq!(said("p["), "Extract failed: Invalid selector p[");
    assert_eq!(said("p:unknown"), "Extract failed: Unknown pseudo-class :unknown");
    assert_eq!(said("p:unknown(x)"), "Extract failed: Unknown pseudo-class :unknown()");
    assert_eq!(said("::unknown"), "Extract failed: Unknown pseudo-element ::unknown");
    for css in
        ["::unknown", ":unknown", ":unknown(x)", "p,", "", "> p", "p >", "..", "[a=]", "p:not()", "svg|p", "p || q"]
    {
        assert!(page.query_all(css).is_err(), "{css}");
    }
}

#[test]
fn in_quirks_mode_the_case_of_classes_does_not_matter_where_all_are_asked_for() {
    let page = Page::of_test("<p class=Foo id=Bar>");
    let deadline = Deadline::after(std::time::Duration::from_secs(5));
    let first = |css: &str| Css::parse(css).unwrap().first(&page, &deadline).unwrap();

    assert_eq!(page.query_all(".foo").unwrap().len(), 1);
    assert_eq!(page.query_all("#bar").unwrap().len(), 0);
    assert!(first(".foo").is_none() && first(".Foo").is_some() && first("#Bar").is_some());
    assert_eq!(found("<!doctype html><p class=Foo id=p>", ".foo"), "");
}

/// The id of the first match in a page, as `document.querySelector` finds it.
fn first(html: &str, css: &str) -> String {
    let page = Page::of_test(html);
    let deadline = Deadline::after(std::time::Duration::from_secs(5));
    let first = Css::parse(css).unwrap().first(&page, &deadline).unwrap();
    first.and_then(|id| page.attribute(id, "id")).unwrap_or("none").to_owned()
}

#[test]
fn the_first_match_is_the_one_that_begins_first_where_selectors_are_read_from_the_left() {
    let page = "<div id=d1><div id=d2><p id=p1></p></div><p id=p3></p><span id=s1></span></div><p id=p4></p><span id=s2></span>
        <section><h2 id=h1></h2><div id=d5></div><p id=p6></p></section>";
    let cases = [
        ("div + *", "p4"),
        ("div ~ *", "p4"),
        ("div:first-child + *", "p4"),
        ("div + p + span", "s2"),
        ("div + p", "p3"),
        ("* ~ p", "p3"),
        ("div > *", "d2"),
        ("body > div + p", "p4"),
        ("div > div + p", "p3"),
        ("#d2 ~ *", "p3"),
        ("span, div + p", "p3"),
        ("div + span, div > p", "p1"),
        ("div + section", "none"),
        ("div::before", "none"),
    ];

    for (css, expected) in cases {
        assert_eq!(first(page, css), expected, "{css}");
    }
}

#[test]
fn of_elements_that_share_an_id_only_the_first_is_known_by_it() {
    let page = "<p id=x class=a></p><p id=x class=b></p><div><i id=y></i></div><b id=x><i id=z></i></b>";

    assert_eq!([first(page, "#x.a"), first(page, "#x.b"), first(page, "#x > #z")], ["x", "none", "z"]);
    assert_eq!([first(page, "#x > i"), first(page, "#x.a ~ div i"), first(page, "#x.b ~ div i")], ["z", "y", "none"]);
}

#[test]
fn selectors_that_never_come_to_an_end_are_broken_off() {
    let deep = format!("{}{}", "<div>".repeat(1_000), "</div>".repeat(1_000));
    let page = Page::of_test(&deep);
    let deadline = Deadline::after(std::time::Duration::from_millis(50));
    let css = Css::parse("div:has(i div div *)").unwrap();

    assert!(matches!(css.all(&page, &deadline), Err(ExtractError::TooSlow { .. })));
    assert!(matches!(css.first(&page, &deadline), Err(ExtractError::TooSlow { .. })));
    let (few, over) = (Page::of_test("<p></p>"), Deadline::after(std::time::Duration::ZERO));
    let many = Css::parse(&vec!["i"; 10_000].join(",")).unwrap();
    assert!(matches!(many.first(&few, &over), Err(ExtractError::TooSlow { .. })), "one clock for all of a list");
}

#[test]
fn pages_as_deep_as_they_may_be_are_searched() {
    let depth = 3_900;
    let page = Page::of_test(&format!("{}<p id=x></p>", "<div>".repeat(depth)));
    let deadline = Deadline::after(std::time::Duration::from_secs(600));

    for css in ["div:has(#x) #x", "div:not(:has(i)) > p", "body:has(:is(div > p))  p"] {
        assert_eq!(Css::parse(css).unwrap().all(&page, &deadline).unwrap().len(), 1, "{css}");
    }
}

#[test]
fn a_selector_of_very_many_parts_is_none() {
    let page = Page::of_test(&"<p></p>".repeat(4_500));

    assert!(page.query_all(&vec!["p"; 250].join("+")).is_ok());
    assert!(page.query_all(&vec!["p"; 400].join(",")).is_ok());
    for css in [vec!["p"; 4_000].join("+"), format!("p:not({})", vec!["p"; 2_000].join(" "))] {
        let error = page.query_all(&css).unwrap_err();
        assert!(error.to_string().contains("more than 512 parts"), "{error}");
    }
}
