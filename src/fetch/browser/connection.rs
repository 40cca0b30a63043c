//! Speaks the DevTools protocol over a pipe: commands with answers, and events by session.
//!
//! A pipe rather than a port: no other process of the machine can drive the browser, and when fineprint dies, however
//! it dies, the pipe closes and the browser ends by itself.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncBufRead, AsyncBufReadExt, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::process::{ChildStdin, ChildStdout};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::oneshot;

/// Largest message that is read, in bytes; events that carry more, such as those of `data:` addresses, are passed over.
const MAX_MESSAGE_BYTES: usize = 16 * 1024 * 1024;

/// How long the browser may take to answer a command that waits for nothing.
const PATIENCE: Duration = Duration::from_secs(20);

/// The browser's end of the conversation, shared by all pages.
#[derive(Clone)]
pub struct Connection {
    shared: Arc<Shared>,
}

struct Shared {
    outgoing: UnboundedSender<String>,
    next_id: AtomicU64,
    waiting: Mutex<Waiting>,
}

#[derive(Default)]
struct Waiting {
    /// Who waits for the answer to which command; `None` once the pipe is closed.
    answers: Option<HashMap<u64, oneshot::Sender<Result<Value, CallError>>>>,
    sessions: HashMap<String, UnboundedSender<Event>>,
}

/// Something that happened in a page.
#[derive(Debug)]
pub struct Event {
    pub method: String,
    pub params: Value,
}

/// Why a command had no effect.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CallError {
    #[error("the browser ended")]
    Closed,
    #[error("the browser does not answer")]
    Silent,
    #[error("the browser refused: {0}")]
    Refused(String),
}

impl Connection {
    /// Begins the conversation.
    pub fn open(input: ChildStdin, output: ChildStdout) -> Self {
        let (outgoing, commands) = unbounded_channel();
        let waiting = Mutex::new(Waiting { answers: Some(HashMap::new()), sessions: HashMap::new() });
        let shared = Arc::new(Shared { outgoing, next_id: AtomicU64::new(1), waiting });
        tokio::spawn(write_all(commands, input));
        let reader = Arc::downgrade(&shared);
        tokio::spawn(async move {
            let mut output = BufReader::with_capacity(64 * 1024, output);
            while let Some(message) = next_message(&mut output).await {
                let Some(shared) = reader.upgrade() else { return };
                shared.take_in(message);
            }
            if let Some(shared) = reader.upgrade() {
                shared.close();
            }
        });
        Self { shared }
    }

    /// Has a command carried out by the browser, or by the page of a session.
    ///
    /// # Errors
    /// When the browser refuses, ends, or does not answer in time.
    pub async fn call(&self, session: Option<&str>, method: &str, params: Value) -> Result<Value, CallError> {
        tokio::time::timeout(PATIENCE, self.call_patiently(session, method, params))
            .await
            .unwrap_or(Err(CallError::Silent))
    }

    /// Has a command carried out that may take as long as its caller likes to wait.
    ///
    /// # Errors
    /// When the browser refuses or ends.
    pub async fn call_patiently(&self, session: Option<&str>, method: &str, params: Value) -> Result<Value, CallError> {
        let (sender, answer) = oneshot::channel();
        let id = self.shared.next_id.fetch_add(1, Ordering::Relaxed);
        {
            let mut waiting = self.shared.lock();
            waiting.answers.as_mut().ok_or(CallError::Closed)?.insert(id, sender);
        }
        self.shared.send(id, session, method, params);
        answer.await.unwrap_or(Err(CallError::Closed))
    }

    /// Has a command carried out without waiting for it.
    pub fn tell(&self, session: Option<&str>, method: &str, params: Value) {
        let id = self.shared.next_id.fetch_add(1, Ordering::Relaxed);
        self.shared.send(id, session, method, params);
    }

    /// What happens in a session from now on.
    pub fn events(&self, session: &str) -> UnboundedReceiver<Event> {
        let (sender, events) = unbounded_channel();
        self.shared.lock().sessions.insert(session.to_owned(), sender);
        events
    }

    /// Forgets a session.
    pub fn end(&self, session: &str) {
        self.shared.lock().sessions.remove(session);
    }

    pub fn is_closed(&self) -> bool {
        self.shared.lock().answers.is_none()
    }
}

impl Shared {
    fn lock(&self) -> std::sync::MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn send(&self, id: u64, session: Option<&str>, method: &str, params: Value) {
        let mut message = json!({ "id": id, "method": method, "params": params });
        if let Some(session) = session {
            message["sessionId"] = Value::from(session);
        }
        // Where nobody writes any more, the reader has noticed too and answers all.
        let _ = self.outgoing.send(message.to_string());
    }

    fn take_in(&self, mut message: Value) {
        let mut waiting = self.lock();
        if let Some(id) = message["id"].as_u64() {
            let Some(sender) = waiting.answers.as_mut().and_then(|answers| answers.remove(&id)) else { return };
            let answer = match message["error"]["message"].as_str() {
                Some(refusal) => Err(CallError::Refused(refusal.to_owned())),
                None => Ok(message["result"].take()),
            };
            let _ = sender.send(answer);
        } else if let Some(session) = message["sessionId"].as_str().and_then(|id| waiting.sessions.get(id)) {
            let method = message["method"].as_str().unwrap_or_default().to_owned();
            let _ = session.send(Event { method, params: message["params"].take() });
        }
    }

    /// Lets all who wait know that nothing will come.
    fn close(&self) {
        let mut waiting = self.lock();
        waiting.answers = None;
        waiting.sessions.clear();
    }
}

async fn write_all(mut commands: UnboundedReceiver<String>, mut input: impl AsyncWrite + Unpin) {
    while let Some(command) = commands.recv().await {
        let mut bytes = command.into_bytes();
        bytes.push(0);
        if input.write_all(&bytes).await.is_err() {
            return;
        }
    }
}

/// The next message, up to its closing NUL; `None` at the end.
async fn next_message(output: &mut (impl AsyncBufRead + Unpin)) -> Option<Value> {
    loop {
        let mut message = Vec::new();
        let mut is_too_long = false;
        loop {
            let available = output.fill_buf().await.ok().filter(|bytes| !bytes.is_empty())?;
            let end = available.iter().position(|byte| *byte == 0);
            let part = &available[..end.unwrap_or(available.len())];
            is_too_long = is_too_long || message.len() + part.len() > MAX_MESSAGE_BYTES;
            if !is_too_long {
                message.extend_from_slice(part);
            }
            let read = end.map_or(available.len(), |end| end + 1);
            output.consume(read);
            if end.is_some() {
                break;
            }
        }
        if let Some(message) = (!is_too_long).then(|| serde_json::from_slice(&message).ok()).flatten() {
            return Some(message);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn messages_end_with_nul_and_overlong_ones_are_passed_over() {
        let long = vec![b'x'; MAX_MESSAGE_BYTES + 1];
        let stream = [b"{\"id\":1}\0".as_slice(), &long, b"\0{\"id\":2}\0{\"id\":"].concat();
        let mut output = stream.as_slice();

        assert_eq!(next_message(&mut output).await, Some(json!({ "id": 1 })));
        assert_eq!(next_message(&mut output).await, Some(json!({ "id": 2 })));
        assert_eq!(next_message(&mut output).await, None);
    }
}
