//! Who comes when, and how far the event log has been read: one file, replaced as a whole.

use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::path::PathBuf;

use anyhow::{Context as _, Result};
use serde::{Deserialize, Serialize};

/// When the spa is free.
const SLOTS: [&str; 4] = [
    "Saturday, 2 December, 10:00",
    "Sunday, 3 December, 10:00",
    "Sunday, 3 December, 14:00",
    "Saturday, 9 December, 10:00",
];

#[derive(Default, Serialize, Deserialize)]
struct Pages {
    cursor: String,
    /// By conversation.
    appointments: BTreeMap<String, Appointment>,
}

#[derive(Clone, Serialize, Deserialize)]
struct Appointment {
    when: String,
    /// The event that changed it last, so that a repeat of it changes nothing.
    changed_by: String,
}

pub(crate) struct Diary {
    file: PathBuf,
    pages: Pages,
}

impl Diary {
    pub(crate) fn open(file: PathBuf) -> Result<Self> {
        let pages = match fs::read(&file) {
            Ok(text) => {
                serde_json::from_slice(&text).with_context(|| format!("{} is no diary", file.display()))?
            }
            Err(error) if error.kind() == ErrorKind::NotFound => Pages::default(),
            Err(error) => return Err(error).with_context(|| format!("cannot read {}", file.display())),
        };
        Ok(Self { file, pages })
    }

    pub(crate) fn cursor(&self) -> &str {
        &self.pages.cursor
    }

    /// Everything before the cursor has been dealt with.
    pub(crate) fn read_to(&mut self, cursor: String) -> Result<()> {
        if self.pages.cursor == cursor {
            return Ok(());
        }
        self.pages.cursor = cursor;
        self.keep()
    }

    pub(crate) fn appointment(&self, conversation: &str) -> Option<&str> {
        let appointment = self.pages.appointments.get(conversation)?;
        Some(&appointment.when)
    }

    /// The first free time, if there is one.
    pub(crate) fn book(&mut self, conversation: &str) -> Result<Option<String>> {
        let Some(when) = self.free_after(None) else {
            return Ok(None);
        };
        let appointment = Appointment {
            when: when.clone(),
            changed_by: String::new(),
        };
        self.pages
            .appointments
            .insert(conversation.to_owned(), appointment);
        self.keep()?;
        Ok(Some(when))
    }

    /// The next free time after the one that was booked. The same event again finds what it has changed.
    pub(crate) fn change(&mut self, conversation: &str, event: &str) -> Result<Option<String>> {
        let before = self.pages.appointments.get(conversation);
        if let Some(done) = before.filter(|before| before.changed_by == event) {
            return Ok(Some(done.when.clone()));
        }
        let Some(when) = self.free_after(before.map(|before| before.when.as_str())) else {
            return Ok(None);
        };
        let appointment = Appointment {
            when: when.clone(),
            changed_by: event.to_owned(),
        };
        self.pages
            .appointments
            .insert(conversation.to_owned(), appointment);
        self.keep()?;
        Ok(Some(when))
    }

    /// Conversations became one; so do their appointments, and the surviving one's counts.
    pub(crate) fn merge(&mut self, old: &[&str], target: &str) -> Result<()> {
        for conversation in old {
            if let Some(appointment) = self.pages.appointments.remove(*conversation) {
                self.pages
                    .appointments
                    .entry(target.to_owned())
                    .or_insert(appointment);
            }
        }
        self.keep()
    }

    fn free_after(&self, when: Option<&str>) -> Option<String> {
        let taken = |slot: &&str| {
            self.pages
                .appointments
                .values()
                .any(|appointment| appointment.when == **slot)
        };
        let place = when.and_then(|when| SLOTS.iter().position(|slot| *slot == when));
        let later = SLOTS
            .iter()
            .cycle()
            .skip(place.map_or(0, |place| place + 1))
            .take(SLOTS.len());
        later.copied().find(|slot| !taken(slot)).map(str::to_owned)
    }

    fn keep(&self) -> Result<()> {
        let beside = self.file.with_extension("part");
        fs::write(&beside, serde_json::to_vec_pretty(&self.pages)?)
            .and_then(|()| fs::rename(&beside, &self.file))
            .with_context(|| format!("cannot write {}", self.file.display()))
    }
}

#[cfg(test)]
mod tests {
    use std::env;

    use super::*;

    fn diary(name: &str) -> Diary {
        let file = env::temp_dir().join(format!("booking-bot-{name}-{}.json", std::process::id()));
        let _absent = fs::remove_file(&file);
        Diary::open(file).unwrap()
    }

    #[test]
    fn an_event_that_comes_again_moves_nothing_also_after_a_restart() {
        let mut diary = diary("again");
        assert_eq!(diary.book("c").unwrap().as_deref(), Some(SLOTS[0]));
        assert_eq!(diary.change("c", "e1").unwrap().as_deref(), Some(SLOTS[1]));
        let mut diary = Diary::open(diary.file).unwrap();
        assert_eq!(diary.change("c", "e1").unwrap().as_deref(), Some(SLOTS[1]));
        assert_eq!(diary.change("c", "e2").unwrap().as_deref(), Some(SLOTS[2]));
        fs::remove_file(diary.file).unwrap();
    }

    #[test]
    fn nobody_gets_a_time_that_somebody_else_has() {
        let mut diary = diary("taken");
        for (conversation, slot) in ["a", "b", "c"].into_iter().zip(SLOTS) {
            assert_eq!(diary.book(conversation).unwrap().as_deref(), Some(slot));
        }
        assert_eq!(diary.change("a", "e1").unwrap().as_deref(), Some(SLOTS[3]));
        assert_eq!(diary.book("d").unwrap().as_deref(), Some(SLOTS[0]));
        assert_eq!(diary.change("a", "e2").unwrap(), None);
        assert_eq!(diary.appointment("a"), Some(SLOTS[3]));
        diary.merge(&["a"], "e").unwrap();
        assert_eq!(
            (diary.appointment("a"), diary.appointment("e")),
            (None, Some(SLOTS[3]))
        );
        fs::remove_file(diary.file).unwrap();
    }
}
