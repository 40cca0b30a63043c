//! Expressions with the dates that must follow, days on which clocks change among them.

use chrono::{NaiveDateTime, TimeZone};
use chrono_tz::Tz;

use super::{Schedule, ScheduleError};

/// The next five dates of `expression` after `start` on the clocks of `zone`, without seconds, and with the offset.
fn next_five(expression: &str, zone: Tz, start: &str) -> Vec<String> {
    let schedule = Schedule::parse(expression).unwrap();
    let start = NaiveDateTime::parse_from_str(start, "%Y-%m-%d %H:%M").unwrap();
    let start = zone.from_local_datetime(&start).earliest().unwrap();
    std::iter::successors(schedule.next_after(start), |last| schedule.next_after(*last))
        .take(5)
        .map(|date| date.format("%Y-%m-%d %H:%M").to_string())
        .collect()
}

fn assert_follows(zone: Tz, start: &str, table: &[(&str, [&str; 5])]) {
    for (expression, expected) in table {
        assert_eq!(next_five(expression, zone, start), expected, "{expression} in {zone} after {start}");
    }
}

/// What follows the first instant of 2025, a Wednesday.
fn assert_follows_new_year(table: &[(&str, [&str; 5])]) {
    assert_follows(Tz::UTC, "2025-01-01 00:00", table);
}

#[test]
fn times_of_a_day_are_lists_ranges_and_steps() {
    assert_follows_new_year(&[
        (
            "* * * * *",
            ["2025-01-01 00:01", "2025-01-01 00:02", "2025-01-01 00:03", "2025-01-01 00:04", "2025-01-01 00:05"],
        ),
        (
            "*/15 * * * *",
            ["2025-01-01 00:15", "2025-01-01 00:30", "2025-01-01 00:45", "2025-01-01 01:00", "2025-01-01 01:15"],
        ),
        (
            "30 */12 * * *",
            ["2025-01-01 00:30", "2025-01-01 12:30", "2025-01-02 00:30", "2025-01-02 12:30", "2025-01-03 00:30"],
        ),
        (
            "7/20 1 * * *",
            ["2025-01-01 01:07", "2025-01-01 01:27", "2025-01-01 01:47", "2025-01-02 01:07", "2025-01-02 01:27"],
        ),
        (
            "0 8-18/5 * * *",
            ["2025-01-01 08:00", "2025-01-01 13:00", "2025-01-01 18:00", "2025-01-02 08:00", "2025-01-02 13:00"],
        ),
        (
            "0 22-23,4 * * *",
            ["2025-01-01 04:00", "2025-01-01 22:00", "2025-01-01 23:00", "2025-01-02 04:00", "2025-01-02 22:00"],
        ),
        (
            " 0   9  *\t* 1-5 ",
            ["2025-01-01 09:00", "2025-01-02 09:00", "2025-01-03 09:00", "2025-01-06 09:00", "2025-01-07 09:00"],
        ),
    ]);
}

#[test]
fn days_of_the_week_have_numbers_and_names_and_ranges_may_go_beyond_sunday() {
    assert_follows_new_year(&[
        (
            "0 0 * * 0",
            ["2025-01-05 00:00", "2025-01-12 00:00", "2025-01-19 00:00", "2025-01-26 00:00", "2025-02-02 00:00"],
        ),
        (
            "0 0 * * 7",
            ["2025-01-05 00:00", "2025-01-12 00:00", "2025-01-19 00:00", "2025-01-26 00:00", "2025-02-02 00:00"],
        ),
        (
            "30 8 * * MON",
            ["2025-01-06 08:30", "2025-01-13 08:30", "2025-01-20 08:30", "2025-01-27 08:30", "2025-02-03 08:30"],
        ),
        (
            "0 12 ? * WED",
            ["2025-01-01 12:00", "2025-01-08 12:00", "2025-01-15 12:00", "2025-01-22 12:00", "2025-01-29 12:00"],
        ),
        (
            "15 10 * * MON-FRI",
            ["2025-01-01 10:15", "2025-01-02 10:15", "2025-01-03 10:15", "2025-01-06 10:15", "2025-01-07 10:15"],
        ),
        (
            "0 6 * * 5-7",
            ["2025-01-03 06:00", "2025-01-04 06:00", "2025-01-05 06:00", "2025-01-10 06:00", "2025-01-11 06:00"],
        ),
        (
            "0 6 * * fri-sun",
            ["2025-01-03 06:00", "2025-01-04 06:00", "2025-01-05 06:00", "2025-01-10 06:00", "2025-01-11 06:00"],
        ),
        (
            "0 6 * * SUN-TUE",
            ["2025-01-05 06:00", "2025-01-06 06:00", "2025-01-07 06:00", "2025-01-12 06:00", "2025-01-13 06:00"],
        ),
    ]);
}

