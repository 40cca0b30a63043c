//! What every store of records must do, whatever is behind it: one suite, run over all of them.

use chrono::{DateTime, TimeZone, Utc};

use super::{Config, Extractions, GitStore, MemoryStore, Order, RecordFilter, RecordStore};
use crate::domain::{
    DocumentId, ENGINE, FetcherKind, Kind, MimeType, New, RecordId, Saved, Snapshot, TermsKey, TermsName, Version,
};

/// Two stores of an archive, and the folder they lie in, if any.
struct Archive<S, V> {
    snapshots: S,
    versions: V,
    _folder: Option<tempfile::TempDir>,
}

fn in_git() -> Archive<GitStore<Snapshot>, GitStore<Version>> {
    let folder = tempfile::tempdir().unwrap();
    let config = Config::default();
    Archive {
        snapshots: GitStore::open(&folder.path().join("snapshots"), &config.snapshots).unwrap(),
        versions: GitStore::open(&folder.path().join("versions"), &config.versions).unwrap(),
        _folder: Some(folder),
    }
}

fn in_memory() -> Archive<MemoryStore<Snapshot>, MemoryStore<Version>> {
    Archive { snapshots: MemoryStore::new(), versions: MemoryStore::new(), _folder: None }
}

pub fn day(day: u32) -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 1, day, 12, 30, 15).unwrap()
}

pub fn terms(service: &str, terms_type: &str) -> TermsKey {
    TermsKey::new(service.parse().unwrap(), terms_type.parse().unwrap())
}

pub fn page(day_of_month: u32, content: &str) -> Snapshot {
    Snapshot {
        terms: terms("Acme", "Privacy Policy"),
        document: None,
        location: "https://acme.example/privacy".to_owned(),
        fetched_at: day(day_of_month),
        mime: MimeType::html(),
        fetcher: FetcherKind::FullDom,
        content: content.as_bytes().to_vec(),
    }
}

pub fn version(day_of_month: u32, markdown: &str, snapshots: &[RecordId]) -> Version {
    Version {
        terms: terms("Acme", "Privacy Policy"),
        fetched_at: day(day_of_month),
        snapshots: snapshots.to_vec(),
        markdown: markdown.to_owned(),
    }
}

pub fn kind(saved: &Saved) -> Option<Kind> {
    match saved {
        Saved::Recorded { kind, .. } => Some(*kind),
        Saved::Unchanged { .. } => None,
    }
}

/// Makes each function a test over every kind of store, before and after a flush.
macro_rules! contract {
    ($($name:ident),* $(,)?) => {
        mod git {
            $(#[test] fn $name() {
                let archive = super::in_git();
                super::$name(&archive.snapshots, &archive.versions, false);
                let archive = super::in_git();
                super::$name(&archive.snapshots, &archive.versions, true);
            })*
        }
        mod memory {
            $(#[test] fn $name() {
                let archive = super::in_memory();
                super::$name(&archive.snapshots, &archive.versions, true);
            })*
        }
    };
}

contract!(
    what_is_saved_reads_back_as_it_was,
    unchanged_content_makes_no_record,
    the_first_record_is_first_whatever_its_cause,
    a_page_that_becomes_a_pdf_is_a_change,
    the_record_valid_at_a_date_is_the_newest_until_then,
    an_upgrade_takes_the_place_of_what_it_upgrades,
    documents_of_one_terms_are_kept_apart,
    lists_are_filtered_ordered_and_cut,
    extractions_are_remembered,
    names_are_literal,
    a_file_name_that_no_disk_holds_is_refused,
);

type Snapshots<'a> = &'a dyn RecordStore<Snapshot>;

trait Versions: RecordStore<Version> + Extractions {}

impl<S: RecordStore<Version> + Extractions> Versions for S {}

fn flush_if(is_due: bool, snapshots: Snapshots, versions: &dyn Versions) {
    if is_due {
        snapshots.flush().unwrap();
        versions.flush().unwrap();
    }
}

fn what_is_saved_reads_back_as_it_was(snapshots: Snapshots, versions: &dyn Versions, flushes: bool) {
    let mut page = page(1, "<p>Größe</p>");
    page.content.extend([0, 255, b'\r', b'\n']);
    let snapshot = snapshots.save(New::tracked(page.clone())).unwrap();
    let version = version(1, "No *final* newline", &[snapshot.id().clone()]);
    let saved = versions.save(New::tracked(version.clone())).unwrap();
    flush_if(flushes, snapshots, versions);

    let found = snapshots.find(snapshot.id()).unwrap().unwrap();
    let latest = versions.latest(&version.terms).unwrap().unwrap();

    assert_eq!((found.content, found.kind, found.engine.as_deref()), (page, Kind::First, Some(ENGINE)));
    assert_eq!((latest.content, &latest.id), (version, saved.id()));
    assert_eq!(versions.find(&"f".repeat(40).parse().unwrap()).unwrap(), None);
}

