//! What may stop packets before any policy is asked: lists of the hardware, policies of another mode,
//! tables of MAC addresses, and apart routing.

use super::{Reader, Vdom, place};
use crate::model::device::{FilterLine, Match, Verdict};
use crate::source::Span;

/// The lines that stand before the policies.
pub(super) fn lines(reader: &Reader<'_, '_, '_>, vdom: &Vdom<'_, '_>) -> Vec<FilterLine> {
    let mut all = Vec::new();
    // `config firewall acl` drops what it describes as it comes in (FortiOS Administration Guide,
    // access control lists); it permits nothing.
    for row in ["firewall acl", "firewall acl6"].into_iter().flat_map(|it| vdom.home.rows(it)) {
        if !row.is("status", "disable") {
            let from = row.text("interface").map(str::to_owned).into_iter().collect();
            all.push(perhaps(place(row.line()), row.name(), from, Vec::new()));
        }
    }
    let interfaces = reader.global.rows("system interface");
    // In the policy-based mode other policies decide (`config firewall security-policy`), and no line
    // of them is read.
    let settings = vdom.home.block("system settings");
    let mode = settings.and_then(|it| it.word("ngfw-mode"));
    if let Some(mode) = mode.filter(|it| it.text == "policy-based") {
        all.push(perhaps(mode.span, "ngfw-mode", Vec::new(), Vec::new()));
    }
    // Hosts that are not in the table of addresses and MAC addresses do not pass.
    let binding = vdom.home.block("firewall ipmacbinding setting");
    if binding.is_some_and(|it| it.is("bindthroughfw", "enable")) {
        for row in interfaces.iter().filter(|it| it.is("ipmac", "enable")) {
            let from = vec![row.name().to_owned()];
            all.push(perhaps(place(row.line()), "ipmacbinding", from, Vec::new()));
        }
    }
    // Between interfaces of different VRFs nothing is routed, unless something leaks routes.
    let of = |at: usize| interfaces.get(at).and_then(|it| it.text("vrf")).unwrap_or("0");
    for (at, row) in interfaces.iter().enumerate() {
        let others = interfaces.iter().enumerate().filter(|(other, _)| of(*other) != of(at));
        let to: Vec<String> = others.map(|(_, it)| it.name().to_owned()).collect();
        if !to.is_empty() {
            all.push(perhaps(place(row.line()), "vrf", vec![row.name().to_owned()], to));
        }
    }
    all
}

/// A line that perhaps stops what passes between interfaces.
fn perhaps(span: Span, label: &str, from: Vec<String>, to: Vec<String>) -> FilterLine {
    let when = Match { from, to, not_understood: vec![span], ..Match::any() };
    FilterLine { span, label: label.to_owned(), verdict: Verdict::Deny, when, enabled: true }
}
