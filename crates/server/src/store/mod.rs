//! The truth.

mod error;

pub use error::StoreError;

/// To follow.
pub trait Store: std::fmt::Debug + Send + Sync + 'static {}
