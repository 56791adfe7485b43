//! Layer-2 bridges between the inside and a tunnel or a line.

use super::Found;
use super::sides::{Side, View};
use crate::finding::Confidence;
use crate::locale::Text;
use crate::model::AddressSet;
use crate::model::device::{Bridge, Remote, Tunnel};
use crate::text;
use crate::topology::external::PathKind;

/// A bridge with a tunnel shows that tunnel. One with a line is a path of its own.
pub(super) fn of(view: &View<'_>, found: &mut Vec<Found>) {
    for bridge in &view.config.bridges {
        let inside: Vec<&str> = members(bridge).filter(|it| is_inside(view, it)).collect();
        if inside.is_empty() {
            continue;
        }
        let networks: AddressSet = inside
            .iter()
            .chain([&bridge.name.value.as_str()])
            .filter_map(|name| view.config.interface(name))
            .flat_map(|it| it.addresses.iter().map(|it| crate::model::network_of(it.value)))
            .collect();
        let name = &bridge.name.value;
        for member in &bridge.members {
            let mut tunnels = view.config.tunnels.iter();
            let tunnel = tunnels.find(|it| it.interface.as_deref() == Some(&member.value));
            if let Some(tunnel) = tunnel {
                let mut all = found.iter_mut().map(|it| &mut it.path);
                if let Some(path) = all.find(|it| it.span == tunnel.span) {
                    // Without a far end there is nobody to be on the same LAN with.
                    path.layer2 = tunnel.remote.value != Remote::Unknown;
                    path.confidence = match (path.layer2, has_doubt(view, tunnel)) {
                        (true, false) => Confidence::High,
                        _ => Confidence::Medium,
                    };
                    path.inside = path.inside.union(&networks);
                    let how = text!(
                        "{name} で院内側とL2接続されます",
                        "{name} joins it with the inside at layer 2"
                    );
                    path.shows.push((how, member.span));
                }
            } else if view.side(&member.value) == Some(Side::Outside) {
                let (at, joined) = (&member.value, inside.join(", "));
                let name = text!(
                    "ブリッジ {name}（外側 {at} と院内側 {joined}）",
                    "bridge {name} (outside {at} and inside {joined})"
                );
                let called = format!("bridge {}", bridge.name.value);
                let mut bridged = Found::new(PathKind::Bridge, called, name, member.span);
                bridged.path.layer2 = true;
                bridged.path.interface = Some(member.value.clone());
                bridged.path.inside = networks.clone();
                if bridge.name.span != member.span {
                    bridged
                        .path
                        .shows
                        .push((Text::new("ブリッジ", "the bridge"), bridge.name.span));
                }
                found.push(bridged);
            }
        }
    }
}

/// Whether a tunnel probably does not work.
fn has_doubt(view: &View<'_>, tunnel: &Tunnel) -> bool {
    view.config.doubts.iter().any(|it| it.span == tunnel.span)
}

fn members(bridge: &Bridge) -> impl Iterator<Item = &str> {
    bridge.members.iter().map(|it| it.value.as_str())
}

/// Whether a member is a port towards the hospital. A port in a bridge often has no address.
fn is_inside(view: &View<'_>, member: &str) -> bool {
    let tunnel = view.config.tunnels.iter().any(|it| it.interface.as_deref() == Some(member));
    let enabled = view.config.interface(member).is_none_or(|it| it.enabled);
    !tunnel && enabled && matches!(view.side(member), Some(Side::Inside | Side::None) | None)
}
