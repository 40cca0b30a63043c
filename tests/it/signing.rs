//! Signed records, as plain git verifies them: with an SSH key and with an OpenPGP key.

use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::collection::TestCollection;
use crate::serve::Server;
use crate::site::{Page, Site};

/// Tracks two versions with commits signed by `key`, in this environment.
fn tracked_and_signed(key: &str, environment: &[(&str, &Path)]) -> TestCollection {
    let signed = json!({ "storage": { "git": { "signingKey": key } } });
    tracked(&json!({ "versions": signed, "snapshots": signed }), environment)
}

/// Tracks two versions with this configuration of recorders, in this environment.
fn tracked(recorder: &Value, environment: &[(&str, &Path)]) -> TestCollection {
    let site = Site::serve();
    let collection = TestCollection::new();
    collection.write("metadata.yml", "id: demo\nname: Demo\ntagline: Terms\nlanguages: [en]\njurisdictions: [FR]\n");
    collection.declare("Acme", "Imprint", json!({ "fetch": site.url("/terms"), "select": "main" }));
    let recorder = json!({ "recorder": recorder });
    collection.write("config/local.json", &json!({ "@opentermsarchive/engine": recorder }).to_string());
    for text in ["One.", "Two."] {
        site.put("/terms", Page::terms(text));
        let ran = collection.command(&["track"]).envs(environment.iter().copied()).output().unwrap();
        assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    }
    collection
}

/// What plain git says of the signatures, as a person reads it.
fn log_with_signatures(collection: &TestCollection, environment: &[(&str, &Path)]) -> String {
    let log = Command::new("git")
        .arg("-C")
        .arg(collection.path("versions"))
        .args(["log", "--show-signature", "--format=%G? %s"])
        .envs(environment.iter().copied())
        .env("LC_ALL", "C")
        .output()
        .unwrap();
    assert!(log.status.success());
    String::from_utf8(log.stdout).unwrap()
}

fn succeeds(command: &mut Command) -> bool {
    command.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
}

#[test]
fn records_signed_with_an_openpgp_key_are_verified_by_git() {
    let home = tempfile::tempdir().unwrap();
    std::fs::set_permissions(home.path(), std::os::unix::fs::PermissionsExt::from_mode(0o700)).unwrap();
    let environment = [("GNUPGHOME", home.path())];
    let key = "Bot <bot@collection.example>";
    let make = ["--batch", "--quiet", "--passphrase", "", "--quick-generate-key", key, "ed25519", "sign", "never"];
    if !succeeds(Command::new("gpg").args(make).envs(environment)) {
        eprintln!("gpg is not installed, so OpenPGP signatures are not tested here");
        return;
    }

    let collection = tracked_and_signed("bot@collection.example", &environment);
    let log = log_with_signatures(&collection, &environment);
    let verified = collection.command(&["verify"]).envs(environment).output().unwrap();
    succeeds(Command::new("gpgconf").args(["--kill", "gpg-agent"]).envs(environment));

    assert_eq!(log.matches(&format!("Good signature from \"{key}\" [ultimate]")).count(), 2, "{log}");
    assert!(log.contains("\nG Record new changes of Acme Imprint\n"), "{log}");
    let told = String::from_utf8(verified.stdout).unwrap();
    assert!(verified.status.success(), "{told}");
    assert!(told.contains("versions: 2 records, no faults, 2 with a good signature, 0 with a bad one"), "{told}");
    collection.git("versions", &["fsck", "--strict"]);
}

#[test]
fn records_signed_with_an_ssh_key_are_verified_by_git() {
    let home = tempfile::tempdir().unwrap();
    let key = home.path().join("key");
    if !succeeds(Command::new("ssh-keygen").args(["-q", "-t", "ed25519", "-N", "", "-f"]).arg(&key)) {
        eprintln!("ssh-keygen is not installed, so SSH signatures are not tested here");
        return;
    }

    let collection = tracked_and_signed(key.to_str().unwrap(), &[]);
    let unchecked = collection.run(&["verify"]).stdout;
    let told = "0 with a good signature, 0 with a bad one, 2 with one that cannot be checked here, 0 unsigned";
    assert!(unchecked.contains(told), "git is not told which keys to trust: {unchecked}");
    let signers = home.path().join("signers");
    let public = std::fs::read_to_string(key.with_extension("pub")).unwrap();
    std::fs::write(&signers, format!("bot@collection.example {public}")).unwrap();
    collection.git("versions", &["config", "gpg.ssh.allowedSignersFile", signers.to_str().unwrap()]);
    let log = log_with_signatures(&collection, &[]);

    assert_eq!(log.matches("Good \"git\" signature for bot@collection.example with ED25519 key").count(), 2, "{log}");
    assert!(log.contains("\nG Record new changes of Acme Imprint\n"), "{log}");
    let fingerprint = Command::new("ssh-keygen").arg("-lf").arg(key.with_extension("pub")).output().unwrap();
    let fingerprint = String::from_utf8(fingerprint.stdout).unwrap();
    let fingerprint = fingerprint.split(' ').nth(1).unwrap();
    let page = page_of_latest(&collection);
    assert!(page.contains(&format!("<dd>Good, SSH key <code>{fingerprint}</code></dd>")), "{page}");
    assert_a_git_that_fails_is_a_fault(&collection);
}

fn assert_a_git_that_fails_is_a_fault(collection: &TestCollection) {
    collection.write("bin/git", "#!/bin/sh\necho 'fatal: out of order' >&2\nexit 128\n");
    std::fs::set_permissions(collection.path("bin/git"), std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let path = format!("{}:{}", collection.path("bin").display(), std::env::var("PATH").unwrap());

    let verified = collection.command(&["verify"]).env("PATH", path).output().unwrap();

    let told = String::from_utf8(verified.stdout).unwrap();
    assert_eq!(verified.status.code(), Some(1), "{told}");
    assert!(told.contains("the signatures could not be checked: fatal: out of order"), "{told}");
}

/// The page of the last version, as a server that was just started shows it.
fn page_of_latest(collection: &TestCollection) -> String {
    let server = Server::of(collection);
    let id = collection.git("versions", &["rev-parse", "HEAD"]);
    server.get(&format!("/en/versions/{}", id.trim())).1
}

#[test]
fn a_signature_is_told_where_its_key_is_unknown_and_nothing_where_there_is_none() {
    let home = tempfile::tempdir().unwrap();
    let key = home.path().join("key");
    if !succeeds(Command::new("ssh-keygen").args(["-q", "-t", "ed25519", "-N", "", "-f"]).arg(&key)) {
        eprintln!("ssh-keygen is not installed, so SSH signatures are not tested here");
        return;
    }

    let signed = page_of_latest(&tracked_and_signed(key.to_str().unwrap(), &[]));
    let unsigned = page_of_latest(&tracked(&json!({}), &[]));

    assert!(signed.contains("<dd>SSH key; not checked here <code>SHA256:"), "{signed}");
    assert!(!unsigned.contains("Signature"), "{unsigned}");
}
