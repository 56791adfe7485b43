//! Passive observation: from the bytes of captures to what is kept of them.

pub mod captures;
mod file;
mod live;
mod sources;
mod speech;
