//! The words of a text in any script, with case and accents taken off, and where each stands.
//!
//! Scripts that are written without spaces have no words to go by: there each character counts as one, and who looks
//! for several looks for them in a row.

use std::ops::Range;

use icu_normalizer::properties::{CanonicalCombiningClassMapBorrowed, CanonicalDecompositionBorrowed, Decomposed};

/// What is kept of a word, in bytes. Longer ones are no words of a language, but data.
const MAX_WORD_BYTES: usize = 64;

const DECOMPOSITION: CanonicalDecompositionBorrowed = CanonicalDecompositionBorrowed::new();
const COMBINING: CanonicalCombiningClassMapBorrowed = CanonicalCombiningClassMapBorrowed::new();

/// A word as it is looked for: letters and digits only, in lower case, without accents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    pub folded: String,
    /// The bytes of the text that it stands in.
    pub place: Range<usize>,
}

/// What a character does to the word it stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    /// It belongs to a word.
    Letter,
    /// It is a word by itself.
    Alone,
    /// It changes the letter before it, in scripts where words differ by it.
    Mark,
    /// It is within a word, and not looked for.
    Unseen,
    /// It ends a word.
    Gap,
}

/// The words of a text, in order.
pub fn words(text: &str) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    let mut is_open = false;
    for (start, c) in text.char_indices() {
        let end = start + c.len_utf8();
        let role = role(c);
        match role {
            Role::Letter | Role::Mark | Role::Unseen if is_open => extend(&mut words, c, end, role),
            Role::Letter | Role::Alone => {
                words.push(Word { folded: String::new(), place: start..end });
                extend(&mut words, c, end, role);
                is_open = true;
            }
            Role::Mark | Role::Unseen | Role::Gap => {}
        }
        // Marks may follow a character that is a word by itself; letters then begin another.
        is_open &= !matches!(role, Role::Gap | Role::Alone);
        if role == Role::Mark && !is_open {
            extend_mark(&mut words, c, start, end);
        }
    }
    words.retain(|word| !word.folded.is_empty());
    words
}

fn extend(words: &mut [Word], c: char, end: usize, role: Role) {
    let Some(word) = words.last_mut() else { return };
    word.place.end = end;
    if role != Role::Unseen && word.folded.len() < MAX_WORD_BYTES {
        fold(c, &mut word.folded);
    }
}

fn extend_mark(words: &mut [Word], c: char, start: usize, end: usize) {
    if words.last().is_some_and(|word| word.place.end == start) {
        extend(words, c, end, Role::Mark);
    }
}

fn role(c: char) -> Role {
    if c.is_ascii() {
        return if c.is_ascii_alphanumeric() { Role::Letter } else { Role::Gap };
    }
    match u32::from(c) {
        // Soft hyphens, joiners, marks of direction, the Arabic stroke that only makes words longer.
        0x00AD | 0x0640 | 0x200B..=0x200F | 0x2060 | 0xFE00..=0xFE0F | 0xFEFF => Role::Unseen,
        mark if is_accent(mark) => Role::Unseen,
        _ if COMBINING.get_u8(c) != 0 => Role::Mark,
        code if stands_alone(code) && c.is_alphanumeric() => Role::Alone,
        _ if c.is_alphanumeric() => Role::Letter,
        _ => Role::Gap,
    }
}

/// Accents of Latin, Greek and Cyrillic, points of Hebrew, vowel signs of Arabic: texts have them or leave them out.
fn is_accent(code: u32) -> bool {
    matches!(code, 0x0300..=0x036F | 0x0483..=0x0487 | 0x0591..=0x05BD | 0x05BF..=0x05C7 | 0x0610..=0x061A)
        || matches!(code, 0x064B..=0x065F | 0x0670 | 0x1AB0..=0x1AFF | 0x1DC0..=0x1DFF | 0x20D0..=0x20FF)
}

