//! A schedule as an English phrase.

use super::Fields;
use super::field::Field;

/// More times of day than this are counted rather than listed.
const MOST_TIMES_LISTED: usize = 4;

const DAYS: [&str; 7] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// The phrase for a schedule of a common form; `None` for odd ones.
pub fn of(fields: &Fields) -> Option<String> {
    if fields.second.single() != Some(0) {
        return None;
    }
    if let Some(times) = times_of_day(fields) {
        return Some(format!("{} at {times}", days(fields)?));
    }
    let interval = interval(fields)?;
    match days(fields)?.as_str() {
        "every day" => Some(interval),
        days => Some(format!("{interval}, {days}")),
    }
}

/// `08:30`, or `00:30 and 12:30`.
fn times_of_day(fields: &Fields) -> Option<String> {
    let (hours, minutes) = (&fields.hour.values, &fields.minute.values);
    if hours.len() * minutes.len() > MOST_TIMES_LISTED {
        return None;
    }
    let times = hours.iter().flat_map(|hour| minutes.iter().map(move |minute| format!("{hour:02}:{minute:02}")));
    Some(listed(times))
}

/// `every 15 minutes`, or `every 2 hours, at minute 30`.
fn interval(fields: &Fields) -> Option<String> {
    if fields.hour.is_full() && fields.minute.single().is_none() {
        return every(&fields.minute, "minute", 60);
    }
    let hours = every(&fields.hour, "hour", 24)?;
    match fields.minute.single()? {
        0 => Some(hours),
        minute => Some(format!("{hours}, at minute {minute}")),
    }
}

/// `every minute` or `every 15 minutes`; nothing when the steps do not fill the whole evenly.
fn every(field: &Field, unit: &str, whole: u32) -> Option<String> {
    if field.is_full() {
        return Some(format!("every {unit}"));
    }
    let step = field.step.filter(|step| whole.is_multiple_of(*step))?;
    Some(format!("every {step} {unit}s"))
}

/// `every day`, `every Monday`, `on the 1st of every month`, `on 14 July`.
fn days(fields: &Fields) -> Option<String> {
    match (fields.day.is_full(), fields.weekday.is_full()) {
        (true, true) if fields.month.is_full() => Some("every day".to_owned()),
        (true, true) => Some(format!("every day of {}", months(&fields.month))),
        (true, false) if fields.month.is_full() => Some(format!("every {}", weekdays(&fields.weekday))),
        (true, false) => Some(format!("every {} of {}", weekdays(&fields.weekday), months(&fields.month))),
        (false, true) => Some(format!("on the {} of {}", ordinals(&fields.day), months(&fields.month))),
        (false, false) if fields.either_day_is_enough() => Some(format!(
            "on the {} of {} and every {}",
            ordinals(&fields.day),
            months(&fields.month),
            weekdays(&fields.weekday)
        )),
        (false, false) => None,
    }
}

fn weekdays(field: &Field) -> String {
    let days: Vec<u32> = field.values.iter().copied().collect();
    if days == [1, 2, 3, 4, 5] {
        return "weekday".to_owned();
    }
    // A week is read from Monday on.
    let (sundays, others): (Vec<u32>, Vec<u32>) = days.into_iter().partition(|day| *day == 0);
    listed(others.into_iter().chain(sundays).map(|day| DAYS[day as usize].to_owned()))
}

fn months(field: &Field) -> String {
    if field.is_full() {
        return "every month".to_owned();
    }
    listed(field.values.iter().map(|month| MONTHS[*month as usize - 1].to_owned()))
}

fn ordinals(field: &Field) -> String {
    listed(field.values.iter().map(|day| ordinal(*day)))
}

fn ordinal(number: u32) -> String {
    let ending = match (number % 10, number % 100) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    };
    format!("{number}{ending}")
}

/// `a`, `a and b`, `a, b and c`.
fn listed(items: impl Iterator<Item = String>) -> String {
    let mut items: Vec<String> = items.collect();
    let last = items.pop().unwrap_or_default();
    match items.is_empty() {
        true => last,
        false => format!("{} and {last}", items.join(", ")),
    }
}
