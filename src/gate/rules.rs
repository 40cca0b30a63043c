//! The table of rules: what makes a text a suspect, in which words it is told, and what confirms it all the same.

use super::measures::{
    BLOWN_UP_ABOVE, COLLAPSED_BELOW, LEAST_CHARACTERS, Lengths, REMNANT, REMNANT_BELOW, Usual, length,
};
use super::phrases;
use url::Url;

/// A rule of the gate.
#[derive(Debug)]
pub struct Rule {
    /// Its name in reasons, exports and the documentation.
    pub name: &'static str,
    /// What makes a text a suspect, in a sentence without a full stop.
    pub about: &'static str,
    /// What is told of a suspect; `{0}`, `{1}`, … stand for what was seen.
    pub sentence: &'static str,
    pub confirmed_by: Confirmation,
    pub(super) sees: fn(&Rule, &Candidate) -> Option<Vec<String>>,
}

/// What lets a suspect through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Confirmation {
    /// Having stood unchanged long enough, or a person.
    Standing,
    /// A person only: an error page does not become a terms by staying.
    Person,
}

/// A text at the gate, and what is usual for its terms.
pub struct Candidate<'a> {
    pub text: &'a str,
    /// What a person reads of it.
    pub wording: &'a str,
    /// Where the declared address has led, if that is no place for a document.
    pub astray: Option<&'a Url>,
    /// `None` for a first version.
    pub usual: Option<Usual>,
}

/// All rules, the most telling first.
pub static RULES: &[Rule] = &[
    Rule {
        name: "bot-check",
        about: "a check whether the visitor is a person: Cloudflare, DataDome, PerimeterX, Akamai, reCAPTCHA and others",
        sentence: "a bot check ({1}): “{0}”",
        confirmed_by: Confirmation::Person,
        sees: phrase,
    },
    Rule {
        name: "not-found",
        about: "a page that says, without an error code, that it is not there",
        sentence: "a page that says it is not there ({1}): “{0}”",
        confirmed_by: Confirmation::Person,
        sees: phrase,
    },
    Rule {
        name: "unavailable",
        about: "a page that says it cannot be shown now, here, or without scripts",
        sentence: "a page that says it cannot be shown ({1}): “{0}”",
        confirmed_by: Confirmation::Person,
        sees: phrase,
    },
    Rule {
        name: "sign-in",
        about: "a page that asks to sign in first",
        sentence: "a page that asks to sign in ({1}): “{0}”",
        confirmed_by: Confirmation::Person,
        sees: phrase,
    },
    Rule {
        name: "consent",
        about: "a page that asks for consent or a choice first",
        sentence: "a page that asks for consent first ({1}): “{0}”",
        confirmed_by: Confirmation::Person,
        sees: phrase,
    },
    Rule {
        name: "astray",
        about: "a text from a front page, a sign-in or an error page, by the address to which the declared one leads now",
        sentence: "the address leads to {0}",
        confirmed_by: Confirmation::Person,
        sees: astray,
    },
    Rule {
        name: "emptied",
        about: "fewer than 100 characters where there were more",
        sentence: "only {0} characters are left of {1}",
        confirmed_by: Confirmation::Person,
        sees: emptied,
    },
    Rule {
        name: "remnant",
        about: "fewer than 1,000 characters that are less than 5 % of the usual length",
        sentence: "{0} characters are left of {1}",
        confirmed_by: Confirmation::Person,
        sees: remnant,
    },
    Rule {
        name: "short",
        about: "a first version of fewer than 100 characters",
        sentence: "only {0} characters",
        confirmed_by: Confirmation::Standing,
        sees: short,
    },
    Rule {
        name: "collapsed",
        about: "less than 40 % of the usual length",
        sentence: "{0} characters, {2} % of the usual {1}",
        confirmed_by: Confirmation::Standing,
        sees: collapsed,
    },
    Rule {
        name: "blown-up",
        about: "more than 2.5 times the usual length",
        sentence: "{0} characters, {2} % of the usual {1}",
        confirmed_by: Confirmation::Standing,
        sees: blown_up,
    },
    Rule {
        name: "other-language",
        about: "another language than before",
        sentence: "in {0} instead of {1}",
        confirmed_by: Confirmation::Standing,
        sees: other_language,
    },
];

