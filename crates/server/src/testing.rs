//! The whole app in a temporary folder.
