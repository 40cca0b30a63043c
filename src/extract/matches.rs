//! What each selector of a declaration finds on a page: what a contributor looks at while writing one.

mod nearest;

use serde::Serialize;

use super::css::Css;
use super::deadline::Deadline;
use super::fragment::Fragment;
use super::range::Range;
use super::{Config, ExtractError, Page, markdown, selection};
use crate::domain::{Selector, SourceDocument};

/// Finds, among known names, the one that a misspelt one was probably meant to be.
pub type Closest = for<'a> fn(&str, &[&'a str]) -> Option<&'a str>;

/// What one selector of a declaration finds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Match {
    pub list: List,
    /// As declared; a range as JSON.
    pub selector: String,
    pub found: Found,
}

/// The list of a declaration in which a selector stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum List {
    Remove,
    Select,
}

/// What a selector finds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Found {
    /// Elements, with so many characters of Markdown.
    Elements { elements: usize, characters: usize },
    /// A range, with so many characters of Markdown.
    Range { characters: usize },
    /// Only elements that `remove` takes out.
    Removed { elements: usize },
    /// Nothing; `nearest` is the selector with its unknown names replaced by known ones, where that finds something.
    Nothing { nearest: Option<String> },
    /// The selector cannot be understood, or one end of a range is not there.
    Fault { fault: String },
}

/// What the selectors of `document` find on `page`, those of `remove` first.
///
/// # Errors
/// When the page needs more than `config` allows.
pub(super) fn on(
    mut page: Page,
    document: &SourceDocument,
    config: &Config,
    deadline: &Deadline,
    closest: Closest,
) -> Result<Vec<Match>, ExtractError> {
    let look = Look { config, deadline, closest };
    let mut matches = Vec::new();
    let mut removed = Vec::new();
    for selector in &document.remove {
        let found = look.found(&page, selector)?;
        if matches!(found, Found::Elements { .. } | Found::Range { .. }) {
            removed.push(selector.clone());
        }
        matches.push(Match { list: List::Remove, selector: selector.to_string(), found });
    }
    let before = document.select.iter().map(|selector| look.elements(&page, selector));
    let before = before.collect::<Result<Vec<usize>, _>>()?;
    selection::remove(&mut page, &removed, deadline)?;
    for (selector, elements) in document.select.iter().zip(before) {
        let found = match look.found(&page, selector)? {
            Found::Nothing { .. } if elements > 0 => Found::Removed { elements },
            found => found,
        };
        matches.push(Match { list: List::Select, selector: selector.to_string(), found });
    }
    Ok(matches)
}

/// How selectors are looked up.
struct Look<'a> {
    config: &'a Config,
    deadline: &'a Deadline,
    closest: Closest,
}

