//! One file on its way up, in pieces, by the tus protocol: what to ask next, given what came back.
//!
//! The server says how much of the file it has on disk; from there it goes on, whatever was lost on the way. The same
//! file under the same client id is the same upload, so a page that was loaded again needs nothing but the two.
//!
//! # Source
//! tus resumable upload protocol 1.0.0: core protocol, creation, creation with upload.

use shopbell_protocol::{ErrorBody, code};

use crate::backoff;
use crate::client::Failure;
use crate::outbox::{Verdict, verdict};

/// The most that one request carries, and so the most that a loss costs.
pub const PIECE_BYTES: u64 = 1024 * 1024;
/// What the server asks to wait longer than this for is told instead of waited for.
const PATIENCE_MS: u64 = 60_000;

/// One file on its way up.
#[derive(Debug, Clone)]
pub struct Upload {
    size: u64,
    /// What the server has on disk, as far as it has said.
    confirmed: u64,
    location: Option<String>,
    /// Whether the server cannot have heard of it.
    fresh: bool,
    /// What the request under way carries.
    under_way: u64,
    failures: u32,
}

/// What to do next.
#[derive(Debug, Clone, PartialEq)]
pub enum UploadStep {
    /// Create it, or find out how far it has got: `POST` with these first bytes of the file, which may be none.
    Create(u64),
    /// Find out how far it has got: `HEAD`.
    Ask(String),
    /// Go on: `PATCH` with the bytes of the file from the first to the second place, which may be none.
    Send(String, u64, u64),
    /// Do nothing for so many milliseconds or until there is a network again, then [`Upload::resume`].
    Wait(u64),
    /// The server has it; the answer's body says under what address.
    Whole,
    /// It will not have it.
    Refused(ErrorBody),
}

/// What a request was answered.
#[derive(Debug, Clone, PartialEq)]
pub struct UploadProgress {
    /// `Location`.
    pub location: Option<String>,
    /// `Upload-Offset`.
    pub offset: Option<u64>,
    /// Whether the body says under what address the file is.
    pub whole: bool,
}

impl Upload {
    /// A file that the server has not heard of.
    pub fn new(size: u64) -> Self {
        Self {
            fresh: true,
            ..Self::again(size)
        }
    }

    /// A file of which an earlier page has sent some.
    pub fn again(size: u64) -> Self {
        Self {
            size,
            confirmed: 0,
            location: None,
            fresh: false,
            under_way: 0,
            failures: 0,
        }
    }

    /// Bytes of the file.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Where the server has it, as far as this page knows.
    pub fn location(&self) -> Option<&str> {
        self.location.as_deref()
    }

    /// Begins, or goes on after [`UploadStep::Wait`].
    pub fn resume(&mut self) -> UploadStep {
        let (location, fresh) = (self.location.clone(), std::mem::take(&mut self.fresh));
        self.under_way = 0;
        if let Some(location) = location {
            return UploadStep::Ask(location);
        }
        self.under_way = if fresh { self.size.min(PIECE_BYTES) } else { 0 };
        UploadStep::Create(self.under_way)
    }

