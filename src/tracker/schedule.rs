//! When tracking runs: cron expressions as Unix cron means them, in the machine's time zone.

mod error;
mod field;
mod words;

use std::fmt;

use chrono::{DateTime, Duration, LocalResult, NaiveDate, NaiveDateTime, TimeZone};

use field::{DAY, Field, HOUR, MINUTE, MONTH, SECOND, Unit, WEEKDAY};

pub use error::{FieldFault, ScheduleError};

/// No change of clocks has ever repeated more than this.
const LONGEST_REPEAT: Duration = Duration::hours(3);

/// No zone is further than this from UTC, nor has any ever skipped more.
const LONGEST_GAP: Duration = Duration::hours(26);

/// What the names that stand for a whole expression stand for.
const SHORTHANDS: [(&str, &str); 7] = [
    ("@yearly", "0 0 1 1 *"),
    ("@annually", "0 0 1 1 *"),
    ("@monthly", "0 0 1 * *"),
    ("@weekly", "0 0 * * 0"),
    ("@daily", "0 0 * * *"),
    ("@midnight", "0 0 * * *"),
    ("@hourly", "0 * * * *"),
];

/// The instants at which tracking starts, given as a cron expression.
///
/// Five fields (minute, hour, day of the month, month, day of the week), or six with seconds in front; `*`, lists,
/// ranges, steps, English three-letter names, 0 or 7 for Sunday, `?` for any day, and `@daily` with its kin. As in
/// Unix cron, when both the day of the month and the day of the week are restricted, either is enough; a field
/// that begins with `*`, such as `*/2`, does not count as restricted, and then both must match.
///
/// When clocks change:
///
/// - A schedule that names hours (`30 */12`, `0 8`) runs once for each of its times: a time that the clocks skip runs
///   at the first instant after the gap, and a time that comes twice runs the first time only.
/// - A schedule for every hour (`*/15 *`) follows the hands of the clock: what is skipped was never due, and what comes
///   twice runs twice, so that its runs stay equally far apart.
#[derive(Debug, Clone)]
pub struct Schedule {
    expression: String,
    fields: Fields,
    /// One, or two of which either is enough.
    parts: Vec<cron::Schedule>,
}

#[derive(Debug, Clone)]
struct Fields {
    second: Field,
    minute: Field,
    hour: Field,
    day: Field,
    month: Field,
    weekday: Field,
}

impl Schedule {
    /// Reads a cron expression of five or six fields.
    pub fn parse(expression: &str) -> Result<Self, ScheduleError> {
        let expression = expression.trim();
        let fields = Fields::parse(spelt_out(expression)?)?;
        let parts: Vec<cron::Schedule> = fields.parts().iter().map(|part| civil_schedule(part)).collect();
        let schedule = Self { expression: expression.to_owned(), fields, parts };
        if schedule.civil_times_after(some_leap_year()).next().is_none() {
            return Err(ScheduleError::Never { expression: schedule.expression });
        }
        Ok(schedule)
    }

    /// The first instant of the schedule later than `after`, in the same time zone; `None` once calendars end, in 2100.
    pub fn next_after<Tz: TimeZone>(&self, after: DateTime<Tz>) -> Option<DateTime<Tz>> {
        let zone = after.timezone();
        let mut second_time: Option<DateTime<Tz>> = None;
        for civil in self.civil_times_after(start_before(&after)) {
            let Some((first, last)) = self.instants(civil, &zone) else { continue };
            if first > after {
                return Some(second_time.map_or(first.clone(), |second_time| second_time.min(first)));
            }
            if last > after && second_time.is_none() {
                second_time = Some(last);
            }
        }
        second_time
    }

    /// The schedule as an English phrase, such as `every day at 08:30`; odd ones are given as their expression.
    pub fn in_words(&self) -> String {
        words::of(&self.fields).unwrap_or_else(|| format!("on the schedule `{self}`"))
    }