fn unchanged_content_makes_no_record(snapshots: Snapshots, versions: &dyn Versions, flushes: bool) {
    let first = snapshots.save(New::tracked(page(1, "same"))).unwrap();
    flush_if(flushes, snapshots, versions);

    let again = snapshots.save(New::tracked(page(2, "same"))).unwrap();

    assert_eq!(again, Saved::Unchanged { latest: first.id().clone() });
    assert_eq!(snapshots.list(&RecordFilter::default()).unwrap().len(), 1);
}

fn the_first_record_is_first_whatever_its_cause(snapshots: Snapshots, versions: &dyn Versions, flushes: bool) {
    let first = versions.save(New::upgraded(version(1, "a", &[]))).unwrap();
    flush_if(flushes, snapshots, versions);
    let upgrade = versions.save(New::upgraded(version(1, "b", &[]))).unwrap();
    let change = versions.save(New::tracked(version(2, "c", &[]))).unwrap();

    let kinds = [kind(&first), kind(&upgrade), kind(&change)];
    assert_eq!(kinds, [Some(Kind::First), Some(Kind::TechnicalUpgrade), Some(Kind::Change)]);
}

fn a_page_that_becomes_a_pdf_is_a_change(snapshots: Snapshots, versions: &dyn Versions, flushes: bool) {
    snapshots.save(New::tracked(page(1, "same bytes"))).unwrap();
    flush_if(flushes, snapshots, versions);
    let pdf = Snapshot { mime: MimeType::pdf(), ..page(2, "same bytes") };

    let saved = snapshots.save(New::tracked(pdf.clone())).unwrap();
    flush_if(flushes, snapshots, versions);

    assert_eq!(kind(&saved), Some(Kind::Change));
    assert_eq!(snapshots.latest(&pdf.key()).unwrap().unwrap().content.mime, MimeType::pdf());
    assert_eq!(kind(&snapshots.save(New::tracked(page(3, "same bytes"))).unwrap()), Some(Kind::Change));
}

fn the_record_valid_at_a_date_is_the_newest_until_then(snapshots: Snapshots, versions: &dyn Versions, flushes: bool) {
    for (day_of_month, text) in [(2, "two"), (4, "four"), (6, "six")] {
        versions.save(New::tracked(version(day_of_month, text, &[]))).unwrap();
    }
    flush_if(flushes, snapshots, versions);
    let key = terms("Acme", "Privacy Policy");
    let text_at = |date| versions.valid_at(&key, date).unwrap().map(|record| record.content.markdown);

    assert_eq!(text_at(day(1)), None);
    assert_eq!(text_at(day(2)).as_deref(), Some("two"));
    assert_eq!(text_at(day(5)).as_deref(), Some("four"));
    assert_eq!(text_at(day(30)).as_deref(), Some("six"));
}

fn an_upgrade_takes_the_place_of_what_it_upgrades(snapshots: Snapshots, versions: &dyn Versions, flushes: bool) {
    versions.save(New::tracked(version(2, "old way", &[]))).unwrap();
    versions.save(New::tracked(version(4, "later", &[]))).unwrap();
    versions.save(New::upgraded(version(2, "new way", &[]))).unwrap();
    flush_if(flushes, snapshots, versions);
    let key = terms("Acme", "Privacy Policy");

    assert_eq!(versions.valid_at(&key, day(3)).unwrap().unwrap().content.markdown, "new way");
    assert_eq!(versions.latest(&key).unwrap().unwrap().content.markdown, "new way");
}

fn documents_of_one_terms_are_kept_apart(snapshots: Snapshots, versions: &dyn Versions, flushes: bool) {
    let document =
        |name: &str, content: &str| Snapshot { document: Some(DocumentId::from_file_name(name)), ..page(1, content) };
    for (name, content) in [("v1", "a"), ("v1.0", "b"), ("", "c")] {
        assert_eq!(kind(&snapshots.save(New::tracked(document(name, content))).unwrap()), Some(Kind::First));
    }
    flush_if(flushes, snapshots, versions);

    let content = |snapshot: Snapshot| snapshots.latest(&snapshot.key()).unwrap().unwrap().content.content;
    assert_eq!(content(document("v1", "")), b"a");
    assert_eq!(content(document("v1.0", "")), b"b");
    assert_eq!(content(page(1, "")), b"c", "the document at a host's root has no id in its file name");
}

