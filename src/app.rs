//! Puts the parts together: the only file that knows them all.

mod checking;
mod health;
mod serving;

use std::fmt::Display;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, anyhow};
use async_trait::async_trait;

use crate::assessment;
use crate::config::{self, Config, Environment};
use crate::declarations::{self, DeclarationsError, Diagnostic, Loaded, Probe, ProbeError};
use crate::domain::{ChangeKind, Clock, Collection, RecordId, Renames, Snapshot, SourceDocument, Version};
use crate::extract::{self, Extractor};
use crate::fetch::{
    self, Answer, BrowserFetcher, Escalation, Fetcher, HttpFetcher, Proxies, Request, RobotsReader, Throttle,
};
use crate::records::{
    self, BuiltBehind, Correction, Extractions, GitConfig, GitStore, Passages, RecordFilter, RecordStore, Recordable,
    RecordsError, Rehearsal,
};
use crate::tracker::{Archive, Schedule, Tracker};

pub use checking::{checks_for_reading, checks_for_writing, declared_to_checks, service_of};
pub use health::{Finding, State, examine};
pub use serving::Serving;

/// How many versions are judged after a run, which is a matter of seconds.
const MOST_JUDGED_AFTER_A_RUN: usize = 5_000;

/// A collection, opened: what it declares and how it is configured.
pub struct App {
    pub config: Config,
    pub collection: Collection,
    /// What is wrong with its declarations; the terms concerned are not in `collection`.
    pub faults: Vec<Diagnostic>,
    /// What is odd about its configuration.
    pub warnings: Vec<config::Warning>,
    environment: Environment,
}

/// Where the archive of a collection is, to be read: a repository is opened when it is asked for.
pub struct ReadableArchive {
    recorder: records::Config,
}

/// The two git repositories of an archive, open for writing.
pub struct Repositories {
    snapshots: Arc<GitStore<Snapshot>>,
    versions: Arc<GitStore<Version>>,
    versions_config: GitConfig,
    /// Which of the two are pushed after a run.
    published: [bool; 2],
}

impl App {
    /// Opens the collection in the folder `root`, with the environment of this process.
    ///
    /// # Errors
    /// When the configuration cannot be used, or there are no declarations to read.
    pub fn open(root: &Path) -> anyhow::Result<Self> {
        let config::Loaded { config, warnings, environment, .. } = Self::configuration(root)?;
        let declared =
            declarations::load(&config.collection_path).map_err(|error| hinted(&error, Some(error.hint())))?;
        Ok(Self { config, collection: declared.collection, faults: declared.diagnostics, warnings, environment })
    }

    /// The configuration of the collection in `root`, where each value comes from, and what the collection renamed.
    ///
    /// # Errors
    /// When the configuration cannot be used.
    pub fn configuration(root: &Path) -> anyhow::Result<config::Loaded> {
        let loaded = Config::load(root, &std::env::vars_os().collect());
        let mut loaded = loaded.map_err(|error| hinted(&error, error.hint()))?;
        // Faults in it are told with those of the declarations.
        let (renames, _) = declarations::renames(&loaded.config.collection_path, None);
        loaded.config.recorder.snapshots.renames = renames.clone();
        loaded.config.recorder.versions.renames = renames;
        Ok(loaded)
    }

    /// What a collection declares by now, as far as it can be read, and what is wrong with the rest; nothing where it has
    /// no declarations yet.
    ///
    /// # Errors
    /// When the declarations folder cannot be listed.
    pub fn declared(config: &Config) -> anyhow::Result<Loaded> {
        match declarations::load(&config.collection_path) {
            Ok(Loaded { collection, diagnostics }) => {
                Ok(Loaded { collection: collection.tracked_at(Clock::system().now()), diagnostics })
            }
            Err(DeclarationsError::NoFolder { .. }) => Ok(Loaded::default()),
            Err(error) => Err(hinted(&error, Some(error.hint()))),
        }
    }

    /// What fetches source documents, pacing included.
    ///
    /// # Errors
    /// When language or proxies cannot be used as configured.
    pub fn fetcher(&self) -> anyhow::Result<Arc<dyn Fetcher>> {
        let (config, proxies) = (self.fetcher_config(), self.proxies());
        let http = Arc::new(HttpFetcher::new(&config, &proxies).map_err(|error| hinted(&error, error.hint()))?);
        let fetcher = Escalation::new(Arc::clone(&http), BrowserFetcher::new(&config, &proxies));
        let fetcher = RobotsReader::new(fetcher, http, config.robots);
        Ok(Arc::new(Throttle::new(fetcher, config.host_delay)))
    }

