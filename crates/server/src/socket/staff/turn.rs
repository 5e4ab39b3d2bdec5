//! What the inbox page says, and what it is told of that is not in the store.

use shopbell_protocol::frame::{Resume, StaffClientFrame, StaffServerFrame};
use shopbell_protocol::shown::Side;
use shopbell_protocol::staff::StaffSendRequest;
use shopbell_protocol::{ConversationId, ErrorBody, Rule, Sequence};
use tokio::time::Instant;

use super::{Desk, LIST_AFTER, LIST_LINE_AFTER, OPEN_MAX, Opened};
use crate::broker::{Signal, SignalKind};
use crate::http::error::ApiError;
use crate::http::rates::Caller;
use crate::service::ServiceError;
use crate::socket::Ending;
use crate::socket::complaint::{self, Complaint};
use crate::socket::talk::{Dialect, Line};
use crate::socket::wire::{Wire, close};

impl Dialect for Desk {
    type In = StaffClientFrame;
    type Out = StaffServerFrame;

    const NAME: complaint::Dialect = complaint::Dialect::Staff;
    const SIGNALS_AT_ONCE: usize = 1_024;

    fn caller(&self) -> Caller<'_> {
        Caller::Staff(self.caller.staff_id.as_str())
    }

    fn error(error: ErrorBody) -> StaffServerFrame {
        StaffServerFrame::Error { error }
    }

    fn complaint(complaint: Complaint) -> StaffServerFrame {
        let error = complaint.error;
        match (complaint.client_id, complaint.conversation_id) {
            (Some(client_id), Some(conversation_id)) => StaffServerFrame::Reject {
                conversation_id,
                client_id,
                error,
            },
            _ => StaffServerFrame::Error { error },
        }
    }

    fn ping() -> StaffServerFrame {
        StaffServerFrame::Ping { n: 0 }
    }

    fn goodbye(retry_after_ms: u64) -> StaffServerFrame {
        StaffServerFrame::Goodbye { retry_after_ms }
    }

    async fn begin<W: Wire>(&mut self, line: &mut Line<W, StaffServerFrame>) -> Result<(), Ending> {
        // Once more, now that the end of the session would be heard: it may have come before the first frame.
        self.check(line).await?;
        self.welcome(line).await
    }

    async fn frame<W: Wire>(
        &mut self,
        line: &mut Line<W, StaffServerFrame>,
        mut frame: StaffClientFrame,
        _bytes: usize,
    ) -> Result<(), Ending> {
        in_lower_case(&mut frame);
        if let Err(too_fast) = line.state.rates().take(self.caller()) {
            let error = too_fast.into_body();
            line.answer(match frame {
                StaffClientFrame::Send {
                    conversation_id,
                    client_id,
                    ..
                } => StaffServerFrame::Reject {
                    conversation_id,
                    client_id,
                    error,
                },
                _ => StaffServerFrame::Error { error },
            });
            return Ok(());
        }
        if !matches!(frame, StaffClientFrame::Ping { .. } | StaffClientFrame::Unknown) {
            self.check(line).await?;
        }
        match frame {
            StaffClientFrame::Open {
                conversation_id,
                resume,
            } => self.open(line, conversation_id, resume).await?,
            StaffClientFrame::Close { conversation_id } => {
                self.report_in(line, std::slice::from_ref(&conversation_id));
                self.opened.remove(&conversation_id);
                self.changed.remove(&conversation_id);
            }
            StaffClientFrame::Send {
                conversation_id,
                client_id,
                message,
                last_seen_sequence,
            } => {
                let request = StaffSendRequest {
                    client_id,
                    message: *message,
                    last_seen_sequence,
                };
                self.send(line, conversation_id, request).await;
            }
            StaffClientFrame::Seen {
                conversation_id,
                sequence,
            } => self.seen(line, conversation_id, sequence),
            StaffClientFrame::Typing { conversation_id, on } => {
                let service = line.state.service();
                if let Err(error) = service.staff_typing(&self.caller, &conversation_id, on).await {
                    line.answer(complain(error));
                }
            }
            StaffClientFrame::Ping { n } => line.feed(&StaffServerFrame::Pong { n }).await?,
            StaffClientFrame::Hello {} => {
                let error = ApiError::field("type", Rule::Other, "must be hello in the first frame only");
                line.answer(Self::error(error.into_body()));
            }
            StaffClientFrame::Unknown => {}
        }
        Ok(())
    }

    async fn signal<W: Wire>(
        &mut self,
        line: &mut Line<W, StaffServerFrame>,
        signal: Signal,
    ) -> Result<(), Ending> {
        let conversation_id = signal.conversation_id;
        match signal.kind {
            SignalKind::Look => {
                self.look_for(line, conversation_id);
                Ok(())
            }
            SignalKind::Stored(arrival) => self.take_arrival(line, conversation_id, &arrival).await,
            // One's own typing comes back as everybody else's does, from this tab and from others of the same person.
            SignalKind::Typing {
                staff_id: Some(typist),
                ..
            } if typist == self.caller.staff_id => Ok(()),
            SignalKind::Typing { side, who, on, .. } => {
                let frame = StaffServerFrame::Typing {
                    conversation_id,
                    performed_by: side,
                    who,
                    on,
                };
                Ok(line.feed(&frame).await?)
            }
            SignalKind::SessionsEnded => self.check(line).await,
            SignalKind::Presence {
                side: Side::Participant,
                online,
            } => Ok(line
                .feed(&StaffServerFrame::Presence {
                    conversation_id,
                    online,
                })
                .await?),
            SignalKind::Presence { .. } => Ok(()),
        }
    }

    async fn missed<W: Wire>(&mut self, line: &mut Line<W, StaffServerFrame>) -> Result<(), Ending> {
        self.check(line).await?;
        self.look_at_all();
        line.pulse.look_soon();
        Ok(())
    }

    async fn look<W: Wire>(
        &mut self,
        line: &mut Line<W, StaffServerFrame>,
        everywhere: bool,
    ) -> Result<(), Ending> {
        if everywhere {
            self.look_at_all();
        }
        self.look_again(line).await
    }

    /// Somebody who has signed out elsewhere, or whose password was changed, hears and says no more.
    async fn check<W: Wire>(&mut self, line: &mut Line<W, StaffServerFrame>) -> Result<(), Ending> {
        line.pulse.checked();
        let known = line.state.service().authenticate_staff(&self.session).await;
        match known {
            Err(error @ ServiceError::Unauthenticated { .. }) => {
                Err(Ending::Refused(error.into(), close::POLICY))
            }
            // A store that cannot answer now says so to whatever is asked of it.
            Ok(_) | Err(_) => Ok(()),
        }
    }

    fn report<W: Wire>(&mut self, line: &mut Line<W, StaffServerFrame>) {
        let opened: Vec<ConversationId> = self.opened.keys().cloned().collect();
        self.report_in(line, &opened);
    }
}

