//! A parsed page: the tree, and the address that its links are relative to.
//!
//! Parsing keeps to the HTML standard with scripting off, within bounds.

use ego_tree::{NodeId, NodeRef, Tree};
use html5ever::tree_builder::QuirksMode;
use html5ever::{local_name, ns};
use scraper::node::Element;
use scraper::{Html, Node};
use url::Url;

use super::deadline::Deadline;
use super::parse::Parser;
use super::{Config, ExtractError};

/// How much is parsed between two looks at the bounds. Each `<p>` opens all unclosed formatting elements again, up
/// to `max_depth` of them, so that much more than this could make too many nodes at once.
const PIECE_BYTES: usize = 2 << 10;

/// A page as a tree that filters may change.
pub struct Page {
    pub(super) html: Html,
    location: Url,
}

impl Page {
    /// Parses the page found at `location`.
    pub(super) fn parse(
        content: &str,
        location: &Url,
        config: &Config,
        deadline: &Deadline,
    ) -> Result<Self, ExtractError> {
        let parser = Parser::of_page();
        let mut start = 0;
        while start < content.len() {
            let end = content.ceil_char_boundary(start + PIECE_BYTES);
            parser.feed(&content[start..end]);
            within_bounds(&parser.so_far().tree, config.max_nodes, config.max_depth)?;
            deadline.check()?;
            start = end;
        }
        Ok(Self { html: parser.finish(), location: location.clone() })
    }

    /// A page without anything, found nowhere.
    pub(super) fn empty() -> Self {
        Self { html: Html::new_document(), location: Url::parse("about:blank").expect("this is an address") }
    }

    /// A page for tests.
    #[cfg(test)]
    pub(super) fn of_test(content: &str) -> Self {
        let location = Url::parse("https://acme.example/legal/terms").unwrap();
        let config = Config::default();
        Self::parse(content, &location, &config, &Deadline::after(config.max_duration)).unwrap()
    }

    /// Where the page was found.
    pub(super) fn location(&self) -> &Url {
        &self.location
    }

    pub(super) fn tree(&self) -> &Tree<Node> {
        &self.html.tree
    }

    pub(super) fn tree_mut(&mut self) -> &mut Tree<Node> {
        &mut self.html.tree
    }

    pub(super) fn quirks_mode(&self) -> QuirksMode {
        self.html.quirks_mode
    }

    pub(super) fn node(&self, id: NodeId) -> NodeRef<'_, Node> {
        self.tree().get(id).expect("nodes are detached, never dropped, so an id stays valid")
    }

    pub(super) fn element(&self, id: NodeId) -> Option<&Element> {
        self.node(id).value().as_element()
    }

    /// The elements of the page in document order, without what templates hold.
    pub(super) fn elements(&self) -> impl Iterator<Item = NodeRef<'_, Node>> {
        Descendants::of(self.tree().root()).filter(|node| node.value().is_element())
    }

    /// The texts of the page in document order, without what templates hold.
    pub(super) fn texts(&self) -> impl Iterator<Item = (NodeId, &str)> {
        let nodes = Descendants::of(self.tree().root());
        nodes.filter_map(|node| Some((node.id(), &node.value().as_text()?[..])))
    }

    /// What relative links are relative to: the page's `<base>`, or where it was found.
    pub(super) fn base(&self) -> Url {
        let declared = self.elements().find_map(|node| {
            let element = node.value().as_element()?;
            (element.name.ns == ns!(html) && element.name.local == local_name!("base"))
                .then(|| element.attr("href"))
                .flatten()
        });
        // Nothing is relative to an address such as `about:blank`.
        let base = declared.and_then(|href| self.location.join(href).ok()).filter(|base| !base.cannot_be_a_base());
        base.unwrap_or_else(|| self.location.clone())
    }
}

/// The nodes below a node in document order, without what templates hold.
pub(super) struct Descendants<'a> {
    top: NodeId,
    next: Option<NodeRef<'a, Node>>,
}

impl<'a> Descendants<'a> {
    pub(super) fn of(top: NodeRef<'a, Node>) -> Self {
        Self { top: top.id(), next: top.first_child() }
    }
}

impl<'a> Iterator for Descendants<'a> {
    type Item = NodeRef<'a, Node>;

    fn next(&mut self) -> Option<Self::Item> {
        let node = self.next?;
        self.next = first_child(node).or_else(|| after(node, self.top));
        Some(node)
    }
}

/// The first child as the DOM has it: a template's contents are no children.
pub(super) fn first_child(node: NodeRef<'_, Node>) -> Option<NodeRef<'_, Node>> {
    node.first_child().filter(|child| !child.value().is_fragment())
}

/// The first node below `top` that follows `node` and all below it.
fn after(node: NodeRef<'_, Node>, top: NodeId) -> Option<NodeRef<'_, Node>> {
    let mut node = node;
    loop {
        if node.id() == top {
            return None;
        }
        if let Some(sibling) = node.next_sibling() {
            return Some(sibling);
        }
        node = node.parent()?;
    }
}

/// Fails where a tree has too many nodes, or its latest node is too deep in it.
pub(super) fn within_bounds(tree: &Tree<Node>, max_nodes: usize, max_depth: usize) -> Result<(), ExtractError> {
    let nodes = tree.nodes().len();
    if nodes > max_nodes {
        return Err(ExtractError::TooLarge { what: "nodes".into(), found: nodes, limit: max_nodes });
    }
    let depth = tree.nodes().next_back().map_or(0, |latest| latest.ancestors().take(max_depth + 1).count());
    if depth > max_depth {
        return Err(ExtractError::TooLarge { what: "levels of nesting".into(), found: depth, limit: max_depth });
    }
    Ok(())
}
