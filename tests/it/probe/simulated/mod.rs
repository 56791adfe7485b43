//! Networks as data: hosts, filters, loss, limiters, middleboxes and clocks under a virtual time.
//! The same machine that restrains a run on a real network is driven through thousands of them.

mod generated;
mod named;
mod network;
mod run;

pub use network::{Filter, Limiter, Middlebox, Network, SimHost};
pub use run::{Ran, drive, go_on, ground, head, plan, wall};
