//! The server from outside: a real listener, real requests and sockets, the store on a real disk.

mod admin;
mod assets;
mod attacks;
mod binary;
mod chat;
mod compression;
mod conversations;
mod declared;
mod errors;
mod events;
mod keys;
mod limits;
mod media;
mod messages;
mod openapi;
mod operator;
mod session;
mod socket;
mod staff;
mod staff_socket;
mod tokens;
mod widget;
