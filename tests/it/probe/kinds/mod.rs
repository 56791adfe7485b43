//! Each kind of probe against servers on loopback that speak right, wrong, half and nonsense.

mod banners;
mod daemons;
mod datagrams;
mod kernel;
mod packets;
mod snmp;
pub(super) mod tls;

use sekisho::evidence::probe::{Means, ask};
use sekisho::model::{EntityRef, Vocabulary as _};
use sekisho::probe::{Answer, Expectation, Kind, Question};
use std::net::SocketAddr;
use std::time::Duration;

/// What to wait for that does come.
pub(super) const LONG: Duration = Duration::from_secs(5);
/// What to wait for that never comes.
pub(super) const SHORT: Duration = Duration::from_millis(300);

pub(super) fn question(kind: Kind, to: SocketAddr) -> Question {
    let target: EntityRef = "systems/target".parse().unwrap();
    Question { to: to.ip(), port: to.port(), kind, expect: Expectation::Answers, target }
}

pub(super) fn asked_with(means: &Means, kind: Kind, to: SocketAddr, patience: Duration) -> Answer {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(ask(&question(kind, to), patience, means))
}

pub(super) fn asked(kind: Kind, to: SocketAddr, patience: Duration) -> Answer {
    asked_with(&Means::open(&[]).unwrap(), kind, to, patience)
}

/// The one value of a detail; nothing when there is none.
pub(super) fn detail<'a>(answer: &'a Answer, key: &str) -> &'a str {
    answer.details.get(key).and_then(|it| it.first()).map_or("", |it| it)
}

/// Means with raw sockets, or a loud word that there are none here.
pub(super) fn raw(kind: Kind) -> Option<Means> {
    match Means::open(&[kind]) {
        Ok(means) => Some(means),
        Err(why) => {
            let must = std::env::var_os("SEKISHO_MUST_RUN_KERNEL").is_some();
            assert!(!must, "no raw sockets here: {why}");
            eprintln!("SKIPPED: {} was not asked: {why}", kind.key());
            None
        }
    }
}
