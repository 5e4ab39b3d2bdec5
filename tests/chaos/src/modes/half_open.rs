//! One direction of a connection is gone without a word, as after a change of network or behind a box that has
//! forgotten it: one side can speak and hears nothing, or hears and is not heard. Real time, settings as shipped.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use shopbell_inbox::state::desk::Input as DeskInput;
use shopbell_protocol::{ConversationId, Sequence};
use shopbell_sync::client::{Connection, Input};
use tokio::time::{Instant, sleep};

use crate::log::Log;
use crate::page::Page;
use crate::page::rows::text_of;
use crate::page::staff::{Manner, Staff};
use crate::page::visitor::Visitor;
use crate::proxy::{CALM, Proxy, Way};
use crate::report::{Report, seconds};
use crate::talk::Talk;
use shopbell_process::Http;
use shopbell_process::sign_in;
use shopbell_process::{PASSWORD, Server, Settings};

/// The promise.
const HEALED_WITHIN: Duration = Duration::from_secs(15);
/// How long it is waited for, to be able to say how late it came.
const PATIENCE: Duration = Duration::from_mins(1);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Audience {
    Visitor,
    Staff,
}

/// One conversation, of which one side has a half-open connection now and then.
struct Pair {
    audience: Audience,
    way: Way,
    visitor: Page<Visitor>,
    staff: Page<Staff>,
    conversation: ConversationId,
    proxy: Proxy,
}

pub(crate) async fn run(report: &mut Report, rounds: u32) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let mut server = Server::start(folder.path(), &folder.path().join("data"), Settings::Shipped).await?;
    let cookie = sign_in(&Http::new(server.addr), "owner@localhost", PASSWORD).await?;
    let mut running = Vec::new();
    for (audience, way) in [
        (Audience::Visitor, Way::Up),
        (Audience::Visitor, Way::Down),
        (Audience::Staff, Way::Up),
        (Audience::Staff, Way::Down),
    ] {
        let pair = Pair::start(&server, &cookie, audience, way).await?;
        running.push(tokio::spawn(async move { pair.rounds(rounds).await }));
    }
    for pair in running {
        let (name, healed) = pair.await??;
        let longest = healed.iter().max().copied().unwrap_or_default();
        let each: Vec<String> = healed.iter().copied().map(seconds).collect();
        report.check(
            &format!("{name}, healed after: {}", each.join(", ")),
            "each must be 15 s or less",
            longest <= HEALED_WITHIN,
        );
    }
    server.stop().await
}

impl Pair {
    async fn start(server: &Server, cookie: &str, audience: Audience, way: Way) -> Result<Self> {
        let proxy = Proxy::start(server.addr, CALM).await?;
        let at = |side: Audience| if side == audience { proxy.addr } else { server.addr };
        let log: Arc<Log> = Arc::default();
        let name = format!("{audience:?}-{way:?}");
        let visitor = Visitor::new(
            Http::new(at(Audience::Visitor)),
            Arc::clone(&log),
            Talk::new(format!("{name}-visitor"), 1),
        );
        let visitor = Page::open(visitor, at(Audience::Visitor), None);
        visitor.input(Input::Start { token: None });
        let conversation = until("a conversation", || async {
            visitor
                .with(|visitor| visitor.conversation.clone().filter(|_| visitor.is_quiet()))
                .await
        })
        .await?;
        let http = Http::new(at(Audience::Staff)).with("cookie", cookie);
        let staff = Staff::new(http, log, Manner::PressesAgain);
        let staff = Page::open(staff, at(Audience::Staff), Some(cookie.to_owned()));
        staff.input(DeskInput::Start);
        let talk = Talk::new(format!("{name}-staff"), 0);
        staff.follow(conversation.clone(), Sequence(0), talk).await?;
        Ok(Self {
            audience,
            way,
            visitor,
            staff,
            conversation,
            proxy,
        })
    }

    async fn rounds(self, rounds: u32) -> Result<(String, Vec<Duration>)> {
        let mut healed = Vec::new();
        for _ in 0..rounds {
            healed.push(self.round().await?);
        }
        let audience = match self.audience {
            Audience::Visitor => "visitor",
            Audience::Staff => "staff",
        };
        let way = match self.way {
            Way::Up => "is not heard (client to server lost)",
            Way::Down => "hears nothing (server to client lost)",
        };
        Ok((format!("{audience} {way}"), healed))
    }

    /// Swallows one direction at any moment between two signs of life; answers how long something that was said at that
    /// moment took to get through.
    async fn round(&self) -> Result<Duration> {
        until("both sides to be online", || async {
            let online = self
                .visitor
                .with(|visitor| visitor.client.connection() == Connection::Online && visitor.is_quiet())
                .await?;
            Ok((online && self.shown_by_staff(&self.last_said().await?).await?).then_some(()))
        })
        .await?;
        sleep(Duration::from_millis(fastrand::u64(0..6_000))).await;
        self.proxy.swallow(self.way);
        let broken = Instant::now();
        // Who is not heard speaks; who hears nothing is spoken to.
        let visitor_speaks = (self.audience == Audience::Visitor) == (self.way == Way::Up);
        let said = if visitor_speaks {
            self.visitor.with(|visitor| visitor.talk.say(1)).await?;
            self.last_said().await?
        } else {
            let id = self.conversation.clone();
            self.staff
                .with(move |staff| {
                    if let Some(open) = staff.open.get_mut(&id) {
                        open.talk.say(1);
                    }
                })
                .await?;
            self.staff_said().await?
        };
        until("what was said to get through", || async {
            let through = if visitor_speaks {
                self.shown_by_staff(&said).await?
            } else {
                self.shown_by_visitor(&said).await?
            };
            Ok(through.then_some(()))
        })
        .await?;
        Ok(broken.elapsed())
    }

    async fn last_said(&self) -> Result<String> {
        self.visitor.with(|visitor| visitor.talk.last()).await
    }

    async fn staff_said(&self) -> Result<String> {
        let id = self.conversation.clone();
        let last = self
            .staff
            .with(move |staff| staff.open.get(&id).map(|open| open.talk.last()))
            .await?;
        last.context("the conversation is not open")
    }

    async fn shown_by_staff(&self, text: &str) -> Result<bool> {
        let (id, text) = (self.conversation.clone(), text.to_owned());
        self.staff
            .with(move |staff| {
                staff.open.get(&id).is_some_and(|open| {
                    let mut rows = open.rows.items.iter().rev();
                    rows.any(|item| item.sequence().is_some() && text_of(&item.message.shown) == text)
                })
            })
            .await
    }

    async fn shown_by_visitor(&self, text: &str) -> Result<bool> {
        let text = text.to_owned();
        self.visitor
            .with(move |visitor| {
                let mut rows = visitor.rows.items.iter().rev();
                rows.any(|item| item.sequence().is_some() && text_of(&item.message) == text)
            })
            .await
    }
}

async fn until<T, F>(what: &str, mut ask: impl FnMut() -> F) -> Result<T>
where
    F: Future<Output = Result<Option<T>>>,
{
    let since = Instant::now();
    while since.elapsed() < PATIENCE {
        if let Some(answer) = ask().await? {
            return Ok(answer);
        }
        sleep(Duration::from_millis(20)).await;
    }
    bail!("waited in vain for {what}")
}
