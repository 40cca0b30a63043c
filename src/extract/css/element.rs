//! The elements of a page as selectors ask about them.

use html5ever::{Namespace, ns};
use scraper::selector::{CssLocalName, CssString};
use scraper::{ElementRef, Node};
use selectors::attr::{AttrSelectorOperation, CaseSensitivity, NamespaceConstraint};
use selectors::bloom::BloomFilter;
use selectors::matching::{ElementSelectorFlags, MatchingContext};
use selectors::{Element, OpaqueElement};

use ego_tree::NodeRef;

use super::clock::Clock;
use super::states::PseudoClass;
use super::syntax::{Language, PseudoElement};

/// An element that selectors are tried on.
#[derive(Debug, Clone, Copy)]
pub(super) struct Candidate<'a> {
    element: ElementRef<'a>,
    clock: &'a Clock<'a>,
}

impl<'a> Candidate<'a> {
    /// Once the time is over, nothing leads to another element, so that whatever is being matched ends.
    pub(super) fn of(node: NodeRef<'a, Node>, clock: &'a Clock<'a>) -> Option<Self> {
        let element = ElementRef::wrap(node)?;
        clock.ticks().then_some(Self { element, clock })
    }

    fn first_of(&self, mut nodes: impl Iterator<Item = NodeRef<'a, Node>>) -> Option<Self> {
        nodes.find_map(|node| Self::of(node, self.clock))
    }
}

impl Element for Candidate<'_> {
    type Impl = Language;

    fn opaque(&self) -> OpaqueElement {
        OpaqueElement::new(self.element.value())
    }

    fn parent_element(&self) -> Option<Self> {
        self.element.parent().and_then(|parent| Self::of(parent, self.clock))
    }

    fn prev_sibling_element(&self) -> Option<Self> {
        self.first_of(self.element.prev_siblings())
    }

    fn next_sibling_element(&self) -> Option<Self> {
        self.first_of(self.element.next_siblings())
    }

    fn first_element_child(&self) -> Option<Self> {
        self.first_of(self.element.children())
    }

    fn is_html_element_in_html_document(&self) -> bool {
        self.element.value().name.ns == ns!(html)
    }

    fn has_local_name(&self, name: &CssLocalName) -> bool {
        self.element.value().name.local == name.0
    }

    fn has_namespace(&self, namespace: &Namespace) -> bool {
        self.element.value().name.ns == *namespace
    }

    fn is_same_type(&self, other: &Self) -> bool {
        self.element.value().name == other.element.value().name
    }

    fn attr_matches(
        &self,
        namespace: &NamespaceConstraint<&Namespace>,
        name: &CssLocalName,
        operation: &AttrSelectorOperation<&CssString>,
    ) -> bool {
        let is_meant = |wanted: &html5ever::QualName| match namespace {
            NamespaceConstraint::Any => wanted.local == name.0,
            NamespaceConstraint::Specific(namespace) => wanted.local == name.0 && wanted.ns == **namespace,
        };
        self.element.value().attrs.iter().any(|(name, value)| is_meant(name) && operation.eval_str(value))
    }

    /// By case even in pages of quirks mode, as jsdom 29 has it, where browsers do not care.
    fn has_id(&self, id: &CssLocalName, _: CaseSensitivity) -> bool {
        self.element.value().id() == Some(&*id.0)
    }

    fn has_class(&self, name: &CssLocalName, case_sensitivity: CaseSensitivity) -> bool {
        self.element.value().has_class(&name.0, case_sensitivity)
    }

    fn match_non_ts_pseudo_class(&self, class: &PseudoClass, _: &mut MatchingContext<'_, Language>) -> bool {
        class.is_true_of(self.element)
    }

    fn is_empty(&self) -> bool {
        !self.element.children().any(|child| child.value().is_element() || child.value().is_text())
    }

    fn is_root(&self) -> bool {
        self.element.parent().is_some_and(|parent| parent.value().is_document())
    }

    fn is_link(&self) -> bool {
        super::states::is_link(self.element)
    }

    // Pages that nothing displays and that run no script have none of the following.

    fn match_pseudo_element(&self, _: &PseudoElement, _: &mut MatchingContext<'_, Language>) -> bool {
        false
    }

    fn is_pseudo_element(&self) -> bool {
        false
    }

    fn parent_node_is_shadow_root(&self) -> bool {
        false
    }

    fn containing_shadow_host(&self) -> Option<Self> {
        None
    }

    fn is_html_slot_element(&self) -> bool {
        false
    }

    fn has_custom_state(&self, _: &CssLocalName) -> bool {
        false
    }

    fn is_part(&self, _: &CssLocalName) -> bool {
        false
    }

    fn imported_part(&self, _: &CssLocalName) -> Option<CssLocalName> {
        None
    }

    fn apply_selector_flags(&self, _: ElementSelectorFlags) {}

    fn add_element_unique_hashes(&self, _: &mut BloomFilter) -> bool {
        false
    }
}
