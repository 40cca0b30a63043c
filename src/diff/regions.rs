//! Cuts a difference into what has to be shown: the changes, with some blocks around them.

use super::structure::{Block, Diff, Fate, Touch};

/// Blocks that belong together: changes, and their neighbours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Region<'a> {
    /// Blocks between the region before and this one, all of them kept.
    pub folded: usize,
    pub blocks: &'a [Block],
}

impl Diff {
    /// The regions that changed, with up to `context` kept blocks on either side.
    pub fn regions(&self, context: usize) -> Vec<Region<'_>> {
        self.regions_where(context, |block| block.fate != Fate::Kept)
    }

    /// The regions where something differs that people read: words, the order of blocks or the targets of links.
    pub fn readable_regions(&self, context: usize) -> Vec<Region<'_>> {
        self.regions_where(context, Block::is_readable_change)
    }

    fn regions_where(&self, context: usize, is_shown: impl Fn(&Block) -> bool) -> Vec<Region<'_>> {
        let mut bounds: Vec<(usize, usize)> = Vec::new();
        for (at, _) in self.blocks.iter().enumerate().filter(|(_, block)| is_shown(block)) {
            let (start, end) = (at.saturating_sub(context), (at + 1 + context).min(self.blocks.len()));
            match bounds.last_mut() {
                Some(last) if last.1 >= start => last.1 = end,
                _ => bounds.push((start, end)),
            }
        }
        let ends = std::iter::once(0).chain(bounds.iter().map(|(_, end)| *end));
        let region = |(end, (start, next)): (usize, &(usize, usize))| Region {
            folded: start - end,
            blocks: &self.blocks[*start..*next],
        };
        ends.zip(&bounds).map(region).collect()
    }
}

impl Block {
    /// Whether it changed in something that people read, rather than in white space and markup alone.
    pub fn is_readable_change(&self) -> bool {
        let says_something = || self.spans().iter().any(|span| !span.text.trim().is_empty());
        match self.fate {
            Fate::Kept => false,
            Fate::Moved | Fate::MovedAway => says_something(),
            _ => self.touches.is_some_and(|touch| touch > Touch::Markup),
        }
    }
}

impl Region<'_> {
    /// The titles over its first change.
    pub fn section(&self) -> &[String] {
        let change = self.blocks.iter().find(|block| block.fate != Fate::Kept);
        change.or(self.blocks.first()).map_or(&[], Block::section)
    }
}

#[cfg(test)]
mod tests {
    use super::super::between;

    #[test]
    fn what_is_far_from_a_change_is_folded() {
        let old = "# A\n\none\n\ntwo\n\nthree\n\nfour\n\nfive\n\n# B\n\nsix here\n\nseven\n";
        let diff = between(old, &old.replace("one", "1").replace("six", "6"));

        let regions = diff.regions(1);

        let shape: Vec<_> = regions.iter().map(|region| (region.folded, region.blocks.len())).collect();
        assert_eq!(shape, [(0, 4), (3, 3)], "{regions:#?}");
        assert_eq!(regions[1].section(), ["B"]);
    }
}
