//! The steps of an upload, carried out: requests of the tus protocol, and pauses.

use shopbell_protocol::{ErrorBody, code};
use shopbell_sync::{Failure, LocalId, UploadProgress, UploadStep};

use super::attachments::Chosen;
use super::connection::Connection;
use super::routes;
use super::store::Upload;
use crate::codec;
use crate::platform::fetch::{Body, Fetch, FetchAnswer, FetchOptions, fetch};
use crate::platform::files::{base64, part_of};
use crate::platform::random;
use crate::platform::timer::{Timer, after};

const VERSION: (&str, &str) = ("Tus-Resumable", "1.0.0");

/// What an upload is doing; ends when it is replaced.
pub(super) enum Work {
    None,
    #[expect(dead_code, reason = "it is dropped to end it")]
    Request(Fetch),
    #[expect(dead_code, reason = "it is dropped to end it")]
    Pause(Timer),
}

impl Connection {
    /// Begins, or goes on after a pause. Without a token it stays at rest until the session has answered.
    pub(super) fn upload(&self, id: &LocalId) {
        if self.token().is_some() {
            let step = self.with_file(id, |chosen| chosen.upload.resume());
            self.do_step(id, step);
        }
    }

    /// There is a token, or a network, again: what rests goes on.
    pub(super) fn do_go_on(&self) {
        let files = self.attachments.files.borrow();
        let at_rest = files
            .iter()
            .filter(|chosen| chosen.is_under_way() && !matches!(chosen.work, Work::Request(_)));
        let ids: Vec<_> = at_rest.map(|chosen| chosen.id.clone()).collect();
        drop(files);
        for id in &ids {
            self.upload(id);
        }
    }

    /// A request about an upload whose answer nobody needs.
    pub(super) fn call_upload(&self, method: &str, path: &str) {
        let bearer = self.bearer();
        let options = FetchOptions {
            method,
            path,
            headers: &[("Authorization", &bearer), VERSION],
            body: Body::Empty,
            timeout_ms: 0,
        };
        if let Some(fetch) = fetch(&options, None, Box::new(|_| {})) {
            self.hold(fetch);
        }
    }

    fn do_step(&self, id: &LocalId, step: Option<UploadStep>) {
        let asked = match step {
            None | Some(UploadStep::Whole) => return,
            Some(UploadStep::Refused(error)) => return self.upload_refused(id, error),
            Some(UploadStep::Wait(ms)) => {
                let (this, waiting) = (self.this.clone(), id.clone());
                let timer = after(ms, move || {
                    if let Some(this) = this.upgrade() {
                        this.upload(&waiting);
                    }
                });
                self.with_file(id, |chosen| chosen.work = Work::Pause(timer));
                return;
            }
            Some(UploadStep::Create(first)) => self.with_file(id, |chosen| {
                self.ask_upload(chosen, "POST", routes::UPLOADS, 0, first)
            }),
            Some(UploadStep::Ask(location)) => {
                self.with_file(id, |chosen| self.ask_upload(chosen, "HEAD", &location, 0, 0))
            }
            Some(UploadStep::Send(location, from, to)) => {
                self.with_file(id, |chosen| self.ask_upload(chosen, "PATCH", &location, from, to))
            }
        };
        if asked == Some(false) {
            // The browser refuses to ask at all: as good as no answer.
            self.upload_answered(id, &FetchAnswer::default());
        }
    }

    /// Asks with the bytes of the file between two places. False where the browser refuses.
    fn ask_upload(&self, chosen: &mut Chosen, method: &str, path: &str, from: u64, to: u64) -> bool {
        let bearer = self.bearer();
        let (length, offset) = (chosen.upload.size().to_string(), from.to_string());
        let name = chosen.file.name();
        let metadata = [
            "clientId ",
            &base64(chosen.id.as_str()),
            ",filename ",
            &base64(&name),
        ]
        .concat();
        let part = (to > from).then(|| part_of(&chosen.file, from, to)).flatten();
        let mut headers = vec![("Authorization", bearer.as_str()), VERSION];
        match method {
            "POST" => headers.extend([
                ("Upload-Length", length.as_str()),
                ("Upload-Metadata", metadata.as_str()),
            ]),
            "PATCH" => headers.push(("Upload-Offset", offset.as_str())),
            _ => {}
        }
        if part.is_some() || method == "PATCH" {
            headers.push(("Content-Type", "application/offset+octet-stream"));
        }
        let (progress, now) = (chosen.view.clone(), chosen.upload.clone());
        progress.set(Upload::Uploading(now.progress(0.0)));
        let (this, id) = (self.this.clone(), chosen.id.clone());
        let started = fetch(
            &FetchOptions {
                method,
                path,
                headers: &headers,
                body: part.as_ref().map_or(Body::Empty, Body::Blob),
                timeout_ms: 0,
            },
            Some(Box::new(move |part| {
                progress.set(Upload::Uploading(now.progress(part)));
            })),
            Box::new(move |answer| {
                if let Some(this) = this.upgrade() {
                    this.upload_answered(&id, &answer);
                }
            }),
        );
        let asked = started.is_some();
        chosen.work = started.map_or(Work::None, Work::Request);
        asked
    }

    fn upload_answered(&self, id: &LocalId, answer: &FetchAnswer) {
        let media = answer
            .is_ok()
            .then(|| codec::upload_answer(&answer.text))
            .flatten();
        let result = if answer.is_ok() {
            Ok(UploadProgress {
                location: answer.location.clone(),
                offset: answer.offset,
                whole: media.is_some(),
            })
        } else if answer.status == 404 {
            // The answer to a `HEAD` has no body to say so.
            Err(Failure::Refused(ErrorBody::application(code::NOT_FOUND, "")))
        } else {
            Err(codec::error_body(&answer.text).map_or(Failure::Lost, Failure::Refused))
        };
        let step = self.with_file(id, |chosen| chosen.upload.answered(result, random::unit()));
        match (step, media) {
            (Some(UploadStep::Whole), Some(media)) => self.uploaded(id, media),
            (step, _) => self.do_step(id, step),
        }
    }
}
