//! How scripts change a page, within its bounds.

use ego_tree::{NodeId, NodeRef};
use html5ever::{Attribute, LocalName, Namespace, QualName, local_name, ns};
use scraper::node::{Comment, Element, Text};
use scraper::{Node, StrTendril};

use super::reading::attribute_name;
use super::{Fault, Tree};
use crate::extract::filters::javascript::fragment;
use crate::extract::{Config, Page};

impl Tree {
    pub fn set_data(&mut self, number: u32, data: &str) -> Result<(), Fault> {
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

    pub fn set_text_content(&mut self, number: u32, text: &str) -> Result<(), Fault> {
        self.has_room(1)?;
        let id = self.id(number)?;
        self.forget_base_in(id);
        self.page.set_text_content(id, text);
        Ok(())
    }

    pub fn set_attribute(&mut self, number: u32, name: &str, value: &str) -> Result<(), Fault> {
        if !is_attribute_name(name) {
            return Err(Fault::new("InvalidCharacterError", format!("`{name}` is no name for an attribute")));
        }
        self.forget_base_of(number)?;
        let name = attribute_name(self.element(number)?, name);
        let id = self.id(number)?;
        self.page.set_attribute(id, &name, value);
        Ok(())
    }

    pub fn remove_attribute(&mut self, number: u32, name: &str) -> Result<(), Fault> {
        self.forget_base_of(number)?;
        let name = attribute_name(self.element(number)?, name);
        let id = self.id(number)?;
        self.page.remove_attribute(id, &name);
        Ok(())
    }

    fn forget_base_of(&mut self, number: u32) -> Result<(), Fault> {
        if self.element(number)?.name.local == local_name!("base") {
            self.base = None;
        }
        Ok(())
    }

    pub fn create_element(&mut self, name: &str) -> Result<u32, Fault> {
        self.create_element_in(&name.to_ascii_lowercase(), &ns!(html))
    }

    pub fn create_element_in(&mut self, name: &str, namespace: &str) -> Result<u32, Fault> {
        if !is_element_name(name) {
            return Err(Fault::new("InvalidCharacterError", format!("`{name}` is no name for an element")));
        }
        let name = QualName::new(None, Namespace::from(namespace), LocalName::from(name));
        let is_template = name.ns == ns!(html) && name.local == local_name!("template");
        let number = self.create(Node::Element(Element::new(name, Vec::<Attribute>::new())))?;
        if is_template {
            let id = self.id(number)?;
            self.page.tree_mut().get_mut(id).expect("it was just made").append(Node::Fragment);
        }
        Ok(number)
    }

    pub fn create_text(&mut self, text: &str) -> Result<u32, Fault> {
        self.create(Node::Text(Text { text: StrTendril::from_slice(text) }))
    }

    pub fn create_comment(&mut self, comment: &str) -> Result<u32, Fault> {
        self.create(Node::Comment(Comment { comment: StrTendril::from_slice(comment) }))
    }

    pub fn create_fragment(&mut self) -> Result<u32, Fault> {
        self.create(Node::Fragment)
    }

    fn create(&mut self, node: Node) -> Result<u32, Fault> {
        self.has_room(1)?;
        let id = self.page.tree_mut().orphan(node).id();
        self.bases.note(self.page.node(id));
        Ok(self.number(id))
    }

    fn has_room(&self, more: usize) -> Result<(), Fault> {
        let nodes = self.page.tree().nodes().len();
        if nodes + more > self.max_nodes {
            return Err(Fault::new("QuotaExceededError", format!("the page has more than {} nodes", self.max_nodes)));
        }
        Ok(())
    }

    /// Whether a node may become a child: not of itself, nor of what is below it, nor too deep. Refused in jsdom's words.
    pub fn may_insert(&self, parent: u32, child: u32) -> Result<(), Fault> {
        self.may_become_child(self.node(parent)?, self.node(child)?)
    }

    fn may_become_child(&self, parent: NodeRef<'_, Node>, child: NodeRef<'_, Node>) -> Result<(), Fault> {
        let refuse = |message: &str| Err(Fault::new("HierarchyRequestError", message));
        match (parent.value(), child.value()) {
            (Node::Element(_) | Node::Document | Node::Fragment, Node::Document) => {
                refuse("#document node can't be inserted in parent node.")
            }
            (Node::Document, Node::Text(_)) => refuse("#text node can't be inserted in #document parent."),
            (Node::Element(_) | Node::Document | Node::Fragment, _) => {
                let mut depth = 0;
                for node in std::iter::once(parent).chain(parent.ancestors()) {
                    if node.id() == child.id() {
                        return refuse("The operation would yield an incorrect node tree.");
                    }
                    depth += 1;
                }
                if depth > self.max_depth { refuse("the page is nested too deeply") } else { Ok(()) }
            }
            (Node::Text(_), _) => refuse("Node can't be inserted in a #text parent."),
            (Node::Comment(_), _) => refuse("Node can't be inserted in a #comment parent."),
            _ => refuse("only elements, fragments and documents have children"),
        }
    }

    /// Puts a node before another child, or last. Of a fragment, its children are put there.
    pub fn insert(&mut self, parent: u32, child: u32, before: Option<u32>) -> Result<(), Fault> {
        let (parent, child) = (self.id(parent)?, self.id(child)?);
        let before = before.map(|before| self.id(before)).transpose()?;
        if !self.page.node(child).value().is_fragment() {
            return self.insert_one(parent, child, before);
        }
        self.children_of(child).into_iter().try_for_each(|child| self.insert_one(parent, child, before))
    }

    fn insert_one(&mut self, parent: NodeId, child: NodeId, before: Option<NodeId>) -> Result<(), Fault> {
        self.may_become_child(self.page.node(parent), self.page.node(child))?;
        if before == Some(child) {
            return Ok(());
        }
        if before.is_some_and(|id| self.page.node(id).parent().map(|node| node.id()) != Some(parent)) {
            return Err(Fault::new("NotFoundError", "The child can not be found in the parent."));
        }
        self.detach_id(child);
        let tree = self.page.tree_mut();
        match before.and_then(|id| tree.get_mut(id)) {
            Some(mut sibling) => {
                sibling.insert_id_before(child);
            }
            None => {
                tree.get_mut(parent).expect("ids stay valid").append_id(child);
            }
        }
        Ok(())
    }

    /// The children of a node, without what a template holds.
    fn children_of(&self, id: NodeId) -> Vec<NodeId> {
        let children = self.page.node(id).children().filter(|node| !node.value().is_fragment());
        children.map(|node| node.id()).collect()
    }

    pub fn detach(&mut self, number: u32) -> Result<(), Fault> {
        self.detach_id(self.id(number)?);
        Ok(())
    }

    fn detach_id(&mut self, id: NodeId) {
        self.forget_base_in(id);
        self.page.remove(id);
    }

    /// Forgets what links are relative to where a `<base>` comes or goes with a node.
    fn forget_base_in(&mut self, id: NodeId) {
        if self.bases.any_in(&self.page, id) {
            self.base = None;
        }
    }

    pub fn clone(&mut self, number: u32, deep: bool) -> Result<u32, Fault> {
        let id = self.id(number)?;
        let room = if deep { fragment::size(self.page.node(id)) } else { 1 };
        self.has_room(room)?;
        let copy = fragment::copy(&mut self.page, id, deep);
        self.bases.note(self.page.node(copy));
        Ok(self.number(copy))
    }

    /// Parses HTML as it would stand in an element; the result is a fragment.
    pub fn parse(&mut self, around: u32, html: &str) -> Result<u32, Fault> {
        let id = self.parse_id(around, html)?;
        Ok(self.number(id))
    }

    fn parse_id(&mut self, around: u32, html: &str) -> Result<NodeId, Fault> {
        let element = self.element(around)?;
        if is_plain_text(html) && holds_text(element) {
            self.has_room(2)?;
            return Ok(fragment::of_text(&mut self.page, html));
        }
        let room = self.max_nodes.saturating_sub(self.page.tree().nodes().len());
        let parsed = fragment::parse(html, element, self.page.quirks_mode(), room, self.max_depth, &self.deadline)?;
        let id = fragment::adopt(&mut self.page, parsed);
        self.bases.note(self.page.node(id));
        Ok(id)
    }

    /// Parses a whole page; the result is a document of its own.
    pub fn parse_document(&mut self, html: &str) -> Result<u32, Fault> {
        let max_nodes = self.max_nodes.saturating_sub(self.page.tree().nodes().len());
        let config = Config { max_nodes, max_depth: self.max_depth, ..Config::default() };
        let parsed = Page::parse(html, self.page.location(), &config, &self.deadline)?;
        let id = self.page.tree_mut().extend_tree(parsed.html.tree).id();
        self.bases.note(self.page.node(id));
        Ok(self.number(id))
    }

    pub fn set_inner_html(&mut self, number: u32, html: &str) -> Result<(), Fault> {
        let parsed = self.parse_id(number, html)?;
        let element = self.node(number)?;
        let target = element.first_child().filter(|node| node.value().is_fragment()).unwrap_or(element).id();
        for child in self.children_of(target) {
            self.detach_id(child);
        }
        self.children_of(parsed).into_iter().try_for_each(|child| self.insert_one(target, child, None))
    }
}

/// Whether HTML is text and nothing else.
fn is_plain_text(html: &str) -> bool {
    !html.contains(['<', '&', '\0', '\r'])
}

/// Whether text in such an element is parsed as text; there are others, but these are asked for most.
fn holds_text(element: &Element) -> bool {
    const NAMES: [&str; 20] = [
        "a",
        "b",
        "blockquote",
        "dd",
        "div",
        "dt",
        "em",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "i",
        "li",
        "p",
        "section",
        "span",
        "strong",
        "td",
    ];
    element.name.ns == ns!(html) && NAMES.contains(&element.name())
}

fn is_attribute_name(name: &str) -> bool {
    !name.is_empty() && !name.contains(|c: char| c.is_ascii_whitespace() || matches!(c, '/' | '>' | '=' | '\0'))
}

fn is_element_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_alphabetic() || c == '_' || c == ':')
        && !name.contains(|c: char| c.is_ascii_whitespace() || matches!(c, '/' | '>' | '<' | '\0' | '"' | '\'' | '='))
}
