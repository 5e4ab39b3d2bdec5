//! The server from outside: one file per area.

#[cfg(test)]
mod harness;
#[cfg(test)]
mod rules;
#[cfg(test)]
mod store;
#[cfg(test)]
mod surfaces;
#[cfg(test)]
mod webhooks;
