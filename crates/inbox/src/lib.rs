//! The inbox: the page where the staff answer. It shows messages with the widget's own components and runs on the same
//! sync engine; what only the business may see stands around them.
//!
//! Start at [`app::start`]. [`state`] is what the page knows and may do, [`view`] how it looks, [`api`] the calls to the
//! server, [`words`] and [`ages`] what it says, [`platform`] the browser calls that only it makes.

pub mod ages;
pub mod api;
pub mod app;
pub mod platform;
pub mod state;
pub mod view;
pub mod words;
