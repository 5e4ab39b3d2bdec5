//! A server, a proxy before it, and people on both sides of some conversations.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use shopbell_inbox::state::desk::{Input as DeskInput, ThreadInput};
use shopbell_protocol::paging::HistoryPage;
use shopbell_protocol::staff::StaffMessage;
use shopbell_protocol::{ConversationId, Sequence, Visibility};
use shopbell_sync::HistoryState;
use shopbell_sync::client::Input;
use tempfile::TempDir;
use tokio::time::{Instant, sleep};

use crate::log::Log;
use crate::page::Page;
use crate::page::rows::{Rows, line, text_of};
use crate::page::staff::{Manner, Staff};
use crate::page::visitor::Visitor;
use crate::proxy::{CALM, Proxy};
use crate::talk::Talk;
use shopbell_process::Http;
use shopbell_process::sign_in;
use shopbell_process::{KEY, PASSWORD, Server, Settings};

/// As many conversations as the inbox follows live at once.
const OPEN_EACH: usize = 8;
/// For one thing to come true on a busy machine.
const PATIENCE: Duration = Duration::from_mins(2);

/// See the module.
pub(crate) struct World {
    pub(crate) server: Server,
    pub(crate) proxy: Proxy,
    pub(crate) log: Arc<Log>,
    pub(crate) visitors: Vec<Page<Visitor>>,
    pub(crate) staff: Vec<Page<Staff>>,
    /// In the order of the visitors.
    pub(crate) conversations: Vec<ConversationId>,
    cookie: String,
    pub(crate) folder: TempDir,
}

