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
