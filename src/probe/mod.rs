//! Probes (疎通確認): what is asked of the network with packets, within a written scope, and what
//! its answers prove.
//!
//! ```text
//!  inventory ─┐
//!             ├─► Plan (every Question, its hash) ─► evidence::probe ─► Journal ─► Verdict a tuple
//!  scope ─────┘                                      the only senders    (answers, as evidence)
//! ```
//!
//! This room decides everything that can be decided without a packet: what the scope
//! (確認範囲指定書) permits, which devices are never asked, what is asked in which order and how
//! slowly, when a run must stop, and what may be concluded. It opens nothing; the senders in
//! `evidence/probe` do what it says and nothing else. So all of it is tested on simulated
//! networks, without privileges, at the speed of arithmetic.
//!
//! The two claims it exists for: **no packet outside the written scope, no false "isolated"**.

mod answer;
mod classes;
pub mod journal;
mod kind;
mod limits;
pub mod plan;
mod question;
pub mod restraint;
pub mod scope;
pub mod verdict;

pub use answer::{Answer, Outcome};
pub use classes::{Care, Classes, Standing, care};
pub use kind::Kind;
pub use limits::Limits;
pub use plan::{Backing, Estimate, Gap, LeftOut, Plan, Planned, Window};
pub use question::{Expectation, Question};
