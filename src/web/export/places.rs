//! Where in a copy each address of the site is; the only place that knows.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use url::form_urlencoded;

use super::names::{safe, told_apart};
use crate::domain::TermsKey;
use crate::feeds::FORMATS;
use crate::web::address::encoded;
use crate::web::site::TAGS;

/// What becomes of an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// A file of the copy, by its path below the folder.
    File(String),
    /// What a copy cannot hold, where the server answers it.
    Live(String),
    /// What a copy cannot hold.
    Nowhere,
}

/// A record that has pages of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kept {
    /// There is nothing before it to be compared with.
    pub is_first: bool,
}

/// All places of one copy.
#[derive(Debug, Default)]
pub struct Places {
    /// Files by address, with the query.
    pub files: BTreeMap<String, String>,
    pub feeds: BTreeMap<FeedOf, String>,
    pub records: HashMap<String, Kept>,
    services: BTreeMap<String, String>,
    terms_types: BTreeMap<String, String>,
    /// Where the interface for programs is mounted.
    base: String,
    /// Whether cards are copied: nobody finds them without a whole address.
    has_cards: bool,
    /// Where the server is, if it has a public address.
    live: Option<String>,
}

/// What a feed is of: a service, a type, both, or all there is.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Scope {
    pub service: Option<String>,
    pub terms_type: Option<String>,
}

/// What a feed is of, and how it is written.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct FeedOf {
    pub scope: Scope,
    pub extension: String,
    pub language: String,
    /// The number of an archive of it, from 1 for the oldest entries (RFC 5005).
    pub archive: Option<usize>,
}

impl Places {
    /// The places of what is recorded, and of feeds of what is declared as well.
    pub fn new(base: &str, live: Option<&str>, recorded: &BTreeSet<TermsKey>, declared: &BTreeSet<TermsKey>) -> Self {
        let all: BTreeSet<&TermsKey> = recorded.union(declared).collect();
        let mut places = Self {
            services: told_apart(all.iter().map(|key| key.service.as_str())),
            terms_types: told_apart(all.iter().map(|key| key.terms_type.as_str())),
            base: base.to_owned(),
            live: live.map(|live| live.trim_end_matches('/').to_owned()),
            ..Self::default()
        };
        let scopes: BTreeSet<Scope> = all.iter().flat_map(|key| Scope::all_of(key)).chain([Scope::default()]).collect();
        scopes.iter().for_each(|scope| drop(places.add_feeds(scope, None)));
        for tag in TAGS {
            recorded.iter().for_each(|key| places.add_terms(tag, key));
            let services: BTreeSet<&str> = all.iter().map(|key| key.service.as_str()).collect();
            services.into_iter().for_each(|service| places.add_service(tag, service));
        }
        places
    }

    fn add_service(&mut self, tag: &str, service: &str) {
        let file = format!("{tag}/services/{}.html", self.services[service]);
        self.add(format!("/{tag}/services/{}", encoded(service)), file);
    }

    fn add_terms(&mut self, tag: &str, key: &TermsKey) {
        let (service, terms_type) = (encoded(key.service.as_str()), encoded(key.terms_type.as_str()));
        let (folder, name) = (&self.services[key.service.as_str()], &self.terms_types[key.terms_type.as_str()]);
        let file = format!("{tag}/services/{folder}/{name}.html");
        let file_of_type = format!("{tag}/terms-types/{name}.html");
        self.add(format!("/{tag}/services/{service}/{terms_type}"), file);
        self.add(format!("/{tag}/terms-types/{terms_type}"), file_of_type);
    }

    /// Adds a feed, or an archive of it, in each language and format; gives these.
    pub fn add_feeds(&mut self, scope: &Scope, archive: Option<usize>) -> Vec<FeedOf> {
        let (path, numbered) = (self.path_of(scope), archive.map(|number| format!("archives/{number}/")));
        let mut added = Vec::new();
        for (tag, format) in TAGS.iter().flat_map(|tag| FORMATS.iter().map(move |format| (tag, format))) {
            let (extension, language) = (format.extension.to_owned(), (*tag).to_owned());
            let feed = FeedOf { scope: scope.clone(), extension, language, archive };
            let file = format!("feeds/{tag}/{}{path}.{}", numbered.as_deref().unwrap_or_default(), format.extension);
            self.feeds.insert(feed.clone(), file);
            added.push(feed);
        }
        added
    }

    /// Where the feeds of a service or a type or both are, below those of a language.
    fn path_of(&self, Scope { service, terms_type }: &Scope) -> String {
        let folder = service.as_ref().map(|service| &self.services[service]);
        let name = terms_type.as_ref().map(|terms_type| &self.terms_types[terms_type]);
        match (folder, name) {
            (None, None) => "changes".to_owned(),
            (Some(folder), None) => format!("services/{folder}"),
            (None, Some(name)) => format!("terms-types/{name}"),
            (Some(folder), Some(name)) => format!("services/{folder}/{name}"),
        }
    }

