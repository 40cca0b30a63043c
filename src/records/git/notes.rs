//! What people say of records: git notes beside the history, by whoever's identity git knows, and signed if git signs.

use chrono::{DateTime, Utc};
use git2::{Config, ErrorCode, ObjectType, Oid, Repository, Signature, Time};

use super::commit;
use super::signing::Signer;
use crate::domain::{ChangeKind, Reason, Verdict};
use crate::records::RecordsError;

/// Where the notes are; they travel with a push of this reference.
pub const REFERENCE: &str = "refs/notes/fineprint";

/// Longest note that is read, in bytes.
const MAX_NOTE_BYTES: usize = 64 << 10;

/// The name of the rule in reasons that a person gave.
const PERSON: &str = "person";

/// What a person says of a record, in place of what the rules say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Correction {
    pub kind: ChangeKind,
    pub significant: bool,
    /// Why, in a person's words.
    pub note: Option<String>,
}

/// Who corrects, as git knows people: by the environment, else by its settings for the user, not for the repository,
/// whose identity is that of the archive.
struct Person {
    name: String,
    email: String,
    signer: Option<Signer>,
}

/// Notes a correction on a commit, in place of an earlier one.
pub fn write(
    repository: &Repository,
    id: Oid,
    correction: &Correction,
    now: DateTime<Utc>,
) -> Result<(), RecordsError> {
    let person = Person::of(repository)?;
    let folder = folder(repository);
    let noted = || {
        let signature = Signature::new(&person.name, &person.email, &Time::new(now.timestamp(), 0))?;
        let text = text_of(correction, &person, now);
        repository.note(&signature, &signature, Some(REFERENCE), id, &text, true)
    };
    noted().map_err(RecordsError::git("note a correction", &folder))?;
    person.signer.as_ref().map_or(Ok(()), |signer| sign(repository, signer))
}

/// Takes the note on a commit away; whether there was one. The notes' own history keeps it.
pub fn remove(repository: &Repository, id: Oid, now: DateTime<Utc>) -> Result<bool, RecordsError> {
    let person = Person::of(repository)?;
    let folder = folder(repository);
    let removed = || {
        let signature = Signature::new(&person.name, &person.email, &Time::new(now.timestamp(), 0))?;
        repository.note_delete(id, Some(REFERENCE), &signature, &signature)
    };
    match removed() {
        Ok(()) => {}
        Err(error) if error.code() == ErrorCode::NotFound => return Ok(false),
        Err(error) => return Err(RecordsError::git("take back a correction", &folder)(error)),
    }
    person.signer.as_ref().map_or(Ok(()), |signer| sign(repository, signer))?;
    Ok(true)
}

/// Where the notes stand; `None` if there are none.
pub fn position(repository: &Repository) -> Result<Option<Oid>, RecordsError> {
    match repository.refname_to_id(REFERENCE) {
        Ok(id) => Ok(Some(id)),
        Err(error) if error.code() == ErrorCode::NotFound => Ok(None),
        Err(error) => Err(RecordsError::git("read the notes", &folder(repository))(error)),
    }
}

/// The corrections of people, and whether all notes could be read.
#[derive(Debug, PartialEq)]
pub struct Notes {
    pub corrections: Vec<(Oid, Verdict)>,
    pub is_whole: bool,
}

/// All corrections, as verdicts; notes that are none are passed over, and so is, with a warning, what cannot be read.
pub fn read_all(repository: &Repository) -> Result<Notes, RecordsError> {
    let mut read = Notes { corrections: Vec::new(), is_whole: true };
    if position(repository)?.is_none() {
        return Ok(read);
    }
    let notes = repository.notes(Some(REFERENCE)).into_iter().flatten();
    for found in notes.map(|note| note.and_then(|(note, of)| Ok((of, correction(repository, note)?)))) {
        match found {
            Ok((of, correction)) => read.corrections.extend(correction.map(|verdict| (of, verdict))),
            Err(error) => {
                tracing::warn!(%error, "a correction cannot be read, and does not count");
                read.is_whole = false;
            }
        }
    }
    Ok(read)
}

