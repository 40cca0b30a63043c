//! What was selected of a page, as a walk over its nodes: a copy without copying.

use ego_tree::NodeId;
use scraper::Node;

use super::page::first_child;
use super::{ExtractError, Page};

/// One step of a walk through selected nodes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// Into an element.
    Open(NodeId),
    /// Over a text or a comment.
    Leaf(NodeId),
    /// Out of the element opened last.
    Close,
}

/// A list of nodes that belong to a page, whole or in part, each as often as it was selected.
#[derive(Debug)]
pub(super) struct Fragment {
    steps: Vec<Step>,
    limit: usize,
}

impl Fragment {
    /// An empty fragment that can hold `limit` nodes.
    pub(super) fn with_limit(limit: usize) -> Self {
        Self { steps: Vec::new(), limit }
    }

    pub(super) fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// Whether there is an element in it. Texts alone do not count as a match.
    pub(super) fn has_element(&self) -> bool {
        self.steps.iter().any(|step| matches!(step, Step::Open(_)))
    }

    pub(super) fn push(&mut self, step: Step) -> Result<(), ExtractError> {
        // An element takes two steps.
        if self.steps.len() >= self.limit.saturating_mul(2) {
            return Err(ExtractError::TooLarge {
                what: "selected nodes".into(),
                found: self.steps.len() / 2,
                limit: self.limit,
            });
        }
        self.steps.push(step);
        Ok(())
    }

    /// Adds a node with all that is below it.
    pub(super) fn copy(&mut self, page: &Page, id: NodeId) -> Result<(), ExtractError> {
        let mut node = page.node(id);
        loop {
            if let Some(child) = self.enter(page, node.id())? {
                node = page.node(child);
                continue;
            }
            while node.id() != id && node.next_sibling().is_none() {
                self.push(Step::Close)?;
                node = node.parent().expect("a node below another has a parent");
            }
            if node.id() == id {
                return Ok(());
            }
            node = node.next_sibling().expect("the loop above stopped at a node with a next sibling");
        }
    }

    /// Adds one node and says which child comes next. A childless element is closed at once.
    fn enter(&mut self, page: &Page, id: NodeId) -> Result<Option<NodeId>, ExtractError> {
        let node = page.node(id);
        match node.value() {
            Node::Element(_) => {
                self.push(Step::Open(id))?;
                let child = first_child(node).map(|child| child.id());
                if child.is_none() {
                    self.push(Step::Close)?;
                }
                Ok(child)
            }
            Node::Text(_) | Node::Comment(_) | Node::ProcessingInstruction(_) => {
                self.push(Step::Leaf(id))?;
                Ok(None)
            }
            Node::Document | Node::Fragment | Node::Doctype(_) => Ok(None),
        }
    }
}
