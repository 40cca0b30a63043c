//! Pages that cannot be shown, and how a reader is told.

use askama::Template;
use axum::http::StatusCode;

use super::frame::{Frame, Way};
use super::lost;
use super::reader::Reader;
use crate::web::ReadError;

/// Why there is no page.
#[derive(Debug)]
pub enum Trouble {
    /// There is nothing of this name.
    NotFound,
    /// Pages are not written in this language.
    OtherLanguage,
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
    /// Pages that may have been meant.
    ways: Vec<Way>,
    /// What to search for, where something was asked for that is not there.
    wanted: Option<String>,
}

impl Trouble {
    pub fn status(&self) -> StatusCode {
        match self {
            Self::NotFound | Self::OtherLanguage => StatusCode::NOT_FOUND,
            Self::NotUnderstood(_) => StatusCode::BAD_REQUEST,
            Self::Unreadable => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    pub fn page(self, reader: &Reader) -> Page {
        let (title, text, ways) = match &self {
            Self::NotFound => ("error-404", reader.words.say("error-404-text"), lost::ways(reader, reader.path())),
            Self::OtherLanguage => {
                ("error-language", reader.words.say("error-language-text"), lost::in_languages(reader.address()))
            }
            Self::NotUnderstood(what) => ("error-400", what.clone(), Vec::new()),
            Self::Unreadable => ("error-500", reader.words.say("error-500-text"), Vec::new()),
        };
        let wanted = matches!(self, Self::NotFound).then(|| lost::wanted(reader.address()));
        Page { frame: reader.frame(reader.words.say(title)), text, ways, wanted }
    }
}

impl From<ReadError> for Trouble {
    /// Where an archive lies is not told to readers; the log has it.
    fn from(error: ReadError) -> Self {
        tracing::error!(%error, "the archive cannot be read");
        Self::Unreadable
    }
}
