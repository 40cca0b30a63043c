//! Collections with configurations in their folders, and what comes of them.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use tempfile::TempDir;

use super::*;

/// A collection folder with some files in it.
struct Collection {
    folder: TempDir,
    variables: Vec<(String, String)>,
}

impl Collection {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), variables: Vec::new() }
    }

    /// With a file, given by its path in the collection.
    fn file(self, path: &str, text: &str) -> Self {
        let path = self.folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
        self
    }

    /// With a configuration file whose engine section is `settings`.
    fn config(self, stem: &str, settings: &str) -> Self {
        self.file(&format!("config/{stem}.json"), &format!("{{\"@opentermsarchive/engine\": {settings}}}"))
    }

    fn variable(mut self, name: &str, value: &str) -> Self {
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    fn try_load(&self) -> Result<Loaded, ConfigError> {
        Config::load(self.folder.path(), &self.variables.iter().cloned().collect())
    }

    fn load(&self) -> Loaded {
        self.try_load().unwrap()
    }

    fn fault(&self) -> String {
        self.try_load().unwrap_err().to_string()
    }

    fn path(&self, relative: &str) -> PathBuf {
        self.folder.path().join(relative)
    }
}

impl Loaded {
    fn origin(&self, path: &str) -> String {
        self.settings.iter().find(|setting| setting.key.path == path).unwrap().origin.to_string()
    }

    fn warned(&self) -> Vec<String> {
        self.warnings.iter().map(Warning::to_string).collect()
    }

    fn hinted(&self) -> Vec<String> {
        self.warnings.iter().filter_map(Warning::hint).collect()
    }
}

#[test]
fn a_collection_without_configuration_has_the_defaults() {
    let collection = Collection::new();

    let loaded = collection.load();

    assert_eq!(loaded.config.tracker.schedule, "30 */12 * * *");
    assert_eq!(loaded.config.recorder.versions.path, collection.path("data/versions"));
    assert_eq!(loaded.config.fetcher.host_delay, Duration::from_secs(1));
    assert_eq!(loaded.origin("fetcher.hostDelay"), "default");
    assert!(loaded.warnings.is_empty());
}

#[test]
fn stronger_files_win_key_by_key() {
    let languages = |language: &str| format!("{{\"fetcher\": {{\"language\": \"{language}\"}}}}");
    let node_config = "{\"@opentermsarchive/engine\": {\"fetcher\": {\"language\": \"f\"}}}";
    let collection = Collection::new().config("default", "{\"fetcher\": {\"language\": \"a\", \"hostDelay\": 5}}");
    assert_eq!(collection.load().config.fetcher.language, "a");

    let collection = collection.config("development", &languages("b"));
    assert_eq!(collection.load().config.fetcher.language, "b");

    let collection = collection.config("local", &languages("c"));
    assert_eq!(collection.load().config.fetcher.language, "c");

    let collection = collection.config("local-development", &languages("d"));
    assert_eq!(collection.load().config.fetcher.language, "d");

    let collection = collection.config("staging", &languages("e")).variable("NODE_CONFIG", node_config);
    assert_eq!(collection.load().config.fetcher.language, "f");
    assert_eq!(collection.load().config.fetcher.host_delay, Duration::from_millis(5));
    assert_eq!(collection.load().origin("fetcher.language"), "NODE_CONFIG");
    assert_eq!(collection.load().origin("fetcher.hostDelay"), "config/default.json:1");
}

#[test]
fn an_empty_file_is_said_to_set_nothing() {
    let collection = Collection::new().file("config/default.json", " \n");

    let warnings: Vec<String> = collection.load().warnings.iter().map(ToString::to_string).collect();

    assert_eq!(warnings, ["`config/default.json` is empty, so it sets nothing"]);
}

#[test]
fn production_has_defaults_of_its_own_which_win_over_default_json() {
    let publishing = |publish: bool| {
        format!("{{\"recorder\":{{\"versions\":{{\"storage\":{{\"git\":{{\"publish\":{publish}}}}}}}}}}}")
    };
    let collection = Collection::new().config("default", &publishing(false)).variable("NODE_ENV", "production");

    let loaded = collection.load();

    assert!(loaded.config.recorder.versions.publish);
    assert_eq!(loaded.config.recorder.versions.path, collection.path("../versions"));
    assert_eq!(loaded.origin("recorder.versions.storage.git.publish"), "default in production");
    assert!(!collection.config("production", &publishing(false)).load().config.recorder.versions.publish);
}

