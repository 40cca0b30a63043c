//! What other servers answered lately; one that failed is asked again after a pause, longer each time.

use std::collections::HashMap;
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// The first pause after a failure, and the longest.
const FIRST_PAUSE: Duration = Duration::from_secs(5);
const LONGEST_PAUSE: Duration = Duration::from_secs(300);

/// Answers by what they are the answer to.
pub struct Recent<T> {
    /// For how long an answer is given again.
    age: Duration,
    known: Mutex<HashMap<String, Arc<tokio::sync::Mutex<Known<T>>>>>,
}

/// An answer, if there ever was one, and why there is none now.
pub struct Answer<T> {
    pub last: Option<Arc<T>>,
    pub failure: Option<String>,
}

struct Known<T> {
    last: Option<Arc<T>>,
    failure: Option<String>,
    failures: u32,
    until: Option<Instant>,
}

impl<T> Recent<T> {
    pub fn new(age: Duration) -> Self {
        Self { age, known: Mutex::default() }
    }

    /// The answer given lately, or else the one that `ask` gets now. Who comes meanwhile waits for it.
    pub async fn get(&self, what: &str, ask: impl Future<Output = Result<T, String>>) -> Answer<T> {
        let known = self.known(what);
        let mut known = known.lock().await;
        if known.until.is_none_or(|until| until <= Instant::now()) {
            let answer = ask.await;
            known.take(answer, self.age);
        }
        Answer { last: known.last.clone(), failure: known.failure.clone() }
    }

    fn known(&self, what: &str) -> Arc<tokio::sync::Mutex<Known<T>>> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let begun = || Known { last: None, failure: None, failures: 0, until: None };
        Arc::clone(known.entry(what.to_owned()).or_insert_with(|| Arc::new(tokio::sync::Mutex::new(begun()))))
    }
}

impl<T> Known<T> {
    fn take(&mut self, answer: Result<T, String>, age: Duration) {
        let pause = match answer {
            Ok(answer) => {
                *self = Self { last: Some(Arc::new(answer)), failure: None, failures: 0, until: None };
                age
            }
            Err(failure) => {
                self.failure = Some(failure);
                self.failures = self.failures.saturating_add(1);
                FIRST_PAUSE.saturating_mul(1 << (self.failures - 1).min(10)).min(LONGEST_PAUSE)
            }
        };
        self.until = Some(Instant::now() + pause);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn an_answer_is_given_again_for_a_while() {
        let (recent, asked) = (Recent::new(Duration::from_secs(60)), AtomicUsize::new(0));
        let ask = async || Ok(asked.fetch_add(1, Ordering::Relaxed));

        for (seconds, expected) in [(0, 0), (59, 0), (2, 1)] {
            tokio::time::advance(Duration::from_secs(seconds)).await;
            assert_eq!(*recent.get("a", ask()).await.last.unwrap(), expected, "after {seconds} s more");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn who_failed_is_asked_again_after_pauses_that_grow_and_what_it_said_before_stays() {
        let (recent, asked) = (Recent::new(Duration::from_secs(60)), AtomicUsize::new(0));
        let ask = async || match asked.fetch_add(1, Ordering::Relaxed) {
            0 => Ok("list"),
            number => Err(format!("failure {number}")),
        };
        recent.get("a", ask()).await;

        for (seconds, failure) in
            [(61, "failure 1"), (4, "failure 1"), (2, "failure 2"), (9, "failure 2"), (2, "failure 3")]
        {
            tokio::time::advance(Duration::from_secs(seconds)).await;
            let answer = recent.get("a", ask()).await;

            assert_eq!(answer.failure.as_deref(), Some(failure), "after {seconds} s more");
            assert_eq!(answer.last.as_deref(), Some(&"list"));
        }
    }
}
