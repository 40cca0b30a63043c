//! What scripts read of a page: kinds, names, neighbours, texts, attributes.

use std::borrow::Cow;

use html5ever::ns;
use scraper::Node;
use scraper::node::Element;

use super::{Fault, Tree};
use crate::extract::filters::javascript::fragment;
use crate::extract::links::absolute;
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

    /// What makes scripts see a node as one of a class: an element's name if it is one of HTML, else its kind.
    pub fn class(&self, number: u32) -> Result<&str, Fault> {
        Ok(match self.node(number)?.value() {
            Node::Element(element) if element.name.ns == ns!(html) => element.name(),
            Node::Element(_) => "*",
            Node::Text(_) => "#text",
            Node::Comment(_) => "#comment",
            Node::Document => "#document",
            Node::Doctype(_) => "#doctype",
            Node::ProcessingInstruction(_) => "#instruction",
            Node::Fragment => "#fragment",
        })
    }

    pub fn tag_name(&self, number: u32) -> Result<String, Fault> {
        let element = self.element(number)?;
        let is_html = element.name.ns == ns!(html);
        Ok(if is_html { element.name().to_ascii_uppercase() } else { element.name().to_owned() })
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
        let element = self.element(number)?;
        Ok(element.attr(&attribute_name(element, name)).map(str::to_owned))
    }

    /// An attribute that holds an address, made absolute if it is valid; empty if there is none.
    pub fn address(&mut self, number: u32, name: &str) -> Result<String, Fault> {
        let Some(address) = self.attribute(number, name)? else { return Ok(String::new()) };
        Ok(absolute(self.base(), &address).map_or(address, String::from))
    }

    /// The different words of the class attribute, in order.
    pub fn classes(&self, number: u32) -> Result<Vec<String>, Fault> {
        let mut classes: Vec<String> = Vec::new();
        for class in self.element(number)?.attr("class").unwrap_or_default().split_ascii_whitespace() {
            if classes.iter().all(|other| other != class) {
                classes.push(class.to_owned());
            }
        }
        Ok(classes)
    }

    pub fn has_class(&self, number: u32, class: &str) -> Result<bool, Fault> {
        let classes = self.element(number)?.attr("class").unwrap_or_default();
        Ok(classes.split_ascii_whitespace().any(|other| other == class))
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

/// The name of an attribute as an element has it: without capitals in HTML.
pub(super) fn attribute_name<'a>(element: &Element, name: &'a str) -> Cow<'a, str> {
    if element.name.ns == ns!(html) && name.contains(|c: char| c.is_ascii_uppercase()) {
        return name.to_ascii_lowercase().into();
    }
    name.into()
}
