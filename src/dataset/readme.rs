//! What a dataset says about itself, and under which terms it may be used.

use chrono::{DateTime, Utc};

use super::Exported;

/// What a dataset is of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct About {
    pub title: String,
    /// When it is made.
    pub date: DateTime<Utc>,
    /// Where the versions are published as they are recorded.
    pub versions_url: Option<String>,
}

/// The licence under which Open Terms Archive's collections publish their datasets.
pub const LICENCE: &str = "\
This dataset is made available under the Open Database License 1.0 (ODbL-1.0):
https://opendatacommons.org/licenses/odbl/1-0/

You may copy, use and share it, and make other works from it, if you name its source, offer databases
derived from it under the same licence, and keep them open.

The licence covers the collection as a database. The texts in it were written and published by the
services that they are of, whose rights in them it does not touch.
";

/// The README of a dataset.
pub fn readme(about: &About, exported: &Exported) -> String {
    let period = match (exported.oldest, exported.newest) {
        (Some(oldest), Some(newest)) => format!(", fetched from {} to {}", day(oldest), day(newest)),
        _ => String::new(),
    };
    let left_out = match exported.left_out.len() {
        0 => String::new(),
        1 => "One version could not be read in the archive, and is missing here.\n\n".to_owned(),
        several => format!("{several} versions could not be read in the archive, and are missing here.\n\n"),
    };
    let source = match &about.versions_url {
        Some(url) => format!("New versions are published as they are recorded, at <{url}>.\n"),
        None => String::new(),
    };
    format!(
        "# {title} — {made}\n\n\
         {versions} versions of {terms} terms of {services} services{period}.\n\n\
         Each file is one version of one terms, in Markdown:\n\n    \
         <service>/<terms type>/<date>.md\n\n\
         The date is that at which the source documents were fetched, in UTC; dashes stand for the colons of its time. A\n\
         version holds until the date of the next one. Where a text was extracted again from the same documents, the last\n\
         extraction counts, and what did not change is not repeated. Services and terms types go by the names they have\n\
         now. The source documents are not part of the dataset.\n\n\
         {left_out}{source}The file LICENSE says what may be done with it.\n",
        title = about.title,
        made = day(about.date),
        versions = exported.versions,
        terms = exported.terms,
        services = exported.services,
    )
}

fn day(date: DateTime<Utc>) -> String {
    date.format("%Y-%m-%d").to_string()
}
