//! Brings stored verdicts up to date: reads the texts of versions, asks `signal`, and has the archive remember.

use std::cell::RefCell;

use crate::domain::RecordId;
use crate::records::{Judged, RecordsError, Step, Verdicts};
use crate::signal::{self, Earlier, Hash, Past, Text};

/// How many verdicts are remembered in one go.
const BATCH: usize = 500;

/// What came of bringing verdicts up to date.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Assessed {
    /// Versions judged now.
    pub judged: usize,
    /// Whether some are left, because the limit was reached.
    pub is_complete: bool,
}

/// Judges versions that the present rules have not judged: at most about `limit`, telling how many after each terms.
///
/// # Errors
/// When the archive cannot be read, or somebody else is writing to its index.
pub fn bring_up_to_date(
    versions: &dyn Verdicts,
    limit: usize,
    mut tell: impl FnMut(usize),
) -> Result<Assessed, RecordsError> {
    let mut waiting: Vec<(RecordId, Judged)> = Vec::new();
    let mut judged = 0;
    for terms in versions.terms_to_judge(signal::RULES)? {
        if judged >= limit {
            versions.remember_verdicts(&waiting)?;
            return Ok(Assessed { judged, is_complete: false });
        }
        let fresh = match versions.course(&terms).and_then(|course| judge_course(versions, &course, limit - judged)) {
            Err(error) if error.is_of_one_record() => {
                tracing::warn!(%error, %terms, "versions after a damaged one are not judged");
                continue;
            }
            fresh => fresh?,
        };
        judged += fresh.len();
        waiting.extend(fresh);
        if waiting.len() >= BATCH {
            versions.remember_verdicts(&waiting)?;
            waiting.clear();
        }
        tell(judged);
    }
    if !waiting.is_empty() {
        versions.remember_verdicts(&waiting)?;
    }
    Ok(Assessed { judged, is_complete: judged < limit })
}

/// Judges the versions of one terms from the first one on that the present rules have not judged.
fn judge_course(
    versions: &dyn Verdicts,
    course: &[Step],
    limit: usize,
) -> Result<Vec<(RecordId, Judged)>, RecordsError> {
    let kept = course.iter().take_while(|step| step.is_judged_by(signal::RULES)).count();
    let mut earlier: Vec<Earlier> =
        course[..kept].iter().filter_map(|step| Some(remembered(step, step.judged.as_ref()?))).collect();
    let mut reader = Reader { versions, last: None };
    let mut fresh = Vec::new();
    for (at, step) in course.iter().enumerate().skip(kept).take(limit) {
        let before = at.checked_sub(1).map(|at| &course[at]);
        let judged = reader.judge(before, step, &earlier)?;
        earlier.push(remembered(step, &judged));
        fresh.push((step.id.clone(), judged));
    }
    Ok(fresh)
}

fn remembered(step: &Step, judged: &Judged) -> Earlier {
    let Judged { verdict, gist } = judged;
    Earlier { hash: step.content, gist: *gist, date: step.date, kind: verdict.kind, significant: verdict.significant }
}

/// Reads the versions of a terms one after the other, and keeps the last at hand to compare the next with.
struct Reader<'a> {
    versions: &'a dyn Verdicts,
    last: Option<(Hash, Text)>,
}

impl Reader<'_> {
    fn judge(&mut self, before: Option<&Step>, step: &Step, earlier: &[Earlier]) -> Result<Judged, RecordsError> {
        let unread = RefCell::new(None);
        let recall = |hash: &Hash| {
            let text = self.versions.text(*hash);
            text.map_err(|error| unread.replace(Some(error))).ok()
        };
        let past = Past { hash: step.content, recorded: step.kind, date: step.date, earlier, recall: &recall };
        // A text that was there before needs not be read again.
        let seen = earlier.iter().rev().find(|earlier| earlier.hash == step.content);
        if let Some((verdict, seen)) = signal::judge_by_past(&past).zip(seen) {
            return Ok(Judged { verdict, gist: seen.gist });
        }
        let old =
            match (self.last.as_ref().filter(|(hash, _)| before.is_some_and(|step| step.content == *hash)), before) {
                (Some(_), _) | (None, None) => None,
                (None, Some(before)) => Some(Text::new(self.versions.text(before.content)?)),
            };
        let none = Text::new(String::new());
        let old = old.as_ref().or(before.and(self.last.as_ref().map(|(_, text)| text))).unwrap_or(&none);
        let new = Text::new(self.versions.text(step.content)?);
        let judged = Judged { verdict: signal::judge(old, &new, &past), gist: new.gist() };
        match unread.take() {
            // One damaged text of long ago is no reason to judge nothing from here on.
            Some(error) if error.is_of_one_record() => {
                tracing::warn!(%error, version = %step.id, "judged without an earlier version");
            }
            Some(error) => return Err(error),
            None => {}
        }
        self.last = Some((step.content, new));
        Ok(judged)
    }
}
