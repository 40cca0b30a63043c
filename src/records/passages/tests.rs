//! Passages of archives that grow, are rewritten, damaged and shared.

use std::fs;
use std::path::Path;

use super::{Advance, Found, Passage, PassageFilter, Passages, Query};
use crate::domain::{New, RecordId, Version};
use crate::records::contract::{day, terms, version};
use crate::records::git::tests::git;
use crate::records::{GitConfig, GitStore, RecordStore};

fn store(folder: &Path) -> GitStore<Version> {
    GitStore::open(folder, &GitConfig::at("")).unwrap()
}

fn recorded(store: &GitStore<Version>, day_of_month: u32, markdown: &str) -> RecordId {
    let id = store.save(New::tracked(version(day_of_month, markdown, &[]))).unwrap().id().clone();
    store.flush().unwrap();
    id
}

fn opened(folder: &Path) -> Passages {
    Passages::open(folder, &GitConfig::at("")).unwrap()
}

/// All passages there are, once all records are in.
fn built(folder: &Path) -> Passages {
    let mut passages = opened(folder);
    while !matches!(passages.advance().unwrap(), Advance::Complete(_)) {}
    passages
}

fn search(passages: &mut Passages, query: &str) -> Vec<Passage> {
    found(passages, query, &PassageFilter::default()).passages
}

fn found(passages: &mut Passages, query: &str, filter: &PassageFilter) -> Found {
    passages.search(&Query::parse(query).unwrap(), filter).unwrap()
}

fn texts(passages: &mut Passages, query: &str) -> Vec<String> {
    search(passages, query).into_iter().map(|passage| passage.text).collect()
}

#[test]
fn a_passage_tells_when_it_came_and_when_it_went() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path());
    let first = recorded(&store, 1, "You may leave.\n\nWe keep data.");
    let second = recorded(&store, 3, "You may leave.\n\nWe sell data.\n\n*   Really");
    let third = recorded(&store, 5, "We sell data.");

    let mut passages = built(folder.path());

    let [leaving] = search(&mut passages, "leave").try_into().unwrap();
    assert_eq!((leaving.first.record, leaving.first.date), (first.clone(), day(1)));
    assert_eq!((leaving.last.record, leaving.last.date), (second.clone(), day(3)));
    assert_eq!(leaving.gone.map(|gone| (gone.record, gone.date)), Some((third.clone(), day(5))));
    let [selling, keeping] = search(&mut passages, "data").try_into().unwrap();
    assert_eq!(
        (selling.text.as_str(), selling.first.record, selling.last.record),
        ("We sell data.", second.clone(), third)
    );
    assert_eq!(selling.gone, None);
    assert_eq!((keeping.last.record, keeping.gone.unwrap().record), (first, second));
}

#[test]
fn a_passage_that_comes_back_is_the_one_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path());
    let first = recorded(&store, 1, "Data.");
    let second = recorded(&store, 2, "Nothing.");
    let mut passages = built(folder.path());
    let last = recorded(&store, 3, "[Data](https://a.example)\\.");

    while !matches!(passages.advance().unwrap(), Advance::Complete(_)) {}

    let [data] = search(&mut passages, "data").try_into().unwrap();
    let [absence] = data.absences.try_into().unwrap();
    assert_eq!((absence.gone.record, absence.back.record), (second, last.clone()));
    assert_eq!((data.first.record, data.last.record, data.gone), (first, last, None));
}

#[test]
fn a_passage_is_not_found_for_a_time_when_it_was_missing() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path());
    for (day, text) in [(1, "Data."), (5, "Nothing."), (9, "Data."), (13, "Nothing."), (17, "Data.")] {
        recorded(&store, day, text);
    }
    let mut passages = built(folder.path());
    let mut between = |since, until| {
        let filter = PassageFilter { since: Some(day(since)), until: Some(day(until)), ..PassageFilter::default() };
        found(&mut passages, "data", &filter).total
    };

    assert_eq!([(5, 5), (6, 8), (13, 16)].map(|(since, until)| between(since, until)), [0, 0, 0]);
    assert_eq!([(1, 4), (4, 6), (8, 9), (12, 13), (5, 16)].map(|(since, until)| between(since, until)), [1; 5]);
}

