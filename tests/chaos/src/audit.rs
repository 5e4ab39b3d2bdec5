//! The account at the end of a mode: what was acknowledged, what is stored, what is shown.

use std::collections::{HashMap, HashSet};

use anyhow::Result;
use shopbell_protocol::event::{EventBody, EventsPage};

use crate::report::Report;
use crate::world::World;

/// See the module.
#[derive(Debug, Default)]
pub(crate) struct Audit {
    pub(crate) acknowledged: usize,
    pub(crate) stored: usize,
    /// Acknowledged, and not stored.
    pub(crate) lost: usize,
    pub(crate) stored_twice: usize,
    pub(crate) shown_twice: usize,
    /// Conversations of which a side shows something else than the server holds.
    pub(crate) unequal: usize,
    /// Of every transcript that was compared.
    pub(crate) bytes: usize,
}

impl Audit {
    /// Compares all three accounts of every conversation.
    pub(crate) async fn of(world: &World) -> Result<Self> {
        let mut audit = Self::default();
        let mut stored: HashMap<String, usize> = HashMap::new();
        for number in 0..world.conversations.len() {
            let transcripts = world.transcripts(number).await?;
            for text in transcripts.texts {
                *stored.entry(text).or_default() += 1;
            }
            audit.shown_twice += transcripts.shown_twice;
            audit.bytes += transcripts
                .server
                .iter()
                .map(|line| line.len() + 1)
                .sum::<usize>();
            for (side, shown, server) in [
                ("visitor", &transcripts.visitor, &transcripts.visible),
                ("staff", &transcripts.staff, &transcripts.server),
            ] {
                if shown != server {
                    audit.unequal += 1;
                    explain(number, side, shown, server);
                }
            }
        }
        let acknowledged: HashSet<String> = world.log.texts().into_iter().collect();
        audit.acknowledged = acknowledged.len();
        audit.stored = stored.values().sum();
        audit.lost = acknowledged
            .iter()
            .filter(|text| !stored.contains_key(*text))
            .count();
        audit.stored_twice = stored.values().map(|count| count - 1).sum();
        Ok(audit)
    }

    /// What every mode has to show of it.
    pub(crate) fn tell(&self, report: &mut Report) {
        report.figure("messages acknowledged", self.acknowledged);
        report.figure("messages stored", self.stored);
        report.must("acknowledged and lost", self.lost, 0);
        report.must("stored twice", self.stored_twice, 0);
        report.must("shown twice", self.shown_twice, 0);
        report.must("transcripts that differ from the server's", self.unequal, 0);
    }
}

fn explain(number: usize, side: &str, shown: &[String], server: &[String]) {
    let place = shown.iter().zip(server).position(|(a, b)| a != b);
    let place = place.unwrap_or(shown.len().min(server.len()));
    eprintln!(
        "conversation {number}, {side}: {} lines, the server has {}; first difference at {place}:\n  shown  {:?}\n  server {:?}",
        shown.len(),
        server.len(),
        shown.get(place),
        server.get(place),
    );
}

/// Presses of buttons in the event log.
pub(crate) async fn press_events(world: &World) -> Result<usize> {
    let http = world.auditor();
    let (mut cursor, mut presses) = (String::new(), 0);
    loop {
        let page: EventsPage = http
            .get(&format!("/events/v1?limit=1000&after={cursor}"))
            .await?
            .ok()?;
        if page.events.is_empty() {
            return Ok(presses);
        }
        presses += page
            .events
            .iter()
            .filter(|event| matches!(event.body, EventBody::ButtonInteracted(_)))
            .count();
        cursor = page.cursor;
    }
}