    /// Has cards copied as well.
    pub fn add_cards(&mut self, recorded: &BTreeSet<TermsKey>) {
        self.has_cards = true;
        for tag in TAGS {
            self.add(format!("/{tag}/card/site.png"), format!("{tag}/card/site.png"));
            for key in recorded {
                let (service, terms_type) = (encoded(key.service.as_str()), encoded(key.terms_type.as_str()));
                let (folder, name) = (&self.services[key.service.as_str()], &self.terms_types[key.terms_type.as_str()]);
                let file = format!("{tag}/card/terms/{folder}/{name}.png");
                self.add(format!("/{tag}/card/terms/{service}/{terms_type}.png"), file);
            }
        }
    }

    pub fn add(&mut self, address: String, file: String) {
        self.files.insert(address, file);
    }

    /// Adds a page by its address, which names its file: `/en/about` is `en/about.html`.
    pub fn add_page(&mut self, address: &str) {
        let parts = address.split('/').filter(|part| !part.is_empty());
        let path: Vec<String> = parts.map(|part| safe(&decoded(part))).collect();
        self.add(address.to_owned(), path.join("/") + ".html");
    }

    /// Where an address without scheme and host leads. A fragment is for whoever asks to put back.
    pub fn find(&self, address: &str) -> Place {
        let address = address.split('#').next().unwrap_or_default().trim_end_matches('?');
        let address = if address.len() > 1 { address.trim_end_matches('/') } else { address };
        let known = self.files.get(address).cloned();
        let found = known.or_else(|| asset(address)).or_else(|| self.record(address)).or_else(|| self.feed(address));
        match (found, &self.live) {
            (Some(file), _) => Place::File(file),
            (None, Some(live)) => Place::Live(format!("{live}{address}")),
            (None, None) => Place::Nowhere,
        }
    }

    /// A page of a record that has some, or its text.
    fn record(&self, address: &str) -> Option<String> {
        let (path, query) = address.split_once('?').unwrap_or((address, ""));
        if let Some(id) =
            path.strip_prefix(&format!("{}/version/", self.base)).and_then(|rest| rest.strip_suffix(".md"))
        {
            return self.records.contains_key(id).then(|| text_file(id));
        }
        let parts: Vec<&str> = path.split('/').collect();
        if let ["", tag, "card", "versions", file] = parts.as_slice() {
            let id = file.strip_suffix(".png").filter(|id| self.has_cards && self.records.contains_key(*id))?;
            return TAGS.contains(tag).then(|| format!("{tag}/card/versions/{id}.png"));
        }
        let ["", tag, section @ ("changes" | "versions"), id, rest @ ..] = parts.as_slice() else { return None };
        let kept = TAGS.contains(tag).then(|| self.records.get(*id)).flatten()?;
        match (*section, rest, query) {
            ("changes", [], "" | "view=sides") if kept.is_first => Some(format!("{tag}/versions/{id}.html")),
            ("changes", [], "") => Some(format!("{tag}/changes/{id}.html")),
            ("changes", [], "view=sides") => Some(format!("{tag}/changes/{id}-sides.html")),
            ("versions", [], "") => Some(format!("{tag}/versions/{id}.html")),
            ("versions", ["text.md"], "") => Some(text_file(id)),
            ("versions", ["text.html"], "") => Some(format!("{tag}/versions/{id}-text.html")),
            _ => None,
        }
    }

    fn feed(&self, address: &str) -> Option<String> {
        let (path, query) = address.split_once('?').unwrap_or((address, ""));
        let extension = path.strip_prefix(&self.base)?.strip_prefix("/feeds/changes.")?;
        let mut feed = FeedOf { extension: extension.to_owned(), language: "en".to_owned(), ..FeedOf::default() };
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            match &*name {
                "lang" => feed.language = value.into_owned(),
                "service" => feed.scope.service = Some(value.into_owned()),
                "type" => feed.scope.terms_type = Some(value.into_owned()),
                "archive" => feed.archive = Some(value.parse().ok()?),
                _ => return None,
            }
        }
        self.feeds.get(&feed).cloned()
    }

    /// The addresses of the pages and the text of a record.
    pub fn of_record(&self, id: &str, kept: Kept) -> Vec<String> {
        let of_language = |tag: &str| {
            let version = format!("/{tag}/versions/{id}");
            let mut addresses = vec![version.clone(), version + "/text.html"];
            addresses.extend(self.has_cards.then(|| format!("/{tag}/card/versions/{id}.png")));
            if !kept.is_first {
                addresses.extend([format!("/{tag}/changes/{id}"), format!("/{tag}/changes/{id}?view=sides")]);
            }
            addresses
        };
        let text = format!("/{}/versions/{id}/text.md", TAGS[0]);
        TAGS.iter().flat_map(|tag| of_language(tag)).chain([text]).collect()
    }
}

impl Scope {
    /// The feeds that tell of a terms: its own, those of its service and of its type, and that of everything.
    pub fn all_of(key: &TermsKey) -> [Self; 4] {
        let (service, terms_type) = (key.service.to_string(), key.terms_type.to_string());
        [(None, None), (Some(&service), None), (None, Some(&terms_type)), (Some(&service), Some(&terms_type))]
            .map(|(service, terms_type)| Self { service: service.cloned(), terms_type: terms_type.cloned() })
    }

