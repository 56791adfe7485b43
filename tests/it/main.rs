//! The one integration test binary (linking is what costs, so there is only one).
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stderr
)]

mod rules;
mod support;
