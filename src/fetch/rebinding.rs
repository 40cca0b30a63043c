//! Names that lead elsewhere the second time, for tests.

use std::collections::VecDeque;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Mutex;

use async_trait::async_trait;

use super::addresses::{Names, UnknownHost};

/// Stands for the public internet, though it leads no further than [`HOME`].
pub const PUBLIC: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 2);
pub const HOME: Ipv4Addr = Ipv4Addr::LOCALHOST;

/// Answers each question about a name with the next of these, and with the last for ever.
pub struct Rebinding(Mutex<VecDeque<Vec<Ipv4Addr>>>);

impl Rebinding {
    pub fn over(answers: &[&[Ipv4Addr]]) -> Self {
        Self(Mutex::new(answers.iter().map(|answer| answer.to_vec()).collect()))
    }
}

#[async_trait]
impl Names for Rebinding {
    async fn look_up(&self, _: &str) -> Result<Vec<SocketAddr>, UnknownHost> {
        let mut answers = self.0.lock().unwrap();
        let answer = if answers.len() > 1 { answers.pop_front() } else { answers.front().cloned() };
        Ok(answer.unwrap().into_iter().map(|address| SocketAddr::from((address, 0))).collect())
    }

    fn is_public(&self, address: IpAddr) -> bool {
        address == PUBLIC
    }
}
