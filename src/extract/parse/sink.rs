//! Puts what is parsed into the tree, with two peculiarities of jsdom 29 that archived texts show.
//!
//! Text that stands in a table but in none of its cells belongs before the table; jsdom puts it at the end of what holds
//! the table, unless there is a text right before the table already. And where a page has several `<html>` or `<body>` tags,
//! the attributes of later ones win, not those of the first.

use std::borrow::Cow;
use std::cell::{Cell, Ref};

use ego_tree::NodeId;
use html5ever::tendril::StrTendril;
use html5ever::tree_builder::{ElementFlags, NodeOrText, QuirksMode, TreeSink};
use html5ever::{Attribute, QualName, expanded_name, local_name, ns};
use scraper::node::Text;
use scraper::{Html, HtmlTreeSink, Node};

/// An element that changes how what follows is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Opened {
    List(NodeId),
    Template,
}

/// A tree that is being built.
pub(super) struct Sink {
    tree: HtmlTreeSink,
    /// Such an element that was made since this was last asked.
    opened: Cell<Option<Opened>>,
    /// The text that was put behind a table last, if nothing but text has come since.
    behind_table: Cell<Option<NodeId>>,
}

impl Sink {
    pub(super) fn new(html: Html) -> Self {
        Self { tree: HtmlTreeSink::new(html), opened: Cell::new(None), behind_table: Cell::new(None) }
    }

    pub(super) fn html(&self) -> Ref<'_, Html> {
        self.tree.0.borrow()
    }

    pub(super) fn take_opened(&self) -> Option<Opened> {
        self.opened.take()
    }

    /// Told of each tag: texts before and after it are two.
    pub(super) fn end_text(&self) {
        self.behind_table.set(None);
    }

    /// The element that holds a table, if text of the table is to be put at its end.
    fn holder_of(&self, table: NodeId) -> Option<NodeId> {
        let html = self.html();
        let table = html.tree.get(table)?;
        let follows_text = table.prev_sibling().is_some_and(|node| node.value().is_text());
        table.parent().filter(|_| !follows_text).map(|parent| parent.id())
    }

    /// Adds words and the white space between them as texts of their own, as they come from parse5's tokenizer.
    fn append_in_runs(&self, parent: NodeId, text: &str) {
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            let is_white = is_white(first);
            let (run, after) = rest.split_at(rest.find(|c| self::is_white(c) != is_white).unwrap_or(rest.len()));
            self.append_run(parent, run, is_white);
            rest = after;
        }
    }

    fn append_run(&self, parent: NodeId, run: &str, run_is_white: bool) {
        let mut html = self.tree.0.borrow_mut();
        if let Some(mut node) = self.behind_table.get().and_then(|last| html.tree.get_mut(last))
            && let Node::Text(text) = node.value()
            && text.text.ends_with(is_white) == run_is_white
        {
            text.text.push_slice(run);
            return;
        }
        let Some(mut parent) = html.tree.get_mut(parent) else { return };
        let text = parent.append(Node::Text(Text { text: scraper::StrTendril::from_slice(run) }));
        self.behind_table.set(Some(text.id()));
    }
}

fn is_white(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\x0c')
}

impl TreeSink for Sink {
    type Output = Html;
    type Handle = NodeId;
    type ElemName<'a> = Ref<'a, QualName>;

    fn create_element(&self, name: QualName, attributes: Vec<Attribute>, flags: ElementFlags) -> NodeId {
        let opened = name.expanded();
        let (is_list, is_template) =
            (opened == expanded_name!(html "select"), opened == expanded_name!(html "template"));
        let id = self.tree.create_element(name, attributes, flags);
        if is_list {
            self.opened.set(Some(Opened::List(id)));
        } else if is_template {
            self.opened.set(Some(Opened::Template));
        }
        id
    }

    fn append_based_on_parent_node(&self, table: &NodeId, above: &NodeId, child: NodeOrText<NodeId>) {
        match child {
            NodeOrText::AppendText(text) if let Some(holder) = self.holder_of(*table) => {
                self.append_in_runs(holder, &text);
            }
            child => self.tree.append_based_on_parent_node(table, above, child),
        }
    }

    fn add_attrs_if_missing(&self, target: &NodeId, attributes: Vec<Attribute>) {
        let mut html = self.tree.0.borrow_mut();
        if let Some(mut node) = html.tree.get_mut(*target)
            && let Node::Element(element) = node.value()
        {
            let later = attributes.into_iter().map(|attribute| (attribute.name, attribute.value));
            element.attrs.extend(later);
        }
    }

    fn finish(self) -> Html {
        self.tree.finish()
    }

    fn parse_error(&self, message: Cow<'static, str>) {
        self.tree.parse_error(message);
    }

    fn set_quirks_mode(&self, mode: QuirksMode) {
        self.tree.set_quirks_mode(mode);
    }

    fn get_document(&self) -> NodeId {
        self.tree.get_document()
    }

    fn same_node(&self, one: &NodeId, other: &NodeId) -> bool {
        one == other
    }

    fn elem_name<'a>(&'a self, target: &'a NodeId) -> Ref<'a, QualName> {
        self.tree.elem_name(target)
    }

    fn create_comment(&self, text: StrTendril) -> NodeId {
        self.end_text();
        self.tree.create_comment(text)
    }

    fn create_pi(&self, target: StrTendril, data: StrTendril) -> NodeId {
        self.tree.create_pi(target, data)
    }

    fn append_doctype_to_document(&self, name: StrTendril, public_id: StrTendril, system_id: StrTendril) {
        self.tree.append_doctype_to_document(name, public_id, system_id);
    }

    fn append(&self, parent: &NodeId, child: NodeOrText<NodeId>) {
        self.tree.append(parent, child);
    }

    fn append_before_sibling(&self, sibling: &NodeId, child: NodeOrText<NodeId>) {
        self.tree.append_before_sibling(sibling, child);
    }

    fn remove_from_parent(&self, target: &NodeId) {
        self.tree.remove_from_parent(target);
    }

    fn reparent_children(&self, node: &NodeId, new_parent: &NodeId) {
        self.tree.reparent_children(node, new_parent);
    }

    fn get_template_contents(&self, target: &NodeId) -> NodeId {
        self.tree.get_template_contents(target)
    }

    fn mark_script_already_started(&self, node: &NodeId) {
        self.tree.mark_script_already_started(node);
    }
}