#[test]
fn the_section_fineprint_wins_over_that_of_the_engine() {
    let collection = Collection::new().file(
        "config/default.json",
        r#"{ "fineprint": { "trackingSchedule": "0 1 * * *" },
             "@opentermsarchive/engine": { "trackingSchedule": "0 2 * * *", "collectionPath": "elsewhere" } }"#,
    );

    let loaded = collection.load();

    assert_eq!(loaded.config.tracker.schedule, "0 1 * * *");
    assert_eq!(loaded.config.collection_path, collection.path("elsewhere"));
}

#[test]
fn comments_and_trailing_commas_are_read_as_node_config_reads_them() {
    let collection = Collection::new().config("default", "{ // slow hosts\n fetcher: {'hostDelay': 2e3,},\n}");

    assert_eq!(collection.load().config.fetcher.host_delay, Duration::from_secs(2));
}

#[test]
fn the_env_file_adds_to_the_environment_and_never_overrides_it() {
    let collection = Collection::new()
        .file(".env", "NODE_ENV=production\nOTA_ENGINE_GITHUB_TOKEN=from file\n??\n")
        .variable("OTA_ENGINE_GITHUB_TOKEN", "from process");

    let loaded = collection.load();

    assert!(loaded.config.recorder.versions.publish);
    assert_eq!(loaded.environment.get("OTA_ENGINE_GITHUB_TOKEN"), Some("from process"));
    assert_eq!(loaded.warned(), [".env:3: this line is not of the form `NAME=value`"]);
}

#[test]
fn unknown_keys_are_warned_of_and_known_ones_without_effect_are_listed() {
    let collection = Collection::new().config(
        "default",
        "{\n\"trackingSchedul\": \"x\",\n\"hostDelay\": 1,\n\"nonsense\": {\"a\": 1, \"b\": 2},\n\
         \"logger\": {\"sendMailOnError\": false},\n\"recorder\": {\"snapshots\": {\"storage\": {\"mongo\": {}}}}\n}",
    );

    let loaded = collection.load();

    assert_eq!(
        loaded.warned(),
        [
            "config/default.json:2: nothing is called `trackingSchedul`",
            "config/default.json:3: nothing is called `hostDelay`",
            "config/default.json:4: nothing is called `nonsense`",
        ]
    );
    assert_eq!(
        loaded.hinted(),
        ["did you mean `trackingSchedule`?", "did you mean `fetcher.hostDelay`?", "`fineprint config` lists every key",]
    );
    let unused: Vec<_> = loaded.unused.iter().map(|(key, origin)| format!("{} {origin}", key.path)).collect();
    assert_eq!(unused, ["logger config/default.json:5", "recorder.snapshots.storage.mongo config/default.json:6"]);
}

