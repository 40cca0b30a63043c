//! Prints what a repository was found to hold.

use std::collections::BTreeSet;
use std::path::Path;

use crate::cli::output::println;
use serde_json::{Value, json};

use crate::cli::moment::rfc3339;
use crate::cli::reading::kind_name;
use crate::cli::track::kind_in_words;
use crate::domain::{Collection, TermsKey};
use crate::records::{Held, Other};

/// Names listed of each sort; the count tells of all.
const NAMES_SHOWN: usize = 20;

/// Tells what the repository in `path` holds, and how that relates to what is declared.
pub fn print(name: &str, path: &Path, held: &Held, collection: &Collection) {
    println!("{name}: {} records of {} terms in {}", held.len(), held.terms.len(), path.display());
    for (kind, count) in &held.records {
        println!("  {}: {count}", kind_in_words(*kind));
    }
    if let (Some(oldest), Some(newest)) = (held.oldest, held.newest) {
        println!("  from {} to {}", oldest.format("%Y-%m-%d"), newest.format("%Y-%m-%d"));
    }
    for (engine, count) in &held.engines {
        println!("  by {}: {count}", engine.as_deref().unwrap_or("an engine that does not say"));
    }
    for (other, skipped) in &held.skipped {
        println!("  left out, {}: {}, the first of them {}", why(*other), skipped.count, skipped.first);
    }
    print_names("services without declaration, which stay readable", &undeclared(held, collection));
    let names: Vec<String> = unrecorded(held, collection).into_iter().map(ToString::to_string).collect();
    print_names("declared terms without a record, which the next run begins", &names);
    println!();
}

/// The same for programs.
pub fn as_json(held: &Held, collection: &Collection) -> Value {
    let kinds = held.records.iter().map(|(kind, count)| (kind_name(*kind).to_owned(), json!(count)));
    let engines = held.engines.iter().map(|(engine, count)| json!({ "engine": engine, "records": count }));
    let skipped = held
        .skipped
        .iter()
        .map(|(other, skipped)| json!({ "why": why(*other), "commits": skipped.count, "first": skipped.first }));
    let mut object = json!({
        "records": held.len(),
        "kinds": kinds.collect::<serde_json::Map<_, _>>(),
        "engines": engines.collect::<Value>(),
        "terms": held.terms.len(),
        "leftOut": skipped.collect::<Value>(),
        "servicesWithoutDeclaration": undeclared(held, collection),
        "termsWithoutRecord": unrecorded(held, collection)
            .iter()
            .map(|terms| json!({ "service": terms.service, "termsType": terms.terms_type }))
            .collect::<Value>(),
    });
    if let (Some(oldest), Some(newest)) = (held.oldest, held.newest) {
        (object["oldest"], object["newest"]) = (json!(rfc3339(oldest)), json!(rfc3339(newest)));
    }
    object
}

fn undeclared(held: &Held, collection: &Collection) -> Vec<String> {
    let declared: BTreeSet<&str> = collection.services.iter().map(|service| service.id.as_str()).collect();
    let recorded: BTreeSet<&str> = held.terms.iter().map(|terms| terms.service.as_str()).collect();
    recorded.difference(&declared).map(|&name| name.to_owned()).collect()
}

fn unrecorded<'a>(held: &Held, collection: &'a Collection) -> BTreeSet<&'a TermsKey> {
    collection.terms().map(|terms| &terms.key).filter(|key| !held.terms.contains(key)).collect()
}

fn print_names(what: &str, names: &[String]) {
    if names.is_empty() {
        return;
    }
    let shown = names.iter().take(NAMES_SHOWN).map(String::as_str).collect::<Vec<_>>().join(", ");
    let more = names.len().saturating_sub(NAMES_SHOWN);
    let rest = if more == 0 { String::new() } else { format!(" and {more} more") };
    println!("  {what}: {shown}{rest}");
}

fn why(other: Other) -> &'static str {
    match other {
        Other::Merge => "merges",
        Other::OtherSubject => "commits of people",
        Other::NoRecordFile => "commits that change no record",
        Other::Damaged => "commits that cannot be read",
    }
}
