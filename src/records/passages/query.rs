//! What people type into a search: words, `"exact phrases"`, beginnings of words (`priva*`), and `-words` to leave out.
//!
//! Any text is a query, or is told to be none; nothing in it reaches the index as syntax.

use std::ops::Range;

use super::words::{Word, words};

/// Most words and phrases of one query.
const MAX_TERMS: usize = 32;

/// Quotation marks: those of keyboards, and those that come with copied text.
const QUOTES: [char; 6] = ['"', '“', '”', '„', '«', '»'];

/// What is looked for in passages: all that is wanted, and nothing that is not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    wanted: Vec<Term>,
    unwanted: Vec<Term>,
}

/// Why a text is no query.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum QueryError {
    #[error("there is no word to search for")]
    NoWord,

    #[error("every word is one to leave out")]
    OnlyUnwanted,

    #[error("more than {MAX_TERMS} words and phrases are searched for")]
    TooLong,
}

/// Words in a row; of a single one perhaps only the beginning.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Term {
    words: Vec<String>,
    is_beginning: bool,
}

impl Query {
    /// Reads what somebody typed.
    ///
    /// # Errors
    /// When it holds nothing to look for, or too much.
    pub fn parse(text: &str) -> Result<Self, QueryError> {
        let mut query = Self { wanted: Vec::new(), unwanted: Vec::new() };
        let mut rest = text.trim_start();
        while !rest.is_empty() {
            let (is_unwanted, term, after) = split_term(rest);
            match is_unwanted {
                true => query.unwanted.extend(term),
                false => query.wanted.extend(term),
            }
            if query.wanted.len() + query.unwanted.len() > MAX_TERMS {
                return Err(QueryError::TooLong);
            }
            rest = after.trim_start();
        }
        match (query.wanted.is_empty(), query.unwanted.is_empty()) {
            (true, true) => Err(QueryError::NoWord),
            (true, false) => Err(QueryError::OnlyUnwanted),
            _ => Ok(query),
        }
    }

    /// The query as FTS5 reads it. Words are letters and digits only, so that quotes hold them.
    pub(super) fn expression(&self) -> String {
        let joined = |terms: &[Term], by| terms.iter().map(Term::expression).collect::<Vec<_>>().join(by);
        match self.unwanted.is_empty() {
            true => joined(&self.wanted, " AND "),
            false => format!("({}) NOT ({})", joined(&self.wanted, " AND "), joined(&self.unwanted, " OR ")),
        }
    }

    /// The places in a text of all that is wanted, in order and apart from each other.
    pub fn places(&self, text: &str) -> Vec<Range<usize>> {
        let words = words(text);
        let mut places: Vec<_> = self.wanted.iter().flat_map(|term| term.places(&words)).collect();
        places.sort_unstable_by_key(|place| (place.start, place.end));
        places.into_iter().fold(Vec::new(), |mut apart: Vec<Range<usize>>, place| {
            match apart.last_mut().filter(|last| place.start <= last.end) {
                Some(last) => last.end = last.end.max(place.end),
                None => apart.push(place),
            }
            apart
        })
    }
}

impl Term {
    fn of(text: &str, is_beginning: bool) -> Option<Self> {
        let words: Vec<String> = words(text).into_iter().map(|word| word.folded).collect();
        (!words.is_empty()).then_some(Self { words, is_beginning })
    }

    fn expression(&self) -> String {
        format!("\"{}\"{}", self.words.join(" "), if self.is_beginning { " *" } else { "" })
    }

    fn places(&self, words: &[Word]) -> Vec<Range<usize>> {
        let rows = words.windows(self.words.len()).filter(|row| self.fits(row));
        rows.filter_map(|row| Some(row.first()?.place.start..row.last()?.place.end)).collect()
    }

