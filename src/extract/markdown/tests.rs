//! What becomes of HTML, rule by rule. All of it was seen to come out of turndown and its plugin.

use crate::domain::{MimeType, Selector, SourceDocument};
use crate::extract::{Config, Extractor};

fn markdown(html: &str) -> String {
    let document =
        SourceDocument { select: vec![Selector::Css("body".into())], ..SourceDocument::at("https://acme.example/") };
    let result = Extractor::new(Config::default()).extract(html.as_bytes(), &MimeType::html(), &document);
    result.unwrap_or_else(|error| error.to_string())
}

fn assert_all(cases: &[(&str, &str)]) {
    for (html, expected) in cases {
        assert_eq!(markdown(html), *expected, "{html}");
    }
}

#[test]
fn paragraphs_headings_and_quotes_stand_apart() {
    assert_all(&[
        ("<p>a</p>\n\n\n<hr><br>x<br><br>y<br>", "a\n\n* * *\n\n  \nx  \n  \ny"),
        ("<h1>a<br>b</h1><h2>日本 😀</h2><h3> x </h3>", "a  \nb\n=====\n\n日本 😀\n-----\n\n### x"),
        ("<h2>a<p>b</p></h2><h2><div><div>b</div></div></h2>", "a\n\nb\n\n\n------\n\nb\n\n\n\n\n-------"),
        ("<blockquote>a<br><br>b<ul><li>c</li></ul></blockquote>", "> a  \n>   \n> b\n> \n> *   c"),
        ("<blockquote><pre>a&#8232;b&#13;c</pre></blockquote>", "> a\u{2028}> b\r> c"),
        ("<dl><dt>a</dt><dd>b</dd></dl>", "a\n\nb"),
    ]);
}

#[test]
fn white_space_goes_outside_of_marks() {
    assert_all(&[
        ("a <b> b </b> c<i>d </i>e<em> </em>f", "a **b** c_d_ e f"),
        ("a&nbsp;<b>&nbsp;b&nbsp;</b>&nbsp;c <i>&nbsp; d</i>", "a\u{a0}\u{a0}**b**\u{a0}\u{a0}c \u{a0} _d_"),
        ("<b> </b>x<b>&nbsp;</b>y<b><br></b>z<b><br>q</b>", "x\u{a0}yz**  \nq**"),
        ("<p>a<!-- c --> b</p><p> <!-- c --> b</p>", "a b\n\nb"),
        ("<p>x <img src=a> <img src=b> y</p><p> <input> z</p>", "x ![](a) ![](b) y\n\n z"),
        ("<strong>a<strong>b</strong></strong><em><img></em>x", "**a**b****x"),
        ("<b>a<p>b</p></b>c", "**a\n\nb\n\n**c"),
    ]);
}

#[test]
fn lists_indent_by_the_length_of_their_marks() {
    assert_all(&[
        ("<ol start=9><li>a<br>b<li>b<p>x</ol>", "9.  a  \n    b\n10.  b\n     \n     x"),
        (
            "<ul><li>a<ul><li>b</li><li>c</li></ul></li><li><p>d</p><p>e</p></li><li>last</li></ul>",
            "*   a\n    *   b\n    *   c\n*   d\n    \n    e\n    \n*   last",
        ),
        ("<ol start=x><li>a</ol>", "NaN.  a"),
        ("<ol start=1.5><li>a<li>b</ol>", "1.5.  a\n2.5.  b"),
        ("<ul><li></li><li>b</li> t <li>c</li></ul>", "*   b\nt*   c"),
        (
            "<ul><li><input type=checkbox checked>a</li><li><label><input type=checkbox> b</label></li></ul>",
            "*   [x] a\n*    b",
        ),
        ("<ul><li>d<ul><li>e</li></ul>f</li></ul>", "*   d\n    *   ef"),
    ]);
}

