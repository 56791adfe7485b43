//! What the router was told → facts.

mod access;
mod filters;
mod interfaces;
mod management;
mod names;
mod nat;
mod routes;
mod tunnels;

use super::repr::{Named, Router};
use super::show::Table;
use crate::config::Notes;
use crate::model::device::{
    CloudManagement, DeviceConfig, Interface, InterfaceKind, TranslationOrder, Verdict,
};
use crate::source::Spanned;

/// The facts. What names what, and what probably does not work, goes into the notes.
pub(super) fn convert(router: &Router, table: Table, notes: &mut Notes) -> DeviceConfig {
    let mut config = DeviceConfig {
        hostname: name(router),
        product: router.product.clone(),
        version: router.version.clone(),
        serial: router.serial.clone(),
        interfaces: interfaces::interfaces(router),
        bridges: interfaces::bridges(router),
        // Packets pass an interface in a direction in which no list is bound.
        unfiltered: if decides_otherwise(router) { Verdict::Unknown } else { Verdict::Permit },
        stateful: false,
        // What comes in is translated, filtered, routed; what leaves is routed, filtered, translated
        // (「NATディスクリプター機能 概要」, パケットの扱い).
        translates: TranslationOrder::OutsideFilters,
        ..DeviceConfig::default()
    };
    filters::bound(router, &mut config);
    filters::unrouted(router, &mut config);
    filters::frames(router, &mut config);
    filters::perhaps(router, &mut config);
    routes::routes(router, &mut config);
    config.nat = nat::translations(router);
    tunnels::tunnels(router, &mut config);
    access::servers(router, &mut config);
    management::services(router, &mut config);
    cloud(router, &mut config);
    names::names(router, notes);
    shown(table, &mut config);
    config
}

/// Whether filters that are not read decide: where the text says so, and on firewalls, which have
/// policies from the factory on.
fn decides_otherwise(router: &Router) -> bool {
    let firewall = |product: &Spanned<String>| {
        ["FWX", "SRT"].iter().any(|family| product.value.starts_with(family))
    };
    router.policy_filter.is_some() || router.product.as_ref().is_some_and(firewall)
}

fn name(router: &Router) -> Option<Spanned<String>> {
    let (kind, name) = router.names.iter().next()?;
    // Many leave the name of the product in the prompt.
    let product = router.product.as_ref().is_some_and(|it| it.value == name.value);
    (*kind != Named::Prompt || !product).then(|| name.clone())
}

/// 「コマンドリファレンス」 YNO エージェント機能の設定: off unless switched on.
fn cloud(router: &Router, config: &mut DeviceConfig) {
    let told = router.yno.get("use").or_else(|| router.yno.get("named"));
    config.cloud.extend(told.map(|it| CloudManagement {
        span: it.span,
        product: "YNO（Yamaha Network Organizer）".to_owned(),
        enabled: it.value,
    }));
}

/// What `show ip route` said.
fn shown(table: Table, config: &mut DeviceConfig) {
    config.routes.extend(table.routes);
    for (name, address) in table.addresses {
        let at = match config.interfaces.iter().position(|it| it.name.value == name) {
            Some(at) => at,
            None => {
                let kind = interfaces::kind(&name);
                config.interfaces.push(Interface::new(Spanned::new(name, address.span), kind));
                config.interfaces.len() - 1
            }
        };
        if let Some(interface) = config.interfaces.get_mut(at)
            && !interface.addresses.contains(&address)
        {
            interface.addresses.push(address);
        }
    }
}

/// Whether an interface is a LAN, VLAN or bridge.
fn is_lan(kind: InterfaceKind) -> bool {
    matches!(kind, InterfaceKind::Ethernet | InterfaceKind::Vlan | InterfaceKind::Bridge)
}
