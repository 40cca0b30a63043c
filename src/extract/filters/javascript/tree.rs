//! The page as scripts see it: nodes by number, and the changes that a script may make.
//!
//! Numbers begin at 1; 0 stands for no node. A number is given out by the tree alone and stays valid.

use std::collections::HashMap;

use ego_tree::{NodeId, NodeRef};
use html5ever::{Attribute, LocalName, QualName, local_name, ns};
use scraper::node::{Comment, Element, Text};
use scraper::{Node, StrTendril};
use url::Url;

use super::fragment;
use crate::extract::css::Css;
use crate::extract::deadline::Deadline;
use crate::extract::page::{Descendants, first_child};
use crate::extract::{Config, ExtractError, Page};

pub(super) const NONE: u32 = 0;

/// A page, with the numbers of its nodes.
pub(super) struct Tree {
    pub(super) page: Page,
    ids: Vec<NodeId>,
    numbers: HashMap<NodeId, u32>,
    /// What links are relative to; forgotten when a `<base>` comes, goes or changes.
    base: Option<Url>,
    max_nodes: usize,
    max_depth: usize,
    deadline: Deadline,
}

/// Why a script may not do what it tries; the names are those of DOM exceptions.
#[derive(Debug, PartialEq)]
pub(super) struct Fault {
    pub name: &'static str,
    pub message: String,
}

impl Fault {
    fn new(name: &'static str, message: impl Into<String>) -> Self {
        Self { name, message: message.into() }
    }
}

impl From<ExtractError> for Fault {
    fn from(error: ExtractError) -> Self {
        let name =
            if matches!(error, ExtractError::InvalidSelector { .. }) { "SyntaxError" } else { "QuotaExceededError" };
        let message = error.to_string();
        Self::new(name, message.trim_start_matches("Extract failed: "))
    }
}

impl Tree {
    pub(super) fn new(page: Page, config: &Config, deadline: Deadline) -> Self {
        Self {
            page,
            ids: Vec::new(),
            numbers: HashMap::new(),
            base: None,
            max_nodes: config.max_nodes,
            max_depth: config.max_depth,
            deadline,
        }
    }

    pub(super) fn number(&mut self, id: NodeId) -> u32 {
        *self.numbers.entry(id).or_insert_with(|| {
            self.ids.push(id);
            u32::try_from(self.ids.len()).expect("pages are limited to far fewer nodes")
        })
    }

    fn number_or_none(&mut self, id: Option<NodeId>) -> u32 {
        id.map_or(NONE, |id| self.number(id))
    }

    fn numbers_of(&mut self, ids: Vec<NodeId>) -> Vec<u32> {
        ids.into_iter().map(|id| self.number(id)).collect()
    }

    pub(super) fn id(&self, number: u32) -> Result<NodeId, Fault> {
        let index = (number as usize).checked_sub(1);
        let id = index.and_then(|index| self.ids.get(index));
        id.copied().ok_or_else(|| Fault::new("NotFoundError", "there is no such node"))
    }

