//! `fineprint serve`: answers questions about the collection over HTTP.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::process::ExitCode;

use super::output::println;
use anyhow::Context as _;
use clap::Args;
use tokio::net::TcpListener;

use super::Context;
use super::track::stop_on_signals;
use crate::app::Serving;
use crate::web::{self, Listeners, Served};

/// Threads that may read, compare and zip at the same time. Each keeps memory of its own, and more would not be faster.
const READING_THREADS: usize = 8;

/// Serve the collection's API and feeds over HTTP
///
/// What is recorded and declared meanwhile is served from the next request on. Nothing is fetched or recorded.
#[derive(Debug, Args)]
pub struct Serve {
    /// Where to listen; by default `collection-api.address`, which is this machine only
    #[arg(long, value_name = "ADDRESS")]
    bind: Option<IpAddr>,

    /// The port to listen on, 0 for any that is free; by default `collection-api.port`
    #[arg(long)]
    port: Option<u16>,
}

impl Serve {
    pub(super) fn run(self, context: &Context) -> anyhow::Result<ExitCode> {
        let mut serving = Serving::open(&context.root)?;
        context.tell_warnings(&serving.warnings);
        serving.config.address = self.bind.unwrap_or(serving.config.address);
        serving.config.port = self.port.map_or(serving.config.port, usize::from);
        let address = SocketAddr::new(serving.config.address, port(serving.config.port));
        let metrics = port(serving.config.metrics_port);
        let served = serving.served()?;
        give_back_what_is_freed();
        let mut runtime = tokio::runtime::Builder::new_multi_thread();
        let runtime = runtime.enable_all().max_blocking_threads(READING_THREADS).build();
        let runtime = runtime.context("cannot start the runtime")?;
        runtime.block_on(serve(address, metrics, served))?;
        Ok(ExitCode::SUCCESS)
    }
}

/// Has glibc keep two heaps rather than one for each thread, and return large blocks as soon as they are freed: by
/// default a server that has made many pages at once holds on to half as much again as it uses.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
fn give_back_what_is_freed() {
    const HEAPS: libc::c_int = 2;
    const LARGE_BLOCK: libc::c_int = 128 << 10;
    let settings =
        [(libc::M_ARENA_MAX, HEAPS), (libc::M_MMAP_THRESHOLD, LARGE_BLOCK), (libc::M_TRIM_THRESHOLD, LARGE_BLOCK)];
    for (setting, value) in settings {
        // SAFETY: mallopt takes two numbers, and no other thread has begun to allocate.
        unsafe { libc::mallopt(setting, value) };
    }
}

#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
fn give_back_what_is_freed() {}

async fn serve(address: SocketAddr, metrics: u16, served: Served) -> anyhow::Result<()> {
    let stop = stop_on_signals();
    let public = listen(address).await?;
    let name = served.declared().metadata.name.clone();
    println!("{name} is served at http://{}{}/", public.local_addr()?, served.base());
    let metrics = match metrics {
        0 => None,
        port => {
            let listener = listen(SocketAddr::from((Ipv4Addr::LOCALHOST, port))).await?;
            println!("figures for Prometheus are at http://{}/metrics", listener.local_addr()?);
            Some(listener)
        }
    };
    let listeners = Listeners { public, metrics };
    web::serve(listeners, served, async move { stop.requested().await }).await.context("cannot go on serving")
}

async fn listen(address: SocketAddr) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| format!("cannot listen on {address}"))
}

fn port(configured: usize) -> u16 {
    u16::try_from(configured).expect("the table of keys bounds ports")
}
