//! What the beginning of a text is: a word, a figure, an address, a mark of layout.

use crate::domain::is_invisible;
use crate::signal::phrases::DATE_WORDS;

/// Longest address, in bytes.
const LONGEST_ADDRESS: usize = 2000;

/// How far into an address its scheme, its `@` or the first `/` stands, in bytes: names of mailboxes have up to 64, and
/// names of hosts up to 253.
const LONGEST_HEAD: usize = 320;

/// How deeply brackets are nested in the target of a link, as in CommonMark.
const DEEPEST_TARGET: usize = 32;

pub(super) fn is_date_word(rest: &str) -> bool {
    let word = rest.split(|c: char| !c.is_alphabetic()).next().unwrap_or_default();
    DATE_WORDS.contains(&word.to_lowercase().as_str())
}

/// Whether a character is a word by itself: scripts that put no space between words.
pub(super) fn stands_alone(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}'
        | '\u{0e00}'..='\u{0eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' | '\u{20000}'..='\u{2ffff}')
}

pub(super) fn word_length(chunk: &str) -> usize {
    let mut end = 0;
    let mut chars = chunk.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let follows = chars.peek().is_some_and(|(_, next)| next.is_alphanumeric() && !stands_alone(*next));
        let is_inner = matches!(c, '\'' | '’' | 'ʼ' | '‘') && at > 0 && follows;
        let is_mark = !c.is_ascii() && !c.is_alphanumeric() && is_joined(c);
        if !(is_inner || is_mark || is_invisible(c) || (c.is_alphanumeric() && !stands_alone(c))) {
            break;
        }
        end = at + c.len_utf8();
    }
    end.max(chunk.chars().next().map_or(1, char::len_utf8))
}

/// Marks that belong to the letter before them.
fn is_joined(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{610}'..='\u{61a}' | '\u{64b}'..='\u{65f}' | '\u{900}'..='\u{903}'
        | '\u{93a}'..='\u{94f}' | '\u{591}'..='\u{5c7}')
}

pub(super) fn number_length(chunk: &str) -> usize {
    let mut end = 0;
    let mut chars = chunk.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let follows = chars.peek().is_some_and(|(_, next)| next.is_numeric());
        if !(c.is_alphanumeric() && !stands_alone(c) || (matches!(c, '.' | ',' | '/' | '-' | ':' | '\'') && follows)) {
            break;
        }
        end = at + c.len_utf8();
    }
    end.max(1)
}

/// The length of the address of a page or a mailbox that a text begins with. What makes it one stands near its start,
/// so that not every word of a long line without spaces is looked for in all that follows.
pub(super) fn address_length(rest: &str) -> Option<usize> {
    if !is_address(run(rest, LONGEST_HEAD)) {
        return None;
    }
    let whole = run(rest, LONGEST_ADDRESS);
    let written = whole.trim_end_matches(['.', ',', ';', ':', '!', '?', '\'', '”', '»', '_', '。', '、', '`']);
    is_address(written).then_some(written.len())
}

/// What a text begins with, up to a space or a mark that no address has, or to so many bytes.
fn run(rest: &str, longest: usize) -> &str {
    let bounded = &rest[..rest.floor_char_boundary(longest)];
    let is_end = |c: char| match c {
        '<' | '>' | '(' | ')' | '[' | ']' | '"' | '|' | '*' => true,
        c => c.is_whitespace() || (!c.is_ascii() && stands_alone(c)),
    };
    &bounded[..bounded.find(is_end).unwrap_or(bounded.len())]
}

/// The length of what stands between a `<` at the beginning and its `>`, if that is on the same line without spaces.
pub(super) fn angle_length(rest: &str) -> Option<usize> {
    let within = &rest.as_bytes()[1..rest.len().min(LONGEST_ADDRESS)];
    let end = within.iter().position(|byte| matches!(byte, b'>' | b'<' | b'\n' | b' '))?;
    (within[end] == b'>').then_some(end)
}

/// The length of an HTML tag with attributes that a text begins with, such as `<div class="menu">`: what some pages have as
/// text, and nobody reads. It ends on its line.
pub(super) fn tag_length(rest: &str) -> Option<usize> {
    let bounded = &rest.as_bytes()[..rest.len().min(LONGEST_ADDRESS)];
    let name = bounded.get(1..)?.iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
    let is_named = bounded.get(1).is_some_and(u8::is_ascii_alphabetic) && bounded.get(1 + name) == Some(&b' ');
    let (mut is_quoted, mut has_attribute) = (false, false);
    for (at, byte) in bounded.iter().enumerate().skip(1 + name).take_while(|_| is_named) {
        match byte {
            b'"' => {
                has_attribute |= !is_quoted && bounded[at - 1] == b'=';
                is_quoted = !is_quoted;
            }
            b'>' if !is_quoted => return has_attribute.then_some(at + 1),
            b'\n' => return None,
            b'<' if !is_quoted => return None,
            _ => {}
        }
    }
    None
}