/// What a note says, if it is a correction.
fn correction(repository: &Repository, note: Oid) -> Result<Option<Verdict>, git2::Error> {
    // The size is known before the note is in memory.
    let (size, kind) = repository.odb()?.read_header(note)?;
    if size > MAX_NOTE_BYTES || kind != ObjectType::Blob {
        return Ok(None);
    }
    let blob = repository.find_blob(note)?;
    Ok(std::str::from_utf8(blob.content()).ok().and_then(verdict_in))
}

/// Puts a signature into the commit that the notes stand at.
fn sign(repository: &Repository, signer: &Signer) -> Result<(), RecordsError> {
    let failed = |error| RecordsError::git("sign a correction", &folder(repository))(error);
    let Some(id) = position(repository)? else { return Ok(()) };
    let odb = repository.odb().map_err(failed)?;
    let unsigned = odb.read(id).map_err(failed)?;
    let unsigned = String::from_utf8_lossy(unsigned.data()).into_owned();
    let signed = commit::signed(&unsigned, &signer.sign(&unsigned)?);
    let signed = odb.write(ObjectType::Commit, signed.as_bytes()).map_err(failed)?;
    repository.reference(REFERENCE, signed, true, "").map(drop).map_err(failed)
}

impl Person {
    fn of(repository: &Repository) -> Result<Self, RecordsError> {
        let config = Config::open_default().map_err(RecordsError::git("read git's settings", &folder(repository)))?;
        let told = |variable: &str, key: &str| {
            let told = std::env::var(variable).ok().or_else(|| config.get_string(key).ok());
            told.filter(|value| !value.trim().is_empty())
        };
        let (name, email) = (told("GIT_AUTHOR_NAME", "user.name"), told("GIT_AUTHOR_EMAIL", "user.email"));
        let (Some(name), Some(email)) = (name, email) else { return Err(RecordsError::NoIdentity) };
        let signs = config.get_bool("commit.gpgsign").unwrap_or(false);
        let key = config.get_string("user.signingkey").ok().filter(|key| signs && !key.is_empty());
        Ok(Self { name, email, signer: key.as_deref().map(Signer::with) })
    }
}

fn text_of(correction: &Correction, person: &Person, now: DateTime<Utc>) -> String {
    let significant = if correction.significant { "yes" } else { "no" };
    let date = now.to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
    let note = correction.note.as_deref().map(|note| format!("\n{}\n", note.trim())).unwrap_or_default();
    format!("Kind: {}\nSignificant: {significant}\nBy: {}\nDate: {date}\n{note}", correction.kind, person.name)
}

fn verdict_in(text: &str) -> Option<Verdict> {
    let (head, note) = text.split_once("\n\n").unwrap_or((text, ""));
    let value = |name: &str| head.lines().find_map(|line| line.strip_prefix(name)).map(str::trim);
    let kind = value("Kind:")?.parse().ok()?;
    let significant = value("Significant:")? == "yes";
    let who = value("By:").unwrap_or("somebody").to_owned();
    let seen = std::iter::once(who).chain((!note.trim().is_empty()).then(|| note.trim().to_owned())).collect();
    let reasons = vec![Reason { rule: PERSON.to_owned(), seen }];
    Some(Verdict { kind, significant, weight: if significant { 100 } else { 0 }, reasons, rules: 0 })
}

fn folder(repository: &Repository) -> std::path::PathBuf {
    repository.workdir().unwrap_or(repository.path()).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_correction_reads_back_as_noted() {
        let correction =
            Correction { kind: ChangeKind::Links, significant: false, note: Some("Only a link.".to_owned()) };
        let person = Person { name: "Jane".to_owned(), email: "jane@a.example".to_owned(), signer: None };

        let verdict = verdict_in(&text_of(&correction, &person, DateTime::UNIX_EPOCH)).unwrap();

        assert_eq!((verdict.kind, verdict.significant, verdict.rules), (ChangeKind::Links, false, 0));
        assert_eq!(verdict.reasons[0].seen, ["Jane", "Only a link."]);
    }

    #[test]
    fn notes_of_others_are_no_corrections() {
        assert_eq!(verdict_in("Reviewed-by: somebody"), None);
        assert_eq!(verdict_in("Kind: unheard-of\nSignificant: yes"), None);
    }
}
