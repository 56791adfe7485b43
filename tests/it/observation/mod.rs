//! Passive observation: from the bytes of captures to what is kept of them.

pub mod captures;

mod corpus_flows;
mod file;
mod live;
mod flows;
mod frames;
pub mod packets;
mod sources;
mod speech;
pub mod watching;
