//! The name of an entry: which terms it is a version of, and when that was fetched.

use std::fmt;

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};

use super::Refusal;
use crate::domain::TermsKey;

/// How the date is written.
const DATE: &str = "%Y-%m-%dT%H-%M-%SZ";

/// How else it has been written, with or without a `Z`; all are in UTC.
const OTHER_DATES: [&str; 4] = ["%Y-%m-%dT%H-%M-%S", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d--%H-%M-%S", "%Y-%m-%d_%H-%M-%S"];

/// Folders that may stand around those of the services.
const MOST_BASES: usize = 3;

/// What an entry's name tells.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EntryName {
    pub date: DateTime<Utc>,
    pub terms: TermsKey,
}

impl EntryName {
    /// Reads the path of an entry below the dataset, with `/` between its parts; `None` for what describes the dataset
    /// or was left there by the system.
    ///
    /// # Errors
    /// When the path is that of no version, or would lead out of the dataset.
    pub fn read(path: &str) -> Result<Option<Self>, Refusal> {
        if path.starts_with('/') || path.contains('\\') || path.split('/').any(|part| part == ".." || part == ".") {
            return Err(Refusal::Outside);
        }
        let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
        if parts.iter().any(|part| part.starts_with('.') || *part == "__MACOSX") {
            return Ok(None);
        }
        let [bases @ .., service, terms_type, file] = parts.as_slice() else { return Ok(None) };
        if bases.len() > MOST_BASES {
            return Err(Refusal::TooDeep);
        }
        let Some(stem) = file.strip_suffix(".md").or_else(|| file.strip_suffix(".MD")) else {
            return Err(Refusal::NotMarkdown);
        };
        let date = date(stem).ok_or_else(|| Refusal::NoDate(stem.chars().take(40).collect()))?;
        Ok(Some(Self { date, terms: TermsKey::new(service.parse()?, terms_type.parse()?) }))
    }
}

impl fmt::Display for EntryName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}.md", self.terms.service, self.terms.terms_type, self.date.format(DATE))
    }
}

fn date(stem: &str) -> Option<DateTime<Utc>> {
    let stem = stem.strip_suffix('Z').unwrap_or(stem);
    // Some tools wrote fractions of a second, which git cannot keep.
    let whole = stem.split_once('.').map_or(stem, |(whole, _)| whole);
    let instant = OTHER_DATES.iter().find_map(|format| NaiveDateTime::parse_from_str(whole, format).ok());
    let day = || NaiveDate::parse_from_str(whole, "%Y-%m-%d").ok().map(|day| day.and_time(NaiveTime::MIN));
    instant.or_else(day).map(|date| date.and_utc())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(path: &str) -> String {
        match EntryName::read(path) {
            Ok(Some(name)) => name.to_string(),
            Ok(None) => "passed over".to_owned(),
            Err(refusal) => refusal.to_string(),
        }
    }

    #[test]
    fn every_way_of_writing_an_entry_is_understood() {
        let expected = "Acme/Privacy Policy/2021-03-04T22-00-28Z.md";

        for path in [
            "dataset-2021-04-01/Acme/Privacy Policy/2021-03-04T22-00-28Z.md",
            "Acme/Privacy Policy/2021-03-04T22-00-28Z.md",
            "a/b/Acme/Privacy Policy/2021-03-04T22-00-28.123Z.md",
            "Acme/Privacy Policy/2021-03-04T22:00:28Z.MD",
            "Acme/Privacy Policy/2021-03-04--22-00-28.md",
        ] {
            assert_eq!(read(path), expected, "{path}");
        }
        assert_eq!(read("Acme/Imprint/2021-03-04.md"), "Acme/Imprint/2021-03-04T00-00-00Z.md");
    }

    #[test]
    fn what_describes_a_dataset_is_passed_over() {
        for path in ["dataset/README.md", "LICENSE", "__MACOSX/Acme/Imprint/._2021-03-04.md", "a/.git/config/x.md"] {
            assert_eq!(read(path), "passed over", "{path}");
        }
    }

    #[test]
    fn what_cannot_be_a_version_says_why() {
        for (path, why) in [
            ("../../etc/cron.d/Acme/x.md", "its path leads out of the dataset"),
            ("/Acme/Imprint/2021-03-04.md", "its path leads out of the dataset"),
            ("Acme\\Imprint\\2021-03-04.md", "its path leads out of the dataset"),
            ("Acme/Imprint/2021-03-04.html", "it is not Markdown, whose names end in `.md`"),
            ("Acme/Imprint/2021-02-30T00-00-00Z.md", "`2021-02-30T00-00-00Z` is no date such as 2021-03-04T22-00-28Z"),
            ("Acme/Terms #1/2021-03-04.md", "terms type `Terms #1` contains ` #`, which separates document ids"),
            ("a/b/c/d/e/f/Acme/Imprint/2021-03-04.md", "it lies in more folders than a dataset has"),
        ] {
            assert_eq!(read(path), why, "{path}");
        }
    }
}
