//! Mistakes of a scope that need more than one value. What is wrong with a permission is an error,
//! never a warning: nobody should have to guess what was permitted.

use super::record::{Consent, Excluded, Opening, ScopeFile, ScopeLimits, Target};
use super::words::{Place, is_single};
use super::{never, vantage, windows};
use crate::inventory::{Endpoint, Inventory};
use crate::locale::Text;
use crate::model::{IpNetwork, Protocol, Service, Vocabulary as _};
use crate::probe::{Kind, Limits};
use crate::source::{Diagnostic, Mistakes, Span, Spanned};
use crate::text;

/// Adds every mistake that can be seen.
pub(super) fn check(scope: &ScopeFile, inventory: &Inventory, out: &mut Mistakes) {
    for (key, empty) in [
        ("from", scope.from.is_empty()),
        ("targets", scope.targets.is_empty()),
        ("windows", scope.windows.is_empty()),
        ("vendor_notice", scope.vendor_notice.is_empty()),
    ] {
        if empty {
            out.push(wrong(
                "missing-value",
                scope.span,
                text!("「{key}」に何も書かれていません", "`{key}` is empty"),
                text!("少なくとも1つ書きます", "write at least one"),
            ));
        }
    }
    for from in scope.from.iter().filter(|it| vantage(inventory, &it.value).is_none()) {
        out.push(
            wrong(
                "dangling-reference",
                from.span,
                text!("確認を行う場所がありません", "there is no such place to probe from"),
                text!(
                    "この識別子の外部接続・ゾーンがありません",
                    "no connection or zone has this id"
                ),
            )
            .help(text!(
                "connections/識別子 または zones/識別子 の形でも書けます",
                "connections/ID and zones/ID can be written too"
            )),
        );
    }
    scope.targets.iter().for_each(|it| target(it, out));
    scope.excluded.iter().for_each(|it| exclusion(it, out));
    scope.limits.iter().for_each(|it| limit(it, out));
    scope.windows.iter().for_each(|it| opening(it, scope, out));
    scope.consents.iter().for_each(|it| consent(it, out));
    people(scope, out);
}

fn wrong(code: &'static str, at: Span, message: Text, label: Text) -> Diagnostic {
    Diagnostic::error(code, message).at(at, label)
}

fn target(target: &Target, out: &mut Mistakes) {
    if target.to.is_empty() {
        let message = text!("確認してよい相手が書かれていません", "the target names nobody");
        out.push(wrong("missing-value", target.span, message, text!("to", "to")));
    }
    target.to.iter().for_each(|it| place(it, out));
    let kinds: Vec<Kind> = target.kinds.iter().map(|it| it.value).collect();
    let kinds = if kinds.is_empty() { vec![Kind::TcpConnect] } else { kinds };
    if target.services.is_empty() && kinds.iter().any(|it| it.service(1).is_some()) {
        out.push(
            wrong(
                "missing-value",
                target.span,
                text!("確認してよいポートが書かれていません", "the target names no port"),
                text!("services を書きます", "write `services`"),
            )
            .help(text!(
                "書かなければ何も許可しません（例: services: [443/tcp, icmp]）",
                "nothing is permitted by leaving it out; for example services: [443/tcp, icmp]"
            )),
        );
    }
    target.services.iter().for_each(|it| service(it, out));
    for kind in &target.kinds {
        let carried = |service: &Spanned<Service>| match (kind.value.service(1), service.value) {
            (Some(Service::Ports { protocol: a, .. }), Service::Ports { protocol: b, .. }) => {
                a == b
            }
            _ => true,
        };
        if !target.services.is_empty() && !target.services.iter().any(carried) {
            let label = kind.value.label();
            out.push(wrong(
                "kind-without-port",
                kind.span,
                text!(
                    "「{label}」で確認できるポートがありません",
                    "no port is named that {label} could ask"; label
                ),
                text!(
                    "services に加えるか、この方法を消します",
                    "add one to `services`, or leave the kind out"
                ),
            ));
        }
    }
}

