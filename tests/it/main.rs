//! The one integration test binary (linking is what costs, so there is only one).
#![allow(
    missing_docs,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stderr
)]

mod admission;
mod advisories;
mod architecture;
mod change;
mod cli;
mod config;
mod confirm;
mod diagrams;
mod drawing;
mod drawn_difference;
mod formats;
mod geometry;
mod history;
mod hospitals;
mod import;
mod observation;
mod probe;
mod proof;
mod reach;
mod reading;
mod readme;
mod report;
mod rules;
mod schema;
mod support;
mod topology;
