//! A parsed page: the tree, and the address that its links are relative to.
//!
//! Parsing keeps to the HTML standard with scripting off, within bounds.

use ego_tree::{NodeId, NodeRef, Tree};
use html5ever::driver::{ParseOpts, parse_document};
use html5ever::tendril::{StrTendril, TendrilSink};
use html5ever::tokenizer::TokenizerOpts;
use html5ever::tree_builder::{QuirksMode, TreeBuilderOpts};
use html5ever::{LocalName, local_name, ns};
use scraper::node::Element;
use scraper::{Html, HtmlTreeSink, Node};
use url::Url;

use super::deadline::Deadline;
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
        let mut parser = parse_document(HtmlTreeSink::new(Html::new_document()), without_scripting());
        let mut start = 0;
        while start < content.len() {
            let end = content.ceil_char_boundary(start + PIECE_BYTES);
            // Each piece has a buffer of its own, which goes when no text of the tree is left in it.
            parser.process(StrTendril::from_slice(&content[start..end]));
            within_bounds(&parser.tokenizer.sink.sink.0.borrow().tree, config)?;
            deadline.check()?;
            start = end;
        }
        let mut page = Self { html: parser.finish(), location: location.clone() };
        let root = page.tree().root().id();
        page.flatten_selects_in(root, false);
        Ok(page)
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

    /// Takes out of drop-down lists all elements that they could not hold until 2025, keeping their text.
    ///
    /// Parsers read `<select>` differently since then; archives hold what they read before.
    ///
    /// `is_list` says that what is below `top` is to stand in such a list.
    pub(super) fn flatten_selects_in(&mut self, top: NodeId, is_list: bool) {
        let top = self.node(top);
        let lists = Descendants::of(top).filter(|node| is_one_of(node, &[local_name!("select")]));
        let within = lists.chain(is_list.then_some(top)).flat_map(Descendants::of);
        let doomed = within.filter(|node| node.value().is_element() && !is_option(node)).map(|node| node.id());
        let doomed: Vec<_> = doomed.collect();
        for id in doomed {
            self.dissolve(id);
        }
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

fn is_option(node: &NodeRef<'_, Node>) -> bool {
    let held = [
        local_name!("option"),
        local_name!("optgroup"),
        local_name!("hr"),
        local_name!("script"),
        local_name!("template"),
    ];
    is_one_of(node, &held)
}

fn is_one_of(node: &NodeRef<'_, Node>, names: &[LocalName]) -> bool {
    node.value().as_element().is_some_and(|element| names.contains(&element.name.local))
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

/// Scripting is off, and a byte order mark is text: what was fetched is text already, whose mark is gone.
pub(super) fn without_scripting() -> ParseOpts {
    ParseOpts {
        tree_builder: TreeBuilderOpts { scripting_enabled: false, ..TreeBuilderOpts::default() },
        tokenizer: TokenizerOpts { discard_bom: false, ..TokenizerOpts::default() },
    }
}

fn within_bounds(tree: &Tree<Node>, config: &Config) -> Result<(), ExtractError> {
    let nodes = tree.nodes().len();
    if nodes > config.max_nodes {
        return Err(ExtractError::TooLarge { what: "nodes".into(), found: nodes, limit: config.max_nodes });
    }
    let depth = tree.nodes().next_back().map_or(0, |latest| latest.ancestors().take(config.max_depth + 1).count());
    if depth > config.max_depth {
        return Err(ExtractError::TooLarge { what: "levels of nesting".into(), found: depth, limit: config.max_depth });
    }
    Ok(())
}
