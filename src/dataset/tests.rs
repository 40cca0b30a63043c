//! A dataset of an archive, imported, is that archive again; and what is no dataset does no harm.

use std::io::{Cursor, Write};
use std::path::Path;

use chrono::{DateTime, TimeZone, Utc};
use proptest::prelude::*;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::*;
use crate::domain::{Kind, New, TermsKey, Version};
use crate::records::{GitConfig, GitStore, MemoryStore, Order, RecordFilter, RecordStore};

fn at(second: u32) -> DateTime<Utc> {
    Utc.timestamp_opt(1_600_000_000 + i64::from(second), 0).unwrap()
}

fn version(service: &str, second: u32, markdown: &str) -> Version {
    let terms = TermsKey::new(service.parse().unwrap(), "Imprint".parse().unwrap());
    Version { terms, fetched_at: at(second), snapshots: vec![], markdown: markdown.to_owned() }
}

fn about() -> About {
    About { title: "My Terms".to_owned(), date: at(900_000), versions_url: None }
}

/// Exports a store to a file in `folder`.
fn exported(store: &MemoryStore<Version>, folder: &Path) -> (std::path::PathBuf, Exported) {
    let mut bytes = Cursor::new(Vec::new());
    let exported = export(store, &about(), |terms, _| terms.clone(), &mut bytes).unwrap();
    let path = folder.join("dataset.zip");
    std::fs::write(&path, bytes.into_inner()).unwrap();
    (path, exported)
}

fn imported(path: &Path) -> (MemoryStore<Version>, Imported) {
    let mut source = Source::open(path).unwrap();
    let plan = Plan::of(&source, at(1_000_000));
    let store = MemoryStore::new();
    let imported = import(&mut source, plan, &store, |version| store.save(New::tracked(version))).unwrap();
    (store, imported)
}

/// Terms, date and text of every record, in the order of dates.
fn contents(store: &MemoryStore<Version>) -> Vec<(TermsKey, DateTime<Utc>, String)> {
    let listed = store.list(&RecordFilter { order: Order::OldestFirst, ..RecordFilter::default() }).unwrap();
    let text = |id| store.find(id).unwrap().unwrap().content.markdown;
    let mut contents: Vec<_> = listed.iter().map(|entry| (entry.terms.clone(), entry.date, text(&entry.id))).collect();
    contents.sort_by(|a, b| (a.1, &a.0).cmp(&(b.1, &b.0)));
    contents
}

/// A ZIP file of these entries.
fn zipped(folder: &Path, entries: &[(&str, &[u8])]) -> std::path::PathBuf {
    let path = folder.join("made.zip");
    let mut zip = ZipWriter::new(std::fs::File::create(&path).unwrap());
    for (name, content) in entries {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(content).unwrap();
    }
    zip.finish().unwrap();
    path
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn importing_an_export_gives_the_archive_again(
        steps in prop::collection::vec((0..3_usize, 1..90_u32, "[a-c\r\n é]{0,4}"), 0..40)
    ) {
        let store = MemoryStore::new();
        let mut second = 0;
        for (service, later, text) in steps {
            second += later;
            store.save(New::tracked(version(["A", "B b", "条"][service], second, &text))).unwrap();
        }
        let folder = tempfile::tempdir().unwrap();

        let (path, _) = exported(&store, folder.path());
        let (again, outcome) = imported(&path);

        prop_assert!(outcome.refused.is_empty());
        prop_assert_eq!(contents(&again), contents(&store));
        let bytes = std::fs::read(&path).unwrap();
        exported(&again, folder.path());
        prop_assert_eq!(std::fs::read(&path).unwrap(), bytes);
    }
}

#[test]
fn a_dataset_is_laid_out_as_open_terms_archive_does() {
    let store = MemoryStore::new();
    store.save(New::tracked(version("Zeta", 0, "one"))).unwrap();
    store.save(New::tracked(version("Acme", 60, "two"))).unwrap();
    let folder = tempfile::tempdir().unwrap();

    let (path, exported) = exported(&store, folder.path());

    let paths: Vec<String> = Source::open(&path).unwrap().paths().into_iter().map(Result::unwrap).collect();
    let expected = [
        "my-terms-2020-09-23/Zeta/Imprint/2020-09-13T12-26-40Z.md",
        "my-terms-2020-09-23/Acme/Imprint/2020-09-13T12-27-40Z.md",
        "my-terms-2020-09-23/README.md",
        "my-terms-2020-09-23/LICENSE",
    ];
    assert_eq!(paths, expected);
    assert_eq!((exported.versions, exported.terms, exported.services), (2, 2, 2));
    let readme = Source::open(&path).unwrap().text(2, &mut 0).unwrap();
    let start =
        "# My Terms — 2020-09-23\n\n2 versions of 2 terms of 2 services, fetched from 2020-09-13 to 2020-09-13.\n";
    assert!(readme.starts_with(start), "{readme}");
}

