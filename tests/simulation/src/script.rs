//! What people do and what goes wrong, drawn by chance, then calm.

use shopbell_protocol::chat::SendChatMessageRequest;
use shopbell_protocol::inbox::SendMessageRequest;
use shopbell_protocol::message::MessageDraft;
use shopbell_protocol::{
    Button, ButtonAction, ButtonState, ClientId, ContentKind, ConversationId, Direction, MessageContent,
    MessageId, Orientation, PostbackProperties, PostbackUse, ShownAction, TemplateContent, Visibility,
};
use shopbell_sync::client::{Client, Input};
use shopbell_sync::{HistoryState, Item, Thread};

use crate::hub::{Conn, Event, SECRETS};
use crate::server::ProgramCall;
use crate::world::{Pressed, World, row};

impl World {
    /// People come, and things go wrong.
    pub(crate) fn begin(&mut self) {
        let (actions, lossy, slow) = {
            let mut inner = self.hub.lock();
            let rng = &mut inner.rng;
            (
                rng.between(15, 45),
                [0, 0, 15, 60][rng.index(4)],
                rng.permille(200),
            )
        };
        self.actions_left = actions;
        {
            let mut inner = self.hub.lock();
            inner.lossy = lossy;
            inner.latency = if slow { (20, 900) } else { (1, 40) };
        }
        for tab in 0..self.tabs.len() {
            let ms = self.hub.lock().rng.between(0, 2_000);
            self.hub.after(ms, Event::TabUp(tab));
        }
        for seat in 0..self.seats.len() {
            self.seat(seat, super::desk::Desk::start);
        }
        self.hub.after(500, Event::Act);
        self.hub.after(800, Event::Fault);
    }

    /// No more faults; everything that is away comes back, and people read to the beginning.
    pub(crate) fn heal(&mut self) {
        self.calm = true;
        {
            let mut inner = self.hub.lock();
            inner.lossy = 0;
            inner.latency = (1, 20);
            (inner.disk_full, inner.commit_fails) = (false, false);
            let found = |wanted: fn(&Conn) -> bool| -> Vec<u64> {
                let conns = inner.conns.iter().filter(|(_, conn)| wanted(conn));
                conns.map(|(id, _)| *id).collect()
            };
            let (stalled, broken) = (found(|conn| conn.stalled), found(|conn| conn.broken));
            drop(inner);
            for id in stalled {
                self.hub.after(1, Event::Flow(id));
            }
            for id in broken {
                self.hub.after(2, Event::ClosedDown(id));
                self.hub.after(2, Event::ClosedUp(id));
            }
        }
        self.server_up();
        for tab in 0..self.tabs.len() {
            self.open_tab(tab);
            self.tab(tab, Input::Network(true));
        }
    }

    /// What people do until everything is settled: they read on, to the newest and to the oldest.
    pub(crate) fn read_on(&mut self) {
        for index in 0..self.tabs.len() {
            self.look(index);
            let history = self.tabs[index]
                .client
                .as_ref()
                .map(|client| client.thread().history());
            if matches!(history, Some(HistoryState::More | HistoryState::Failed)) {
                self.tab(index, Input::LoadEarlier);
            }
        }
        for index in 0..self.seats.len() {
            let ids: Vec<ConversationId> = self.seats[index].desk.threads.keys().cloned().collect();
            for id in ids {
                self.seat(index, |desk, _| desk.with(&id, Thread::load_earlier));
                self.look_at_seat(index, &id);
            }
        }
    }

