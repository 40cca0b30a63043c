//! A request to end early, which everything that waits can hear.

use tokio::sync::watch;

/// Hears whether a run shall end after the record being written.
#[derive(Clone)]
pub struct Stop(watch::Receiver<bool>);

/// Asks a run to end.
pub struct Stopper(watch::Sender<bool>);

impl Stop {
    /// A request that has not been made, and the hand that can make it.
    pub fn channel() -> (Stopper, Stop) {
        let (sender, receiver) = watch::channel(false);
        (Stopper(sender), Stop(receiver))
    }

    pub fn is_requested(&self) -> bool {
        *self.0.borrow()
    }

    /// Returns once the request is made; never, if nobody can make it any more.
    pub async fn requested(&self) {
        let mut receiver = self.0.clone();
        if receiver.wait_for(|requested| *requested).await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

impl Stopper {
    pub fn stop(&self) {
        self.0.send_replace(true);
    }
}
