//! The table of keys: everything that can be set, where it goes, and what it is for.

use super::Config;
use super::slot::Slot;
use super::unused::{OF_OPEN_TERMS_ARCHIVE, UnusedKey};

/// Longest time that any wait or pause can be set to, in milliseconds.
const LONGEST_WAIT: u64 = 600_000;

/// A key of the configuration.
#[derive(Debug)]
pub struct Key {
    /// Its name below the top key, with dots between the levels.
    pub path: &'static str,
    pub(super) slot: Slot,
    /// The default in production, where it is another, as JSON.
    pub(super) production: Option<&'static str>,
    /// What it sets, in a sentence without a full stop.
    pub about: &'static str,
}

/// Where a name stands in relation to the table.
pub enum Place {
    Key(&'static Key),
    /// Above one or several keys.
    Group,
    Unused(&'static UnusedKey),
    Nowhere,
}

/// Everything that can be set.
pub static KEYS: &[Key] = &[
    Key::new("trackingSchedule", Slot::Schedule(|c| &mut c.tracker.schedule), "When `track --schedule` tracks"),
    Key::new(
        "schedule.adaptive",
        Slot::Flag(|c| &mut c.tracker.pace.adaptive),
        "Whether `track --schedule` looks at each terms at its own pace, from how often it changed, instead",
    ),
    Key::new(
        "schedule.shortest",
        Slot::Hours { least: 1, most: 8_760, of: |c| &mut c.tracker.pace.shortest },
        "The least time between two looks at a terms",
    ),
    Key::new(
        "schedule.longest",
        Slot::Hours { least: 1, most: 8_760, of: |c| &mut c.tracker.pace.longest },
        "The most time between two looks at a terms",
    ),
    Key::new(
        "collectionPath",
        Slot::Path(|c| &mut c.collection_path),
        "Where the collection's `declarations` and `metadata.yml` lie",
    ),
    Key::new("recorder.versions.storage.type", Slot::Storage, "How versions are kept"),
    Key::new(
        "recorder.versions.storage.git.path",
        Slot::Path(|c| &mut c.recorder.versions.path),
        "The git repository of the versions; it is made at the first record",
    )
    .in_production("\"../versions\""),
    Key::new(
        "recorder.versions.storage.git.publish",
        Slot::Flag(|c| &mut c.recorder.versions.publish),
        "Whether versions are pushed after each run",
    )
    .in_production("true"),
    Key::new(
        "recorder.versions.storage.git.snapshotIdentiferTemplate",
        Slot::Text(|c| &mut c.recorder.versions.snapshot_template),
        "How the message of a version names its snapshots (the key is spelt so); `%SNAPSHOT_ID` stands for the id",
    ),
    Key::new(
        "recorder.versions.storage.git.author.name",
        Slot::Text(|c| &mut c.recorder.versions.author.name),
        "Who the commits of versions are by",
    ),
    Key::new(
        "recorder.versions.storage.git.author.email",
        Slot::Text(|c| &mut c.recorder.versions.author.email),
        "The e-mail address on commits of versions",
    ),
    Key::new(
        "recorder.versions.storage.git.signingKey",
        Slot::OptionalText(|c| &mut c.recorder.versions.signing_key),
        "The key that commits of versions are signed with, named as in git's `user.signingKey`",
    ),
    Key::new("recorder.snapshots.storage.type", Slot::Storage, "How snapshots are kept"),
    Key::new(
        "recorder.snapshots.storage.git.path",
        Slot::Path(|c| &mut c.recorder.snapshots.path),
        "The git repository of the snapshots; it is made at the first record",
    )
    .in_production("\"../snapshots\""),
    Key::new(
        "recorder.snapshots.storage.git.publish",
        Slot::Flag(|c| &mut c.recorder.snapshots.publish),
        "Whether snapshots are pushed after each run",
    )
    .in_production("true"),
    Key::new(
        "recorder.snapshots.storage.git.author.name",
        Slot::Text(|c| &mut c.recorder.snapshots.author.name),
        "Who the commits of snapshots are by",
    ),
    Key::new(
        "recorder.snapshots.storage.git.author.email",
        Slot::Text(|c| &mut c.recorder.snapshots.author.email),
        "The e-mail address on commits of snapshots",
    ),
    Key::new(
        "recorder.snapshots.storage.git.signingKey",
        Slot::OptionalText(|c| &mut c.recorder.snapshots.signing_key),
        "The key that commits of snapshots are signed with, named as in git's `user.signingKey`",
    ),
    Key::new(
        "fetcher.navigationTimeout",
        Slot::Milliseconds { least: 1, most: LONGEST_WAIT, of: |c| &mut c.fetcher.navigation_timeout },
        "How long fetching one source document may take as a whole",
    ),
    Key::new(
        "fetcher.waitForElementsTimeout",
        Slot::Milliseconds { least: 0, most: LONGEST_WAIT, of: |c| &mut c.fetcher.wait_for_elements_timeout },
        "How long a browser waits for the selected elements to appear",
    ),
    Key::new(
        "fetcher.language",
        Slot::Text(|c| &mut c.fetcher.language),
        "The languages asked for, as in `Accept-Language`",
    ),
    Key::new(
        "fetcher.hostDelay",
        Slot::Milliseconds { least: 0, most: LONGEST_WAIT, of: |c| &mut c.fetcher.host_delay },
        "The least time between two requests to one host",
    ),
    Key::new(
        "fetcher.parallelHosts",
        Slot::Count { least: 1, most: 256, of: |c| &mut c.fetcher.parallel_hosts },
        "How many hosts are asked at once",
    ),
    Key::new(
        "fetcher.allowPrivateAddresses",
        Slot::Flag(|c| &mut c.fetcher.allow_private_addresses),
        "Whether a declared URL may lead to a loopback or private address",
    ),
    Key::new(
        "fetcher.maxMegabytes",
        Slot::Count { least: 1, most: 64, of: |c| &mut c.fetcher.max_megabytes },
        "The largest source document that is accepted, in MB, decompressed",
    ),
    Key::new(
        "fetcher.contact",
        Slot::OptionalText(|c| &mut c.fetcher.contact),
        "A page or address where operators of sites find whoever runs this collection, as part of `User-Agent`; `publicUrl`, or `declarations` of `metadata.yml`, if unset",
    ),
    Key::new(
        "fetcher.userAgent",
        Slot::OptionalText(|c| &mut c.fetcher.user_agent),
        "The `User-Agent` of requests over HTTP, instead of fineprint's name and `fetcher.contact`",
    ),
    Key::new(
        "fetcher.browser",
        Slot::OptionalText(|c| &mut c.fetcher.browser),
        "The Chromium or Chrome to start for pages that need scripts, instead of the first one found",
    ),
    Key::new(
        "fetcher.parallelPages",
        Slot::Count { least: 1, most: 16, of: |c| &mut c.fetcher.parallel_pages },
        "How many pages the browser has open at once",
    ),
    Key::new(
        "fetcher.robots",
        Slot::Robots(|c| &mut c.fetcher.robots),
        "Whether robots.txt is not read, read and reported, or obeyed",
    ),
    Key::new(
        "gate.enabled",
        Slot::Flag(|c| &mut c.gate.enabled),
        "Whether texts are looked at before they are recorded; without, error pages become versions",
    ),
    Key::new(
        "gate.confirmAfter",
        Slot::Hours { least: 0, most: 8_760, of: |c| &mut c.gate.confirm_after },
        "How long a suspect must have stood unchanged to be believed",
    ),
    Key::new(
        "gate.confirmRuns",
        Slot::Count { least: 1, most: 1_000, of: |c| &mut c.gate.confirm_runs },
        "In how many runs a suspect must have been seen to be believed",
    ),
    Key::new(
        "gate.confirmErrorPages",
        Slot::Flag(|c| &mut c.gate.confirm_error_pages),
        "Whether standing is enough for error, sign-in and bot pages and for remnants, too, rather than a person's word",
    ),
    Key::new(
        "checks.path",
        Slot::OptionalPath(|c| &mut c.checks.path),
        "The record of checks; `checks.sqlite` beside the repository of versions if unset",
    ),
    Key::new(
        "checks.keepDays",
        Slot::Days { least: 0, most: 36_500, of: |c| &mut c.checks.keep },
        "How long single checks are kept, the sums of their days being kept for ever; 0 keeps all",
    ),
    Key::new(
        "checks.egress",
        Slot::OptionalText(|c| &mut c.checks.egress),
        "Where requests leave from, in a word such as `fr-paris`, for those who compare records of checks",
    ),
    Key::new("collection-api.address", Slot::Address(|c| &mut c.web.address), "Where `serve` listens"),
    Key::new(
        "collection-api.port",
        Slot::Count { least: 0, most: 65_535, of: |c| &mut c.web.port },
        "The port that `serve` listens on; 0 takes any that is free",
    ),
    Key::new("collection-api.basePath", Slot::Text(|c| &mut c.web.base_path), "What stands before `/v1` in addresses"),
    Key::new(
        "collection-api.publicUrl",
        Slot::OptionalText(|c| &mut c.web.public_url),
        "Scheme and host by which clients reach the server, such as `https://terms.example`; by default, what requests say",
    ),
    Key::new(
        "collection-api.trustedProxies",
        Slot::Networks(|c| &mut c.web.trusted_proxies),
        "Whose `X-Forwarded-For`, `-Proto` and `-Host` are believed",
    ),
    Key::new(
        "collection-api.rateLimit.perMinute",
        Slot::Count { least: 0, most: 1_000_000, of: |c| &mut c.web.rate_limit.per_minute },
        "How many requests a client from elsewhere has in a minute, on average; 0 for any number",
    ),
    Key::new(
        "collection-api.rateLimit.burst",
        Slot::Count { least: 1, most: 1_000_000, of: |c| &mut c.web.rate_limit.burst },
        "How many of these it may make at once",
    ),
    Key::new(
        "collection-api.maxConnections",
        Slot::Count { least: 1, most: 100_000, of: |c| &mut c.web.max_connections },
        "Most connections at once, of which one client has a quarter at most; others wait",
    ),
    Key::new(
        "collection-api.metricsPort",
        Slot::Count { least: 0, most: 65_535, of: |c| &mut c.web.metrics_port },
        "The port on which this machine is shown figures for Prometheus; 0 for none",
    ),
    Key::new(
        "collection-api.federation.basePath",
        Slot::Text(|c| &mut c.web.federation.base_path),
        "What stands before `/v1` in addresses of the federation",
    ),
    Key::new(
        "collection-api.federation.collections",
        Slot::Collections(|c| &mut c.web.federation.collections),
        "Collections to be searched together: objects with `id`, `name` and `endpoint`, or URLs of lists of such",
    ),
    Key::new(
        "collection-api.feed.hub",
        Slot::OptionalText(|c| &mut c.web.feed.hub),
        "The WebSub hub that subscribers to feeds are sent to, and that is told of new entries",
    ),
    Key::new(
        "collection-api.feed.limit",
        Slot::Count { least: 1, most: 1_000, of: |c| &mut c.web.feed.limit },
        "How many entries a feed has",
    ),
    Key::new(
        "collection-api.feed.versionUrlTemplate",
        Slot::OptionalText(|c| &mut c.web.feed.version_url_template),
        "Where readers of feeds see a version; `%VERSION_ID` stands for its id",
    ),
    Key::new(
        "dataset.title",
        Slot::OptionalText(|c| &mut c.dataset.title),
        "What `fineprint dataset` calls the dataset; by default as the collection's folder",
    ),
    Key::new(
        "dataset.versionsRepositoryURL",
        Slot::OptionalText(|c| &mut c.dataset.versions_repository_url),
        "Where versions are published, which datasets say",
    ),
];

impl Key {
    const fn new(path: &'static str, slot: Slot, about: &'static str) -> Self {
        Self { path, slot, production: None, about }
    }

    const fn in_production(self, default: &'static str) -> Self {
        Self { path: self.path, slot: self.slot, production: Some(default), about: self.about }
    }

    /// What a value must be, in a few words.
    pub fn takes(&self) -> String {
        self.slot.takes()
    }

    /// The default outside production, as JSON; nothing for what is unset by default.
    pub fn default(&self) -> Option<String> {
        let default = self.slot.read(&mut Config::default());
        (!default.is_null()).then(|| default.to_string())
    }
}

/// Finds out what a name means.
pub fn place_of(path: &str) -> Place {
    if let Some(key) = KEYS.iter().find(|key| key.path == path) {
        return Place::Key(key);
    }
    if let Some(key) = OF_OPEN_TERMS_ARCHIVE.iter().find(|key| key.path == path) {
        return Place::Unused(key);
    }
    if is_group(path) {
        return Place::Group;
    }
    Place::Nowhere
}

/// Whether `path` stands above keys.
pub fn is_group(path: &str) -> bool {
    let mut paths = KEYS.iter().map(|key| key.path).chain(OF_OPEN_TERMS_ARCHIVE.iter().map(|key| key.path));
    path.is_empty() || paths.any(|key| key.strip_prefix(path).is_some_and(|rest| rest.starts_with('.')))
}