    pub(crate) fn act(&mut self) {
        if self.actions_left == 0 || self.calm {
            return;
        }
        self.actions_left -= 1;
        let (what, ms, in_a_row) = {
            let rng = &mut self.hub.lock().rng;
            let in_a_row = if rng.permille(150) { rng.between(2, 6) } else { 1 };
            (rng.below(100), rng.between(5, 1_400), in_a_row)
        };
        self.hub.after(ms, Event::Act);
        let tab = self.hub.lock().rng.index(self.tabs.len());
        let seat = self.hub.lock().rng.index(self.seats.len());
        match what {
            0..30 => (0..in_a_row).for_each(|_| self.type_and_send(tab)),
            30..48 => (0..in_a_row).for_each(|_| self.answer(seat)),
            48..62 => (0..in_a_row).for_each(|_| self.program_sends()),
            62..76 => (0..in_a_row).for_each(|_| self.press(tab)),
            76..82 => self.look(tab),
            82..86 => self.tab(tab, Input::Typed(true)),
            86..92 => self.tab(tab, Input::LoadEarlier),
            92..94 => {
                if let Some(id) = self.some_thread(seat) {
                    self.look_at_seat(seat, &id);
                    let at = self.moment(self.seats[seat].ahead_ms);
                    self.seat(seat, |desk, _| desk.with(&id, |thread| thread.typed(true, at)));
                }
            }
            94..96 => self.tab(tab, Input::Wake),
            96..97 => self.sign_out(tab),
            _ => {
                if let Some(id) = self.some_thread(seat) {
                    self.seat(seat, |desk, _| desk.with(&id, Thread::load_earlier));
                }
            }
        }
    }

    fn type_and_send(&mut self, tab: usize) {
        if self.tabs[tab].client.is_none() {
            return;
        }
        let client_id = self.fresh_id(self.tabs[tab].visitor);
        let life = self.tabs[tab].life;
        self.typed.push((tab, life, client_id.clone()));
        let text = format!("visitor {} says {client_id}", self.tabs[tab].visitor);
        self.tab(
            tab,
            Input::Send {
                client_id,
                content: MessageContent::text(text),
                ready: true,
                created_date: "2024-01-01T00:00:00.000Z".to_owned(),
            },
        );
    }

    /// Ids of different visitors are the same on purpose: whose they are must be told apart.
    fn fresh_id(&mut self, visitor: usize) -> ClientId {
        let storage = &mut self.storages[visitor];
        storage.typed += 1;
        ClientId::from(format!("c{}", storage.typed).as_str())
    }

    fn press(&mut self, tab: usize) {
        let Some(client) = &self.tabs[tab].client else {
            return;
        };
        let mut buttons = Vec::new();
        for item in client.thread().timeline().stored() {
            for button in item.message.content.buttons() {
                if let ShownAction::Postback { button_id, state } = &button.action
                    && *state == ButtonState::Idle
                    && let Some(id) = item.message_id()
                {
                    buttons.push((id, button_id.clone()));
                }
            }
        }
        if buttons.is_empty() {
            return;
        }
        let place = self.hub.lock().rng.index(buttons.len());
        let (message_id, button_id) = buttons.swap_remove(place);
        let visitor = self.tabs[tab].visitor;
        let client_id = self.fresh_id(visitor);
        if let Some(conversation) = self.conversation_of(tab) {
            let pressed = Pressed {
                conversation,
                message: message_id,
                button: button_id.clone(),
            };
            self.pressed.insert((visitor, client_id.clone()), pressed);
        }
        self.tab(
            tab,
            Input::Press {
                client_id,
                message_id,
                button_id,
            },
        );
    }

    fn look(&mut self, tab: usize) {
        let Some(client) = &self.tabs[tab].client else {
            return;
        };
        let newest = client.thread().timeline().stored().last();
        if let Some(newest) = newest.and_then(Item::sequence) {
            self.tab(tab, Input::Look(newest));
        }
    }

    fn look_at_seat(&mut self, seat: usize, id: &ConversationId) {
        let at = self.moment(self.seats[seat].ahead_ms);
        self.seat(seat, |desk, _| {
            desk.with(id, |thread| {
                let newest = thread.timeline().stored().last().and_then(Item::sequence);
                if let Some(newest) = newest {
                    thread.look(newest, at);
                }
            })
        });
    }

    fn some_thread(&mut self, seat: usize) -> Option<ConversationId> {
        let count = self.seats[seat].desk.threads.len();
        let place = self.hub.lock().rng.index(count);
        self.seats[seat].desk.threads.keys().nth(place).cloned()
    }

