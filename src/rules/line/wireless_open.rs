//! A wireless network without protection.

use crate::finding::{Confidence, Severity};
use crate::locale::Text;
use crate::model::words::{WirelessSecurity, ZoneKind};
use crate::model::{EntityKind, EntityRef, Vocabulary as _};
use crate::rules::authority::{checklist, control};
use crate::rules::question::thing;
use crate::rules::{Check, Facts, Report, Rule, Sink};
use crate::text;

pub(super) static RULE: Rule = Rule {
    id: "wireless-open",
    title: Text::new("保護のない無線LAN", "a wireless network without protection"),
    severity: Severity::High,
    confidence: Confidence::High,
    references: &[control("13⑬"), checklist("2⑬")],
    remedy: Text::new(
        "WPA2またはWPA3（できれば個別認証）に切り替え、接続できる端末を限ってください。",
        "Change to WPA2 or WPA3, preferably with individual authentication, and limit the terminals.",
    ),
    page: include_str!("wireless_open.md"),
    check: Check::Facts(check),
};

fn check(facts: &Facts<'_>, out: &mut Sink<'_>) {
    for device in &facts.inventory.devices {
        let Some(wireless) = &device.wireless else {
            continue;
        };
        let open =
            matches!(wireless.security.value, WirelessSecurity::Open | WirelessSecurity::Wep);
        let zones: Vec<&str> = wireless.zones.iter().map(|it| it.id()).collect();
        let guest = |id: &&str| {
            let zone = facts.inventory.zones.get(id);
            zone.is_some_and(|it| it.kind.value == ZoneKind::Guest)
        };
        if !open {
            continue;
        }
        let (name, security) = (&device.name.value, wireless.security.value.label());
        let inside = zones.iter().filter(|id| !guest(id));
        let inside = inside.map(|id| EntityRef::new(EntityKind::Zone, *id));
        let guests_only = !zones.is_empty() && zones.iter().all(guest);
        let report = Report::new(
            thing(EntityKind::Device, device),
            text!(
                "「{name}」の無線LANは保護されていません（{security}）",
                "the wireless network of `{name}` is not protected ({security})"; security
            ),
            wireless.security.span,
            text!("電波の届く誰でも入れます", "everybody within reach gets in"),
        )
        .exposes(inside);
        out.push(if guests_only { report.severity(Severity::Low) } else { report });
    }
}
