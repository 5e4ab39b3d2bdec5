//! Pictures and files: taken in as a stream, looked at, kept under random names, handed out safely.
//!
//! What is known about a file is in the store; here are only its bytes. A file appears under its final name only when
//! it is whole and on the disk, so that a crash, an aborted upload or a full disk leaves nothing that counts. What
//! nobody wants any more is removed in [`sweep`].

pub(crate) mod filename;
mod folder;
pub(crate) mod partial;
pub(crate) mod receive;
pub(crate) mod sniff;
pub mod sweep;

pub(crate) use folder::Arriving;
pub use folder::{MediaFolder, MediaFolderError};
pub use sniff::ACCEPT;