#[test]
fn the_name_of_a_dataset_hides_nothing() {
    let named = |title: &str| file_stem(&About { title: title.to_owned(), ..about() });

    assert_eq!(named("Île de Ré: 1/2"), "le-de-r---1-2-2020-09-23");
    assert_eq!(named("../.hidden"), "hidden-2020-09-23");
    assert_eq!(named("…"), "2020-09-23");
}

#[test]
fn of_a_version_and_its_upgrade_of_the_same_second_the_upgrade_counts() {
    let store = MemoryStore::new();
    store.save(New::tracked(version("Acme", 0, "one"))).unwrap();
    store.save(New::tracked(version("Acme", 60, "two, badly extracted"))).unwrap();
    store.save(New::upgraded(version("Acme", 60, "two"))).unwrap();
    let folder = tempfile::tempdir().unwrap();

    let (again, _) = imported(&exported(&store, folder.path()).0);

    let texts: Vec<String> = contents(&again).into_iter().map(|(_, _, text)| text).collect();
    assert_eq!(texts, ["one", "two"]);
}

#[test]
fn entries_become_the_records_that_runs_would_have_made() {
    let folder = tempfile::tempdir().unwrap();
    let path = zipped(
        folder.path(),
        &[
            ("d/Acme/Imprint/2021-03-03T00-00-00Z.md", b"two"),
            ("d/Acme/Imprint/2021-03-01T00-00-00Z.md", b"one"),
            ("d/Acme/Imprint/2021-03-02T00-00-00Z.md", b"one"),
            ("d/README.md", b"hello"),
        ],
    );
    let mut source = Source::open(&path).unwrap();
    let store = MemoryStore::new();

    let plan = Plan::of(&source, Utc::now());
    let outcome = import(&mut source, plan, &store, |version| store.save(New::tracked(version))).unwrap();

    assert_eq!(outcome.records, [(Kind::First, 1), (Kind::Change, 1)].into());
    assert_eq!((outcome.unchanged, outcome.refused.len()), (1, 0));
    assert_eq!(outcome.newest.unwrap().to_rfc3339(), "2021-03-03T00:00:00+00:00");
}

#[test]
fn what_cannot_be_recorded_is_told_and_everything_else_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let bomb = vec![b'0'; (33 << 20) as usize];
    let path = zipped(
        folder.path(),
        &[
            ("d/Acme/Imprint/2021-03-01T00-00-00Z.md", b"good"),
            ("d/Acme/Imprint/2021-03-01.md", b"the same second, in another spelling"),
            ("d/Acme/Imprint/2021-03-02T00-00-00Z.md", &bomb),
            ("d/Acme/Imprint/2021-03-03T00-00-00Z.md", b"caf\xe9"),
            ("d/Acme/Imprint/9021-03-03T00-00-00Z.md", b"from the future"),
            ("../../d/Acme/Imprint/2021-03-04T00-00-00Z.md", b"elsewhere"),
        ],
    );

    let mut source = Source::open(&path).unwrap();
    let store = MemoryStore::new();
    let plan = Plan::of(&source, Utc::now());
    let outcome = import(&mut source, plan, &store, |version| store.save(New::tracked(version))).unwrap();

    let mut told: Vec<String> = outcome.refused.iter().map(ToString::to_string).collect();
    told.sort();
    let expected = [
        "../../d/Acme/Imprint/2021-03-04T00-00-00Z.md: its path leads out of the dataset",
        "Acme/Imprint/2021-03-01T00-00-00Z.md: another entry is of the same terms and second, and counts instead",
        "Acme/Imprint/2021-03-02T00-00-00Z.md: it is larger than 32 MiB",
        "Acme/Imprint/2021-03-03T00-00-00Z.md: it is not UTF-8 text from byte 3 on",
        "d/Acme/Imprint/9021-03-03T00-00-00Z.md: it is dated in the future",
    ];
    assert_eq!(told, expected);
    assert_eq!(outcome.recorded(), 1);
}

#[test]
fn an_import_goes_on_after_what_was_recorded_and_mixes_with_nothing_else() {
    let store = MemoryStore::new();
    for (second, text) in [(0, "one"), (60, "two"), (120, "three")] {
        store.save(New::tracked(version("Acme", second, text))).unwrap();
    }
    let folder = tempfile::tempdir().unwrap();
    let source = Source::open(&exported(&store, folder.path()).0).unwrap();
    let all = store.list(&RecordFilter { order: Order::LastRecordedFirst, ..RecordFilter::default() }).unwrap();
    let plan = || Plan::of(&source, at(1_000_000));

    let mut resumed = plan();
    resumed.resume_after(&all[1..]).unwrap();
    store.save(New::tracked(version("Other", 7, "fetched"))).unwrap();
    let refusal = plan().resume_after(&store.list(&RecordFilter::default()).unwrap()).unwrap_err();

    assert_eq!((resumed.past.len(), resumed.entries.len()), (2, 1));
    assert_eq!(refusal.count, 1);
    assert!(refusal.to_string().contains("one is of Other — Imprint"), "{refusal}");
}

