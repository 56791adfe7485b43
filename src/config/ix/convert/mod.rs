//! What an IX means → facts in the words of every vendor.

mod access;
mod filters;
mod interfaces;
mod nat;
mod tunnels;

use super::repr::{Port, Router};
use crate::locale::Text;
use crate::model::device::{DeviceConfig, Doubt, InterfaceKind, Verdict};
use crate::source::Span;
use std::collections::BTreeSet;

/// Says everything.
pub(super) fn convert(mut router: Router<'_>) -> DeviceConfig {
    let mut facts = std::mem::take(&mut router.facts);
    // Without a list everything passes, and no session is remembered unless a list says so.
    facts.unfiltered = Verdict::Permit;
    facts.stateful = false;
    interfaces::interfaces(&router, &mut facts);
    interfaces::policy_routes(&router, &mut facts);
    filters::filters(&router, &mut facts);
    nat::nat(&router, &mut facts);
    tunnels::tunnels(&router, &mut facts);
    access::dial_in(&router, &mut facts);
    access::management(&router, &mut facts);
    access::addressing(&router, &mut facts);
    // Over a line that is switched off nothing is learned.
    let idle = router.interfaces.iter().filter(|it| off(it, &router).is_some());
    let idle: BTreeSet<Span> = idle.flat_map(|it| it.acquired.iter().map(|it| it.span)).collect();
    for route in facts.routes.iter_mut().filter(|it| idle.contains(&it.span)) {
        route.enabled = false;
    }
    facts
}

/// Where an interface is switched off; `None` when it works. Without `no shutdown` it is off.
fn off(port: &Port<'_>, router: &Router<'_>) -> Option<Span> {
    // `USB-Serial0.0` is of the device `USB0`.
    let usb = port.device().strip_prefix("USB-Serial").map(|number| format!("USB{number}"));
    let named = usb.as_deref().and_then(|it| router.devices_off.get(it));
    let device = router.devices_off.get(port.device()).or(named);
    match (port.switched, device) {
        (Some((true, _)), Some(span)) => Some(*span),
        (Some((true, _)), None) => None,
        (Some((false, span)), _) => Some(span),
        // These have no switch of their own.
        (None, _)
            if matches!(interfaces::kind(port), InterfaceKind::Loopback | InterfaceKind::Null) =>
        {
            None
        }
        (None, _) => Some(port.name.span),
    }
}

fn doubt(facts: &mut DeviceConfig, span: Span, why: Text) {
    facts.doubts.push(Doubt { span, why });
}
