//! Finds paragraphs that were split in several, or put together to one.

use std::ops::Range;

use super::effort::Effort;
use super::likeness::Bag;
use super::side::Side;
use super::structure::BlockKind;

/// Up to so many pairs of blocks in a stretch are looked at.
const MOST_PAIRS: usize = 4_096;

/// What the words of a block weigh at least for it to be looked for in several.
const LEAST_WEIGHT: u32 = 24;

/// The share of a part's words that has to be in the whole, from 0 to 1.
const LEAST_CONTAINED: f64 = 0.65;

/// How alike the parts together have to be to the whole, from 0 to 1.
const LEAST_LIKENESS: f64 = 0.7;

/// One block of a text that is several in the other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Joint {
    pub whole: usize,
    pub parts: Range<usize>,
}

/// The blocks of a stretch that are several in the other text, in the order of both.
pub(super) fn joints(
    whole: &Side<'_>,
    parts: &Side<'_>,
    gap: (&Range<usize>, &Range<usize>),
    effort: &Effort,
) -> Vec<Joint> {
    if gap.1.len() < 2 || gap.0.len() * gap.1.len() > MOST_PAIRS {
        return Vec::new();
    }
    let mut found = Vec::new();
    let mut from = gap.1.start;
    for at in gap.0.clone().filter(|at| whole.is_free(*at) && is_prose(whole.blocks[*at].kind)) {
        if let Some(run) = run(whole.bag(at), parts, from..gap.1.end, effort) {
            from = run.end;
            found.push(Joint { whole: at, parts: run });
        }
    }
    found
}

/// The first run of blocks that together are like a whole.
fn run(whole: &Bag, parts: &Side<'_>, within: Range<usize>, effort: &Effort) -> Option<Range<usize>> {
    if whole.weight() < LEAST_WEIGHT {
        return None;
    }
    let is_part = |at: &usize| {
        let bag = parts.bag(*at);
        bag.weight() > 0 && bag.weight() < whole.weight() && bag.contained(whole, effort) >= LEAST_CONTAINED
    };
    let is_start = |at: &usize| parts.is_free(*at) && is_prose(parts.blocks[*at].kind) && is_part(at);
    let start = within.clone().find(is_start)?;
    let goes_on = |at: &usize| parts.is_free(*at) && parts.blocks[*at].kind == BlockKind::Paragraph && is_part(at);
    let end = start + 1 + (start + 1..within.end).take_while(goes_on).count();
    let together = Bag::together((start..end).map(|at| parts.bag(at)));
    (end - start > 1 && together.likeness(whole, effort) >= LEAST_LIKENESS).then_some(start..end)
}

fn is_prose(kind: BlockKind) -> bool {
    matches!(kind, BlockKind::Paragraph | BlockKind::ListItem | BlockKind::Quote)
}
