//! The real server on the simulated disk, network and clock; started, crashed, stopped and started again.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use shopbell_protocol::chat::SendChatMessageRequest;
use shopbell_protocol::inbox::SendMessageRequest;
use shopbell_protocol::paging::HistoryPage;
use shopbell_protocol::staff::StaffMessage;
use shopbell_protocol::widget::{SessionAnswer, SessionRequest};
use shopbell_protocol::{ClientId, ConversationId, ErrorBody, MessageId, Sequence, ShownMessage};
use shopbell_server::assets::Assets;
use shopbell_server::broker::LocalBroker;
use shopbell_server::config::Config;
use shopbell_server::http::state::AppState;
use shopbell_server::ids::SeededRandom;
use shopbell_server::media::MediaFolder;
use shopbell_server::service::{
    FirstStart, HistoryQuery, ParticipantCaller, Parts, Service, ServiceResult, StaffCaller,
};
use shopbell_server::socket;
use shopbell_server::store::sqlite::SqliteStore;
use shopbell_server::testing::test_config;
use shopbell_sync::PageRequest;
use shopbell_sync::client::{Failure, Request};
use tokio::sync::mpsc;
use tokio::task::AbortHandle;

use crate::disk::{Disk, OPTIONS, Weather};
use crate::hub::{Event, Hub, SimWire, WallClock, Who};

/// The program's key, and the staff's password.
const KEY: &str = "simulated-key";
const PASSWORD: &str = "correct horse battery";

/// Messages of one page: few, so that pages are many.
const PAGE: i64 = 8;

/// What every run begins with: made once, copied for each.
#[derive(Debug)]
pub(crate) struct Beginning {
    pub(crate) disk: Disk,
    pub(crate) staff: Vec<(String, StaffCaller)>,
    pub(crate) media: MediaFolder,
    pub(crate) config: Config,
    _folder: tempfile::TempDir,
}

/// A request to the server.
#[derive(Debug, Clone)]
pub(crate) enum Call {
    Widget(Option<String>, Request),
    StaffPage(usize, ConversationId, PageRequest),
    List(usize),
    /// Of the program, by number.
    Program(u64, ProgramCall),
}

#[derive(Debug, Clone)]
pub(crate) enum ProgramCall {
    Send(Box<SendMessageRequest>),
    Chat(Box<SendChatMessageRequest>),
}

#[derive(Debug)]
pub(crate) enum Answer {
    Session(Result<Box<SessionAnswer>, Failure>),
    Page(PageRequest, Result<HistoryPage<ShownMessage>, Failure>),
    StaffPage(
        ConversationId,
        PageRequest,
        Result<HistoryPage<StaffMessage>, Failure>,
    ),
    List(Vec<(ConversationId, Sequence)>),
    Program(u64, Result<MessageId, Failure>),
}

/// One life of the server.
#[derive(Debug)]
pub(crate) struct Server {
    hub: Arc<Hub>,
    pub(crate) state: AppState,
    staff: Vec<(String, StaffCaller)>,
    tasks: Vec<AbortHandle>,
}

impl Beginning {
    pub(crate) async fn make() -> Self {
        let hub = Hub::new(0, false);
        let disk = Disk::empty();
        let (service, writer) = service(&hub, &disk, 1);
        let writing = tokio::spawn(writer);
        let first = FirstStart {
            owner_password: Some(PASSWORD.to_owned()),
            api_key: Some(KEY.to_owned()),
            ..FirstStart::default()
        };
        service.first_start(first).await.expect("a first start");
        let colleague = "INSERT INTO staff (id, site_id, email, password_hash, name, owner, created)
            SELECT '11111111-2222-4333-8444-555555555555', site_id, 'colleague@localhost', password_hash, 'Colleague', 0,
            created FROM staff";
        disk.anchor.execute_batch(colleague).expect("a colleague");
        let mut staff = Vec::new();
        for email in ["owner@localhost", "colleague@localhost"] {
            let request = shopbell_protocol::staff::SignInRequest {
                email: email.to_owned(),
                password: PASSWORD.to_owned(),
            };
            let signed_in = service.sign_in(request).await.expect("a session");
            staff.push((signed_in.token, signed_in.staff));
        }
        service.close().await;
        writing.await.expect("the end of the writer");
        let folder = tempfile::tempdir().expect("a folder");
        let mut config = Config::defaults().expect("settings");
        (config.rates.participant_per_s, config.rates.participant_burst) = (1_000_000, 1_000_000);
        (config.rates.staff_per_s, config.rates.staff_burst) = (1_000_000, 1_000_000);
        Self {
            disk,
            staff,
            media: MediaFolder::open(folder.path().join("media")).expect("a media folder"),
            config,
            _folder: folder,
        }
    }
}

