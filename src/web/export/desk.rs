//! Asks the router for pages, and writes what has changed.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::header::CONTENT_TYPE;
use axum::http::{Request, StatusCode};
use futures::StreamExt;
use tower::ServiceExt;

use super::folder::Folder;
use super::links::{Kind, Links};
use super::manifest::{self, Manifest, Written};
use super::plan::{Plan, Planned};
use super::tags::Tag;
use super::{ExportError, Settings, Summary};
use crate::web::copy::StaticCopy;
use crate::web::remembered::is_for_now;
use crate::web::site::{self, TAGS};

/// Largest page; nothing that is rendered comes near.
const MOST_BYTES: usize = 64 << 20;

/// How often the list of what was written is itself written, in files: what a broken-off export wrote is known.
const FILES_BETWEEN_LISTS: usize = 2_000;

/// The section that is nothing but a form.
const FORM: &str = "compare";

/// A site has a few sections; more are not looked for.
const MOST_SECTIONS: usize = 64;

/// What is shared by all who write files.
pub struct Desk {
    pub router: Router,
    pub copy: StaticCopy,
    pub plan: Plan,
    pub settings: Settings,
    pub folder: Folder,
    /// What the last export wrote.
    pub before: Manifest,
}

/// What the site answers.
struct Answer {
    status: StatusCode,
    mime: String,
    body: Vec<u8>,
    /// Whether asking again could only give the same.
    is_final: bool,
}

/// What became of one file.
pub enum Done {
    Unchanged(Written),
    Written(Written),
    Failed(String),
}

impl Desk {
    /// Whether the last export was of the same, and is still there.
    pub fn is_done(&self) -> bool {
        let is_there = |(file, written): (&String, &Written)| self.folder.has(file, written.bytes);
        !self.settings.force && self.before.state == self.plan.state && self.before.files.iter().all(is_there)
    }

    pub fn nothing_to_do(&self) -> Summary {
        let files = &self.before.files;
        Summary {
            unchanged: files.len(),
            bytes: files.values().map(|written| written.bytes).sum(),
            records: self.plan.records(),
            ..Summary::default()
        }
    }

    /// Adds the sections that pages link to and the plan does not know yet.
    pub async fn find_sections(&mut self) {
        let mut unread: Vec<String> = TAGS.iter().map(|tag| format!("/{tag}")).collect();
        let mut found = 0;
        while let Some(address) = unread.pop() {
            let Ok(Answer { status: StatusCode::OK, body, .. }) = self.ask(&address).await else { continue };
            for section in sections_in(&String::from_utf8_lossy(&body)) {
                let is_known = self.plan.places.files.contains_key(&section);
                if !is_known && found < MOST_SECTIONS && self.is_page(&section).await {
                    found += 1;
                    self.plan.places.add_page(&section);
                    unread.push(section);
                }
            }
        }
    }

    async fn is_page(&self, address: &str) -> bool {
        let answer = self.ask(address).await;
        answer.is_ok_and(|answer| answer.status == StatusCode::OK && answer.mime.starts_with("text/html"))
    }

    async fn ask(&self, address: &str) -> Result<Answer, String> {
        let mut request = Request::get(address).body(Body::empty()).map_err(|error| error.to_string())?;
        request.extensions_mut().insert(self.copy);
        let answer = match self.router.clone().oneshot(request).await {
            Ok(answer) => answer,
            Err(never) => match never {},
        };
        let (parts, body) = answer.into_parts();
        let mime = parts.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
        let (status, is_final) = (parts.status, !is_for_now(&parts.headers));
        let body = to_bytes(body, MOST_BYTES).await.map_err(|error| error.to_string())?;
        Ok(Answer { status, mime, body: body.into(), is_final })
    }

    pub async fn write(self: Arc<Self>, tell: impl Fn(usize)) -> Result<Summary, ExportError> {
        let mut now = self.before.clone();
        now.state.clear();
        self.save(&now)?;
        let mut summary = Summary { records: self.plan.records(), ..Summary::default() };
        let (mut files, mut is_final) = (BTreeSet::new(), true);
        let plan = Arc::clone(&self);
        let planned = plan.pages().into_iter().chain(self.plan.others());
        let done = |planned: Planned| {
            let desk = Arc::clone(&self);
            async move {
                let (address, file, is_kept) =
                    (planned.address.clone(), planned.file.clone(), !planned.made_from.is_empty());
                (address, file, is_kept, tokio::spawn(async move { desk.done(&planned).await }).await)
            }
        };
        let at_once = std::thread::available_parallelism().map_or(2, usize::from) * 2;
        let mut all = futures::stream::iter(planned).map(done).buffer_unordered(at_once);
        while let Some((address, file, is_kept, done)) = all.next().await {
            let done = done.unwrap_or_else(|panic| Ok(Done::Failed(panic.to_string())))?;
            summary.add(&address, &done);
            if let Done::Unchanged(written) | Done::Written(written) = done {
                is_final &= !is_kept || !written.made_from.is_empty();
                now.files.insert(file.clone(), written);
            }
            files.insert(file);
            tell(files.len());
            if files.len().is_multiple_of(FILES_BETWEEN_LISTS) {
                self.save(&now)?;
            }
        }
        summary.removed = self.remove_others(&mut now, &files)?;
        summary.bytes = now.files.values().map(|written| written.bytes).sum();
        if summary.failed.is_empty() && is_final {
            now.state.clone_from(&self.plan.state);
        }
        self.save(&now)?;
        Ok(summary)
    }

