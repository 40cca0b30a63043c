//! Archives that were damaged, and disks that take nothing: told precisely, and nothing else stops.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::json;

use crate::collection::{Ran, TestCollection, git};
use crate::site::{Page, Site};

/// Two services, each with two versions.
fn tracked() -> (Site, TestCollection) {
    let site = Site::serve();
    let collection = TestCollection::new();
    for revision in ["first", "second"] {
        for service in ["Acme", "Quill"] {
            let path = format!("/{service}");
            publish(&site, &path, &format!("The {revision} words of {service}."));
            collection.declare(service, "Imprint", json!({ "fetch": site.url(&path), "select": "main" }));
        }
        collection.track();
    }
    (site, collection)
}

fn publish(site: &Site, path: &str, text: &str) {
    site.put(path, Page::html(&format!("<main>{text}</main>")));
}

/// The id of an object, and of the commit of Acme's record that holds it.
fn object(collection: &TestCollection, record: &str, path: &str) -> (String, String) {
    let log = collection.git("versions", &["log", "--format=%H", "--", "Acme"]);
    let commit = log.lines().nth(usize::from(record == "first")).unwrap().to_owned();
    let id = collection.git("versions", &["rev-parse", &format!("{commit}:{path}")]);
    (id.trim().to_owned(), commit)
}

/// Overwrites a loose object with nonsense.
fn break_loose(repository: &Path, id: &str) {
    for pack in packs(repository) {
        let aside = repository.join(".git/aside.pack");
        fs::rename(&pack, &aside).unwrap();
        fs::remove_file(pack.with_extension("idx")).unwrap();
        let unpack = "git unpack-objects -q < .git/aside.pack";
        assert!(Command::new("sh").args(["-c", unpack]).current_dir(repository).status().unwrap().success());
        fs::remove_file(aside).unwrap();
    }
    overwrite(&loose(repository, id), 0);
}

fn loose(repository: &Path, id: &str) -> PathBuf {
    repository.join(".git/objects").join(&id[..2]).join(&id[2..])
}

/// Overwrites an object within its pack.
fn break_packed(repository: &Path, id: &str) {
    let (offset, pack) = packs(repository).into_iter().find_map(|pack| Some((offset_in(&pack, id)?, pack))).unwrap();
    // Behind the few bytes that tell type and size.
    overwrite(&pack, offset + 4);
}

fn packs(repository: &Path) -> Vec<PathBuf> {
    let files = fs::read_dir(repository.join(".git/objects/pack")).unwrap().map(|file| file.unwrap().path());
    files.filter(|file| file.extension().is_some_and(|extension| extension == "pack")).collect()
}

fn offset_in(pack: &Path, id: &str) -> Option<usize> {
    let listed = git(Path::new("."), &["verify-pack", "-v", pack.to_str().unwrap()]);
    let line = listed.lines().find(|line| line.starts_with(id))?;
    line.split_whitespace().nth(4)?.parse().ok()
}

fn overwrite(file: &Path, offset: usize) {
    let mut bytes = fs::read(file).unwrap();
    bytes[offset..].iter_mut().take(12).for_each(|byte| *byte = 0x5a);
    fs::remove_file(file).unwrap();
    fs::write(file, bytes).unwrap();
}

/// What is told of an object that cannot be read.
fn assert_told(text: &str, object: &str, record: &str) {
    assert!(text.contains(&format!("object {object} of ")) && text.contains(" is damaged"), "{text}");
    assert!(text.contains(record), "{text}");
}

#[test]
fn a_damaged_object_costs_one_record_and_is_told_with_it() {
    for damage in [break_loose, break_packed] {
        let (site, collection) = tracked();
        let (blob, record) = object(&collection, "first", "Acme/Imprint.md");
        damage(&collection.path("versions"), &blob);

        let verified = collection.run(&["verify"]);
        assert_eq!(verified.code, 1);
        assert_told(&verified.stdout, &blob, &record);
        assert!(verified.stdout.contains("versions: 4 records, 1 fault"), "{}", verified.stdout);

        let shown = collection.run(&["show", "Acme", "Imprint", "--id", &record]);
        assert_eq!((shown.code, shown.stdout.as_str()), (1, ""));
        assert_told(&shown.stderr, &blob, &record);
        assert!(shown.stderr.contains("hint: "), "{}", shown.stderr);

        assert_eq!(collection.run(&["history"]).stdout.lines().count(), 5);
        assert_eq!(collection.run(&["show", "Acme", "Imprint"]).stdout, "The second words of Acme.");
        let searched = collection.run(&["search", "words"]);
        assert!(searched.stderr.contains("4 passages"), "{}", searched.stderr);
        publish(&site, "/Acme", "The third words of Acme.");
        assert!(collection.track().stdout.contains("recorded 1 new version"));
    }
}

