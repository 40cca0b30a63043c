//! `fineprint site` as operators and readers meet it: files that lead to each other and to nothing else.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Component, Path, PathBuf};
use std::time::SystemTime;

use scraper::node::Element;
use scraper::{Html, Selector};
use url::Url;

use crate::collection::{Ran, TestCollection};
use crate::serve::Server;

/// Names of services as an archive may hold them.
const ODD_NAMES: [&str; 9] =
    ["Acme", "ACME", "Acme.html", "CON", "Ça ira & <b>co", "100% #1?", "~root", "利用規約", "index"];

fn collection(services: &[&str]) -> TestCollection {
    let collection = TestCollection::new();
    collection.write("metadata.yml", "id: demo\nname: Demo\ntagline: Terms\nlanguages: [en]\njurisdictions: [FR]\n");
    fs::create_dir(collection.path("versions")).unwrap();
    collection.git("versions", &["init", "-q", "-b", "main"]);
    for service in services {
        record(
            &collection,
            service,
            "# Terms\n\nYou may leave at any time.\n\nSee [us](https://acme.example/?a=1&b=2).",
        );
        record(
            &collection,
            service,
            "# Terms\n\nYou may leave after 30 days.\n\nSee [us](https://acme.example/?a=1&b=2).",
        );
    }
    collection
}

fn record(collection: &TestCollection, service: &str, text: &str) {
    let subject = match collection.path(&format!("versions/{service}/Terms of Service.md")).exists() {
        false => format!("First record of {service} Terms of Service"),
        true => format!("Record new changes of {service} Terms of Service"),
    };
    collection.commit_by_hand("versions", &format!("{service}/Terms of Service.md"), text, &subject);
}

/// Exports into the folder `out` of the collection.
fn export(collection: &TestCollection, arguments: &[&str]) -> Ran {
    let out = collection.path("out");
    collection.run(&[&["site", "--out", out.to_str().unwrap()], arguments].concat())
}

fn exported(collection: &TestCollection, arguments: &[&str]) -> PathBuf {
    let ran = export(collection, arguments);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    collection.path("out")
}

/// All files below a folder, by their paths within.
fn files(folder: &Path) -> BTreeMap<String, PathBuf> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => folders.push(path),
                false => {
                    found.insert(path.strip_prefix(folder).unwrap().to_str().unwrap().to_owned(), path);
                }
            }
        }
    }
    found
}

/// What a page links to or loads.
fn links(html: &str) -> BTreeSet<String> {
    let attributes = [("[href]", "href"), ("[src]", "src"), ("[action]", "action")];
    let page = Html::parse_document(html);
    let of = |(selector, name): (&str, &str)| {
        let selector = Selector::parse(selector).unwrap();
        page.select(&selector).filter_map(|element| element.attr(name).map(str::to_owned)).collect::<Vec<_>>()
    };
    attributes.into_iter().flat_map(of).collect()
}

/// The file that a link of a file leads to, unless it leads out.
fn target(file: &str, link: &str) -> Option<String> {
    if link.starts_with('#') || Url::parse(link).is_ok() {
        return None;
    }
    let path = link.split(['#', '?']).next().unwrap();
    let joined = Path::new(file).parent().unwrap().join(path);
    let mut parts: Vec<&str> = Vec::new();
    for part in joined.components() {
        match part {
            Component::ParentDir => assert!(parts.pop().is_some(), "{file} links to {link}, out of the folder"),
            Component::Normal(name) => parts.push(name.to_str().unwrap()),
            other => panic!("{file} links to {link}: {other:?}"),
        }
    }
    Some(parts.join("/"))
}

