//! What has to hold when a run is over.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::Connection;
use shopbell_protocol::shown::ShownContent;
use shopbell_protocol::staff::StaffMessage;
use shopbell_protocol::{
    ButtonState, ClientId, ContentKind, ConversationId, Sequence, ShownAction, ShownMessage,
};
use shopbell_server::service::{HistoryQuery, Service};
use shopbell_sync::TimelineMessage as _;

use crate::script::number;
use crate::world::World;

/// A row of the message table, as it lies on the disk.
#[derive(Debug)]
struct Row {
    sequence: u64,
    conversation: ConversationId,
    visible: bool,
    sender: String,
    key: Option<(String, ClientId)>,
}

impl World {
    /// What keeps this run from being settled; empty when everybody holds what the store holds.
    pub(crate) async fn unsettled(&self) -> Vec<String> {
        let mut found = Vec::new();
        let Some(server) = &self.server else {
            return vec!["the server is down".to_owned()];
        };
        let service = server.state.service();
        if !self.program.is_empty() {
            found.push(format!("unanswered: {} sends of the program", self.program.len()));
        }
        for (index, storage) in self.storages.iter().enumerate() {
            if !storage.entries.is_empty() {
                found.push(format!(
                    "unsettled storage of visitor {index}: {:?}",
                    storage.entries
                ));
            }
        }
        for index in 0..self.tabs.len() {
            self.check_tab(service, index, &mut found).await;
        }
        for index in 0..self.seats.len() {
            self.check_seat(service, index, &mut found).await;
        }
        found
    }

    async fn check_tab(&self, service: &Service, index: usize, found: &mut Vec<String>) {
        let tab = &self.tabs[index];
        let token = self.storages[tab.visitor].token.clone().unwrap_or_default();
        let Some(client) = &tab.client else {
            return found.push(format!("tab {index} is closed"));
        };
        let Ok(caller) = service.authenticate_participant(&token).await else {
            return found.push(format!("tab {index} has no session"));
        };
        let thread = client.thread();
        if !thread.is_outbox_empty() {
            found.push(format!("outbox of tab {index} is not empty"));
        }
        let mut stored: Vec<ShownMessage> = Vec::new();
        loop {
            let query = HistoryQuery {
                before: stored.first().map(|message| message.sequence),
                limit: Some(100),
                ..HistoryQuery::default()
            };
            let Ok(page) = service.participant_history(&caller, query).await else {
                return found.push(format!("history of tab {index} cannot be read"));
            };
            if thread.timeline().marks() != &page.marks {
                found.push(format!(
                    "marks of tab {index}: {:?} is shown, {:?} is stored",
                    thread.timeline().marks(),
                    page.marks
                ));
            }
            let mut messages = page.messages;
            messages.append(&mut stored);
            stored = messages;
            if !page.has_older {
                break;
            }
        }
        let shown: Vec<ShownMessage> = thread
            .timeline()
            .items()
            .iter()
            .map(|item| (*item.message).clone())
            .collect();
        if let Some(difference) = difference(&shown, &stored, |message| message, settled_shown) {
            found.push(format!("transcript of tab {index}: {difference}"));
        }
        for item in thread.timeline().items() {
            if let Some(id) = &item.message.client_id
                && Self::rows(client, id) != 1
            {
                found.push(format!(
                    "identity in tab {index}: {id} is not one row, it is {:?}",
                    item.id
                ));
            }
            if !item.presses.is_empty() && item.presses.iter().any(|press| press.failed.is_none()) {
                found.push(format!("a press in tab {index} is pending"));
            }
        }
    }