    fn answer(&mut self, seat: usize) {
        let Some(id) = self.some_thread(seat) else { return };
        let note = self.hub.lock().rng.permille(300);
        let card = !note && self.hub.lock().rng.permille(300);
        self.seats[seat].typed += 1;
        let client_id = ClientId::from(format!("s{seat}-{}", self.seats[seat].typed).as_str());
        let content = if card {
            self.card(self.seats[seat].typed)
        } else if note {
            MessageContent::text(format!("{} note of seat {seat}: {client_id}", SECRETS[0]))
        } else {
            MessageContent::text(format!("seat {seat} answers {client_id}"))
        };
        let draft = MessageDraft {
            content: Some(content),
            visibility: Some(if note {
                Visibility::Business
            } else {
                Visibility::BusinessAndParticipant
            }),
            direction: Some(Direction::BusinessToParticipant),
            ..MessageDraft::default()
        };
        self.seats[seat].shown.insert((id.clone(), client_id.clone()));
        if !note {
            self.know(seat, &id, client_id.as_str());
        }
        let at = self.moment(self.seats[seat].ahead_ms);
        self.seat(seat, |desk, _| {
            desk.with(&id, |thread| {
                thread.send(client_id, draft, "2024-01-01T00:00:00.000Z".to_owned(), at);
            })
        });
    }

    fn card(&self, number: u64) -> MessageContent {
        let (count, uses, expires) = {
            let rng = &mut self.hub.lock().rng;
            let uses = [
                PostbackUse::Once,
                PostbackUse::OncePerGroup,
                PostbackUse::Repeatable,
            ][rng.index(3)];
            (rng.between(1, 3), uses, rng.permille(150))
        };
        let expires = expires.then(|| "2023-11-27T16:52:20.000Z".to_owned());
        let buttons = (0..count).map(|place| Button {
            label: format!("Button {place}"),
            action: ButtonAction::Postback(PostbackProperties {
                interaction_id: format!("{}-{number}-{place}", SECRETS[2]),
                uses,
                expiration_date: expires.clone(),
                ..PostbackProperties::default()
            }),
        });
        MessageContent {
            preview_text: None,
            title: None,
            kind: ContentKind::Template(TemplateContent {
                title: Some(format!("Card {number}")),
                buttons: buttons.collect(),
                orientation: Orientation::Portrait,
                text_lines: Vec::new(),
                image_url: None,
            }),
        }
    }

    fn program_sends(&mut self) {
        let tab = self.hub.lock().rng.index(self.tabs.len());
        // A conversation that somebody has written to: before that there is none.
        let Some(id) = self.conversation_of(tab) else {
            return;
        };
        if !self
            .acknowledged
            .keys()
            .any(|(known, scope, _)| *known == id && scope == "participant")
        {
            return;
        }
        self.programs_sent += 1;
        let number = self.programs_sent;
        let what = self.hub.lock().rng.below(10);
        let call = if what < 2 {
            let metadata = serde_json::json!({"order": SECRETS[1]});
            ProgramCall::Chat(Box::new(SendChatMessageRequest {
                channel_id: Some(id.0),
                message_text: Some(format!("chat {number}")),
                metadata: metadata.as_object().cloned(),
                send_as_visitor: Some(what == 0),
            }))
        } else {
            let hidden = what < 5;
            let content = if hidden {
                MessageContent::text(format!("{} of the program: {number}", SECRETS[0]))
            } else {
                self.card(1_000 + number)
            };
            let message = MessageDraft {
                content: Some(content),
                visibility: Some(if hidden {
                    Visibility::Business
                } else {
                    Visibility::BusinessAndParticipant
                }),
                direction: Some(Direction::BusinessToParticipant),
                ..MessageDraft::default()
            };
            ProgramCall::Send(Box::new(SendMessageRequest {
                conversation_id: Some(id.0),
                message: Some(message),
                ..SendMessageRequest::default()
            }))
        };
        self.program.insert(number, call);
        self.send_program(number);
    }

    fn sign_out(&mut self, tab: usize) {
        let visitor = self.tabs[tab].visitor;
        for other in 0..self.tabs.len() {
            if other != tab && self.tabs[other].visitor == visitor && self.tabs[other].client.is_some() {
                self.kill_tab(other);
                self.hub.after(3_000, Event::TabUp(other));
            }
        }
        if self.tabs[tab].client.is_some() {
            self.hub.lock().totals.sign_outs += 1;
            self.tabs[tab].asks += 1;
            self.storages[visitor].shown.clear();
            self.tab(tab, Input::SignOut);
        }
    }

