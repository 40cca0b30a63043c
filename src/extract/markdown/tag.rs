//! What the name of an element means for its Markdown.

use html5ever::{LocalName, local_name, ns};
use scraper::node::Element;

/// The name of an element and what is known of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Tag {
    pub(super) name: LocalName,
    /// Elements of SVG and MathML never count as blocks, and few rules know them.
    pub(super) is_html: bool,
    pub(super) is_block: bool,
    /// Has no content by its nature.
    pub(super) is_void: bool,
    /// Says something even if it holds no text.
    pub(super) is_meaningful: bool,
}

impl Tag {
    pub(super) fn of(element: &Element) -> Self {
        let name = element.name.local.clone();
        let is_html = element.name.ns == ns!(html);
        Self {
            is_html,
            is_block: is_html && is_block(&name),
            is_void: is_html && is_void(&name),
            is_meaningful: is_html && is_meaningful(&name),
            name,
        }
    }

    /// Whether it is the HTML element of this name.
    pub(super) fn is(&self, name: &LocalName) -> bool {
        self.is_html && self.name == *name
    }
}

fn is_block(name: &LocalName) -> bool {
    matches!(
        *name,
        local_name!("address")
            | local_name!("article")
            | local_name!("aside")
            | local_name!("audio")
            | local_name!("blockquote")
            | local_name!("body")
            | local_name!("canvas")
            | local_name!("center")
            | local_name!("dd")
            | local_name!("dir")
            | local_name!("div")
            | local_name!("dl")
            | local_name!("dt")
            | local_name!("fieldset")
            | local_name!("figcaption")
            | local_name!("figure")
            | local_name!("footer")
            | local_name!("form")
            | local_name!("frameset")
            | local_name!("h1")
            | local_name!("h2")
            | local_name!("h3")
            | local_name!("h4")
            | local_name!("h5")
            | local_name!("h6")
            | local_name!("header")
            | local_name!("hgroup")
            | local_name!("hr")
            | local_name!("html")
            | local_name!("isindex")
            | local_name!("li")
            | local_name!("main")
            | local_name!("menu")
            | local_name!("nav")
            | local_name!("noframes")
            | local_name!("noscript")
            | local_name!("ol")
            | local_name!("output")
            | local_name!("p")
            | local_name!("pre")
            | local_name!("section")
            | local_name!("table")
            | local_name!("tbody")
            | local_name!("td")
            | local_name!("tfoot")
            | local_name!("th")
            | local_name!("thead")
            | local_name!("tr")
            | local_name!("ul")
    )
}

fn is_void(name: &LocalName) -> bool {
    matches!(
        *name,
        local_name!("area")
            | local_name!("base")
            | local_name!("br")
            | local_name!("col")
            | local_name!("command")
            | local_name!("embed")
            | local_name!("hr")
            | local_name!("img")
            | local_name!("input")
            | local_name!("keygen")
            | local_name!("link")
            | local_name!("meta")
            | local_name!("param")
            | local_name!("source")
            | local_name!("track")
            | local_name!("wbr")
    )
}

fn is_meaningful(name: &LocalName) -> bool {
    matches!(
        *name,
        local_name!("a")
            | local_name!("table")
            | local_name!("thead")
            | local_name!("tbody")
            | local_name!("tfoot")
            | local_name!("th")
            | local_name!("td")
            | local_name!("iframe")
            | local_name!("script")
            | local_name!("audio")
            | local_name!("video")
    )
}
