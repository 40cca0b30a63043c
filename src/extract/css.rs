//! CSS selectors as jsdom, and but for some cases browsers, apply them to a document.
//!
//! scraper's own `Selector` knows no quirks mode, no pseudo-element and no state such as `:checked`.

mod clock;
mod element;
mod first;
mod size;
mod states;
mod syntax;
#[cfg(test)]
mod tests;

use cssparser::{ParseErrorKind, Parser};
use ego_tree::{NodeId, NodeRef};
use html5ever::tree_builder::QuirksMode as Quirks;
use scraper::Node;
use selectors::context::{
    MatchingContext, MatchingForInvalidation, MatchingMode, NeedsSelectorFlags, QuirksMode, SelectorCaches,
};
use selectors::matching::matches_selector;
use selectors::parser::{ParseRelative, SelectorList};
use selectors::{Element, OpaqueElement};

use super::deadline::Deadline;
use super::page::Descendants;
use super::{ExtractError, Page};
use clock::Clock;
use element::Candidate;
use syntax::{Fault, Language, Syntax};

/// Most names, attributes, combinators and the like in one selector: matching goes one call deeper with each of them.
const MAX_PARTS: usize = 512;

/// A parsed list of selectors.
pub(super) struct Css(SelectorList<Language>);

impl Css {
    pub(super) fn parse(css: &str) -> Result<Self, ExtractError> {
        let invalid = |fault| ExtractError::InvalidSelector { fault };
        let selectors = SelectorList::parse(&Syntax, &mut Parser::new(css), ParseRelative::No)
            .map_err(|error| invalid(in_words(css, error.kind)))?;
        match selectors.slice().iter().all(|selector| size::of(selector) <= MAX_PARTS) {
            true => Ok(Self(selectors)),
            false => Err(invalid(format!("A selector of more than {MAX_PARTS} parts"))),
        }
    }

    /// All elements of the page that match, in document order.
    pub(super) fn all(&self, page: &Page, deadline: &Deadline) -> Result<Vec<NodeId>, ExtractError> {
        self.all_below(page, page.tree().root().id(), deadline)
    }

    /// All elements below a node that match, in document order.
    pub(super) fn all_below(&self, page: &Page, top: NodeId, deadline: &Deadline) -> Result<Vec<NodeId>, ExtractError> {
        let mut found = Vec::new();
        self.visit(page, top, quirks(page), deadline, |id| {
            found.push(id);
            true
        })?;
        Ok(found)
    }

    /// The first element below a node that matches. Unlike the others, it minds the case of classes also in quirks mode:
    /// so does jsdom's `querySelector`.
    pub(super) fn first_below(
        &self,
        page: &Page,
        top: NodeId,
        deadline: &Deadline,
    ) -> Result<Option<NodeId>, ExtractError> {
        let mut found = None;
        self.visit(page, top, QuirksMode::NoQuirks, deadline, |id| {
            found = Some(id);
            false
        })?;
        Ok(found)
    }

    /// Whether a node is an element that matches.
    pub(super) fn matches_node(&self, page: &Page, id: NodeId) -> bool {
        self.matches(page.node(id), None, quirks(page), &mut SelectorCaches::default(), &Clock::without_end())
    }

    /// Calls `found` with each match below `top` until it returns false.
    fn visit(
        &self,
        page: &Page,
        top: NodeId,
        quirks: QuirksMode,
        deadline: &Deadline,
        mut found: impl FnMut(NodeId) -> bool,
    ) -> Result<(), ExtractError> {
        let mut caches = SelectorCaches::default();
        let clock = Clock::until(deadline);
        let scope = Candidate::of(page.node(top), &clock).map(|element| element.opaque());
        for node in Descendants::of(page.node(top)) {
            let is_match = self.matches(node, scope, quirks, &mut caches, &clock);
            clock.check()?;
            if is_match && !found(node.id()) {
                break;
            }
        }
        Ok(())
    }

    /// `scope` is what `:scope` means.
    fn matches(
        &self,
        node: NodeRef<'_, Node>,
        scope: Option<OpaqueElement>,
        quirks: QuirksMode,
        caches: &mut SelectorCaches,
        clock: &Clock<'_>,
    ) -> bool {
        let Some(element) = Candidate::of(node, clock) else { return false };
        let mut context = context(quirks, scope, caches);
        self.0.slice().iter().any(|selector| matches_selector(selector, 0, None, &element, &mut context))
    }
}

fn context(
    quirks: QuirksMode,
    scope: Option<OpaqueElement>,
    caches: &mut SelectorCaches,
) -> MatchingContext<'_, Language> {
    let (flags, invalidation) = (NeedsSelectorFlags::No, MatchingForInvalidation::No);
    let mut context = MatchingContext::new(MatchingMode::Normal, None, caches, quirks, flags, invalidation);
    context.scope_element = scope;
    context
}

/// What is wrong with a selector, in the words of jsdom.
fn in_words(css: &str, fault: ParseErrorKind<Fault>) -> String {
    match fault {
        ParseErrorKind::Custom(Fault::UnknownClass(name)) => format!("Unknown pseudo-class :{name}"),
        ParseErrorKind::Custom(Fault::UnknownElement(name)) => format!("Unknown pseudo-element ::{name}"),
        ParseErrorKind::Custom(Fault::Syntax) | ParseErrorKind::Basic(_) => format!("Invalid selector {css}"),
    }
}

fn quirks(page: &Page) -> QuirksMode {
    match page.quirks_mode() {
        Quirks::Quirks => QuirksMode::Quirks,
        Quirks::LimitedQuirks => QuirksMode::LimitedQuirks,
        Quirks::NoQuirks => QuirksMode::NoQuirks,
    }
}