    async fn check_seat(&self, service: &Service, index: usize, found: &mut Vec<String>) {
        let seat = &self.seats[index];
        let (_, caller) = &self.beginning.staff[index % self.beginning.staff.len()];
        for (id, thread) in &seat.desk.threads {
            if !thread.is_outbox_empty() {
                found.push(format!("outbox of seat {index} for {id} is not empty"));
            }
            let mut stored: Vec<StaffMessage> = Vec::new();
            loop {
                let query = HistoryQuery {
                    before: stored.first().map(|message| message.shown.sequence),
                    limit: Some(100),
                    ..HistoryQuery::default()
                };
                let Ok(page) = service.staff_history(caller, id, query).await else {
                    return found.push(format!("history of {id} cannot be read"));
                };
                if thread.timeline().marks() != &page.marks {
                    found.push(format!(
                        "marks at seat {index} of {id}: {:?} is shown, {:?} is stored",
                        thread.timeline().marks(),
                        page.marks
                    ));
                }
                let mut messages = page.messages;
                messages.append(&mut stored);
                stored = messages;
                if !page.has_older {
                    break;
                }
            }
            let items = thread.timeline().items().iter();
            let shown: Vec<StaffMessage> = items.map(|item| (*item.message).clone()).collect();
            if let Some(difference) = difference(&shown, &stored, |message| &message.shown, settled_staff) {
                found.push(format!("transcript at seat {index} of {id}: {difference}"));
            }
        }
    }

    /// What is on the disk, whatever the server says of it.
    pub(crate) fn check_disk(&mut self) {
        let rows = rows(&self.disk.anchor);
        let mut found = Vec::new();
        let mut keys: BTreeMap<(ConversationId, String, ClientId), Vec<Sequence>> = BTreeMap::new();
        for row in &rows {
            if let Some((scope, id)) = &row.key {
                let scope = if scope.starts_with("app:") { "app" } else { scope };
                let key = (row.conversation.clone(), scope.to_owned(), id.clone());
                keys.entry(key).or_default().push(Sequence(row.sequence));
            }
        }
        for (key, sequences) in &keys {
            if sequences.len() > 1 {
                found.push(format!("stored twice: {key:?} as {sequences:?}"));
            }
        }
        for (key, sequence) in &self.acknowledged {
            if keys.get(key).is_none_or(|stored| !stored.contains(sequence)) {
                found.push(format!("acknowledged and not stored: {key:?} as {sequence}"));
            }
        }
        for (index, tab) in self.tabs.iter().enumerate() {
            let Some(conversation) = self.conversation_of(index) else {
                continue;
            };
            for id in &self.storages[tab.visitor].shown {
                let key = (conversation.clone(), "participant".to_owned(), id.clone());
                if !keys.contains_key(&key) {
                    found.push(format!("shown and never stored: {key:?}"));
                }
            }
        }
        self.check_order_of_typing(&keys, &mut found);
        for (index, seat) in self.seats.iter().enumerate() {
            let (_, caller) = &self.beginning.staff[index % self.beginning.staff.len()];
            for (conversation, id) in &seat.shown {
                let key = (
                    conversation.clone(),
                    format!("staff:{}", caller.staff_id),
                    id.clone(),
                );
                if !keys.contains_key(&key) {
                    found.push(format!("shown and never stored: {key:?}"));
                }
            }
        }
        {
            let inner = self.hub.lock();
            // Two conversations may have a sequence in common.
            let open: BTreeSet<u64> = rows
                .iter()
                .filter(|row| row.visible)
                .map(|row| row.sequence)
                .collect();
            for row in rows
                .iter()
                .filter(|row| !row.visible && !open.contains(&row.sequence))
            {
                if inner.told.contains(&row.sequence) {
                    found.push(format!(
                        "crossed: the sequence {} of a hidden message",
                        row.sequence
                    ));
                }
            }
            found.extend(inner.leaks.iter().map(|leak| format!("crossed: {leak}")));
        }
        self.check_presses(&mut found);
        self.check_events(&mut found, rows.len());
        self.check_blind_answers(&rows, &mut found);
        let hidden = rows.iter().filter(|row| !row.visible).count();
        let mut inner = self.hub.lock();
        inner.totals.messages += rows.len() as u64;
        inner.totals.hidden += hidden as u64;
        drop(inner);
        self.violations.append(&mut found);
    }