    fn fits(&self, row: &[Word]) -> bool {
        let last = self.words.len() - 1;
        self.words.iter().zip(row).enumerate().all(|(at, (wanted, word))| match self.is_beginning && at == last {
            true => word.folded.starts_with(wanted),
            false => word.folded == *wanted,
        })
    }
}

/// The first term of a text, whether it is to be left out, and what comes after it.
fn split_term(text: &str) -> (bool, Option<Term>, &str) {
    let bare = text.strip_prefix('-').filter(|bare| bare.starts_with(|c: char| !c.is_whitespace() && c != '-'));
    let (is_unwanted, text) = (bare.is_some(), bare.unwrap_or(text));
    let (inner, after) = match text.strip_prefix(QUOTES) {
        Some(quoted) => quoted.split_once(QUOTES).unwrap_or((quoted, "")),
        None => text.split_at(text.find(|c: char| c.is_whitespace() || QUOTES.contains(&c)).unwrap_or(text.len())),
    };
    let (inner, after, is_beginning) = match (inner.strip_suffix('*'), after.strip_prefix('*')) {
        (_, Some(after)) => (inner, after, true),
        (Some(inner), _) => (inner, after, true),
        _ => (inner, after, false),
    };
    (is_unwanted, Term::of(inner, is_beginning), after)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn expression(text: &str) -> String {
        Query::parse(text).unwrap().expression()
    }

    #[test]
    fn words_phrases_beginnings_and_exclusions_are_told_apart() {
        assert_eq!(expression("Données personnelles"), r#""donnees" AND "personnelles""#);
        assert_eq!(expression(r#""third parties" share*"#), r#""third parties" AND "share" *"#);
        assert_eq!(expression("data -sell -“on behalf”"), r#"("data") NOT ("sell" OR "on behalf")"#);
        assert_eq!(expression("opt-out 利用規約"), r#""opt out" AND "利 用 規 約""#);
        assert_eq!(expression(r#""data prot"*"#), r#""data prot" *"#);
    }

    #[test]
    fn operators_of_the_index_are_mere_words() {
        assert_eq!(expression("NEAR(a b) OR c:d ^e"), r#""near a" AND "b" AND "or" AND "c d" AND "e""#);
        assert_eq!(expression("\"unclosed phrase"), r#""unclosed phrase""#);
    }

    #[test]
    fn a_text_without_a_word_to_look_for_is_told() {
        assert_eq!(Query::parse(" * \"\" - ** --"), Err(QueryError::NoWord));
        assert_eq!(Query::parse("-data"), Err(QueryError::OnlyUnwanted));
        assert_eq!(Query::parse(&"a ".repeat(33)), Err(QueryError::TooLong));
    }

    #[test]
    fn what_is_found_is_told_by_its_place() {
        let text = "Données et DONNEES, données-clés.";

        let found = |query: &str| -> Vec<&str> {
            Query::parse(query).unwrap().places(text).into_iter().map(|place| &text[place]).collect()
        };

        assert_eq!(found("donnees"), ["Données", "DONNEES", "données"]);
        assert_eq!(found("\"données clés\" donn*"), ["Données", "DONNEES", "données-clés"]);
        assert_eq!(found("cle*"), ["clés"]);
        assert_eq!(found("absent"), Vec::<&str>::new());
    }

    proptest! {
        #[test]
        fn whatever_is_typed_the_index_understands(text in "\\PC{0,40}|[-*\"“ a()^:+{}.AND]{0,30}") {
            let connection = rusqlite::Connection::open_in_memory().unwrap();
            connection.execute_batch("CREATE VIRTUAL TABLE t USING fts5 (x, content = '', tokenize = 'ascii')").unwrap();
            if let Ok(query) = Query::parse(&text) {
                let found = connection.query_row("SELECT count(*) FROM t WHERE t MATCH ?", [query.expression()], |row| {
                    row.get::<_, i64>(0)
                });
                prop_assert_eq!(found.unwrap(), 0);
            }
        }
    }
}
