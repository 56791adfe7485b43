//! Passive observation: from the bytes of captures to what is kept of them.

pub mod captures;

mod broken;
mod command;
mod corpus_flows;
mod exits;
mod file;
mod flows;
mod frames;
mod live;
mod mirror;
mod outlines;
pub mod packets;
mod plain;
mod reuse;
mod sources;
mod speech;
pub mod watching;
