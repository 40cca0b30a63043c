//! Parts of a page made from HTML, written as HTML, or copied.

use ego_tree::{NodeId, NodeRef};
use html5ever::local_name;
use html5ever::serialize::{SerializeOpts, TraversalScope, serialize};
use html5ever::tree_builder::QuirksMode;
use scraper::node::{Element, Text};
use scraper::{ElementRef, Html, Node};

use super::tree::Fault;
use crate::extract::Page;
use crate::extract::deadline::Deadline;
use crate::extract::page::within_bounds;
use crate::extract::parse::Parser;

/// How much is parsed between two looks at the bounds.
const PIECE_BYTES: usize = 64 << 10;

/// Parses HTML as it would stand in `around`.
pub(super) fn parse(
    html: &str,
    around: &Element,
    quirks_mode: QuirksMode,
    max_nodes: usize,
    max_depth: usize,
    deadline: &Deadline,
) -> Result<Html, Fault> {
    let parser = Parser::of_content(around, quirks_mode);
    let mut rest = html;
    while !rest.is_empty() {
        let (piece, after) = rest.split_at(rest.ceil_char_boundary(PIECE_BYTES));
        parser.feed(piece);
        within_bounds(&parser.so_far().tree, max_nodes, max_depth)?;
        deadline.check()?;
        rest = after;
    }
    Ok(parser.finish())
}

/// A fragment without a parent that holds a text, unless that is empty.
pub(super) fn of_text(page: &mut Page, text: &str) -> NodeId {
    let mut fragment = page.tree_mut().orphan(Node::Fragment);
    if !text.is_empty() {
        fragment.append(Node::Text(Text { text: scraper::StrTendril::from_slice(text) }));
    }
    fragment.id()
}

/// Makes what was parsed a part of the page's tree: a fragment without a parent.
pub(super) fn adopt(page: &mut Page, parsed: Html) -> NodeId {
    let root = page.tree_mut().extend_tree(parsed.tree).id();
    // The parser puts all it reads into a root element of its own.
    let made = page.node(root).children().find(|node| is_root_element(*node)).map(|node| node.id());
    let mut fragment = page.tree_mut().orphan(Node::Fragment);
    fragment.reparent_from_id_append(made.unwrap_or(root));
    fragment.id()
}

fn is_root_element(node: NodeRef<'_, Node>) -> bool {
    node.value().as_element().is_some_and(|element| element.name.local == local_name!("html"))
}

pub(super) fn inner_html(node: NodeRef<'_, Node>) -> String {
    match ElementRef::wrap(node) {
        Some(element) if is_raw_text(element.value()) => element.text().collect(),
        Some(element) => written(&element, TraversalScope::ChildrenOnly(None)),
        None => children_html(node),
    }
}

/// Whether the text in an element is written as it is (HTML Standard, "serializing HTML fragments").
fn is_raw_text(element: &Element) -> bool {
    ["script", "style", "xmp", "iframe", "noembed", "noframes", "plaintext"].contains(&element.name())
}

/// The node and all below it as HTML; for a text or a comment, its data.
pub(super) fn outer_html(node: NodeRef<'_, Node>) -> String {
    match node.value() {
        Node::Element(_) => ElementRef::wrap(node).map_or(String::new(), |e| written(&e, TraversalScope::IncludeNode)),
        Node::Text(text) => text.text.to_string(),
        Node::Comment(comment) => comment.comment.to_string(),
        _ => children_html(node),
    }
}

fn children_html(node: NodeRef<'_, Node>) -> String {
    node.children().map(outer_html).collect()
}

fn written(element: &ElementRef<'_>, traversal_scope: TraversalScope) -> String {
    let options = SerializeOpts { scripting_enabled: false, traversal_scope, create_missing_parent: false };
    let mut html = Vec::new();
    serialize(&mut html, element, options).expect("writing to memory does not fail");
    String::from_utf8_lossy(&html).into_owned()
}

/// How many nodes a copy takes, what templates hold included.
pub(super) fn size(node: NodeRef<'_, Node>) -> usize {
    node.descendants().count()
}

/// Copies a node, and all below it if `deep`; the copy has no parent.
pub(super) fn copy(page: &mut Page, id: NodeId, deep: bool) -> NodeId {
    let value = page.node(id).value().clone();
    let copy = page.tree_mut().orphan(value).id();
    let mut pending = vec![(id, copy)];
    while let Some((from, to)) = pending.pop() {
        let children: Vec<_> = page.node(from).children().filter(|_| deep).map(|child| child.id()).collect();
        for child in children {
            let value = page.node(child).value().clone();
            let copied = page.tree_mut().get_mut(to).expect("it was just made").append(value).id();
            pending.push((child, copied));
        }
    }
    copy
}
