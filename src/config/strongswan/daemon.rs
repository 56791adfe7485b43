//! `strongswan.conf`: settings of the daemon. They say little about who talks to whom, and what
//! plugins are told stays visible.

use super::settings::{Section, Tally, parse};
use crate::config::Score;
use crate::config::coverage::Because;
use crate::config::listing::Listing;
use crate::config::notes::Notes;
use crate::model::device::{DeviceConfig, SecretKind};

/// Sections that stand outside of all others, one for each program.
const PROGRAMS: &[&str] = &[
    "charon",
    "charon-systemd",
    "charon-nm",
    "charon-cmd",
    "swanctl",
    "libstrongswan",
    "starter",
    "pki",
    "libtls",
    "libimcv",
    "pluto",
    "pool",
];

/// Settings of the daemon itself that say nothing about connections.
const IDLE: &[(&str, Because)] = &[
    ("load", Because::Housekeeping),
    ("load_modular", Because::Housekeeping),
    ("send_vendor_id", Because::Housekeeping),
    ("multiple_authentication", Because::Housekeeping),
    ("integrity_test", Because::Housekeeping),
    ("hash_and_url", Because::Housekeeping),
    ("signature_authentication", Because::Housekeeping),
    ("rsa_pss", Because::Housekeeping),
    ("prefer_configured_proposals", Because::Housekeeping),
    ("keep_alive", Because::Housekeeping),
    ("half_open_timeout", Because::Housekeeping),
    ("retransmit_tries", Because::Housekeeping),
    ("retransmit_timeout", Because::Housekeeping),
    ("retransmit_base", Because::Housekeeping),
    ("install_routes", Because::Housekeeping),
    ("install_virtual_ip", Because::Housekeeping),
    ("make_before_break", Because::Housekeeping),
    ("delete_rekeyed_delay", Because::Housekeeping),
    ("initiator_only", Because::Housekeeping),
    ("cisco_unity", Because::Housekeeping),
    ("cache_crls", Because::Housekeeping),
    ("enable_ocsp", Because::Housekeeping),
    ("enforce_critical", Because::Housekeeping),
    ("suites", Because::Housekeeping),
    ("version_min", Because::Housekeeping),
    ("version_max", Because::Housekeeping),
    ("ke_group", Because::Housekeeping),
    ("max_message_count", Because::Housekeeping),
    ("max_message_size", Because::Housekeeping),
    ("max_batch_size", Because::Housekeeping),
    ("on_add", Because::Housekeeping),
    ("rounds", Because::Housekeeping),
    ("phase2_method", Because::Housekeeping),
    ("phase2_piggyback", Because::Housekeeping),
    ("phase2_tnc", Because::Housekeeping),
    ("push_info", Because::Housekeeping),
    ("preferred_language", Because::Housekeeping),
    ("trust_anchors", Because::KeyMaterial),
    ("resolv_conf", Because::Resolver),
    ("fragment_size", Because::Performance),
    ("threads", Because::Performance),
    ("dns1", Because::Resolver),
    ("dns2", Because::Resolver),
    ("nbns1", Because::Resolver),
    ("nbns2", Because::Resolver),
];

pub(super) fn recognise(listing: &Listing<'_>) -> Score {
    let opens = |text: &str| {
        let Some((name, rest)) = text.split_once('{') else { return false };
        PROGRAMS.contains(&name.trim()) && (rest.trim().is_empty() || rest.contains('='))
    };
    let braces = listing.count(|it| it.contains('}'));
    if listing.begins_with(opens) && braces > 0 { 70 } else { 0 }
}

pub(super) fn read(listing: &Listing<'_>, notes: &mut Notes, _config: &mut DeviceConfig) {
    let mut tree = parse(listing, notes);
    for include in &tree.includes {
        super::convert::include(*include, notes);
    }
    for program in &tree.root.sections {
        section(program, false, &mut tree.tally, notes);
    }
    tree.tally.settle(notes);
}

/// One section. Below `filelog` and `syslog` everything is about logs. The parser bounds the depth.
fn section<'t>(it: &Section<'t>, logs: bool, tally: &mut Tally<'t>, notes: &mut Notes) {
    for setting in &it.settings {
        let key = setting.key.text;
        if key == "secret" || key == "password" {
            notes.secret(setting.value, SecretKind::Password, it.name.text);
            tally.understood(setting);
        } else if logs {
            tally.ignored(setting, Because::Logging);
        } else if let Some((_, why)) = IDLE.iter().find(|(known, _)| *known == key) {
            tally.ignored(setting, *why);
        }
    }
    for inner in &it.sections {
        let logs = logs || matches!(inner.name.text, "filelog" | "syslog");
        section(inner, logs, tally, notes);
    }
}
