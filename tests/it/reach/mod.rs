//! Reach: exact sets of packets and what devices do with them.

mod answers;
mod blast;
mod corpus;
mod exposure;
mod filters;
mod packets;
mod vendors;
