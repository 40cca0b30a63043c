//! Where a key's value goes, which says what values it takes.

use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use serde_json::Value;

use crate::fetch::Robots;
use crate::tracker::Schedule;
use crate::web::{Listed, TrustedProxies};

use super::Config;
use super::error::ValueFault;

const SECONDS_OF_AN_HOUR: u64 = 3_600;
const HOURS_OF_A_DAY: u64 = 24;

/// Longest text that a key takes, in bytes.
const MAX_TEXT_BYTES: usize = 2_000;

/// A typed place in the configuration.
#[derive(Debug)]
pub enum Slot {
    Text(fn(&mut Config) -> &mut String),
    OptionalText(fn(&mut Config) -> &mut Option<String>),
    /// A cron expression.
    Schedule(fn(&mut Config) -> &mut String),
    /// A path relative to the collection.
    Path(fn(&mut Config) -> &mut PathBuf),
    OptionalPath(fn(&mut Config) -> &mut Option<PathBuf>),
    Flag(fn(&mut Config) -> &mut bool),
    /// A list of collections, or of URLs of such lists.
    Collections(fn(&mut Config) -> &mut Vec<Listed>),
    /// A list of IP addresses and networks.
    Networks(fn(&mut Config) -> &mut TrustedProxies),
    /// An IP address.
    Address(fn(&mut Config) -> &mut IpAddr),
    Milliseconds {
        least: u64,
        most: u64,
        of: fn(&mut Config) -> &mut Duration,
    },
    Hours {
        least: u64,
        most: u64,
        of: fn(&mut Config) -> &mut Duration,
    },
    Days {
        least: u64,
        most: u64,
        of: fn(&mut Config) -> &mut Duration,
    },
    Count {
        least: u64,
        most: u64,
        of: fn(&mut Config) -> &mut usize,
    },
    /// What robots.txt is to fineprint.
    Robots(fn(&mut Config) -> &mut Robots),
    /// Takes `git` and nothing else, for as long as there is no other kind of storage.
    Storage,
}

impl Slot {
    /// What a value must be, in a few words.
    pub fn takes(&self) -> String {
        match self {
            Self::Text(_) | Self::OptionalText(_) => "text".to_owned(),
            Self::Schedule(_) => "cron expression".to_owned(),
            Self::Path(_) | Self::OptionalPath(_) => "path".to_owned(),
            Self::Flag(_) => "`true` or `false`".to_owned(),
            Self::Collections(_) => "list of collections and URLs".to_owned(),
            Self::Networks(_) => "list of IP addresses and networks".to_owned(),
            Self::Address(_) => "IP address".to_owned(),
            Self::Milliseconds { least, most, .. } => format!("milliseconds, {least} to {most}"),
            Self::Hours { least, most, .. } => format!("hours, {least} to {most}"),
            Self::Days { least, most, .. } => format!("days, {least} to {most}"),
            Self::Count { least, most, .. } => format!("number, {least} to {most}"),
            Self::Robots(_) => "`ignore`, `report` or `obey`".to_owned(),
            Self::Storage => "`git`".to_owned(),
        }
    }

    /// Puts `value` in place.
    pub fn write(&self, config: &mut Config, value: &Value) -> Result<(), ValueFault> {
        match self {
            Self::Text(of) => *of(config) = text(value)?.to_owned(),
            Self::OptionalText(of) => *of(config) = optional_text(value)?,
            Self::Schedule(of) => *of(config) = schedule(value)?,
            Self::Path(of) => *of(config) = PathBuf::from(text(value)?),
            Self::OptionalPath(of) => *of(config) = optional_text(value)?.map(PathBuf::from),
            Self::Flag(of) => *of(config) = value.as_bool().ok_or_else(|| mistaken("true or false", value))?,
            Self::Collections(of) => {
                *of(config) =
                    serde_json::from_value(value.clone()).map_err(|_| mistaken("a list of collections", value))?;
            }
            Self::Networks(of) => *of(config) = networks(value)?,
            Self::Address(of) => *of(config) = address(value)?,
            Self::Milliseconds { least, most, of } => {
                *of(config) = Duration::from_millis(number(value, *least, *most)?);
            }
            Self::Hours { least, most, of } => *of(config) = Duration::from_hours(number(value, *least, *most)?),
            Self::Days { least, most, of } => {
                *of(config) = Duration::from_hours(HOURS_OF_A_DAY * number(value, *least, *most)?);
            }
            // The bounds in the table are far below what any machine counts to.
            Self::Count { least, most, of } => *of(config) = number(value, *least, *most)? as usize,
            Self::Robots(of) => {
                let named = value.as_str().and_then(Robots::named);
                *of(config) = named.ok_or_else(|| mistaken("`ignore`, `report` or `obey`", value))?;
            }
            Self::Storage => storage(value)?,
        }
        Ok(())
    }