#[test]
fn links_and_images_keep_their_titles() {
    assert_all(&[
        (r#"<a href="http://x/(a)" title='say "hi"'> foo </a>bar"#, r#"[foo](http://x/\(a\) "say \"hi\"") bar"#),
        ("<a href=x><div>a</div><div>b</div></a>", "[a\n\nb](https://acme.example/x)"),
        ("<a href=''>e</a>|<a>n</a>|<a href='#y'>y</a>", "e|n|[y](#y)"),
        ("<img src=a.png alt='x\n\ny' title='q \"t\"'><img alt=x>", "![x\ny](a.png \"q \"t\"\")"),
        (
            "<a href='/cdn-cgi/l/email-protection#1a2b'>x</a>",
            "[\\[email\u{a0}protected\\]](https://acme.example/cdn-cgi/l/email-protection)",
        ),
    ]);
}

#[test]
fn code_stands_between_enough_backticks() {
    assert_all(&[
        ("<code>a`b</code> <code>``</code> <code>`` a ` b</code>", "``a`b`` ` `` ` ``` `` a ` b ```"),
        ("<code>a <b>*x*</b> _</code>", "`a ***x*** _`"),
        (
            "<pre><code>a\n  b\n\nc</code></pre><pre>x *y*\n\n\nz</pre>",
            "    a\n      b\n    \n    c\n\nx \\*y\\*\n\n\nz",
        ),
        ("<pre> <code>a</code></pre><pre>a<code>b</code></pre>", " `a`\n\na`b`"),
        ("<div class=highlight-source-js><pre>x <b>y</b>\nz</pre><p>y</p></div>", "```js\nx y\nz\n```"),
    ]);
}

#[test]
fn tables_get_a_heading_if_they_have_none() {
    assert_all(&[
        (
            "<table><tr><td>a</td><td>b</td></tr><tr><td>c|d</td><td>e<br>f</td></tr></table>",
            "|     |     |\n| --- | --- |\n| a   | b   |\n| c\\|d | e  <br>f |",
        ),
        (
            "<table><thead><tr><th>a</th></tr></thead><tbody><tr><td>b</td><td>c</td><td>d</td></tr></tbody></table>",
            "| a   |\n| --- | --- | --- |\n| b   | c   | d   |",
        ),
        ("<table><tr><td>only</td></tr></table>", "only"),
        (
            "<table><tr><td colspan=3>a</td><td>b</td></tr><tr><td>日本</td></tr></table>",
            "|     |     |\n| --- | --- |\n| a   |     |     | b   |\n| 日本  |",
        ),
        (
            "<table><caption>C</caption><thead><tr><th>a</th><th>b</th></tr></thead><tr><td>1</td><td>2</td></tr></table>",
            "|     |     |\n| --- | --- |C\n| a   | b   |\n| --- | --- |\n| 1   | 2   |",
        ),
        (
            "<table><tr><td>a<table><tr><td>b</td><td>c</td></tr></table></td></tr></table>",
            "a\n\n|     |     |\n| --- | --- |\n| b   | c   |",
        ),
        ("<table><tr><td>q</td></tr><tr><td>&nbsp;--- a</td></tr></table>", "| q   |\n| --- a |"),
    ]);
}

#[test]
fn what_a_browser_does_not_show_as_text_is_left_out() {
    assert_all(&[
        ("<template><p>x</p></template><noscript><p>n</p></noscript><script>s</script><style>t</style>", "n"),
        ("<svg><a href=x>q</a><title>t</title><del>z</del></svg>", "qt~z~"),
        ("<details><summary>s</summary>body</details><textarea>\n y</textarea>", "sbody y"),
    ]);
}

#[test]
fn deep_nesting_gives_a_result_or_an_error_but_never_overflows() {
    let deep = |tag: &str, depth: usize| markdown(&format!("{}x", tag.repeat(depth)));

    assert_eq!(deep("<div>", 2_000), "x");
    assert_eq!(deep("<b>", 2_000).len(), 4 * 2_000 + 1);
    assert!(deep("<ul><li>", 300).ends_with('x'));
    assert!(deep("<div>", 100_000).starts_with("Extract failed: the page has 4001 levels of nesting"));
}
