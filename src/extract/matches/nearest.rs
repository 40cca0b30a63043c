//! The selector that was probably meant by one that finds nothing.

use std::collections::BTreeSet;

use cssparser::{ParseError, Parser, ToCss, Token};

use super::Closest;
use crate::extract::css::Css;
use crate::extract::deadline::Deadline;
use crate::extract::{ExtractError, Page};

/// The selector with each name that the page does not have replaced by the closest one that it has, where that finds
/// something.
pub(super) fn to(
    css: &str,
    page: &Page,
    deadline: &Deadline,
    closest: Closest,
) -> Result<Option<String>, ExtractError> {
    let vocabulary = Vocabulary::of(page);
    let mut mended = String::new();
    let mut copied = 0;
    for name in names(css) {
        let known = vocabulary.names(name.kind);
        if known.contains(name.text.as_str()) {
            continue;
        }
        let known: Vec<&str> = known.iter().copied().collect();
        let Some(meant) = closest(&name.text, &known) else { return Ok(None) };
        mended.push_str(&css[copied..name.start]);
        mended.push_str(&name.kind.written(meant));
        copied = name.end;
    }
    if copied == 0 {
        return Ok(None);
    }
    mended.push_str(&css[copied..]);
    let is_found = Css::parse(&mended)?.first(page, deadline)?.is_some();
    Ok(is_found.then_some(mended))
}

/// What a name in a selector is a name of.
#[derive(Clone, Copy)]
enum Kind {
    Element,
    Id,
    Class,
}

impl Kind {
    /// The name as selectors write it, without the full stop before a class.
    fn written(self, name: &str) -> String {
        match self {
            Self::Element | Self::Class => Token::Ident(name.into()).to_css_string(),
            Self::Id => Token::IDHash(name.into()).to_css_string(),
        }
    }
}

/// A name in a selector, with the bytes that it takes there.
struct Name {
    kind: Kind,
    text: String,
    start: usize,
    end: usize,
}

/// The names of elements, ids and classes in a selector, outside of brackets.
fn names(css: &str) -> Vec<Name> {
    let mut parser = Parser::new(css);
    let mut names = Vec::new();
    let mut before = None;
    loop {
        let start = parser.position().byte_index();
        let Ok(token) = parser.next_including_whitespace().cloned() else { return names };
        let named = match (&token, before) {
            (Token::Ident(text), Some('.')) => Some((Kind::Class, text)),
            (Token::Ident(_), Some(':')) => None,
            (Token::Ident(text), _) => Some((Kind::Element, text)),
            (Token::IDHash(text), _) => Some((Kind::Id, text)),
            _ => None,
        };
        if let Some((kind, text)) = named {
            names.push(Name { kind, text: text.to_string(), start, end: parser.position().byte_index() });
        }
        skip_block(&token, &mut parser);
        before = match token {
            Token::Delim(c) => Some(c),
            Token::Colon => Some(':'),
            _ => None,
        };
    }
}

/// Goes on behind the brackets that `token` opens, where it opens any.
fn skip_block(token: &Token<'_>, parser: &mut Parser<'_>) {
    let opens = matches!(
        token,
        Token::Function(_) | Token::ParenthesisBlock | Token::SquareBracketBlock | Token::CurlyBracketBlock
    );
    if opens {
        let to_end = |block: &mut Parser<'_>| -> Result<(), ParseError<()>> {
            while block.next().is_ok() {}
            Ok(())
        };
        let skipped = parser.parse_nested_block(to_end);
        debug_assert!(skipped.is_ok(), "what is skipped has no faults");
    }
}

/// The names that a page has.
#[derive(Default)]
struct Vocabulary<'a> {
    elements: BTreeSet<&'a str>,
    ids: BTreeSet<&'a str>,
    classes: BTreeSet<&'a str>,
}

impl<'a> Vocabulary<'a> {
    fn of(page: &'a Page) -> Self {
        let mut vocabulary = Self::default();
        for element in page.elements().filter_map(|node| node.value().as_element()) {
            vocabulary.elements.insert(element.name());
            vocabulary.ids.extend(element.attr("id"));
            vocabulary.classes.extend(element.attr("class").into_iter().flat_map(str::split_ascii_whitespace));
        }
        vocabulary
    }

    fn names(&self, kind: Kind) -> &BTreeSet<&'a str> {
        match kind {
            Kind::Element => &self.elements,
            Kind::Id => &self.ids,
            Kind::Class => &self.classes,
        }
    }
}
