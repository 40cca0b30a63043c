//! Changes to a page's tree, by the names that the DOM gives them.
//!
//! scraper's elements remember their id and classes, so an element whose attributes change is replaced.

use ego_tree::{NodeId, NodeRef};
use html5ever::{Attribute, LocalName, QualName, local_name, ns};
use scraper::node::{Element, Text};
use scraper::{Node, StrTendril};

use super::Page;
use super::page::Descendants;

impl Page {
    /// Takes a node, and all below it, out of the page.
    pub(super) fn remove(&mut self, id: NodeId) {
        if let Some(mut node) = self.tree_mut().get_mut(id) {
            node.detach();
        }
    }

    /// Sets an attribute, keeping its place among the others.
    pub(super) fn set_attribute(&mut self, id: NodeId, name: &str, value: &str) {
        self.change_attributes(id, |attributes| {
            let name = QualName::new(None, ns!(), LocalName::from(name));
            match attributes.iter_mut().find(|attribute| attribute.name == name) {
                Some(attribute) => attribute.value = StrTendril::from_slice(value),
                None => attributes.push(Attribute { name, value: StrTendril::from_slice(value) }),
            }
        });
    }

    /// Drops an attribute.
    pub(super) fn remove_attribute(&mut self, id: NodeId, name: &str) {
        self.change_attributes(id, |attributes| attributes.retain(|attribute| &*attribute.name.local != name));
    }

    /// The text of a node and all below it, without comments.
    pub(super) fn text_content(&self, id: NodeId) -> String {
        let node = self.node(id);
        let below = Descendants::of(node);
        std::iter::once(node).chain(below).filter_map(|node| node.value().as_text().map(|text| &text[..])).collect()
    }

    /// Replaces the children of a node by one text.
    pub(super) fn set_text_content(&mut self, id: NodeId, text: &str) {
        let children: Vec<_> = self.node(id).children().map(|child| child.id()).collect();
        for child in children {
            self.remove(child);
        }
        if let Some(mut node) = self.tree_mut().get_mut(id)
            && !text.is_empty()
        {
            node.append(Node::Text(Text { text: StrTendril::from_slice(text) }));
        }
    }

    fn change_attributes(&mut self, id: NodeId, change: impl FnOnce(&mut Vec<Attribute>)) {
        let Some(element) = self.element(id) else { return };
        let name = element.name.clone();
        let mut attributes: Vec<_> =
            element.attrs.iter().map(|(name, value)| Attribute { name: name.clone(), value: value.clone() }).collect();
        change(&mut attributes);
        if let Some(mut node) = self.tree_mut().get_mut(id) {
            *node.value() = Node::Element(Element::new(name, attributes));
        }
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