    /// What one tab has sent stands in the order in which it was typed.
    fn check_order_of_typing(
        &self,
        keys: &BTreeMap<(ConversationId, String, ClientId), Vec<Sequence>>,
        found: &mut Vec<String>,
    ) {
        let mut newest: BTreeMap<(usize, u64), (Sequence, &ClientId)> = BTreeMap::new();
        for (tab, life, id) in &self.typed {
            let Some(conversation) = self.conversation_of(*tab) else {
                continue;
            };
            let Some(stored) = keys.get(&(conversation, "participant".to_owned(), id.clone())) else {
                continue;
            };
            let sequence = stored.first().copied().unwrap_or_default();
            if let Some((before, earlier)) = newest.insert((*tab, *life), (sequence, id))
                && before > sequence
            {
                found.push(format!(
                    "out of order: {id} of tab {tab} was typed after {earlier} and stands before it"
                ));
            }
        }
    }

    fn check_presses(&self, found: &mut Vec<String>) {
        let database = &self.disk.anchor;
        let sql = "SELECT c.id, i.sequence, i.button_id, i.client_id, m.body FROM interaction i
            JOIN conversation c ON c.number = i.conversation
            JOIN message m ON m.conversation = i.conversation AND m.sequence = i.sequence";
        let mut statement = database.prepare(sql).expect("a statement");
        let presses: Vec<(String, i64, String, String, String)> = statement
            .query_map([], |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?))
            })
            .expect("rows")
            .map(|row| row.expect("a row"))
            .collect();
        self.hub.lock().totals.interactions += presses.len() as u64;
        let mut of_button: BTreeMap<(&str, i64, &str), u32> = BTreeMap::new();
        let mut of_message: BTreeMap<(&str, i64), u32> = BTreeMap::new();
        for (conversation, sequence, button, _, body) in &presses {
            // The fixtures of a run give all buttons of a card the same use.
            let once = of_button.entry((conversation, *sequence, button)).or_default();
            *once += 1;
            let group = of_message.entry((conversation, *sequence)).or_default();
            *group += 1;
            let repeatable = body.contains("REPEATABLE");
            if *once > 1 && !repeatable {
                found.push(format!("pressed twice: {button} of {sequence}"));
            }
            if *group > 1 && body.contains("ONCE_PER_GROUP") {
                found.push(format!("pressed twice in a group: {sequence}"));
            }
        }
        for (conversation, message, button, client_id) in &self.accepted {
            let of_these = presses.iter().filter(|(known, sequence, pressed, _, body)| {
                let same_button = pressed == button || body.contains("ONCE_PER_GROUP");
                *known == conversation.0 && *sequence == number(*message) && same_button
            });
            if of_these.count() == 0 {
                found.push(format!(
                    "accepted and not stored: press {client_id} of {button} of {message}"
                ));
            }
        }
    }

    /// One event per message that is told of, one per press.
    fn check_events(&self, found: &mut Vec<String>, messages: usize) {
        let count = |sql: &str| -> i64 {
            self.disk
                .anchor
                .query_row(sql, [], |row| row.get(0))
                .expect("a count")
        };
        let told = count("SELECT count(*) FROM message WHERE visible = 1 OR to_business = 1");
        let of_messages = count("SELECT count(*) FROM event WHERE sequence IS NOT NULL");
        if told != of_messages {
            found.push(format!(
                "events: {of_messages} of messages, {told} expected ({messages} messages in all)"
            ));
        }
        let pressed = count("SELECT count(*) FROM interaction");
        let of_presses = count("SELECT count(*) FROM event WHERE data LIKE '%button_interacted%'");
        if pressed != of_presses {
            found.push(format!("events: {of_presses} of presses, {pressed} expected"));
        }
    }

    /// Rule 15: nothing stands between what somebody saw and what they answered.
    fn check_blind_answers(&self, rows: &[Row], found: &mut Vec<String>) {
        for (index, seat) in self.seats.iter().enumerate() {
            let (_, caller) = &self.beginning.staff[index % self.beginning.staff.len()];
            let scope = format!("staff:{}", caller.staff_id);
            let mut tried: BTreeSet<(&ConversationId, &ClientId)> = BTreeSet::new();
            for knowledge in &seat.knowledge {
                tried.insert((&knowledge.conversation, &knowledge.client_id));
            }
            for (conversation, client_id) in tried {
                let key = Some((scope.clone(), client_id.clone()));
                let mine = rows
                    .iter()
                    .find(|row| row.conversation == *conversation && row.key == key);
                let Some(mine) = mine else { continue };
                let knew = seat.knowledge.iter().filter(|knowledge| {
                    knowledge.conversation == *conversation && knowledge.client_id == *client_id
                });
                let is_blind = knew.map(|knowledge| knowledge.seen.0).all(|seen| {
                    rows.iter().any(|row| {
                        row.conversation == *conversation
                            && row.sequence > seen
                            && row.sequence < mine.sequence
                            && row.sender != caller.staff_id.0
                    })
                });
                if is_blind {
                    let knew: Vec<u64> = seat
                        .knowledge
                        .iter()
                        .filter(|known| known.client_id == *client_id)
                        .map(|known| known.seen.0)
                        .collect();
                    let all: Vec<(u64, &str)> = rows
                        .iter()
                        .map(|row| (row.sequence, row.sender.as_str()))
                        .collect();
                    found.push(format!(
                        "blind answer: {client_id} of seat {index} as {}, knowing {knew:?} of {all:?}",
                        mine.sequence
                    ));
                }
            }
        }
    }
}

