//! The nouns of the field: what a collection declares and what its archive holds.
//!
//! Nothing here reads a file, a network or a clock of its own.

mod clock;
mod collection;
mod date;
mod digest;
mod document_id;
mod ids;
mod invisible;
mod mime;
mod record;
mod renames;
mod selector;
mod verdict;

pub use clock::Clock;
pub use collection::{Collection, FilterUse, Service, SourceDocument, Terms};
pub use date::{instant, tolerant_instant};
pub use digest::{hexadecimal, sha256};
pub use document_id::DocumentId;
pub use ids::{DocumentKey, InvalidName, RecordId, ServiceId, TermsKey, TermsType};
pub use invisible::is_invisible;
pub use mime::MimeType;
pub use record::{Cause, FetcherKind, Kind, New, Record, Saved, Snapshot, Version};
pub use renames::{Renames, ServiceRename, TermsName, TermsTypeRename};
pub use selector::{Edge, Selector};
pub use verdict::{ChangeKind, Reason, UnknownKind, Verdict};

/// What this engine writes into `X-engine-version`, so that a history tells its engines apart.
pub const ENGINE: &str = concat!("fineprint/", env!("CARGO_PKG_VERSION"));