#[test]
fn of_a_later_edition_what_follows_the_records_is_added_and_what_does_not_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let store = MemoryStore::new();
    let imported = |entries: &[(&str, &[u8])]| {
        let mut source = Source::open(&zipped(folder.path(), entries)).unwrap();
        let mut plan = Plan::of(&source, Utc::now());
        plan.resume_after(&store.list(&RecordFilter::default()).unwrap()).unwrap();
        import(&mut source, plan, &store, |version| store.save(New::tracked(version))).unwrap()
    };
    imported(&[("Acme/Imprint/2021-03-01.md", b"one"), ("Acme/Imprint/2021-03-05.md", b"five")]);

    let outcome = imported(&[
        ("Acme/Imprint/2021-02-01.md", b"before all"),
        ("Acme/Imprint/2021-03-01.md", b"one"),
        ("Acme/Imprint/2021-03-02.md", b"one"),
        ("Acme/Imprint/2021-03-03.md", b"between"),
        ("Acme/Imprint/2021-03-05.md", b"five, corrected"),
        ("Acme/Imprint/2021-03-06.md", b"six"),
        ("Zeta/Imprint/2021-01-01.md", b"of other terms"),
    ]);

    assert_eq!((outcome.resumed, outcome.recorded()), (2, 2));
    let named: Vec<String> = outcome.refused.iter().map(ToString::to_string).collect();
    let why = "the archive holds these terms up to that date or later, without this text";
    let expected =
        ["2021-02-01", "2021-03-03", "2021-03-05"].map(|day| format!("Acme/Imprint/{day}T00-00-00Z.md: {why}"));
    assert_eq!(named, expected);
    let texts: Vec<String> = contents(&store).into_iter().map(|(_, _, text)| text).collect();
    assert_eq!(texts, ["of other terms", "one", "five", "six"]);
}

#[test]
fn what_is_unpacked_and_not_used_counts_as_well() {
    let folder = tempfile::tempdir().unwrap();
    let noise = vec![0xff; 1 << 20];
    let names: Vec<String> = (1..=4).map(|day| format!("d/A/Imprint/2020-01-0{day}T00-00-00Z.md")).collect();
    let entries: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), noise.as_slice())).collect();
    let path = zipped(folder.path(), &entries);
    let imported_within = |limit| {
        let mut source = Source::open(&path).unwrap();
        let plan = Plan::of(&source, at(900_000_000));
        let texts = import::Texts::of(&mut source, limit);
        import::import_from(texts, plan, &MemoryStore::new(), |_| panic!("nothing of it can be recorded"))
    };

    assert_eq!(imported_within(4 << 20).unwrap().refused.len(), 4);
    assert!(matches!(imported_within(3 << 20), Err(ImportError::TooLarge { .. })));
}

#[test]
fn a_damaged_version_is_left_out_and_told() {
    let folder = tempfile::tempdir().unwrap();
    let store = GitStore::<Version>::open(folder.path(), &GitConfig::at("")).unwrap();
    for (second, text) in [(1, "one"), (2, "two"), (3, "three")] {
        store.save(New::tracked(version("A", second, text))).unwrap();
        store.flush().unwrap();
    }
    let damaged = store.list(&RecordFilter::default()).unwrap().remove(1).id;
    drop(store);
    // The content of the second version is thrown away.
    let run = |command: &str| {
        let ran = std::process::Command::new("sh").args(["-c", command]).current_dir(folder.path()).status();
        assert!(ran.unwrap().success(), "{command}");
    };
    run("mv .git/objects/pack/* . && for pack in *.pack; do git unpack-objects -q < $pack; done");
    run(&format!(
        "id=$(git rev-parse '{damaged}:A/Imprint.md') && rm -f .git/objects/$(echo $id | cut -c 1-2)/$(echo $id | cut -c 3-)"
    ));

    let store = GitStore::<Version>::open_for_reading(folder.path(), &GitConfig::at("")).unwrap();
    let mut bytes = Cursor::new(Vec::new());
    let exported = export(&store, &about(), |terms, _| terms.clone(), &mut bytes).unwrap();

    assert_eq!(exported.versions, 2);
    let told: Vec<String> = exported.left_out.iter().map(ToString::to_string).collect();
    assert!(told[0].starts_with("A/Imprint/2020-09-13T12-26-42Z.md: object "), "{told:?}");
    let path = folder.path().join("dataset.zip");
    std::fs::write(&path, bytes.into_inner()).unwrap();
    let readme = Source::open(&path).unwrap().text(2, &mut 0).unwrap();
    assert!(readme.contains("One version could not be read in the archive, and is missing here."), "{readme}");
}

#[test]
fn what_is_neither_a_folder_nor_a_zip_file_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("notes.txt");
    std::fs::write(&path, "no dataset").unwrap();

    let error = Source::open(&path).err().unwrap();

    assert!(error.to_string().contains("is neither a folder nor a ZIP file"), "{error}");
}

#[test]
fn a_zip_file_that_was_cut_short_is_told_as_one() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("dataset.zip");
    std::fs::write(&path, b"PK\x03\x04 and so on").unwrap();

    let error = Source::open(&path).err().unwrap();

    assert!(error.to_string().contains("is a ZIP file of which a part is missing or damaged"), "{error}");
}
