//! Brings stored verdicts up to date: reads the texts of versions, asks `signal`, and has the archive remember.

use std::cell::RefCell;

use crate::domain::RecordId;
use crate::records::{Judged, RecordsError, Step, Verdicts};
use crate::signal::{self, Earlier, Hash, Past};

/// How many texts are held to be compared with the next: variants of a page come back soon.
const TEXTS_HELD: usize = 6;

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
        let fresh = judge_course(versions, &versions.course(&terms)?, limit - judged)?;
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
    Ok(Assessed { judged, is_complete: true })
}

/// Judges the versions of one terms from the first one on that the present rules have not judged.
fn judge_course(
    versions: &dyn Verdicts,
    course: &[Step],
    limit: usize,
) -> Result<Vec<(RecordId, Judged)>, RecordsError> {
    let is_current = |step: &Step| step.judged.as_ref().is_some_and(|judged| judged.verdict.rules == signal::RULES);
    let kept = course.iter().take_while(|step| is_current(step)).count();
    let mut earlier: Vec<Earlier> =
        course[..kept].iter().filter_map(|step| Some(remembered(step, step.judged.as_ref()?))).collect();
    let texts = Texts { versions, held: RefCell::default() };
    let mut fresh = Vec::new();
    for (at, step) in course.iter().enumerate().skip(kept).take(limit) {
        let before = at.checked_sub(1).map(|at| &course[at]);
        let judged = judge_step(&texts, before, step, &earlier)?;
        earlier.push(remembered(step, &judged));
        fresh.push((step.id.clone(), judged));
    }
    Ok(fresh)
}

fn judge_step(
    texts: &Texts<'_>,
    before: Option<&Step>,
    step: &Step,
    earlier: &[Earlier],
) -> Result<Judged, RecordsError> {
    let recall = |hash: &Hash| texts.text(*hash).ok();
    let past = Past { hash: step.content, recorded: step.kind, date: step.date, earlier, recall: &recall };
    let seen = earlier.iter().rev().find(|earlier| earlier.hash == step.content);
    if let (Some(verdict), Some(seen)) = (past.verdict(), seen) {
        return Ok(Judged { verdict, gist: seen.gist });
    }
    let new = texts.text(step.content)?;
    let old = before.map_or(Ok(String::new()), |before| texts.text(before.content))?;
    Ok(Judged { verdict: signal::judge(&old, &new, &past), gist: signal::gist(&new) })
}

fn remembered(step: &Step, judged: &Judged) -> Earlier {
    let Judged { verdict, gist } = judged;
    Earlier { hash: step.content, gist: *gist, date: step.date, kind: verdict.kind, significant: verdict.significant }
}

/// The texts of a terms that were read last.
struct Texts<'a> {
    versions: &'a dyn Verdicts,
    held: RefCell<Vec<(Hash, String)>>,
}

impl Texts<'_> {
    fn text(&self, hash: Hash) -> Result<String, RecordsError> {
        let mut held = self.held.borrow_mut();
        if let Some(at) = held.iter().position(|(of, _)| *of == hash) {
            // What was asked for last is dropped last.
            let found = held.remove(at);
            held.push(found);
        } else {
            if held.len() >= TEXTS_HELD {
                held.remove(0);
            }
            held.push((hash, self.versions.text(hash)?));
        }
        Ok(held.last().map(|(_, text)| text.clone()).unwrap_or_default())
    }
}
