//! In which language a text is, where that can be told, so that it is read aloud and hyphenated as such.

use whatlang::Lang;

/// Characters looked at.
const SAMPLE: usize = 2_000;

/// Letters below which a guess is a guess.
const LEAST: usize = 120;

/// Confidence below which nothing is said.
const SURE: f64 = 0.9;

/// Languages in which terms are met, and their tags (BCP 47).
const TAGS: [(Lang, &str); 32] = [
    (Lang::Eng, "en"),
    (Lang::Fra, "fr"),
    (Lang::Deu, "de"),
    (Lang::Spa, "es"),
    (Lang::Por, "pt"),
    (Lang::Ita, "it"),
    (Lang::Nld, "nl"),
    (Lang::Pol, "pl"),
    (Lang::Ces, "cs"),
    (Lang::Slk, "sk"),
    (Lang::Slv, "sl"),
    (Lang::Hun, "hu"),
    (Lang::Ron, "ro"),
    (Lang::Bul, "bg"),
    (Lang::Ell, "el"),
    (Lang::Dan, "da"),
    (Lang::Swe, "sv"),
    (Lang::Nob, "nb"),
    (Lang::Fin, "fi"),
    (Lang::Est, "et"),
    (Lang::Lav, "lv"),
    (Lang::Lit, "lt"),
    (Lang::Rus, "ru"),
    (Lang::Ukr, "uk"),
    (Lang::Tur, "tr"),
    (Lang::Ara, "ar"),
    (Lang::Heb, "he"),
    (Lang::Hin, "hi"),
    (Lang::Jpn, "ja"),
    (Lang::Kor, "ko"),
    (Lang::Cmn, "zh"),
    (Lang::Vie, "vi"),
];

/// The tag of the language of a text; nothing where the text is too short, or could be in several.
pub fn of(text: &str) -> Option<&'static str> {
    let sample: String = text.chars().filter(|c| c.is_alphabetic() || c.is_whitespace()).take(SAMPLE).collect();
    let letters = sample.chars().filter(|c| c.is_alphabetic()).count();
    let info = whatlang::detect(&sample)?;
    // Where a script is one language's alone, a few letters tell.
    let is_long_enough = letters >= LEAST || info.confidence() >= 1.0 && letters >= LEAST / 4;
    let is_sure = is_long_enough && info.is_reliable() && info.confidence() >= SURE;
    TAGS.iter().find(|(lang, _)| is_sure && *lang == info.lang()).map(|(_, tag)| *tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_paragraph_tells_its_language_and_a_word_does_not() {
        let french = "Vous conservez tous les droits sur les photos que vous partagez avec d’autres personnes au moyen \
                      de notre service, et vous nous autorisez à les conserver aussi longtemps que vous gardez votre \
                      compte.";

        assert_eq!(of(french), Some("fr"));
        assert_eq!(of("Imprint"), None);
    }
}
