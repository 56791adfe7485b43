//! Reach: exact sets of packets and what devices do with them.

mod corpus;
mod filters;
mod packets;