    pub(crate) fn fault(&mut self) {
        if self.calm {
            return;
        }
        let (what, ms) = {
            let rng = &mut self.hub.lock().rng;
            (rng.below(100), rng.between(300, 6_000))
        };
        self.hub.after(ms, Event::Fault);
        let tab = self.hub.lock().rng.index(self.tabs.len());
        let seat = self.hub.lock().rng.index(self.seats.len());
        match what {
            0..14 => self.break_connection(|inner, id| {
                inner.totals.cuts += 1;
                vec![Event::ClosedDown(id), Event::ClosedUp(id)]
            }),
            14..32 => self.break_connection(|inner, id| {
                inner.totals.half_open += 1;
                let way = inner.rng.below(3);
                if let Some(conn) = inner.conns.get_mut(&id) {
                    conn.up_dead |= way != 0;
                    conn.down_dead |= way != 1;
                }
                Vec::new()
            }),
            32..44 => {
                let ms = self.hub.lock().rng.between(500, 12_000);
                let mut slow = None;
                self.break_connection(|inner, id| {
                    inner.totals.slow_readers += 1;
                    if let Some(conn) = inner.conns.get_mut(&id) {
                        conn.stalled = true;
                    }
                    slow = Some(id);
                    Vec::new()
                });
                if let Some(id) = slow {
                    self.hub.after(ms, Event::Flow(id));
                }
            }
            44..58 => {
                let ms = self.hub.lock().rng.between(50, 6_000);
                if self.server.is_some() {
                    self.hub.lock().totals.server_crashes += 1;
                    self.crash_server();
                    self.hub.after(ms, Event::ServerUp);
                }
            }
            58..61 => {
                if let Some(server) = &self.server {
                    self.hub.lock().totals.server_stops += 1;
                    server.state.stopping().cancel();
                    self.hub.after(1_500, Event::ServerDown);
                }
            }
            61..73 => {
                self.hub.lock().totals.tab_kills += 1;
                self.kill_tab(tab);
                let ms = self.hub.lock().rng.between(100, 8_000);
                self.hub.after(ms, Event::TabUp(tab));
            }
            73..79 => {
                let ms = self.hub.lock().rng.between(300, 5_000);
                {
                    let mut inner = self.hub.lock();
                    inner.totals.full_disks += 1;
                    inner.disk_full = true;
                }
                self.hub.after(ms, Event::DiskWell);
            }
            79..85 => {
                let ms = self.hub.lock().rng.between(300, 4_000);
                self.hub.lock().commit_fails = true;
                self.hub.after(ms, Event::DiskWell);
            }
            85..90 => {
                let jump = {
                    let mut inner = self.hub.lock();
                    inner.totals.clock_jumps += 1;
                    i64::try_from(inner.rng.between(0, 7_200_000_000)).unwrap_or(0) - 3_600_000_000
                };
                self.hub.jump_wall(jump);
            }
            90..94 => {
                // A machine that slept.
                let jump = self.hub.lock().rng.between(1_000, 600_000);
                self.hub.lock().totals.clock_jumps += 1;
                self.tabs[tab].ahead_ms += jump;
                self.tab(tab, Input::Wake);
                self.seats[seat].ahead_ms += jump / 2;
                self.seat(seat, super::desk::Desk::wake);
            }
            _ => {
                self.tab(tab, Input::Network(false));
                let ms = self.hub.lock().rng.between(500, 5_000);
                self.hub.after(ms, Event::NetworkBack(tab));
            }
        }
    }

    fn break_connection(&mut self, work: impl FnOnce(&mut super::hub::Inner, u64) -> Vec<Event>) {
        let events = {
            let mut inner = self.hub.lock();
            let open: Vec<u64> = inner
                .conns
                .iter()
                .filter(|(_, conn)| conn.to_server.is_some())
                .map(|(id, _)| *id)
                .collect();
            if open.is_empty() {
                return;
            }
            let place = inner.rng.index(open.len());
            work(&mut inner, open[place])
        };
        for event in events {
            self.hub.after(1, event);
        }
    }

    /// Whether a row of this name stands on a tab's screen.
    pub(crate) fn rows(client: &Client, client_id: &ClientId) -> usize {
        let items = client.thread().timeline().items();
        items.iter().filter(|item| item.id == row(client_id)).count()
    }
}

/// Ids of messages are their sequences.
pub(crate) fn number(id: MessageId) -> i64 {
    i64::try_from(id.0).unwrap_or(i64::MAX)
}