#[test]
fn a_search_of_an_archive_with_a_damaged_version_goes_on_without_it() {
    let (_site, collection) = tracked();
    let (blob, record) = object(&collection, "first", "Acme/Imprint.md");
    break_loose(&collection.path("versions"), &blob);
    fs::remove_file(collection.path("versions/.git/fineprint/passages.sqlite")).unwrap();

    let searched = collection.run(&["search", "words"]);

    assert_eq!(searched.code, 0);
    assert_told(&searched.stderr, &blob, &record);
    assert!(searched.stderr.ends_with("3 passages\n"), "{}", searched.stderr);
}

#[test]
fn records_are_listed_once_their_tree_is_mended() {
    let (_site, collection) = tracked();
    let (_, record) = object(&collection, "first", "Acme/Imprint.md");
    let tree = collection.git("versions", &["rev-parse", &format!("{record}^{{tree}}")]).trim().to_owned();
    let versions = collection.path("versions");
    break_loose(&versions, collection.git("versions", &["rev-parse", "HEAD:Quill/Imprint.md"]).trim());
    let (file, aside) = (loose(&versions, &tree), collection.path("aside"));
    fs::rename(&file, &aside).unwrap();
    fs::remove_dir_all(versions.join(".git/fineprint")).unwrap();
    // Which record follows upon it is told by its subject.
    assert_eq!(collection.run(&["history"]).stdout.lines().count(), 4);

    fs::rename(&aside, &file).unwrap();

    assert_eq!(collection.run(&["history"]).stdout.lines().count(), 5);
}

#[test]
fn a_version_is_searched_once_its_text_is_mended() {
    let (_site, collection) = tracked();
    let (blob, _) = object(&collection, "first", "Acme/Imprint.md");
    let versions = collection.path("versions");
    break_loose(&versions, &blob);
    fs::remove_file(versions.join(".git/fineprint/passages.sqlite")).unwrap();
    assert!(collection.run(&["search", "words"]).stderr.ends_with("3 passages\n"));

    fs::remove_file(loose(&versions, &blob)).unwrap();
    let text = collection.path("text");
    fs::write(&text, "The first words of Acme.").unwrap();
    let again = collection.git("versions", &["hash-object", "-w", text.to_str().unwrap()]);

    assert_eq!(again.trim(), blob);
    assert!(collection.run(&["search", "words"]).stderr.ends_with("4 passages\n"));
}

/// A file that cannot be opened at the moment is no damage: nothing may be left out of the index for it.
#[cfg(unix)]
#[test]
fn a_pack_that_cannot_be_opened_is_told_and_costs_no_record() {
    let (_site, collection) = tracked();
    let pack = packs(&collection.path("versions")).pop().unwrap();
    let aside = collection.path("aside.pack");
    fs::rename(&pack, &aside).unwrap();
    std::os::unix::fs::symlink(&pack, &pack).unwrap();
    fs::remove_file(collection.path("versions/.git/fineprint/index.sqlite")).unwrap();

    let listed = collection.run(&["history"]);

    assert_eq!((listed.code, listed.stdout.as_str()), (1, ""));
    assert!(listed.stderr.contains(&format!("cannot read {}", pack.display())), "{}", listed.stderr);
    fs::remove_file(&pack).unwrap();
    fs::rename(&aside, &pack).unwrap();
    assert_eq!(collection.run(&["history"]).stdout.lines().count(), 5);
}

#[test]
fn what_was_recorded_is_read_even_where_the_newest_tree_is_damaged() {
    let (site, collection) = tracked();
    let tree = collection.git("versions", &["rev-parse", "HEAD^{tree}"]).trim().to_owned();
    break_loose(&collection.path("versions"), &tree);

    assert_eq!(collection.run(&["history"]).stdout.lines().count(), 5);
    assert_eq!(collection.run(&["show", "Acme", "Imprint"]).stdout, "The second words of Acme.");

    publish(&site, "/Acme", "The third words of Acme.");
    let tracked = collection.run(&["track"]);
    assert_eq!(tracked.code, 1);
    assert_told(&tracked.stderr, &tree, "hint: ");
}