fn exclusion(excluded: &Excluded, out: &mut Mistakes) {
    if excluded.to.is_empty() && excluded.services.is_empty() {
        out.push(wrong(
            "missing-value",
            excluded.span,
            text!("何を除くのか書かれていません", "the exclusion names nothing"),
            text!("to か services を書きます", "write `to` or `services`"),
        ));
    }
    excluded.to.iter().for_each(|it| network(it, out));
}

/// A place that may be asked.
fn place(place: &Spanned<Place>, out: &mut Mistakes) {
    network(place, out);
    let Place::Network(it) = &place.value else { return };
    if it.prefix() == 0 {
        out.push(wrong(
            "too-wide",
            place.span,
            text!("すべてのアドレスを相手にはできません", "everybody is no target"),
            text!("相手のネットワークを書きます", "name the networks that are meant"),
        ));
        return;
    }
    let reason = never(it.ip()).or_else(|| never(it.network()));
    if let Some(reason) = reason {
        let (reason, shown) = (reason.label(), &place.value);
        out.push(wrong(
            "never-asked",
            place.span,
            text!("{shown} には送れません", "nothing is ever sent to {shown}"),
            text!("{reason}", "{reason}"; reason),
        ));
    }
}

/// A network as it must be written, to permit and to exclude.
fn network(place: &Spanned<Place>, out: &mut Mistakes) {
    let Place::Network(it) = &place.value else { return };
    if !is_single(*it) && it.ip() != it.network() {
        let (host, whole) = (it.ip(), Place::Network(crate::model::network_of(*it)));
        out.push(wrong(
            "host-bits",
            place.span,
            text!("1台のことかネットワークのことか分かりません", "one host, or the network?"),
            text!("{host} または {whole} と書きます", "write {host} or {whole}"),
        ));
    }
    if let IpNetwork::V6(six) = it
        && let (Some(four), true) = (six.ip().to_ipv4_mapped(), six.prefix() >= 96)
    {
        let plain = six.prefix() - 96;
        let plain = if plain == 32 { four.to_string() } else { format!("{four}/{plain}") };
        out.push(wrong(
            "mapped-address",
            place.span,
            text!("IPv4を埋め込んだIPv6アドレスです", "an IPv4 address inside an IPv6 address"),
            text!("{plain} と書きます", "write {plain}"),
        ));
    }
}

fn service(service: &Spanned<Service>, out: &mut Mistakes) {
    let label = match service.value {
        Service::Any => text!("ポートを書きます（例: 443/tcp）", "name the ports, such as 443/tcp"),
        Service::Ports { protocol: Protocol::Tcp | Protocol::Udp, first, last } => {
            if !(9100..=9107).contains(&first) || last > 9107 {
                return;
            }
            text!("印刷用ポートには常に送りません", "nothing is ever sent to printer ports")
        }
        Service::Ports { protocol: Protocol::Icmp, .. } => return,
        Service::Ports { .. } => {
            text!("このプロトコルを確認する方法がありません", "no kind of probe asks this protocol")
        }
    };
    let what = service.value;
    out.push(wrong(
        "never-asked",
        service.span,
        text!("「{what}」は確認できません", "`{what}` cannot be asked"),
        label,
    ));
}

/// A field of the limits: as written, as it is by default, and the least and most it can be.
type Bound<'a> = (&'static str, Option<&'a Spanned<u32>>, u32, u32, u32);

fn bounds(limits: &ScopeLimits) -> [Bound<'_>; 8] {
    let it = Limits::default();
    const MOST: u32 = 999_999_999;
    [
        ("host_in_flight", limits.host_in_flight.as_ref(), it.host_in_flight, 1, 65_535),
        ("host_rate", limits.host_rate.as_ref(), it.host_rate, 1, MOST),
        ("rate", limits.rate.as_ref(), it.rate, 1, MOST),
        ("in_flight", limits.in_flight.as_ref(), it.in_flight, 1, 65_535),
        ("run_budget", limits.run_budget.as_ref(), it.run_budget, 1, MOST),
        ("day_budget", limits.day_budget.as_ref(), it.day_budget, 1, MOST),
        ("patience_ms", limits.patience_ms.as_ref(), it.patience_ms, 100, 60_000),
        ("retries", limits.retries.as_ref(), it.retries.into(), 0, 10),
    ]
}