impl Look<'_> {
    fn found(&self, page: &Page, selector: &Selector) -> Result<Found, ExtractError> {
        let looked = match selector {
            Selector::Css(css) => self.elements_of(page, css),
            Selector::Range { start, end, declared } => Range::find(page, (start, end, declared), self.deadline)
                .and_then(|range| {
                    let mut fragment = self.fragment();
                    range.copy_into(page, &mut fragment)?;
                    Ok(Found::Range { characters: self.characters(page, &fragment)? })
                }),
        };
        match looked {
            Err(ExtractError::InvalidSelector { fault }) => Ok(Found::Fault { fault }),
            Err(ExtractError::RangeEndMissing { end, .. }) => {
                Ok(Found::Fault { fault: format!("its {end} is not on the page") })
            }
            looked => looked,
        }
    }

    fn elements_of(&self, page: &Page, css: &str) -> Result<Found, ExtractError> {
        let elements = Css::parse(css)?.all(page, self.deadline)?;
        if elements.is_empty() {
            return Ok(Found::Nothing { nearest: nearest::to(css, page, self.deadline, self.closest)? });
        }
        let mut fragment = self.fragment();
        for id in &elements {
            fragment.copy(page, *id)?;
        }
        Ok(Found::Elements { elements: elements.len(), characters: self.characters(page, &fragment)? })
    }

    /// How many elements a selector matches; ranges and what cannot be understood match none.
    fn elements(&self, page: &Page, selector: &Selector) -> Result<usize, ExtractError> {
        let Selector::Css(css) = selector else { return Ok(0) };
        Css::parse(css).map_or(Ok(0), |css| Ok(css.all(page, self.deadline)?.len()))
    }

    fn fragment(&self) -> Fragment {
        Fragment::with_limit(self.config.max_selected_nodes)
    }

    fn characters(&self, page: &Page, fragment: &Fragment) -> Result<usize, ExtractError> {
        Ok(markdown::of(page, fragment, self.config, self.deadline)?.chars().count())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::domain::MimeType;
    use crate::extract::Extractor;

    const PAGE: &str = "<nav id=site-menu><p>Menu</p></nav><main class='legal text'><h1>Terms</h1>\
        <p class=date>Today</p><p class=date>Now</p><p>You may leave.</p></main>";

    /// Knows only one misspelling of a name: two letters that changed places.
    fn closest<'a>(name: &str, known: &[&'a str]) -> Option<&'a str> {
        let sorted = |name: &str| {
            let mut letters: Vec<char> = name.chars().collect();
            letters.sort_unstable();
            letters
        };
        known.iter().copied().find(|known| sorted(known) == sorted(name))
    }

    fn matches(select: Value, remove: Value) -> Vec<Found> {
        let read = |declared: Value| Vec::from_iter(Selector::from_declared(&declared));
        let document = SourceDocument {
            select: read(select),
            remove: read(remove),
            ..SourceDocument::at("https://acme.example/legal/terms")
        };
        let extractor = Extractor::new(Config::default());
        let matches = extractor.matches(PAGE.as_bytes(), &MimeType::html(), &document, closest).unwrap();
        matches.into_iter().map(|row| row.found).collect()
    }

    fn nothing(nearest: Option<&str>) -> Found {
        Found::Nothing { nearest: nearest.map(str::to_owned) }
    }

    #[test]
    fn each_selector_tells_how_much_it_finds_after_what_is_removed() {
        let found = matches(json!("main"), json!(".date"));

        assert_eq!(
            found,
            [
                Found::Elements { elements: 2, characters: "Today\n\nNow".len() },
                Found::Elements { elements: 1, characters: "Terms\n=====\n\nYou may leave.".len() },
            ]
        );
        assert_eq!(
            matches(json!({ "startBefore": ".date", "endAfter": ".date" }), Value::Null),
            [Found::Range { characters: "Today".len() }]
        );
    }

    #[test]
    fn a_misspelt_selector_is_met_with_one_that_finds_something() {
        assert_eq!(matches(json!("mian > .dtae"), Value::Null), [nothing(Some("main > .date"))]);
        assert_eq!(
            matches(json!("#stie-menu p:first-child"), Value::Null),
            [nothing(Some("#site-menu p:first-child"))]
        );
        assert_eq!(matches(json!("nav[id]#stie-menu"), Value::Null), [nothing(Some("nav[id]#site-menu"))]);
        assert_eq!(matches(json!("nav > .date"), Value::Null), [nothing(None)]);
        assert_eq!(matches(json!("nva > .date"), Value::Null), [nothing(None)]);
        assert_eq!(matches(json!(".unlike"), Value::Null), [nothing(None)]);
    }

    #[test]
    fn what_is_removed_or_faulty_is_told_from_what_is_not_there() {
        assert_eq!(matches(json!("h1"), json!("main"))[1], Found::Removed { elements: 1 });
        assert_eq!(matches(json!("main["), Value::Null), [Found::Fault { fault: "Invalid selector main[".into() }]);
        assert_eq!(
            matches(json!("main"), json!({ "startBefore": "h1", "endBefore": "footer" }))[0],
            Found::Fault { fault: "its end is not on the page".into() }
        );
    }
}
