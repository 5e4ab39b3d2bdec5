//! What the service needs to know of the settings.

use crate::webhook::outbound::Outbound;

/// Settings of the service.
#[derive(Debug, Clone)]
pub struct ServiceConfig {
    /// How visitors reach this server, without a slash at the end; begins the address of every stored picture.
    pub public_origin: String,
    /// Largest upload.
    pub upload_max_bytes: u64,
    /// What one visitor may upload in a day.
    pub upload_day_bytes: u64,
    /// Seconds for which a file is kept that no message names, and an upload with which nobody goes on.
    pub keep_unsent_s: u64,
    /// What a page's file dialog offers, as in `accept`.
    pub upload_accept: String,
    /// Memory that hashing a password takes, in KiB. Tests use less than people should.
    pub password_memory_kib: u32,
    /// Calls webhook endpoints: where it may, and how long it waits.
    pub webhooks: Outbound,
}

impl Default for ServiceConfig {
    fn default() -> Self {
        Self {
            public_origin: "http://127.0.0.1:8080".to_owned(),
            upload_max_bytes: shopbell_protocol::limits::UPLOAD_MAX_BYTES,
            upload_day_bytes: 200 << 20,
            keep_unsent_s: 48 * 3_600,
            upload_accept: "image/*,application/pdf".to_owned(),
            // OWASP's second choice for argon2id, with two passes.
            password_memory_kib: 19_456,
            webhooks: Outbound::default(),
        }
    }
}
