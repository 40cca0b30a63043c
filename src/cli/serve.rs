//! `fineprint serve`: answers questions about the collection over HTTP.

use std::net::{IpAddr, SocketAddr};
use std::process::ExitCode;

use anstream::println;
use anyhow::Context as _;
use clap::Args;
use tokio::net::TcpListener;

use super::Context;
use super::track::stop_on_signals;
use crate::app::Serving;
use crate::web::{self, Served};

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
        let address = listening_address(&serving.config);
        let served = serving.served()?;
        let runtime = tokio::runtime::Runtime::new().context("cannot start the runtime")?;
        runtime.block_on(serve(address, served))?;
        Ok(ExitCode::SUCCESS)
    }
}

async fn serve(address: SocketAddr, served: Served) -> anyhow::Result<()> {
    let stop = stop_on_signals();
    let listener = TcpListener::bind(address).await.with_context(|| format!("cannot listen on {address}"))?;
    let name = served.declared().metadata.name.clone();
    println!("{name} is served at http://{}{}/", listener.local_addr()?, served.base());
    web::serve(listener, served, async move { stop.requested().await }).await.context("cannot go on serving")
}

fn listening_address(config: &web::Config) -> SocketAddr {
    let port = u16::try_from(config.port).expect("the table of keys bounds the port");
    SocketAddr::new(config.address, port)
}