    /// The part of the file that is up, with a part of the request under way: 0.0 to 1.0.
    pub fn progress(&self, of_request: f64) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "shown in percent")]
        let part = (self.confirmed as f64 + of_request * self.under_way as f64) / self.size.max(1) as f64;
        part.min(1.0)
    }

    /// What became of the request; `unit` is the caller's randomness.
    pub fn answered(&mut self, answer: Result<UploadProgress, Failure>, unit: f64) -> UploadStep {
        match answer {
            Ok(answer) => self.went_on(answer, unit),
            Err(Failure::Refused(error)) => self.refused(error, unit),
            Err(Failure::Lost) => self.wait(None, unit),
        }
    }

    fn went_on(&mut self, answer: UploadProgress, unit: f64) -> UploadStep {
        self.location = answer.location.or(self.location.take());
        let (Some(offset), Some(location)) = (answer.offset, self.location.clone()) else {
            return self.wait(None, unit);
        };
        if offset == self.size && answer.whole {
            self.confirmed = offset;
            self.under_way = 0;
            return UploadStep::Whole;
        }
        let stands_still = offset <= self.confirmed && self.under_way > 0;
        self.confirmed = offset;
        if stands_still || offset > self.size {
            return self.wait(None, unit);
        }
        if self.under_way > 0 {
            self.failures = 0;
        }
        let to = offset.saturating_add(PIECE_BYTES).min(self.size);
        self.under_way = to.saturating_sub(offset);
        UploadStep::Send(location, offset, to)
    }

    fn refused(&mut self, error: ErrorBody, unit: f64) -> UploadStep {
        match error.code() {
            "UPLOAD_OFFSET" => self.resume(),
            "LOCKED" | "REQUEST_TIMEOUT" | "ABORTED" => self.wait(error.retry_after_ms(), unit),
            // It took too long, and the server has thrown it away: from the beginning.
            code::NOT_FOUND => {
                self.location = None;
                self.confirmed = 0;
                self.wait(Some(0), unit)
            }
            _ => match verdict(&error) {
                Verdict::Later(Some(ms)) if ms > PATIENCE_MS => UploadStep::Refused(error),
                Verdict::Later(ms) => self.wait(ms, unit),
                Verdict::SignIn => self.wait(None, unit),
                Verdict::Retry | Verdict::Never => UploadStep::Refused(error),
            },
        }
    }

    fn wait(&mut self, ms: Option<u64>, unit: f64) -> UploadStep {
        let delay = backoff::delay_ms(self.failures, unit);
        // The first time the server may name its own time, but no server is asked without a pause for ever.
        let delay = ms.map_or(delay, |ms| if self.failures == 0 { ms } else { ms.max(delay) });
        self.failures = self.failures.saturating_add(1);
        self.under_way = 0;
        UploadStep::Wait(delay)
    }
}