    /// The first and the last instant at which a run is due for what the clock on the wall shows.
    fn instants<Tz: TimeZone>(&self, civil: NaiveDateTime, zone: &Tz) -> Option<(DateTime<Tz>, DateTime<Tz>)> {
        let every_hour = self.fields.hour.is_full();
        match zone.from_local_datetime(&civil) {
            LocalResult::Single(instant) => Some((instant.clone(), instant)),
            LocalResult::Ambiguous(first, last) if every_hour => Some((first, last)),
            LocalResult::Ambiguous(first, _) => Some((first.clone(), first)),
            LocalResult::None if every_hour => None,
            LocalResult::None => {
                let resumed = first_instant_after_gap(civil, zone);
                Some((resumed.clone(), resumed))
            }
        }
    }

    /// What a clock on the wall shows when the schedule is due, whatever the time zone.
    fn civil_times_after(&self, start: NaiveDateTime) -> impl Iterator<Item = NaiveDateTime> {
        let next = |last: &NaiveDateTime| {
            let last = last.and_utc();
            self.parts.iter().filter_map(|part| part.after(&last).next()).min().map(|next| next.naive_utc())
        };
        std::iter::successors(next(&start), move |last| next(last))
    }
}

impl fmt::Display for Schedule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.expression)
    }
}

impl Fields {
    fn parse(expression: &str) -> Result<Self, ScheduleError> {
        let texts: Vec<&str> = expression.split_whitespace().collect();
        let texts = match texts[..] {
            [minute, hour, day, month, weekday] => ["0", minute, hour, day, month, weekday],
            [second, minute, hour, day, month, weekday] => [second, minute, hour, day, month, weekday],
            _ => return Err(ScheduleError::FieldCount { expression: expression.to_owned(), found: texts.len() }),
        };
        let [second, minute, hour, day, month, weekday] = texts;
        let read = |text: &str, unit: &'static Unit| Field::parse(text, unit);
        Ok(Self {
            second: read(second, &SECOND)?,
            minute: read(minute, &MINUTE)?,
            hour: read(hour, &HOUR)?,
            day: read(day, &DAY)?,
            month: read(month, &MONTH)?,
            weekday: read(weekday, &WEEKDAY)?,
        })
    }

    fn either_day_is_enough(&self) -> bool {
        self.day.is_restricted() && self.weekday.is_restricted()
    }

    /// The expression in the dialect of the `cron` crate: six fields, all of which must match, and Sunday is 1.
    fn parts(&self) -> Vec<String> {
        let Self { second, minute, hour, day, month, weekday } = self;
        let times = format!("{second} {minute} {hour}");
        let weekday = weekday.shifted(1);
        match self.either_day_is_enough() {
            true => vec![format!("{times} {day} {month} *"), format!("{times} * {month} {weekday}")],
            false => vec![format!("{times} {day} {month} {weekday}")],
        }
    }
}

fn spelt_out(expression: &str) -> Result<&str, ScheduleError> {
    if !expression.starts_with('@') {
        return Ok(expression);
    }
    SHORTHANDS
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case(expression))
        .map(|(_, expression)| *expression)
        .ok_or_else(|| ScheduleError::Shorthand { expression: expression.to_owned() })
}

fn civil_schedule(part: &str) -> cron::Schedule {
    part.parse().expect("a list of numbers within the bounds of each field is a valid expression")
}

fn some_leap_year() -> NaiveDateTime {
    NaiveDate::from_ymd_opt(2000, 1, 1).expect("a date that exists").into()
}

/// What the wall clock shows at `after`, or earlier if within a few hours it is put back to show that again.
fn start_before<Tz: TimeZone>(after: &DateTime<Tz>) -> NaiveDateTime {
    let later = after.clone() + LONGEST_REPEAT;
    after.naive_local().min(later.naive_local() - LONGEST_REPEAT)
}

/// The instant at which clocks that never show `civil` jump over it, to the second.
fn first_instant_after_gap<Tz: TimeZone>(civil: NaiveDateTime, zone: &Tz) -> DateTime<Tz> {
    let at = |seconds: i64| (civil.and_utc() + Duration::seconds(seconds)).with_timezone(zone);
    let (mut before, mut after) = (-LONGEST_GAP.num_seconds(), LONGEST_GAP.num_seconds());
    while after - before > 1 {
        let middle = before + (after - before) / 2;
        match at(middle).naive_local() < civil {
            true => before = middle,
            false => after = middle,
        }
    }
    at(after)
}

#[cfg(test)]
mod tests;
