//! What every edge shares: the rules, the settings, the files, and what is counted.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::places::Places;
use super::rates::Rates;
use super::upload::running::Running;
use crate::assets::Assets;
use crate::config::Config;
use crate::media::MediaFolder;
use crate::service::Service;
use crate::socket::exchange::Exchanges;

/// Shared by all handlers and connection loops; cheap to clone.
#[derive(Debug, Clone)]
pub struct AppState(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    service: Service,
    config: Config,
    assets: Assets,
    media: MediaFolder,
    rates: Rates,
    participant_sockets: Places<String>,
    staff_sockets: Places<String>,
    event_streams: Places<String>,
    uploads: Arc<Semaphore>,
    uploaders: Places<String>,
    running: Running,
    exchanges: Exchanges,
    stopping: CancellationToken,
    tasks: TaskTracker,
    counters: Counters,
    /// Distinguishes the requests of this run of the server from those of others.
    run: u64,
    requests: AtomicU64,
    public_origin: String,
    socket_origin: String,
}

/// Counted since the start; shown at `/metrics`.
#[derive(Debug, Default)]
pub(crate) struct Counters {
    answered: [AtomicU64; 6],
    frames_in: AtomicU64,
    frames_out: AtomicU64,
    resyncs: AtomicU64,
}

impl Counters {
    /// A request was answered.
    pub(crate) fn request(&self, status: u16) {
        if let Some(class) = self.answered.get(usize::from(status / 100)) {
            class.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Frames came in or went out.
    pub(crate) fn frames(&self, came: u64, went: u64) {
        self.frames_in.fetch_add(came, Ordering::Relaxed);
        self.frames_out.fetch_add(went, Ordering::Relaxed);
    }

    /// A slow reader was told to start over.
    pub(crate) fn resync(&self) {
        self.resyncs.fetch_add(1, Ordering::Relaxed);
    }

    /// Answers by class of status, frames in, frames out, resyncs.
    pub(crate) fn read(&self) -> ([u64; 6], u64, u64, u64) {
        let answered =
            std::array::from_fn(|class| self.answered.get(class).map_or(0, |n| n.load(Ordering::Relaxed)));
        let load = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        (
            answered,
            load(&self.frames_in),
            load(&self.frames_out),
            load(&self.resyncs),
        )
    }
}

impl AppState {
    /// `run` is any number that differs between runs of the server.
    pub fn new(service: Service, config: Config, assets: Assets, media: MediaFolder, run: u64) -> Self {
        let public_origin = config.public_origin();
        let socket_origin = public_origin.replacen("http", "ws", 1);
        Self(Arc::new(Inner {
            rates: Rates::new(&config.rates, &config.media),
            uploads: Arc::new(Semaphore::new(config.media.uploads_at_once)),
            service,
            config,
            assets,
            media,
            participant_sockets: Places::default(),
            staff_sockets: Places::default(),
            event_streams: Places::default(),
            uploaders: Places::default(),
            running: Running::default(),
            exchanges: Exchanges::default(),
            stopping: CancellationToken::new(),
            tasks: TaskTracker::new(),
            counters: Counters::default(),
            run,
            requests: AtomicU64::new(0),
            public_origin,
            socket_origin,
        }))
    }

    /// The rules.
    pub fn service(&self) -> &Service {
        &self.0.service
    }

    /// Cancelled when the server begins to stop.
    pub fn stopping(&self) -> &CancellationToken {
        &self.0.stopping
    }

    /// Everything that runs for a connection, sockets included; the end of the server waits for it.
    pub(crate) fn tasks(&self) -> &TaskTracker {
        &self.0.tasks
    }

    pub(crate) fn config(&self) -> &Config {
        &self.0.config
    }

    pub(crate) fn assets(&self) -> &Assets {
        &self.0.assets
    }

    pub(crate) fn media(&self) -> &MediaFolder {
        &self.0.media
    }

    pub(crate) fn rates(&self) -> &Rates {
        &self.0.rates
    }

    pub(crate) fn participant_sockets(&self) -> &Places<String> {
        &self.0.participant_sockets
    }

    pub(crate) fn staff_sockets(&self) -> &Places<String> {
        &self.0.staff_sockets
    }

    pub(crate) fn event_streams(&self) -> &Places<String> {
        &self.0.event_streams
    }

    pub(crate) fn uploads(&self) -> &Arc<Semaphore> {
        &self.0.uploads
    }

    pub(crate) fn uploaders(&self) -> &Places<String> {
        &self.0.uploaders
    }

    pub(crate) fn exchanges(&self) -> &Exchanges {
        &self.0.exchanges
    }

    pub(crate) fn running(&self) -> &Running {
        &self.0.running
    }

    pub(crate) fn counters(&self) -> &Counters {
        &self.0.counters
    }

    pub(crate) fn public_origin(&self) -> &str {
        &self.0.public_origin
    }

    pub(crate) fn socket_origin(&self) -> &str {
        &self.0.socket_origin
    }

    pub(crate) fn body_within(&self) -> Duration {
        Duration::from_secs(self.0.config.http.body_within_s)
    }

    pub(crate) fn next_request_id(&self) -> String {
        let number = self.0.requests.fetch_add(1, Ordering::Relaxed);
        format!("{:016x}.{number:08x}", self.0.run)
    }
}