impl Desk {
    async fn send<W: Wire>(
        &self,
        line: &mut Line<W, StaffServerFrame>,
        conversation_id: ConversationId,
        request: StaffSendRequest,
    ) {
        let client_id = request.client_id.clone();
        let service = line.state.service();
        let sending = service
            .begin_send_as_staff(&self.caller, &conversation_id, request)
            .await;
        line.answers.push(async move {
            vec![match sending.await {
                Ok(message) => StaffServerFrame::Ack {
                    conversation_id,
                    client_id,
                    message: Box::new(message),
                },
                Err(error) => StaffServerFrame::Reject {
                    conversation_id,
                    client_id,
                    error: ApiError::from(error).into_body(),
                },
            }]
        });
    }

    fn seen<W: Wire>(
        &self,
        line: &mut Line<W, StaffServerFrame>,
        conversation_id: ConversationId,
        sequence: Sequence,
    ) {
        let (service, caller) = (line.state.service().clone(), self.caller.clone());
        line.answers.push(async move {
            let seen = service.staff_seen(&caller, &conversation_id, sequence).await;
            seen.err().map(complain).into_iter().collect()
        });
    }

    async fn open<W: Wire>(
        &mut self,
        line: &mut Line<W, StaffServerFrame>,
        conversation_id: ConversationId,
        resume: Option<Resume>,
    ) -> Result<(), Ending> {
        if self.opened.len() >= OPEN_MAX && !self.opened.contains_key(&conversation_id) {
            let text = format!("More than {OPEN_MAX} conversations are open; close one first");
            let error = ApiError::exhausted("open conversations of a connection", text, 1_000).into_body();
            line.answer(Self::error(error));
            return Ok(());
        }
        let found = match line
            .state
            .service()
            .open_for_staff(&self.caller, &conversation_id)
            .await
        {
            Ok(found) => found,
            Err(ServiceError::ConversationMerged { into }) => {
                let frame = StaffServerFrame::Merged {
                    conversation_id,
                    into,
                };
                line.feed(&frame).await?;
                return Ok(());
            }
            Err(error) => {
                line.answer(complain(error));
                return Ok(());
            }
        };
        let id = conversation_id.clone();
        let place = resume.map(|resume| found.resume(resume.after));
        let frame = StaffServerFrame::Opened {
            conversation_id: id,
            last_sequence: found.last_sequence,
            marks: found.marks,
        };
        line.feed(&frame).await?;
        let (conversation, online) = (conversation_id.clone(), found.participant_online);
        line.feed(&StaffServerFrame::Presence {
            conversation_id: conversation,
            online,
        })
        .await?;
        let place = match place {
            Some(None) => {
                let conversation_id = Some(conversation_id.clone());
                line.feed(&StaffServerFrame::Resync { conversation_id }).await?;
                found.place
            }
            Some(Some(place)) => place,
            None => found.place,
        };
        let opened = Opened {
            place,
            told: found.marks,
            handed_over: Sequence::default(),
        };
        self.opened.insert(conversation_id.clone(), opened);
        // What the page missed is handed over as fast as it is taken, however much it is.
        self.look_into(line, &conversation_id, false).await
    }

    /// When the list may be looked at next. A page that was handed many lines waits longer for the next ones.
    pub(super) fn list_due(&self) -> Instant {
        self.list_looked + LIST_AFTER + LIST_LINE_AFTER.saturating_mul(self.list_lines)
    }

    fn look_at_all(&mut self) {
        self.changed.extend(self.opened.keys().cloned());
        self.list_changed = true;
    }
}

fn complain(error: ServiceError) -> StaffServerFrame {
    StaffServerFrame::Error {
        error: ApiError::from(error).into_body(),
    }
}

/// An id is the same in any case; signals, and what is kept by id here, have it in lower case.
fn in_lower_case(frame: &mut StaffClientFrame) {
    match frame {
        StaffClientFrame::Open { conversation_id, .. }
        | StaffClientFrame::Close { conversation_id }
        | StaffClientFrame::Send { conversation_id, .. }
        | StaffClientFrame::Seen { conversation_id, .. }
        | StaffClientFrame::Typing { conversation_id, .. } => conversation_id.0.make_ascii_lowercase(),
        StaffClientFrame::Ping { .. } | StaffClientFrame::Hello {} | StaffClientFrame::Unknown => {}
    }
}
