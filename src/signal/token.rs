//! Splits Markdown into what people read: words, figures, shown addresses. Marks of layout and link targets are told
//! apart, so that a change of nothing else can be.

mod forms;
mod scanner;

pub use forms::link_target;
use scanner::Scanner;

use crate::domain::is_invisible;

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    Word,
    /// Digits, with what stands between them: `1,000`, `12.5`, `2024-05-01`.
    Number,
    /// A sign that means something by itself: `€`, `%`.
    Sign,
    /// A shown address of a page or a mailbox.
    Address,
    /// The number or letter of a list item or heading: `1.`, `(a)`.
    Marker,
}

/// One thing that people read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    /// Equal for the same word, whatever its case.
    pub key: u64,
    pub class: Class,
    /// Where it stands in the text, in bytes.
    pub start: u32,
    pub end: u32,
    /// Whether a sentence ends behind it, and whether a paragraph does.
    pub ends_sentence: bool,
    pub ends_block: bool,
    /// Whether it stands in a heading.
    pub is_heading: bool,
    /// Which link it is the label of, counted from one; 0 outside of links.
    pub link: u32,
}

/// A text taken apart.
#[derive(Debug, Default)]
pub struct Tokens {
    pub list: Vec<Token>,
    /// Where the targets of links stand, in bytes.
    pub links: Vec<(u32, u32)>,
    /// Of words, whatever their case.
    pub words: u64,
    /// Of words with exactly their letters, and of the marks between them: commas, quotation marks, brackets.
    pub punctuation: u64,
    /// Of everything but the targets of links and images.
    pub skeleton: u64,
}

/// Longest text that is read, in bytes; what comes after is not judged.
pub const MAX_TEXT_BYTES: usize = 16 << 20;

/// Takes a text apart.
pub fn tokens(text: &str) -> Tokens {
    Scanner::of(bounded(text)).run()
}

fn bounded(text: &str) -> &str {
    &text[..text.floor_char_boundary(MAX_TEXT_BYTES)]
}

/// FNV-1a: the same on every machine.
pub fn hashed(hash: u64, bytes: impl IntoIterator<Item = u8>) -> u64 {
    bytes.into_iter().fold(hash, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// One hash taken into another.
pub fn mixed(hash: u64, other: u64) -> u64 {
    (hash.rotate_left(5) ^ other).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

/// The hash of a long text, eight bytes at a time.
fn hashed_text(hash: u64, text: &str) -> u64 {
    let (words, rest) = text.as_bytes().as_chunks::<8>();
    let hash = words.iter().fold(hash, |hash, word| mixed(hash, u64::from_le_bytes(*word)));
    hashed(hash, rest.iter().copied())
}

/// The key of a word: equal for the same word, whatever its case and apostrophes.
pub fn key_of(shown: &str) -> u64 {
    match shown.is_ascii() {
        true => hashed(EMPTY_HASH, shown.bytes().map(|byte| byte.to_ascii_lowercase())),
        false => hashed(EMPTY_HASH, folded(shown).bytes()),
    }
}

pub const EMPTY_HASH: u64 = 0xcbf2_9ce4_8422_2325;

/// A word without what nobody sees.
pub fn visible(word: &str) -> String {
    word.chars().filter(|c| !is_invisible(*c)).collect()
}

/// Lower case, and typographic apostrophes as plain ones.
fn folded(word: &str) -> String {
    visible(word)
        .chars()
        .map(|c| if matches!(c, '’' | 'ʼ' | '‘') { '\'' } else { c })
        .flat_map(char::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Vec<&str> {
        tokens(text).list.iter().map(|token| &text[token.start as usize..token.end as usize]).collect()
    }

    #[test]
    fn marks_of_layout_and_targets_are_not_read() {
        assert_eq!(shown("## *Your* [data](https://a.example/?(x)) — \\_really\\_"), ["Your", "data", "really"]);
    }

    #[test]
    fn figures_keep_what_stands_between_their_digits() {
        assert_eq!(
            shown("€1,000.50 or 12.5% by 2024-05-01."),
            ["€", "1,000.50", "or", "12.5", "%", "by", "2024-05-01"]
        );
    }

    #[test]
    fn tags_of_html_are_not_read() {
        assert_eq!(shown("<p class=\"a > b\" id=\"c\">Keep <b>this</b>"), ["Keep", "this"]);
        assert_eq!(shown("if a <b and c> d"), ["if", "a", "b", "and", "c", "d"]);
    }

    #[test]
    fn numbers_of_items_are_markers() {
        let text = "1. One\n2. Two\n   (a) Three";
        let markers = tokens(text).list.iter().filter(|token| token.class == Class::Marker).count();
        assert_eq!(markers, 3);
    }

    #[test]
    fn scripts_without_spaces_are_read_character_by_character() {
        assert_eq!(shown("利用規約。"), ["利", "用", "規", "約"]);
        assert_eq!(shown("اتفاقية الخدمة"), ["اتفاقية", "الخدمة"]);
    }

    #[test]
    fn an_address_stands_apart_from_a_script_without_spaces() {
        assert_eq!(shown("詳細はhttps://a.example/を見る"), ["詳", "細", "は", "https://a.example/", "を", "見", "る"]);
    }

    #[test]
    fn escaped_brackets_are_no_labels() {
        let text = "\\[a\\](b) and \\<c";

        assert_eq!(tokens(text).links.len(), 0);
        assert_eq!(shown(text), ["a", "b", "and", "c"]);
    }

    #[test]
    fn brackets_are_followed_only_so_deep() {
        let nested = |times: usize| format!("{}word{}", "[".repeat(times), "](a)".repeat(times));
        let target = |times: usize| format!("[a]({}b{})", "(".repeat(times), ")".repeat(times));

        assert_eq!(tokens(&nested(8)).links.len(), 8);
        assert_eq!(tokens(&nested(9)).links.len(), 8);
        assert_eq!(tokens(&target(30)).links.len(), 1);
        assert_eq!(tokens(&target(40)).links.len(), 0);
    }

    #[test]
    fn an_address_is_known_by_what_stands_near_its_start() {
        let late = format!("{}://a.example/", "a".repeat(400));

        assert!(tokens(&late).list.iter().all(|token| token.class != Class::Address || token.start > 0));
        assert_eq!(shown("<https://a.example/x> <b <i>c</i>"), ["https://a.example/x", "b", "c"]);
    }

    #[test]
    fn addresses_are_one_token() {
        let text = "Write to dpo@acme.example, or see https://acme.example/a_b?c=d.";
        let addresses: Vec<_> = tokens(text).list.into_iter().filter(|t| t.class == Class::Address).collect();
        assert_eq!(addresses.len(), 2);
    }
}
