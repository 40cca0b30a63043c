//! Finds the known name that a misspelt one was probably meant to be.

/// How alike two names must be, from 0 to 1, to be taken for each other.
const LIKENESS: f64 = 0.6;

/// The candidate closest to `name`, if any is close.
pub fn closest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let name = name.to_lowercase();
    let likeness = |candidate: &str| strsim::normalized_damerau_levenshtein(&name, &candidate.to_lowercase());
    let scored = candidates.into_iter().map(|candidate| (candidate, likeness(candidate)));
    let close = scored.filter(|(_, likeness)| *likeness >= LIKENESS);
    close.max_by(|(_, a), (_, b)| a.total_cmp(b)).map(|(candidate, _)| candidate)
}

/// The hint for an unknown name: what was probably meant, else all that is known.
pub fn hint<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str> + Clone) -> String {
    match closest(name, candidates.clone()) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => format!("known here: {}", candidates.into_iter().collect::<Vec<_>>().join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelt_name_finds_what_was_meant() {
        let types = ["Privacy Policy", "Terms of Service", "Imprint"];

        assert_eq!(closest("privacy policy", types), Some("Privacy Policy"));
        assert_eq!(closest("Term of Services", types), Some("Terms of Service"));
        assert_eq!(closest("Cookies", types), None);
        assert_eq!(hint("x", ["fetch", "select"]), "known here: fetch, select");
    }
}
