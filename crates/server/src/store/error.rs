//! Everything that a store can answer instead of doing it.

use std::path::PathBuf;

/// What a call of the store answers.
pub type StoreResult<T> = Result<T, StoreError>;

/// Why the store did not do what was asked. Nothing was stored.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// Cannot at the moment: disk full, read-only, locked, or stopping. The same call is safe to repeat.
    #[error("the store is not available: {reason}")]
    Unavailable {
        /// What is wrong, for the operator.
        reason: String,
    },
    /// What is stored cannot be read.
    #[error("stored data cannot be read: {reason}")]
    Corrupt {
        /// What is wrong, for the operator.
        reason: String,
    },
    /// A mistake of ours.
    #[error("the store failed: {reason}")]
    Internal {
        /// What is wrong, for the operator.
        reason: String,
    },
}

/// Why a store cannot be opened; each says what to do.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// No permission, no folder, no space.
    #[error("cannot open the database {path}: {reason}")]
    CannotOpen {
        /// Which file.
        path: PathBuf,
        /// What the system says.
        reason: String,
    },
    /// Another program holds it.
    #[error(
        "the database {path} is locked by another program: stop the other server or tool that uses it, then start again"
    )]
    Locked {
        /// Which file.
        path: PathBuf,
    },
    /// Not a database, or a damaged one.
    #[error(
        "{path} is damaged or not a database: {reason}; put a backup in its place, or move it away to start anew"
    )]
    Corrupt {
        /// Which file.
        path: PathBuf,
        /// What `SQLite` says.
        reason: String,
    },
    /// Another program's database.
    #[error("{path} is a database of another program; choose another data folder")]
    Foreign {
        /// Which file.
        path: PathBuf,
    },
    /// Written by a newer release.
    #[error(
        "the database {path} was written by a newer release (schema {found}, this one knows up to {known}): \
         start that release, or restore a backup"
    )]
    Newer {
        /// Which file.
        path: PathBuf,
        /// Its schema.
        found: u32,
        /// Ours.
        known: u32,
    },
    /// Written by an older release, and not ours to change now.
    #[error(
        "the database {path} was written by an older release (schema {found}, this one needs {known}): \
         start the server of this release once, which brings it up to date"
    )]
    Older {
        /// Which file.
        path: PathBuf,
        /// Its schema.
        found: u32,
        /// Ours.
        known: u32,
    },
}
