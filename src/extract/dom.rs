//! Changes to a page's tree, by the names that the DOM gives them.
//!
//! Nothing recurses: a page may be nested deeply. scraper's elements remember their id and classes, so an element is
//! replaced where one of these changes.

use std::mem;

use ego_tree::{NodeId, NodeRef};
use html5ever::{LocalName, QualName, local_name, ns};
use scraper::node::{Attributes, Element, Text};
use scraper::{Node, StrTendril};

use super::css::Css;
use super::deadline::Deadline;
use super::page::Descendants;
use super::{Config, ExtractError, Page};

impl Page {
    /// What is inside an element, as HTML.
    #[cfg(test)]
    pub(super) fn html_in(&self, id: NodeId) -> String {
        scraper::ElementRef::wrap(self.node(id)).map(|element| element.inner_html()).unwrap_or_default()
    }

    /// Takes a node, and all below it, out of the page.
    pub(super) fn remove(&mut self, id: NodeId) {
        if let Some(mut node) = self.tree_mut().get_mut(id) {
            node.detach();
        }
    }

    /// A new text that stands nowhere yet.
    pub(super) fn create_text(&mut self, text: &str) -> NodeId {
        self.tree_mut().orphan(Node::Text(Text { text: StrTendril::from_slice(text) })).id()
    }

    /// Puts a node before a sibling. Nothing happens if that has no parent, or is the node itself or below it.
    pub(super) fn insert_before(&mut self, sibling: NodeId, node: NodeId) {
        if self.node(sibling).parent().is_some() && !self.contains(node, sibling) {
            self.remove(node);
            if let Some(mut sibling) = self.tree_mut().get_mut(sibling) {
                sibling.insert_id_before(node);
            }
        }
    }

    /// Puts a node in the place of another.
    pub(super) fn replace(&mut self, old: NodeId, new: NodeId) {
        if old != new {
            self.insert_before(old, new);
            self.remove(old);
        }
    }

    /// Whether a node is another or stands above it.
    pub(super) fn contains(&self, above: NodeId, id: NodeId) -> bool {
        above == id || self.node(id).ancestors().any(|ancestor| ancestor.id() == above)
    }

    /// The value of an attribute.
    pub(super) fn attribute(&self, id: NodeId, name: &str) -> Option<&str> {
        self.element(id)?.attr(name)
    }

    /// Sets an attribute, keeping its place among the others.
    pub(super) fn set_attribute(&mut self, id: NodeId, name: &str, value: &str) {
        let local = LocalName::from(name);
        self.change_attributes(id, &local, |attributes| {
            attributes.insert(QualName::new(None, ns!(), local.clone()), StrTendril::from_slice(value));
        });
    }

    pub(super) fn remove_attribute(&mut self, id: NodeId, name: &str) {
        let local = LocalName::from(name);
        self.change_attributes(id, &local, |attributes| attributes.retain(|name, _| name.local != local));
    }

    /// The text of a node and all below it, without comments.
    pub(super) fn text_content(&self, id: NodeId) -> String {
        let node = self.node(id);
        let all = std::iter::once(node).chain(Descendants::of(node));
        all.filter_map(|node| node.value().as_text().map(|text| &text[..])).collect()
    }

    /// Replaces the children of a node by one text; a text by another.
    pub(super) fn set_text_content(&mut self, id: NodeId, text: &str) {
        if self.node(id).value().is_text() {
            if let Some(mut node) = self.tree_mut().get_mut(id) {
                *node.value() = Node::Text(Text { text: StrTendril::from_slice(text) });
            }
            return;
        }
        self.remove_children(id);
        if let Some(mut node) = self.tree_mut().get_mut(id)
            && !text.is_empty()
        {
            node.append(Node::Text(Text { text: StrTendril::from_slice(text) }));
        }
    }

    /// All elements of the page that match a CSS selector, in document order.
    pub(super) fn query_all(&self, css: &str) -> Result<Vec<NodeId>, ExtractError> {
        Css::parse(css)?.all(self, &Deadline::after(Config::default().max_duration))
    }

    fn remove_children(&mut self, id: NodeId) {
        let children: Vec<_> = self.node(id).children().map(|child| child.id()).collect();
        for child in children {
            self.remove(child);
        }
    }

    /// Changes the attribute of this name.
    fn change_attributes(&mut self, id: NodeId, name: &LocalName, change: impl FnOnce(&mut Attributes)) {
        let Some(mut node) = self.tree_mut().get_mut(id) else { return };
        let Node::Element(element) = node.value() else { return };
        if matches!(*name, local_name!("id") | local_name!("class")) {
            // What an element remembers of its id and classes goes with it.
            let attributes = mem::take(&mut element.attrs);
            *element = Element::new(element.name.clone(), Vec::new());
            element.attrs = attributes;
        }
        change(&mut element.attrs);
    }
}

/// Takes scripts and style sheets out of the page, which are no part of any terms.
pub(super) fn drop_scripts_and_styles(page: &mut Page) {
    let doomed: Vec<_> = page.elements().filter(is_script_or_style).map(|node| node.id()).collect();
    for id in doomed {
        page.remove(id);
    }
}

fn is_script_or_style(node: &NodeRef<'_, Node>) -> bool {
    let Some(element) = node.value().as_element() else { return false };
    matches!(element.name.local, local_name!("script") | local_name!("style"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(html: &str) -> (Page, NodeId) {
        let page = Page::of_test(html);
        let body = page.query_all("body").unwrap()[0];
        (page, body)
    }

    fn first(page: &Page, css: &str) -> NodeId {
        page.query_all(css).unwrap()[0]
    }

    #[test]
    fn a_changed_class_is_matched() {
        let (mut page, _) = page("<p class=a>x");
        let p = first(&page, ".a");

        page.set_attribute(p, "class", "b");

        assert!(page.query_all(".b").unwrap() == [p] && page.query_all(".a").unwrap().is_empty());
    }

    #[test]
    fn an_element_cannot_be_put_into_itself() {
        let (mut page, body) = page("<div><p>a</p></div>");
        let (div, p) = (first(&page, "div"), first(&page, "p"));

        page.insert_before(p, div);

        assert_eq!(page.html_in(body), "<div><p>a</p></div>");
    }
}