fn service(hub: &Arc<Hub>, disk: &Disk, life: u64) -> (Service, impl Future<Output = ()> + Send + use<>) {
    let weather = Arc::new(Weather(Arc::clone(hub)));
    let (store, writer) =
        SqliteStore::open_inline(&disk.path, OPTIONS, weather).expect("a database that opens");
    let parts = Parts {
        store: Arc::new(store),
        broker: Arc::new(LocalBroker::default()),
        clock: Arc::new(WallClock(Arc::clone(hub))),
        random: Arc::new(SeededRandom::new(life)),
    };
    (Service::new(parts, test_config()), writer.run())
}

impl Server {
    /// Starts on what the disk holds.
    pub(crate) fn start(hub: &Arc<Hub>, disk: &Disk, beginning: &Beginning, queue_frames: usize) -> Self {
        let life = hub.lock().rng.next();
        let (service, writer) = service(hub, disk, life);
        let mut config = beginning.config.clone();
        config.socket.queue_frames = queue_frames;
        let state = AppState::new(service, config, Assets::default(), beginning.media.clone(), life);
        Self {
            hub: Arc::clone(hub),
            state,
            staff: beginning.staff.clone(),
            tasks: vec![tokio::spawn(writer).abort_handle()],
        }
    }

    /// Takes a connection.
    pub(crate) fn accept(&mut self, id: u64, who: Who) {
        let (to_server, frames) = mpsc::unbounded_channel();
        if let Some(conn) = self.hub.lock().conns.get_mut(&id) {
            conn.to_server = Some(to_server);
        }
        let wire = SimWire {
            hub: Arc::clone(&self.hub),
            id,
            to_participant: matches!(who, Who::Tab(_)),
            frames,
            fed: Vec::new(),
        };
        let state = self.state.clone();
        let task = match who {
            Who::Desk(desk) => {
                let (session, caller) = self.staff[desk % self.staff.len()].clone();
                tokio::spawn(socket::staff::talk(state, wire, caller, session))
            }
            Who::Tab(_) | Who::Program => {
                let address = IpAddr::V4(Ipv4Addr::LOCALHOST);
                tokio::spawn(socket::participant::talk(state, wire, address))
            }
        };
        self.tasks.push(task.abort_handle());
    }

    /// Works on a request; the answer travels back, or is lost.
    pub(crate) fn ask(&mut self, who: Who, life: u64, call: Call) {
        let (service, hub) = (self.state.service().clone(), Arc::clone(&self.hub));
        let staff = self.staff.clone();
        let asked = Asked {
            hub: Arc::clone(&hub),
            who,
            life,
            lost: Some(no_answer(&call)),
        };
        let task = tokio::spawn(async move {
            let answer = answer(&service, &hub, &staff, call).await;
            if !hub.lock().is_lost() {
                asked.answered();
                hub.travel(Event::Answered(who, life, Box::new(answer)));
            }
        });
        self.tasks.push(task.abort_handle());
    }

    /// Ends at once: what is not on the disk is gone.
    pub(crate) fn crash(self) {
        for task in &self.tasks {
            task.abort();
        }
    }
}

/// A request that was asked; whoever asked hears in the end that no answer came, whyever.
struct Asked {
    hub: Arc<Hub>,
    who: Who,
    life: u64,
    lost: Option<Answer>,
}

impl Asked {
    fn answered(mut self) {
        self.lost = None;
    }
}

