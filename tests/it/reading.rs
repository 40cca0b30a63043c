//! `history`, `show`, `diff` and `stats`: reading an archive, here one that plain git made at fixed dates.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use serde_json::{Value, json};

use crate::collection::{Ran, TestCollection};
use crate::site::{Page, Site};

const SNAPSHOT: &str = "fb2e6b1b8bb5dda86162e0ea72e44968d9f274b1";

/// Ids of the first record of Acme's privacy policy, and of its change.
const FIRST_ID: &str = "87419ce703";
const CHANGE_ID: &str = "ae47efbc5323982f4e73a17b93de47ead88ea79c";

const FIRST: &str = "Privacy\n=======\n\nWe keep your data for 13 months.\n\nWrite to us.";
const CHANGED: &str = "Privacy\n=======\n\nWe keep your data for 30 days.\n\nWrite to us.";
const UPGRADED: &str = "Privacy\n=======\n\nWe keep your data for 30 days.\n\n[Write to us](https://acme.example/).";

/// An archive whose dates, and thereby ids, are always the same; nothing of it is declared.
pub fn archive() -> TestCollection {
    let collection = TestCollection::new();
    fs::create_dir(collection.path("versions")).unwrap();
    collection.git("versions", &["init", "-q", "-b", "main"]);
    let privacy = "Acme/Privacy Policy.md";
    let tracked = format!(
        "Record new changes of Acme Privacy Policy\n\nThis version was recorded after extracting from snapshot \
         ./snapshots/{SNAPSHOT}\n\nX-engine-version: 5.0.0"
    );
    commit(&collection, privacy, "2024-01-10T08:00:00Z", "First record of Acme Privacy Policy", FIRST);
    commit(&collection, "Acme/Imprint.md", "2024-01-31T23:59:59Z", "Start tracking Acme Imprint", "Acme Ltd\n");
    commit(&collection, privacy, "2024-03-01T12:00:00Z", &tracked, CHANGED);
    let upgrade = "Apply technical or declaration upgrade on Acme Privacy Policy";
    commit(&collection, privacy, "2024-03-01T12:00:00Z", upgrade, UPGRADED);
    commit(&collection, "README.md", "2024-04-01T00:00:00Z", "Update README", "Hello");
    let closed = "First record of Quill Terms of Service";
    commit(&collection, "Quill/Terms of Service.md", "2024-05-20T00:00:00Z", closed, "We \u{1b}[2Jclose.\r\n");
    collection
}

