//! Reach: exact sets of packets and what devices do with them.

mod answers;
mod blast;
mod corpus;
mod exposure;
mod filters;
mod nat;
mod oracle;
mod packets;
mod routes;
mod vendors;
