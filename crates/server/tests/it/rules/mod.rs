//! The rules of the chat, each with a test named after it.