    /// The value in place, as a file would write it.
    pub fn read(&self, config: &mut Config) -> Value {
        match self {
            Self::Text(of) | Self::Schedule(of) => Value::from(of(config).as_str()),
            Self::OptionalText(of) => of(config).as_deref().map_or(Value::Null, Value::from),
            Self::Path(of) => Value::from(of(config).to_string_lossy()),
            Self::OptionalPath(of) => {
                of(config).as_ref().map_or(Value::Null, |path| Value::from(path.to_string_lossy()))
            }
            Self::Flag(of) => Value::from(*of(config)),
            Self::Collections(of) => serde_json::to_value(of(config)).unwrap_or_default(),
            Self::Networks(of) => Value::from(of(config).names()),
            Self::Address(of) => Value::from(of(config).to_string()),
            Self::Milliseconds { of, .. } => Value::from(of(config).as_millis() as u64),
            Self::Hours { of, .. } => Value::from(of(config).as_secs() / SECONDS_OF_AN_HOUR),
            Self::Days { of, .. } => Value::from(of(config).as_secs() / SECONDS_OF_AN_HOUR / HOURS_OF_A_DAY),
            Self::Count { of, .. } => Value::from(*of(config)),
            Self::Robots(of) => Value::from(of(config).name()),
            Self::Storage => Value::from("git"),
        }
    }
}

fn text(value: &Value) -> Result<&str, ValueFault> {
    let text = value.as_str().ok_or_else(|| mistaken("a text", value))?;
    if text.is_empty() {
        return Err(ValueFault::Empty);
    }
    if text.len() > MAX_TEXT_BYTES || text.chars().any(char::is_control) {
        return Err(ValueFault::NotOneLine { most: MAX_TEXT_BYTES });
    }
    Ok(text)
}

fn optional_text(value: &Value) -> Result<Option<String>, ValueFault> {
    match value {
        Value::Null => Ok(None),
        value => text(value).map(|text| Some(text.to_owned())),
    }
}

fn schedule(value: &Value) -> Result<String, ValueFault> {
    let expression = text(value)?;
    Schedule::parse(expression)?;
    Ok(expression.to_owned())
}

fn address(value: &Value) -> Result<IpAddr, ValueFault> {
    text(value)?.parse().map_err(|_| mistaken("an IP address", value))
}

fn networks(value: &Value) -> Result<TrustedProxies, ValueFault> {
    let names = value.as_array().ok_or_else(|| mistaken("a list", value))?;
    let names = names.iter().map(|name| text(name).map(str::to_owned)).collect::<Result<Vec<_>, _>>()?;
    Ok(TrustedProxies::named(&names)?)
}

fn number(value: &Value, least: u64, most: u64) -> Result<u64, ValueFault> {
    let number = value.as_f64().ok_or_else(|| mistaken("a number", value))?;
    if number.fract() != 0.0 || number < least as f64 || number > most as f64 {
        return Err(ValueFault::OutOfBounds { found: number, least, most });
    }
    Ok(number as u64)
}

fn storage(value: &Value) -> Result<(), ValueFault> {
    match text(value)? {
        "git" => Ok(()),
        other => Err(ValueFault::Storage { found: other.to_owned() }),
    }
}

/// Says what was found in place of what; never the value itself, which may be a secret gone astray.
fn mistaken(expected: &'static str, found: &Value) -> ValueFault {
    let found = match found {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    };
    ValueFault::WrongType { expected, found }
}
