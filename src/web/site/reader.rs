//! Who asks for a page: in which language, from where; and how the answer is written.

use std::convert::Infallible;
use std::future::Future;
use std::sync::Arc;

use askama::Template;
use axum::extract::{FromRequestParts, OriginalUri};
use axum::http::header;
use axum::http::request::Parts;
use axum::response::{Html, IntoResponse, Response};

use super::card::Preview;
use super::frame::Frame;
use super::language::Language;
use super::overview::{Overview, Overviews};
use super::quotes::{Quotes, Signatures, Told};
use super::trouble::Trouble;
use super::words::Words;
use crate::checks::{CheckFilter, Outage};
use crate::domain::{RecordId, TermsKey, Version};
use crate::records::{RecordEntry, RecordFilter, RecordStore, RecordsError, Signature};
use crate::web::copy::StaticCopy;
use crate::web::remembered::Lasting;
use crate::web::{Origin, ReadError, Served};

/// What the site remembers between requests: all of it can be made anew.
#[derive(Clone, Default)]
pub struct Desk {
    overviews: Arc<Overviews>,
    quotes: Arc<Quotes>,
    signatures: Arc<Signatures>,
}

/// A request for a page.
pub struct Reader {
    pub words: Words,
    pub served: Served,
    pub origin: Origin,
    /// Present where the page is for a copy of the site.
    pub copy: Option<StaticCopy>,
    /// The path asked for, as it was sent.
    address: String,
    /// The same below the language, with its leading slash.
    path: String,
    query: Option<String>,
    desk: Desk,
}

impl Reader {
    /// The frame of a page that is called `title`.
    pub fn frame(&self, title: impl Into<String>) -> Frame {
        let declared = self.served.declared();
        let collection = self.told("name").unwrap_or_else(|| declared.metadata.name.clone());
        let description = self.told("tagline").unwrap_or_default();
        // An address that only this client knows the server by is not one to spread.
        let is_known = self.served.config().public_url.is_some() || self.copy.is_some();
        Frame {
            words: self.words,
            card: is_known.then(|| Preview::of_site(&collection, &description)),
            collection,
            base: self.served.base().to_owned(),
            title: title.into(),
            description,
            path: self.path.clone(),
            query: self.query.clone(),
            origin: self.origin.clone(),
            copy: self.copy,
        }
    }

    /// The path asked for, as it was sent.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// The path asked for, below the language.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The page that comes of some work, or what stood in its way.
    pub async fn show<T: Template>(&self, page: impl Future<Output = Result<T, Trouble>>) -> Response {
        match page.await {
            Ok(page) => rendered(&page),
            Err(trouble) => self.tell(trouble),
        }
    }

    /// A page that tells how long it lasts, or what stood in its way.
    pub fn show_lasting<T: Template>(&self, page: Result<T, Trouble>, lasting: impl Fn(&T) -> Lasting) -> Response {
        match page {
            Ok(page) => lasting(&page).mark(rendered(&page)),
            Err(trouble) => self.tell(trouble),
        }
    }

    pub fn tell(&self, trouble: Trouble) -> Response {
        let status = trouble.status();
        let page = trouble.page(self);
        (status, rendered(&page)).into_response()
    }

    /// What the collection says of itself, in the reader's language where it does.
    pub fn told(&self, key: &str) -> Option<String> {
        self.served.declared().metadata.text_in(self.words.language.tag, key).map(str::to_owned)
    }

    /// What the archive holds, at a glance.
    pub async fn overview(&self) -> Result<Arc<Overview>, ReadError> {
        let overviews = Arc::clone(&self.desk.overviews);
        if let Some(overview) = overviews.at_hand(self.served.position().as_deref()) {
            if overviews.is_to_be_counted() {
                tokio::spawn(counted_again(self.served.clone(), overviews));
            }
            return Ok(overview);
        }
        let turn = overviews.turn().lock_owned().await;
        let position = self.served.position();
        if let Some(overview) = overviews.at_hand(position.as_deref()) {
            return Ok(overview);
        }
        let renames = self.served.declared().renames.clone();
        let brought_up = self.ask(move |store| overviews.brought_up(store, position.clone(), &renames)).await;
        drop(turn);
        brought_up
    }

