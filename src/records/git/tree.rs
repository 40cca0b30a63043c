//! Git trees as bytes: read, compared and changed without libgit2, at memory speed.

use std::cmp::Ordering;

use git2::Oid;

/// Bytes of an object id in a tree.
const ID_BYTES: usize = 20;

/// Bytes that are compared at once.
const COMPARED: usize = 64;

const FOLDER_MODE: &[u8] = b"40000";
const FILE_MODE: &[u8] = b"100644";

/// A tree object, known to be well-formed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tree {
    bytes: Vec<u8>,
    /// Where each entry begins.
    starts: Vec<u32>,
}

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
        let mut starts = Vec::new();
        while !rest.is_empty() {
            starts.push(u32::try_from(bytes.len() - rest.len()).ok()?);
            rest = split_entry(rest)?.1;
        }
        Some(Self { bytes, starts })
    }

    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    pub fn entries(&self) -> impl Iterator<Item = Entry<'_>> {
        self.between(0, self.bytes.len())
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
        let bytes = Vec::with_capacity(self.bytes.len() + new.name.len() + 28);
        let mut tree = Self { bytes, starts: Vec::with_capacity(self.starts.len() + 1) };
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
        self.starts.push(u32::try_from(self.bytes.len()).expect("objects are smaller than 4 GiB"));
        self.bytes.extend_from_slice(entry.mode);
        self.bytes.push(b' ');
        self.bytes.extend_from_slice(entry.name);
        self.bytes.push(0);
        self.bytes.extend_from_slice(entry.id);
    }

    /// The entries from where one begins to where one ends.
    fn between(&self, start: usize, end: usize) -> impl Iterator<Item = Entry<'_>> {
        let mut rest = &self.bytes[start..end];
        std::iter::from_fn(move || {
            let (entry, after) = split_entry(rest)?;
            rest = after;
            Some(entry)
        })
    }

    /// Where the entry begins that holds a byte, or the end.
    fn start_of_entry_at(&self, place: usize) -> usize {
        match self.starts.partition_point(|start| *start as usize <= place) {
            0 => 0,
            _ if place >= self.bytes.len() => self.bytes.len(),
            after => self.starts[after - 1] as usize,
        }
    }

    /// How long the end of the tree is that begins with an entry and has at most so many bytes.
    fn entries_at_end(&self, most: usize) -> usize {
        let first = self.starts.partition_point(|start| self.bytes.len() - (*start as usize) > most);
        self.starts.get(first).map_or(0, |start| self.bytes.len() - *start as usize)
    }

    fn has_entry_at(&self, place: usize) -> bool {
        place == self.bytes.len() || u32::try_from(place).is_ok_and(|place| self.starts.binary_search(&place).is_ok())
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

/// An entry of a tree that an earlier one does not hold, or holds with another id or mode.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Changed<'a> {
    /// What had the same name; never a file in place of a folder.
    pub old: Option<Entry<'a>>,
    pub new: Entry<'a>,
}

/// The entries of `new` that `old` does not hold, or holds with another id or mode.
pub fn changed<'a>(old: &'a Tree, new: &'a Tree) -> Vec<Changed<'a>> {
    let mut changed = Vec::new();
    let (before, after) = differing(old, new);
    let (mut before, mut after) = (before.peekable(), after.peekable());
    while let Some(entry) = after.peek() {
        match before.peek().map(|old| old.order(entry)) {
            Some(Ordering::Less) => {
                before.next();
            }
            Some(Ordering::Equal) => {
                let old = before.next();
                if old != Some(*entry) {
                    changed.push(Changed { old, new: *entry });
                }
                after.next();
            }
            Some(Ordering::Greater) | None => changed.extend(after.next().map(|new| Changed { old: None, new })),
        }
    }
    changed
}

/// The entries of two trees without those that they begin and end with alike, which in an archive is nearly all.
fn differing<'a>(old: &'a Tree, new: &'a Tree) -> (impl Iterator<Item = Entry<'a>>, impl Iterator<Item = Entry<'a>>) {
    let start = old.start_of_entry_at(alike_at_start(&old.bytes, &new.bytes));
    let (old_rest, new_rest) = (&old.bytes[start..], new.bytes.get(start..).unwrap_or_default());
    let mut end = new.entries_at_end(alike_at_end(old_rest, new_rest));
    // Bytes that look alike may be cut into entries in another way.
    if !old.has_entry_at(old.bytes.len() - end) {
        end = 0;
    }
    (old.between(start, old.bytes.len() - end), new.between(start, new.bytes.len() - end))
}

/// How many bytes two lists begin with alike.
fn alike_at_start(a: &[u8], b: &[u8]) -> usize {
    let chunks = a.chunks_exact(COMPARED).zip(b.chunks_exact(COMPARED));
    let alike = chunks.take_while(|(a, b)| a == b).count() * COMPARED;
    alike + a[alike..].iter().zip(&b[alike..]).take_while(|(a, b)| a == b).count()
}

/// How many bytes two lists end with alike.
fn alike_at_end(a: &[u8], b: &[u8]) -> usize {
    let chunks = a.rchunks_exact(COMPARED).zip(b.rchunks_exact(COMPARED));
    let alike = chunks.take_while(|(a, b)| a == b).count() * COMPARED;
    let (a, b) = (&a[..a.len() - alike], &b[..b.len() - alike]);
    alike + a.iter().rev().zip(b.iter().rev()).take_while(|(a, b)| a == b).count()
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
    use proptest::prelude::*;

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

        let names: Vec<_> = changed(&old, &new).iter().map(|found| (found.new.name, found.old.is_some())).collect();

        assert_eq!(names, [(b"b".as_slice(), true), (b"d".as_slice(), false)]);
        assert_eq!(changed(&new, &new), []);
    }

    proptest! {
        #[test]
        fn trees_that_resemble_each_other_are_told_apart(
            old in proptest::collection::btree_map("[ab]{1,3}", 0..3_u8, 0..12),
            new in proptest::collection::btree_map("[ab]{1,3}", 0..3_u8, 0..12),
        ) {
            let tree = |files: &std::collections::BTreeMap<String, u8>| {
                files.iter().fold(Tree::default(), |tree, (name, n)| tree.with_file(name, id(*n)))
            };
            let (old_tree, new_tree) = (tree(&old), tree(&new));

            let found: Vec<String> = changed(&old_tree, &new_tree)
                .iter()
                .map(|found| String::from_utf8(found.new.name.to_vec()).unwrap())
                .collect();

            let expected: Vec<String> =
                new.iter().filter(|(name, n)| old.get(*name) != Some(n)).map(|(name, _)| name.clone()).collect();
            prop_assert_eq!(found, expected);
        }
    }

    #[test]
    fn a_damaged_tree_is_refused() {
        let good = Tree::default().with_file("a", id(1)).into_bytes();

        assert_eq!(Tree::read(good[..good.len() - 1].to_vec()), None);
        assert_eq!(Tree::read(b"garbage".to_vec()), None);
    }
}
