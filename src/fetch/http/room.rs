//! The memory that large bodies share, so that many of them cannot fill it together.

use tokio::sync::{Semaphore, SemaphorePermit};

/// What large bodies that are being read may come to together: twice the default of `fetcher.maxMegabytes`, which leaves
/// a run within 200 MB.
const MEGABYTES: u32 = 100;

/// A permit for each megabyte.
pub struct Room(Semaphore);

impl Room {
    pub fn new() -> Self {
        Self(Semaphore::new(MEGABYTES as usize))
    }

    /// Waits until there is room for a body that may come to so much. It is all taken at once: two bodies that each
    /// waited for a little more could wait for each other. One that is larger than the room has it to itself.
    pub async fn take(&self, megabytes: usize) -> Option<SemaphorePermit<'_>> {
        let megabytes = u32::try_from(megabytes).unwrap_or(MEGABYTES).min(MEGABYTES);
        // Closed by nobody, the semaphore gives permits in the end.
        self.0.acquire_many(megabytes).await.ok()
    }
}
