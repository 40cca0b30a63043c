//! The page as scripts see it: nodes by number, and the changes that a script may make.
//!
//! Numbers begin at 1; 0 stands for no node. A number is given out by the tree alone and stays valid.

mod bases;
mod changing;
mod reading;
mod searching;

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::mem;

use ego_tree::{NodeId, NodeRef};
use scraper::Node;
use scraper::node::Element;
use url::Url;

use bases::Bases;

use crate::extract::deadline::Deadline;
use crate::extract::{Config, ExtractError, Page};

pub(super) const NONE: u32 = 0;

/// A page, with the numbers of those nodes that scripts have seen. The document is 1.
pub(super) struct Tree {
    pub(super) page: Page,
    ids: Vec<NodeId>,
    numbers: HashMap<NodeId, u32, BuildHasherDefault<IdHasher>>,
    /// What links are relative to; forgotten when a `<base>` comes, goes or changes.
    base: Option<Url>,
    bases: Bases,
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

/// Spreads node ids, which count up, over a table. Nobody can choose them, so more care is not needed.
#[derive(Default)]
struct IdHasher(u64);

impl Hasher for IdHasher {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_usize(usize::from(*byte));
        }
    }

    fn write_usize(&mut self, id: usize) {
        self.0 = (self.0.rotate_left(8) ^ id as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

/// A tree before its page comes.
impl Default for Tree {
    fn default() -> Self {
        let config = Config::default();
        Self::new(Page::empty(), &config, Deadline::after(config.max_duration))
    }
}

impl Tree {
    pub fn new(page: Page, config: &Config, deadline: Deadline) -> Self {
        let mut bases = Bases::default();
        bases.note(page.tree().root());
        let mut tree = Self {
            page,
            bases,
            ids: Vec::new(),
            numbers: HashMap::default(),
            base: None,
            max_nodes: config.max_nodes,
            max_depth: config.max_depth,
            deadline,
        };
        tree.number(tree.page.tree().root().id());
        tree
    }

    /// Gives the page back, and is empty again.
    pub fn take_page(&mut self) -> Page {
        mem::take(self).page
    }

    pub fn number(&mut self, id: NodeId) -> u32 {
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

    pub fn id(&self, number: u32) -> Result<NodeId, Fault> {
        let index = (number as usize).checked_sub(1);
        let id = index.and_then(|index| self.ids.get(index));
        id.copied().ok_or_else(|| Fault::new("NotFoundError", "there is no such node"))
    }

    fn node(&self, number: u32) -> Result<NodeRef<'_, Node>, Fault> {
        Ok(self.page.node(self.id(number)?))
    }

    pub fn element(&self, number: u32) -> Result<&Element, Fault> {
        let element = self.node(number)?.value().as_element();
        element.ok_or_else(|| Fault::new("NotSupportedError", "this is not an element"))
    }

    pub fn base(&mut self) -> &Url {
        let page = &self.page;
        self.base.get_or_insert_with(|| page.base())
    }

    /// Forgets what built-in filters may have changed unseen.
    pub fn look_again(&mut self) {
        self.base = None;
    }
}
