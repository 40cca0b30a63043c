//! `fineprint track --schedule`: stays, and tracks whenever something is due.

use std::collections::BTreeSet;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Local, TimeDelta, Utc};
use tracing::warn;

use super::Context;
use super::track::Track;
use crate::app::App;
use crate::domain::{Terms, TermsKey};
use crate::tracker::Stop;

/// Longest sleep between two looks at the clock, so that a machine that was suspended wakes up to its schedule.
const LONGEST_SLEEP: Duration = Duration::from_secs(60);

/// Wait before what could not be done is tried again; each failure in a row doubles it.
const RETRY: TimeDelta = TimeDelta::seconds(1);

/// Longest wait before what could not be done is tried again.
const LONGEST_RETRY: TimeDelta = TimeDelta::minutes(10);

/// Terms that are due within this time are tracked together.
const TOGETHER: TimeDelta = TimeDelta::minutes(5);

/// What comes next.
struct Plan {
    at: DateTime<Local>,
    act: Act,
    /// What is told of it.
    told: String,
}

/// What to do when the time of a plan has come.
enum Act {
    /// To look what is due.
    PlanAnew,
    /// To track all that is selected, or only these.
    Track(Option<BTreeSet<TermsKey>>),
}

/// Why a wait ended.
enum Woken {
    Due,
    Reload,
    Stopped,
}

/// What came of carrying out a plan.
enum Carried {
    Out,
    /// It broke off: what is missing of a run over all terms is caught up.
    Off,
    /// It could not begin: a file is broken for the moment, say, or another fineprint is recording.
    NotBegun,
}

/// How a plan is made when the one before has been carried out, or could not be.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Since {
    /// This process was not there: what it missed is caught up.
    Elsewhere,
    /// A run that was due at this time went to its end.
    Here(DateTime<Local>),
}

/// Tracks on schedule until a stop is requested; SIGHUP has declarations and settings read again.
pub async fn run(track: &Track, context: &Context, stop: &Stop) -> anyhow::Result<ExitCode> {
    let mut hangup = Hangup::listen();
    let mut plan = Plan::make(track, context, Since::Elsewhere)?;
    let mut failures = 0;
    let mut is_retry = false;
    loop {
        if !plan.told.is_empty() {
            context.console.note(&plan.told);
        }
        let woken = wait(plan.at, &mut hangup, stop).await;
        let since = match (woken, &plan.act) {
            (Woken::Stopped, _) => return Ok(ExitCode::SUCCESS),
            // What is overdue goes on being so; it reads everything again in any case.
            (Woken::Reload, Act::Track(_)) if is_retry => continue,
            (Woken::Reload, _) => {
                context.console.note("Reading declarations and settings again.");
                Since::Elsewhere
            }
            (Woken::Due, Act::PlanAnew) => Since::Elsewhere,
            (Woken::Due, Act::Track(only)) => match carry_out(track, context, only.as_ref(), stop).await {
                _ if stop.is_requested() => return Ok(ExitCode::SUCCESS),
                Carried::Out => {
                    failures = 0;
                    Since::Here(plan.at)
                }
                Carried::Off => {
                    failures += 1;
                    plan = Plan { act: Act::PlanAnew, ..plan.again(failures) };
                    continue;
                }
                Carried::NotBegun => {
                    failures += 1;
                    is_retry = true;
                    plan = plan.again(failures);
                    continue;
                }
            },
        };
        if stop.is_requested() {
            return Ok(ExitCode::SUCCESS);
        }
        let made = Plan::make(track, context, since).inspect_err(|error| context.console.error(error));
        is_retry = made.is_err();
        // Only a run that was carried out ends a row of failures: planning goes well where recording does not.
        failures += u32::from(is_retry);
        plan = made.unwrap_or_else(|_| Plan { act: Act::PlanAnew, ..plan.again(failures) });
    }
}

/// A run that fails, or a file that is broken for a moment, must not end the schedule: the next may go well.
async fn carry_out(track: &Track, context: &Context, only: Option<&BTreeSet<TermsKey>>, stop: &Stop) -> Carried {
    let told = |error: &anyhow::Error| context.console.error(error);
    match track.begin(context, only).inspect_err(told) {
        Err(_) => Carried::NotBegun,
        Ok(begun) => match begun.finish(context, stop).await.inspect_err(told) {
            Err(_) => Carried::Off,
            Ok(_) => Carried::Out,
        },
    }
}

impl Plan {
    /// The same after a while, the longer the more failures there were in a row.
    fn again(self, failures: u32) -> Self {
        let doubled = RETRY * 2_i32.saturating_pow(failures.saturating_sub(1).min(20));
        let wait = doubled.min(LONGEST_RETRY);
        let told = format!("Trying again in {} s.", wait.num_seconds());
        Self { at: Local::now() + wait, told, ..self }
    }

    fn make(track: &Track, context: &Context, since: Since) -> anyhow::Result<Self> {
        let app = App::open(&context.root)?;
        let terms = track.terms(&app)?;
        match app.config.tracker.pace.adaptive {
            true => Self::by_history(&terms, &app),
            false => Self::by_the_clock(track, &app, since),
        }
    }

    /// Everything at once, when `trackingSchedule` says; a run that was due while nothing ran is caught up once.
    fn by_the_clock(track: &Track, app: &App, since: Since) -> anyhow::Result<Self> {
        let schedule = app.schedule()?;
        let now = Local::now();
        let last = match since {
            // Whatever it went over, and were it nothing.
            Since::Here(begun) => Some(begun),
            Since::Elsewhere if track.is_about_all() => app.last_whole_run().map(|last| last.with_timezone(&Local)),
            Since::Elsewhere => None,
        };
        let missed = last.and_then(|last| schedule.next_after(last)).filter(|due| *due <= now);
        match (missed, since) {
            (Some(missed), Since::Elsewhere) => {
                let told = format!("Catching up on the run of {}.", day_and_time(missed));
                return Ok(Self { at: now, act: Act::Track(None), told });
            }
            (Some(missed), Since::Here(_)) => {
                warn!("the run lasted beyond {missed}, when another was due; that one is left out");
            }
            (None, _) => {}
        }
        let at = schedule.next_after(now).ok_or_else(|| anyhow::anyhow!("the schedule holds no date to come"))?;
        let told = format!("Next run on {}, {}.", day_and_time(at), schedule.in_words());
        Ok(Self { at, act: Act::Track(None), told })
    }

    /// Each terms at its own pace.
    fn by_history(terms: &[Arc<Terms>], app: &App) -> anyhow::Result<Self> {
        let now = Utc::now();
        let meant: BTreeSet<TermsKey> = terms.iter().map(|terms| terms.key.clone()).collect();
        let mut dues = app.dues(now)?;
        dues.retain(|(_, terms)| meant.contains(terms));
        let first = dues.first().map_or(now + TimeDelta::days(1), |(due, _)| *due).max(now);
        let together = dues.into_iter().take_while(|(due, _)| *due <= first + TOGETHER);
        let only: BTreeSet<TermsKey> = together.map(|(_, terms)| terms).collect();
        let at = first.with_timezone(&Local);
        let told = format!("Next look on {}, at {} of {} terms.", day_and_time(at), only.len(), meant.len());
        Ok(Self { at, act: Act::Track(Some(only)), told })
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