#[test]
fn passages_added_commit_by_commit_are_those_of_a_first_build() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path());
    let mut added = opened(folder.path());
    for number in 0..40_u32 {
        let text = format!("Always.\n\nEvery third {}.\n\nOnce {number}.\n\nNow and then {}.", number / 3, number % 5);
        let terms = terms(["A", "B"][number as usize % 2], "Imprint");
        store.save(New::tracked(Version { terms, ..version(number % 28 + 1, &text, &[]) })).unwrap();
        store.flush().unwrap();
        assert!(
            matches!(added.advance().unwrap(), Advance::Complete(progress) if progress.done == number as usize + 1)
        );
    }
    let one_by_one = ["always", "every", "once", "now"].map(|word| sorted(search(&mut added, word)));
    drop(added);
    fs::remove_file(folder.path().join(".git/fineprint/passages.sqlite")).unwrap();

    let mut at_once = built(folder.path());

    assert_eq!(["always", "every", "once", "now"].map(|word| sorted(search(&mut at_once, word))), one_by_one);
    assert_eq!(one_by_one.map(|passages| passages.len()), [2, 27, 40, 10]);
}

/// Passages of the same date come in the order in which they were taken in.
fn sorted(mut passages: Vec<Passage>) -> Vec<Passage> {
    passages.sort_by(|a, b| (&a.terms, &a.text).cmp(&(&b.terms, &b.text)));
    passages
}

#[test]
fn what_is_found_is_narrowed_down_and_paged() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path());
    for (service, day_of_month, text) in [("A", 1, "Old data."), ("B", 2, "Data."), ("A", 10, "New data.")] {
        let version = Version { terms: terms(service, "Imprint"), ..version(day_of_month, text, &[]) };
        store.save(New::tracked(version)).unwrap();
    }
    store.flush().unwrap();
    let mut passages = built(folder.path());
    let mut texts = |filter: PassageFilter| -> (usize, Vec<String>) {
        let found = found(&mut passages, "data", &filter);
        (found.total, found.passages.into_iter().map(|passage| passage.text).collect())
    };
    let all = PassageFilter::default();

    assert_eq!(texts(all.clone()).1, ["New data.", "Data.", "Old data."]);
    assert_eq!(texts(PassageFilter { services: vec!["B".parse().unwrap()], ..all.clone() }).1, ["Data."]);
    assert_eq!(texts(PassageFilter { terms_types: vec!["Other".parse().unwrap()], ..all.clone() }), (0, vec![]));
    // The old text stood until the new one came.
    assert_eq!(
        texts(PassageFilter { since: Some(day(9)), until: Some(day(9)), ..all.clone() }).1,
        ["Data.", "Old data."]
    );
    assert_eq!(texts(PassageFilter { since: Some(day(10)), ..all.clone() }).1, ["New data.", "Data."]);
    assert_eq!(texts(PassageFilter { offset: 1, limit: Some(1), ..all.clone() }), (3, vec!["Data.".to_owned()]));
    assert_eq!(texts(PassageFilter { offset: 9, ..all }), (3, vec![]));
}

#[test]
fn words_are_found_in_any_script_with_or_without_accents() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path());
    recorded(&store, 1, "Vos **données** personnelles.\n\nこの利用規約に同意する。\n\nข้อกำหนดการใช้งาน\n\nСоглашение");
    let mut passages = built(folder.path());

    assert_eq!(texts(&mut passages, "DONNEES"), ["Vos données personnelles."]);
    assert_eq!(texts(&mut passages, "donn*"), ["Vos données personnelles."]);
    assert_eq!(texts(&mut passages, "利用規約"), ["この利用規約に同意する。"]);
    assert_eq!(texts(&mut passages, "規約利用"), Vec::<String>::new());
    assert_eq!(texts(&mut passages, "กำหนด"), ["ข้อกำหนดการใช้งาน"]);
    assert_eq!(texts(&mut passages, "соглашение -données"), ["Соглашение"]);
    let [found] = search(&mut passages, "\"vos données\"").try_into().unwrap();
    assert_eq!(&found.text[found.places[0].clone()], "Vos données");
}

