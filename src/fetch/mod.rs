//! Gets source documents from the web.

mod config;

pub use config::Config;
