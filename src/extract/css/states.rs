//! Pseudo-classes: what state an element is in, as far as a page that nobody uses has one.

use std::fmt;

use cssparser::ToCss;
use ego_tree::NodeRef;
use html5ever::{LocalName, local_name, ns};
use scraper::{ElementRef, Node};
use selectors::parser;

/// A state that selectors ask for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum PseudoClass {
    Plain(&'static Row),
    /// `:lang(…)` with its languages.
    Lang(Vec<String>),
    /// `:dir(…)` with its direction.
    Dir(String),
    /// A function that is true of nothing here.
    Never(String),
}

/// A pseudo-class without arguments.
#[derive(Debug)]
pub(super) struct Row {
    name: &'static str,
    is_true_of: fn(ElementRef<'_>) -> bool,
}

impl PartialEq for Row {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Row {}

const fn row(name: &'static str, is_true_of: fn(ElementRef<'_>) -> bool) -> Row {
    Row { name, is_true_of }
}

/// The pseudo-classes that can be true of an element here.
static STATES: &[Row] = &[
    row("any-link", is_link),
    row("checked", is_checked),
    row("default", is_default),
    row("defined", is_defined),
    row("disabled", is_disabled),
    row("enabled", |element| can_be_disabled(element) && !is_disabled(element)),
    row("link", is_link),
    row("open", |element| is_one_of(element, &[local_name!("details"), local_name!("dialog")]) && has(element, "open")),
    row("optional", |element| can_be_required(element) && !has(element, "required")),
    row("placeholder-shown", shows_placeholder),
    row("read-only", |element| !can_be_written(element)),
    row("read-write", can_be_written),
    row("required", |element| can_be_required(element) && has(element, "required")),
    row("-webkit-any-link", is_link),
];

/// Pseudo-classes of pages that somebody looks at, plays or fills in, and functions that a browser takes.
const NEVER: &[&str] = &[
    "active",
    "active-view-transition",
    "autofill",
    "blank",
    "buffering",
    "contains",
    "current",
    "focus",
    "focus-visible",
    "focus-within",
    "fullscreen",
    "future",
    "hover",
    "host-context",
    "in-range",
    "indeterminate",
    "invalid",
    "local-link",
    "modal",
    "muted",
    "nth-col",
    "nth-last-col",
    "out-of-range",
    "past",
    "paused",
    "picture-in-picture",
    "playing",
    "popover-open",
    "seeking",
    "stalled",
    "state",
    "target",
    "target-within",
    "user-invalid",
    "user-valid",
    "valid",
    "visited",
    "volume-locked",
    "-webkit-autofill",
    "-webkit-full-screen",
];

/// The pseudo-class of a name; `None` where there is no such.
pub(super) fn named(name: &str) -> Option<PseudoClass> {
    let plain = STATES.iter().find(|row| row.name.eq_ignore_ascii_case(name)).map(PseudoClass::Plain);
    plain.or_else(|| never(name))
}

/// The pseudo-class of a name with what stands in its parentheses.
pub(super) fn with_arguments(name: &str, mut arguments: Vec<String>) -> Option<PseudoClass> {
    match name.to_ascii_lowercase().as_str() {
        "lang" => Some(PseudoClass::Lang(arguments)),
        "dir" => arguments.pop().map(PseudoClass::Dir),
        _ => never(name),
    }
}

fn never(name: &str) -> Option<PseudoClass> {
    let is_known = NEVER.iter().any(|known| known.eq_ignore_ascii_case(name));
    is_known.then(|| PseudoClass::Never(name.to_owned()))
}

impl PseudoClass {
    pub(super) fn is_true_of(&self, element: ElementRef<'_>) -> bool {
        match self {
            Self::Plain(row) => (row.is_true_of)(element),
            Self::Lang(wanted) => language(element).is_some_and(|language| {
                wanted.iter().any(|wanted| is_language(&language, wanted.trim_start_matches("*-")))
            }),
            Self::Dir(wanted) => wanted.eq_ignore_ascii_case(direction(element)),
            Self::Never(_) => false,
        }
    }
}

impl parser::NonTSPseudoClass for PseudoClass {
    fn is_active_or_hover(&self) -> bool {
        false
    }

    fn is_user_action_state(&self) -> bool {
        false
    }
}

impl ToCss for PseudoClass {
    fn to_css<W: fmt::Write>(&self, out: &mut W) -> fmt::Result {
        match self {
            Self::Plain(row) => write!(out, ":{}", row.name),
            Self::Lang(languages) => write!(out, ":lang({})", languages.join(", ")),
            Self::Dir(direction) => write!(out, ":dir({direction})"),
            Self::Never(name) => write!(out, ":{name}"),
        }
    }
}

fn is_one_of(element: ElementRef<'_>, names: &[LocalName]) -> bool {
    let name = &element.value().name;
    name.ns == ns!(html) && names.contains(&name.local)
}

fn has(element: ElementRef<'_>, attribute: &str) -> bool {
    element.attr(attribute).is_some()
}

fn has_type(element: ElementRef<'_>, types: &[&str]) -> bool {
    let declared = element.attr("type").unwrap_or("text");
    types.iter().any(|name| name.eq_ignore_ascii_case(declared))
}

fn above<'a>(element: ElementRef<'a>) -> impl Iterator<Item = ElementRef<'a>> {
    element.ancestors().filter_map(ElementRef::wrap)
}

pub(super) fn is_link(element: ElementRef<'_>) -> bool {
    is_one_of(element, &[local_name!("a"), local_name!("area")]) && has(element, "href")
}

