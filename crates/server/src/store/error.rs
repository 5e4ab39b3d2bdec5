//! Everything that a store can answer instead of doing it.

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