#[test]
fn a_rewritten_history_is_read_anew() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path());
    recorded(&store, 1, "Kept.");
    recorded(&store, 2, "Dropped.");
    let mut passages = built(folder.path());
    git(folder.path(), &["reset", "--quiet", "--hard", "HEAD~1"]);
    recorded(&store, 3, "Instead.");

    while !matches!(passages.advance().unwrap(), Advance::Complete(_)) {}

    assert_eq!(texts(&mut passages, "dropped"), Vec::<String>::new());
    assert_eq!(search(&mut passages, "kept")[0].gone.as_ref().unwrap().date, day(3));
    assert_eq!(texts(&mut passages, "instead"), ["Instead."]);
}

#[test]
fn damaged_passages_are_made_anew() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path());
    recorded(&store, 1, &(0..500).map(|n| format!("Clause {n} of the terms.\n\n")).collect::<String>());
    drop(built(folder.path()));
    let file = folder.path().join(".git/fineprint/passages.sqlite");
    let whole = fs::read(&file).unwrap();
    let mut torn = whole.clone();
    torn[4096..].fill(0xa5);
    for damaged in [b"no database".to_vec(), whole[..whole.len() / 2].to_vec(), torn, Vec::new()] {
        fs::write(&file, damaged).unwrap();

        let mut passages = opened(folder.path());
        // Whatever meets the damage first, what follows finds all.
        let _ = found(&mut passages, "clause", &PassageFilter::default());
        while !matches!(passages.advance().unwrap(), Advance::Complete(_)) {}

        assert_eq!(found(&mut passages, "clause", &PassageFilter { limit: Some(1), ..Default::default() }).total, 500);
    }
}

#[test]
fn whoever_builds_keeps_nobody_waiting() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path());
    recorded(&store, 1, "First.");
    let (mut reader, mut builder) = (built(folder.path()), opened(folder.path()));
    recorded(&store, 2, "Second.");
    let transaction = builder.file.transaction().unwrap();

    assert!(matches!(reader.advance().unwrap(), Advance::Elsewhere(progress) if progress.done == 1));
    let found = found(&mut reader, "first", &PassageFilter::default());
    recorded(&store, 3, "Third.");

    assert_eq!((found.total, found.progress.is_complete()), (1, false));
    drop(transaction);
    assert!(matches!(reader.advance().unwrap(), Advance::Complete(progress) if progress.done == 3));
}

#[test]
fn a_version_that_is_mended_is_searched_however_many_share_a_content_that_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path());
    for number in 0..40 {
        let shared = Version { terms: terms(&format!("A{number}"), "Imprint"), ..version(1, "Shared.", &[]) };
        store.save(New::tracked(shared)).unwrap();
    }
    recorded(&store, 2, "Second.");
    let [shared, second] = ["A0/Imprint.md", "Acme/Privacy Policy.md"]
        .map(|file| git(folder.path(), &["rev-parse", &format!("HEAD:{file}")]));
    crate::records::git::tests::unpack_then_break(folder.path(), shared.trim());
    let (start, rest) = second.trim().split_at(2);
    let object = folder.path().join(".git/objects").join(start).join(rest);
    let whole = fs::read(&object).unwrap();
    crate::records::git::tests::unpack_then_break(folder.path(), second.trim());
    let mut passages = built(folder.path());
    let before = texts(&mut passages, "second");

    fs::write(&object, whole).unwrap();
    while !matches!(passages.advance().unwrap(), Advance::Complete(_)) {}

    assert_eq!((before, texts(&mut passages, "second")), (vec![], vec!["Second.".to_owned()]));
}

#[test]
fn a_version_that_cannot_be_read_leaves_the_others_to_be_searched() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path());
    recorded(&store, 1, "First.");
    recorded(&store, 2, "Second.");
    recorded(&store, 3, "Third.");
    let blob = git(folder.path(), &["rev-parse", "HEAD~1:Acme/Privacy Policy.md"]);
    crate::records::git::tests::unpack_then_break(folder.path(), blob.trim());

    let mut passages = built(folder.path());

    assert_eq!(texts(&mut passages, "second"), Vec::<String>::new());
    assert_eq!(search(&mut passages, "first")[0].gone.as_ref().unwrap().date, day(3));
}