/// Commits a version as an engine does on a date.
pub fn commit(collection: &TestCollection, path: &str, date: &str, message: &str, content: &str) {
    collection.write(&format!("versions/{path}"), content);
    collection.git("versions", &["add", "."]);
    let output = Command::new("git")
        .arg("-C")
        .arg(collection.path("versions"))
        .args(["-c", "user.name=Bot", "-c", "user.email=bot@collection.example", "-c", "commit.gpgSign=false"])
        .args(["commit", "-q", "-m", message])
        .envs([("GIT_AUTHOR_DATE", date), ("GIT_COMMITTER_DATE", date)])
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

pub fn found(collection: &TestCollection, arguments: &[&str]) -> String {
    let ran = collection.run(arguments);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{arguments:?}");
    ran.stdout
}

/// What is said of something that is not found.
pub fn refused(collection: &TestCollection, arguments: &[&str]) -> String {
    let Ran { code, stdout, stderr } = collection.run(arguments);
    assert_eq!((code, stdout.as_str()), (1, ""), "{arguments:?}");
    stderr
}

pub fn parsed(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

#[test]
fn history_lists_records_the_newest_first() {
    let collection = archive();

    let expected = "\
Date                  Id          Kind               Service  Terms
2024-05-20T00:00:00Z  87d3a2b0f7  first record       Quill    Terms of Service
2024-03-01T12:00:00Z  8a4a9b7485  technical upgrade  Acme     Privacy Policy
2024-03-01T12:00:00Z  ae47efbc53  change             Acme     Privacy Policy
2024-01-31T23:59:59Z  d68e517bdf  first record       Acme     Imprint
2024-01-10T08:00:00Z  87419ce703  first record       Acme     Privacy Policy
";
    assert_eq!(found(&collection, &["history"]), expected);
}

#[test]
fn history_is_narrowed_down_by_name_date_kind_and_number() {
    let collection = archive();
    let dates = |arguments: &[&str]| -> Vec<String> {
        let listed = found(&collection, &[&["history"], arguments].concat());
        listed.lines().skip(1).map(|line| line[..10].to_owned()).collect()
    };

    assert_eq!(dates(&["Quill"]), ["2024-05-20"]);
    assert_eq!(dates(&["Acme", "Privacy Policy"]), ["2024-03-01", "2024-03-01", "2024-01-10"]);
    assert_eq!(dates(&["--since", "2024-01-31", "--until", "2024-01-31"]), ["2024-01-31"]);
    assert_eq!(dates(&["--since", "2024-03-01T12:00:01Z"]), ["2024-05-20"]);
    assert_eq!(dates(&["--kind", "change,technical-upgrade"]), ["2024-03-01", "2024-03-01"]);
    assert_eq!(dates(&["--limit", "1"]), ["2024-05-20"]);
}

#[test]
fn history_for_programs_tells_all_that_is_known() {
    let collection = archive();

    let listed = parsed(&found(&collection, &["history", "Acme", "--kind", "change", "--json"]));

    let expected = json!([{
        "id": CHANGE_ID,
        "service": "Acme",
        "termsType": "Privacy Policy",
        "kind": "change",
        "date": "2024-03-01T12:00:00Z",
        "engine": "5.0.0",
        "snapshots": [SNAPSHOT],
    }]);
    assert_eq!(listed, expected);
}

#[test]
fn a_history_in_which_nothing_matches_ends_with_1() {
    let collection = archive();

    let ran = collection.run(&["history", "--since", "2030-01-01"]);
    let for_programs = collection.run(&["history", "--since", "2030-01-01", "--json"]);

    assert_eq!((ran.code, ran.stdout.as_str(), ran.stderr.as_str()), (1, "", "no record matches\n"));
    assert_eq!((for_programs.code, for_programs.stdout.as_str()), (1, "[]\n"));
}

#[test]
fn show_prints_what_was_recorded_to_the_byte() {
    let collection = archive();
    let privacy = |arguments: &[&str]| found(&collection, &[&["show", "Acme", "Privacy Policy"], arguments].concat());

    assert_eq!(privacy(&[]), UPGRADED);
    assert_eq!(privacy(&["--at", "2024-01-10"]), FIRST);
    assert_eq!(privacy(&["--at", "2024-03-01T11:59:59Z"]), FIRST);
    assert_eq!(privacy(&["--at", "2024-03-01"]), UPGRADED, "an upgrade takes the place of what it upgrades");
    assert_eq!(privacy(&["--id", CHANGE_ID]), CHANGED);
    assert_eq!(privacy(&["--id", &CHANGE_ID[..7]]), CHANGED);
    assert_eq!(found(&collection, &["show", "Quill", "Terms of Service"]), "We \u{1b}[2Jclose.\r\n");
}

#[test]
fn a_date_before_the_first_record_is_answered_with_the_first() {
    let collection = archive();

    assert_eq!(
        refused(&collection, &["show", "Acme", "Privacy Policy", "--at", "2024-01-09"]),
        "error: nothing was recorded of Acme — Privacy Policy by 2024-01-09\n\
         hint: its first record is of 2024-01-10T08:00:00Z\n"
    );
}

#[test]
fn an_unknown_name_is_answered_with_what_the_archive_holds() {
    let collection = archive();
    let hint = |arguments: &[&str]| refused(&collection, arguments);

    assert_eq!(
        hint(&["show", "Qill", "Terms of Service"]),
        "error: no service `Qill` is recorded\nhint: did you mean `Quill`?\n"
    );
    assert_eq!(
        hint(&["diff", "Acme", "Privacy Polcy"]),
        "error: no terms type `Privacy Polcy` of Acme is recorded\nhint: did you mean `Privacy Policy`?\n"
    );
    assert_eq!(
        hint(&["history", "Acme", "Cookies"]),
        "error: no terms type `Cookies` of Acme is recorded\nhint: what is recorded: Imprint, Privacy Policy\n"
    );
    assert_eq!(
        hint(&["stats", "Zzz"]),
        "error: no service `Zzz` is recorded\nhint: `fineprint history` lists what is recorded\n"
    );
}

#[test]
fn names_dates_and_ids_are_never_interpreted() {
    let collection = archive();

    for (service, terms_type) in
        [("*", "*"), (":(glob)**", "Privacy Policy"), ("acme", "Imprint"), ("--all", "--output=x"), ("%", "' OR 1 --")]
    {
        let said = refused(&collection, &["show", "--", service, terms_type]);
        assert!(said.starts_with(&format!("error: no service `{service}` is recorded\n")), "{said}");
    }
    assert!(refused(&collection, &["show", "Acme/x", "Imprint"]).contains("`Acme/x` contains a path separator"));
    for id in ["HEAD", "main", "ae47efbc53^", "123456", "--all"] {
        let said = refused(&collection, &["show", "Acme", "Imprint", &format!("--id={id}")]);
        assert!(said.contains("an id of a record is 7 to 40 hexadecimal digits"), "{said}");
    }
    for date in ["yesterday", "2024-5-1", "2023-02-29", "@{1}"] {
        let said = refused(&collection, &["show", "Acme", "Imprint", "--at", date]);
        assert!(said.contains("write a day, 2024-05-01, or an instant, 2024-05-01T10:00:00Z"), "{said}");
    }
}

#[test]
fn an_id_is_looked_for_among_the_records_of_the_terms() {
    let collection = archive();

    assert_eq!(
        refused(&collection, &["show", "Acme", "Imprint", "--id", "ae47efbc53"]),
        "error: no record of Acme — Imprint has an id that starts with ae47efbc53\n\
         hint: `fineprint history \"Acme\" \"Imprint\"` lists them\n"
    );
}

#[test]
fn diff_shows_the_last_change_and_no_upgrade() {
    let collection = archive();

    let expected = "\
Acme — Privacy Policy
from 2024-01-10T08:00:00Z  87419ce703  first record
to   2024-03-01T12:00:00Z  ae47efbc53  change

2 words inserted, 2 words deleted

in Privacy
We keep your data for [-13 months-]{+30 days+}.
";
    assert_eq!(found(&collection, &["diff", "Acme", "Privacy Policy"]), expected);
}

#[test]
fn diff_compares_dates_and_ids() {
    let collection = archive();
    let diff = |arguments: &[&str]| found(&collection, &[&["diff", "Acme", "Privacy Policy"], arguments].concat());

    let since_a_date = diff(&["2024-02-01"]);
    let upgrade = diff(&["AE47EFBC", "2024-03-01"]);
    let same = diff(&["2024-04-01", "2024-05-01"]);

    assert!(since_a_date.contains("[-13 months-]{+30 days+}"), "{since_a_date}");
    assert!(upgrade.ends_with("\n\nOnly formatting differs.\n"), "{upgrade}");
    assert!(same.ends_with("\n\nNothing differs.\n"), "{same}");
    let said = refused(&collection, &["diff", "Acme", "Privacy Policy", "HEAD~1"]);
    assert!(said.contains("this is neither a date, such as 2024-05-01"), "{said}");
}

#[test]
fn a_terms_that_never_changed_has_no_last_change() {
    let collection = archive();

    assert_eq!(
        refused(&collection, &["diff", "Acme", "Imprint"]),
        "error: no change of Acme — Imprint is recorded\nhint: its only version is of 2024-01-31T23:59:59Z\n"
    );
}

#[test]
fn a_unified_diff_is_a_patch_that_applies() {
    let collection = archive();

    let patch = found(&collection, &["diff", "Acme", "Privacy Policy", "2024-01-10", "--unified"]);

    let expected = "\
--- a/Acme/Privacy Policy.md\t2024-01-10T08:00:00Z
+++ b/Acme/Privacy Policy.md\t2024-03-01T12:00:00Z
@@ -1,6 +1,6 @@
 Privacy
 =======
 
-We keep your data for 13 months.
+We keep your data for 30 days.
 
-Write to us.
\\ No newline at end of file
+[Write to us](https://acme.example/).
\\ No newline at end of file
";
    assert_eq!(patch, expected);
    let old = tempfile::tempdir().unwrap();
    fs::create_dir(old.path().join("Acme")).unwrap();
    fs::write(old.path().join("Acme/Privacy Policy.md"), FIRST).unwrap();
    let mut git =
        Command::new("git").args(["apply", "-"]).current_dir(old.path()).stdin(Stdio::piped()).spawn().unwrap();
    git.stdin.take().unwrap().write_all(patch.as_bytes()).unwrap();
    assert!(git.wait().unwrap().success());
    assert_eq!(fs::read_to_string(old.path().join("Acme/Privacy Policy.md")).unwrap(), UPGRADED);
}

#[test]
fn a_diff_for_programs_holds_both_records_and_every_block() {
    let collection = archive();

    let diff = parsed(&found(&collection, &["diff", "Acme", "Privacy Policy", "--json"]));

    assert!(diff["from"]["id"].as_str().unwrap().starts_with(FIRST_ID));
    assert_eq!(diff["to"]["id"], CHANGE_ID);
    assert_eq!(diff["to"]["date"], "2024-03-01T12:00:00Z");
    let place = json!({ "block": 1, "line": 4, "section": ["Privacy"] });
    let pieces = json!([
        { "fate": "kept", "text": "We keep your data for " },
        { "fate": "deleted", "text": "13 months" },
        { "fate": "inserted", "text": "30 days" },
        { "fate": "kept", "text": ".\n\n" },
    ]);
    let paragraph = json!({
        "kind": "paragraph", "level": 0, "fate": "changed", "touches": "words",
        "old": place, "new": place, "pieces": pieces,
    });
    assert_eq!(diff["diff"]["blocks"][1], paragraph);
    assert_eq!(diff["diff"]["blocks"][0]["fate"], "kept");
    assert_eq!(diff["diff"]["counts"]["wordsInserted"], 2);
}

#[test]
fn a_diff_shows_what_stands_around_a_change_if_asked() {
    let collection = archive();

    let shown = found(&collection, &["diff", "Acme", "Privacy Policy", "--context", "1"]);

    let expected = "\n# Privacy\n\nin Privacy\nWe keep your data for [-13 months-]{+30 days+}.\n\nWrite to us.\n";
    assert!(shown.ends_with(expected), "{shown}");
}

#[test]
fn stats_count_the_records_of_each_month() {
    let collection = archive();

    let expected = "\
Service  Month    Records  Changes  Upgrades
Acme     2024-01  2        0        0
Acme     2024-03  2        1        1
Quill    2024-05  1        0        0
";
    assert_eq!(found(&collection, &["stats"]), expected);
    let expected = "\
Terms           Month    Records  Changes  Upgrades
Imprint         2024-01  1        0        0
Privacy Policy  2024-01  1        0        0
Privacy Policy  2024-03  2        1        1
";
    assert_eq!(found(&collection, &["stats", "Acme"]), expected);
}

#[test]
fn stats_for_programs_have_totals_and_months() {
    let collection = archive();

    let stats = parsed(&found(&collection, &["stats", "Quill", "--json"]));

    let months = json!([{ "month": "2024-05", "records": 1, "changes": 0, "technicalUpgrades": 0 }]);
    let terms = json!({
        "termsType": "Terms of Service", "records": 1, "changes": 0, "technicalUpgrades": 0,
        "firstDate": "2024-05-20T00:00:00Z", "lastDate": "2024-05-20T00:00:00Z", "months": months,
    });
    assert_eq!(stats, json!({ "records": 1, "service": "Quill", "months": months, "terms": [terms] }));
}

#[test]
fn an_archive_is_read_without_any_declarations() {
    let collection = archive();
    fs::remove_dir_all(collection.path("declarations")).unwrap();

    assert_eq!(found(&collection, &["show", "Acme", "Imprint"]), "Acme Ltd\n");
    let said = refused(&collection, &["history", "--snapshots"]);
    assert!(said.contains("there is no repository in ") && said.contains("hint: `fineprint track`"), "{said}");
    assert!(!collection.path("snapshots").exists());
}

#[test]
fn a_closed_pipe_is_no_fault() {
    let collection = archive();

    for arguments in [
        &["history"][..],
        &["history", "--json"],
        &["show", "Acme", "Privacy Policy"],
        &["diff", "Acme", "Privacy Policy"],
        &["diff", "Acme", "Privacy Policy", "--unified"],
        &["stats"],
    ] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let output = collection.command(arguments).stdout(writer).output().unwrap();

        assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), &b""[..]), "{arguments:?}");
    }
}