#[test]
fn of_two_kinds_of_days_either_is_enough_unless_one_is_no_restriction() {
    assert_follows_new_year(&[
        // The 13th, and Fridays.
        (
            "0 0 13 * 5",
            ["2025-01-03 00:00", "2025-01-10 00:00", "2025-01-13 00:00", "2025-01-17 00:00", "2025-01-24 00:00"],
        ),
        // `*/2` is not a restriction, so both must match: Mondays with an odd date.
        (
            "0 0 */2 * 1",
            ["2025-01-13 00:00", "2025-01-27 00:00", "2025-02-03 00:00", "2025-02-17 00:00", "2025-03-03 00:00"],
        ),
        (
            "0 12 1,15 * ?",
            ["2025-01-01 12:00", "2025-01-15 12:00", "2025-02-01 12:00", "2025-02-15 12:00", "2025-03-01 12:00"],
        ),
    ]);
}

#[test]
fn months_without_the_day_are_left_out() {
    assert_follows_new_year(&[
        (
            "0 0 31 * *",
            ["2025-01-31 00:00", "2025-03-31 00:00", "2025-05-31 00:00", "2025-07-31 00:00", "2025-08-31 00:00"],
        ),
        (
            "0 0 29 2 *",
            ["2028-02-29 00:00", "2032-02-29 00:00", "2036-02-29 00:00", "2040-02-29 00:00", "2044-02-29 00:00"],
        ),
        (
            "0 0 1 JAN,jul *",
            ["2025-07-01 00:00", "2026-01-01 00:00", "2026-07-01 00:00", "2027-01-01 00:00", "2027-07-01 00:00"],
        ),
    ]);
}

#[test]
fn of_six_fields_the_first_is_seconds() {
    assert_follows_new_year(&[
        (
            "0 5 4 * * *",
            ["2025-01-01 04:05", "2025-01-02 04:05", "2025-01-03 04:05", "2025-01-04 04:05", "2025-01-05 04:05"],
        ),
        (
            "*/30 0 4 * * *",
            ["2025-01-01 04:00", "2025-01-01 04:00", "2025-01-02 04:00", "2025-01-02 04:00", "2025-01-03 04:00"],
        ),
    ]);
}

#[test]
fn nicknames_stand_for_expressions() {
    assert_follows_new_year(&[
        (
            "@hourly",
            ["2025-01-01 01:00", "2025-01-01 02:00", "2025-01-01 03:00", "2025-01-01 04:00", "2025-01-01 05:00"],
        ),
        (
            "@daily",
            ["2025-01-02 00:00", "2025-01-03 00:00", "2025-01-04 00:00", "2025-01-05 00:00", "2025-01-06 00:00"],
        ),
        (
            "@weekly",
            ["2025-01-05 00:00", "2025-01-12 00:00", "2025-01-19 00:00", "2025-01-26 00:00", "2025-02-02 00:00"],
        ),
    ]);
}