    /// How documents are fetched, with what only the environment or the metadata say.
    pub fn fetcher_config(&self) -> fetch::Config {
        let no_sandbox = self.environment.get("OTA_ENGINE_FETCHER_NO_SANDBOX").is_some_and(|value| !value.is_empty());
        fetch::Config { no_sandbox, contact: self.contact(), ..self.config.fetcher.clone() }
    }

    /// Where operators of sites find the people behind this collection: as configured, or else where it is published, or
    /// where its declarations are.
    fn contact(&self) -> Option<String> {
        let of_metadata = || {
            let metadata = declarations::metadata(&self.config.collection_path).ok()?;
            metadata.get("declarations")?.as_str().map(str::to_owned)
        };
        let configured = self.config.fetcher.contact.clone().or_else(|| self.config.web.public_url.clone());
        // What was written for another purpose may be no text that a header can hold.
        configured.or_else(|| of_metadata().filter(|contact| contact.chars().all(|c| c.is_ascii_graphic())))
    }

    /// The proxies that the environment names.
    pub fn proxies(&self) -> Proxies {
        Proxies::from_variables(|name| self.environment.get(name).map(str::to_owned))
    }

    pub fn extractor(&self) -> Arc<Extractor> {
        Arc::new(Extractor::new(extract::Config::default()))
    }

    /// What fetches and extracts a document as it is published now, recording nothing.
    ///
    /// # Errors
    /// When documents cannot be fetched as configured.
    pub fn probe(&self) -> anyhow::Result<Box<dyn Probe>> {
        Ok(Box::new(LiveProbe { fetcher: self.fetcher()?, extractor: self.extractor() }))
    }

    /// The archive's repositories, made where they are missing, and locked against a second fineprint.
    ///
    /// # Errors
    /// When a repository cannot be opened for writing, or what was renamed cannot be read: records of a new name would
    /// begin anew, and no later correction moves them.
    pub fn repositories(&self) -> anyhow::Result<Repositories> {
        if self.faults.iter().any(|fault| fault.is_error() && fault.file == declarations::RENAMES_FILE) {
            let refused = format!("nothing is recorded while {} cannot be used", declarations::RENAMES_FILE);
            let hint = "correct it as told above: what was renamed would begin anew under its new name";
            return Err(hinted(&refused, Some(hint)));
        }
        let recorder = &self.config.recorder;
        Ok(Repositories {
            snapshots: open(&recorder.snapshots)?,
            versions: open(&recorder.versions)?,
            versions_config: recorder.versions.clone(),
            published: [recorder.snapshots.publish, recorder.versions.publish],
        })
    }

    /// An archive that starts where the real one stands and forgets what is saved.
    ///
    /// # Errors
    /// When an existing repository cannot be read.
    pub fn rehearsal(&self) -> anyhow::Result<Archive> {
        let recorder = &self.config.recorder;
        let snapshots = Rehearsal::on(kept(&recorder.snapshots)?);
        let versions = Arc::new(Rehearsal::on(kept::<Version>(&recorder.versions)?));
        let extractions: Arc<dyn Extractions> = versions.clone();
        Ok(Archive::new(Arc::new(snapshots), versions, extractions).as_rehearsal())
    }

    /// The archive of the collection in `root`, for reading only: somebody else may record in it meanwhile.
    ///
    /// Declarations are not read, so that what is not declared any more can still be found.
    ///
    /// # Errors
    /// When the configuration cannot be used.
    pub fn archive_for_reading(root: &Path) -> anyhow::Result<ReadableArchive> {
        Ok(ReadableArchive { recorder: Self::configuration(root)?.config.recorder })
    }

    /// The repository of versions in a folder, which need not belong to a collection, for reading only.
    ///
    /// # Errors
    /// When there is no repository, or it cannot be read.
    pub fn versions_in(folder: &Path) -> anyhow::Result<GitStore<Version>> {
        GitStore::open_for_reading(folder, &GitConfig::at(folder)).map_err(explained)
    }