impl World {
    /// So many visitors, each with a conversation that somebody of the staff has open. Nobody talks yet.
    pub(crate) async fn start(visitors: usize, settings: Settings) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let data = folder.path().join("data");
        let server = Server::start(folder.path(), &data, settings).await?;
        Self::around(server, folder, visitors).await
    }

    /// The same around a server that runs already.
    pub(crate) async fn around(server: Server, folder: TempDir, visitors: usize) -> Result<Self> {
        let proxy = Proxy::start(server.addr, CALM).await?;
        let cookie = sign_in(&Http::new(server.addr), "owner@localhost", PASSWORD).await?;
        let mut world = Self {
            server,
            proxy,
            log: Arc::default(),
            visitors: Vec::new(),
            staff: Vec::new(),
            conversations: Vec::new(),
            cookie,
            folder,
        };
        for number in 0..visitors {
            world.visitors.push(world.visitor(number));
        }
        for number in 0..visitors {
            let conversation = world.conversation_of(number).await?;
            world.conversations.push(conversation);
        }
        for group in 0..visitors.div_ceil(OPEN_EACH) {
            let page = world.staff_page(&world.cookie, Manner::PressesAgain);
            for number in (group * OPEN_EACH)..((group + 1) * OPEN_EACH).min(visitors) {
                if let Some(id) = world.conversations.get(number).cloned() {
                    let last = world
                        .history(&id)
                        .await?
                        .last()
                        .map_or(Sequence(0), |m| m.shown.sequence);
                    page.follow(id, last, Talk::new(format!("staff{number}"), 0))
                        .await?;
                }
            }
            world.staff.push(page);
        }
        Ok(world)
    }

    fn visitor(&self, number: usize) -> Page<Visitor> {
        let talk = Talk::new(format!("visitor{number}"), 1);
        let visitor = Visitor::new(Http::new(self.proxy.addr), Arc::clone(&self.log), talk);
        let page = Page::open(visitor, self.proxy.addr, None);
        page.input(Input::Start { token: None });
        page
    }

    /// A page of the staff that nothing is open on yet.
    pub(crate) fn staff_page(&self, cookie: &str, manner: Manner) -> Page<Staff> {
        let http = Http::new(self.proxy.addr).with("cookie", cookie);
        let staff = Staff::new(http, Arc::clone(&self.log), manner);
        let page = Page::open(staff, self.proxy.addr, Some(cookie.to_owned()));
        page.input(DeskInput::Start);
        page
    }

    async fn conversation_of(&self, visitor: usize) -> Result<ConversationId> {
        let page = self.visitors.get(visitor).context("no such visitor")?;
        let since = Instant::now();
        while since.elapsed() < PATIENCE {
            let known = page
                .with(|visitor| visitor.conversation.clone().filter(|_| visitor.is_quiet()))
                .await?;
            if let Some(conversation) = known {
                return Ok(conversation);
            }
            sleep(Duration::from_millis(20)).await;
        }
        bail!("visitor {visitor} got no conversation:\n{}", self.server.log())
    }

    /// A program with the API key, on its way through the proxy.
    pub(crate) fn program(&self) -> Http {
        Http::new(self.proxy.addr).with("authorization", KEY)
    }

    /// A program that asks the server itself.
    pub(crate) fn auditor(&self) -> Http {
        Http::new(self.server.addr).with("authorization", KEY)
    }

    /// Everybody says so many lines more.
    pub(crate) async fn say(&self, lines: u64) -> Result<()> {
        for page in &self.visitors {
            page.with(move |visitor| visitor.talk.say(lines)).await?;
        }
        for page in &self.staff {
            page.with(move |staff| staff.open.values_mut().for_each(|open| open.talk.say(lines)))
                .await?;
        }
        Ok(())
    }

    /// Nobody begins another line.
    pub(crate) async fn hush(&self) -> Result<()> {
        for page in &self.visitors {
            page.with(|visitor| visitor.talk.stop()).await?;
        }
        for page in &self.staff {
            page.with(|staff| staff.open.values_mut().for_each(|open| open.talk.stop()))
                .await?;
        }
        Ok(())
    }

    /// Lines said so far, stored or not.
    pub(crate) async fn said(&self) -> Result<u64> {
        let mut said = 0;
        for page in &self.visitors {
            said += page.with(|visitor| visitor.talk.said()).await?;
        }
        for page in &self.staff {
            said += page
                .with(|staff| staff.open.values().map(|open| open.talk.said()).sum::<u64>())
                .await?;
        }
        Ok(said)
    }

    /// Waits until everything that was said is stored.
    pub(crate) async fn quiet(&self, within: Duration) -> Result<()> {
        let since = Instant::now();
        for page in &self.visitors {
            while !page.with(|visitor| visitor.is_quiet()).await? {
                self.patient(since, within)?;
                sleep(Duration::from_millis(50)).await;
            }
        }
        for page in &self.staff {
            while !page.with(|staff| staff.is_quiet()).await? {
                self.patient(since, within)?;
                sleep(Duration::from_millis(50)).await;
            }
        }
        Ok(())
    }

    fn patient(&self, since: Instant, within: Duration) -> Result<()> {
        if since.elapsed() > within {
            bail!(
                "not everything is stored after {} s; the server says:\n{}",
                within.as_secs(),
                self.server.log()
            );
        }
        Ok(())
    }

    /// What the server holds of a conversation, asked page by page.
    pub(crate) async fn history(&self, id: &ConversationId) -> Result<Vec<StaffMessage>> {
        let http = Http::new(self.server.addr).with("cookie", &self.cookie);
        let mut messages: Vec<StaffMessage> = Vec::new();
        loop {
            let after = messages
                .last()
                .map_or(Sequence(0), |message| message.shown.sequence);
            let path = format!("/staff/v1/conversations/{id}/messages?limit=100&after={after}");
            let page: HistoryPage<StaffMessage> = http.get(&path).await?.ok()?;
            if page.messages.is_empty() {
                return Ok(messages);
            }
            messages.extend(page.messages);
        }
    }

    /// Waits until both screens of a conversation show what the server holds, from its first message to its last;
    /// answers their transcripts as they are then, or when patience is over.
    pub(crate) async fn transcripts(&self, number: usize) -> Result<Transcripts> {
        let id = self
            .conversations
            .get(number)
            .context("no such conversation")?
            .clone();
        let history = self.history(&id).await?;
        let server: Vec<String> = history.iter().map(|message| line(&message.shown)).collect();
        let visible = history
            .iter()
            .filter(|message| message.visibility == Visibility::BusinessAndParticipant);
        let visible: Vec<String> = visible.map(|message| line(&message.shown)).collect();
        let since = Instant::now();
        loop {
            let (visitor, visitor_doubled) = self.visitor_shows(number).await?;
            let (staff, staff_doubled) = self.staff_shows(number, &id).await?;
            if since.elapsed() > PATIENCE || (visitor == visible && staff == server) {
                return Ok(Transcripts {
                    texts: history.iter().map(|message| text_of(&message.shown)).collect(),
                    server,
                    visible,
                    visitor,
                    staff,
                    shown_twice: visitor_doubled + staff_doubled,
                });
            }
            sleep(Duration::from_millis(100)).await;
        }
    }

    async fn visitor_shows(&self, number: usize) -> Result<(Vec<String>, usize)> {
        let page = self.visitors.get(number).context("no such visitor")?;
        let (shown, doubled, history) = page
            .with(|visitor| {
                let rows = &visitor.rows;
                (
                    rows.transcript(),
                    rows.doubled.len(),
                    visitor.client.thread().history(),
                )
            })
            .await?;
        if history != HistoryState::Complete {
            page.input(Input::LoadEarlier);
        }
        Ok((shown, doubled))
    }

    async fn staff_shows(&self, number: usize, id: &ConversationId) -> Result<(Vec<String>, usize)> {
        let page = self.staff.get(number / OPEN_EACH).context("no such page")?;
        let wanted = id.clone();
        let (shown, doubled, history) = page
            .with(move |staff| {
                let rows = staff.open.get(&wanted).map(|open| &open.rows);
                (
                    rows.map(Rows::transcript).unwrap_or_default(),
                    rows.map_or(0, |rows| rows.doubled.len()),
                    staff.thread(&wanted).map(shopbell_sync::Thread::history),
                )
            })
            .await?;
        if history != Some(HistoryState::Complete) {
            page.input(DeskInput::Thread(id.clone(), ThreadInput::LoadEarlier));
        }
        Ok((shown, doubled))
    }
}

/// One conversation, as both sides show it and as the server holds it.
pub(crate) struct Transcripts {
    pub(crate) server: Vec<String>,
    /// What of it the visitor may see.
    pub(crate) visible: Vec<String>,
    pub(crate) visitor: Vec<String>,
    pub(crate) staff: Vec<String>,
    /// What the server's messages say.
    pub(crate) texts: Vec<String>,
    /// How often a text stood on a screen twice, at any moment of its life.
    pub(crate) shown_twice: usize,
}
