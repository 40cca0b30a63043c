//! What stands around terms: controls, navigation, hidden mailboxes, teasers, pointers to other editions.

use std::collections::HashSet;

use super::Seen;
use super::figures::sides;
use crate::signal::pair::{Hunk, Pair};
use crate::signal::phrases::{BINDING, EDITIONS, LIGHT_WORDS, SURROUNDINGS};
use crate::signal::text::Text;
use crate::signal::token::{Class, Token};

/// Longest line, in words, that is taken for a control or for navigation.
const LONGEST_CONTROL: usize = 14;

/// Longest line of nothing but links.
const LONGEST_NAVIGATION: usize = 2000;

/// Longest banner that is known by how it begins.
const LONGEST_BANNER: usize = 200;

/// Longest sentence that only points to another edition.
const LONGEST_POINTER: usize = 28;

/// Most sentences that come or go together as a teaser.
const LONGEST_TEASER: usize = 10;

/// How far around a sentence a popup is looked for, in sentences.
const LONGEST_POPUP: usize = 40;

/// What stands beside a control and says no more.
const FILLING: &[&str] =
    &["page", "article", "document", "now", "on", "us", "all", "terms", "policy", "guidelines", "notice"];

/// Controls that are also things to collect.
const COLLECTED: &[&str] = &["language", "feedback", "notifications"];

/// A mailbox that is shown or hidden by a guard against robots: `[email protected]`.
pub fn hidden_mailbox(hunk: &Hunk, pair: &Pair<'_>) -> Option<Seen> {
    let is_guarded = |text: &Text, of: &[usize]| {
        let (Some(first), Some(last)) = (of.first(), of.last()) else { return false };
        let around = &text.tokens()[first.saturating_sub(3)..(last + 4).min(text.tokens().len())];
        let words: Vec<String> = around.iter().map(|token| text.shown(token).to_lowercase()).collect();
        words.windows(2).any(|two| two[0] == "email" && two[1] == "protected")
    };
    let is_short = hunk.old.len() <= 4 && hunk.new.len() <= 4;
    (is_short && (is_guarded(pair.old, &hunk.old) || is_guarded(pair.new, &hunk.new))).then(|| sides(hunk, pair))
}

/// Lines that are nothing but links, and not within a sentence.
pub fn navigation(hunk: &Hunk, pair: &Pair<'_>) -> Option<Seen> {
    let is_links = |(text, block): &(&Text, &[Token])| is_line_of_links(text, block);
    (is_in_lines(hunk, pair) && every_block(hunk, pair, is_links)).then(|| sides(hunk, pair))
}

fn is_line_of_links(text: &Text, block: &[Token]) -> bool {
    if block.len() > LONGEST_NAVIGATION {
        return false;
    }
    let labels = block.iter().filter(|token| token.link > 0 || token.class == Class::Marker).count();
    let is_mail = |token: &Token| token.class == Class::Address && text.shown(token).contains('@');
    let has_links = block.iter().any(|token| token.link > 0);
    has_links && labels * 10 >= block.len() * 9 && !block.iter().any(is_mail)
}

/// Short lines with which a page is used: print, share, expand, log in.
pub fn control(hunk: &Hunk, pair: &Pair<'_>) -> Option<Seen> {
    let is_control = |(text, block): &(&Text, &[Token])| {
        if block.len() > LONGEST_BANNER {
            return false;
        }
        let line = format!(" {} ", text.plain(block));
        // An item of a list that leads nowhere may be one of what is collected, or shared.
        let is_item = is_item(text, block) && !block.iter().any(|token| token.link > 0);
        let says = |phrase: &&str| match phrase.split(' ').count() {
            _ if !has_words(&line, phrase) => false,
            _ if is_item => !COLLECTED.contains(phrase) && is_filling(&line.replacen(phrase, "", 1)),
            1 => is_nothing_but_controls(&line),
            2 => block.len() <= 7,
            _ => block.len() <= LONGEST_CONTROL,
        };
        let is_one = starts_with_control(&line) || SURROUNDINGS.iter().any(says);
        is_one && !is_binding(&line)
    };
    (is_in_lines(hunk, pair) && every_block(hunk, pair, is_control)).then(|| sides(hunk, pair))
}

/// Whether a line is only words that are controls by themselves: `Close menu`, `Print this page`, not `Search history`.
fn is_nothing_but_controls(line: &str) -> bool {
    line.split_whitespace().all(|word| SURROUNDINGS.contains(&word) || is_filling(word))
}

/// Whether words stand beside a control without saying more.
fn is_filling(words: &str) -> bool {
    words.split_whitespace().all(|word| FILLING.contains(&word) || LIGHT_WORDS.contains(&word))
}

/// Whether a paragraph is an item of a list.
fn is_item(text: &Text, block: &[Token]) -> bool {
    const LONGEST_MARK: usize = 32;
    let Some(first) = block.first() else { return false };
    let start = first.start as usize;
    let from = text.source().floor_char_boundary(start.saturating_sub(LONGEST_MARK));
    let before = text.source()[from..start].rsplit('\n').next().unwrap_or_default().trim_start();
    let behind = before.strip_prefix(['*', '-', '+', '•']);
    first.class == Class::Marker || behind.is_some_and(|behind| behind.starts_with([' ', '\t']))
}

