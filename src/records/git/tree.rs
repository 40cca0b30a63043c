//! Git trees as bytes: read, compared and changed without libgit2, at memory speed.

use std::cmp::Ordering;

use git2::Oid;

/// Bytes of an object id in a tree.
const ID_BYTES: usize = 20;

const FOLDER_MODE: &[u8] = b"40000";
const FILE_MODE: &[u8] = b"100644";

/// A tree object, known to be well-formed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tree(Vec<u8>);

/// An entry of a tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry<'a> {
    mode: &'a [u8],
    pub name: &'a [u8],
    id: &'a [u8],
}

impl Tree {
    /// Takes the content of a tree object; `None` if it is damaged.
    pub fn read(bytes: Vec<u8>) -> Option<Self> {
        let mut rest = bytes.as_slice();
        while !rest.is_empty() {
            rest = split_entry(rest)?.1;
        }
        Some(Self(bytes))
    }

    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    pub fn into_bytes(self) -> Vec<u8> {
        self.0
    }

    pub fn entries(&self) -> impl Iterator<Item = Entry<'_>> {
        let mut rest = self.0.as_slice();
        std::iter::from_fn(move || {
            let (entry, after) = split_entry(rest)?;
            rest = after;
            Some(entry)
        })
    }

    pub fn find(&self, name: &str) -> Option<Entry<'_>> {
        self.entries().find(|entry| entry.name == name.as_bytes())
    }

    /// This tree with a file added or replaced.
    pub fn with_file(&self, name: &str, id: Oid) -> Self {
        self.with(Entry { mode: FILE_MODE, name: name.as_bytes(), id: id.as_bytes() })
    }

    /// This tree with a folder added or replaced.
    pub fn with_folder(&self, name: &str, id: Oid) -> Self {
        self.with(Entry { mode: FOLDER_MODE, name: name.as_bytes(), id: id.as_bytes() })
    }

    /// This tree without the entry of that name.
    pub fn without(&self, name: &[u8]) -> Self {
        let kept = self.entries().filter(|entry| entry.name != name);
        kept.fold(Self::default(), |mut tree, entry| {
            tree.push(entry);
            tree
        })
    }

    fn with(&self, new: Entry) -> Self {
        let mut tree = Self(Vec::with_capacity(self.0.len() + new.name.len() + 28));
        let mut waiting = Some(new);
        for entry in self.entries().filter(|entry| entry.name != new.name) {
            if let Some(new) = waiting.take_if(|new| new.order(&entry) == Ordering::Less) {
                tree.push(new);
            }
            tree.push(entry);
        }
        if let Some(new) = waiting {
            tree.push(new);
        }
        tree
    }

    fn push(&mut self, entry: Entry) {
        self.0.extend_from_slice(entry.mode);
        self.0.push(b' ');
        self.0.extend_from_slice(entry.name);
        self.0.push(0);
        self.0.extend_from_slice(entry.id);
    }
}

impl Entry<'_> {
    pub fn id(&self) -> Oid {
        Oid::from_bytes(self.id).expect("an entry's id has twenty bytes")
    }

    pub fn is_folder(&self) -> bool {
        self.mode == FOLDER_MODE || self.mode == b"040000"
    }

    /// Whether it is a regular file, executable or not: no link, no submodule.
    pub fn is_file(&self) -> bool {
        self.mode.starts_with(b"100")
    }

    /// Git sorts entries by name, folders as if their names ended in a slash.
    fn order(&self, other: &Entry) -> Ordering {
        let common = self.name.len().min(other.name.len());
        self.name[..common].cmp(&other.name[..common]).then_with(|| self.sign_at(common).cmp(&other.sign_at(common)))
    }

    fn sign_at(&self, position: usize) -> u8 {
        let after = if self.is_folder() { b'/' } else { 0 };
        self.name.get(position).copied().unwrap_or(after)
    }
}

/// The entries of `new` that `old` does not hold, or holds with another id or mode.
pub fn changed<'a>(old: &'a Tree, new: &'a Tree) -> Vec<Entry<'a>> {
    let mut changed = Vec::new();
    let (mut before, mut after) = (old.entries().peekable(), new.entries().peekable());
    while let Some(entry) = after.peek() {
        match before.peek().map(|old| old.order(entry)) {
            Some(Ordering::Less) => {
                before.next();
            }
            Some(Ordering::Equal) => {
                if before.next() != Some(*entry) {
                    changed.push(*entry);
                }
                after.next();
            }
            Some(Ordering::Greater) | None => changed.extend(after.next()),
        }
    }
    changed
}

fn split_entry(bytes: &[u8]) -> Option<(Entry<'_>, &[u8])> {
    let space = bytes.iter().take(8).position(|b| *b == b' ')?;
    let (mode, rest) = (&bytes[..space], &bytes[space + 1..]);
    let end = rest.iter().position(|b| *b == 0)?;
    let (name, rest) = (&rest[..end], &rest[end + 1..]);
    let (id, rest) = rest.split_at_checked(ID_BYTES)?;
    (!name.is_empty()).then_some((Entry { mode, name, id }, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(n: u8) -> Oid {
        Oid::from_bytes(&[n; ID_BYTES]).unwrap()
    }

    #[test]
    fn trees_are_those_git_makes() {
        let folder = tempfile::tempdir().unwrap();
        let repository = git2::Repository::init_bare(folder.path()).unwrap();
        let blob = repository.blob(b"x").unwrap();
        let sub = repository.treebuilder(None).unwrap().write().unwrap();
        let mut builder = repository.treebuilder(None).unwrap();
        let mut tree = Tree::default();

        for name in ["a", "a.b", "a-b", "é", "Z", "a b"] {
            builder.insert(name, blob, 0o100644).unwrap();
            tree = tree.with_file(name, blob);
        }
        for name in ["a", "a0", "A"] {
            builder.insert(name, sub, 0o040000).unwrap();
            tree = tree.with_folder(name, sub);
        }
        builder.remove("a b").unwrap();
        tree = tree.without(b"a b");

        let written = builder.write().unwrap();
        let odb = repository.odb().unwrap();
        assert_eq!(tree.bytes(), odb.read(written).unwrap().data());
    }

    #[test]
    fn only_what_differs_is_told() {
        let old = Tree::default().with_file("a", id(1)).with_file("b", id(2)).with_folder("c", id(3));
        let new = old.without(b"a").with_file("b", id(9)).with_file("d", id(4));

        let names: Vec<_> = changed(&old, &new).iter().map(|entry| entry.name.to_vec()).collect();

        assert_eq!(names, [b"b".to_vec(), b"d".to_vec()]);
        assert_eq!(changed(&new, &new), []);
    }

    #[test]
    fn a_damaged_tree_is_refused() {
        let good = Tree::default().with_file("a", id(1)).into_bytes();

        assert_eq!(Tree::read(good[..good.len() - 1].to_vec()), None);
        assert_eq!(Tree::read(b"garbage".to_vec()), None);
    }
}
