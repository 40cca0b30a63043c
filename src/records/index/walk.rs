//! Which commits make up a history, parents first.

use std::collections::HashSet;

use git2::{Oid, Sort};

use super::source::Source;
use crate::records::RecordsError;
use crate::records::git::commit;
use crate::records::git::objects::Objects;

/// Commits in the order of history.
pub struct Stretch {
    pub commits: Vec<Oid>,
    /// Whether they follow upon the commit that was known; otherwise they are all there are.
    pub continues: bool,
}

/// The commits up to `head`: those after `known`, if it is one of them.
pub fn commits_up_to(source: &mut Source, known: Option<Oid>, head: Option<Oid>) -> Result<Stretch, RecordsError> {
    let mut line = Vec::new();
    let mut next = head;
    while let Some(id) = next.filter(|id| known != Some(*id)) {
        // Where branches were joined, or what is older is not here, libgit2 knows what to do. Of a shallow clone it does
        // if it is asked from the last commit that is here.
        match source.parents(id).as_deref() {
            Ok(&[parent]) => {
                line.push(id);
                next = Some(parent);
            }
            Ok(_) => break,
            Err(_) => {
                next = line.pop().or(next);
                break;
            }
        }
    }
    let mut before = match next.filter(|id| known != Some(*id)) {
        Some(id) => any_commits_up_to(source.objects(), known, id)?,
        None => Stretch { commits: Vec::new(), continues: known.is_some() && next == known },
    };
    before.commits.extend(line.into_iter().rev());
    Ok(before)
}

/// The same, whatever the shape of the history.
fn any_commits_up_to(objects: &Objects, known: Option<Oid>, head: Oid) -> Result<Stretch, RecordsError> {
    // A commit that is not there any more was not kept by the history.
    let is_kept = |known: &Oid| objects.repository().graph_descendant_of(head, *known).unwrap_or(false);
    let base = known.filter(is_kept);
    let walk = || -> Result<Vec<Oid>, git2::Error> {
        let mut walk = objects.repository().revwalk()?;
        walk.set_sorting(Sort::TOPOLOGICAL | Sort::TIME | Sort::REVERSE)?;
        walk.push(head)?;
        if let Some(base) = base {
            walk.hide(base)?;
        }
        walk.collect()
    };
    match walk() {
        Ok(commits) => Ok(Stretch { commits, continues: base.is_some() }),
        Err(error) => Err(unreadable(objects, head).unwrap_or_else(|| objects.failed("read the history")(error))),
    }
}

/// The commit that keeps a history from being read.
fn unreadable(objects: &Objects, head: Oid) -> Option<RecordsError> {
    let (mut seen, mut next) = (HashSet::new(), vec![head]);
    while let Some(id) = next.pop() {
        match objects.read(id).map(|content| commit::read(&content)) {
            Ok(Some(commit)) => next.extend(commit.parents.into_iter().filter(|parent| seen.insert(*parent))),
            Ok(None) => return Some(objects.damaged(id, "it is not a commit")),
            Err(error) => return Some(error),
        }
    }
    None
}