#[test]
fn reading_goes_on_while_terms_are_tracked() {
    let site = Site::serve();
    site.put("/terms", Page::html("<main>You may leave.</main>"));
    let collection = TestCollection::new();
    collection.declare("Acme", "Imprint", json!({ "fetch": site.url("/terms"), "select": "main" }));
    collection.track();
    site.put("/terms", Page { delay: Duration::from_secs(4), ..Page::html("<main>You may not leave.</main>") });
    let mut tracking = collection.command(&["track"]).stderr(Stdio::null()).stdout(Stdio::null()).spawn().unwrap();
    while site.visits("/terms") < 2 {
        sleep(Duration::from_millis(10));
    }

    let shown = found(&collection, &["show", "Acme", "Imprint"]);
    let snapshot = found(&collection, &["show", "Acme", "Imprint", "--snapshot"]);

    assert!(tracking.try_wait().unwrap().is_none(), "tracking goes on meanwhile");
    assert_eq!(shown, "You may leave.");
    assert_eq!(snapshot, "<main>You may leave.</main>");
    assert!(tracking.wait().unwrap().success());
    assert_eq!(found(&collection, &["show", "Acme", "Imprint"]), "You may not leave.");
}

#[test]
fn the_archive_of_the_demo_is_read_as_git_reads_it() {
    let folder = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str]| Command::new(env!("CARGO_BIN_EXE_fineprint")).args(arguments).output().unwrap();
    let root = folder.path().join("demo");
    assert!(run(&["demo", "--no-serve", "--into", root.to_str().unwrap()]).status.success());
    let read = |arguments: &[&str]| run(&[&["--collection", root.to_str().unwrap()], arguments].concat());
    let git = |repository: &str, object: &str| {
        Command::new("git").arg("-C").arg(root.join(repository)).args(["show", object]).output().unwrap().stdout
    };

    let records = parsed(&String::from_utf8(read(&["history", "--json"]).stdout).unwrap());
    let newest: BTreeMap<_, _> =
        records.as_array().unwrap().iter().rev().map(|record| (record["service"].to_string(), record)).collect();
    assert_eq!(newest.len(), 12);
    for record in newest.values() {
        let [service, terms_type, id] = ["service", "termsType", "id"].map(|key| record[key].as_str().unwrap());
        let shown = read(&["show", service, terms_type, "--id", id]).stdout;
        assert!(!shown.is_empty() && shown == git("versions", &format!("{id}:{service}/{terms_type}.md")), "{record}");
    }

    // A snapshot is printed as the bytes it is; of several source documents one has to be named.
    let pdf = read(&["show", "Northline Ferries", "Conditions of Carriage", "--snapshot"]).stdout;
    assert_eq!(pdf, git("snapshots", "HEAD:Northline Ferries/Conditions of Carriage.pdf"));
    let ambiguous = read(&["show", "Parley", "Terms of Service", "--snapshot"]);
    assert_eq!(
        String::from_utf8(ambiguous.stderr).unwrap(),
        "error: Parley — Terms of Service has snapshots of 3 source documents\n\
         hint: name one with `--document`: 'terms', 'terms-disputes', 'terms-payments'\n"
    );
    let one = read(&["show", "Parley", "Terms of Service", "--snapshot", "--document", "terms-disputes"]).stdout;
    assert_eq!(one, git("snapshots", "HEAD:Parley/Terms of Service #terms-disputes.html"));

    // A service that closed stays readable.
    let closed = read(&["diff", "Spool", "Terms of Service"]).stdout;
    assert!(String::from_utf8(closed).unwrap().contains("closes"));
}
