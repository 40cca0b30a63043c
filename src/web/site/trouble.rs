//! Pages that cannot be shown, and how a reader is told.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;

use super::frame::Frame;
use super::reader::Reader;
use crate::web::ReadError;

/// Why there is no page.
#[derive(Debug)]
pub enum Trouble {
    /// There is nothing of this name.
    NotFound,
    /// The address asks for something that cannot be.
    NotUnderstood(String),
    /// The archive cannot be read; the log says why.
    Unreadable,
}

#[derive(Template)]
#[template(path = "trouble.html")]
pub struct Page {
    frame: Frame,
    text: String,
}

impl Trouble {
    pub fn status(&self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::NotUnderstood(_) => StatusCode::BAD_REQUEST,
            Self::Unreadable => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    pub fn page(self, reader: &Reader) -> Page {
        let (title, text) = match self {
            Self::NotFound => ("error-404", reader.words.say("error-404-text")),
            Self::NotUnderstood(what) => ("error-400", what),
            Self::Unreadable => ("error-500", reader.words.say("error-500-text")),
        };
        Page { frame: reader.frame(reader.words.say(title)), text }
    }
}

impl From<ReadError> for Trouble {
    /// Where an archive lies is not told to readers; the log has it.
    fn from(error: ReadError) -> Self {
        tracing::error!(%error, "the archive cannot be read");
        Self::Unreadable
    }
}

/// What is answered where there is nothing.
pub async fn nowhere(reader: Reader) -> Response {
    reader.tell(Trouble::NotFound)
}
