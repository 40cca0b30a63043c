//! Changes to a page's tree, by the names that the DOM gives them.
//!
//! Whatever filters do to a page goes through here. Nothing recurses: a page may be nested deeply. scraper's elements
//! remember their id and classes, so an element whose attributes change is replaced.

use std::collections::HashMap;

use ego_tree::{NodeId, NodeRef};
use html5ever::driver::parse_fragment;
use html5ever::tendril::TendrilSink;
use html5ever::{Attribute, LocalName, QualName, local_name, ns};
use scraper::node::{Element, Text};
use scraper::{ElementRef, Html, HtmlTreeSink, Node, StrTendril};

use super::page::{Descendants, without_scripting};
use super::{ExtractError, Page, css};

impl Page {
    /// Takes a node, and all below it, out of the page.
    pub fn remove(&mut self, id: NodeId) {
        if let Some(mut node) = self.tree_mut().get_mut(id) {
            node.detach();
        }
    }

    /// A new element that stands nowhere yet.
    pub fn create_element(&mut self, name: &str) -> NodeId {
        let name = QualName::new(None, ns!(html), LocalName::from(name.to_ascii_lowercase()));
        self.tree_mut().orphan(Node::Element(Element::new(name, Vec::new()))).id()
    }

    /// A new text that stands nowhere yet.
    pub fn create_text(&mut self, text: &str) -> NodeId {
        self.tree_mut().orphan(Node::Text(Text { text: StrTendril::from_slice(text) })).id()
    }

    /// Makes a node the last child of another. Nothing happens if that is the node itself or below it.
    pub fn append(&mut self, parent: NodeId, child: NodeId) {
        if !self.contains(child, parent)
            && let Some(mut parent) = self.tree_mut().get_mut(parent)
        {
            parent.append_id(child);
        }
    }

    /// Puts a node before a sibling. Nothing happens if that has no parent, or is the node itself or below it.
    pub fn insert_before(&mut self, sibling: NodeId, node: NodeId) {
        if self.node(sibling).parent().is_some() && !self.contains(node, sibling) {
            self.remove(node);
            if let Some(mut sibling) = self.tree_mut().get_mut(sibling) {
                sibling.insert_id_before(node);
            }
        }
    }

    /// Puts a node in the place of another.
    pub fn replace(&mut self, old: NodeId, new: NodeId) {
        if old != new {
            self.insert_before(old, new);
            self.remove(old);
        }
    }

    /// Takes out an element and leaves its children in its place. Texts that then touch become one.
    pub fn unwrap(&mut self, id: NodeId) {
        let children: Vec<_> = self.node(id).children().map(|child| child.id()).collect();
        for child in children {
            self.insert_before(id, child);
            self.merge_into_previous(child);
        }
        let next = self.node(id).next_sibling().map(|next| next.id());
        self.remove(id);
        if let Some(next) = next {
            self.merge_into_previous(next);
        }
    }

    /// Whether a node is another or stands above it.
    pub fn contains(&self, above: NodeId, id: NodeId) -> bool {
        above == id || self.node(id).ancestors().any(|ancestor| ancestor.id() == above)
    }

    /// A copy of a node and all below it that stands nowhere yet.
    pub fn clone_node(&mut self, id: NodeId) -> NodeId {
        let nodes = flatten(self.node(id));
        self.graft(nodes)
    }

    /// The value of an attribute.
    pub fn attribute(&self, id: NodeId, name: &str) -> Option<&str> {
        self.element(id)?.attr(name)
    }

    /// Sets an attribute, keeping its place among the others.
    pub fn set_attribute(&mut self, id: NodeId, name: &str, value: &str) {
        self.change_attributes(id, |attributes| {
            let name = QualName::new(None, ns!(), LocalName::from(name));
            match attributes.iter_mut().find(|attribute| attribute.name == name) {
                Some(attribute) => attribute.value = StrTendril::from_slice(value),
                None => attributes.push(Attribute { name, value: StrTendril::from_slice(value) }),
            }
        });
    }

    pub fn remove_attribute(&mut self, id: NodeId, name: &str) {
        self.change_attributes(id, |attributes| attributes.retain(|attribute| *attribute.name.local != *name));
    }

    /// The text of a node and all below it, without comments.
    pub fn text_content(&self, id: NodeId) -> String {
        let node = self.node(id);
        let all = std::iter::once(node).chain(Descendants::of(node));
        all.filter_map(|node| node.value().as_text().map(|text| &text[..])).collect()
    }

    /// Replaces the children of a node by one text; a text by another.
    pub fn set_text_content(&mut self, id: NodeId, text: &str) {
        if self.node(id).value().is_text() {
            if let Some(mut node) = self.tree_mut().get_mut(id) {
                *node.value() = Node::Text(Text { text: StrTendril::from_slice(text) });
            }
            return;
        }
        self.remove_children(id);
        if !text.is_empty() {
            let text = self.create_text(text);
            self.append(id, text);
        }
    }

