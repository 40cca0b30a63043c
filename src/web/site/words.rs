//! What pages say, in their language: messages from `locales/`, dates and numbers as that language writes them.

use std::sync::LazyLock;

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};

use super::language::{LANGUAGES, Language};

static BUNDLES: LazyLock<Vec<Bundle>> = LazyLock::new(|| LANGUAGES.iter().map(bundle).collect());

type Bundle = FluentBundle<FluentResource>;

/// The words of one language.
#[derive(Clone, Copy)]
pub struct Words {
    pub language: Language,
}

/// A value within a message.
pub type Value<'a> = (&'a str, FluentValue<'a>);

impl Words {
    pub fn of(language: Language) -> Self {
        Self { language }
    }

    /// The message of this name; its name where there is none, which a test rules out.
    pub fn say(&self, name: &str) -> String {
        self.say_of(name, [])
    }

    /// A message about one text, which it calls `$it`.
    pub fn say_it(&self, name: &str, it: impl Into<String>) -> String {
        self.say_of(name, [("it", FluentValue::from(it.into()))])
    }

    /// A message about a number: `$n` chooses the form, `$count` is how it is written.
    pub fn count(&self, name: &str, n: usize) -> String {
        self.say_of(name, [("n", FluentValue::from(n)), ("count", self.number(n).into())])
    }

    /// A message with any values.
    pub fn say_of<'a>(&self, name: &str, values: impl IntoIterator<Item = Value<'a>>) -> String {
        let args: FluentArgs = values.into_iter().collect();
        let bundle = self.bundle();
        let Some(pattern) = bundle.get_message(name).and_then(|message| message.value()) else {
            return name.to_owned();
        };
        bundle.format_pattern(pattern, Some(&args), &mut Vec::new()).into_owned()
    }

    /// A whole number, in groups of three digits.
    pub fn number(&self, n: usize) -> String {
        let digits = n.to_string();
        let groups: Vec<&str> =
            digits.as_bytes().rchunks(3).rev().filter_map(|group| std::str::from_utf8(group).ok()).collect();
        groups.join(&self.say("thousands"))
    }

    /// A day, such as “19 November 2026”.
    pub fn day(&self, date: DateTime<Utc>) -> String {
        self.dated("day", date.date_naive())
    }

    /// A day in few characters, such as “19 Nov 2026”.
    pub fn short_day(&self, date: DateTime<Utc>) -> String {
        self.dated("short-day", date.date_naive())
    }

    /// A day with that of the week, such as “Thursday 19 November 2026”.
    pub fn week_day(&self, date: NaiveDate) -> String {
        let name = self.say(&format!("weekday-{}", date.weekday().number_from_monday()));
        let day = self.dated("day", date);
        self.say_of("week-day", [("weekday", name.into()), ("day", day.into())])
    }

    /// A month, such as “November 2026”.
    pub fn month(&self, date: NaiveDate) -> String {
        self.dated("month", date)
    }

    /// A month in few characters, such as “Nov 2026”.
    pub fn short_month(&self, date: NaiveDate) -> String {
        self.dated("short-month", date)
    }

    /// A moment, such as “19 November 2026, 12:30 UTC”.
    pub fn moment(&self, date: DateTime<Utc>) -> String {
        let time = date.format("%H:%M").to_string();
        self.say_of("moment", [("day", self.day(date).into()), ("time", time.into())])
    }

    fn dated(&self, form: &str, date: NaiveDate) -> String {
        let month = self.say(&format!("month-{}", date.month()));
        let short = self.say(&format!("short-month-{}", date.month()));
        let values = [
            ("d", FluentValue::from(date.day())),
            ("month", month.into()),
            ("short", short.into()),
            ("y", date.year().to_string().into()),
        ];
        self.say_of(form, values)
    }

    fn bundle(&self) -> &'static Bundle {
        let index = LANGUAGES.iter().position(|language| *language == self.language).unwrap_or_default();
        &BUNDLES[index]
    }
}

/// A date as `datetime` tells it to programs.
pub fn instant(date: DateTime<Utc>) -> String {
    date.format("%Y-%m-%dT%H:%M:%SZ").to_string()
}

fn bundle(language: &Language) -> Bundle {
    let tag = language.tag.parse().expect("the tags in the table are language tags");
    let mut bundle = FluentBundle::new_concurrent(vec![tag]);
    // The marks around values are for texts of mixed direction, and get in the way of who searches a page.
    bundle.set_use_isolating(false);
    let resource = FluentResource::try_new(language.messages.to_owned());
    let resource = resource.unwrap_or_else(|(readable, _)| readable);
    bundle.add_resource_overriding(resource);
    bundle
}

#[cfg(test)]
mod tests {
    use super::*;

    fn english() -> Words {
        Words::of(LANGUAGES[0])
    }

    fn french() -> Words {
        Words::of(LANGUAGES[1])
    }

    fn names(language: &Language) -> Vec<String> {
        let lines = language.messages.lines().filter(|line| line.starts_with(|c: char| c.is_ascii_lowercase()));
        let mut names: Vec<String> = lines.filter_map(|line| Some(line.split_once(" =")?.0.to_owned())).collect();
        names.sort_unstable();
        names
    }

    #[test]
    fn every_language_says_the_same_things() {
        for language in &LANGUAGES {
            assert!(FluentResource::try_new(language.messages.to_owned()).is_ok(), "{} has faults", language.tag);
            assert_eq!(names(language), names(&LANGUAGES[0]), "{}", language.tag);
        }
    }

    #[test]
    fn dates_and_numbers_are_written_as_the_language_writes_them() {
        let date = DateTime::parse_from_rfc3339("2026-11-01T12:30:00Z").unwrap().to_utc();

        assert_eq!(english().moment(date), "1 November 2026, 12:30 UTC");
        assert_eq!(french().moment(date), "1er novembre 2026 à 12:30 UTC");
        assert_eq!(english().week_day(date.date_naive()), "Sunday 1 November 2026");
        assert_eq!(french().short_day(date), "1er nov. 2026");
        assert_eq!(english().number(42_632), "42,632");
        assert_eq!(french().number(42_632), "42\u{202f}632");
        assert_eq!(english().number(7), "7");
    }

    #[test]
    fn numbers_choose_the_form() {
        assert_eq!(english().count("services-count", 1), "1 service");
        assert_eq!(english().count("services-count", 1_200), "1,200 services");
        assert_eq!(french().count("services-count", 0), "0 service");
    }
}
