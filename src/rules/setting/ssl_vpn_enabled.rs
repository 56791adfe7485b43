//! An SSL-VPN answers, and the inventory does not say that it is meant.

use crate::evidence::Configured;
use crate::finding::{Confidence, Severity};
use crate::locale::Text;
use crate::model::device::TunnelKind;
use crate::model::words::Transport;
use crate::model::{EntityKind, EntityRef};
use crate::rules::authority::{control, question};
use crate::rules::configured::each;
use crate::rules::question::enabled;
use crate::rules::{Check, Facts, Report, Rule, Sink, boundary};
use crate::text;

pub(super) static RULE: Rule = Rule {
    id: "ssl-vpn-enabled",
    title: Text::new(
        "台帳に方式の記載がないSSL-VPN",
        "an SSL-VPN that the inventory does not explain",
    ),
    severity: Severity::Medium,
    confidence: Confidence::High,
    references: &[control("13⑥"), question("シQ-40")],
    remedy: Text::new(
        "使っていなければ無効にしてください。使う場合は、専用ソフトと端末の限定（証明書）を備えた方式であることを事業者に確認し、台帳の remote_access に方式を書いてください。",
        "Switch it off when it is not used. Otherwise have it confirmed that it demands its own client and a certificate of the terminal, and state the method under `remote_access`.",
    ),
    page: include_str!("ssl_vpn_enabled.md"),
    check: Check::Facts(check),
};

fn check(facts: &Facts<'_>, out: &mut Sink<'_>) {
    out.extend(each(facts, |thing, it| judge(facts, thing, it)).into_values());
}

fn judge(facts: &Facts<'_>, thing: &EntityRef, configured: &Configured) -> Option<Report> {
    if is_explained(facts, thing) {
        return None;
    }
    let accesses = configured.config.remote_access.iter();
    let accesses = accesses.filter(|it| it.enabled && it.kind == TunnelKind::SslVpn);
    let what = text!("SSL-VPNが有効です", "the SSL-VPN is enabled");
    let mut places = accesses.map(|it| (it.span, what.clone()));
    let (span, what) = places.next()?;
    let name = facts.inventory.name_of(thing);
    let message = text!(
        "「{name}」のSSL-VPNが有効ですが、専用ソフトと端末の限定を備えた方式かどうかが台帳にありません",
        "the SSL-VPN of `{name}` is enabled; the inventory does not say whether it demands its own client and binds the terminal"
    );
    Some(Report::new(thing.clone(), message, span, what).also_all(places))
}

/// Whether the inventory says which method it is: then that is judged.
fn is_explained(facts: &Facts<'_>, thing: &EntityRef) -> bool {
    let ssl = |it: Transport| matches!(it, Transport::SslVpnClient | Transport::SslVpnOther);
    let device =
        facts.inventory.devices.get(&thing.id).filter(|_| thing.kind == EntityKind::Device);
    let accesses = device.into_iter().flat_map(|it| &it.remote_access);
    let mut connections = boundary::connections_at(facts.inventory, &thing.id);
    accesses.filter(|it| enabled(it)).any(|it| ssl(it.transport.value))
        || connections.any(|it| ssl(it.transport.value))
}