/// Whether the same file may get through another time.
pub fn may_retry(error: &ErrorBody) -> bool {
    verdict(error) != Verdict::Never
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const LOCATION: &str = "/uploads/1";

    /// A server that keeps what arrives, over a network that breaks off anywhere.
    #[derive(Default)]
    struct Server {
        on_disk: Option<u64>,
        received: u64,
    }

    impl Server {
        /// `arrives`: how much of the body gets there; `answers`: whether its answer comes back.
        fn serve(
            &mut self,
            step: &UploadStep,
            size: u64,
            arrives: f64,
            answers: bool,
        ) -> Result<UploadProgress, Failure> {
            #[expect(
                clippy::cast_precision_loss,
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "a test's part of a body"
            )]
            let part = |bytes: u64| {
                if answers {
                    bytes
                } else {
                    (bytes as f64 * arrives) as u64
                }
            };
            let mut whole = false;
            match step {
                UploadStep::Create(first) => {
                    self.received += part(*first);
                    if self.on_disk.is_none() {
                        self.on_disk = Some(part(*first));
                    }
                    whole = self.on_disk == Some(size);
                }
                UploadStep::Ask(location) => {
                    assert_eq!(location, LOCATION);
                    if self.on_disk.is_none() {
                        return Err(Failure::Refused(ErrorBody::application(code::NOT_FOUND, "")));
                    }
                }
                UploadStep::Send(location, from, to) => {
                    assert_eq!(location, LOCATION);
                    self.received += part(to - from);
                    if self.on_disk != Some(*from) {
                        return Err(Failure::Refused(ErrorBody::application("UPLOAD_OFFSET", "")));
                    }
                    self.on_disk = Some(from + part(to - from));
                    whole = self.on_disk == Some(size);
                }
                UploadStep::Wait(_) | UploadStep::Whole | UploadStep::Refused(_) => {
                    panic!("{step:?} is no request")
                }
            }
            if !answers {
                return Err(Failure::Lost);
            }
            Ok(UploadProgress {
                location: Some(LOCATION.into()),
                offset: self.on_disk,
                whole,
            })
        }
    }

    #[derive(Debug, Clone, Copy)]
    enum Fate {
        Answered,
        Lost(f64),
        Reloaded(f64),
        Expired,
    }

    fn fate() -> impl Strategy<Value = Fate> {
        prop_oneof![
            6 => Just(Fate::Answered),
            2 => (0.0..=1.0).prop_map(Fate::Lost),
            2 => (0.0..=1.0).prop_map(Fate::Reloaded),
            1 => Just(Fate::Expired),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn whatever_is_lost_the_file_gets_there_and_a_loss_costs_less_than_a_piece(
            size in 1..(5 * PIECE_BYTES),
            fates in prop::collection::vec(fate(), 0..40),
        ) {
            let mut server = Server::default();
            let mut upload = Upload::new(size);
            let mut step = upload.resume();
            let (mut losses, mut thrown_away) = (0, 0);
            let mut fates = fates.into_iter();
            for round in 0.. {
                prop_assert!(round < 500, "no end: {upload:?}");
                match &step {
                    UploadStep::Whole => break,
                    UploadStep::Refused(error) => panic!("{error:?}"),
                    UploadStep::Wait(_) => step = upload.resume(),
                    request => {
                        let fate = fates.next().unwrap_or(Fate::Answered);
                        let (arrives, answers) = match fate {
                            Fate::Answered | Fate::Expired => (1.0, true),
                            Fate::Lost(part) | Fate::Reloaded(part) => (part, false),
                        };
                        if let (Fate::Expired, Some(bytes)) = (fate, server.on_disk) {
                            thrown_away += bytes;
                            server.on_disk = None;
                            upload = Upload::again(size);
                            step = upload.resume();
                            continue;
                        }
                        losses += u64::from(!answers);
                        let answer = server.serve(request, size, arrives, answers);
                        if matches!(fate, Fate::Reloaded(_)) {
                            upload = Upload::again(size);
                            step = upload.resume();
                        } else {
                            step = upload.answered(answer, 0.5);
                        }
                    }
                }
            }
            prop_assert_eq!(server.on_disk, Some(size));
            // What arrives is kept, so nothing at all is sent twice but where the server has thrown it away.
            prop_assert!(server.received <= size + thrown_away, "{} of {size} after {losses} losses", server.received);
        }
    }

    #[test]
    fn a_small_file_is_one_request() {
        let mut upload = Upload::new(1_000);
        assert_eq!(upload.resume(), UploadStep::Create(1_000));
        let whole = UploadProgress {
            location: Some(LOCATION.into()),
            offset: Some(1_000),
            whole: true,
        };
        assert_eq!(upload.answered(Ok(whole), 0.5), UploadStep::Whole);
    }

    #[test]
    fn a_whole_file_whose_last_answer_was_lost_is_asked_for_with_an_empty_piece() {
        let mut upload = Upload::again(1_000);
        assert_eq!(upload.resume(), UploadStep::Create(0));
        let silent = UploadProgress {
            location: Some(LOCATION.into()),
            offset: Some(1_000),
            whole: false,
        };
        assert_eq!(
            upload.answered(Ok(silent), 0.5),
            UploadStep::Send(LOCATION.into(), 1_000, 1_000)
        );
    }

    #[test]
    fn a_server_that_takes_nothing_is_asked_with_growing_pauses() {
        let mut upload = Upload::new(1_000);
        upload.resume();
        let nothing = UploadProgress {
            location: Some(LOCATION.into()),
            offset: Some(0),
            whole: false,
        };
        let mut pauses = Vec::new();
        for _ in 0..4 {
            match upload.answered(Ok(nothing.clone()), 1.0) {
                UploadStep::Wait(ms) => {
                    pauses.push(ms);
                    upload.resume();
                    upload.answered(Ok(nothing.clone()), 1.0);
                }
                step => panic!("{step:?}"),
            }
        }
        assert!(pauses.is_sorted() && pauses.last() > pauses.first(), "{pauses:?}");
    }

    #[test]
    fn what_the_server_says_of_the_file_is_final_and_of_the_way_is_not() {
        let refused =
            |code| Upload::new(1).answered(Err(Failure::Refused(ErrorBody::application(code, ""))), 0.5);
        for code in [code::UNSUPPORTED_MEDIA_TYPE, code::BODY_TOO_LARGE] {
            assert!(
                matches!(refused(code), UploadStep::Refused(error) if !may_retry(&error)),
                "{code}"
            );
        }
        for code in [
            "LOCKED",
            "REQUEST_TIMEOUT",
            "ABORTED",
            code::UNAVAILABLE,
            code::INTERNAL,
            code::UNAUTHENTICATED,
        ] {
            assert!(matches!(refused(code), UploadStep::Wait(_)), "{code}");
        }
        let tomorrow =
            ErrorBody::application(code::RESOURCE_EXHAUSTED, "").with_data("retryAfterMs", 3_600_000);
        let told = Upload::new(1).answered(Err(Failure::Refused(tomorrow)), 0.5);
        assert!(matches!(told, UploadStep::Refused(error) if may_retry(&error)));
    }
}
