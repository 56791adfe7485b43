//! Reach: exactly what can pass from where to where, and why. See [`packets`] for the sets.

pub mod device;
mod doubt;
pub mod packets;

pub use doubt::{Assumption, AssumptionKind, Assumptions, Bound};