/// Thai, Lao, Burmese, Khmer; kana, Chinese characters and their like; Korean, whose particles stick to words.
fn stands_alone(code: u32) -> bool {
    matches!(code, 0x0E00..=0x0EFF | 0x1000..=0x109F | 0x1780..=0x17FF | 0x3005..=0x3007 | 0x3031..=0x3035)
        || matches!(code, 0x3041..=0x30FF | 0x3105..=0x312F | 0x31F0..=0x31FF | 0x3400..=0x4DBF | 0x4E00..=0x9FFF)
        || matches!(code, 0x1100..=0x11FF | 0x3130..=0x318F | 0xAC00..=0xD7AF | 0xF900..=0xFAFF | 0xFF66..=0xFF9F)
        || matches!(code, 0x20000..=0x323AF)
}

fn fold(c: char, folded: &mut String) {
    if c.is_ascii() {
        folded.push(c.to_ascii_lowercase());
        return;
    }
    for lower in narrow(c).to_lowercase() {
        match letters_for(lower) {
            Some(letters) => folded.push_str(letters),
            None => push_without_accents(lower, folded),
        }
    }
}

/// Letters and digits as wide as Chinese characters are those of other texts.
fn narrow(c: char) -> char {
    match u32::from(c) {
        wide @ 0xFF01..=0xFF5E => char::from_u32(wide - 0xFEE0).unwrap_or(c),
        _ => c,
    }
}

/// Letters that are no accented ones to Unicode, and are often written otherwise.
fn letters_for(c: char) -> Option<&'static str> {
    Some(match c {
        'ß' => "ss",
        'æ' => "ae",
        'œ' => "oe",
        'ø' => "o",
        'đ' | 'ð' => "d",
        'ł' => "l",
        'ı' => "i",
        'þ' => "th",
        'ς' => "σ",
        _ => return None,
    })
}

/// Only in alphabets whose accents may be left out; in kana, say, they make another letter.
fn push_without_accents(c: char, folded: &mut String) {
    let mut base = c;
    while matches!(u32::from(base), 0x00C0..=0x06FF | 0x1E00..=0x1FFF) {
        match DECOMPOSITION.decompose(base) {
            Decomposed::Expansion(first, _) => base = first,
            Decomposed::Singleton(other) => base = other,
            Decomposed::Default => break,
        }
    }
    if !is_accent(u32::from(base)) {
        folded.push(base);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folded(text: &str) -> Vec<String> {
        words(text).into_iter().map(|word| word.folded).collect()
    }

    #[test]
    fn case_and_accents_do_not_count() {
        assert_eq!(folded("DONNÉES Straße Ελλάς Żółć"), ["donnees", "strasse", "ελλασ", "zolc"]);
        assert_eq!(folded("e\u{301}te\u{301} И́мя й"), ["ete", "имя", "и"]);
        assert_eq!(folded("Ｔｅｒｍｓ ２０２６ Daten\u{ad}schutz"), ["terms", "2026", "datenschutz"]);
        assert_eq!(folded("مُحَمَّد"), folded("محمد"));
    }

    #[test]
    fn signs_part_words() {
        assert_eq!(folded("opt-out, don't: a_b (c)"), ["opt", "out", "don", "t", "a", "b", "c"]);
        assert_eq!(folded("*** — …"), Vec::<String>::new());
    }

    #[test]
    fn characters_of_scripts_without_spaces_are_words() {
        assert_eq!(folded("利用規約Ver2に"), ["利", "用", "規", "約", "ver2", "に"]);
        assert_eq!(folded("약관을"), ["약", "관", "을"]);
        assert_eq!(folded("ガ か\u{3099}"), ["ガ", "か\u{3099}"]);
        assert_eq!(folded("ข้อ"), ["ข\u{e49}", "อ"]);
        assert_eq!(folded("प्राप्त नियम"), ["प्राप्त", "नियम"]);
    }

    #[test]
    fn words_tell_where_they_stand() {
        let text = "« L’été » 規約";

        let places: Vec<&str> = words(text).into_iter().map(|word| &text[word.place]).collect();

        assert_eq!(places, ["L", "été", "規", "約"]);
    }

    #[test]
    fn data_is_not_looked_for_as_a_whole() {
        assert_eq!(folded(&"x".repeat(10_000))[0].len(), MAX_WORD_BYTES);
    }
}