    /// The parameters that ask for it.
    pub fn parameters(&self) -> Vec<(&'static str, &str)> {
        let names = [("service", &self.service), ("type", &self.terms_type)];
        names.into_iter().filter_map(|(name, value)| Some((name, value.as_deref()?))).collect()
    }
}

impl FeedOf {
    /// Where the server answers it.
    pub fn address(&self, base: &str) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(self.scope.parameters());
        query.append_pair("lang", &self.language);
        query.extend_pairs(self.archive.map(|number| ("archive", number.to_string())));
        format!("{base}/feeds/changes.{}?{}", self.extension, query.finish())
    }
}

fn text_file(id: &str) -> String {
    format!("versions/{id}.md")
}

/// Style and script have no language.
fn asset(address: &str) -> Option<String> {
    let name = address.strip_prefix("/assets/")?;
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-.".contains(&byte);
    (!name.starts_with('.') && name.bytes().all(is_plain)).then(|| format!("assets/{name}"))
}

fn decoded(part: &str) -> String {
    percent_encoding::percent_decode_str(part).decode_utf8_lossy().into_owned()
}

/// The way from one file of a copy to another.
pub fn relative(from: &str, to: &str) -> String {
    let folders = |path: &str| path.split('/').rev().skip(1).map(str::to_owned).collect::<Vec<_>>();
    let (mut from, mut above) = (folders(from), folders(to));
    while !from.is_empty() && from.last() == above.last() {
        from.pop();
        above.pop();
    }
    let down = above.into_iter().rev().chain(to.rsplit('/').next().map(str::to_owned));
    let parts: Vec<String> = from.iter().map(|_| "..".to_owned()).chain(down).collect();
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(live: Option<&str>) -> Places {
        let key = TermsKey::new("Acme".parse().unwrap(), "Privacy Policy".parse().unwrap());
        let mut places = Places::new("/v1", live, &BTreeSet::from([key]), &BTreeSet::new());
        places.add_page("/en/about");
        places.add_feeds(&Scope::default(), Some(2));
        places.add_feeds(&Scope { service: Some("Acme".to_owned()), terms_type: None }, Some(3));
        places.records.insert("aa".to_owned(), Kept { is_first: true });
        places.records.insert("bb".to_owned(), Kept { is_first: false });
        places
    }

    #[test]
    fn every_address_has_its_file() {
        for (address, file) in [
            ("/en/about#cite", "en/about.html"),
            ("/fr/services/Acme", "fr/services/Acme.html"),
            ("/en/services/Acme/Privacy%20Policy/", "en/services/Acme/Privacy_Policy.html"),
            ("/en/changes/aa", "en/versions/aa.html"),
            ("/en/changes/bb?", "en/changes/bb.html"),
            ("/en/changes/bb?view=sides#c3", "en/changes/bb-sides.html"),
            ("/fr/versions/bb/text.md", "versions/bb.md"),
            ("/v1/version/bb.md", "versions/bb.md"),
            ("/v1/feeds/changes.atom?&lang=fr", "feeds/fr/changes.atom"),
            ("/v1/feeds/changes.rss?service=Acme&type=Privacy+Policy", "feeds/en/services/Acme/Privacy_Policy.rss"),
            ("/v1/feeds/changes.rss?lang=fr&archive=2", "feeds/fr/archives/2/changes.rss"),
            ("/v1/feeds/changes.json?service=Acme&archive=3", "feeds/en/archives/3/services/Acme.json"),
            ("/assets/style-12.css", "assets/style-12.css"),
        ] {
            assert_eq!(places(None).find(address), Place::File(file.to_owned()), "{address}");
        }
    }

    #[test]
    fn what_a_copy_cannot_hold_is_on_the_server_or_nowhere() {
        for address in [
            "/v1/docs",
            "/en/changes/cc",
            "/en/changes/bb?links=off",
            "/de/versions/bb",
            "/assets/../x",
            "/assets/.x",
            "/en/x",
            "/v1/feeds/changes.atom?q=fees",
            "/v1/feeds/changes.atom?lang=fr&archive=3",
            "/v1/feeds/changes.atom?service=Acme&archive=2",
        ] {
            let live = Place::Live(format!("https://terms.example{address}"));
            assert_eq!(places(None).find(address), Place::Nowhere, "{address}");
            assert_eq!(places(Some("https://terms.example/")).find(address), live);
        }
    }

    #[test]
    fn ways_between_files_are_short() {
        for (from, to, way) in [
            ("en/index.html", "en/about.html", "about.html"),
            ("en/services/Acme/Terms.html", "en/services/Acme.html", "../Acme.html"),
            ("en/services/Acme/Terms.html", "assets/style.css", "../../../assets/style.css"),
            ("index.html", "fr/index.html", "fr/index.html"),
            ("en/changes/en.html", "fr/changes/en.html", "../../fr/changes/en.html"),
        ] {
            assert_eq!(relative(from, to), way);
        }
    }
}
