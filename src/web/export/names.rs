//! Names of files for names of services and terms types, whatever these are made of.
//!
//! A name keeps its letters and digits of ASCII, hyphens and dots; a space becomes `_`, and any other byte `~` and two
//! digits. So no name can leave its folder, hide, or mean something to a server, a shell or a file system.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

/// Longer names are cut, and told apart by a digest.
const MOST_BYTES: usize = 100;
const KEPT_OF_LONG: usize = 80;

/// What Windows takes for a device, with any ending.
const DEVICES: [&str; 4] = ["con", "prn", "aux", "nul"];
const NUMBERED_DEVICES: [&str; 2] = ["com", "lpt"];

/// A name as that of a file or a folder; different for different names.
pub fn safe(name: &str) -> String {
    if name.is_empty() {
        return "~".to_owned();
    }
    let bytes = name.as_bytes();
    let ending = bytes.len().saturating_sub(".html".len());
    let is_like_page = name.to_ascii_lowercase().ends_with(".html");
    let is_kept = |at: usize| match bytes[at] {
        b'-' => at > 0,
        // A folder must not be called as a page is, begin with a dot, or end with one.
        b'.' => at > 0 && at + 1 < bytes.len() && !(is_like_page && at == ending),
        byte => byte.is_ascii_alphanumeric() && !(at == 0 && is_device(name)),
    };
    let written: String = (0..bytes.len()).map(|at| written(bytes[at], is_kept(at))).collect();
    match written.len() > MOST_BYTES {
        true => format!("{}~~{}", &written[..KEPT_OF_LONG], digest(name)),
        false => written,
    }
}

fn written(byte: u8, is_kept: bool) -> String {
    match byte {
        b' ' => "_".to_owned(),
        byte if is_kept => char::from(byte).to_string(),
        byte => format!("~{byte:02X}"),
    }
}

fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().to_ascii_lowercase();
    let is_numbered = |device: &&str| stem.strip_prefix(*device).is_some_and(|rest| rest.len() == 1);
    DEVICES.contains(&stem.as_str()) || NUMBERED_DEVICES.iter().any(is_numbered)
}

fn digest(name: &str) -> String {
    Sha256::digest(name.as_bytes()).iter().take(6).map(|byte| format!("{byte:02x}")).collect()
}

/// File names for names that share a folder: where two differ by case alone, each gets a digest, since many file
/// systems take them for one.
pub fn told_apart<'a>(names: impl Iterator<Item = &'a str>) -> BTreeMap<String, String> {
    let mut alike: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for name in names {
        let group = alike.entry(safe(name).to_lowercase()).or_default();
        if !group.contains(&name) {
            group.push(name);
        }
    }
    let of_group = |group: Vec<&str>| {
        let is_alone = group.len() == 1;
        let file = move |name: &str| if is_alone { safe(name) } else { format!("{}~~{}", safe(name), digest(name)) };
        group.into_iter().map(move |name| (name.to_owned(), file(name))).collect::<Vec<_>>()
    };
    alike.into_values().flat_map(of_group).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_names_stay_readable() {
        for (name, file) in [
            ("Acme", "Acme"),
            ("Privacy Policy", "Privacy_Policy"),
            ("Booking.com", "Booking.com"),
            ("Arte-TV", "Arte-TV"),
            ("Yahoo!", "Yahoo~21"),
            ("Été", "~C3~89t~C3~A9"),
        ] {
            assert_eq!(safe(name), file);
        }
    }

    #[test]
    fn hostile_names_are_names_and_nothing_else() {
        for name in [
            "..",
            ".",
            "",
            ".git",
            "a/b",
            "/etc/passwd",
            "..\\..",
            "-rf",
            "CON",
            "nul.txt",
            "com1",
            "a\0b",
            "a\nb",
            "Acme.html",
            "Acme.",
            "C:",
            "a:b",
            "%2e%2e",
            "~root",
            "*",
            "<script>",
            "\u{202e}x",
            "利用規約",
        ] {
            let file = safe(name);

            assert!(file.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte)), "{name}: {file}");
            assert!(!file.starts_with(['.', '-']) && !file.ends_with('.'), "{name}: {file}");
            assert!(!is_device(&file), "{name}: {file}");
            assert!(!file.ends_with(".html"), "{name}: {file}");
        }
        assert_ne!(safe("a_b"), safe("a b"));
        assert_ne!(safe(&"x".repeat(300)), safe(&"x".repeat(301)));
        assert!(safe(&"é".repeat(300)).len() <= MOST_BYTES);
    }

    #[test]
    fn names_that_differ_by_case_alone_are_told_apart() {
        let files = told_apart(["Acme", "ACME", "Lumio"].into_iter());

        assert_eq!(files["Lumio"], "Lumio");
        assert_ne!(files["Acme"].to_lowercase(), files["ACME"].to_lowercase());
    }
}