/// Whether a line with a space at both ends has a phrase as whole words.
pub fn has_words(line: &str, phrase: &str) -> bool {
    line.match_indices(phrase).any(|(at, _)| line[..at].ends_with(' ') && line[at + phrase.len()..].starts_with(' '))
}

/// Longer banners are known by how they begin.
fn starts_with_control(line: &str) -> bool {
    ["notifications save", "save this page", "stay organized", "we use cookies to"]
        .iter()
        .any(|start| line.trim_start().starts_with(start))
}

/// A sentence that only points to other editions of the text.
pub fn edition_pointer(hunk: &Hunk, pair: &Pair<'_>) -> Option<Seen> {
    let is_pointer = |(text, line): &(&Text, &[Token])| {
        line.len() <= LONGEST_POINTER && {
            let plain = text.plain(line);
            EDITIONS.iter().any(|phrase| plain.contains(phrase))
        }
    };
    let sentences = hunk.sentences(pair);
    let is_own_line = hunk.is_whole() || sentences.iter().all(|(_, line)| line.len() <= LONGEST_CONTROL);
    (is_own_line && !sentences.is_empty() && hunk.len() <= 2 * LONGEST_POINTER && sentences.iter().all(is_pointer))
        .then(|| sides(hunk, pair))
}

/// A run of sentences that came or went together, invites to something or is a popup, and binds nobody.
pub fn teaser(hunk: &Hunk, pair: &Pair<'_>) -> Option<Seen> {
    let is_one = match hunk.new.first() {
        Some(at) => is_teaser(pair.new, &pair.gained, *at, hunk.is_whole()),
        None => hunk.old.first().is_some_and(|at| is_teaser(pair.old, &pair.lost, *at, hunk.is_whole())),
    };
    is_one.then(|| sides(hunk, pair))
}

fn is_teaser(text: &Text, changed: &[usize], token: usize, is_whole: bool) -> bool {
    let run = run_around(text, changed, token);
    let (Some(first), Some(last)) = (run.first(), run.last()) else { return false };
    let (first, last) = (text.sentences()[*first], text.sentences()[*last]);
    let tokens = &text.tokens()[first.first as usize..last.end as usize];
    let from = tokens.first().map_or(0, |token| token.start as usize);
    let until = tokens.last().map_or(0, |token| token.end as usize);
    let written = &text.source()[from..text.source().ceil_char_boundary((until + 200).min(text.source().len()))];
    if POPUPS.iter().any(|mark| written.contains(mark)) {
        return true;
    }
    let is_candidate = is_whole && run.len() <= LONGEST_TEASER && tokens.iter().any(|token| token.link > 0);
    is_candidate && {
        let plain = format!(" {} ", text.plain(tokens));
        INVITATIONS.iter().any(|phrase| plain.contains(phrase))
            && !is_binding(&plain)
            && run.iter().any(|at| has_link_line(text, *at))
    }
}

/// Whether a sentence stands in a line of nothing but links.
fn has_link_line(text: &Text, sentence: usize) -> bool {
    is_line_of_links(text, text.block_of(text.sentences()[sentence].first as usize))
}

/// Marks of a popup in the targets of links.
const POPUPS: &[&str] = &["popup%3A", "action%3Dpopup", "#popup"];

/// What a teaser invites to.
const INVITATIONS: &[&str] = &[
    " start free ",
    " get started ",
    " join now ",
    " join free ",
    " sign up ",
    " try it ",
    " try for free ",
    " start today ",
    " jetzt starten ",
    " jetzt anmelden ",
    " commencer ",
    " inscrivez ",
    " empieza ",
    " únete ",
    " iscriviti ",
    " probeer ",
    " comece ",
];

/// The sentences around one that changed like it, without a gap.
pub fn run_around(text: &Text, changed: &[usize], token: usize) -> Vec<usize> {
    let at = text.sentences().partition_point(|sentence| sentence.end as usize <= token);
    let Ok(place) = changed.binary_search(&at) else { return Vec::new() };
    let first =
        (0..=place).rev().take(LONGEST_POPUP).take_while(|p| changed[*p] + (place - p) == at).last().unwrap_or(place);
    let last = (place..changed.len())
        .take(LONGEST_POPUP)
        .take_while(|p| changed[*p] == at + (p - place))
        .last()
        .unwrap_or(place);
    changed[first..=last].to_vec()
}

fn is_binding(line: &str) -> bool {
    let words: HashSet<&str> = line.split(' ').collect();
    BINDING.iter().any(|word| words.contains(word))
}

/// Whether every place a hunk touches is in a paragraph that passes a test.
fn every_block(hunk: &Hunk, pair: &Pair<'_>, test: impl Fn(&(&Text, &[Token])) -> bool) -> bool {
    let all = |text: &Text, of: &[usize]| {
        let mut end = 0;
        of.iter().all(|at| {
            if *at < end {
                return true;
            }
            let block = text.block_around(*at);
            end = block.end;
            test(&(text, &text.tokens()[block]))
        })
    };
    hunk.len() > 0 && all(pair.old, &hunk.old) && all(pair.new, &hunk.new)
}

/// Whether a hunk is small enough to be a matter of lines.
fn is_in_lines(hunk: &Hunk, _: &Pair<'_>) -> bool {
    hunk.len() <= 200
}