fn is_checked(element: ElementRef<'_>) -> bool {
    let is_box = is_one_of(element, &[local_name!("input")]) && has_type(element, &["checkbox", "radio"]);
    (is_box && has(element, "checked")) || (is_one_of(element, &[local_name!("option")]) && is_selected(element))
}

/// Whether an option is chosen when the page is opened: in a list that takes one, the last that says so, else the
/// first that can be.
fn is_selected(option: ElementRef<'_>) -> bool {
    let list = above(option).find(|element| is_one_of(*element, &[local_name!("select")]));
    let Some(list) = list.filter(|list| !has(*list, "multiple")) else { return has(option, "selected") };
    let options = list.descendants().filter_map(ElementRef::wrap);
    let options: Vec<_> = options.filter(|element| is_one_of(*element, &[local_name!("option")])).collect();
    let chosen = options.iter().rfind(|option| has(**option, "selected"));
    let first = || options.iter().find(|option| !is_disabled(**option)).filter(|_| shows_one_line(list));
    chosen.or_else(first).is_some_and(|chosen| chosen.id() == option.id())
}

fn shows_one_line(list: ElementRef<'_>) -> bool {
    list.attr("size").and_then(|size| size.trim().parse::<u32>().ok()).unwrap_or(1) <= 1
}

fn is_default(element: ElementRef<'_>) -> bool {
    (is_one_of(element, &[local_name!("option")]) && has(element, "selected"))
        || (is_checked(element) && is_one_of(element, &[local_name!("input")]))
}

/// Elements of custom names become what a script makes of them, and there is none.
fn is_defined(element: ElementRef<'_>) -> bool {
    let name = &element.value().name;
    name.ns != ns!(html) || !name.local.contains('-')
}

fn can_be_disabled(element: ElementRef<'_>) -> bool {
    let names = [
        local_name!("button"),
        local_name!("fieldset"),
        local_name!("input"),
        local_name!("optgroup"),
        local_name!("option"),
        local_name!("select"),
        local_name!("textarea"),
    ];
    is_one_of(element, &names)
}

fn is_disabled(element: ElementRef<'_>) -> bool {
    can_be_disabled(element) && (has(element, "disabled") || is_disabled_from_above(element))
}

/// Whether a disabled group of options or fieldset holds the element. A fieldset spares what its first legend holds.
fn is_disabled_from_above(element: ElementRef<'_>) -> bool {
    if is_one_of(element, &[local_name!("option")]) {
        let group = element.parent().and_then(ElementRef::wrap);
        return group.is_some_and(|group| is_one_of(group, &[local_name!("optgroup")]) && has(group, "disabled"));
    }
    let is_field = !is_one_of(element, &[local_name!("optgroup")]);
    let mut below: NodeRef<'_, Node> = *element;
    for group in above(element).filter(|_| is_field) {
        let is_disabled = is_one_of(group, &[local_name!("fieldset")]) && has(group, "disabled");
        if is_disabled && !is_first_legend(below) {
            return true;
        }
        below = *group;
    }
    false
}

fn is_first_legend(node: NodeRef<'_, Node>) -> bool {
    let is_legend = |node: NodeRef<'_, Node>| {
        ElementRef::wrap(node).is_some_and(|element| is_one_of(element, &[local_name!("legend")]))
    };
    is_legend(node) && !node.prev_siblings().any(is_legend)
}

fn can_be_required(element: ElementRef<'_>) -> bool {
    is_one_of(element, &[local_name!("input"), local_name!("select"), local_name!("textarea")])
}

fn can_be_written(element: ElementRef<'_>) -> bool {
    const NOT_TYPED: &[&str] =
        &["button", "checkbox", "color", "file", "hidden", "image", "radio", "range", "reset", "submit"];
    let is_typed = is_one_of(element, &[local_name!("input")]) && !has_type(element, NOT_TYPED);
    if is_typed || is_one_of(element, &[local_name!("textarea")]) {
        return !has(element, "readonly") && !is_disabled(element);
    }
    let says = std::iter::once(element).chain(above(element)).find_map(|element| element.attr("contenteditable"));
    says.is_some_and(|says| !says.eq_ignore_ascii_case("false"))
}

fn shows_placeholder(element: ElementRef<'_>) -> bool {
    let text = match element.value().name.local {
        local_name!("input") => element.attr("value").unwrap_or_default().to_owned(),
        local_name!("textarea") => element.text().collect(),
        _ => return false,
    };
    has(element, "placeholder") && text.is_empty()
}

/// The language of an element: what it or the nearest above it says.
fn language(element: ElementRef<'_>) -> Option<String> {
    std::iter::once(element).chain(above(element)).find_map(|element| element.attr("lang").map(str::to_owned))
}

/// Whether a language is a wanted one or a kind of it: `en-GB` is a kind of `en`.
fn is_language(language: &str, wanted: &str) -> bool {
    let start = language.get(..wanted.len());
    let is_start = start.is_some_and(|start| start.eq_ignore_ascii_case(wanted));
    !wanted.is_empty() && is_start && matches!(language.as_bytes().get(wanted.len()), None | Some(b'-'))
}

fn direction(element: ElementRef<'_>) -> &'static str {
    let says = std::iter::once(element).chain(above(element)).find_map(|element| element.attr("dir"));
    if says.is_some_and(|says| says.eq_ignore_ascii_case("rtl")) { "rtl" } else { "ltr" }
}
