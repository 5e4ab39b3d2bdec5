//! The socket `shopbell.v1` (`design.md` section 5): one loop per connection, for participants and for the staff.
//! Start reading at `talk`, the loop; `wire` is what it goes over (a WebSocket, or the requests of `exchange`), `participant` and `staff` are its two dialects.
//!
//! A loop holds no queue. It keeps the place up to which its reader has got, and whenever it is told to look again, or
//! a slow timer says so, it reads the store from there, as its audience, no more than the reader has taken. So nothing
//! is lost between replay and live frames, nothing comes twice, and a slow reader costs one page of memory; one that
//! falls behind even so is told to start over.

mod answers;
mod complaint;
mod connection;
pub(crate) mod exchange;
mod marks;
pub mod participant;
mod pulse;
mod reporting;
pub mod staff;
mod talk;
mod upgrade;
mod wire;

use crate::http::error::ApiError;

pub use wire::{Incoming, Wire, close};

/// Why a connection's loop is over. The other side has been told what it can be told.
#[derive(Debug)]
pub struct Ended;

/// Why a talk is over.
enum Ending {
    Gone,
    Stopping,
    Refused(ApiError, u16),
}

impl From<Ended> for Ending {
    fn from(_ended: Ended) -> Self {
        Self::Gone
    }
}
