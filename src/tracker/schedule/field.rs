//! One field of a cron expression: the set of numbers it stands for.

use std::collections::BTreeSet;
use std::fmt;

use super::error::{FieldFault, ScheduleError};

/// What a field counts, and between which bounds.
#[derive(Debug)]
pub struct Unit {
    name: &'static str,
    least: u32,
    most: u32,
    /// Names for the numbers from `least` on.
    names: &'static [&'static str],
    takes_any: bool,
}

pub const SECOND: Unit = Unit { name: "second", least: 0, most: 59, names: &[], takes_any: false };
pub const MINUTE: Unit = Unit { name: "minute", least: 0, most: 59, names: &[], takes_any: false };
pub const HOUR: Unit = Unit { name: "hour", least: 0, most: 23, names: &[], takes_any: false };
pub const DAY: Unit = Unit { name: "day of the month", least: 1, most: 31, names: &[], takes_any: true };
pub const MONTH: Unit = Unit {
    name: "month",
    least: 1,
    most: 12,
    names: &["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"],
    takes_any: false,
};
pub const WEEKDAY: Unit = Unit {
    name: "day of the week",
    least: 0,
    most: 6,
    names: &["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"],
    takes_any: true,
};

/// The other number of Sunday, with which a week may end as well as begin.
const SECOND_SUNDAY: u32 = 7;

/// The numbers at which a field matches.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    pub values: BTreeSet<u32>,
    /// The step, for a field that is no more than `*/step`.
    pub step: Option<u32>,
    begins_with_star: bool,
    is_full: bool,
}

impl Field {
    /// Reads a field such as `*`, `*/15`, `8-18/2`, `MON-FRI` or `1,15`.
    pub fn parse(text: &str, unit: &Unit) -> Result<Self, ScheduleError> {
        let fault = |fault| ScheduleError::Field { unit: unit.name, text: text.to_owned(), fault };
        let mut values = BTreeSet::new();
        for part in text.split(',') {
            values.extend(unit.numbers(part).map_err(fault)?);
        }
        Ok(Self {
            is_full: values.len() as u32 == unit.most - unit.least + 1,
            step: text.strip_prefix("*/").and_then(|step| step.parse().ok()),
            begins_with_star: text.starts_with(['*', '?']),
            values,
        })
    }

    /// Whether every number of the unit matches.
    pub fn is_full(&self) -> bool {
        self.is_full
    }

    /// Whether the field narrows days down, in the sense in which cron lets either kind of day suffice.
    pub fn is_restricted(&self) -> bool {
        !self.begins_with_star
    }

    /// The only number of the field, if there is but one.
    pub fn single(&self) -> Option<u32> {
        self.values.first().filter(|_| self.values.len() == 1).copied()
    }

    /// The field with all numbers greater by `shift`.
    pub fn shifted(&self, shift: u32) -> Self {
        Self { values: self.values.iter().map(|value| value + shift).collect(), ..self.clone() }
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_full {
            return f.write_str("*");
        }
        let values: Vec<_> = self.values.iter().map(u32::to_string).collect();
        f.write_str(&values.join(","))
    }
}

impl Unit {
    /// The numbers of one part of a list: a number, a range, a star, each perhaps with a step.
    fn numbers(&self, part: &str) -> Result<impl Iterator<Item = u32>, FieldFault> {
        let (span, step) = match part.split_once('/') {
            Some((span, step)) => (span, Some(positive(step)?)),
            None => (part, None),
        };
        let (from, to) = self.span(span, step.is_some())?;
        if from > to {
            return Err(FieldFault::Backwards);
        }
        let round = if self.is_weekday() { SECOND_SUNDAY } else { u32::MAX };
        Ok((from..=to).step_by(step.unwrap_or(1)).map(move |number| number % round))
    }

    /// The ends of a span; a lone number before a step goes on to the unit's end.
    fn span(&self, span: &str, has_step: bool) -> Result<(u32, u32), FieldFault> {
        match (span, span.split_once('-')) {
            ("*", _) => Ok((self.least, self.most)),
            ("?", _) if self.takes_any => Ok((self.least, self.most)),
            ("?", _) => Err(FieldFault::AnyOutsideDays),
            (_, Some((from, to))) => Ok((self.number(from)?, self.end(to)?)),
            (from, None) if has_step => Ok((self.number(from)?, self.most)),
            (from, None) => self.number(from).map(|number| (number, number)),
        }
    }

    /// The end of a range, where `SUN` closes the week.
    fn end(&self, text: &str) -> Result<u32, FieldFault> {
        match self.is_weekday() && text.eq_ignore_ascii_case("SUN") {
            true => Ok(SECOND_SUNDAY),
            false => self.number(text),
        }
    }

    fn number(&self, text: &str) -> Result<u32, FieldFault> {
        if let Some(index) = self.names.iter().position(|name| name.eq_ignore_ascii_case(text)) {
            return Ok(self.least + index as u32);
        }
        let most = if self.is_weekday() { SECOND_SUNDAY } else { self.most };
        match text.parse() {
            Ok(number) if (self.least..=most).contains(&number) => Ok(number),
            Ok(_) => Err(FieldFault::OutOfBounds { least: self.least, most }),
            Err(_) => Err(not_a_number(text)),
        }
    }

    fn is_weekday(&self) -> bool {
        self.name == WEEKDAY.name
    }
}

fn positive(step: &str) -> Result<usize, FieldFault> {
    step.parse().ok().filter(|step| *step > 0).ok_or(FieldFault::Step)
}

fn not_a_number(text: &str) -> FieldFault {
    match text.chars().find(|c| matches!(c.to_ascii_uppercase(), 'L' | 'W' | '#')) {
        // `L`, `15W`, `FRI#2`: but a misspelt name is just that.
        Some(symbol) if text.len() <= 2 || !text.chars().all(char::is_alphabetic) => FieldFault::Extension { symbol },
        _ => FieldFault::NotAValue,
    }
}