#[test]
fn sections_of_sister_programs_are_left_alone_and_others_warned_of() {
    let collection = Collection::new()
        .file("config/default.json", r#"{ "@opentermsarchive/federation-api": {}, "finepint": {}, "fetcher": {} }"#);

    let loaded = collection.load();

    assert_eq!(
        loaded.warned(),
        [
            "config/default.json:1: nothing reads the top-level key `finepint`",
            "config/default.json:1: nothing reads the top-level key `fetcher`",
        ]
    );
    assert_eq!(
        loaded.hinted(),
        ["did you mean `fineprint`?", "put settings under `@opentermsarchive/engine` or `fineprint`"]
    );
}

#[test]
fn files_of_other_formats_are_warned_of() {
    let collection = Collection::new()
        .file("config/default.yaml", "")
        .file("config/production.js", "")
        .file("config/custom-environment-variables.json", "{}")
        .file("config/README.md", "");

    assert_eq!(
        collection.load().warned(),
        ["`config/custom-environment-variables.json` is not read", "`config/default.yaml` is not read"]
    );
}

#[test]
fn a_value_that_cannot_be_used_is_named_with_its_file_line_and_key() {
    let table = [
        (
            "{\"fetcher\":\n{\"hostDelay\": \"10\"}}",
            "config/default.json:2: `fetcher.hostDelay` is a text, where a number is expected",
        ),
        (
            "{\"fetcher\": {\"parallelHosts\": 0}}",
            "config/default.json:1: `fetcher.parallelHosts` is 0, which is not a whole number from 1 to 256",
        ),
        (
            "{\"fetcher\": {\"hostDelay\": 1.5}}",
            "config/default.json:1: `fetcher.hostDelay` is 1.5, which is not a whole number from 0 to 600000",
        ),
        ("{\"fetcher\": {\"language\": \"\"}}", "config/default.json:1: `fetcher.language` is empty"),
        (
            "{\"fetcher\": {\"language\": \"en\\nX-A: b\"}}",
            "config/default.json:1: `fetcher.language` is not one line of at most 2000 bytes",
        ),
        ("{\"fetcher\": 5}", "config/default.json:1: `fetcher` is not an object of settings"),
        ("{\"collectionPath\": null}", "config/default.json:1: `collectionPath` is null, where a text is expected"),
        (
            "{\"trackingSchedule\": \"61 * * * *\"}",
            "config/default.json:1: `trackingSchedule` cannot be used: minute `61` of a schedule is not between 0 and 59",
        ),
        (
            "{\"recorder\": {\"snapshots\": {\"storage\": {\"type\": \"mongo\"}}}}",
            "config/default.json:1: `recorder.snapshots.storage.type` is `mongo`, but fineprint keeps records in git only",
        ),
        ("5", "config/default.json:1: `@opentermsarchive/engine` is not an object of settings"),
        ("{\"a\": }", "config/default.json:1: malformed JSON: unexpected close brace"),
    ];
    for (settings, fault) in table {
        assert_eq!(Collection::new().config("default", settings).fault(), fault);
    }
}

#[test]
fn a_value_that_a_stronger_file_replaces_is_not_judged() {
    let collection = Collection::new()
        .config("default", "{\"recorder\": {\"snapshots\": {\"storage\": {\"type\": \"mongo\"}}}}")
        .config("local", "{\"recorder\": {\"snapshots\": {\"storage\": {\"type\": \"git\"}}}}");

    assert_eq!(collection.load().origin("recorder.snapshots.storage.type"), "config/local.json:1");
}

#[test]
fn the_name_of_the_environment_cannot_leave_the_folder() {
    for name in ["../production", "/etc/x", "..", "a b"] {
        let fault = Collection::new().variable("NODE_ENV", name).fault();
        assert_eq!(fault, format!("`NODE_ENV` is `{name}`, which cannot be part of a file name"));
    }
}

#[test]
fn a_folder_that_is_not_there_is_no_collection() {
    let missing = Collection::new().path("missing");

    let error = Config::load(&missing, &Environment::default()).unwrap_err();

    assert_eq!(error.to_string(), format!("collection `{}` is not a folder", missing.display()));
}

#[test]
fn every_default_in_the_table_can_be_written_back() {
    for key in KEYS {
        let mut config = Config::default();
        let default = key.slot.read(&mut config);
        key.slot.write(&mut config, &default).unwrap();
        assert_eq!(config, Config::default(), "{}", key.path);
    }
}

#[test]
fn the_documentation_holds_the_tables_of_the_code() {
    let page = include_str!("../../docs/configuration.md");

    assert!(page.ends_with(&tables()), "replace the end of docs/configuration.md by `fineprint config --markdown`");
}

#[test]
fn what_has_no_effect_for_its_place_or_name_is_warned_of() {
    let told = |collection: Collection| collection.load().warnings.iter().map(ToString::to_string).collect::<Vec<_>>();

    let repeated = "{ \"gate\": { \"enabled\": true,\n\"enabled\": false }, \"fetcher\": {},\n\"fetcher\": {} }";
    assert_eq!(
        told(Collection::new().config("default", repeated)),
        [
            "config/default.json:3: `fetcher` stands here a second time, and only the last counts",
            "config/default.json:2: `gate.enabled` stands here a second time, and only the last counts",
        ]
    );
    let paces = "{ \"schedule\": { \"shortest\": 100, \"longest\": 10 } }";
    let paces = Collection::new().file("config/default.json", &format!("{{ \"fineprint\": {paces} }}"));
    assert_eq!(told(paces), ["`schedule.longest` is less than `schedule.shortest`, so it has no effect"]);

    let misspelt = Collection::new().variable("NODE_ENV", "prodution").load();
    assert_eq!(misspelt.warnings[0].to_string(), "`NODE_ENV` is `prodution`, and there is no `config/prodution.json`");
    assert!(misspelt.warnings[0].hint().unwrap().starts_with("did you mean `production`?"));
    assert_eq!(told(Collection::new().variable("NODE_ENV", "production")), Vec::<String>::new());
    assert_eq!(told(Collection::new().variable("NODE_ENV", "here").config("local-here", "{}")), Vec::<String>::new());
}
