//! Writes the collection that tracks the fictional web, as its contributors had it at each revision.

use std::fs;
use std::io;
use std::path::Path;

use super::platform::{Platform, at};
use super::web::PLATFORMS;

const CONFIG: &str = include_str!("collection/default.json");
const METADATA: &str = include_str!("collection/metadata.yml");
const README: &str = include_str!("collection/README.md");

/// Writes the collection of a revision of the web, served on `port`, into `dir`.
///
/// Files that already say what they should are left alone, so that their dates tell when a declaration changed.
pub fn write_collection(dir: &Path, revision: usize, port: u16) -> io::Result<()> {
    let declarations = dir.join("declarations");
    fs::create_dir_all(&declarations)?;
    fs::create_dir_all(dir.join("config"))?;
    write(&dir.join("config/default.json"), CONFIG)?;
    write(&dir.join("metadata.yml"), METADATA)?;
    write(&dir.join("README.md"), README)?;
    PLATFORMS.iter().try_for_each(|platform| write_declaration(&declarations, platform, revision, port))
}

fn write_declaration(dir: &Path, platform: &Platform, revision: usize, port: u16) -> io::Result<()> {
    let files = [(platform.declaration, "json"), (platform.history, "history.json")];
    for (contents, extension) in files {
        if let Some(content) = at(contents, revision) {
            let path = dir.join(format!("{}.{extension}", platform.service));
            write(&path, &content.replace("{{port}}", &port.to_string()))?;
        }
    }
    Ok(())
}

fn write(path: &Path, content: &str) -> io::Result<()> {
    match fs::read(path) {
        Ok(present) if present == content.as_bytes() => Ok(()),
        _ => fs::write(path, content),
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use serde_json::Value;

    use super::*;
    use crate::demo::{REVISIONS, date_of};

    #[test]
    fn every_declaration_is_json_and_its_pages_exist() {
        let collection = tempfile::tempdir().unwrap();

        for revision in 1..=REVISIONS {
            write_collection(collection.path(), revision, 4321).unwrap();
            for (service, declaration) in declarations(collection.path()) {
                for document in documents(&declaration) {
                    let url: url::Url = document["fetch"].as_str().unwrap().parse().unwrap();
                    let host = url.host_str().unwrap().strip_suffix(".localhost").unwrap();
                    let platform = PLATFORMS.iter().find(|platform| platform.host == host).unwrap();
                    assert!(platform.pages.iter().any(|page| page.path == url.path()), "{service}: {url}");
                    assert_eq!(url.port(), Some(4321));
                }
            }
        }
    }

    #[test]
    fn a_declaration_of_three_pages_has_one_selector_inherited_and_one_of_its_own() {
        let parley = declaration_at(1, "Parley");

        let terms = &parley["terms"]["Terms of Service"];
        assert_eq!(terms["combine"].as_array().unwrap().len(), 3);
        assert_eq!(terms["select"], "article");
        assert_eq!(terms["combine"][2]["select"], ".disputes .inner");
    }

    #[test]
    fn a_declaration_is_corrected_midway_and_the_former_one_kept() {
        let before = declaration_at(5, "Cloudberry Hosting");
        let after = declaration_at(6, "Cloudberry Hosting");
        let history = declaration_at(6, "Cloudberry Hosting.history");

        assert_eq!(before["terms"]["Acceptable Use Policy"]["select"], "body");
        assert_eq!(after["terms"]["Acceptable Use Policy"]["select"], ".sheet");
        assert_eq!(history["Acceptable Use Policy"][0]["select"], "body");
    }

    #[test]
    fn a_filter_against_tracking_parameters_is_declared_midway() {
        assert!(declaration_at(6, "Lumio")["terms"]["Terms of Service"].get("filter").is_none());
        let filter = &declaration_at(7, "Lumio")["terms"]["Terms of Service"]["filter"][0];
        assert!(filter["removeQueryParams"].as_array().unwrap().iter().any(|name| name == "lt"));
    }

    #[test]
    fn the_declaration_of_a_closed_platform_goes_to_history() {
        assert_eq!(declaration_at(13, "Spool")["terms"], serde_json::json!({}));
        assert_eq!(declaration_at(13, "Spool.history").as_object().unwrap().len(), 2);
    }

    #[test]
    fn declarations_of_the_past_end_before_the_revision_that_replaced_them() {
        for platform in &PLATFORMS {
            for since in platform.history {
                let history: Value = serde_json::from_str(since.content).unwrap();
                for past in history.as_object().unwrap().values().flat_map(|list| list.as_array().unwrap()) {
                    let until: chrono::DateTime<chrono::Utc> = past["validUntil"].as_str().unwrap().parse().unwrap();
                    assert!(
                        date_of(since.revision - 1) < until && until < date_of(since.revision),
                        "{}",
                        platform.host
                    );
                }
            }
        }
    }

    #[test]
    fn only_files_that_changed_are_written_again() {
        let collection = tempfile::tempdir().unwrap();
        let modified = |name: &str| {
            let path = collection.path().join("declarations").join(name);
            fs::metadata(path).unwrap().modified().unwrap()
        };
        write_collection(collection.path(), 6, 4321).unwrap();
        let (parley, lumio) = (modified("Parley.json"), modified("Lumio.json"));

        write_collection(collection.path(), 7, 4321).unwrap();

        assert_eq!(modified("Parley.json"), parley);
        assert_ne!(modified("Lumio.json"), lumio);
    }

    fn declaration_at(revision: usize, name: &str) -> Value {
        let collection = tempfile::tempdir().unwrap();
        write_collection(collection.path(), revision, 4321).unwrap();
        let path = collection.path().join("declarations").join(format!("{name}.json"));
        serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
    }

    fn declarations(collection: &Path) -> Vec<(String, Value)> {
        let read = |path: PathBuf| (path.display().to_string(), fs::read_to_string(path).unwrap());
        let texts = files(&collection.join("declarations")).into_iter().map(read);
        texts.map(|(path, text)| (path, serde_json::from_str(&text).unwrap())).collect()
    }

    /// The source documents of a declaration, or of a history.
    fn documents(declaration: &Value) -> Vec<&Value> {
        let terms = declaration.get("terms").unwrap_or(declaration).as_object().unwrap().values();
        let entries = terms.flat_map(|terms| terms.as_array().map_or(vec![terms], |past| past.iter().collect()));
        entries.flat_map(|entry| entry["combine"].as_array().map_or(vec![entry], |all| all.iter().collect())).collect()
    }

    fn files(folder: &Path) -> Vec<PathBuf> {
        let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
    }
}
