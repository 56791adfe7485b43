//! Connections for tunnels and remote access that nobody declared, and the parties at their ends.

use super::sheet::{Section, field, key, list, quoted};
use super::{Work, access, devices};
use crate::evidence::Configured;
use crate::model::device::{Remote, TunnelKind};
use crate::model::words::{Authentication, PartyKind, Purpose, Transport};
use crate::model::{IpNetwork, Vocabulary as _, contains};
use crate::text;
use crate::topology::{ExternalPath, PathKind};
use std::collections::BTreeMap;

pub(super) fn draft(work: &mut Work<'_>) {
    let kinds = [PathKind::Tunnel, PathKind::RemoteAccess, PathKind::DialIn];
    let paths: Vec<&ExternalPath> =
        work.undeclared().filter(|it| it.enabled && kinds.contains(&it.kind)).collect();
    let mut parties = BTreeMap::new();
    for path in paths {
        let Some(at) = devices::entry(work, path) else { continue };
        let party = party(work, path, &mut parties);
        connection(work, path, &at, &party);
        work.drafted.insert(path.thing.clone());
    }
}

/// How a kind of tunnel is called as a transport. Of what only encapsulates, GRE is the next word.
pub(super) fn transport(kind: TunnelKind, ipsec: bool) -> Transport {
    use TunnelKind as K;
    match kind {
        K::L2tpIpsec => Transport::L2tpIpsec,
        _ if ipsec => Transport::IpsecIke,
        K::Ipsec => Transport::IpsecIke,
        K::L2tp | K::L2tpV3 => Transport::L2tp,
        K::Pptp => Transport::Pptp,
        K::Gre | K::EtherIp | K::Vxlan | K::IpIp | K::SixInFour => Transport::Gre,
        K::WireGuard => Transport::WireGuard,
        K::OpenVpn => Transport::OpenVpn,
        K::SslVpn | K::Sstp => Transport::SslVpnClient,
        K::DialUp | K::DataConnect => Transport::Isdn,
        _ => Transport::PlainInternet,
    }
}

/// What a device says of a path beyond what the graph keeps.
fn means(configured: Option<&Configured>, path: &ExternalPath) -> (bool, Vec<Authentication>) {
    let Some(config) = configured.map(|it| &it.config) else { return (false, Vec::new()) };
    let tunnel = config.tunnels.iter().find(|it| it.span == path.span);
    let access = config.remote_access.iter().find(|it| it.span == path.span);
    match (tunnel, access) {
        (Some(tunnel), _) => (tunnel.ipsec, tunnel.authentication.clone()),
        (None, Some(access)) => (false, access.authentication.clone()),
        (None, None) => (false, Vec::new()),
    }
}

fn connection(work: &mut Work<'_>, path: &ExternalPath, at: &str, party: &str) {
    let joined = work.material.topology.joined().iter().find(|it| it.thing == path.device);
    let configured = joined.and_then(|it| work.material.evidence.devices.get(it.configured));
    let (ipsec, authentication) = means(configured, path);
    let kind = path.encapsulation.unwrap_or(match path.kind {
        PathKind::DialIn => TunnelKind::DialUp,
        _ => TunnelKind::Other,
    });
    let transport = transport(kind, ipsec);
    // The id of a path begins with the id of its device.
    let id = work.id(Section::Connections, &path.thing.id);
    let (device, name) = (&path.device.id, path.name.get(work.material.lang));
    let place = work.place(path.span);
    let why = work.say(&text!(
        "要確認: 目的・接続先・契約は設定から分かりません [{place}]",
        "to be confirmed: purpose, party and contract are not known from the configuration [{place}]"
    ));
    let called =
        work.say(&text!("要確認: {device} の{name}", "to be confirmed: {name} of {device}"));
    let mut fields = vec![
        field("name", &called),
        format!("purpose: {}", Purpose::Other.key()),
        format!("party: {}", key(party)),
        format!("at: {}", key(at)),
        format!("transport: {}", transport.key()),
    ];
    let proofs = access::proofs(kind, &authentication);
    fields.extend(list("authentication", proofs.map(|it| it.key().to_owned())));
    // Where a name resolves to is not known, and that is not "from anywhere".
    let elsewhere = matches!(path.remote, Some(Remote::Name(_) | Remote::Telephone(_)));
    let listening = path.kind != PathKind::Tunnel || path.sources.is_any();
    if listening && !elsewhere {
        fields.extend(access::sources(&path.sources).and_then(|it| list("sources", it)));
    }
    let mut comments = vec![why];
    if path.layer2 {
        let kind = kind.label();
        comments.push(work.say(&text!(
            "L2延伸（要確認）: {kind} で相手と同じLANになります",
            "layer-2 extension (to be confirmed): by {kind} both ends are one LAN"; kind
        )));
    }
    work.sheet.add(Section::Connections, &comments, &id, &fields);
}

/// The party at the other end: declared with its address, drafted before, or drafted now.
fn party(
    work: &mut Work<'_>,
    path: &ExternalPath,
    drafted: &mut BTreeMap<String, String>,
) -> String {
    let network = match &path.remote {
        Some(Remote::Address(address)) => Some(IpNetwork::from(*address)),
        Some(Remote::Network(network)) => Some(*network),
        _ => None,
    };
    if let Some(network) = network {
        let mut parties = work.material.inventory.parties.iter();
        let known = parties.find(|it| it.networks.iter().any(|it| contains(it.value, network)));
        if let Some(known) = known {
            return known.id.value.clone();
        }
    }
    let end = match &path.remote {
        Some(Remote::Address(address)) => address.to_string(),
        Some(Remote::Network(network)) => network.to_string(),
        Some(Remote::Name(name)) | Some(Remote::Telephone(name)) => name.clone(),
        // Nobody knows whether two of them are the same.
        _ => path.thing.id.clone(),
    };
    if let Some(id) = drafted.get(&end) {
        return id.clone();
    }
    let id = work.id(Section::Parties, &format!("party-{end}"));
    let place = work.place(path.span);
    let why = work.say(&text!(
        "要確認: 接続先が誰か、設定からは分かりません [{place}]",
        "to be confirmed: the configuration does not say who this is [{place}]"
    ));
    let name = work.say(&text!("要確認（{end}）", "to be confirmed ({end})"));
    let mut fields = vec![field("name", &name), format!("kind: {}", PartyKind::Other.key())];
    fields.extend(list("networks", network.map(|it| quoted(&it.to_string()))));
    fields.push("internet_exposed: unknown".to_owned());
    work.sheet.add(Section::Parties, &[why], &id, &fields);
    drafted.insert(end, id.clone());
    id
}
