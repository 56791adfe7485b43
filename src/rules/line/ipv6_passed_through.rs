//! IPv6 passes a line unfiltered.

use crate::finding::{Confidence, Severity};
use crate::locale::Text;
use crate::model::words::Ipv6Handling;
use crate::model::{EntityKind, EntityRef};
use crate::rules::authority::control;
use crate::rules::question::thing;
use crate::rules::{Check, Facts, Report, Rule, Sink};
use crate::text;

pub(super) static RULE: Rule = Rule {
    id: "ipv6-passed-through",
    title: Text::new("IPv6の素通し", "IPv6 passed through unfiltered"),
    severity: Severity::High,
    confidence: Confidence::High,
    references: &[control("13⑪"), control("13⑤")],
    remedy: Text::new(
        "機器のIPv6フィルタを有効にしてください（NDプロキシ等とフィルタの併用）。使わない場合はIPv6を無効にしてください。",
        "Enable the IPv6 filter of the device (ND proxy with a filter), or disable IPv6 where it is not used.",
    ),
    page: include_str!("ipv6_passed_through.md"),
    check: Check::Facts(check),
};

fn check(facts: &Facts<'_>, out: &mut Sink<'_>) {
    for device in &facts.inventory.devices {
        let ipv6 = device.ipv6.as_ref();
        let Some(ipv6) = ipv6.filter(|it| it.value == Ipv6Handling::PassThrough) else {
            continue;
        };
        let zones = device.zones().into_iter();
        let zones: Vec<EntityRef> = zones.map(|id| EntityRef::new(EntityKind::Zone, id)).collect();
        let name = &device.name.value;
        out.push(
            Report::new(
                thing(EntityKind::Device, device),
                text!(
                    "「{name}」はIPv6の通信を素通しします",
                    "`{name}` passes IPv6 through unfiltered"
                ),
                ipv6.span,
                text!("IPv4のフィルタはIPv6に効きません", "filters for IPv4 do not hold IPv6 back"),
            )
            .exposes(zones),
        );
    }
}
