//! The whole app on a real database in a temporary folder, with a clock that stands still until a test moves it.
#![expect(
    clippy::expect_used,
    clippy::missing_panics_doc,
    reason = "a test that cannot even start has nothing to handle"
)]

use std::path::{Path, PathBuf};
use std::sync::Arc;

use shopbell_protocol::inbox::{GetOrCreateConversationRequest, SendMessageRequest};
use shopbell_protocol::staff::SignInRequest;
use shopbell_protocol::widget::{SendRequest, SessionRequest};
use shopbell_protocol::{
    ClientId, ConversationId, Direction, Message, MessageContent, MessageDraft, ParticipantId, ShownMessage,
    Visibility,
};
use tempfile::TempDir;

use crate::broker::LocalBroker;
use crate::clock::ManualClock;
use crate::ids::SeededRandom;
use crate::service::{
    AppCaller, FirstSecrets, FirstStart, ParticipantCaller, Parts, Service, ServiceConfig, StaffCaller,
};
use crate::store::sqlite::SqliteStore;

/// When tests begin: the instant of the first sample message.
pub const START_MICROS: u64 = 1_701_103_918_040_190;

/// The app, its movable parts, and the secrets of its first start.
#[derive(Debug)]
pub struct TestApp {
    /// The rules.
    pub service: Service,
    /// Stands still until moved.
    pub clock: Arc<ManualClock>,
    /// The store behind the service.
    pub store: Arc<SqliteStore>,
    /// The broker behind the service.
    pub broker: Arc<LocalBroker>,
    /// The owner's password.
    pub owner_password: String,
    /// The first API key.
    pub api_key: String,
    folder: TempDir,
}

impl TestApp {
    /// A new app on an empty database.
    pub async fn start() -> Self {
        Self::start_in(tempfile::tempdir().expect("a temporary folder"), START_MICROS).await
    }

    /// An app whose clock begins at `micros`; on an empty folder, or on one that an earlier app has left.
    pub async fn start_in(folder: TempDir, micros: u64) -> Self {
        Self::start_configured(folder, micros, test_config()).await
    }

    /// The same, with other settings; a restart keeps them.
    pub async fn start_configured(folder: TempDir, micros: u64, config: ServiceConfig) -> Self {
        let store = Arc::new(SqliteStore::open(&database(folder.path())).expect("a database"));
        let (clock, broker) = (
            Arc::new(ManualClock::at(micros)),
            Arc::new(LocalBroker::default()),
        );
        let parts = Parts {
            store: store.clone(),
            broker: broker.clone(),
            clock: clock.clone(),
            random: Arc::new(SeededRandom::new(micros)),
        };
        let service = Service::new(parts, config);
        let given = FirstStart {
            business_name: Some("Amy's Shoes".to_owned()),
            owner_password: Some("correct horse".to_owned()),
            api_key: Some("test-key".to_owned()),
            allowed_origins: Vec::new(),
        };
        let secrets = service.first_start(given).await.expect("a first start");
        let (owner_password, api_key) = secrets.map_or_else(
            || ("correct horse".to_owned(), "test-key".to_owned()),
            |secrets: FirstSecrets| (secrets.owner_password, secrets.api_key),
        );
        Self {
            service,
            clock,
            store,
            broker,
            owner_password,
            api_key,
            folder,
        }
    }

    /// Stops the app and starts it again on the same data, its clock one second later.
    pub async fn restart(self) -> Self {
        self.service.close().await;
        let micros = self.service.now_micros() + 1_000_000;
        let config = self.service.config().clone();
        Self::start_configured(self.folder, micros, config).await
    }

    /// The database file.
    pub fn database(&self) -> PathBuf {
        database(self.folder.path())
    }

    /// The folder of everything.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The program behind the first key.
    pub async fn app(&self) -> AppCaller {
        self.service
            .authenticate_app(&self.api_key)
            .await
            .expect("the first key")
    }

    /// The owner, signed in.
    pub async fn owner(&self) -> StaffCaller {
        let request = SignInRequest {
            email: "owner@localhost".to_owned(),
            password: self.owner_password.clone(),
        };
        self.service.sign_in(request).await.expect("the owner").staff
    }

    /// A new visitor.
    pub async fn visitor(&self) -> ParticipantCaller {
        let session = self
            .service
            .start_session(SessionRequest::default(), None)
            .await
            .expect("a session");
        self.service
            .authenticate_participant(&session.token)
            .await
            .expect("a token")
    }

    /// The conversation of a participant, made by the program.
    pub async fn conversation_of(&self, participant: &ParticipantId) -> ConversationId {
        let request = GetOrCreateConversationRequest {
            participant_id: Some(participant.clone()),
        };
        let app = self.app().await;
        self.service
            .get_or_create_conversation(&app, request)
            .await
            .expect("a conversation")
            .conversation
            .id
    }

    /// The visitor writes a line.
    pub async fn visitor_says(
        &self,
        visitor: &ParticipantCaller,
        client_id: &str,
        text: &str,
    ) -> ShownMessage {
        let request = SendRequest {
            client_id: ClientId::from(client_id),
            content: MessageContent::text(text),
        };
        self.service
            .send_as_participant(visitor, request)
            .await
            .expect("a message")
    }

    /// The program sends a content that both sides see, to the participant.
    pub async fn app_says(&self, conversation: &ConversationId, content: MessageContent) -> Message {
        self.app_sends(conversation, content, Visibility::BusinessAndParticipant)
            .await
    }

    /// The program sends a content that the participant does not see.
    pub async fn app_notes(&self, conversation: &ConversationId, text: &str) -> Message {
        self.app_sends(conversation, MessageContent::text(text), Visibility::Business)
            .await
    }

    async fn app_sends(
        &self,
        conversation: &ConversationId,
        content: MessageContent,
        visibility: Visibility,
    ) -> Message {
        let request = send_request(conversation, draft(content, visibility));
        let app = self.app().await;
        self.service
            .send_as_app(&app, request, None)
            .await
            .expect("a message")
            .message
    }
}

/// A message to the participant.
pub fn draft(content: MessageContent, visibility: Visibility) -> MessageDraft {
    MessageDraft {
        content: Some(content),
        visibility: Some(visibility),
        direction: Some(Direction::BusinessToParticipant),
        ..MessageDraft::default()
    }
}

/// `POST /inbox/v2/messages` with nothing but a message.
pub fn send_request(conversation: &ConversationId, message: MessageDraft) -> SendMessageRequest {
    SendMessageRequest {
        conversation_id: Some(conversation.0.clone()),
        message: Some(message),
        ..SendMessageRequest::default()
    }
}

/// Settings of a test: passwords are hashed with less memory than people should use.
pub fn test_config() -> ServiceConfig {
    ServiceConfig {
        password_memory_kib: 64,
        ..ServiceConfig::default()
    }
}

fn database(folder: &Path) -> PathBuf {
    folder.join("shopbell.db")
}
