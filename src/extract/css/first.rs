//! Which of several matches jsdom 29's `document.querySelector` takes for the first.
//!
//! Mostly that is the first in the page. But it reads some selectors from the left: it goes on from the first element that
//! can begin a match, even if a match that begins later would come before. And of the elements that share an id, it knows
//! the first alone.

use std::collections::HashSet;

use ego_tree::{NodeId, NodeRef};
use scraper::Node;
use selectors::context::{QuirksMode, SelectorCaches};
use selectors::matching::matches_selector;
use selectors::parser::{Combinator, Component, Selector};

use super::clock::Clock;
use super::element::Candidate;
use super::syntax::Language;
use super::{Css, context};
use crate::extract::deadline::Deadline;
use crate::extract::page::Descendants;
use crate::extract::{ExtractError, Page};

/// A part of a selector between combinators.
struct Compound<'a> {
    /// Where it begins in the selector's matching order, which is from right to left.
    offset: usize,
    /// What stands between it and the compound to its left.
    joined_by: Option<Combinator>,
    components: &'a [Component<Language>],
}

impl Compound<'_> {
    fn id(&self) -> Option<&str> {
        self.components.iter().find_map(|component| match component {
            Component::ID(id) => Some(id.0.as_ref()),
            _ => None,
        })
    }

    /// Whether it is joined to the one before it by a combinator as people write them, or is the first.
    fn is_joined(&self) -> bool {
        use Combinator::{Child, Descendant, LaterSibling, NextSibling};
        matches!(self.joined_by, None | Some(Child | Descendant | LaterSibling | NextSibling))
    }

    /// Whether it is `*`, with or without attributes and pseudo-classes.
    fn is_universal(&self) -> bool {
        let names_more = |component: &Component<Language>| matches!(component, Component::ID(_) | Component::Class(_));
        self.components.contains(&Component::ExplicitUniversalType) && !self.components.iter().any(names_more)
    }
}

impl Css {
    /// The element of the page that `document.querySelector` gives.
    pub(in crate::extract) fn first(&self, page: &Page, deadline: &Deadline) -> Result<Option<NodeId>, ExtractError> {
        let mut found = HashSet::new();
        let clock = Clock::until(deadline);
        for selector in self.0.slice() {
            found.extend(Search { page, selector, clock: &clock }.first()?);
        }
        Ok(first_of(page, &found))
    }
}

fn first_of(page: &Page, found: &HashSet<NodeId>) -> Option<NodeId> {
    if found.len() < 2 {
        return found.iter().next().copied();
    }
    page.elements().map(|node| node.id()).find(|id| found.contains(id))
}

/// The search for the first match of one selector.
struct Search<'a> {
    page: &'a Page,
    selector: &'a Selector<Language>,
    clock: &'a Clock<'a>,
}

impl Search<'_> {
    fn first(&self) -> Result<Option<NodeId>, ExtractError> {
        let compounds = self.compounds();
        let (first, rest) = compounds.split_first().expect("a selector has at least one compound");
        if !reads_from_left(first, rest) {
            return self.first_that(0, |id| Ok(Some(id)));
        }
        let known_by_id = first.id().map(|id| self.first_with(id));
        if known_by_id.is_some_and(|known| !known.is_some_and(|known| self.matches(first.offset, known))) {
            return Ok(None);
        }
        self.first_that(first.offset, |id| self.reached_from(id, rest))
    }

    /// What `reached` gives for the first element that matches from an offset on, and for which it gives something.
    fn first_that(
        &self,
        offset: usize,
        reached: impl Fn(NodeId) -> Result<Option<NodeId>, ExtractError>,
    ) -> Result<Option<NodeId>, ExtractError> {
        for node in self.page.elements() {
            let is_match = self.matches(offset, node);
            self.clock.check()?;
            if is_match && let Some(found) = reached(node.id())? {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    /// The first element that completes a match which an element begins.
    fn reached_from(&self, start: NodeId, rest: &[Compound<'_>]) -> Result<Option<NodeId>, ExtractError> {
        let mut reached = HashSet::from([start]);
        let mut last = vec![start];
        for compound in rest {
            let mut next = Vec::new();
            let mut tried = HashSet::new();
            for id in last {
                self.clock.check()?;
                self.step(id, compound, &mut tried, &mut next);
            }
            reached = next.iter().copied().collect();
            last = next;
        }
        Ok(first_of(self.page, &reached))
    }

    /// Adds the elements that a combinator leads to from an element, if they match. None is tried twice.
    fn step(&self, id: NodeId, compound: &Compound<'_>, tried: &mut HashSet<NodeId>, next: &mut Vec<NodeId>) {
        let node = self.page.node(id);
        let mut attempt = |node: NodeRef<'_, Node>| {
            if self.matches(compound.offset, node) {
                next.push(node.id());
            }
        };
        let is_element = |node: &NodeRef<'_, Node>| node.value().is_element();
        match compound.joined_by {
            // What is below or beside an element that was tried was tried with it.
            Some(Combinator::Descendant) if tried.contains(&id) => {}
            Some(Combinator::Descendant) => {
                Descendants::of(node).filter(is_element).filter(|node| tried.insert(node.id())).for_each(attempt);
            }
            Some(Combinator::LaterSibling) => {
                let siblings = node.next_siblings().filter(is_element);
                siblings.take_while(|node| tried.insert(node.id())).for_each(attempt);
            }
            Some(Combinator::NextSibling) => node.next_siblings().filter(is_element).take(1).for_each(attempt),
            _ => node.children().filter(is_element).for_each(&mut attempt),
        }
    }

    fn first_with(&self, id: &str) -> Option<NodeRef<'_, Node>> {
        self.page
            .elements()
            .find(|node| node.value().as_element().is_some_and(|element| element.attr("id") == Some(id)))
    }

    /// Whether an element matches the selector without what stands to the right of an offset.
    fn matches(&self, offset: usize, node: NodeRef<'_, Node>) -> bool {
        let Some(element) = Candidate::of(node, self.clock) else { return false };
        let mut caches = SelectorCaches::default();
        // This search minds the case of classes also in quirks mode.
        let mut context = context(QuirksMode::NoQuirks, None, &mut caches);
        matches_selector(self.selector, offset, None, &element, &mut context)
    }

    /// The compounds of the selector, from left to right.
    fn compounds(&self) -> Vec<Compound<'_>> {
        let components = self.selector.iter_raw_match_order().as_slice();
        let mut compounds = Vec::new();
        let mut offset = 0;
        for part in components.split_inclusive(|component| component.is_combinator()) {
            let joined_by = part.last().and_then(|component| component.as_combinator());
            compounds.push(Compound { offset, joined_by, components: part });
            offset += part.len();
        }
        compounds.reverse();
        compounds
    }
}

fn reads_from_left(first: &Compound<'_>, rest: &[Compound<'_>]) -> bool {
    let is_usual = |compound: &Compound<'_>| !compound.components.contains(&Component::Scope) && compound.is_joined();
    let Some(last) = rest.last() else { return is_usual(first) };
    let starts_well = first.id().is_some() || !first.is_universal() && (last.is_universal() || rest.len() > 1);
    last.id().is_none() && starts_well && is_usual(first) && rest.iter().all(is_usual)
}