/// The limits of a scope: what it says, else the default.
pub(super) fn limits(limits: &ScopeLimits) -> Limits {
    let values = bounds(limits).map(|(_, given, default, ..)| given.map_or(default, |it| it.value));
    let [host_in_flight, host_rate, rate, in_flight, run_budget, day_budget, patience_ms, retries] =
        values;
    let retries = u8::try_from(retries).unwrap_or(u8::MAX);
    Limits {
        host_in_flight,
        host_rate,
        rate,
        in_flight,
        run_budget,
        day_budget,
        patience_ms,
        retries,
    }
}

fn limit(limits: &ScopeLimits, out: &mut Mistakes) {
    for (key, given, default, least, most) in bounds(limits) {
        let Some(given) = given else { continue };
        if !(least..=most).contains(&given.value) {
            out.push(wrong(
                "limit-out-of-range",
                given.span,
                text!("「{key}」の値が使えません", "`{key}` cannot be that"),
                text!("{least}から{most}までです", "from {least} to {most}"),
            ));
        } else if given.value > default && limits.raised_by.is_none() {
            out.push(
                wrong(
                    "raised-limit",
                    given.span,
                    text!(
                        "だれが上限を上げたのか書かれていません",
                        "nobody answers for the raised limit"
                    ),
                    text!("既定は{default}です", "{default} by default"),
                )
                .help(text!(
                    "limits に raised_by: {{name: 氏名, reason: 理由}} を書きます",
                    "write raised_by: {{name: …, reason: …}} under `limits`"
                )),
            );
        }
    }
}

fn opening(opening: &Opening, scope: &ScopeFile, out: &mut Mistakes) {
    let (first, last) = windows::days(opening);
    let at = opening.until.as_ref().map_or(opening.from.span, |it| it.span);
    if last < first {
        out.push(wrong(
            "until-before-from",
            at,
            text!("最後の日が最初の日より前です", "the last day lies before the first"),
            text!("最初の日は {first} です", "the first day is {first}"),
        ));
    } else if first.until(last).is_ok_and(|it| it.get_days() >= windows::MOST_DAYS) {
        out.push(wrong(
            "too-wide",
            at,
            text!("期間が1年を超えています", "the window is longer than a year"),
            text!("確認する期間だけを書きます", "name only the days that are meant"),
        ));
    }
    let expires = scope.expires.value;
    if first > expires {
        out.push(wrong(
            "window-after-expiry",
            opening.from.span,
            text!("有効期限より後の日時です", "the window lies after the expiry"),
            text!("有効期限は {expires} です", "the scope expires on {expires}"),
        ));
    }
}

fn consent(consent: &Consent, out: &mut Mistakes) {
    let sound = match &consent.system.value {
        Endpoint::Named(_) => true,
        Endpoint::Network(it) => is_single(*it),
        Endpoint::Any | Endpoint::Internet => false,
    };
    if !sound {
        out.push(wrong(
            "consent-to-nothing",
            consent.system.span,
            text!(
                "どの機器への同意か分かりません",
                "it is not clear to which device this consents"
            ),
            text!(
                "システムの識別子か、1つのアドレスを書きます",
                "write the id of a system or one address"
            ),
        ));
    }
}

/// What is odd about people and days, and may be right.
fn people(scope: &ScopeFile, out: &mut Mistakes) {
    if scope.approver.name.value == scope.tester.name.value {
        out.push(
            Diagnostic::warning(
                "approver-is-tester",
                text!("承認者と実施者が同じ人です", "who approved it also carries it out"),
            )
            .at(scope.tester.name.span, text!("実施者", "the tester")),
        );
    }
    let first = scope.windows.iter().map(|it| it.from.value).min();
    for notice in scope.vendor_notice.iter() {
        if first.is_some_and(|first| notice.on.value > first) {
            out.push(
                Diagnostic::warning(
                    "notice-too-late",
                    text!(
                        "事業者への連絡が、確認を始める日より後です",
                        "the vendor is told after the first day of the probes"
                    ),
                )
                .at(notice.on.span, text!("連絡日", "the day of the notice")),
            );
        }
    }
}
