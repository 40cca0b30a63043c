//! Commit objects as bytes: written as git writes them, and read leniently.

use git2::Oid;

use crate::records::Author;

/// What of a commit matters to an archive.
#[derive(Debug, PartialEq)]
pub struct Commit {
    pub tree: Oid,
    pub parents: Vec<Oid>,
    /// The author's date, in seconds since 1970; in old histories the committer's differs.
    pub date: i64,
    pub message: String,
}

/// The content of a commit object by `author`, dated in UTC.
pub fn write(commit: &Commit, author: &Author) -> String {
    let parents: String = commit.parents.iter().map(|parent| format!("parent {parent}\n")).collect();
    let by = format!("{} <{}> {} +0000", clean(&author.name), clean(&author.email), commit.date);
    format!("tree {}\n{parents}author {by}\ncommitter {by}\n\n{}", commit.tree, commit.message)
}

/// A commit object with a signature of it in its header, as git lays it down.
pub fn signed(commit: &str, signature: &str) -> String {
    let (header, message) = commit.split_once("\n\n").unwrap_or((commit, ""));
    format!("{header}\ngpgsig {}\n\n{message}", signature.replace('\n', "\n "))
}

/// Reads a commit object; `None` if it is damaged.
pub fn read(bytes: &[u8]) -> Option<Commit> {
    let end = bytes.windows(2).position(|pair| pair == b"\n\n").unwrap_or(bytes.len());
    let (header, rest) = bytes.split_at(end);
    let header = String::from_utf8_lossy(header);
    let values = |key: &'static str| header.lines().filter_map(move |line| line.strip_prefix(key));
    Some(Commit {
        tree: Oid::from_str(values("tree ").next()?).ok()?,
        parents: values("parent ").map(|id| Oid::from_str(id).ok()).collect::<Option<_>>()?,
        date: seconds(values("author ").next()?)?,
        message: String::from_utf8_lossy(rest.get(2..).unwrap_or_default()).into_owned(),
    })
}

/// The parents that a commit object names; `None` if it is damaged.
pub fn parents(bytes: &[u8]) -> Option<Vec<Oid>> {
    let mut lines = bytes.split(|byte| *byte == b'\n');
    lines.next().filter(|line| line.starts_with(b"tree "))?;
    let ids = lines.map_while(|line| line.strip_prefix(b"parent "));
    ids.map(|id| Oid::from_str(std::str::from_utf8(id).ok()?).ok()).collect()
}

/// The seconds at the end of `Name <address> 1700000000 +0000`.
fn seconds(signature: &str) -> Option<i64> {
    signature.rsplit_once('>')?.1.split_whitespace().next()?.parse().ok()
}

/// What git itself leaves out of names and addresses.
fn clean(text: &str) -> String {
    text.chars().filter(|c| !c.is_control() && !['<', '>'].contains(c)).collect::<String>().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_commit_reads_back_as_written() {
        let commit = Commit {
            tree: Oid::from_str(&"1".repeat(40)).unwrap(),
            parents: vec![Oid::from_str(&"2".repeat(40)).unwrap()],
            date: 1_700_000_000,
            message: "Subject\n\nauthor of nothing\n".to_owned(),
        };
        let author = Author { name: "A > B\n".to_owned(), email: "a@b".to_owned() };

        let written = write(&commit, &author);

        assert!(written.contains("\nauthor A  B <a@b> 1700000000 +0000\ncommitter A"), "{written}");
        assert_eq!(parents(written.as_bytes()), Some(commit.parents.clone()));
        assert_eq!(read(written.as_bytes()), Some(commit));
    }

    #[test]
    fn a_signed_commit_by_somebody_with_odd_letters_is_read() {
        let header = format!("tree {0}\nauthor J\u{f6}rg <j@x> 12 +0200\ncommitter X <x> 99 +0000", "1".repeat(40));
        let text = format!("{header}\ngpgsig -----BEGIN\n parent {}\n -----END\n\nHi", "3".repeat(40));

        let commit = read(text.as_bytes()).unwrap();

        assert_eq!((commit.date, commit.parents, commit.message.as_str()), (12, vec![], "Hi"));
    }
}
