//! Passive observation: from the bytes of captures to what is kept of them.

pub mod captures;
mod file;
mod sources;
mod speech;