    /// The name that a terms goes by today.
    pub fn current(&self, key: &TermsKey) -> TermsKey {
        self.served.declared().renames.current(key, self.served.clock().now())
    }

    /// When terms could not be read; nothing while there is no record of checks.
    pub async fn outages(&self, filter: CheckFilter) -> Result<Vec<Outage>, ReadError> {
        let outages = self.served.ledger(move |ledger| ledger.outages(&filter)).await?;
        Ok(outages.unwrap_or_default())
    }

    /// The record with this id, without its content.
    pub async fn entry(&self, id: &RecordId) -> Result<Option<RecordEntry>, ReadError> {
        Ok(self.entries(vec![id.clone()]).await?.pop())
    }

    /// The records with these ids, without their content, the newest first.
    pub async fn entries(&self, ids: Vec<RecordId>) -> Result<Vec<RecordEntry>, ReadError> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        self.list(RecordFilter { among: Some(ids), ..RecordFilter::default() }).await
    }

    /// The records that match.
    pub async fn list(&self, filter: RecordFilter) -> Result<Vec<RecordEntry>, ReadError> {
        self.served.versions(move |store| store.list(&filter)).await
    }

    /// What each of these changes says.
    pub async fn quotes(&self, ids: Vec<RecordId>) -> Result<Vec<Option<Told>>, ReadError> {
        let quotes = Arc::clone(&self.desk.quotes);
        self.ask(move |store| ids.iter().map(|id| quotes.of(store, id)).collect()).await
    }

    /// Who signed a record; nothing of one that nobody signed.
    pub async fn signature(&self, id: &RecordId) -> Result<Option<Signature>, ReadError> {
        let (signatures, id) = (Arc::clone(&self.desk.signatures), id.clone());
        self.ask(move |store| signatures.of(&id, || store.signature(&id))).await
    }

    /// Asks the versions.
    pub async fn ask<R: Send + 'static>(
        &self,
        question: impl Fn(&dyn RecordStore<Version>) -> Result<R, RecordsError> + Send + 'static,
    ) -> Result<R, ReadError> {
        self.served.versions(question).await
    }

    /// The name by which people know a service; its id where it is not declared any more.
    pub fn service_name(&self, id: &str) -> String {
        self.served.declared().service(id).map_or_else(|| id.to_owned(), |service| service.name.clone())
    }
}

impl FromRequestParts<Served> for Reader {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, served: &Served) -> Result<Self, Infallible> {
        let origin = Origin::from_request_parts(parts, served).await?;
        let language = parts.extensions.get::<Language>().copied();
        let language = language.unwrap_or_else(|| Language::preferred(&parts.headers));
        let uri = parts.extensions.get::<OriginalUri>().map_or(&parts.uri, |original| &original.0);
        let path = uri.path().strip_prefix(&format!("/{}", language.tag)).unwrap_or_default();
        Ok(Self {
            words: Words::of(language),
            served: served.clone(),
            origin,
            copy: parts.extensions.get::<StaticCopy>().copied(),
            path: path.trim_end_matches('/').to_owned(),
            address: uri.path().to_owned(),
            query: uri.query().map(str::to_owned),
            desk: parts.extensions.get::<Desk>().cloned().unwrap_or_default(),
        })
    }
}

/// Counts what the archive holds, unless somebody does.
async fn counted_again(served: Served, overviews: Arc<Overviews>) {
    let Ok(turn) = overviews.turn().try_lock_owned() else { return };
    if !overviews.is_to_be_counted() {
        return;
    }
    let (position, renames) = (served.position(), served.declared().renames.clone());
    let counted = served.versions(move |store| overviews.counted(store, position.clone(), &renames)).await;
    if let Err(error) = counted {
        tracing::warn!(%error, "what the archive holds was not counted again");
    }
    drop(turn);
}

fn rendered(page: &impl Template) -> Response {
    match page.render() {
        Ok(html) => Html(html).into_response(),
        Err(error) => {
            tracing::error!(%error, "a page cannot be written");
            let plain = [(header::CONTENT_TYPE, "text/plain; charset=utf-8")];
            (axum::http::StatusCode::INTERNAL_SERVER_ERROR, plain, "this page cannot be shown").into_response()
        }
    }
}
