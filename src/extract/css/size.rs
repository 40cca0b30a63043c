//! How large a selector is.

use selectors::parser::{Component, Selector, SelectorList};

use super::syntax::Language;

/// The parts of a selector, with those of the selectors in it.
pub(super) fn of(selector: &Selector<Language>) -> usize {
    selector.iter_raw_match_order().map(of_part).sum()
}

fn of_part(part: &Component<Language>) -> usize {
    1 + match part {
        Component::Negation(list) | Component::Is(list) | Component::Where(list) => of_list(list),
        Component::Has(relative) => relative.iter().map(|relative| of(&relative.selector)).sum(),
        Component::NthOf(nth) => nth.selectors().iter().map(of).sum(),
        Component::Slotted(selector) | Component::Host(Some(selector)) => of(selector),
        _ => 0,
    }
}

fn of_list(list: &SelectorList<Language>) -> usize {
    list.slice().iter().map(of).sum()
}