    /// The repository of versions, made where it is missing, and locked against a second fineprint.
    ///
    /// # Errors
    /// When the configuration cannot be used, or the repository cannot be opened.
    pub fn versions_for_import(root: &Path) -> anyhow::Result<Arc<GitStore<Version>>> {
        open(&Self::configuration(root)?.config.recorder.versions)
    }

    /// A store of versions that starts where the real one stands and forgets what is saved.
    ///
    /// # Errors
    /// When an existing repository cannot be read.
    pub fn versions_rehearsed(root: &Path) -> anyhow::Result<Rehearsal<Version>> {
        Ok(Rehearsal::on(kept(&Self::configuration(root)?.config.recorder.versions)?))
    }

    /// What tracks terms into `archive`, at the time that `clock` tells.
    ///
    /// # Errors
    /// When documents cannot be fetched as configured.
    pub fn tracker(&self, archive: Archive, clock: Clock) -> anyhow::Result<Tracker> {
        let now = clock.now();
        let ledger = if archive.is_rehearsal() { self.rehearsed_ledger()? } else { self.ledger(now)? };
        let declared = self.declared_terms(&ledger, now)?;
        Ok(Tracker {
            fetcher: self.fetcher()?,
            archive,
            extractor: self.extractor(),
            clock,
            parallel_hosts: self.config.fetcher.parallel_hosts,
            ledger: Arc::new(ledger),
            gate: self.config.gate.clone(),
            declared: Arc::new(declared),
            egress: self.config.checks.egress.as_deref().map(Arc::from),
        })
    }

    /// When tracking is due.
    ///
    /// # Errors
    /// When `trackingSchedule` is no cron expression.
    pub fn schedule(&self) -> anyhow::Result<Schedule> {
        let expression = &self.config.tracker.schedule;
        Schedule::parse(expression).map_err(|error| {
            hinted(&error, Some(error.hint())).context(format!("cannot use `trackingSchedule`: `{expression}`"))
        })
    }
}

impl ReadableArchive {
    /// What services and terms types of the archive were called before.
    pub fn renames(&self) -> &Renames {
        &self.recorder.versions.renames
    }

    /// The snapshots, unless there is no repository of them: versions may have been adopted or imported alone.
    ///
    /// # Errors
    /// When the repository cannot be read.
    pub fn snapshots_if_any(&self) -> anyhow::Result<Option<GitStore<Snapshot>>> {
        match GitStore::open_for_reading(&self.recorder.snapshots.path, &self.recorder.snapshots) {
            Err(RecordsError::NoRepository { .. }) => Ok(None),
            opened => opened.map(Some).map_err(explained),
        }
    }

    /// # Errors
    /// When there is no repository yet, or it cannot be read.
    pub fn snapshots(&self) -> anyhow::Result<GitStore<Snapshot>> {
        open_for_reading(&self.recorder.snapshots)
    }

    /// # Errors
    /// When there is no repository yet, or it cannot be read.
    pub fn versions(&self) -> anyhow::Result<GitStore<Version>> {
        open_for_reading(&self.recorder.versions)
    }

    /// The passages of all versions, complete or not.
    ///
    /// # Errors
    /// When there is no repository yet, or it cannot be read.
    pub fn passages(&self) -> anyhow::Result<Passages> {
        Passages::open(&self.recorder.versions.path, &self.recorder.versions).map_err(unopened)
    }
}

fn open_for_reading<T: Recordable>(git: &GitConfig) -> anyhow::Result<GitStore<T>> {
    GitStore::open_for_reading(&git.path, git).map_err(unopened)
}

fn unopened(error: RecordsError) -> anyhow::Error {
    match error {
        RecordsError::NoRepository { .. } => hinted(
            &error,
            Some(
                "`fineprint track` begins one, `fineprint adopt` takes existing ones over; if there is one elsewhere, correct \
                 `recorder.*.storage.git.path` or mount it; `--collection DIR` names another collection",
            ),
        ),
        error => explained(error),
    }
}

impl Repositories {
    /// Both stores, for tracking into.
    pub fn archive(&self) -> Archive {
        let extractions: Arc<dyn Extractions> = self.versions.clone();
        Archive::new(self.snapshots.clone(), self.versions.clone(), extractions)
    }

