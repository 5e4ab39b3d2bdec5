//! Pressing a postback button (rule 10).

use shopbell_protocol::widget::{PostbackAnswer, PostbackRequest};

use super::{ParticipantCaller, Service, ServiceResult, unbuilt};

impl Service {
    /// Presses a button; a repeated press gets the first result.
    ///
    /// # Errors
    /// `NotFound` for a message that the participant cannot see or a button that it has not, `ButtonExpired`,
    /// `IdempotencyKeyReused`, `Invalid`, `ResourceExhausted`; store errors.
    pub async fn press_postback(
        &self,
        caller: &ParticipantCaller,
        request: PostbackRequest,
    ) -> ServiceResult<PostbackAnswer> {
        let _ = (caller, request);
        Err(unbuilt())
    }
}
