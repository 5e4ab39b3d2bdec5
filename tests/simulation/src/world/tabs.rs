//! What happens in browser tabs: inputs of the engine, and what becomes of its outputs.

use shopbell_protocol::ConversationId;
use shopbell_sync::Store;
use shopbell_sync::client::{Client, Input, Output};

use super::World;
use crate::hub::{Event, Who};
use crate::server::Call;

impl World {
    /// Something happens to a tab; closed ones hear nothing.
    pub(crate) fn tab(&mut self, index: usize, input: Input) {
        let at = self.moment(self.tabs[index].ahead_ms);
        let Some(client) = &mut self.tabs[index].client else {
            return;
        };
        let outputs = client.step(input, at);
        for output in outputs {
            self.carry_out(index, output);
        }
        self.remember_shown(index);
    }

    pub(super) fn remember_shown(&mut self, index: usize) {
        let tab = &self.tabs[index];
        let Some(client) = &tab.client else { return };
        let waiting = client.thread().timeline().items().iter().rev();
        let waiting = waiting.take_while(|item| item.sequence().is_none());
        let shown = &mut self.storages[tab.visitor].shown;
        for item in waiting {
            if let Some(id) = &item.message.client_id
                && !shown.contains(id)
            {
                shown.insert(id.clone());
            }
        }
    }

    pub(super) fn carry_out(&mut self, index: usize, output: Output) {
        let tab = &mut self.tabs[index];
        match output {
            // Requests that carry the frames are a network like any other.
            Output::Connect(_) => tab.socket = Some(self.hub.connect(Who::Tab(index))),
            Output::Close => {
                if let Some(id) = tab.socket.take() {
                    self.hub.hang_up(id);
                }
            }
            Output::Frame(frame) => {
                if let Some(id) = tab.socket {
                    self.hub
                        .up(id, serde_json::to_string(&frame).expect("a frame is JSON"));
                }
            }
            Output::Request(request) => {
                let token = tab.client.as_ref().and_then(Client::token).map(str::to_owned);
                let asks = tab.asks;
                self.ask(Who::Tab(index), asks, Call::Widget(token, request));
            }
            Output::StoreToken(token) => self.storages[tab.visitor].token = token,
            Output::Session { participant, .. } => tab.participant = Some(participant),
            Output::Store(store) => {
                tab.writes.push_back(store);
                let ms = self.hub.lock().rng.between(0, 20);
                self.hub.after(ms, Event::Stored(index, tab.life));
            }
            Output::MemoryOnly => tab.memory_only = true,
            Output::TrySocket => {
                let life = tab.life;
                self.hub.travel(Event::SocketWorks(index, life));
            }
            Output::Connection(_)
            | Output::Settings(_)
            | Output::Presence(_)
            | Output::Identified
            | Output::IdentityWanted(_)
            | Output::Denied(_)
            | Output::Show(_) => {}
        }
    }

    /// The storage of a tab's browser does the oldest thing that the tab told it.
    pub(super) fn store(&mut self, index: usize) {
        let visitor = self.tabs[index].visitor;
        let Some(store) = self.tabs[index].writes.pop_front() else {
            return;
        };
        let entries = &mut self.storages[visitor].entries;
        match store {
            Store::Put(kept) => {
                let fails = {
                    let mut inner = self.hub.lock();
                    let fails = inner.lossy > 0 && inner.rng.permille(5);
                    inner.totals.storage_failures += u64::from(fails);
                    fails
                };
                let id = kept.client_id.clone();
                if fails {
                    return self.tab(index, Input::Written(id, false));
                }
                match entries.iter_mut().find(|(_, old)| old.client_id == id) {
                    Some(old) => *old = (index, kept.clone()),
                    None => entries.push((index, kept.clone())),
                }
                self.tab(index, Input::Written(id, true));
                for other in 0..self.tabs.len() {
                    if other != index && self.tabs[other].visitor == visitor {
                        self.tab(other, Input::Elsewhere(kept.clone()));
                    }
                }
            }
            Store::Remove(id) => entries.retain(|(_, kept)| kept.client_id != id),
            Store::Clear => entries.clear(),
        }
    }

    /// A tab is opened, with what its browser has kept.
    pub(crate) fn open_tab(&mut self, index: usize) {
        let visitor = self.tabs[index].visitor;
        if self.tabs[index].client.is_some() {
            return;
        }
        let known = self.storages[visitor].token.is_some();
        let waits = (0..self.tabs.len()).any(|other| {
            other != index && self.tabs[other].visitor == visitor && self.tabs[other].client.is_some()
        });
        if waits && !known {
            // Two tabs that both ask for a first token would be two visitors.
            return self.hub.after(300, Event::TabUp(index));
        }
        self.tabs[index].client = Some(Client::keeping());
        self.tabs[index].memory_only = false;
        let token = self.storages[visitor].token.clone();
        self.tab(index, Input::Start { token });
        self.hand_over(index, true);
    }

    /// Entries whose tab has ended become this tab's.
    pub(crate) fn hand_over(&mut self, index: usize, at_start: bool) {
        let visitor = self.tabs[index].visitor;
        let alive: Vec<bool> = self.tabs.iter().map(|tab| tab.client.is_some()).collect();
        let (mut own, mut others) = (Vec::new(), Vec::new());
        for (owner, kept) in &mut self.storages[visitor].entries {
            if *owner == index || !alive[*owner] {
                *owner = index;
                own.push(kept.clone());
            } else {
                others.push(kept.clone());
            }
        }
        if at_start || !own.is_empty() {
            self.tab(index, Input::Restored(own));
        }
        if at_start {
            for kept in others {
                self.tab(index, Input::Elsewhere(kept));
            }
        }
    }

    /// The tab is gone, with everything that was only in its memory.
    pub(crate) fn kill_tab(&mut self, index: usize) {
        let tab = &mut self.tabs[index];
        let Some(client) = tab.client.take() else { return };
        let visitor = tab.visitor;
        tab.life += 1;
        tab.asks += 1;
        tab.writes.clear();
        if let Some(id) = tab.socket.take() {
            self.hub.hang_up(id);
        }
        let memory_only = tab.memory_only;
        let waiting = client.thread().timeline().items().iter();
        for item in waiting.filter(|item| item.sequence().is_none()) {
            let Some(id) = item.message.client_id.clone() else {
                continue;
            };
            let kept = self.storages[visitor]
                .entries
                .iter()
                .any(|(_, kept)| kept.client_id == id);
            if !kept && memory_only {
                self.storages[visitor].shown.remove(&id);
            }
        }
        let heir = (0..self.tabs.len())
            .find(|other| self.tabs[*other].visitor == visitor && self.tabs[*other].client.is_some());
        if let Some(heir) = heir {
            self.hand_over(heir, false);
        }
    }

    pub(crate) fn conversation_of(&self, tab: usize) -> Option<ConversationId> {
        let participant = self.tabs[tab].participant.as_ref()?;
        let (_, caller) = self.beginning.staff.first()?;
        Some(shopbell_server::ids::conversation_id(
            &caller.site_id,
            participant,
        ))
    }
}