fn text_of_main(html: &str) -> String {
    let main = Selector::parse("main").unwrap();
    let page = Html::parse_document(html);
    // What only paper shows tells where the page was, which is elsewhere in a copy.
    let is_of_paper = |element: &Element| element.attr("class") == Some("printed");
    let nodes = page.select(&main).next().unwrap().descendants();
    let shown = nodes.filter(|node| !node.ancestors().any(|above| above.value().as_element().is_some_and(is_of_paper)));
    let text: String = shown.filter_map(|node| Some(node.value().as_text()?.to_string())).collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn every_link_of_a_copy_leads_to_a_file_of_it() {
    let collection = collection(&ODD_NAMES);
    let out = exported(&collection, &[]);
    let files = files(&out);

    let pages: Vec<&String> =
        files.keys().filter(|file| file.ends_with(".html") && !file.ends_with("404.html")).collect();
    assert!(pages.len() > 100, "{}", pages.len());
    for file in pages {
        for link in links(&fs::read_to_string(&files[file]).unwrap()) {
            let Some(target) = target(file, &link) else { continue };
            assert!(files.contains_key(&target), "{file} links to {link}");
        }
    }
    for file in ["index.html", "en/index.html", "fr/services.html", "404.html", "robots.txt", "feeds.opml", ".nojekyll"]
    {
        assert!(files.contains_key(file), "{file}");
    }
}

#[test]
fn names_of_services_are_names_of_files_on_every_system() {
    let collection = collection(&ODD_NAMES);
    let out = exported(&collection, &[]);

    let services: Vec<String> = files(&out).into_keys().filter(|file| file.starts_with("en/services/")).collect();
    let lower: BTreeSet<String> = services.iter().map(|file| file.to_lowercase()).collect();
    assert_eq!(services.len(), 2 * ODD_NAMES.len(), "{services:?}");
    assert_eq!(lower.len(), services.len(), "{services:?}");
    for file in services {
        assert!(file.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.~/".contains(&byte)), "{file}");
    }
}

#[test]
fn pages_say_what_served_pages_say() {
    let collection = collection(&["Acme"]);
    let out = exported(&collection, &[]);
    let server = Server::of(&collection);
    server.wait_for("/v1/versions", |versions| versions[0]["verdict"]["kind"] == "substantive");
    let id = collection.git("versions", &["rev-parse", "HEAD"]).trim().to_owned();

    for (address, file) in [
        ("/fr/about".to_owned(), "fr/about.html".to_owned()),
        ("/en/services".to_owned(), "en/services.html".to_owned()),
        ("/en/services/Acme".to_owned(), "en/services/Acme.html".to_owned()),
        (format!("/en/changes/{id}"), format!("en/changes/{id}.html")),
        (format!("/fr/changes/{id}?view=sides"), format!("fr/changes/{id}-sides.html")),
    ] {
        let served = text_of_main(&server.get(&address).1);
        let copied = text_of_main(&fs::read_to_string(out.join(&file)).unwrap());
        // What would ask the server again is not in a copy.
        let served = ["Whole text", "Texte entier"]
            .iter()
            .fold(served, |served, button| served.replace(&format!("{button} "), ""));
        assert_eq!(copied, served, "{address}");
    }
    let text = fs::read_to_string(out.join(format!("versions/{id}.md"))).unwrap();
    assert_eq!(text, server.get(&format!("/en/versions/{id}/text.md")).1);
}

#[test]
fn a_second_export_writes_nothing_and_a_third_what_changed() {
    let collection = collection(&["Acme", "Lumio"]);
    let out = exported(&collection, &[]);
    let written_at = |out: &Path| -> BTreeMap<String, SystemTime> {
        let pages = files(out).into_iter().filter(|(file, _)| file != "fineprint-export.json");
        pages.map(|(file, path)| (file, fs::metadata(path).unwrap().modified().unwrap())).collect()
    };
    let first = written_at(&out);

    let again = export(&collection, &[]);
    assert!(again.stdout.contains("written: 0 files"), "{}", again.stdout);
    assert_eq!(written_at(&out), first);

    let before = collection.git("versions", &["rev-parse", "HEAD~2"]).trim().to_owned();
    record(&collection, "Lumio", "# Terms\n\nYou may never leave.");
    exported(&collection, &[]);
    let third = written_at(&out);
    let id = collection.git("versions", &["rev-parse", "HEAD"]).trim().to_owned();
    assert!(third.contains_key(&format!("en/changes/{id}.html")));
    let of_another = format!("fr/changes/{before}.html");
    assert_eq!(third[&of_another], first[&of_another], "the change of another service is as it was");
    assert_eq!(third["feeds/en/services/Acme.atom"], first["feeds/en/services/Acme.atom"]);
    assert!(fs::read_to_string(out.join("en/index.html")).unwrap().contains("never leave"));
}

#[test]
fn every_file_of_a_copy_is_counted_once() {
    let collection = collection(&["Acme"]);

    let told = export(&collection, &[]).stdout;

    // The list of files is not one of them, nor is the mark for GitHub Pages.
    let count = files(&collection.path("out")).len() - 2;
    assert!(
        told.contains(&format!("written: {count} files")) && told.contains(&format!("in all: {count} files")),
        "{told}"
    );
}

/// The links of this kind in a feed.
fn linked(feed: &str, rel: &str) -> Option<String> {
    let at = feed.find(&format!("rel=\"{rel}\""))?;
    let start = feed[..at].rfind('<')?;
    let tag = &feed[start..start + feed[start..].find('>')?];
    Some(tag.split("href=\"").nth(1)?.split('"').next()?.to_owned())
}

#[test]
fn from_archive_to_archive_the_feed_of_a_copy_tells_of_all_changes() {
    let collection = collection(&["Acme", "Lumio", "Bramble"]);
    let settings = serde_json::json!({ "@opentermsarchive/engine": { "collection-api": { "feed": { "limit": 1 } } } });
    collection.write("config/local.json", &settings.to_string());
    let out = exported(&collection, &[]);

    let (feeds, told) = followed(&out, "feeds/en/changes.atom");

    assert_eq!(feeds.len(), 4, "the newest entries, and three archives of one entry each");
    assert_eq!(told.len(), 3, "{told:?}");
}

#[test]
fn feeds_of_services_and_terms_in_a_copy_have_archives_as_well() {
    let collection = collection(&["Acme", "Lumio"]);
    record(&collection, "Acme", "# Terms\n\nYou may never leave.");
    let settings = serde_json::json!({ "@opentermsarchive/engine": { "collection-api": { "feed": { "limit": 1 } } } });
    collection.write("config/local.json", &settings.to_string());
    let out = exported(&collection, &[]);

    for (newest, changes) in [
        ("feeds/en/services/Acme.atom", 2),
        ("feeds/fr/services/Acme/Terms_of_Service.atom", 2),
        ("feeds/en/terms-types/Terms_of_Service.atom", 3),
    ] {
        let (feeds, told) = followed(&out, newest);

        assert_eq!((feeds.len(), told.len()), (1 + changes, changes), "{feeds:?} {told:?}");
    }
    assert!(!out.join("feeds/en/archives/1/services/Lumio.atom").exists(), "its only change is in its feed");
    let page = fs::read_to_string(out.join("en/services/Acme/Terms_of_Service.html")).unwrap();
    assert!(
        page.contains("\"../../../feeds/en/services/Acme/Terms_of_Service.rss\""),
        "each page leads to its own feed: {page}"
    );
}

/// A feed and its archives, one after the other, and the versions that they tell of.
fn followed(out: &Path, newest: &str) -> (Vec<String>, BTreeSet<String>) {
    let (mut next, mut feeds, mut told) = (Some(newest.to_owned()), Vec::new(), BTreeSet::new());
    while let Some(current) = next {
        let feed = fs::read_to_string(out.join(&current)).unwrap();
        let ids = feed.split("<id>").skip(1).map(|rest| rest.split("</id>").next().unwrap());
        told.extend(ids.filter(|id| id.contains(":version:")).map(str::to_owned));
        next = linked(&feed, "prev-archive").map(|way| target(&current, &way).unwrap());
        feeds.push(current);
    }
    (feeds, told)
}

#[test]
fn what_is_not_told_any_more_is_removed_and_files_of_others_stay() {
    let collection = collection(&["Acme"]);
    let out = exported(&collection, &[]);
    fs::write(out.join("CNAME"), "terms.example").unwrap();
    let change = format!("en/changes/{}.html", collection.git("versions", &["rev-parse", "HEAD"]).trim());
    assert!(out.join(&change).exists());
    collection.git_by_hand("versions", &["reset", "-q", "--hard", "HEAD~1"]);

    let ran = export(&collection, &[]);

    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(!ran.stdout.contains("removed: 0"), "{}", ran.stdout);
    assert!(!out.join(&change).exists());
    assert!(out.join("CNAME").exists());
}

#[test]
fn only_the_latest_texts_are_copied_if_so_wanted() {
    let collection = collection(&["Acme"]);

    let out = exported(&collection, &["--only-latest"]);

    let first = collection.git("versions", &["rev-parse", "HEAD~1"]).trim().to_owned();
    let files = files(&out);
    assert!(!files.keys().any(|file| file.contains(&first)), "{files:?}");
    let terms = fs::read_to_string(&files["en/services/Acme/Terms_of_Service.html"]).unwrap();
    assert!(!terms.contains(&format!("{first}.html")), "{terms}");
    assert!(terms.contains("30 days"));
}

#[test]
fn whole_addresses_are_those_of_the_copy() {
    let collection = collection(&["Acme"]);
    let id = collection.git("versions", &["rev-parse", "HEAD"]).trim().to_owned();

    let out = exported(&collection, &["--base-url", "https://example.org/terms/"]);

    let read = |file: &str| fs::read_to_string(out.join(file)).unwrap();
    let change = format!("https://example.org/terms/en/changes/{id}.html");
    assert!(read(&format!("en/changes/{id}.html")).contains(&format!("<link rel=\"canonical\" href=\"{change}\">")));
    assert!(read("sitemap.xml").contains(&format!("<loc>{change}</loc>")), "{}", read("sitemap.xml"));
    assert!(read("feeds/en/changes.atom").contains(&format!("href=\"{change}\"")), "{}", read("feeds/en/changes.atom"));
    assert!(read("feeds.opml").contains("https://example.org/terms/feeds/en/changes.atom"), "{}", read("feeds.opml"));
    assert!(read("robots.txt").contains("Sitemap: https://example.org/terms/sitemap.xml"));
    assert!(read("404.html").contains("href=\"https://example.org/terms/en/about.html\""), "{}", read("404.html"));
    for (file, path) in files(&out) {
        assert!(!fs::read_to_string(path).unwrap_or_default().contains("copy.invalid"), "{file}");
    }
}

#[test]
fn nothing_that_somebody_else_keeps_is_written_over() {
    let collection = collection(&["Acme"]);
    collection.write("out/mine.txt", "precious");

    let ran = export(&collection, &[]);

    assert_eq!(ran.code, 1);
    assert!(
        ran.stderr.contains("is not empty and holds no earlier export\nhint: name a folder that is empty"),
        "{}",
        ran.stderr
    );
    assert_eq!(fs::read_dir(collection.path("out")).unwrap().count(), 1);
}
