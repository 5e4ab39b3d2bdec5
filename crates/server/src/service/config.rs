//! What the service needs to know of the settings.

/// Settings of the service.
#[derive(Debug, Clone)]
pub struct ServiceConfig {
    /// How visitors reach this server, without a slash at the end; begins the address of every stored picture.
    pub public_origin: String,
    /// Largest upload.
    pub upload_max_bytes: u64,
    /// What a page's file dialog offers, as in `accept`.
    pub upload_accept: String,
    /// How fast each caller may send.
    pub rates: Rates,
    /// Memory that hashing a password takes, in KiB. Tests use less than people should.
    pub password_memory_kib: u32,
}

/// How fast each caller may send and press.
#[derive(Debug, Clone, Copy)]
pub struct Rates {
    /// One API key.
    pub app: Rate,
    /// One participant.
    pub participant: Rate,
    /// One staff member.
    pub staff: Rate,
    /// Attempts to sign in with one login.
    pub sign_in: Rate,
}

/// A sustained rate and a burst.
#[derive(Debug, Clone, Copy)]
pub struct Rate {
    /// Sustained; more than 0.
    pub per_s: f64,
    /// At once; at least 1.
    pub burst: u32,
}

impl Default for ServiceConfig {
    fn default() -> Self {
        Self {
            public_origin: "http://127.0.0.1:8080".to_owned(),
            upload_max_bytes: shopbell_protocol::limits::UPLOAD_MAX_BYTES,
            upload_accept: "image/*,application/pdf".to_owned(),
            rates: Rates {
                app: Rate { per_s: 5000.0, burst: 10_000 },
                participant: Rate { per_s: 50.0, burst: 200 },
                staff: Rate { per_s: 100.0, burst: 400 },
                sign_in: Rate { per_s: 0.1, burst: 8 },
            },
            // OWASP's second choice for argon2id, with two passes.
            password_memory_kib: 19_456,
        }
    }
}
