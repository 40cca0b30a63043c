//! The language of selectors: what a browser takes for one, also where it can match nothing here.

use std::fmt;

use cssparser::{CowRcStr, ParseError, Parser as Css, ToCss, Token};
use html5ever::Namespace;
use scraper::selector::{CssLocalName, CssString};
use selectors::parser::{self, SelectorImpl, SelectorParseErrorKind};

use super::states::{self, PseudoClass};

/// The names of pseudo-elements. What a style sheet makes of an element is no part of the page, so they match nothing.
const PSEUDO_ELEMENTS: &[&str] = &[
    "after",
    "backdrop",
    "before",
    "cue",
    "details-content",
    "file-selector-button",
    "first-letter",
    "first-line",
    "grammar-error",
    "highlight",
    "marker",
    "placeholder",
    "selection",
    "spelling-error",
    "target-text",
    "view-transition",
];

/// What stands before the names of pseudo-elements of single browsers, which all of them take for valid.
const OF_ONE_BROWSER: &str = "-webkit-";

/// What is wrong with a text that should be a selector.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fault {
    UnknownClass(String),
    UnknownElement(String),
    Syntax,
}

impl From<SelectorParseErrorKind> for Fault {
    fn from(_: SelectorParseErrorKind) -> Self {
        Self::Syntax
    }
}

/// The kinds of things that selectors are made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Language;

impl SelectorImpl for Language {
    type AttrValue = CssString;
    type Identifier = CssLocalName;
    type LocalName = CssLocalName;
    type NamespacePrefix = CssLocalName;
    type NamespaceUrl = Namespace;
    type BorrowedNamespaceUrl = Namespace;
    type BorrowedLocalName = CssLocalName;
    type NonTSPseudoClass = PseudoClass;
    type PseudoElement = PseudoElement;
    type ExtraMatchingData<'a> = ();
}

/// A part of an element that only a style sheet makes, such as `::before`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PseudoElement {
    name: String,
}

impl parser::PseudoElement for PseudoElement {
    fn accepts_state_pseudo_classes(&self) -> bool {
        true
    }
}

impl ToCss for PseudoElement {
    fn to_css<W: fmt::Write>(&self, out: &mut W) -> fmt::Result {
        write!(out, "::{}", self.name)
    }
}

/// Reads selectors.
pub(super) struct Syntax;

impl<'i> parser::Parser<'i> for Syntax {
    type Impl = Language;
    type Error = Fault;

    fn parse_slotted(&self) -> bool {
        true
    }

    fn parse_part(&self) -> bool {
        true
    }

    fn parse_nth_child_of(&self) -> bool {
        true
    }

    fn parse_is_and_where(&self) -> bool {
        true
    }

    fn parse_has(&self) -> bool {
        true
    }

    fn parse_host(&self) -> bool {
        true
    }

    fn parse_non_ts_pseudo_class(&self, name: CowRcStr<'i>) -> Result<PseudoClass, ParseError<Fault>> {
        states::named(&name).ok_or_else(|| unknown_class(&name))
    }

    fn parse_non_ts_functional_pseudo_class(
        &self,
        name: CowRcStr<'i>,
        arguments: &mut Css<'i>,
        _after_part: bool,
    ) -> Result<PseudoClass, ParseError<Fault>> {
        let arguments = texts(arguments)?;
        states::with_arguments(&name, arguments).ok_or_else(|| unknown_class(&format!("{name}()")))
    }

    fn parse_pseudo_element(&self, name: CowRcStr<'i>) -> Result<PseudoElement, ParseError<Fault>> {
        pseudo_element(&name)
    }

    fn parse_functional_pseudo_element(
        &self,
        name: CowRcStr<'i>,
        arguments: &mut Css<'i>,
    ) -> Result<PseudoElement, ParseError<Fault>> {
        texts(arguments)?;
        pseudo_element(&name)
    }
}

fn pseudo_element(name: &str) -> Result<PseudoElement, ParseError<Fault>> {
    let lower = name.to_ascii_lowercase();
    if PSEUDO_ELEMENTS.contains(&lower.as_str()) || lower.starts_with(OF_ONE_BROWSER) {
        return Ok(PseudoElement { name: lower });
    }
    Err(ParseError::custom(Fault::UnknownElement(name.to_owned())))
}

fn unknown_class(name: &str) -> ParseError<Fault> {
    ParseError::custom(Fault::UnknownClass(name.to_owned()))
}

/// The words and texts in the parentheses of a function.
fn texts(arguments: &mut Css<'_>) -> Result<Vec<String>, ParseError<Fault>> {
    let mut texts = Vec::new();
    while let Ok(token) = arguments.next() {
        if let Token::Ident(text) | Token::QuotedString(text) = token {
            texts.push(text.to_string());
        }
    }
    Ok(texts)
}