impl Drop for Asked {
    fn drop(&mut self) {
        if let Some(lost) = self.lost.take() {
            self.hub.lock().totals.dropped += 1;
            self.hub
                .after(5_000, Event::Answered(self.who, self.life, Box::new(lost)));
        }
    }
}

/// The answer to a call that got none.
pub(crate) fn no_answer(call: &Call) -> Answer {
    match call {
        Call::Widget(_, Request::Session { .. }) => Answer::Session(Err(Failure::Lost)),
        Call::Widget(_, Request::Page(page)) => Answer::Page(*page, Err(Failure::Lost)),
        Call::StaffPage(_, id, page) => Answer::StaffPage(id.clone(), *page, Err(Failure::Lost)),
        Call::List(_) => Answer::List(Vec::new()),
        Call::Program(number, _) => Answer::Program(*number, Err(Failure::Lost)),
    }
}

async fn answer(service: &Service, hub: &Hub, staff: &[(String, StaffCaller)], call: Call) -> Answer {
    match call {
        Call::Widget(token, request) => widget(service, hub, token, request).await,
        Call::StaffPage(desk, id, page) => {
            let (_, caller) = &staff[desk % staff.len()];
            let found = service.staff_history(caller, &id, query(page)).await;
            Answer::StaffPage(id, page, refused(found))
        }
        Call::List(desk) => {
            let (_, caller) = &staff[desk % staff.len()];
            let found = service.list_conversations(caller, None, None).await;
            let lines = found.map(|page| page.conversations).unwrap_or_default();
            Answer::List(
                lines
                    .into_iter()
                    .map(|line| (line.conversation.id, line.last_sequence))
                    .collect(),
            )
        }
        Call::Program(number, call) => Answer::Program(number, program(service, number, call).await),
    }
}

async fn program(service: &Service, number: u64, call: ProgramCall) -> Result<MessageId, Failure> {
    let caller = refused(service.authenticate_app(KEY).await)?;
    let key = Some(ClientId::from(format!("p{number}").as_str()));
    match call {
        ProgramCall::Send(request) => {
            let sent = service.send_as_app(&caller, *request, key).await;
            refused(sent).map(|answer| answer.message.id)
        }
        ProgramCall::Chat(request) => {
            let sent = service.send_to_channel(&caller, *request, key).await;
            refused(sent).map(|answer| answer.message_id)
        }
    }
}

async fn widget(service: &Service, hub: &Hub, token: Option<String>, request: Request) -> Answer {
    if let Request::Session { token, identity } = request {
        let request = SessionRequest {
            token,
            identity,
            ..SessionRequest::default()
        };
        let session = refused(service.start_session(request, None).await);
        return Answer::Session(told(hub, session).map(Box::new));
    }
    let caller = refused(
        service
            .authenticate_participant(token.as_deref().unwrap_or_default())
            .await,
    );
    match request {
        Request::Session { .. } => Answer::Session(Err(Failure::Lost)),
        Request::Page(page) => Answer::Page(page, told(hub, history(service, caller, page).await)),
    }
}

async fn history(
    service: &Service,
    caller: Result<ParticipantCaller, Failure>,
    page: PageRequest,
) -> Result<HistoryPage<ShownMessage>, Failure> {
    refused(service.participant_history(&caller?, query(page)).await)
}

/// What is answered to a participant is looked through, as what is said on a socket.
fn told<T: serde::Serialize>(hub: &Hub, answer: Result<T, Failure>) -> Result<T, Failure> {
    if let Ok(answer) = &answer {
        hub.inspect(&serde_json::to_string(answer).expect("JSON"));
    }
    answer
}

fn refused<T>(result: ServiceResult<T>) -> Result<T, Failure> {
    result.map_err(|error| Failure::Refused(refusal(error)))
}

fn refusal(error: shopbell_server::service::ServiceError) -> ErrorBody {
    shopbell_server::http::refusal(error)
}

fn query(page: PageRequest) -> HistoryQuery {
    let (before, after) = match page {
        PageRequest::Before(sequence) => (Some(sequence), None),
        PageRequest::After(sequence) => (None, Some(sequence)),
        PageRequest::Newest => (None, None),
    };
    HistoryQuery {
        before,
        after,
        limit: Some(PAGE),
    }
}
