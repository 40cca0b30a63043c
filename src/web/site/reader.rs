//! Who asks for a page: in which language, from where; and how the answer is written.

use std::convert::Infallible;
use std::future::Future;
use std::sync::Arc;

use askama::Template;
use axum::extract::{FromRequestParts, OriginalUri};
use axum::http::header;
use axum::http::request::Parts;
use axum::response::{Html, IntoResponse, Response};

use super::frame::Frame;
use super::language::Language;
use super::overview::{Overview, Overviews};
use super::quotes::{Quotes, Told};
use super::trouble::Trouble;
use super::words::Words;
use crate::domain::{RecordId, Version};
use crate::records::{RecordEntry, RecordFilter, RecordStore, RecordsError};
use crate::web::{Origin, ReadError, Served};

/// What the site remembers between requests: all of it can be made anew.
#[derive(Clone, Default)]
pub struct Desk {
    overviews: Arc<Overviews>,
    quotes: Arc<Quotes>,
}

/// A request for a page.
pub struct Reader {
    pub words: Words,
    pub served: Served,
    pub origin: Origin,
    /// The address asked for, below the language, with its leading slash.
    path: String,
    query: Option<String>,
    desk: Desk,
}

impl Reader {
    /// The frame of a page that is called `title`.
    pub fn frame(&self, title: impl Into<String>) -> Frame {
        let declared = self.served.declared();
        Frame {
            words: self.words,
            collection: declared.metadata.name.clone(),
            base: self.served.base().to_owned(),
            title: title.into(),
            description: declared.metadata.text("tagline").unwrap_or_default().to_owned(),
            path: self.path.clone(),
            query: self.query.clone(),
            origin: self.origin.clone(),
        }
    }

    /// The page that comes of some work, or what stood in its way.
    pub async fn show<T: Template>(&self, page: impl Future<Output = Result<T, Trouble>>) -> Response {
        match page.await {
            Ok(page) => rendered(&page),
            Err(trouble) => self.tell(trouble),
        }
    }

    pub fn tell(&self, trouble: Trouble) -> Response {
        let status = trouble.status();
        let page = trouble.page(self);
        (status, rendered(&page)).into_response()
    }

    /// What the archive holds, at a glance.
    pub async fn overview(&self) -> Result<Arc<Overview>, ReadError> {
        let overviews = Arc::clone(&self.desk.overviews);
        self.served.versions(move |store| overviews.of(store)).await
    }

    /// The records that match.
    pub async fn list(&self, filter: RecordFilter) -> Result<Vec<RecordEntry>, ReadError> {
        self.served.versions(move |store| store.list(&filter)).await
    }

    /// What each of these changes says.
    pub async fn told(&self, ids: Vec<RecordId>) -> Result<Vec<Option<Told>>, ReadError> {
        let quotes = Arc::clone(&self.desk.quotes);
        self.ask(move |store| ids.iter().map(|id| quotes.of(store, id)).collect()).await
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
            path: path.trim_end_matches('/').to_owned(),
            query: uri.query().map(str::to_owned),
            desk: parts.extensions.get::<Desk>().cloned().unwrap_or_default(),
        })
    }
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
