//! Passive observation: from the bytes of captures to what is kept of them.

pub mod captures;

mod broken;
mod corpus_flows;
mod exits;
mod command;
mod file;
mod flows;
mod frames;
mod live;
pub mod packets;
mod sources;
mod speech;
pub mod watching;
