//! Tells scripts that put spaces between words from those that do not.

use unicode_segmentation::UnicodeSegmentation;

/// Longest run of characters that counts as one word where no space ends it.
const LONGEST_RUN: usize = 8;

/// How a script shows where its words end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Script {
    /// By spaces, or not in words at all.
    Spaced,
    /// Han characters: alone each is nearly a word.
    Han,
    /// Kana; a text that has it is Japanese, where words change script.
    Kana,
    /// Thai, Lao, Khmer, Burmese: only a dictionary tells.
    Unmarked,
}

/// How words end in a text.
pub(super) fn of(text: &str) -> Script {
    if text.is_ascii() {
        return Script::Spaced;
    }
    let mut found = Script::Spaced;
    for script in text.chars().map(of_char).filter(|script| *script != Script::Spaced) {
        if script == Script::Kana {
            return script;
        }
        found = script;
    }
    found
}

pub(super) fn of_char(c: char) -> Script {
    match u32::from(c) {
        0x0E00..=0x0EFF | 0x1000..=0x109F | 0x1780..=0x17FF => Script::Unmarked,
        0x3041..=0x309F | 0x30A1..=0x30FA | 0x30FC..=0x30FF | 0x31F0..=0x31FF | 0xFF66..=0xFF9F => Script::Kana,
        0x3005..=0x3007 | 0x3400..=0x4DBF | 0x4E00..=0x9FFF | 0xF900..=0xFAFF | 0x20000..=0x3FFFF => Script::Han,
        _ => Script::Spaced,
    }
}

/// The length of the word at the start of a text in one of these scripts.
pub(super) fn run(text: &str, script: Script) -> usize {
    let grapheme = text.graphemes(true).next().map_or(0, str::len);
    if script != Script::Kana {
        return grapheme;
    }
    let class = text.chars().next().map(class);
    let own = text.chars().take(LONGEST_RUN).take_while(|c| Some(self::class(*c)) == class);
    own.map(char::len_utf8).sum::<usize>().max(grapheme)
}

/// Han, hiragana and katakana: in Japanese, a word is mostly of one of them.
fn class(c: char) -> u8 {
    match u32::from(c) {
        0x3041..=0x309F => 1,
        0x30A1..=0x30FF | 0x31F0..=0x31FF | 0xFF66..=0xFF9F => 2,
        _ if of_char(c) == Script::Han => 3,
        _ => 4,
    }
}
