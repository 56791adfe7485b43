//! Reach: exact sets of packets and what devices do with them.

mod answers;
mod blast;
mod bridged;
mod corpus;
mod cut;
mod difference;
mod dumps;
mod exposure;
mod filters;
mod helpers;
mod isolation;
mod kernel;
mod lit;
mod nat;
mod network;
mod oracle;
mod packets;
mod paths;
mod perhaps;
mod proxies;
mod routes;
mod trace;
mod unsure;
mod unwritten;
mod vendors;
mod what_if;
