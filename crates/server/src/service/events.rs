//! The event log, for programs that ask instead of being called (rule 14).

use std::time::Duration;

use shopbell_protocol::event::EventsPage;

use super::{AppCaller, Service, ServiceResult, unbuilt};

impl Service {
    /// What came after `after` (from the beginning where absent), oldest first; waits up to `wait` while there is
    /// nothing.
    ///
    /// # Errors
    /// `Invalid` for a cursor that was never issued or a `limit` outside 1 to 1000; store errors.
    pub async fn events_after(
        &self,
        caller: &AppCaller,
        after: Option<&str>,
        limit: Option<i64>,
        wait: Duration,
    ) -> ServiceResult<EventsPage> {
        let _ = (caller, after, limit, wait);
        Err(unbuilt())
    }
}