    /// The files that are made each time: those of the plan, and what all pages load.
    fn pages(&self) -> Vec<Planned> {
        let mut pages = self.plan.pages();
        let assets = site::assets().map(|address| (address, address.trim_start_matches('/')));
        pages.extend(assets.map(|(address, file)| Planned::each_time(address, file)));
        pages
    }

    async fn done(&self, planned: &Planned) -> Result<Done, ExportError> {
        let before = self.before.files.get(&planned.file);
        let is_there = |written: &&Written| self.folder.has(&planned.file, written.bytes);
        let before = before.filter(is_there).filter(|_| !self.settings.force);
        if let Some(same) =
            before.filter(|before| !planned.made_from.is_empty() && before.made_from == planned.made_from)
        {
            return Ok(Done::Unchanged(same.clone()));
        }
        let (content, is_final) = match self.content(planned).await {
            Ok(content) => content,
            Err(why) => return Ok(Done::Failed(why)),
        };
        // What was made in haste is made again next time.
        let made_from = if is_final { planned.made_from.clone() } else { String::new() };
        let written = Written::of(&content, made_from);
        if before.is_some_and(|before| before.sha256 == written.sha256) {
            return Ok(Done::Unchanged(written));
        }
        self.folder.write(&planned.file, &content)?;
        Ok(Done::Written(written))
    }

    /// The content of a file, its links written, and whether it could only be the same another time.
    async fn content(&self, planned: &Planned) -> Result<(Vec<u8>, bool), String> {
        let Answer { status, mime, body, is_final } = self.ask(&planned.address).await?;
        let is_of_nothing = planned.address.ends_with("/404");
        if status != StatusCode::OK && !(is_of_nothing && status == StatusCode::NOT_FOUND) {
            return Err(status.to_string());
        }
        let language = planned.file.split('/').find(|part| TAGS.contains(part)).unwrap_or(TAGS[0]);
        let instead_of_form = site::instead_of_form(language);
        let links = Links {
            places: &self.plan.places,
            file: &planned.file,
            base_url: self.settings.base_url.as_deref(),
            instead_of_form: &instead_of_form,
            kind: kind(&planned.file, is_of_nothing),
        };
        let mime = mime.split(';').next().unwrap_or_default();
        let text = || std::str::from_utf8(&body).map_err(|error| error.to_string());
        let content = match mime {
            "text/html" | "application/atom+xml" | "application/rss+xml" => links.in_page(text()?).into_bytes(),
            "application/feed+json" | "application/json" | "text/x-opml" => {
                links.in_text(text()?).into_owned().into_bytes()
            }
            "text/plain" | "application/xml" => links.in_lines(text()?).into_bytes(),
            _ => body,
        };
        Ok((content, is_final))
    }

    /// Removes what the last export wrote and this one did not.
    fn remove_others(&self, now: &mut Manifest, files: &BTreeSet<String>) -> Result<usize, ExportError> {
        let others: Vec<String> = now.files.keys().filter(|file| !files.contains(*file)).cloned().collect();
        for file in &others {
            self.folder.remove(file)?;
            now.files.remove(file);
        }
        Ok(others.len())
    }

    fn save(&self, manifest: &Manifest) -> Result<(), ExportError> {
        // Without it, GitHub Pages would leave out what it takes for files of its own.
        if !self.folder.has(".nojekyll", 0) {
            self.folder.write(".nojekyll", b"")?;
        }
        self.folder.write(manifest::FILE, &manifest.to_json())
    }
}

fn kind(file: &str, is_of_nothing: bool) -> Kind {
    match file {
        _ if is_of_nothing => Kind::Anywhere,
        file if file.starts_with("feeds/") => Kind::Feed,
        _ => Kind::Page,
    }
}

/// The addresses right below a language that a page links to.
fn sections_in(page: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut rest = page;
    while let Some(tag) = Tag::next(rest) {
        let href = tag.value("href").filter(|_| tag.name == "a").unwrap_or_default();
        let parts: Vec<&str> = href.split('/').collect();
        let is_name =
            |name: &str| !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
        if let ["", tag, name] = parts.as_slice()
            && TAGS.contains(tag)
            && is_name(name)
            && *name != FORM
        {
            found.insert(href.to_owned());
        }
        rest = tag.rest;
    }
    found
}
