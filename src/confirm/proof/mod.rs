//! The proof of isolation (分離確認書) of one connection: what the configuration says and what
//! packets say, side by side, tuple by tuple, differences first.
//!
//! ```text
//!  reach: the packet followed, certain and possible ─┐
//!                                                    ├─► Row a tuple ─► Paper: verdict, rows, what
//!  probe: the journals' verdicts, with controls ─────┘                  is taken for granted
//! ```
//!
//! Isolated is said only when both sides say so: nothing beyond the declaration can pass by the
//! configuration, and every tuple that was probed and must not arrive is isolated with a control,
//! over runs that came to their end. Everything else is reachable or undetermined.

mod assemble;
mod configured;
mod line;
pub mod paper;
mod probed;
mod rows;

pub use assemble::{Made, assemble};
pub use paper::{Paper, Standing};
pub use probed::{Judged, Tested};