    /// Judges what was recorded, and a part of what the present rules have not judged: the rest in the next runs.
    pub fn judge_versions(&self) {
        if let Err(error) = assessment::bring_up_to_date(self.versions.as_ref(), MOST_JUDGED_AFTER_A_RUN, |_| {}) {
            tracing::warn!(%error, "versions are not judged, and will be when they are asked for");
        }
    }

    /// Has a version that a person accepted count as a change where the rules take it for no terms; whether they do.
    ///
    /// # Errors
    /// When git does not know who the person is, or the note cannot be written.
    pub fn count_as_change(&self, accepted: &RecordId) -> anyhow::Result<bool> {
        let filter = RecordFilter { id_start: Some(accepted.as_str().to_owned()), ..RecordFilter::default() };
        let verdicts = self.versions.list(&filter).map_err(explained)?.into_iter().filter_map(|entry| entry.verdict);
        if !verdicts.map(|verdict| verdict.kind).any(|kind| kind == ChangeKind::Outage) {
            return Ok(false);
        }
        let note = Some("Accepted as the terms.".to_owned());
        let correction = Correction { kind: ChangeKind::Substantive, significant: true, note };
        self.versions.correct(accepted, &correction, Clock::system().now()).map_err(explained)?;
        Ok(true)
    }

    /// Lets passages be made of versions for as long as records are.
    pub fn passages_behind(&self) -> BuiltBehind {
        BuiltBehind::start(self.versions_config.path.clone(), self.versions_config.clone())
    }

    /// Pushes the repositories that are to be published: snapshots first, since versions name them.
    ///
    /// # Errors
    /// When git cannot push; what is recorded stays recorded and goes out with the next push.
    pub fn publish(&self) -> anyhow::Result<()> {
        let [snapshots, versions] = self.published;
        if snapshots {
            self.snapshots.publish().map_err(explained).context("cannot publish the snapshots")?;
        }
        if versions {
            self.versions.publish().map_err(explained).context("cannot publish the versions")?;
        }
        Ok(())
    }
}

fn open<T: Recordable>(git: &GitConfig) -> anyhow::Result<Arc<GitStore<T>>> {
    GitStore::open(&git.path, git).map(Arc::new).map_err(explained)
}

struct LiveProbe {
    fetcher: Arc<dyn Fetcher>,
    extractor: Arc<Extractor>,
}

#[async_trait]
impl Probe for LiveProbe {
    async fn markdown(&self, document: &SourceDocument) -> Result<String, ProbeError> {
        let not_fetched = |why: String| ProbeError::NotFetched(why);
        let answer = self.fetcher.fetch(Request::of(document)).await.map_err(|error| not_fetched(error.to_string()))?;
        let Answer::Fetched(fetched) = answer else {
            return Err(not_fetched("the server sent no document".to_owned()));
        };
        let (extractor, document) = (Arc::clone(&self.extractor), document.clone());
        let extraction =
            tokio::task::spawn_blocking(move || extractor.extract(&fetched.content, &fetched.mime, &document));
        match extraction.await {
            Ok(extracted) => extracted.map_err(|error| ProbeError::NotExtracted(error.to_string())),
            Err(error) => Err(ProbeError::NotExtracted(format!("extraction broke off: {error}"))),
        }
    }
}

/// A probe for checks that ask nothing of the web.
pub struct NoProbe;

#[async_trait]
impl Probe for NoProbe {
    async fn markdown(&self, _: &SourceDocument) -> Result<String, ProbeError> {
        Err(ProbeError::NotFetched("nothing is fetched in this check".to_owned()))
    }
}

/// The store that exists, or `None`: reading never makes a repository.
fn kept<T: Recordable>(git: &GitConfig) -> anyhow::Result<Option<Arc<dyn RecordStore<T>>>> {
    match GitStore::<T>::open_for_reading(&git.path, git) {
        Ok(store) => Ok(Some(Arc::new(store))),
        Err(RecordsError::NoRepository { .. }) => Ok(None),
        Err(error) => Err(explained(error)),
    }
}

/// What went wrong with an archive, and what can be done.
pub fn explained(error: RecordsError) -> anyhow::Error {
    hinted(&error, error.hint())
}

/// An error for people: what went wrong, and on a line of its own what can be done.
pub fn hinted(error: &dyn Display, hint: Option<impl Display>) -> anyhow::Error {
    match hint {
        Some(hint) => anyhow!("{error}\nhint: {hint}"),
        None => anyhow!("{error}"),
    }
}
