//! The time of one fetch, which stands still while the fetch waits for others.

use std::pin::pin;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::{Instant, sleep};

use crate::fetch::Fault;

/// Shortest time between two looks at the watch.
const LOOK: Duration = Duration::from_millis(10);

/// Measures the time that a fetch itself takes.
pub struct Stopwatch {
    started: Instant,
    limit: Duration,
    pauses: Mutex<Pauses>,
}

#[derive(Default)]
struct Pauses {
    over: Duration,
    since: Option<Instant>,
}

impl Stopwatch {
    /// Begins to measure a time that may last so long.
    pub fn start(limit: Duration) -> Self {
        Self { started: Instant::now(), limit, pauses: Mutex::default() }
    }

    /// The time until now, without pauses.
    pub fn elapsed(&self) -> Duration {
        let pauses = self.pauses();
        let current = pauses.since.map(|since| since.elapsed()).unwrap_or_default();
        self.started.elapsed().saturating_sub(pauses.over + current)
    }

    /// Waits while the time stands still.
    pub async fn paused<T>(&self, wait: impl Future<Output = T>) -> T {
        self.pauses().since = Some(Instant::now());
        let result = wait.await;
        let mut pauses = self.pauses();
        let pause = pauses.since.take().map(|since| since.elapsed());
        pauses.over += pause.unwrap_or_default();
        result
    }

    /// Does `work`, unless it takes longer than it may.
    pub async fn until_time_is_up<T>(&self, work: impl Future<Output = Result<T, Fault>>) -> Result<T, Fault> {
        let mut work = pin!(work);
        loop {
            let left = self.limit.saturating_sub(self.elapsed());
            if left.is_zero() {
                return Err(Fault::TimedOut { after: self.limit });
            }
            tokio::select! {
                biased;
                result = &mut work => return result,
                () = sleep(left.max(LOOK)) => {}
            }
        }
    }

    fn pauses(&self) -> MutexGuard<'_, Pauses> {
        self.pauses.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT: Duration = Duration::from_secs(30);

    #[tokio::test(start_paused = true)]
    async fn time_is_up_after_the_limit() {
        let watch = Stopwatch::start(LIMIT);

        let work = async {
            sleep(LIMIT * 2).await;
            Ok("terms")
        };

        assert_eq!(watch.until_time_is_up(work).await, Err(Fault::TimedOut { after: LIMIT }));
        assert_eq!(watch.elapsed(), LIMIT);
    }

    #[tokio::test(start_paused = true)]
    async fn waiting_for_others_takes_no_time() {
        let watch = Stopwatch::start(LIMIT);

        let work = async {
            sleep(LIMIT / 2).await;
            watch.paused(sleep(LIMIT * 10)).await;
            sleep(LIMIT / 3).await;
            Ok("terms")
        };

        assert_eq!(watch.until_time_is_up(work).await, Ok("terms"));
        assert_eq!(watch.elapsed(), LIMIT / 2 + LIMIT / 3);
    }
}