    /// What is inside an element, as HTML.
    pub fn inner_html(&self, id: NodeId) -> String {
        ElementRef::wrap(self.node(id)).map(|element| element.inner_html()).unwrap_or_default()
    }

    /// An element with what is inside it, as HTML.
    pub fn outer_html(&self, id: NodeId) -> String {
        ElementRef::wrap(self.node(id)).map(|element| element.html()).unwrap_or_default()
    }

    /// Replaces the children of an element by what some HTML means there.
    pub fn set_inner_html(&mut self, id: NodeId, html: &str) {
        let Some(context) = self.element(id).map(|element| element.name.clone()) else { return };
        let sink = HtmlTreeSink::new(Html::new_fragment());
        let parsed = parse_fragment(sink, without_scripting(), context, Vec::new(), false).one(html);
        self.remove_children(id);
        // The parsed nodes stand in an `html` element that the parser makes up.
        let roots = parsed.tree.root().children().flat_map(|root| root.children());
        for nodes in roots.map(flatten).collect::<Vec<_>>() {
            let node = self.graft(nodes);
            self.append(id, node);
        }
    }

    /// All elements of the page that match a CSS selector, in document order.
    pub fn query_all(&self, css: &str) -> Result<Vec<NodeId>, ExtractError> {
        css::Css::parse(css)?.all(self, &super::deadline::Deadline::after(super::Config::default().max_duration))
    }

    /// Whether an element matches a CSS selector.
    pub fn matches(&self, id: NodeId, css: &str) -> Result<bool, ExtractError> {
        Ok(css::Css::parse(css)?.is_match(self, id))
    }

    fn remove_children(&mut self, id: NodeId) {
        let children: Vec<_> = self.node(id).children().map(|child| child.id()).collect();
        for child in children {
            self.remove(child);
        }
    }

    /// Joins a text to the text before it, if there is one.
    fn merge_into_previous(&mut self, id: NodeId) {
        let node = self.node(id);
        let (Some(previous), Some(text)) = (node.prev_sibling(), node.value().as_text()) else { return };
        let Some(before) = previous.value().as_text() else { return };
        let (joined, previous) = (format!("{}{}", &before[..], &text[..]), previous.id());
        self.set_text_content(previous, &joined);
        self.remove(id);
    }

    fn graft(&mut self, nodes: Vec<(usize, Node)>) -> NodeId {
        let mut ids: Vec<NodeId> = Vec::with_capacity(nodes.len());
        for (at, (parent, node)) in nodes.into_iter().enumerate() {
            let id = self.tree_mut().orphan(node).id();
            ids.push(id);
            if at > 0
                && let Some(mut parent) = self.tree_mut().get_mut(ids[parent])
            {
                parent.append_id(id);
            }
        }
        ids[0]
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

/// A node and all below it in document order, each with the place of its parent in the list.
fn flatten(top: NodeRef<'_, Node>) -> Vec<(usize, Node)> {
    let mut places: HashMap<NodeId, usize> = HashMap::new();
    let mut nodes = Vec::new();
    for node in top.descendants() {
        let parent = node.parent().and_then(|parent| places.get(&parent.id()).copied()).unwrap_or(0);
        places.insert(node.id(), nodes.len());
        nodes.push((parent, node.value().clone()));
    }
    nodes
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

        assert!(page.matches(p, ".b").unwrap() && !page.matches(p, ".a").unwrap());
    }

    #[test]
    fn html_is_parsed_as_its_place_asks() {
        let (mut page, body) = page("<table><tbody><tr></table>");
        let row = first(&page, "tr");

        page.set_inner_html(row, "<td>a<td>b");

        assert_eq!(page.inner_html(body), "<table><tbody><tr><td>a</td><td>b</td></tr></tbody></table>");
    }

    #[test]
    fn a_copy_stands_nowhere_until_it_is_inserted() {
        let (mut page, body) = page("<p>a <b>b</b></p>");
        let p = first(&page, "p");

        let copy = page.clone_node(p);
        page.set_text_content(first(&page, "b"), "c");
        page.insert_before(p, copy);

        assert_eq!(page.inner_html(body), "<p>a <b>b</b></p><p>a <b>c</b></p>");
    }

    #[test]
    fn an_element_cannot_be_put_into_itself() {
        let (mut page, body) = page("<div><p>a</p></div>");
        let (div, p) = (first(&page, "div"), first(&page, "p"));

        page.append(p, div);
        page.insert_before(p, div);

        assert_eq!(page.inner_html(body), "<div><p>a</p></div>");
    }

    #[test]
    fn elements_that_a_drop_down_list_cannot_hold_leave_their_text() {
        let (page, body) = page("<select><div><option>a<i>b</i>c</option></div></select>");

        assert_eq!(page.inner_html(body), "<select><option>abc</option></select>");
    }
}
