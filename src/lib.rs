//! fineprint tracks the terms of online services and keeps their history in git.
//!
//! The folders are the steps a document goes through; `docs/architecture.md` tells the way of a datum
//! and which room may use which. The `fineprint` binary is a thin shell around [`cli::main`].

pub mod app;
pub mod assessment;
pub mod cards;
pub mod checks;
pub mod cli;
pub mod config;
pub mod dataset;
pub mod declarations;
pub mod demo;
pub mod diff;
pub mod domain;
pub mod extract;
pub mod feeds;
pub mod fetch;
pub mod gate;
pub mod markup;
pub mod records;
pub mod signal;
pub mod tracker;
pub mod web;