fn lists_are_filtered_ordered_and_cut(snapshots: Snapshots, versions: &dyn Versions, flushes: bool) {
    let named = |service: &str, of: Version| Version { terms: terms(service, "Imprint"), ..of };
    versions.save(New::tracked(named("A", version(3, "a", &[])))).unwrap();
    versions.save(New::tracked(named("B", version(1, "b", &[])))).unwrap();
    versions.save(New::tracked(named("B", version(2, "c", &[])))).unwrap();
    flush_if(flushes, snapshots, versions);
    let days = |filter: RecordFilter| -> Vec<u32> {
        let entries = versions.list(&filter).unwrap();
        entries.iter().map(|entry| entry.date.format("%d").to_string().parse().unwrap()).collect()
    };
    let all = RecordFilter::default();

    assert_eq!(days(all.clone()), [3, 2, 1]);
    assert_eq!(days(RecordFilter { order: Order::OldestFirst, ..all.clone() }), [1, 2, 3]);
    assert_eq!(days(RecordFilter { order: Order::LastRecordedFirst, limit: Some(2), ..all.clone() }), [2, 1]);
    assert_eq!(days(RecordFilter::of(&terms("B", "Imprint"))), [2, 1]);
    let name = |service: &str, terms_type: &str| TermsName {
        service: Some(service.parse().unwrap()),
        terms_type: Some(terms_type.parse().unwrap()),
        until: None,
    };
    let names = vec![name("B", "Imprint"), name("A", "Imprint"), name("Nobody", "Imprint")];
    assert_eq!(days(RecordFilter { names, ..all.clone() }).len(), 3, "any of several names");
    assert_eq!(days(RecordFilter { names: vec![name("B", "Imprint")], ..all.clone() }), [2, 1]);
    assert_eq!(days(RecordFilter { since: Some(day(2)), until: Some(day(2)), ..all.clone() }), [2]);
    assert_eq!(days(RecordFilter { kinds: vec![Kind::First], ..all.clone() }), [3, 1]);
    assert_eq!(days(RecordFilter { offset: 1, limit: Some(1), ..all.clone() }), [2]);
    let second = versions.list(&all).unwrap()[1].id.clone();
    let orders: [(Order, &[u32]); 3] =
        [(Order::NewestFirst, &[1]), (Order::OldestFirst, &[3]), (Order::LastRecordedFirst, &[1, 3])];
    for (order, expected) in orders {
        assert_eq!(days(RecordFilter { order, after: Some(second.clone()), ..all.clone() }), expected, "{order:?}");
    }
    let start = second.as_str()[..9].to_owned();
    let whole = RecordFilter { id_start: Some(second.to_string()), ..all.clone() };
    assert_eq!(days(whole), [2]);
    assert!(days(RecordFilter { id_start: Some(start), ..all.clone() }).contains(&2));
    assert_eq!(days(RecordFilter { id_start: Some("f".repeat(40)), ..all.clone() }), [0; 0]);
    let tallies = versions.tallies().unwrap();
    assert_eq!(tallies.iter().map(|tally| tally.records).sum::<usize>(), 3);
    let first = tallies.iter().filter(|tally| tally.kind == Kind::First);
    assert_eq!(first.map(|tally| tally.records).sum::<usize>(), 2);
    assert_eq!(tallies.iter().map(|tally| tally.last).max(), Some(day(3)));
    assert_eq!(days(RecordFilter { among: Some(vec![second.clone()]), ..all.clone() }), [2]);
    assert_eq!(days(RecordFilter { among: Some(Vec::new()), ..all.clone() }), [0; 0]);
    let engine = |start: &str| RecordFilter { engine: Some(start.to_owned()), ..all.clone() };
    assert_eq!(days(engine("fineprint/")), [3, 2, 1]);
    assert_eq!(days(engine("print")), [0; 0]);
    assert_eq!(days(RecordFilter { after: Some("0".repeat(40).parse().unwrap()), ..all.clone() }), [0; 0]);
    assert_eq!(versions.count(&RecordFilter { limit: Some(1), kinds: vec![Kind::First], ..all }).unwrap(), 2);
}

fn extractions_are_remembered(snapshots: Snapshots, versions: &dyn Versions, flushes: bool) {
    let key = terms("Acme", "Imprint");
    assert_eq!(versions.extraction_fingerprint(&key).unwrap(), None);

    versions.remember_extraction(&key, "one").unwrap();
    versions.remember_extraction(&key, "two").unwrap();
    flush_if(flushes, snapshots, versions);

    assert_eq!(versions.extraction_fingerprint(&key).unwrap().as_deref(), Some("two"));
    assert_eq!(versions.latest(&key).unwrap(), None);
}

fn names_are_literal(snapshots: Snapshots, versions: &dyn Versions, flushes: bool) {
    versions.save(New::tracked(version(1, "text", &[]))).unwrap();
    flush_if(flushes, snapshots, versions);

    for (service, terms_type) in
        [("*", "Privacy Policy"), ("Acme", "Priv*"), (":(glob)**", "%"), ("acme", "Privacy Policy")]
    {
        let key = terms(service, terms_type);
        assert_eq!(versions.latest_id(&key).unwrap(), None, "{key}");
        assert_eq!(versions.list(&RecordFilter::of(&key)).unwrap(), [], "{key}");
    }
    let odd = Version { terms: terms("--exec=x", "' OR 1 --"), ..version(1, "odd", &[]) };
    let saved = versions.save(New::tracked(odd.clone())).unwrap();
    assert_eq!(versions.latest_id(&odd.terms).unwrap().as_ref(), Some(saved.id()));
}

fn a_file_name_that_no_disk_holds_is_refused(snapshots: Snapshots, _: &dyn Versions, _: bool) {
    let document = Some(DocumentId::from_file_name(&"x".repeat(250)));

    let error = snapshots.save(New::tracked(Snapshot { document, ..page(1, "") })).unwrap_err();

    assert!(error.to_string().ends_with("its file name is longer than 255 bytes"), "{error}");
}
