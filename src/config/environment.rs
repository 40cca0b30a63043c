//! The environment as a value: variables of the process and of the collection's `.env`.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt;
use std::path::Path;

use super::dotenv::{self, Line};
use super::error::ConfigError;
use super::layer;
use super::warning::Warning;

/// A variable that means something here or to Open Terms Archive's engine.
#[derive(Debug)]
pub struct Variable {
    pub name: &'static str,
    pub about: &'static str,
    /// Whether its value may be shown.
    pub is_public: bool,
    /// Whether anything reads it yet.
    pub is_used: bool,
}

/// Every variable that means something, used yet or not.
pub static VARIABLES: &[Variable] = &[
    Variable {
        name: "NODE_ENV",
        about: "The environment whose configuration file is read; `development` if unset",
        is_public: true,
        is_used: true,
    },
    Variable {
        name: "NODE_CONFIG",
        about: "Configuration as JSON, stronger than every file",
        is_public: false,
        is_used: true,
    },
    Variable {
        name: "HTTP_PROXY",
        about: "The proxy for documents at `http:` URLs; the lower-case name wins",
        is_public: false,
        is_used: true,
    },
    Variable {
        name: "HTTPS_PROXY",
        about: "The proxy for documents at `https:` URLs; `HTTP_PROXY` if unset",
        is_public: false,
        is_used: true,
    },
    Variable { name: "NO_PROXY", about: "Hosts that are asked without a proxy", is_public: true, is_used: true },
    Variable::unused("OTA_ENGINE_GITHUB_TOKEN", "Access to GitHub, for issues and releases"),
    Variable::unused("OTA_ENGINE_GITLAB_TOKEN", "Access to GitLab, for issues"),
    Variable::unused("OTA_ENGINE_GITLAB_RELEASES_TOKEN", "Access to GitLab, for releases"),
    Variable::unused("OTA_ENGINE_DATAGOUV_API_KEY", "Access to data.gouv.fr, for releases"),
    Variable::unused("OTA_ENGINE_SMTP_PASSWORD", "Access to the mail server"),
    Variable::unused("OTA_ENGINE_FETCHER_NO_HEADLESS", "Shows the browser's window"),
    Variable {
        name: "OTA_ENGINE_FETCHER_NO_SANDBOX",
        about: "Runs the browser without its sandbox, if set to anything",
        is_public: true,
        is_used: true,
    },
];

impl Variable {
    const fn unused(name: &'static str, about: &'static str) -> Self {
        Self { name, about, is_public: false, is_used: false }
    }
}

/// Environment variables by name. Only names are ever shown by `Debug`.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Environment(BTreeMap<String, String>);

impl Environment {
    /// The value of a variable, if it is set.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// The name of the environment, which is part of a file name: `production`, or `development` unless set.
    pub(super) fn name(&self) -> Result<&str, ConfigError> {
        let name = self.get("NODE_ENV").filter(|name| !name.is_empty()).unwrap_or("development");
        let allowed = name.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.'));
        match allowed && !name.starts_with('.') {
            true => Ok(name),
            false => Err(ConfigError::EnvironmentName { name: name.to_owned() }),
        }
    }

    /// The environment with what the collection's `.env` adds; what is set already stays.
    pub(super) fn completed_from(&self, collection: &Path, warnings: &mut Vec<Warning>) -> Result<Self, ConfigError> {
        if !collection.is_dir() {
            return Err(ConfigError::NoCollection { path: collection.to_owned() });
        }
        let mut completed = BTreeMap::new();
        for line in dotenv::parse(&layer::read(&collection.join(".env"))?.unwrap_or_default()) {
            match line {
                Line::Variable { name, value } => {
                    completed.insert(name, value);
                }
                Line::Malformed(line) => warnings.push(Warning::Dotenv { line }),
            }
        }
        completed.extend(self.0.clone());
        Ok(Self(completed))
    }
}

impl FromIterator<(String, String)> for Environment {
    fn from_iter<I: IntoIterator<Item = (String, String)>>(variables: I) -> Self {
        Self(variables.into_iter().collect())
    }
}

/// Takes what `std::env::vars_os` gives; what is not Unicode is left out, since nothing here could use it.
impl FromIterator<(OsString, OsString)> for Environment {
    fn from_iter<I: IntoIterator<Item = (OsString, OsString)>>(variables: I) -> Self {
        let unicode = |(name, value): (OsString, OsString)| Some((name.into_string().ok()?, value.into_string().ok()?));
        variables.into_iter().filter_map(unicode).collect()
    }
}

impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}
