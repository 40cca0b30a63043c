//! Filters that drop times which depend on when, or by whom, the page is read.

use ego_tree::NodeId;
use serde_json::Value;

use crate::extract::Page;

/// Longest text, in characters, that can be nothing but a time.
const LONGEST: usize = 60;

/// What parts a time from what stands beside it.
const SEPARATORS: &[char] = &['·', '•', '|', '/', '-', '–', '—', '(', ')', ';'];

/// Sentences that tell how long ago something was, in lower case; `N` stands for a number, `U` for a unit of time.
const RELATIVE_DATES: &[&str] = &[
    "N U ago",
    "just now",
    "yesterday",
    "today",
    "il y a N U",
    "hier",
    "aujourd'hui",
    "à l'instant",
    "vor N U",
    "gestern",
    "heute",
    "hace N U",
    "ayer",
    "hoy",
    "N U fa",
    "ieri",
    "oggi",
    "há N U",
    "N U geleden",
    "gisteren",
    "vandaag",
];

/// Sentences that tell how long a page takes to read.
const READ_TIMES: &[&str] = &[
    "N U read",
    "N U to read",
    "N-min read",
    "reading time N U",
    "read time N U",
    "estimated reading time N U",
    "temps de lecture N U",
    "N U de lecture",
    "lesezeit N U",
    "lesedauer N U",
    "N U lesezeit",
    "tiempo de lectura N U",
    "N U de lectura",
    "tempo di lettura N U",
    "N U di lettura",
    "tempo de leitura N U",
    "N U de leitura",
    "leestijd N U",
];

/// Starts of the units of time, long enough to tell them from other words.
const UNITS: &[&str] = &[
    "second", "sec", "sek", "segundo", "minut", "min", "hour", "hr", "heure", "stunde", "hora", "ora", "ore", "uur",
    "day", "jour", "tag", "día", "dia", "giorn", "dag", "week", "semaine", "woche", "semana", "settiman", "weken",
    "month", "mois", "monat", "mes", "mês", "maand", "year", "an", "année", "jahr", "año", "ano", "anni", "jaar",
];

/// Words for one.
const ONE: &[&str] = &["a", "an", "one", "un", "une", "einem", "einer", "una", "um", "uma", "een"];

pub(super) fn remove_relative_dates(page: &mut Page, _: Option<&Value>) -> Result<(), String> {
    remove_saying(page, RELATIVE_DATES);
    Ok(())
}

pub(super) fn remove_read_times(page: &mut Page, _: Option<&Value>) -> Result<(), String> {
    remove_saying(page, READ_TIMES);
    Ok(())
}

/// Drops the elements whose whole text is one of the sentences.
fn remove_saying(page: &mut Page, sentences: &[&str]) {
    let doomed: Vec<NodeId> = page.texts().filter(|(_, text)| says(text, sentences)).map(|(id, _)| id).collect();
    for id in doomed {
        let whole = whole_of(page, id);
        if !is_in_sentence(page, whole) {
            page.remove(whole);
        }
    }
}

/// Whether words follow that go on with the sentence: `cancel <b>today</b>, and you pay nothing`.
fn is_in_sentence(page: &Page, id: NodeId) -> bool {
    let after = page.node(id).next_siblings().find(|sibling| !is_silent(page, sibling.id()));
    let text = after.and_then(|after| after.value().as_text().map(|text| text.trim_start()));
    text.is_some_and(|text| !text.starts_with(SEPARATORS) && text.contains(char::is_alphanumeric))
}

/// The outermost element that shows no more than this text; the text itself where it has company.
fn whole_of(page: &Page, id: NodeId) -> NodeId {
    let alone = |id: &NodeId| {
        let node = page.node(*id);
        node.prev_siblings().chain(node.next_siblings()).all(|sibling| is_silent(page, sibling.id()))
    };
    let mut whole = id;
    while alone(&whole)
        && let Some(parent) = page.node(whole).parent()
        && page.element(parent.id()).is_some_and(|element| !matches!(element.name(), "body" | "html"))
    {
        whole = parent.id();
    }
    whole
}

fn is_silent(page: &Page, id: NodeId) -> bool {
    let node = page.node(id).value();
    node.is_comment() || node.as_text().is_some_and(|text| text.trim().is_empty())
}

fn says(text: &str, sentences: &[&str]) -> bool {
    if text.chars().nth(LONGEST).is_some() {
        return false;
    }
    let text = text.to_lowercase().replace(':', " ").replace('’', "'");
    let words: Vec<&str> =
        text.split_whitespace().map(|word| word.trim_matches(['.', ',', '(', ')', '·', '~'])).collect();
    let words: Vec<&str> = words.into_iter().filter(|word| !word.is_empty()).collect();
    sentences.iter().any(|sentence| {
        let pattern: Vec<&str> = sentence.split(' ').collect();
        pattern.len() == words.len() && pattern.iter().zip(&words).all(|(wanted, word)| is_word(wanted, word))
    })
}

fn is_word(wanted: &str, word: &str) -> bool {
    match wanted {
        "N" => word.bytes().all(|byte| byte.is_ascii_digit()) || ONE.contains(&word),
        "U" => UNITS.iter().any(|unit| word.strip_prefix(unit).is_some_and(|ending| ending.chars().count() <= 2)),
        "N-min" => {
            word.strip_suffix("-min").or(word.strip_suffix("-minute")).is_some_and(|number| is_word("N", number))
        }
        _ => wanted == word,
    }
}

#[cfg(test)]
mod tests {
    use super::super::filtered;

    #[test]
    fn a_relative_date_goes_with_the_element_that_holds_it() {
        let html =
            "<p>Terms</p><div><span>Updated by us</span><span><i> 3 days ago </i></span></div><p>vor 2 Wochen</p>";

        let after = filtered("removeRelativeDates", None, html);

        assert_eq!(after, "<p>Terms</p><div><span>Updated by us</span></div>");
    }

    #[test]
    fn a_sentence_that_mentions_a_time_stays() {
        let html = "<p>We changed this 3 days ago and told you.</p><p>Today we collect data.</p>";

        assert_eq!(filtered("removeRelativeDates", None, html), html);
    }

    #[test]
    fn a_time_in_a_sentence_stays_and_one_beside_it_goes() {
        let inside = "<p>If you cancel <b>today</b>, you pay nothing.</p><p><i>Today</i> we collect data.</p>";
        let beside = "<p>Updated <time>3 days ago</time> · 2 pages</p><p>Changed <b>yesterday</b>.</p>";

        assert_eq!(filtered("removeRelativeDates", None, inside), inside);
        assert_eq!(filtered("removeRelativeDates", None, beside), "<p>Updated  · 2 pages</p><p>Changed .</p>");
    }

    #[test]
    fn read_times_go() {
        let html = "<p>a</p><p>5 min read</p><p>Temps de lecture : 12 minutes</p><p>Lesezeit: 3 Min.</p>";

        assert_eq!(filtered("removeReadTimes", None, html), "<p>a</p>");
    }
}
