//! Guards the floors of the house: a room uses only rooms on floors below its own.
//!
//! The floors are those of `docs/architecture.md`. A room may always use itself.

use std::fs;
use std::path::{Path, PathBuf};

const FLOORS: &[&[&str]] = &[
    &["domain"],
    &["fetch", "extract", "records", "diff", "signal", "markup", "feeds", "gate", "checks", "cards"],
    &["declarations", "tracker", "demo", "assessment", "dataset", "web"],
    &["config"],
    &["app"],
    &["cli", "main"],
];

#[test]
fn every_room_uses_only_floors_below_its_own() {
    let faults: Vec<String> = sources(Path::new("src")).iter().flat_map(|file| faults_in(file)).collect();

    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn every_room_has_a_floor() {
    let unknown: Vec<String> =
        sources(Path::new("src")).iter().map(|file| room_of(file)).filter(|room| floor_of(room).is_none()).collect();

    assert!(unknown.is_empty(), "{unknown:?} stand on no floor: give them one in tests/floors.rs");
}

#[test]
fn only_the_commands_print() {
    let printing = ["println!", "print!", "eprintln!", "eprint!", "dbg!"];
    let faults: Vec<String> = sources(Path::new("src"))
        .iter()
        .filter(|file| room_of(file) != "cli")
        .filter(|file| code_of(file).iter().any(|(_, line)| printing.iter().any(|print| has_word(line, print))))
        .map(|file| file.display().to_string())
        .collect();

    assert!(faults.is_empty(), "{faults:?} print; only src/cli may");
}

fn faults_in(file: &Path) -> Vec<String> {
    let room = room_of(file);
    let Some(own) = floor_of(&room) else { return Vec::new() };
    let code = code_of(file);
    let uses = code.iter().flat_map(|(number, line)| rooms_named(line).map(move |used| (number, used)));
    uses.filter(|(_, used)| *used != room && floor_of(used).is_some_and(|floor| floor >= own))
        .map(|(number, used)| format!("{}:{number}: {room} (floor {own}) uses {used}", file.display()))
        .collect()
}

/// The rooms that a line names after `crate::`.
fn rooms_named(line: &str) -> impl Iterator<Item = String> {
    line.split("crate::").skip(1).map(|rest| rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect())
}

/// Lines of code with their numbers, up to the tests at the end of a file; comments may name any room.
fn code_of(file: &Path) -> Vec<(usize, String)> {
    let text = fs::read_to_string(file).unwrap();
    let code = text.lines().take_while(|line| line.trim() != "#[cfg(test)]");
    code.enumerate()
        .filter(|(_, line)| !line.trim_start().starts_with("//"))
        .map(|(number, line)| (number + 1, line.to_owned()))
        .collect()
}

fn has_word(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(at, _)| !line[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_'))
}

/// The folder or file right below `src`.
fn room_of(file: &Path) -> String {
    let below = file.strip_prefix("src").unwrap();
    let first = below.components().next().unwrap().as_os_str().to_string_lossy().into_owned();
    first.trim_end_matches(".rs").to_owned()
}

fn floor_of(room: &str) -> Option<usize> {
    if room == "lib" {
        return Some(FLOORS.len());
    }
    FLOORS.iter().position(|rooms| rooms.contains(&room))
}

/// Files of code, without those that only tests compile.
fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = files(folder);
    found.retain(|file| !is_for_tests(file));
    found
}

/// Whether the module above declares this file as `#[cfg(test)] mod …;`.
fn is_for_tests(file: &Path) -> bool {
    let folder = file.parent().unwrap();
    let declaration = format!("#[cfg(test)]\nmod {};", file.file_stem().unwrap().to_string_lossy());
    let above = [folder.join("mod.rs"), folder.with_extension("rs")];
    above.iter().any(|module| fs::read_to_string(module).is_ok_and(|text| text.contains(&declaration)))
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found
}
