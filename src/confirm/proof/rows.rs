//! One row a tuple: what the configuration says beside what packets say.

use super::configured::{Configuration, decided};
use super::paper::{Configured, Probed, Row, Standing};
use super::probed::{Judged, named};
use crate::inventory::Inventory;
use crate::locale::Text;
use crate::model::words::Verdict;
use crate::model::{AddressSet, Vocabulary as _};
use crate::probe::Expectation;
use crate::reach::network::AddressBook;
use crate::reach::packets::PacketSet;
use crate::reach::paths::Class;
use crate::source::SourceMap;
use std::cmp::Reverse;
use std::net::IpAddr;

/// Every tuple that was probed, then what only the configuration speaks of; worst first. `own` are
/// the addresses from which was asked.
pub(super) fn rows(
    inventory: &Inventory,
    sources: &SourceMap,
    configuration: &Configuration<'_>,
    judged: &[Judged],
    own: &[IpAddr],
) -> Vec<Row> {
    let mut rows = Vec::new();
    let mut probed = PacketSet::none();
    for it in judged {
        let question = &it.question;
        let service = question.service();
        if let Some(service) = service {
            let to = AddressSet::from(question.to);
            probed.extend(&PacketSet::sessions(&AddressSet::any(), &to, &[service]));
        }
        let configured = service.and_then(|it| configuration.ask(own, question.to, it));
        let packets = Probed {
            verdict: it.verdict,
            because: it.because.clone(),
            kind: question.kind,
            outcome: it.telling.as_ref().map(|it| it.answer.outcome),
            by: it.telling.as_ref().and_then(|it| it.answer.by),
            at: it.telling.as_ref().map(|it| it.at),
            control: it.control,
        };
        let declared = service.is_some_and(|it| configuration.declares(question.to, it));
        let permitted = declared && question.expect != Expectation::NoAnswer && !it.is_stranger;
        let spoken = service.map(|it| Text::same(it.to_string()));
        rows.push(Row {
            to: named(inventory, &question.target),
            addresses: vec![question.to.to_string()],
            service: spoken.unwrap_or_else(|| question.kind.label()),
            declared: declared && !it.is_stranger,
            expected: Some(question.expect),
            verdict: together(configured.as_ref().map(|it| it.verdict), packets.verdict),
            standing: standing(configured.as_ref(), packets.verdict, permitted, it.is_closed),
            configuration: configured,
            packets: Some(packets),
        });
    }
    let answer = configuration.answer;
    let sides = [(&answer.extra, false), (&answer.undetermined, false), (&answer.permitted, true)];
    for (classes, declared) in sides {
        for class in classes {
            let unprobed = class.packets.difference(&probed);
            if !unprobed.is_empty() {
                rows.push(alone(inventory, sources, class, &unprobed, declared));
            }
        }
    }
    rows.sort_by_cached_key(|it| {
        let worst = Reverse(it.verdict == Verdict::Reachable && !it.declared);
        (it.standing, worst, it.declared, it.to.thing.clone(), it.service.clone())
    });
    rows
}

/// What both sides together prove: packets that arrive arrive; isolated are they only when both say
/// so.
const fn together(configured: Option<Verdict>, packets: Verdict) -> Verdict {
    match (configured, packets) {
        (_, Verdict::Reachable) => Verdict::Reachable,
        (Some(Verdict::Isolated) | None, Verdict::Isolated) => Verdict::Isolated,
        _ => Verdict::Undetermined,
    }
}

/// How the sides stand to each other and to the declaration.
fn standing(
    configured: Option<&Configured>,
    packets: Verdict,
    permitted: bool,
    is_closed: bool,
) -> Standing {
    use Verdict::{Isolated, Reachable, Undetermined};
    match (configured.map(|it| it.verdict), packets) {
        (Some(Isolated), Reachable) => Standing::Contradicted,
        (_, Reachable) if !permitted => Standing::Beyond,
        (Some(Reachable), Isolated) => Standing::Lost,
        // A connection that should come about and does not is lost, even if packets arrive one way.
        (_, Isolated | Undetermined) if permitted && is_closed => Standing::Lost,
        (_, Undetermined) | (Some(Undetermined), Isolated) => Standing::Undetermined,
        (None, Isolated | Reachable) => Standing::PacketsOnly,
        (Some(Isolated), Isolated) | (Some(Reachable | Undetermined), Reachable) => {
            Standing::Agrees
        }
    }
}

/// A class of packets of which only the configuration speaks.
fn alone(
    inventory: &Inventory,
    sources: &SourceMap,
    class: &Class,
    packets: &PacketSet,
    declared: bool,
) -> Row {
    let verdict = if class.certain { Verdict::Reachable } else { Verdict::Undetermined };
    let because = match class.certain {
        true => Text::new("設定では届きます。", "It arrives, by the configuration."),
        false => Text::new(
            "設定からは、届かないとは言い切れません。",
            "By the configuration it cannot be ruled out that it arrives.",
        ),
    };
    let standing = match (declared, verdict) {
        (false, Verdict::Reachable) => Standing::Beyond,
        (false, _) => Standing::Undetermined,
        (true, _) => Standing::ConfigurationOnly,
    };
    let trace = class.trace.as_ref().map(|it| decided(inventory, sources, it));
    Row {
        to: named(inventory, &class.to),
        addresses: written(&packets.destinations()),
        service: packets.spoken().text(),
        declared,
        expected: None,
        verdict,
        standing,
        configuration: Some(Configured { verdict, because, trace: trace.unwrap_or_default() }),
        packets: None,
    }
}

/// Addresses as notations, without those that only stand for what has none.
fn written(addresses: &AddressSet) -> Vec<String> {
    addresses.difference(&AddressBook::stand_ins()).notations().collect()
}