#[test]
fn a_skipped_time_runs_once_when_the_clocks_go_on() {
    // In Paris, 02:00 to 03:00 of 30 March 2025 does not exist.
    assert_follows(
        Tz::Europe__Paris,
        "2025-03-29 12:00",
        &[
            (
                "30 2 * * *",
                ["2025-03-30 03:00", "2025-03-31 02:30", "2025-04-01 02:30", "2025-04-02 02:30", "2025-04-03 02:30"],
            ),
            (
                "*/20 2 * * *",
                ["2025-03-30 03:00", "2025-03-31 02:00", "2025-03-31 02:20", "2025-03-31 02:40", "2025-04-01 02:00"],
            ),
            (
                "30 2,3 * * *",
                ["2025-03-30 03:00", "2025-03-30 03:30", "2025-03-31 02:30", "2025-03-31 03:30", "2025-04-01 02:30"],
            ),
            (
                "0 2,3 * * *",
                ["2025-03-30 03:00", "2025-03-31 02:00", "2025-03-31 03:00", "2025-04-01 02:00", "2025-04-01 03:00"],
            ),
            (
                "30 */12 * * *",
                ["2025-03-29 12:30", "2025-03-30 00:30", "2025-03-30 12:30", "2025-03-31 00:30", "2025-03-31 12:30"],
            ),
        ],
    );
    // In Santiago it is midnight itself that is skipped.
    assert_follows(
        Tz::America__Santiago,
        "2025-09-06 13:00",
        &[(
            "30 */12 * * *",
            ["2025-09-07 01:00", "2025-09-07 12:30", "2025-09-08 00:30", "2025-09-08 12:30", "2025-09-09 00:30"],
        )],
    );
    // Samoa crossed the date line and had no 30 December 2011.
    assert_follows(
        Tz::Pacific__Apia,
        "2011-12-29 12:00",
        &[(
            "0 8 * * *",
            ["2011-12-31 00:00", "2011-12-31 08:00", "2012-01-01 08:00", "2012-01-02 08:00", "2012-01-03 08:00"],
        )],
    );
}

#[test]
fn a_time_that_comes_twice_runs_the_first_time_only() {
    let zone = Tz::America__New_York;
    // In New York, 01:00 to 02:00 of 2 November 2025 comes twice.
    assert_follows(
        zone,
        "2025-11-01 12:00",
        &[
            (
                "30 1 * * *",
                ["2025-11-02 01:30", "2025-11-03 01:30", "2025-11-04 01:30", "2025-11-05 01:30", "2025-11-06 01:30"],
            ),
            (
                "*/30 1-2 * * *",
                ["2025-11-02 01:00", "2025-11-02 01:30", "2025-11-02 02:00", "2025-11-02 02:30", "2025-11-03 01:00"],
            ),
        ],
    );

    let first = Schedule::parse("30 1 * * *")
        .unwrap()
        .next_after(zone.with_ymd_and_hms(2025, 11, 2, 0, 0, 0).unwrap())
        .unwrap();

    assert_eq!(first.to_rfc3339(), "2025-11-02T01:30:00-04:00");
}

#[test]
fn hourly_schedules_stay_an_hour_apart_when_clocks_change() {
    let zone = Tz::Europe__Paris;
    let schedule = Schedule::parse("30 * * * *").unwrap();
    for (year, month, day) in [(2025, 3, 30), (2025, 10, 26)] {
        let start = zone.with_ymd_and_hms(year, month, day, 0, 30, 0).unwrap();

        let runs: Vec<_> = std::iter::successors(Some(start), |last| schedule.next_after(*last)).take(6).collect();

        assert!(runs.windows(2).all(|pair| pair[1] - pair[0] == chrono::Duration::hours(1)), "{runs:?}");
    }
}

#[test]
fn quarter_hours_go_on_through_the_hour_that_comes_twice() {
    let zone = Tz::America__Santiago;
    // Here 23:00 to 24:00 of 5 April 2025 comes twice.
    assert_follows(
        zone,
        "2025-04-05 22:50",
        &[(
            "*/30 * * * *",
            ["2025-04-05 23:00", "2025-04-05 23:30", "2025-04-05 23:00", "2025-04-05 23:30", "2025-04-06 00:00"],
        )],
    );
}

#[test]
fn dates_always_advance() {
    for expression in ["*/7 * * * *", "30 */12 * * *", "0 0 13 * 5", "15 2 * * *", "*/10 1-3 * * *"] {
        let schedule = Schedule::parse(expression).unwrap();
        for zone in [Tz::Europe__Paris, Tz::America__New_York, Tz::Australia__Lord_Howe, Tz::Asia__Kolkata] {
            let mut last = zone.with_ymd_and_hms(2025, 1, 1, 0, 0, 0).unwrap();
            for _ in 0..2_000 {
                let next = schedule.next_after(last).unwrap();
                assert!(next > last, "{expression} in {zone}: {next} after {last}");
                last = next;
            }
        }
    }
}

