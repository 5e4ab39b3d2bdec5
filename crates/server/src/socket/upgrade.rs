//! From request to socket: who may open one, and with which bounds.

use axum::extract::ws::WebSocketUpgrade;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::http::StatusCode;
use shopbell_protocol::frame::SUBPROTOCOL;
use shopbell_protocol::limits::FRAME_MAX_BYTES;

use crate::http::error::ApiError;

/// Bytes that are read and collected at once. Tungstenite's own 128 KiB each would be most of an idle connection.
const BUFFER_BYTES: usize = 1_024;

/// A frame a little above the limit is still read, so that its sender, who is not reading yet, hears why it is refused;
/// one far above it is cut off in the middle.
const SLACK_BYTES: usize = 65_536;

/// A request as a socket of ours.
///
/// # Errors
/// 426 for a plain request, 400 for one that speaks other subprotocols only, 503 while the server stops.
pub(super) fn accept(
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
    stopping: bool,
) -> Result<WebSocketUpgrade, ApiError> {
    if stopping {
        return Err(ApiError::unavailable(
            "The server is stopping; connect again in a moment",
            1_000,
        ));
    }
    let upgrade = upgrade.map_err(|_no_upgrade| {
        let text = format!("This address speaks WebSocket, subprotocol {SUBPROTOCOL}");
        ApiError::application(StatusCode::UPGRADE_REQUIRED, "UPGRADE_REQUIRED", text)
    })?;
    let upgrade = upgrade
        .protocols([SUBPROTOCOL])
        .read_buffer_size(BUFFER_BYTES)
        .write_buffer_size(BUFFER_BYTES)
        .max_message_size(FRAME_MAX_BYTES + SLACK_BYTES)
        .max_frame_size(FRAME_MAX_BYTES + SLACK_BYTES);
    if upgrade.requested_protocols().next().is_some() && upgrade.selected_protocol().is_none() {
        let text = format!("This address speaks only the subprotocol {SUBPROTOCOL}");
        return Err(ApiError::application(
            StatusCode::BAD_REQUEST,
            "UNSUPPORTED_SUBPROTOCOL",
            text,
        ));
    }
    Ok(upgrade)
}
