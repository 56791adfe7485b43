//! Active checks: what a written scope permits, what follows from a declaration, what a run may
//! send and when it must stop, and what answers prove.

#[cfg(feature = "probe")]
mod kinds;
