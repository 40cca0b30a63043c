//! Which language a text is in, where that can be told for certain.

use whatlang::Lang;

/// Characters looked at; more of a text does not make its language clearer.
const SAMPLE: usize = 4_000;

/// Characters below which a guess is a guess.
const LEAST: usize = 200;

/// Confidence below which nothing is said.
const SURE: f64 = 0.9;

/// The language of a text, if it is long and plain enough to tell.
pub fn of(wording: &str) -> Option<Lang> {
    let sample: String = wording.chars().take(SAMPLE).collect();
    if sample.chars().filter(|c| c.is_alphabetic()).count() < LEAST {
        return None;
    }
    let info = whatlang::detect(&sample)?;
    (info.is_reliable() && info.confidence() >= SURE).then(|| info.lang())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ENGLISH: &str = "You keep all rights in the photos that you share with others through our service, and you \
        give us permission to store them for as long as you keep your account, so that we can show them to the people \
        you choose. When you delete a photo, we delete our copies within thirty days.";

    #[test]
    fn a_paragraph_tells_its_language() {
        let french = "Vous conservez tous les droits sur les photos que vous partagez avec d'autres personnes au moyen \
            de notre service, et vous nous autorisez à les conserver aussi longtemps que vous gardez votre compte, afin \
            que nous puissions les montrer aux personnes que vous choisissez.";

        assert_eq!(of(ENGLISH), Some(Lang::Eng));
        assert_eq!(of(french), Some(Lang::Fra));
    }

    #[test]
    fn a_few_words_do_not() {
        assert_eq!(of("sign in"), None);
    }
}
