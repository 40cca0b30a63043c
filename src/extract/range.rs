//! Ranges between two elements, after the DOM Standard, section 5.
//!
//! Declarations set both ends before or after an element, so a range never cuts a text.

use ego_tree::NodeId;

use super::css::Css;
use super::deadline::Deadline;
use super::fragment::{Fragment, Step};
use super::{ExtractError, Page};
use crate::domain::Edge;

/// A place between two siblings, or after the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Boundary {
    parent: NodeId,
    /// The child that follows.
    next: Option<NodeId>,
}

/// What lies between two places of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Range {
    start: Boundary,
    end: Boundary,
    /// Whether the end was found before the start, so that the range holds nothing.
    pub is_reversed: bool,
}

impl Range {
    /// The range between the first matches of both ends. An end before the start collapses it.
    pub(super) fn find(
        page: &Page,
        (start, end, declared): (&Edge, &Edge, &str),
        deadline: &Deadline,
    ) -> Result<Self, ExtractError> {
        let missing = |end: &'static str| ExtractError::RangeEndMissing { end: end.into(), range: declared.to_owned() };
        let first = Css::parse(start.css())?.first(page, deadline)?;
        let last = Css::parse(end.css())?.first(page, deadline)?;
        let start = boundary(page, start, first.ok_or_else(|| missing("start"))?);
        let end = boundary(page, end, last.ok_or_else(|| missing("end"))?);
        let is_reversed = is_before(page, end, start);
        let start = if is_reversed { end } else { start };
        Ok(Self { start, end, is_reversed })
    }

    /// Adds a copy of what the range holds, with partial copies of the elements that it cuts.
    pub(super) fn copy_into(&self, page: &Page, fragment: &mut Fragment) -> Result<(), ExtractError> {
        let common = common_ancestor(page, self.start.parent, self.end.parent);
        let (opened, closed) = (path(page, common, self.start.parent), path(page, common, self.end.parent));
        for id in &opened {
            fragment.push(Step::Open(*id))?;
        }
        let mut next = self.start.next;
        let mut parent = self.start.parent;
        for id in opened.iter().rev() {
            copy_siblings(page, next, None, fragment)?;
            fragment.push(Step::Close)?;
            next = following(page, *id);
            parent = page.node(*id).parent().map_or(parent, |above| above.id());
        }
        for id in &closed {
            copy_siblings(page, next, Some(*id), fragment)?;
            fragment.push(Step::Open(*id))?;
            next = page.node(*id).first_child().map(|child| child.id());
        }
        copy_siblings(page, next, self.end.next, fragment)?;
        for _ in &closed {
            fragment.push(Step::Close)?;
        }
        Ok(())
    }

    /// Takes what the range holds out of the page.
    pub(super) fn delete(&self, page: &mut Page, others: &mut [Range]) {
        let common = common_ancestor(page, self.start.parent, self.end.parent);
        let mut doomed = Vec::new();
        let (opened, closed) = (path(page, common, self.start.parent), path(page, common, self.end.parent));
        let mut next = self.start.next;
        for id in opened.iter().rev() {
            collect_siblings(page, next, None, &mut doomed);
            next = following(page, *id);
        }
        for id in &closed {
            collect_siblings(page, next, Some(*id), &mut doomed);
            next = page.node(*id).first_child().map(|child| child.id());
        }
        collect_siblings(page, next, self.end.next, &mut doomed);
        for id in doomed {
            remove(page, id, others);
        }
    }

    /// Moves the ends out of a node that is about to be removed.
    fn leave(&mut self, page: &Page, removed: NodeId) {
        self.start = left(page, self.start, removed);
        self.end = left(page, self.end, removed);
    }
}

/// Removes a node from the page; ranges that begin or end in it or before it now do so where it was.
pub(super) fn remove(page: &mut Page, id: NodeId, ranges: &mut [Range]) {
    for range in ranges {
        range.leave(page, id);
    }
    page.remove(id);
}

fn left(page: &Page, place: Boundary, removed: NodeId) -> Boundary {
    let node = page.node(removed);
    let Some(parent) = node.parent() else { return place };
    let is_inside = place.parent == removed || page.node(place.parent).ancestors().any(|above| above.id() == removed);
    if is_inside || place.next == Some(removed) {
        return Boundary { parent: parent.id(), next: following(page, removed) };
    }
    place
}

fn boundary(page: &Page, edge: &Edge, id: NodeId) -> Boundary {
    let parent = page.node(id).parent().map_or(id, |parent| parent.id());
    match edge {
        Edge::Before(_) => Boundary { parent, next: Some(id) },
        Edge::After(_) => Boundary { parent, next: following(page, id) },
    }
}

fn following(page: &Page, id: NodeId) -> Option<NodeId> {
    page.node(id).next_sibling().map(|sibling| sibling.id())
}

/// The ancestors from just below `top` down to `id`, that one included; empty if `id` is `top`.
fn path(page: &Page, top: NodeId, id: NodeId) -> Vec<NodeId> {
    if id == top {
        return Vec::new();
    }
    let mut path = vec![id];
    path.extend(page.node(id).ancestors().map(|above| above.id()).take_while(|above| *above != top));
    path.reverse();
    path
}

/// From the root down to `id`, that one included.
fn lineage(page: &Page, id: NodeId) -> Vec<NodeId> {
    let mut lineage = vec![id];
    lineage.extend(page.node(id).ancestors().map(|above| above.id()));
    lineage.reverse();
    lineage
}

fn common_ancestor(page: &Page, a: NodeId, b: NodeId) -> NodeId {
    let (a, b) = (lineage(page, a), lineage(page, b));
    a.iter().zip(&b).take_while(|(a, b)| a == b).last().map_or(page.tree().root().id(), |(a, _)| *a)
}

/// Whether `a` comes before `b` in document order.
fn is_before(page: &Page, a: Boundary, b: Boundary) -> bool {
    let common = common_ancestor(page, a.parent, b.parent);
    let (below_a, below_b) = (child_towards(page, common, a), child_towards(page, common, b));
    let position = |place: Place| {
        let children = page.node(common).children();
        match place {
            Place::Inside(id) => (children.take_while(|child| child.id() != id).count(), 1),
            Place::Before(id) => (children.take_while(|child| Some(child.id()) != id).count(), 0),
        }
    };
    position(below_a) < position(below_b)
}

/// Where a boundary lies as seen from the children of an ancestor.
enum Place {
    Inside(NodeId),
    Before(Option<NodeId>),
}

fn child_towards(page: &Page, top: NodeId, place: Boundary) -> Place {
    match path(page, top, place.parent).first() {
        Some(child) => Place::Inside(*child),
        None => Place::Before(place.next),
    }
}

fn copy_siblings(
    page: &Page,
    from: Option<NodeId>,
    until: Option<NodeId>,
    fragment: &mut Fragment,
) -> Result<(), ExtractError> {
    let mut siblings = Vec::new();
    collect_siblings(page, from, until, &mut siblings);
    siblings.into_iter().try_for_each(|id| fragment.copy(page, id))
}

/// The siblings from `from` on, up to `until`, that one not included.
fn collect_siblings(page: &Page, from: Option<NodeId>, until: Option<NodeId>, found: &mut Vec<NodeId>) {
    let mut next = from;
    while next != until {
        let Some(id) = next else { break };
        found.push(id);
        next = following(page, id);
    }
}
