//! The management of a device answers everybody.

use crate::evidence::Configured;
use crate::finding::{Confidence, Severity};
use crate::inventory::{Device, Entry};
use crate::locale::Text;
use crate::model::device::{Management, ManagementKind};
use crate::model::{EntityKind, EntityRef, Service, Vocabulary as _};
use crate::rules::authority::{checklist, control, handa};
use crate::rules::configured::{Facing, Offer, Open, Reach, each, is_by_default, reach};
use crate::rules::question::{Sources, services, sources, thing, without_addresses};
use crate::rules::{Check, Facts, Report, Rule, Sink};
use crate::source::Span;
use crate::text;

pub(super) static RULE: Rule = Rule {
    id: "management-open-to-any-source",
    title: Text::new("接続元を限定していない管理接続", "device management that answers any source"),
    severity: Severity::High,
    confidence: Confidence::High,
    references: &[control("13⑪"), checklist("2⑬"), handa("4.2.3")],
    remedy: Text::new(
        "管理画面・管理接続を許す相手を、管理端末のアドレスまたは管理用ゾーンだけにしてください。インターネット側の管理画面は無効にしてください。",
        "Permit management from the administrators' addresses or a management zone only, and switch it off on the side of the internet.",
    ),
    page: include_str!("management_open_to_any_source.md"),
    check: Check::Facts(check),
};

fn check(facts: &Facts<'_>, out: &mut Sink<'_>) {
    let mut configured = each(facts, |thing, it| of_config(facts, thing, it));
    for device in &facts.inventory.devices {
        let thing = thing(EntityKind::Device, device);
        out.extend(match (configured.remove(&thing), of_device(facts, device)) {
            (Some(report), Some((_, (span, what)))) => Some(report.also(span, what)),
            (Some(report), None) => Some(report),
            (None, Some((Sources::Anybody(_), _))) => declared(facts, device),
            // What the ledger leaves open, the configuration answers: it limits who may connect.
            (None, Some(_)) if is_limited(facts, &thing) => None,
            (None, _) => declared(facts, device),
        });
    }
    out.extend(configured.into_values());
}

/// What the inventory says of a device whose management is not limited.
fn of_device(facts: &Facts<'_>, device: &Entry<Device>) -> Option<(Sources, (Span, Text))> {
    let management = device.management.as_ref()?;
    let sources = sources(facts.inventory, &management.from);
    let place = match sources {
        Sources::Anybody(span) => (span, text!("誰でも接続できます", "anybody may connect")),
        Sources::Unstated if has_circuit(device) => (
            management.span,
            text!("接続を許す相手が書かれていません", "who may connect is not stated"),
        ),
        Sources::WithoutAddresses(span) if has_circuit(device) => (span, without_addresses()),
        // A device inside that does not say who manages it is a gap in the ledger, not an entry.
        Sources::Unstated | Sources::WithoutAddresses(_) | Sources::Restricted => return None,
    };
    Some((sources, place))
}

fn has_circuit(device: &Device) -> bool {
    device.interfaces.iter().any(|it| it.circuit.is_some())
}

fn declared(facts: &Facts<'_>, device: &Entry<Device>) -> Option<Report> {
    let (sources, (span, what)) = of_device(facts, device)?;
    let name = &device.name.value;
    let services = services(&device.management.as_ref()?.services);
    let message = text!(
        "「{name}」の管理接続（{services}）は、接続元を限定していません",
        "the management of `{name}` ({services}) does not limit who may connect"; services
    );
    let report = Report::new(thing(EntityKind::Device, device), message, span, what);
    Some(match (matches!(sources, Sources::Anybody(_)), has_circuit(device)) {
        (true, true) => report.severity(Severity::Critical),
        (true, false) => report,
        (false, _) => report.confidence(Confidence::Medium),
    })
}

/// Whether a configuration that was read limits the management of a device.
fn is_limited(facts: &Facts<'_>, thing: &EntityRef) -> bool {
    let mut own = facts.configured().filter(|(it, _)| *it == thing);
    own.any(|(_, it)| it.config.management.iter().any(|it| it.enabled))
}

/// What a configuration opens to everybody outside.
fn of_config(facts: &Facts<'_>, thing: &EntityRef, configured: &Configured) -> Option<Report> {
    let services = configured.config.management.iter();
    // A telephone line is no network: who calls is told with the lines of the device.
    let services = services.filter(|it| it.enabled && it.kind != ManagementKind::Remote);
    let ways = [Facing::Internet, Facing::ClosedLine];
    let reached = services.map(|it| {
        let offer = Offer {
            span: it.span,
            interfaces: &it.interfaces,
            services: std::slice::from_ref(&it.service),
            sources: &it.sources,
            exact: it.exact,
        };
        (it, reach(facts, thing, configured, offer, &ways))
    });
    let reached: Vec<_> = reached.filter(|(_, it)| it.open != Open::No).collect();
    let worst = reached.iter().map(|(_, it)| it.open).min()?;
    let worst = reached.into_iter().filter(|(_, it)| it.open == worst);
    let worst: Vec<_> = worst.collect();
    let (first, Reach { open, .. }) = worst.first()?;
    let names: Vec<_> = worst.iter().map(|(it, _)| spoken(it)).collect();
    let (name, services) = (facts.inventory.name_of(thing), Text::list(&names));
    let by_default = worst.iter().all(|(it, _)| is_by_default(configured, it));
    // A service of which the maker says little more than its number shows no login to try.
    let minor = worst.iter().all(|(it, _)| it.kind == ManagementKind::Other);
    let (message, severity, confidence) = match open {
        Open::Yes => (
            text!(
                "「{name}」の管理接続（{services}）は、外部の誰からでも接続できる設定です",
                "the management of `{name}` ({services}) is configured to answer anybody outside"; services
            ),
            if by_default || minor { Severity::High } else { Severity::Critical },
            if by_default { Confidence::Medium } else { Confidence::High },
        ),
        _ => (
            text!(
                "「{name}」の管理接続（{services}）に外部の誰でも接続できるかどうか、設定からは確認できません",
                "whether anybody outside reaches the management of `{name}` ({services}) cannot be told from its configuration"; services
            ),
            Severity::Medium,
            Confidence::Medium,
        ),
    };
    let what = |it: &Management| match is_by_default(configured, it) {
        true => {
            let kind = it.kind.label();
            text!(
                "{kind}についての記載がないため、製品の初期値（有効、接続元の制限なし）とみなしました",
                "{kind} is not mentioned: taken as its maker ships it, enabled and for anybody"; kind
            )
        }
        false => text!("接続元を限っていません", "does not limit who may connect"),
    };
    let found = Report::new(thing.clone(), message, first.span, what(first));
    let places: Vec<_> = worst.iter().skip(1).map(|(it, _)| (it.span, what(it))).collect();
    let because = worst.into_iter().flat_map(|(_, it)| it.because);
    let found = places.into_iter().chain(because).fold(found, Report::also_at);
    Some(found.severity(severity).confidence(confidence))
}

fn spoken(management: &Management) -> Text {
    let (kind, service) = (management.kind.label(), management.service);
    match service {
        Service::Any => kind,
        _ if service.customary_name().is_some() => Text::same(service.described()),
        _ => text!("{kind} {service}", "{kind} {service}"; kind),
    }
}
