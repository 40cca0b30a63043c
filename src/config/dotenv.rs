//! Reads `.env` files as Node's dotenv does.
//!
//! Not with the `dotenvy` crate, which expands `$` in values out of the process's own environment and refuses
//! unquoted values with spaces: secrets that worked would be changed without a word.

/// What one line holds, or several when a quoted value goes on.
#[derive(Debug, PartialEq)]
pub enum Line {
    Variable {
        name: String,
        value: String,
    },
    /// A line that means nothing, by its number.
    Malformed(usize),
}

/// Reads the text of a `.env` file: `NAME=value`, `export NAME=value`, `#` comments, values in `'`, `"` or `` ` ``.
pub fn parse(text: &str) -> Vec<Line> {
    let mut rest = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut lines = Vec::new();
    while !rest.is_empty() {
        let number = 1 + text[..text.len() - rest.len()].matches('\n').count();
        let (line, after) = rest.split_once('\n').unwrap_or((rest, ""));
        rest = after;
        let Some(assignment) = content(line) else { continue };
        let Some((name, start)) = assignment.split_once('=').filter(|(name, _)| is_name(name.trim())) else {
            lines.push(Line::Malformed(number));
            continue;
        };
        let (value, after) = value(start.trim_start(), after);
        rest = after;
        lines.push(Line::Variable { name: name.trim().to_owned(), value });
    }
    lines
}

/// The line without indentation and `export`; nothing for blank lines and comments.
fn content(line: &str) -> Option<&str> {
    let line = line.trim();
    let line = line.strip_prefix("export ").unwrap_or(line).trim_start();
    (!line.is_empty() && !line.starts_with('#')).then_some(line)
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-'))
}

/// The value that begins with `start`, and the lines left after it.
fn value<'a>(start: &str, following: &'a str) -> (String, &'a str) {
    match start.chars().next() {
        Some(quote @ ('"' | '\'' | '`')) => {
            quoted(quote, &start[1..], following).unwrap_or_else(|| (unquoted(start), following))
        }
        _ => (unquoted(start), following),
    }
}

fn unquoted(start: &str) -> String {
    start.split('#').next().unwrap_or_default().trim().to_owned()
}

/// A value up to its closing quote, on this line or a later one; nothing if it is never closed.
fn quoted<'a>(quote: char, start: &str, following: &'a str) -> Option<(String, &'a str)> {
    if let Some(end) = closing(quote, start) {
        return Some((unescaped(quote, &start[..end]), following));
    }
    let end = closing(quote, following)?;
    let value = format!("{start}\n{}", &following[..end]);
    let rest = following[end..].split_once('\n').map_or("", |(_, rest)| rest);
    Some((unescaped(quote, &value), rest))
}

/// Where the value closes; a quote after a backslash does not close it.
fn closing(quote: char, text: &str) -> Option<usize> {
    text.match_indices(quote).map(|(at, _)| at).find(|at| !text[..*at].ends_with('\\'))
}

fn unescaped(quote: char, value: &str) -> String {
    match quote {
        '"' => value.replace("\\n", "\n").replace("\\r", "\r"),
        _ => value.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn variables(text: &str) -> Vec<(String, String)> {
        let variables = parse(text).into_iter().filter_map(|line| match line {
            Line::Variable { name, value } => Some((name, value)),
            Line::Malformed(_) => None,
        });
        variables.collect()
    }

    #[test]
    fn values_are_those_that_nodes_dotenv_reads() {
        let table = [
            ("A=b", "b"),
            ("  A = b  ", "b"),
            ("export A=b", "b"),
            ("A=", ""),
            ("A=b c d # remark", "b c d"),
            ("A=pa$$word{x}", "pa$$word{x}"),
            ("A='b # c'", "b # c"),
            ("A=\"b\\nc\" # remark", "b\nc"),
            ("A='b\\nc'", "b\\nc"),
            ("A=`it's \"b\"`", "it's \"b\""),
            ("A=\"first\nsecond\"", "first\nsecond"),
            ("A=\"never closed", "\"never closed"),
            ("A=b=c==", "b=c=="),
            ("A=b\r", "b"),
        ];
        for (text, value) in table {
            assert_eq!(variables(text), [("A".to_owned(), value.to_owned())], "{text}");
        }
    }

    #[test]
    fn lines_after_a_value_of_several_lines_are_read() {
        let text = "# a key\nKEY=\"one\ntwo\"\n\nNEXT=3";

        assert_eq!(variables(text).len(), 2);
        assert_eq!(variables(text)[1], ("NEXT".to_owned(), "3".to_owned()));
    }

    #[test]
    fn a_line_without_a_name_is_reported_by_its_number() {
        assert_eq!(parse("A=b\nwhat is this\n")[1], Line::Malformed(2));
    }
}
