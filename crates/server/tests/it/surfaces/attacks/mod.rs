//! What a stranger tries: each attempt has its clear answer, shows nothing of the inside and leaves nothing behind.

mod credentials;
mod identity;
mod uploads;
mod wire;
