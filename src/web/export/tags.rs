//! Finds the tags of pages and feeds that were written here: well-formed, with every `<` of a text escaped.

/// A tag, and what stands before it.
#[derive(Debug, PartialEq)]
pub struct Tag<'a> {
    /// The text since the last tag.
    pub before: &'a str,
    /// The tag as it is written.
    pub raw: &'a str,
    pub name: &'a str,
    pub is_end: bool,
    /// Names and values as they are written; a value may be missing.
    pub attributes: Vec<(&'a str, Option<&'a str>)>,
    /// What stands after the tag.
    pub rest: &'a str,
}

impl<'a> Tag<'a> {
    /// The next tag of a text, unless there is none.
    pub fn next(text: &'a str) -> Option<Self> {
        let mut from = 0;
        loop {
            let start = from + text[from..].find('<')?;
            let inner = &text[start + 1..];
            let is_end = inner.starts_with('/');
            let named = if is_end { &inner[1..] } else { inner };
            if named.starts_with(|c: char| c.is_ascii_alphabetic()) {
                let name = &named[..name_length(named)];
                let (attributes, length) = attributes(&named[name.len()..]);
                let end = start + 1 + usize::from(is_end) + name.len() + length;
                let (before, raw) = (&text[..start], &text[start..end]);
                return Some(Self { before, raw, name, is_end, attributes, rest: &text[end..] });
            }
            from = start + 1;
        }
    }

    /// The value of an attribute, as it is written.
    pub fn value(&self, name: &str) -> Option<&'a str> {
        self.attributes.iter().find(|(other, _)| *other == name).and_then(|(_, value)| *value)
    }

    /// What follows the element that this tag begins. Elements of its name must not be within it.
    pub fn after_element(&self) -> &'a str {
        let mut rest = self.rest;
        while let Some(tag) = Tag::next(rest) {
            rest = tag.rest;
            if tag.is_end && tag.name == self.name {
                break;
            }
        }
        rest
    }

    /// The tag anew, with some values replaced, and attributes left out for which there is `None`.
    pub fn with(&self, replaced: impl Fn(&str) -> Option<Option<String>>) -> String {
        let attribute = |(name, value): &(&str, Option<&str>)| match (replaced(name), value) {
            (Some(None), _) => String::new(),
            (Some(Some(new)), _) => format!(" {name}=\"{}\"", crate::markup::escaped(&new)),
            (None, Some(value)) => format!(" {name}=\"{value}\""),
            (None, None) => format!(" {name}"),
        };
        let attributes: String = self.attributes.iter().map(attribute).collect();
        let slash = if self.raw.ends_with("/>") { "/" } else { "" };
        format!("<{}{attributes}{slash}>", self.name)
    }
}

fn name_length(text: &str) -> usize {
    text.find(|c: char| c.is_ascii_whitespace() || "=/>".contains(c)).unwrap_or(text.len())
}

/// The attributes of a tag, and how many bytes it has from there to its end.
fn attributes(text: &str) -> (Vec<(&str, Option<&str>)>, usize) {
    let mut found = Vec::new();
    let mut rest = text;
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '/');
        if rest.is_empty() {
            return (found, text.len());
        }
        if let Some(after) = rest.strip_prefix('>') {
            return (found, text.len() - after.len());
        }
        // A stray sign stands for a name, so that there is always one step further.
        let first = rest.chars().next().map_or(1, char::len_utf8);
        let (name, after) = rest.split_at(name_length(rest).max(first));
        let (value, after) = value(after);
        found.push((name, value));
        rest = after;
    }
}

/// The value after an attribute's name, and what follows it.
fn value(text: &str) -> (Option<&str>, &str) {
    let Some(text) = text.strip_prefix('=') else { return (None, text) };
    for quote in ['"', '\''] {
        if let Some((value, rest)) = text.strip_prefix(quote).and_then(|text| text.split_once(quote)) {
            return (Some(value), rest);
        }
    }
    let (value, rest) = text.split_at(text.find(|c: char| c.is_ascii_whitespace() || c == '>').unwrap_or(text.len()));
    (Some(value), rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_its_name_and_its_attributes() {
        let tag = Tag::next("a < b <a class=\"x > y\" hidden href='/en'>text</a>!").unwrap();

        assert_eq!(tag.before, "a < b ");
        assert_eq!(tag.attributes, [("class", Some("x > y")), ("hidden", None), ("href", Some("/en"))]);
        assert_eq!(tag.rest, "text</a>!");
        assert_eq!(tag.after_element(), "!");
        assert_eq!(tag.with(|name| (name == "href").then_some(None)), "<a class=\"x > y\" hidden>");
    }

    #[test]
    fn whatever_is_no_tag_ends() {
        for text in [
            "",
            "<",
            "<<",
            "a <3 b",
            "<a",
            "<a b",
            "<a =",
            "<a \"",
            "<a b='",
            "<a é=\"",
            "</",
            "<!-- x -->",
            "<a / / >",
        ] {
            let mut rest = text;
            while let Some(tag) = Tag::next(rest) {
                assert!(tag.rest.len() < rest.len());
                rest = tag.rest;
            }
        }
    }
}
