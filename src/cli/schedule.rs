//! `fineprint track --schedule`: stays, and tracks whenever something is due.

use std::collections::BTreeSet;
use std::process::ExitCode;
use std::time::Duration;

use chrono::{DateTime, Local, TimeDelta, Utc};
use tracing::warn;

use super::Context;
use super::track::Track;
use crate::app::App;
use crate::domain::TermsKey;
use crate::tracker::Stop;

/// Longest sleep between two looks at the clock, so that a machine that was suspended wakes up to its schedule.
const LONGEST_SLEEP: Duration = Duration::from_secs(60);

/// Wait before a collection that cannot be read is tried again.
const RETRY: TimeDelta = TimeDelta::seconds(10);

/// Terms that are due within this time are tracked together.
const TOGETHER: TimeDelta = TimeDelta::minutes(5);

/// What comes next.
struct Plan {
    at: DateTime<Local>,
    /// All that is selected, or only these.
    only: Option<BTreeSet<TermsKey>>,
    /// What is told of it.
    told: String,
}

/// Why a wait ended.
enum Woken {
    Due,
    Reload,
    Stopped,
}

/// How a plan is made when the one before has been carried out, or could not be.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Since {
    /// This process was not there: what it missed is caught up.
    Elsewhere,
    Here,
}

/// Tracks on schedule until a stop is requested; SIGHUP has declarations and settings read again.
pub async fn run(track: &Track, context: &Context, stop: &Stop) -> anyhow::Result<ExitCode> {
    let mut hangup = Hangup::listen();
    let mut plan = Plan::make(track, context, Since::Elsewhere)?;
    loop {
        if !plan.told.is_empty() {
            context.console.note(&plan.told);
        }
        let since = match wait(plan.at, &mut hangup, stop).await {
            Woken::Stopped => return Ok(ExitCode::SUCCESS),
            Woken::Reload => {
                context.console.note("Reading declarations and settings again.");
                Since::Elsewhere
            }
            Woken::Due if plan.told.is_empty() => Since::Elsewhere,
            Woken::Due if carry_out(track, context, &plan, stop).await => Since::Here,
            // Neither at once again, nor never: it is caught up.
            Woken::Due if !stop.is_requested() => {
                plan = Plan::again();
                continue;
            }
            Woken::Due => return Ok(ExitCode::SUCCESS),
        };
        if stop.is_requested() {
            return Ok(ExitCode::SUCCESS);
        }
        plan = Plan::make(track, context, since).unwrap_or_else(|error| {
            context.console.error(&error);
            Plan::again()
        });
    }
}

/// A run that fails, or a file that is broken for a moment, must not end the schedule: the next may go well.
/// Tells whether it came to its end.
async fn carry_out(track: &Track, context: &Context, plan: &Plan, stop: &Stop) -> bool {
    let ran = track.run_once(context, plan.only.as_ref(), stop).await;
    ran.inspect_err(|error| context.console.error(error)).is_ok()
}

impl Plan {
    /// To plan anew after a while.
    fn again() -> Self {
        Self { at: Local::now() + RETRY, only: None, told: String::new() }
    }

    fn make(track: &Track, context: &Context, since: Since) -> anyhow::Result<Self> {
        let app = App::open(&context.root)?;
        match app.config.tracker.pace.adaptive {
            true => Self::by_history(track, context, &app),
            false => Self::by_the_clock(track, &app, since),
        }
    }

    /// Everything at once, when `trackingSchedule` says; a run that was due while nothing ran is caught up once.
    fn by_the_clock(track: &Track, app: &App, since: Since) -> anyhow::Result<Self> {
        let schedule = app.schedule()?;
        let now = Local::now();
        let last = if track.is_about_all() { app.last_whole_run() } else { None };
        let missed = last.and_then(|last| schedule.next_after(last.with_timezone(&Local))).filter(|due| *due <= now);
        match (missed, since) {
            (Some(missed), Since::Elsewhere) => {
                let told = format!("Catching up on the run of {}.", day_and_time(missed));
                return Ok(Self { at: now, only: None, told });
            }
            (Some(missed), Since::Here) => {
                warn!("the run lasted beyond {missed}, when another was due; that one is left out");
            }
            (None, _) => {}
        }
        let at = schedule.next_after(now).ok_or_else(|| anyhow::anyhow!("the schedule holds no date to come"))?;
        let told = format!("Next run on {}, {}.", day_and_time(at), schedule.in_words());
        Ok(Self { at, only: None, told })
    }

    /// Each terms at its own pace.
    fn by_history(track: &Track, context: &Context, app: &App) -> anyhow::Result<Self> {
        let now = Utc::now();
        let meant: BTreeSet<TermsKey> = track.terms(app, context).iter().map(|terms| terms.key.clone()).collect();
        let mut dues = app.dues(now)?;
        dues.retain(|(_, terms)| meant.contains(terms));
        let first = dues.first().map_or(now + TimeDelta::days(1), |(due, _)| *due).max(now);
        let together = dues.into_iter().take_while(|(due, _)| *due <= first + TOGETHER);
        let only: BTreeSet<TermsKey> = together.map(|(_, terms)| terms).collect();
        let at = first.with_timezone(&Local);
        let told = format!("Next look on {}, at {} of {} terms.", day_and_time(at), only.len(), meant.len());
        Ok(Self { at, only: Some(only), told })
    }
}

fn day_and_time(at: DateTime<Local>) -> String {
    at.format("%A %-d %B %Y at %H:%M:%S").to_string()
}

async fn wait(until: DateTime<Local>, hangup: &mut Hangup, stop: &Stop) -> Woken {
    while let Ok(left) = (until - Local::now()).to_std() {
        tokio::select! {
            () = tokio::time::sleep(left.min(LONGEST_SLEEP)) => {}
            () = hangup.heard() => return Woken::Reload,
            () = stop.requested() => return Woken::Stopped,
        }
    }
    if stop.is_requested() { Woken::Stopped } else { Woken::Due }
}

/// Hears SIGHUP, the signal by which services are told to read their files again.
#[cfg(unix)]
struct Hangup(Option<tokio::signal::unix::Signal>);

#[cfg(unix)]
impl Hangup {
    fn listen() -> Self {
        Self(tokio::signal::unix::signal(tokio::signal::unix::SignalKind::hangup()).ok())
    }

    async fn heard(&mut self) {
        match &mut self.0 {
            Some(signal) => {
                signal.recv().await;
            }
            None => std::future::pending().await,
        }
    }
}

#[cfg(not(unix))]
struct Hangup;

#[cfg(not(unix))]
impl Hangup {
    fn listen() -> Self {
        Self
    }

    async fn heard(&mut self) {
        std::future::pending().await
    }
}
