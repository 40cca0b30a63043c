//! Turns a fetched document into Markdown: filters, remove, select, convert.
//!
//! Pure: bytes and a source document in, Markdown or a reason out. Nothing here fetches or records.

pub mod pdf;
