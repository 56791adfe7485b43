//! What filters and is not read: it may stop anything, so that nothing is certain to pass it.

use crate::model::device::{
    Answers, Applied, DeviceConfig, Family, Filter, FilterLine, Hook, Match, Verdict,
};
use crate::source::{Span, Spanned};

/// Something on these interfaces may stop packets in one direction. What it opens is none of its
/// affair: it stands before or behind whatever else filters there.
pub(super) fn may_stop(
    name: &str,
    span: Span,
    hook: Hook,
    interfaces: Vec<String>,
    config: &mut DeviceConfig,
) {
    let side = match hook {
        Hook::In => "in",
        Hook::Out => "out",
        _ => "through",
    };
    let filter = format!("{name} {side} {}", interfaces.join(" "));
    if interfaces.is_empty() || config.filter(&filter).is_some() {
        return;
    }
    put(filter.clone(), name, span, Match::any(), config);
    let answers = Answers::AsDevice;
    config.applied.push(Applied { span, filter, hook, interfaces, answers });
}

/// Of what passes through the device, this may be stopped.
pub(super) fn may_stop_through(name: &str, span: Span, when: Match, config: &mut DeviceConfig) {
    let filter = format!("{name} through");
    if config.filter(&filter).is_some() {
        return;
    }
    put(filter.clone(), name, span, when, config);
    let (hook, interfaces, answers) = (Hook::Forward, Vec::new(), Answers::AsDevice);
    config.applied.push(Applied { span, filter, hook, interfaces, answers });
}

fn put(filter: String, name: &str, span: Span, when: Match, config: &mut DeviceConfig) {
    let when = Match { not_understood: vec![span], ..when };
    let (label, verdict) = (name.to_owned(), Verdict::Deny);
    config.filters.push(Filter {
        name: Spanned::new(filter, span),
        family: Family::Both,
        lines: vec![FilterLine { span, label, verdict, when, enabled: true }],
        otherwise: Verdict::Permit,
    });
}
