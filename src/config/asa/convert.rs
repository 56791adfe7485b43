//! The vendor's meaning → facts.

use super::repr::Repr;
use super::{access, nat, vpn};
use crate::config::listing::Listing;
use crate::config::notes::Notes;
use crate::model::Service;
use crate::model::device::{Bridge, DeviceConfig, Management, ManagementKind, Verdict, Zone};
use crate::source::Spanned;
use crate::text;
use std::collections::BTreeMap;

/// Everything that the device is configured to do.
pub(super) fn device(mut repr: Repr, listing: &Listing<'_>, notes: &mut Notes) -> DeviceConfig {
    let mut config = std::mem::take(&mut repr.config);
    config.unfiltered = Verdict::Deny;
    config.stateful = true;
    config.interfaces = repr.ports.iter().map(|port| port.interface.clone()).collect();
    for port in &repr.ports {
        if let Some(zone) = &port.interface.zone {
            let name = port.interface.name.value.clone();
            config
                .zones
                .push(Zone { name: zone.clone(), interfaces: vec![Spanned::new(name, zone.span)] });
        }
    }
    bridges(&repr, &mut config);
    config.filters = repr.lists.filters();
    nat::translations(&repr, &mut config);
    config.translates = nat::order(&repr, &config);
    vpn::facts(&repr, &mut config);
    if !repr.ports.is_empty() {
        access::filters(&repr, &mut config);
    }
    management(&repr, &mut config);
    let saved = listing.begins_with(|line| line.starts_with(": Saved"));
    let ended = listing.lines.iter().rev().take(20).any(|line| line.text.starts_with(": end"));
    if saved && !ended {
        notes.truncated(
            listing.end(),
            text!("最後の行 : end がありません", "the closing line `: end` is missing"),
        );
    }
    config
}

/// Members of a bridge group, with its routed end `BVI1`.
fn bridges(repr: &Repr, config: &mut DeviceConfig) {
    let mut bridges: BTreeMap<&str, Bridge> = BTreeMap::new();
    for port in &repr.ports {
        let Some(name) = &port.bridge else { continue };
        let new = || Bridge { name: name.clone(), members: Vec::new() };
        let bridge = bridges.entry(&name.value).or_insert_with(new);
        bridge.members.push(Spanned::new(port.interface.name.value.clone(), name.span));
    }
    config.bridges.extend(bridges.into_values());
}

fn management(repr: &Repr, config: &mut DeviceConfig) {
    for (span, kind, sources, nameif) in &repr.managers {
        let port = match kind {
            ManagementKind::Ssh => 22,
            ManagementKind::Telnet => 23,
            _ => repr.http.unwrap_or(443),
        };
        config.management.push(Management {
            span: *span,
            kind: *kind,
            service: Service::tcp(port),
            // Who may reach the web server is written whether it runs or not.
            enabled: *kind != ManagementKind::Https || repr.http.is_some(),
            interfaces: vec![repr.interface(nameif)],
            sources: sources.clone(),
            exact: true,
        });
    }
}