/// Whether a run of characters is the address of a page or a mailbox.
pub(super) fn is_address(chunk: &str) -> bool {
    if !chunk.bytes().any(|byte| matches!(byte, b'@' | b'/' | b':')) && !chunk.starts_with("www.") {
        return false;
    }
    let is_page = chunk.contains("://") || chunk.starts_with("www.") || chunk.starts_with("mailto:");
    let is_mailbox = chunk.split_once('@').is_some_and(|(name, host)| !name.is_empty() && host.contains('.'));
    is_page || is_mailbox || is_host_with_path(chunk)
}

/// `acme.example/privacy`.
fn is_host_with_path(chunk: &str) -> bool {
    let Some((host, _)) = chunk.split_once('/') else { return false };
    let Some((name, top)) = host.rsplit_once('.') else { return false };
    !name.is_empty() && top.len() >= 2 && top.bytes().all(|byte| byte.is_ascii_lowercase())
}

/// The length of the mark of a list item or numbered heading at the start of a line, white space included.
pub(super) fn bullet(line: &str) -> Option<usize> {
    let head = line.as_bytes().first()?;
    if head.is_ascii_alphabetic()
        && !line.as_bytes()[..line.len().min(8)].iter().any(|byte| matches!(byte, b'.' | b')'))
    {
        return None;
    }
    let sign = line.starts_with(['-', '+', '•', '·', '–', '●', '○', '▪', '◦', '*']);
    let mark = match sign {
        true => line.chars().next().map_or(0, char::len_utf8),
        false => numbering(line)?,
    };
    let space = line[mark..].len() - line[mark..].trim_start_matches([' ', '\t', '\u{a0}']).len();
    (space > 0 || (!sign && line[mark..].is_empty())).then_some(mark + if sign { space } else { 0 })
}

/// The length of `1.`, `1.2.3`, `(a)`, `iv)`, `B.` at the start of a line.
pub(super) fn numbering(line: &str) -> Option<usize> {
    let open = usize::from(line.starts_with('('));
    let body = &line[open..];
    let length = body.find(|c: char| !c.is_ascii_alphanumeric() && c != '.' && c != '\\').unwrap_or(body.len());
    let name = &body[..length];
    let bare = name.trim_end_matches(['.', '\\']);
    let is_short = !bare.is_empty() && bare.split(['.', '\\']).all(is_ordinal);
    let closing = body[length..].starts_with(')');
    let has_end = closing || (open == 0 && name.ends_with('.'));
    (is_short && has_end).then_some(open + length + usize::from(closing))
}

fn is_ordinal(part: &str) -> bool {
    let is_number = part.len() <= 3 && part.bytes().all(|byte| byte.is_ascii_digit());
    let is_roman = part.len() <= 5 && part.bytes().all(|byte| b"ivxlIVXL".contains(&byte));
    is_number || is_roman || (part.len() == 1 && part.is_ascii())
}

/// `---`, `* * *`, `=====`.
pub(super) fn is_rule(line: &str) -> bool {
    if !line.starts_with(['-', '=', '*', '_', '|', ':', ' ']) {
        return false;
    }
    let end = line.find('\n').unwrap_or(line.len());
    let signs = line[..end].bytes().filter(|byte| !matches!(byte, b' ' | b'\t' | b'\r' | b'|' | b':'));
    let Some(sign) = signs.clone().next().filter(|sign| b"-=*_".contains(sign)) else { return false };
    signs.clone().take_while(|byte| *byte == sign).count() >= 2 && signs.clone().all(|byte| byte == sign)
}

/// The length of `(target "title")` right behind a label; brackets within it are balanced, and not nested deeply. Lines
/// may break before a title and within it (CommonMark 0.31, section 6.3).
pub fn link_target(rest: &str) -> Option<usize> {
    if !rest.starts_with('(') {
        return None;
    }
    let mut depth = 0_usize;
    for (at, byte) in rest.bytes().enumerate() {
        match byte {
            b'(' => depth += 1,
            b')' => depth -= 1,
            b'\n' if at > LONGEST_ADDRESS || !is_break_of_title(&rest[..at], &rest[at + 1..]) => return None,
            _ => {}
        }
        match depth {
            0 => return Some(at + 1),
            // Each byte is passed over from as many open brackets at most.
            DEEPEST_TARGET => return None,
            _ => {}
        }
    }
    None
}

/// Whether a line breaks within the title of a link, or before it: a quotation mark is near, and no paragraph ends.
fn is_break_of_title(before: &str, after: &str) -> bool {
    let next = after.trim_start_matches([' ', '\t']);
    let is_opened = [" \"", " '", "\n\"", "\n'"].iter().any(|mark| before.contains(mark));
    !next.starts_with(['\n', '\r']) && (is_opened || next.starts_with(['"', '\'']))
}
