//! Whether an index says what `git log` says, on every path.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use fineprint::records::{GitConfig, GitStore, RecordFilter, RecordStore, Recordable};

use crate::git;

/// How subjects of records begin.
const SUBJECTS: [&str; 6] =
    ["First record of ", "Record new changes of ", "Apply technical ", "Start tracking ", "Update ", "Refilter "];

/// Disagreements printed.
const PRINTED: usize = 10;

type ByPath = BTreeMap<String, BTreeSet<String>>;

/// Every commit with a record's subject that is no merge and adds or changes a record's file must be in the index, under
/// a path that it changed, and nothing else.
pub fn check<T: Recordable>(folder: &Path) {
    let logged = logged(folder);
    let indexed = indexed::<T>(folder);
    let in_log: BTreeSet<&String> = logged.values().flatten().collect();
    let in_index: BTreeSet<&String> = indexed.values().flatten().collect();
    let missing = in_log.difference(&in_index).map(|id| format!("missing {id}"));
    let surplus = indexed.iter().flat_map(|(path, ids)| {
        let known = logged.get(path);
        ids.iter()
            .filter(move |id| known.is_none_or(|known| !known.contains(*id)))
            .map(move |id| format!("{path}: {id}"))
    });
    let found: Vec<String> = missing.chain(surplus).collect();
    println!("  against git log         {} disagreements on {} paths", found.len(), logged.len());
    found.iter().take(PRINTED).for_each(|line| println!("    {line}"));
}

fn indexed<T: Recordable>(folder: &Path) -> ByPath {
    let store = GitStore::<T>::open_for_reading(folder, &GitConfig::at("")).expect("the archive opens");
    let mut paths = ByPath::new();
    for entry in store.list(&RecordFilter::default()).expect("the index answers") {
        let document = entry.document.map(|document| format!(" #{document}")).unwrap_or_default();
        let path = format!("{}/{}{document}", entry.terms.service, entry.terms.terms_type);
        paths.entry(path).or_default().insert(entry.id.to_string());
    }
    paths
}

fn logged(folder: &Path) -> ByPath {
    let format = "--format=%x01%H%x02%s%x02";
    let log = git(folder, &["log", "--no-merges", "--no-renames", "--name-status", "-z", format]);
    let mut paths = ByPath::new();
    for commit in log.split('\u{1}') {
        let parts: Vec<&str> = commit.split('\u{2}').collect();
        let [id, subject, files] = parts.as_slice() else { continue };
        if !SUBJECTS.iter().any(|prefix| subject.starts_with(prefix)) {
            continue;
        }
        let names: Vec<&str> = files.trim_matches(['\0', '\n']).split('\0').collect();
        for file in names.chunks_exact(2).filter(|file| !file[0].ends_with('D')).filter_map(|file| stem(file[1])) {
            paths.entry(file.to_owned()).or_default().insert((*id).to_owned());
        }
    }
    paths
}

/// The path of a record's file without its extension.
fn stem(name: &str) -> Option<&str> {
    let is_file = name.split('/').count() == 2 && !name.starts_with('.');
    name.rsplit_once('.').map(|(stem, _)| stem).filter(|_| is_file)
}
