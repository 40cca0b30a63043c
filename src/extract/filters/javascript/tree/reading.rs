//! What scripts read of a page: kinds, names, neighbours, texts, attributes.

use html5ever::ns;
use scraper::Node;

use super::{Fault, Tree};
use crate::extract::filters::javascript::fragment;
use crate::extract::page::{Descendants, first_child};

impl Tree {
    pub fn document(&mut self) -> u32 {
        let root = self.page.tree().root().id();
        self.number(root)
    }

    /// The DOM's number for a kind of node.
    pub fn kind(&self, number: u32) -> Result<u32, Fault> {
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

    pub fn name(&self, number: u32) -> Result<String, Fault> {
        Ok(match self.node(number)?.value() {
            Node::Element(element) => element.name().to_owned(),
            Node::Doctype(doctype) => doctype.name().to_owned(),
            Node::ProcessingInstruction(instruction) => instruction.target.to_string(),
            _ => String::new(),
        })
    }

    pub fn namespace(&self, number: u32) -> Result<String, Fault> {
        Ok(self.element(number)?.name.ns.to_string())
    }

    pub fn is_html(&self, number: u32) -> Result<bool, Fault> {
        Ok(self.element(number)?.name.ns == ns!(html))
    }

    pub fn parent(&mut self, number: u32) -> Result<u32, Fault> {
        // A template is no parent of its contents.
        let id = self.node(number)?.parent().filter(|_| !self.is_fragment(number)).map(|node| node.id());
        Ok(self.number_or_none(id))
    }

    fn is_fragment(&self, number: u32) -> bool {
        self.node(number).is_ok_and(|node| node.value().is_fragment())
    }

    pub fn first(&mut self, number: u32) -> Result<u32, Fault> {
        let id = first_child(self.node(number)?).map(|node| node.id());
        Ok(self.number_or_none(id))
    }

    pub fn last(&mut self, number: u32) -> Result<u32, Fault> {
        let id = self.node(number)?.last_child().filter(|node| !node.value().is_fragment()).map(|node| node.id());
        Ok(self.number_or_none(id))
    }

    pub fn next(&mut self, number: u32) -> Result<u32, Fault> {
        let id = self.node(number)?.next_sibling().map(|node| node.id());
        Ok(self.number_or_none(id))
    }

    pub fn previous(&mut self, number: u32) -> Result<u32, Fault> {
        let id = self.node(number)?.prev_sibling().filter(|node| !node.value().is_fragment()).map(|node| node.id());
        Ok(self.number_or_none(id))
    }

    pub fn children(&mut self, number: u32) -> Result<Vec<u32>, Fault> {
        let children = self.node(number)?.children().filter(|node| !node.value().is_fragment());
        let ids = children.map(|node| node.id()).collect();
        Ok(self.numbers_of(ids))
    }

    pub fn contains(&self, number: u32, other: u32) -> Result<bool, Fault> {
        let id = self.id(number)?;
        let other = self.node(other)?;
        Ok(other.id() == id || other.ancestors().any(|node| node.id() == id))
    }

    /// Whether a node comes before another one of the same tree.
    pub fn precedes(&self, number: u32, other: u32) -> Result<bool, Fault> {
        let (node, other) = (self.id(number)?, self.id(other)?);
        let root = self.page.node(node).ancestors().last().unwrap_or_else(|| self.page.node(node));
        let first = Descendants::of(root).map(|each| each.id()).find(|id| *id == node || *id == other);
        Ok(first == Some(node))
    }

    pub fn data(&self, number: u32) -> Result<String, Fault> {
        Ok(match self.node(number)?.value() {
            Node::Text(text) => text.text.to_string(),
            Node::Comment(comment) => comment.comment.to_string(),
            Node::ProcessingInstruction(instruction) => instruction.data.to_string(),
            _ => String::new(),
        })
    }

    pub fn text_content(&self, number: u32) -> Result<String, Fault> {
        Ok(self.page.text_content(self.id(number)?))
    }

    pub fn attribute(&self, number: u32, name: &str) -> Result<Option<String>, Fault> {
        Ok(self.element(number)?.attr(name).map(str::to_owned))
    }

    pub fn attribute_names(&self, number: u32) -> Result<Vec<String>, Fault> {
        Ok(self.element(number)?.attrs().map(|(name, _)| name.to_owned()).collect())
    }

    pub fn inner_html(&self, number: u32) -> Result<String, Fault> {
        Ok(fragment::inner_html(self.node(number)?))
    }

    pub fn outer_html(&self, number: u32) -> Result<String, Fault> {
        Ok(fragment::outer_html(self.node(number)?))
    }

    /// What a template holds; nothing for other elements.
    pub fn template_content(&mut self, number: u32) -> Result<u32, Fault> {
        let content = self.node(number)?.first_child().filter(|node| node.value().is_fragment()).map(|node| node.id());
        Ok(self.number_or_none(content))
    }
}
