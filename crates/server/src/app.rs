//! The app, put together from settings: what the binary serves, and what tests run against.

use std::fs::{File, TryLockError};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;

use crate::assets::Assets;
use crate::broker::LocalBroker;
use crate::clock::{Clock, SystemClock};
use crate::config::Config;
use crate::http::state::AppState;
use crate::ids::{Random, SystemRandom};
use crate::media::{ACCEPT, MediaFolder, MediaFolderError};
use crate::service::{FirstSecrets, FirstStart, Parts, Service, ServiceConfig, ServiceError};
use crate::store::OpenError;
use crate::store::sqlite::SqliteStore;
use crate::webhook::address::Allowed;
use crate::webhook::outbound::{Outbound, SystemResolver};

/// The database's file in the data folder.
const DATABASE: &str = "shopbell.db";

/// Why the server cannot start; each says what to do.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Something else listens there, or it is not an address of this machine.
    #[error(
        "cannot listen on {addr}: {cause}\n  mend it: stop what listens there, or choose another address: --addr 127.0.0.1:8081"
    )]
    Listen {
        /// Where.
        addr: SocketAddr,
        /// Why. Not the error's source: the sentence above says it already.
        cause: std::io::Error,
    },
    /// The data folder cannot be made.
    #[error(
        "cannot use the data folder {path}: {cause}\n  mend it: let this user write there, or choose another: --data FOLDER"
    )]
    Data {
        /// Which.
        path: PathBuf,
        /// Why.
        cause: std::io::Error,
    },
    /// There is something else in the data folder's place.
    #[error(
        "cannot use the data folder {path}: it is a file, not a folder\n  mend it: name a folder, which is made where it is missing: --data FOLDER"
    )]
    DataIsFile {
        /// Which.
        path: PathBuf,
    },
    /// Another server uses the data folder.
    #[error(
        "the data folder {path} is locked: another server uses it\n  mend it: stop that one, or choose another folder: --data FOLDER"
    )]
    Locked {
        /// Which.
        path: PathBuf,
    },
    /// The database cannot be opened.
    #[error(transparent)]
    Store(#[from] OpenError),
    /// The media folder cannot be used.
    #[error(transparent)]
    Media(#[from] MediaFolderError),
    /// The first start failed.
    #[error("the first start failed")]
    First(#[source] ServiceError),
    /// The system gives no randomness.
    #[error("the system's random source failed; without it no secret can be made")]
    Random(#[from] crate::ids::NoRandomness),
}

/// A server that listens and does not answer yet.
#[derive(Debug)]
pub struct App {
    /// Where it listens.
    pub addr: SocketAddr,
    listener: TcpListener,
    state: AppState,
    /// Held while the server lives; the system takes it back however the process ends.
    _lock: File,
}

impl App {
    /// Opens everything. The second part is what to print once, at the very first start.
    ///
    /// # Errors
    /// [`StartError`].
    pub async fn open(
        mut config: Config,
        first: FirstStart,
    ) -> Result<(Self, Option<FirstSecrets>), StartError> {
        let wanted = config.server.addr;
        // Listening comes first: a second server on the same address must not touch the data of the first.
        let listener = TcpListener::bind(wanted)
            .await
            .map_err(|cause| StartError::Listen { addr: wanted, cause })?;
        let addr = listener
            .local_addr()
            .map_err(|cause| StartError::Listen { addr: wanted, cause })?;
        config.server.addr = addr;
        let data = config.server.data.clone();
        check_folder(&data)?;
        std::fs::create_dir_all(&data).map_err(|cause| StartError::Data {
            path: data.clone(),
            cause,
        })?;
        let lock = lock(&data)?;
        let store = SqliteStore::open(&data.join(DATABASE))?;
        let media = MediaFolder::open(data.join("media"))?;
        let random: Arc<dyn Random> = Arc::new(SystemRandom);
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let mut run = [0; 8];
        random.fill(&mut run)?;
        let parts = Parts {
            store: Arc::new(store),
            broker: Arc::new(LocalBroker::default()),
            clock,
            random,
        };
        let service = Service::new(parts, service_config(&config));
        let secrets = service.first_start(first).await.map_err(StartError::First)?;
        let state = AppState::new(
            service,
            config,
            Assets::embedded(),
            media,
            u64::from_le_bytes(run),
        );
        say_who_may_embed(&state).await;
        Ok((
            Self {
                addr,
                listener,
                state,
                _lock: lock,
            },
            secrets,
        ))
    }

    /// What tells it to stop.
    pub fn stopping(&self) -> tokio_util::sync::CancellationToken {
        self.state.stopping().clone()
    }

    /// Answers until it is told to stop, and ends when everything open has ended.
    pub async fn serve(self) {
        let sweep = crate::media::sweep::run(
            self.state.service().clone(),
            self.state.media().clone(),
            self.state.stopping().clone(),
        );
        tokio::join!(crate::serve::serve(self.listener, self.state), sweep);
    }
}

/// A new site is open to every page, so that the first tag works; who runs it for others should know. A demonstration is
/// meant to be.
async fn say_who_may_embed(state: &AppState) {
    if !state.config().server.demo
        && let Ok(site) = state.service().site(None).await
        && site.allowed_origins.is_empty()
    {
        tracing::info!(
            "any website may show this chat, because its list of allowed origins is empty; \
             to close it, name yours in the inbox, Settings, \"Allowed origins\""
        );
    }
}

/// The rules on the data of a server that may be running, for a command that changes something and ends. No lock is
/// taken: each change is one transaction, for which the database itself makes the two wait for each other.
///
/// # Errors
/// [`StartError`].
pub fn open_beside(config: &Config) -> Result<Service, StartError> {
    let data = &config.server.data;
    check_folder(data)?;
    let store = SqliteStore::open_beside(&data.join(DATABASE))?;
    let parts = Parts {
        store: Arc::new(store),
        broker: Arc::new(LocalBroker::default()),
        clock: Arc::new(SystemClock),
        random: Arc::new(SystemRandom),
    };
    Ok(Service::new(parts, service_config(config)))
}

fn check_folder(data: &Path) -> Result<(), StartError> {
    if data.is_file() {
        return Err(StartError::DataIsFile {
            path: data.to_owned(),
        });
    }
    Ok(())
}

/// Two servers on one database would each keep their own idea of who is connected and what is cached.
fn lock(data: &Path) -> Result<File, StartError> {
    let path = data.join("shopbell.lock");
    let cannot = |cause| StartError::Data {
        path: data.to_owned(),
        cause,
    };
    let file = File::create(&path).map_err(cannot)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(StartError::Locked {
            path: data.to_owned(),
        }),
        Err(TryLockError::Error(source)) => Err(cannot(source)),
    }
}

/// What the rules need of the settings.
pub fn service_config(config: &Config) -> ServiceConfig {
    ServiceConfig {
        public_origin: config.public_origin(),
        upload_max_bytes: config.media.upload_max_bytes,
        upload_accept: ACCEPT.to_owned(),
        upload_day_bytes: u64::from(config.media.uploads_mib_per_day) << 20,
        keep_unsent_s: u64::from(config.media.keep_unsent_h) * 3_600,
        webhooks: Outbound::new(
            // Read before: settings that are wrong stop the start.
            Allowed::read(&config.webhooks.allow).unwrap_or_default(),
            Arc::new(SystemResolver),
            Duration::from_secs(config.webhooks.answer_within_s),
        ),
        ..ServiceConfig::default()
    }
}
