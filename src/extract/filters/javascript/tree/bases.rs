//! The `<base>` elements of a page, so that not every change has to look for one.

use ego_tree::{NodeId, NodeRef};
use html5ever::local_name;
use scraper::Node;

use crate::extract::Page;

/// Most elements that are remembered; a page has one, if any.
const MOST: usize = 16;

/// Every `<base>` there is, in the page or not yet.
#[derive(Default)]
pub(super) struct Bases(Vec<NodeId>);

impl Bases {
    /// Remembers those that a new node is or holds, templates included.
    pub(super) fn note(&mut self, node: NodeRef<'_, Node>) {
        let is_base = |node: &NodeRef<'_, Node>| {
            node.value().as_element().is_some_and(|element| element.name.local == local_name!("base"))
        };
        let room = (MOST + 1).saturating_sub(self.0.len());
        self.0.extend(node.descendants().filter(is_base).map(|node| node.id()).take(room));
    }

    /// Whether a node is one or holds one. With too many of them the answer is yes.
    pub(super) fn any_in(&self, page: &Page, id: NodeId) -> bool {
        self.0.len() > MOST || self.0.iter().any(|base| page.contains(id, *base))
    }
}
