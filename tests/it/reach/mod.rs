//! Reach: exact sets of packets and what devices do with them.

mod filters;
mod packets;