impl Rule {
    /// The rule with this name.
    pub fn named(name: &str) -> Option<&'static Self> {
        RULES.iter().find(|rule| rule.name == name)
    }

    /// What is told of a suspect in which the rule saw this.
    pub fn told(&self, seen: &[String]) -> String {
        let numbered = seen.iter().enumerate();
        numbered.fold(self.sentence.to_owned(), |told, (number, seen)| told.replace(&format!("{{{number}}}"), seen))
    }

    /// Whether the rule reads the text alone, whatever its past: so do all that know phrases.
    pub fn reads_phrases(&self) -> bool {
        phrases::are_for(self.name)
    }
}

fn phrase(rule: &Rule, candidate: &Candidate) -> Option<Vec<String>> {
    let (row, phrase) = phrases::found(rule.name, candidate)?;
    Some(vec![phrase.to_owned(), row.language.to_owned()])
}

fn astray(_: &Rule, candidate: &Candidate) -> Option<Vec<String>> {
    candidate.astray.map(|address| vec![address.to_string()])
}

fn emptied(_: &Rule, candidate: &Candidate) -> Option<Vec<String>> {
    let usual = candidate.usual.as_ref()?.read();
    let found = length(candidate.wording);
    let is_emptied = found < LEAST_CHARACTERS && usual.were_always_at_least(LEAST_CHARACTERS);
    is_emptied.then(|| vec![found.to_string(), usual.median().to_string()])
}

fn remnant(_: &Rule, candidate: &Candidate) -> Option<Vec<String>> {
    let usual = candidate.usual.as_ref()?.read();
    let found = length(candidate.wording);
    let is_remnant = (LEAST_CHARACTERS..REMNANT).contains(&found) && usual.are_cut_to(found, REMNANT_BELOW);
    is_remnant.then(|| vec![found.to_string(), usual.median().to_string()])
}

fn short(_: &Rule, candidate: &Candidate) -> Option<Vec<String>> {
    let found = length(candidate.wording);
    (candidate.usual.is_none() && found < LEAST_CHARACTERS).then(|| vec![found.to_string()])
}

fn collapsed(_: &Rule, candidate: &Candidate) -> Option<Vec<String>> {
    candidate.measured(|usual, found| usual.are_cut_to(found, COLLAPSED_BELOW))
}

fn blown_up(_: &Rule, candidate: &Candidate) -> Option<Vec<String>> {
    candidate.measured(|usual, found| usual.are_exceeded_by(found, BLOWN_UP_ABOVE))
}

fn other_language(_: &Rule, candidate: &Candidate) -> Option<Vec<String>> {
    let (found, usual) = candidate.usual.as_ref()?.other_language(candidate.wording)?;
    Some(vec![found.eng_name().to_owned(), usual.eng_name().to_owned()])
}

impl Candidate<'_> {
    /// Both lengths and their ratio, if what a person reads is out of bounds, or else the whole text is.
    fn measured(&self, is_out_of_bounds: impl Fn(&Lengths, usize) -> bool) -> Option<Vec<String>> {
        let usual = self.usual.as_ref()?;
        let measures = [(usual.read(), length(self.wording)), (usual.whole(), length(self.text))];
        let (usual, found) = measures.into_iter().find(|(usual, found)| is_out_of_bounds(usual, *found))?;
        let usual = usual.median();
        Some(vec![found.to_string(), usual.to_string(), (found * 100 / usual.max(1)).to_string()])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sentences_of_the_table_tell_its_bounds() {
        let about = |name| Rule::named(name).unwrap().about;

        assert!(about("collapsed").contains(&format!("{COLLAPSED_BELOW} %")));
        assert!(about("blown-up").contains(&format!("{} times", BLOWN_UP_ABOVE as f64 / 100.0)));
        assert!(about("emptied").contains(&LEAST_CHARACTERS.to_string()));
        assert!(about("remnant").contains(&format!("{REMNANT_BELOW} %")));
    }

    #[test]
    fn no_two_rules_share_a_name() {
        for (at, rule) in RULES.iter().enumerate() {
            assert!(RULES[at + 1..].iter().all(|other| other.name != rule.name), "{}", rule.name);
        }
    }
}