fn rows(database: &Connection) -> Vec<Row> {
    let sql = "SELECT m.sequence, c.id, m.visible, m.sender_id, m.client_scope, m.client_id FROM message m
        JOIN conversation c ON c.number = m.conversation ORDER BY c.number, m.sequence";
    let mut statement = database.prepare(sql).expect("a statement");
    let rows = statement.query_map([], |row| {
        let scope: Option<String> = row.get(4)?;
        let id: Option<String> = row.get(5)?;
        Ok(Row {
            sequence: u64::try_from(row.get::<_, i64>(0)?).unwrap_or(0),
            conversation: ConversationId(row.get(1)?),
            visible: row.get(2)?,
            sender: row.get(3)?,
            key: scope
                .zip(id)
                .map(|(scope, id)| (scope, ClientId::from(id.as_str()))),
        })
    });
    rows.expect("rows").map(|row| row.expect("a row")).collect()
}

/// Where two transcripts differ.
fn difference<M: Clone + PartialEq + std::fmt::Debug>(
    shown: &[M],
    stored: &[M],
    part: impl Fn(&M) -> &ShownMessage,
    settled: impl Fn(&M) -> M,
) -> Option<String> {
    let sequences =
        |list: &[M]| -> Vec<u64> { list.iter().map(|message| part(message).sequence.0).collect() };
    let (left, right) = (sequences(shown), sequences(stored));
    if left != right {
        return Some(format!("{left:?} is shown, {right:?} is stored"));
    }
    let differs = shown.iter().zip(stored);
    differs
        .map(|(shown, stored)| (settled(shown), settled(stored)))
        .find(|(shown, stored)| shown != stored)
        .map(|(shown, stored)| format!("{shown:?} is shown, {stored:?} is stored"))
}

/// That a button expires is nobody's doing and told to nobody; whoever reads the message anew is told.
fn settled_shown(message: &ShownMessage) -> ShownMessage {
    let mut message = message.clone();
    settle(&mut message.content);
    message
}

fn settled_staff(message: &StaffMessage) -> StaffMessage {
    let mut message = message.clone();
    settle(&mut message.shown_mut().content);
    message
}

fn settle(content: &mut ShownContent) {
    if let ContentKind::Template(template) = &mut content.kind {
        for button in &mut template.buttons {
            if let ShownAction::Postback { state, .. } = &mut button.action
                && *state == ButtonState::Expired
            {
                *state = ButtonState::Idle;
            }
        }
    }
}