    fn node(&self, number: u32) -> Result<NodeRef<'_, Node>, Fault> {
        Ok(self.page.node(self.id(number)?))
    }

    pub(super) fn element(&self, number: u32) -> Result<&Element, Fault> {
        let element = self.node(number)?.value().as_element();
        element.ok_or_else(|| Fault::new("NotSupportedError", "this is not an element"))
    }

    pub(super) fn document(&mut self) -> u32 {
        let root = self.page.tree().root().id();
        self.number(root)
    }

    /// The DOM's number for a kind of node.
    pub(super) fn kind(&self, number: u32) -> Result<u32, Fault> {
        Ok(match self.node(number)?.value() {
            Node::Element(_) => 1,
            Node::Text(_) => 3,
            Node::ProcessingInstruction(_) => 7,
            Node::Comment(_) => 8,
            Node::Document => 9,
            Node::Doctype(_) => 10,
            Node::Fragment => 11,
        })
    }

    pub(super) fn name(&self, number: u32) -> Result<String, Fault> {
        Ok(match self.node(number)?.value() {
            Node::Element(element) => element.name().to_owned(),
            Node::Doctype(doctype) => doctype.name().to_owned(),
            Node::ProcessingInstruction(instruction) => instruction.target.to_string(),
            _ => String::new(),
        })
    }

    pub(super) fn namespace(&self, number: u32) -> Result<String, Fault> {
        Ok(self.element(number)?.name.ns.to_string())
    }

    pub(super) fn is_html(&self, number: u32) -> Result<bool, Fault> {
        Ok(self.element(number)?.name.ns == ns!(html))
    }

    pub(super) fn parent(&mut self, number: u32) -> Result<u32, Fault> {
        // A template is no parent of its contents.
        let id = self.node(number)?.parent().filter(|_| !self.is_fragment(number)).map(|node| node.id());
        Ok(self.number_or_none(id))
    }

    fn is_fragment(&self, number: u32) -> bool {
        self.node(number).is_ok_and(|node| node.value().is_fragment())
    }

    pub(super) fn first(&mut self, number: u32) -> Result<u32, Fault> {
        let id = first_child(self.node(number)?).map(|node| node.id());
        Ok(self.number_or_none(id))
    }

    pub(super) fn last(&mut self, number: u32) -> Result<u32, Fault> {
        let id = self.node(number)?.last_child().filter(|node| !node.value().is_fragment()).map(|node| node.id());
        Ok(self.number_or_none(id))
    }

    pub(super) fn next(&mut self, number: u32) -> Result<u32, Fault> {
        let id = self.node(number)?.next_sibling().map(|node| node.id());
        Ok(self.number_or_none(id))
    }

    pub(super) fn previous(&mut self, number: u32) -> Result<u32, Fault> {
        let id = self.node(number)?.prev_sibling().filter(|node| !node.value().is_fragment()).map(|node| node.id());
        Ok(self.number_or_none(id))
    }

    pub(super) fn children(&mut self, number: u32) -> Result<Vec<u32>, Fault> {
        let children = self.node(number)?.children().filter(|node| !node.value().is_fragment());
        let ids = children.map(|node| node.id()).collect();
        Ok(self.numbers_of(ids))
    }

    pub(super) fn contains(&self, number: u32, other: u32) -> Result<bool, Fault> {
        let id = self.id(number)?;
        let other = self.node(other)?;
        Ok(other.id() == id || other.ancestors().any(|node| node.id() == id))
    }

    /// Whether a node comes before another one of the same tree.
    pub(super) fn precedes(&self, number: u32, other: u32) -> Result<bool, Fault> {
        let (node, other) = (self.id(number)?, self.id(other)?);
        let root = self.page.node(node).ancestors().last().unwrap_or_else(|| self.page.node(node));
        let first = Descendants::of(root).map(|each| each.id()).find(|id| *id == node || *id == other);
        Ok(first == Some(node))
    }

    pub(super) fn data(&self, number: u32) -> Result<String, Fault> {
        Ok(match self.node(number)?.value() {
            Node::Text(text) => text.text.to_string(),
            Node::Comment(comment) => comment.comment.to_string(),
            Node::ProcessingInstruction(instruction) => instruction.data.to_string(),
            _ => String::new(),
        })
    }

    pub(super) fn set_data(&mut self, number: u32, data: &str) -> Result<(), Fault> {
        let id = self.id(number)?;
        let data = StrTendril::from_slice(data);
        if let Some(mut node) = self.page.tree_mut().get_mut(id) {
            match node.value() {
                Node::Text(text) => text.text = data,
                Node::Comment(comment) => comment.comment = data,
                Node::ProcessingInstruction(instruction) => instruction.data = data,
                _ => {}
            }
        }
        Ok(())
    }

    pub(super) fn text_content(&self, number: u32) -> Result<String, Fault> {
        Ok(self.page.text_content(self.id(number)?))
    }

    pub(super) fn set_text_content(&mut self, number: u32, text: &str) -> Result<(), Fault> {
        self.has_room(1)?;
        self.base = None;
        let id = self.id(number)?;
        self.page.set_text_content(id, text);
        Ok(())
    }

    pub(super) fn attribute(&self, number: u32, name: &str) -> Result<Option<String>, Fault> {
        Ok(self.element(number)?.attr(name).map(str::to_owned))
    }

    pub(super) fn attribute_names(&self, number: u32) -> Result<Vec<String>, Fault> {
        Ok(self.element(number)?.attrs().map(|(name, _)| name.to_owned()).collect())
    }

    pub(super) fn set_attribute(&mut self, number: u32, name: &str, value: &str) -> Result<(), Fault> {
        if !is_attribute_name(name) {
            return Err(Fault::new("InvalidCharacterError", format!("`{name}` is no name for an attribute")));
        }
        self.forget_base_of(number)?;
        let id = self.id(number)?;
        self.page.set_attribute(id, name, value);
        Ok(())
    }

    pub(super) fn remove_attribute(&mut self, number: u32, name: &str) -> Result<(), Fault> {
        self.forget_base_of(number)?;
        let id = self.id(number)?;
        self.page.remove_attribute(id, name);
        Ok(())
    }

    fn forget_base_of(&mut self, number: u32) -> Result<(), Fault> {
        if self.element(number)?.name.local == local_name!("base") {
            self.base = None;
        }
        Ok(())
    }

    pub(super) fn query(&mut self, number: u32, css: &str) -> Result<u32, Fault> {
        let found = Css::parse(css)?.first_below(&self.page, self.id(number)?, &self.deadline)?;
        Ok(self.number_or_none(found))
    }

    pub(super) fn query_all(&mut self, number: u32, css: &str) -> Result<Vec<u32>, Fault> {
        let found = Css::parse(css)?.all_below(&self.page, self.id(number)?, &self.deadline)?;
        Ok(self.numbers_of(found))
    }

    pub(super) fn matches(&self, number: u32, css: &str) -> Result<bool, Fault> {
        Ok(Css::parse(css)?.matches_node(&self.page, self.id(number)?))
    }

    pub(super) fn closest(&mut self, number: u32, css: &str) -> Result<u32, Fault> {
        let css = Css::parse(css)?;
        let node = self.node(number)?;
        let mut candidates = std::iter::once(node).chain(node.ancestors());
        let found = candidates.find(|candidate| css.matches_node(&self.page, candidate.id())).map(|node| node.id());
        Ok(self.number_or_none(found))
    }

    /// Elements below a node by their qualified name, or all for `*`.
    pub(super) fn by_tag(&mut self, number: u32, name: &str) -> Result<Vec<u32>, Fault> {
        let lower = name.to_ascii_lowercase();
        let is_wanted = |element: &Element| {
            let wanted = if element.name.ns == ns!(html) { lower.as_str() } else { name };
            name == "*" || element.name() == wanted
        };
        let below = Descendants::of(self.node(number)?);
        let found =
            below.filter(|node| node.value().as_element().is_some_and(is_wanted)).map(|node| node.id()).collect();
        Ok(self.numbers_of(found))
    }

    pub(super) fn by_id(&mut self, number: u32, id: &str) -> Result<u32, Fault> {
        let has_id =
            |node: &NodeRef<'_, Node>| node.value().as_element().is_some_and(|each| each.attr("id") == Some(id));
        let found = Descendants::of(self.node(number)?).filter(|_| !id.is_empty()).find(has_id).map(|node| node.id());
        Ok(self.number_or_none(found))
    }

    pub(super) fn create_element(&mut self, name: &str) -> Result<u32, Fault> {
        if !is_element_name(name) {
            return Err(Fault::new("InvalidCharacterError", format!("`{name}` is no name for an element")));
        }
        let name = QualName::new(None, ns!(html), LocalName::from(name));
        let is_template = name.local == local_name!("template");
        let number = self.create(Node::Element(Element::new(name, Vec::<Attribute>::new())))?;
        if is_template {
            let id = self.id(number)?;
            self.page.tree_mut().get_mut(id).expect("it was just made").append(Node::Fragment);
        }
        Ok(number)
    }

    pub(super) fn create_text(&mut self, text: &str) -> Result<u32, Fault> {
        self.create(Node::Text(Text { text: StrTendril::from_slice(text) }))
    }

    pub(super) fn create_comment(&mut self, comment: &str) -> Result<u32, Fault> {
        self.create(Node::Comment(Comment { comment: StrTendril::from_slice(comment) }))
    }

    pub(super) fn create_fragment(&mut self) -> Result<u32, Fault> {
        self.create(Node::Fragment)
    }

    fn create(&mut self, node: Node) -> Result<u32, Fault> {
        self.has_room(1)?;
        let id = self.page.tree_mut().orphan(node).id();
        Ok(self.number(id))
    }

    fn has_room(&self, more: usize) -> Result<(), Fault> {
        let nodes = self.page.tree().nodes().len();
        if nodes + more > self.max_nodes {
            return Err(Fault::new("QuotaExceededError", format!("the page has more than {} nodes", self.max_nodes)));
        }
        Ok(())
    }

    /// Whether a node may become a child: not of itself, nor of what is below it, nor too deep.
    pub(super) fn may_insert(&self, parent: u32, child: u32) -> Result<(), Fault> {
        let (parent, child) = (self.node(parent)?, self.node(child)?);
        let refuse = |message: &str| Err(Fault::new("HierarchyRequestError", message));
        match (parent.value(), child.value()) {
            (Node::Element(_) | Node::Document | Node::Fragment, Node::Document) => refuse("a document has no parent"),
            (Node::Document, Node::Text(_)) => refuse("a document has no text of its own"),
            (Node::Element(_) | Node::Document | Node::Fragment, _) => {
                let mut depth = 0;
                for node in std::iter::once(parent).chain(parent.ancestors()) {
                    if node.id() == child.id() {
                        return refuse("a node cannot be put into itself");
                    }
                    depth += 1;
                }
                if depth > self.max_depth { refuse("the page is nested too deeply") } else { Ok(()) }
            }
            _ => refuse("only elements, fragments and documents have children"),
        }
    }

    /// Puts a node before another child, or last.
    pub(super) fn insert(&mut self, parent: u32, child: u32, before: u32) -> Result<(), Fault> {
        self.may_insert(parent, child)?;
        if child == before {
            return Ok(());
        }
        let (parent, child_id) = (self.id(parent)?, self.id(child)?);
        let before = if before == NONE { None } else { Some(self.id(before)?) };
        if before.is_some_and(|id| self.page.node(id).parent().map(|node| node.id()) != Some(parent)) {
            return Err(Fault::new("NotFoundError", "the node to insert before is not a child of this node"));
        }
        self.detach(child)?;
        let tree = self.page.tree_mut();
        match before.and_then(|id| tree.get_mut(id)) {
            Some(mut sibling) => {
                sibling.insert_id_before(child_id);
            }
            None => {
                tree.get_mut(parent).expect("numbers stay valid").append_id(child_id);
            }
        }
        Ok(())
    }

    pub(super) fn detach(&mut self, number: u32) -> Result<(), Fault> {
        let id = self.id(number)?;
        if self.holds_base(id) {
            self.base = None;
        }
        self.page.remove(id);
        Ok(())
    }

    fn holds_base(&self, id: NodeId) -> bool {
        let node = self.page.node(id);
        let is_base = |node: NodeRef<'_, Node>| {
            node.value().as_element().is_some_and(|element| element.name.local == local_name!("base"))
        };
        is_base(node) || Descendants::of(node).any(is_base)
    }

    pub(super) fn clone(&mut self, number: u32, deep: bool) -> Result<u32, Fault> {
        let id = self.id(number)?;
        let room = if deep { fragment::size(self.page.node(id)) } else { 1 };
        self.has_room(room)?;
        let copy = fragment::copy(&mut self.page, id, deep);
        Ok(self.number(copy))
    }

    pub(super) fn inner_html(&self, number: u32) -> Result<String, Fault> {
        Ok(fragment::inner_html(self.node(number)?))
    }

    pub(super) fn outer_html(&self, number: u32) -> Result<String, Fault> {
        Ok(fragment::outer_html(self.node(number)?))
    }

    /// Parses HTML as it would stand in an element; the result is a fragment.
    pub(super) fn parse(&mut self, around: u32, html: &str) -> Result<u32, Fault> {
        let element = self.element(around)?.clone();
        let room = self.max_nodes.saturating_sub(self.page.tree().nodes().len());
        let parsed = fragment::parse(html, &element, self.page.quirks_mode(), room, self.max_depth, &self.deadline)?;
        let id = fragment::adopt(&mut self.page, parsed);
        Ok(self.number(id))
    }

    pub(super) fn set_inner_html(&mut self, number: u32, html: &str) -> Result<(), Fault> {
        let parsed = self.parse(number, html)?;
        let target = match self.template_content(number)? {
            NONE => number,
            content => content,
        };
        for child in self.children(target)? {
            self.detach(child)?;
        }
        for child in self.children(parsed)? {
            self.insert(target, child, NONE)?;
        }
        Ok(())
    }

    /// What a template holds; nothing for other elements.
    pub(super) fn template_content(&mut self, number: u32) -> Result<u32, Fault> {
        let content = self.node(number)?.first_child().filter(|node| node.value().is_fragment()).map(|node| node.id());
        Ok(self.number_or_none(content))
    }

    pub(super) fn base(&mut self) -> &Url {
        let page = &self.page;
        self.base.get_or_insert_with(|| page.base())
    }

    /// Forgets what built-in filters may have changed unseen.
    pub(super) fn look_again(&mut self) {
        self.base = None;
    }
}

fn is_attribute_name(name: &str) -> bool {
    !name.is_empty() && !name.contains(|c: char| c.is_ascii_whitespace() || matches!(c, '/' | '>' | '=' | '\0'))
}

fn is_element_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_alphabetic() || c == '_' || c == ':')
        && !name.contains(|c: char| c.is_ascii_whitespace() || matches!(c, '/' | '>' | '<' | '\0' | '"' | '\'' | '='))
}
