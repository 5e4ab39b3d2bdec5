//! What somebody has to say: numbered lines, the next when the one before is acknowledged.

use shopbell_protocol::ClientId;

/// See the module.
#[derive(Debug, Clone)]
pub(crate) struct Talk {
    name: String,
    said: u64,
    until: u64,
}

impl Talk {
    /// `name` is in every line, so that no two are the same.
    pub(crate) fn new(name: impl Into<String>, lines: u64) -> Self {
        Self {
            name: name.into(),
            said: 0,
            until: lines,
        }
    }

    /// Goes on for so many more lines.
    pub(crate) fn say(&mut self, more: u64) {
        self.until += more;
    }

    /// Says nothing more.
    pub(crate) fn stop(&mut self) {
        self.until = self.said;
    }

    pub(crate) fn is_over(&self) -> bool {
        self.said >= self.until
    }

    pub(crate) fn said(&self) -> u64 {
        self.said
    }

    /// The line after which it is over: said already, or to be said next.
    pub(crate) fn last(&self) -> String {
        format!("{}-{}", self.name, self.until)
    }

    /// The next line, with an id of its own.
    pub(crate) fn next(&mut self) -> Option<(ClientId, String)> {
        if self.is_over() {
            return None;
        }
        self.said += 1;
        let name = format!("{}-{}", self.name, self.said);
        Some((ClientId(name.clone()), name))
    }
}
