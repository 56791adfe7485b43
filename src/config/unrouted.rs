//! Devices that forward nothing.

use crate::model::device::{
    Answers, Applied, DeviceConfig, Family, Filter, FilterLine, Hook, Match, Verdict,
};
use crate::source::{Span, Spanned};

/// What comes in over an interface goes on nowhere, in this family; what the device itself sends and
/// is asked is not spoken of.
pub(super) fn forwards_nothing(name: &str, span: Span, family: Family, config: &mut DeviceConfig) {
    config.filters.push(Filter {
        name: Spanned::new(name.to_owned(), span),
        family,
        lines: vec![FilterLine {
            span,
            label: name.to_owned(),
            verdict: Verdict::Deny,
            when: Match { from: vec!["*".to_owned()], ..Match::any() },
            enabled: true,
        }],
        otherwise: Verdict::Continue,
    });
    config.applied.push(Applied {
        span,
        filter: name.to_owned(),
        hook: Hook::Forward,
        interfaces: Vec::new(),
        answers: Answers::AsDevice,
    });
}
