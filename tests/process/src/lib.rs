//! The release binary as a process, and plain requests to it. Nothing here knows what is tested or measured.

pub mod http;
pub mod server;

use anyhow::{Context, Result};
use serde_json::json;

pub use http::Http;
pub use rustix::process::Signal;
pub use server::{KEY, PASSWORD, Server, Settings};

/// Signs in at `http`; answers the session's cookie.
///
/// # Errors
/// The server says no, or nothing.
pub async fn sign_in(http: &Http, email: &str, password: &str) -> Result<String> {
    let body = json!({"email": email, "password": password});
    let answer = http.post("/staff/v1/session", &body).await?;
    answer.ok::<serde_json::Value>()?;
    answer.cookie.context("signed in without a cookie")
}