#[test]
fn common_schedules_have_words() {
    let table = [
        ("30 */12 * * *", "every day at 00:30 and 12:30"),
        ("30 8 * * *", "every day at 08:30"),
        ("30 8 * * MON", "every Monday at 08:30"),
        ("0 6 * * 1-5", "every weekday at 06:00"),
        ("0 6 * * 0,6", "every Saturday and Sunday at 06:00"),
        ("0 0 1 * *", "on the 1st of every month at 00:00"),
        ("0 0 2,11,23 * *", "on the 2nd, 11th and 23rd of every month at 00:00"),
        ("0 0 14 7 *", "on the 14th of July at 00:00"),
        ("0 0 13 * 5", "on the 13th of every month and every Friday at 00:00"),
        ("0 0 * 1,6 *", "every day of January and June at 00:00"),
        ("* * * * *", "every minute"),
        ("*/15 * * * *", "every 15 minutes"),
        ("*/15 * * * 1", "every 15 minutes, every Monday"),
        ("0 * * * *", "every hour"),
        ("0 */2 * * *", "every 2 hours"),
        ("30 */2 * * *", "every 2 hours, at minute 30"),
        ("0 0 8 * * *", "every day at 08:00"),
        ("@daily", "every day at 00:00"),
        ("*/7 * * * *", "on the schedule `*/7 * * * *`"),
        ("*/10 * * * * *", "on the schedule `*/10 * * * * *`"),
        ("0 0 */2 * 1", "on the schedule `0 0 */2 * 1`"),
    ];
    for (expression, words) in table {
        assert_eq!(Schedule::parse(expression).unwrap().in_words(), words, "{expression}");
    }
}

#[test]
fn a_faulty_expression_is_told_apart_and_comes_with_a_hint() {
    let table = [
        ("", "schedule `` has 0 fields instead of five or six"),
        ("0 0 * *", "schedule `0 0 * *` has 4 fields instead of five or six"),
        ("0 0 0 1 1 * 2026", "schedule `0 0 0 1 1 * 2026` has 7 fields instead of five or six"),
        ("61 * * * *", "minute `61` of a schedule is not between 0 and 59"),
        ("0 24 * * *", "hour `24` of a schedule is not between 0 and 23"),
        ("0 0 0 * *", "day of the month `0` of a schedule is not between 1 and 31"),
        ("0 0 * * 8", "day of the week `8` of a schedule is not between 0 and 7"),
        ("0 0 * * MONDAY", "day of the week `MONDAY` of a schedule is neither a number nor a name"),
        ("0 0 * * WEDS", "day of the week `WEDS` of a schedule is neither a number nor a name"),
        ("0 22-4 * * *", "hour `22-4` of a schedule ends before it begins"),
        ("*/0 * * * *", "minute `*/0` of a schedule steps by something other than a positive number"),
        ("0 0 L * *", "day of the month `L` of a schedule uses `L`, which fineprint does not know"),
        ("0 0 15W * *", "day of the month `15W` of a schedule uses `W`, which fineprint does not know"),
        ("0 0 * * FRI#2", "day of the week `FRI#2` of a schedule uses `#`, which fineprint does not know"),
        ("? * * * *", "minute `?` of a schedule is `?`, which only stands for days"),
        ("1,,2 * * * *", "minute `1,,2` of a schedule is neither a number nor a name"),
        ("0 0 30 2 *", "schedule `0 0 30 2 *` matches no date of any year"),
        ("@noon", "schedule `@noon` is not one of the shorthands"),
    ];
    for (expression, message) in table {
        let error = Schedule::parse(expression).unwrap_err();
        assert_eq!(error.to_string(), message);
        assert!(!error.hint().is_empty());
    }
    assert!(matches!(Schedule::parse("every day"), Err(ScheduleError::FieldCount { found: 2, .. })));
}
