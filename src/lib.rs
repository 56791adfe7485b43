//! Sekisho (関所): an auditor for a hospital's external network connections.

#![deny(unsafe_code)]

pub mod audit;
pub mod cli;
pub mod diagram;
pub mod finding;
pub mod inventory;
pub mod locale;
pub mod model;
pub mod rules;
pub mod source;
pub mod topology;