#[test]
fn a_damaged_commit_is_named() {
    let (_site, collection) = tracked();
    let (_, record) = object(&collection, "first", "Acme/Imprint.md");
    break_loose(&collection.path("versions"), &record);
    fs::remove_file(collection.path("versions/.git/fineprint/index.sqlite")).unwrap();

    let listed = collection.run(&["history"]);

    assert_eq!(listed.code, 1);
    assert_told(&listed.stderr, &record, "hint: ");
    assert_eq!(collection.run(&["history", "--snapshots"]).stdout.lines().count(), 5);
}

/// As docs/archive.md tells.
#[test]
fn a_clone_gives_back_what_was_damaged() {
    for damage in [break_loose, break_packed] {
        let (_site, collection) = tracked();
        let clone = tempfile::tempdir().unwrap();
        let (versions, clone) = (collection.path("versions"), clone.path().to_str().unwrap());
        git(Path::new("."), &["clone", "-q", "--bare", versions.to_str().unwrap(), clone]);
        let (blob, record) = object(&collection, "first", "Acme/Imprint.md");
        damage(&versions, &blob);
        assert_eq!(collection.run(&["show", "Acme", "Imprint", "--id", &record]).code, 1);

        let mend = "cd versions && mkdir damaged && mv .git/objects/pack/pack-* damaged/
                    mv .git/objects/$1/$2 damaged/
                    for pack in damaged/*.pack; do git unpack-objects -q -r < \"$pack\"; done
                    git fetch -q --refetch \"$3\" HEAD && git fsck && rm -r damaged";
        let mut command = Command::new("sh");
        command.args(["-c", mend, "sh", &blob[..2], &blob[2..], clone]).current_dir(collection.path("."));
        command.output().unwrap();

        let shown = collection.run(&["show", "Acme", "Imprint", "--id", &record]);
        assert_eq!(shown.stdout, "The first words of Acme.", "{}", shown.stderr);
        assert!(!versions.join("damaged").exists(), "git found faults");
        assert_eq!(collection.run(&["verify"]).code, 0);
    }
}

/// Runs fineprint where no file can grow, which stops even root, as a disk that is read-only does.
fn run_where_nothing_can_be_written(collection: &TestCollection, arguments: &str) -> Ran {
    let binary = env!("CARGO_BIN_EXE_fineprint");
    let script = format!("trap '' XFSZ; ulimit -f 0; exec '{binary}' --collection . {arguments}");
    let mut command = Command::new("sh");
    Ran::from(command.args(["-c", &script]).current_dir(collection.path(".")).env_remove("RUST_LOG").output().unwrap())
}

#[cfg(unix)]
#[test]
fn an_archive_is_read_where_nothing_can_be_written() {
    let (_site, collection) = tracked();
    for is_indexed in [true, false] {
        if !is_indexed {
            fs::remove_dir_all(collection.path("versions/.git/fineprint")).unwrap();
        }

        let listed = run_where_nothing_can_be_written(&collection, "history");
        let shown = run_where_nothing_can_be_written(&collection, "show Acme Imprint");
        let searched = run_where_nothing_can_be_written(&collection, "search words");

        assert_eq!(listed.stdout.lines().count(), 5, "{}", listed.stderr);
        assert_eq!(shown.stdout, "The second words of Acme.", "{}", shown.stderr);
        assert!(searched.stderr.ends_with("4 passages\n"), "{}", searched.stderr);
    }
}

#[cfg(unix)]
#[test]
fn a_run_where_nothing_can_be_written_says_so_and_spoils_nothing() {
    let (site, collection) = tracked();
    let before = collection.git("versions", &["rev-parse", "HEAD"]);
    publish(&site, "/Acme", "The third words of Acme.");

    let ran = run_where_nothing_can_be_written(&collection, "track");

    assert_eq!(ran.code, 1, "{}", ran.stdout);
    assert!(ran.stderr.contains("error: cannot "), "{}", ran.stderr);
    assert_eq!(collection.git("versions", &["rev-parse", "HEAD"]), before);
    collection.git("versions", &["fsck", "--strict"]);
    assert!(collection.track().stdout.contains("recorded 1 new version"));
}
