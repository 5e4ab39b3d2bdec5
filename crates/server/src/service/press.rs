//! Pressing a postback button (rule 10).

use shopbell_protocol::widget::{PostbackAnswer, PostbackRequest};
use shopbell_protocol::{ButtonState, Violations, validate};

use super::view::button_changes;
use super::{ParticipantCaller, Service, ServiceError, ServiceResult, member};
use crate::store::{PressButton, Pressed};

impl Service {
    /// Presses a button; a repeated press gets the first result.
    ///
    /// # Errors
    /// `NotFound` for a message that the participant cannot see or a button that it has not, `ButtonExpired`,
    /// `IdempotencyKeyReused`, `Invalid`; store errors.
    pub async fn press_postback(
        &self,
        caller: &ParticipantCaller,
        request: PostbackRequest,
    ) -> ServiceResult<PostbackAnswer> {
        let mut violations = Violations::default();
        validate::client_id(request.client_id.as_str(), "clientId", &mut violations);
        violations.into_result(())?;
        let now_micros = self.now_micros();
        let button_id = request.button_id.clone();
        let press = PressButton {
            conversation_id: caller.conversation_id.clone(),
            message_id: request.message_id,
            button_id: request.button_id,
            client_id: request.client_id,
            event_id: self.event_id()?,
            now_micros,
        };
        let site_id = caller.site_id.clone();
        let pressed = self
            .to_the_end(|service| async move {
                let conversation_id = press.conversation_id.clone();
                let pressed = service.store().press_button(press).await?;
                if matches!(pressed, Pressed::Accepted(_)) {
                    service.look_again(site_id, conversation_id);
                }
                Ok(pressed)
            })
            .await?;
        match pressed {
            Pressed::Accepted(message) | Pressed::Before(message) => Ok(PostbackAnswer {
                buttons: button_changes(&message, &[&button_id], now_micros),
            }),
            Pressed::Expired => Err(ServiceError::ButtonExpired {
                state: ButtonState::Expired,
            }),
            Pressed::KeyReused => Err(ServiceError::IdempotencyKeyReused),
            Pressed::Merged => Err(member::past()),
            Pressed::MessageNotFound => Err(ServiceError::NotFound { what: "Message" }),
            Pressed::ButtonNotFound => Err(ServiceError::NotFound { what: "Button" }),
        }
    }
}
