//! Independent judges of reach: a simulator that forwards one packet after the other, the kernel of
//! Linux, and facts that are hidden one by one.
//!
//! The simulator is written from the meaning of the facts alone (`src/model/device`); it shares no
//! code with the engine. `SEKISHO_ORACLE_NETWORKS=10000` asks for more networks than the usual run.

mod agrees;
mod faults;
mod hidden;
mod hospital;
mod random;
mod simulator;
mod unknown;
pub mod world;
