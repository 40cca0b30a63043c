//! Finds the function that a filter was at an earlier day.
//!
//! A history, `<service>.filters.history.js`, exports for each name a list of `{ validUntil, filter }`. The entry that ends
//! first, of those that had not ended by then, is the one; without any, today's function is.

use chrono::{DateTime, Utc};
use rquickjs::{Array, Ctx, Exception, Object, Persistent, Result, Value};

use crate::domain::tolerant_instant;

/// The functions that a service replaced, and when the wanted ones must have been valid.
pub(super) struct Past {
    pub exports: Persistent<Object<'static>>,
    pub date: DateTime<Utc>,
}

impl Past {
    /// The past function of this name that was valid at the date, if one was.
    pub(super) fn function<'js>(&self, ctx: &Ctx<'js>, name: &str) -> Result<Option<Value<'js>>> {
        let history: Value<'js> = self.exports.clone().restore(ctx)?.get(name)?;
        if history.is_undefined() {
            return Ok(None);
        }
        let Some(history) = history.into_array() else { return Err(no_history(ctx, name)) };
        let valid = valid_at(ctx, name, &history, self.date)?;
        Ok(valid.map(|(_, function)| function))
    }
}

/// The entry that ends first of those that end at the date or later.
fn valid_at<'js>(
    ctx: &Ctx<'js>,
    name: &str,
    history: &Array<'js>,
    date: DateTime<Utc>,
) -> Result<Option<(DateTime<Utc>, Value<'js>)>> {
    let mut found: Option<(DateTime<Utc>, Value<'js>)> = None;
    for entry in history.iter::<Value<'js>>() {
        let Some(entry) = entry?.into_object() else { return Err(no_history(ctx, name)) };
        let until = valid_until(ctx, name, &entry)?;
        if until >= date && found.as_ref().is_none_or(|(earliest, _)| until < *earliest) {
            found = Some((until, entry.get("filter")?));
        }
    }
    Ok(found)
}

fn valid_until<'js>(ctx: &Ctx<'js>, name: &str, entry: &Object<'js>) -> Result<DateTime<Utc>> {
    let declared: Value<'js> = entry.get("validUntil")?;
    // As JSON, a `Date` reads as a text does.
    let json = ctx.json_stringify(declared)?.map(|json| json.to_string()).transpose()?.unwrap_or_default();
    let until = serde_json::from_str::<String>(&json).ok().and_then(|text| tolerant_instant(&text));
    until.ok_or_else(|| {
        let message = format!("the history of `{name}` has an entry whose `validUntil` is no date: {json}");
        Exception::throw_type(ctx, &message)
    })
}

fn no_history(ctx: &Ctx<'_>, name: &str) -> rquickjs::Error {
    Exception::throw_type(ctx, &format!("the history of `{name}` is no list of `{{ validUntil, filter }}`"))
}
