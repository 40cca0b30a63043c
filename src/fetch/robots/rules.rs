//! Reads robots.txt (RFC 9309): who may fetch what.
//!
//! Own lines rather than a library: those on crates.io follow the draft before the RFC, or bring regular expressions for
//! what a walk over the text does.

/// How fineprint is called in robots.txt.
const NAME: &str = "fineprint";

/// Longest path or pattern that is compared, in bytes.
const MAX_PATTERN_BYTES: usize = 2_000;

/// What robots.txt says to fineprint.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Rules {
    rules: Vec<Rule>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Rule {
    allows: bool,
    pattern: String,
}

/// Rules, and whom they are for.
#[derive(Default)]
struct Group {
    names: Vec<String>,
    rules: Vec<Rule>,
}

impl Rules {
    /// Reads the rules that are for fineprint by name, or else those for everybody.
    pub fn parse(text: &str) -> Self {
        let groups = groups(text);
        let of = |name: &str| -> Option<Vec<Rule>> {
            let named: Vec<&Group> = groups.iter().filter(|group| group.names.iter().any(|own| own == name)).collect();
            (!named.is_empty()).then(|| named.iter().flat_map(|group| group.rules.clone()).collect())
        };
        Self { rules: of(NAME).or_else(|| of("*")).unwrap_or_default() }
    }

    /// Whether a path, with its query, may be fetched. The longest pattern decides, and the kinder of two equals.
    pub fn allow(&self, path: &str) -> bool {
        let matching = self.rules.iter().filter(|rule| matches(&rule.pattern, path));
        matching.max_by_key(|rule| (rule.pattern.len(), rule.allows)).is_none_or(|rule| rule.allows)
    }
}

fn groups(text: &str) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for line in text.trim_start_matches('\u{feff}').lines() {
        let line = line.split('#').next().unwrap_or_default();
        let Some((field, value)) = line.split_once(':') else { continue };
        let value = value.trim();
        match field.trim().to_ascii_lowercase().as_str() {
            "user-agent" => {
                // Names in a row share what follows; a name after rules begins another group.
                if groups.last().is_none_or(|group| !group.rules.is_empty()) {
                    groups.push(Group::default());
                }
                if let Some(group) = groups.last_mut() {
                    group.names.push(value.to_ascii_lowercase());
                }
            }
            field @ ("allow" | "disallow") => {
                let Some(group) = groups.last_mut() else { continue };
                // An empty pattern matches nothing; it still ends the list of names.
                group.rules.push(Rule { allows: field == "allow", pattern: encoded(value) });
            }
            _ => {}
        }
    }
    groups
}

/// A pattern with what is not ASCII percent-encoded, as URLs have it.
fn encoded(pattern: &str) -> String {
    let encode = |c: char| match c.is_ascii() {
        true => c.to_string(),
        false => c.to_string().bytes().map(|byte| format!("%{byte:02X}")).collect(),
    };
    pattern.chars().map(encode).collect()
}

/// Whether a pattern matches the beginning of a path, or all of it where it ends in `$`; `*` stands for anything.
fn matches(pattern: &str, path: &str) -> bool {
    if pattern.is_empty() || pattern.len() > MAX_PATTERN_BYTES || path.len() > MAX_PATTERN_BYTES {
        return false;
    }
    let (pattern, is_whole) = pattern.strip_suffix('$').map_or((pattern, false), |pattern| (pattern, true));
    let mut parts = pattern.split('*');
    let Some(mut rest) = path.strip_prefix(parts.next().unwrap_or_default()) else { return false };
    let mut last = None;
    for part in parts {
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
        last = Some(part);
    }
    match last {
        // The last part may stand later than where it was found first.
        Some(part) if is_whole => path.ends_with(part),
        _ => !is_whole || rest.is_empty(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_pattern_decides() {
        let rules = Rules::parse("User-agent: *\nDisallow: /legal\nAllow: /legal/terms\nDisallow: /*.pdf$ # files\n");

        assert!(rules.allow("/legal/terms"));
        assert!(!rules.allow("/legal/privacy"));
        assert!(!rules.allow("/files/old.pdf/new.pdf"));
        assert!(rules.allow("/files/old.pdf?page=2"));
        assert!(rules.allow("/"));
    }

    #[test]
    fn a_byte_order_mark_is_no_part_of_the_first_rule() {
        assert!(!Rules::parse("\u{feff}User-agent: *\r\nDisallow: /\r\n").allow("/legal"));
    }

    #[test]
    fn what_is_said_to_fineprint_goes_before_what_is_said_to_all() {
        let text = "User-agent: *\nDisallow: /\n\nUser-Agent: Other\nUser-Agent: FinePrint\nDisallow: /private\n";

        let rules = Rules::parse(text);

        assert!(rules.allow("/terms"));
        assert!(!rules.allow("/private/terms"));
        assert!(!Rules::parse("user-agent: *\ndisallow: /").allow("/terms"));
        assert!(Rules::parse("User-agent: *\nDisallow:\n").allow("/terms"));
    }

    #[test]
    fn letters_beyond_ascii_are_compared_as_addresses_write_them() {
        let rules = Rules::parse("User-agent: *\nDisallow: /mentions-légales");

        assert!(!rules.allow("/mentions-l%C3%A9gales"));
    }

    #[test]
    fn whatever_stands_there_is_read_without_fear() {
        for text in ["", ":::\n\0", "Disallow: /", "User-agent\nDisallow: /", &"*".repeat(100_000)] {
            assert!(Rules::parse(text).allow("/terms"), "{text:.20}");
        }
    }
}
