//! Pieces of answers for programs.

use super::words;
use crate::locale::Text;
use crate::model::{AddressSet, EntityRef, Vocabulary as _};
use crate::reach::packets::{Packet, PacketSet};
use crate::reach::paths::{Cause, Class, Refusal, Unread};
use crate::reach::{Assumptions, Trace};
use crate::report::Report;
use crate::source::Span;
use serde_json::{Value, json};

impl Report<'_> {
    /// A place: file, line, column, and the text that stands there.
    pub(super) fn place(&self, span: Option<Span>) -> Value {
        let Some(span) = span else { return Value::Null };
        let position = self.sources.position(span);
        json!({
            "file": self.sources.file(span.file).name(),
            "line": position.line,
            "column": position.column,
            "text": self.sources.slice(span).trim(),
        })
    }

    /// The way of a packet.
    pub(super) fn trace(&self, trace: &Trace) -> Value {
        json!({
            "packet": packet(&trace.packet),
            "disposition": trace.end.key(),
            "at": thing(trace.at.as_ref()),
            "certain": trace.certain,
            "hops": trace.hops.iter().map(|hop| json!({
                "thing": thing(hop.thing.as_ref()),
                "name": both(&hop.name),
                "events": hop.events.iter().map(|event| json!({
                    "says": both(&event.says),
                    "place": self.place(event.span),
                })).collect::<Vec<_>>(),
            })).collect::<Vec<_>>(),
        })
    }

    /// Packets that get somewhere.
    pub(super) fn class(&self, it: &Class) -> Value {
        json!({
            "from": it.from.to_string(),
            "by": thing(it.by.as_ref()),
            "to": it.to.to_string(),
            "certain": it.certain,
            "disposition": it.end.key(),
            "packets": packets(&it.packets),
            "trace": it.trace.as_ref().map(|it| self.trace(it)),
        })
    }

    /// Packets that do not, and why.
    pub(super) fn refusal(&self, it: &Refusal) -> Value {
        let (cause, trace, place) = match &it.cause {
            Cause::Stopped(trace) => ("stopped", self.trace(trace), Value::Null),
            Cause::NotCarried(_, span) => ("not-carried", Value::Null, self.place(Some(*span))),
            Cause::NoAddress => ("no-address", Value::Null, Value::Null),
        };
        json!({
            "from": it.from.to_string(),
            "by": thing(it.by.as_ref()),
            "to": thing(it.to.as_ref()),
            "packets": packets(&it.packets),
            "cause": cause,
            "trace": trace,
            "place": place,
        })
    }

    /// What is taken for granted.
    pub(super) fn granted(&self, assumptions: &Assumptions) -> Value {
        let all = assumptions.iter().map(|it| {
            json!({
                "kind": it.kind.key(),
                "about": thing(it.about.as_ref()),
                "says": both(&it.says),
                "place": self.place(it.span),
            })
        });
        all.collect()
    }

    /// What nobody read.
    pub(super) fn unread(&self, unread: &[Unread]) -> Value {
        let all = unread.iter().map(|it| {
            json!({
                "device": it.thing.to_string(),
                "lines": it.lines,
                "first": self.place(Some(it.first)),
            })
        });
        all.collect()
    }
}

/// A sentence in both languages.
pub(super) fn both(text: &Text) -> Value {
    json!({ "ja": text.ja, "en": text.en })
}

/// A thing by its stable text form.
pub(super) fn thing(thing: Option<&EntityRef>) -> Value {
    thing.map_or(Value::Null, |it| Value::String(it.to_string()))
}

/// A set of packets: disjointness is not promised, exactness is.
pub(super) fn packets(packets: &PacketSet) -> Value {
    let rows = words::rows(packets).into_iter().map(|row| {
        json!({
            "sources": addresses(&row.sources),
            "destinations": addresses(&row.destinations),
            "services": row.services.notations(),
            "narrowed": row.services.narrowed(),
        })
    });
    rows.collect()
}

fn addresses(set: &AddressSet) -> Value {
    if set.is_any() {
        return json!({ "ranges": ["any"], "unwritten": false });
    }
    let (shown, unwritten) = words::written(set);
    json!({ "ranges": shown.notations().collect::<Vec<_>>(), "unwritten": unwritten })
}

/// A packet; addresses that nobody wrote down are null.
pub(super) fn packet(it: &Packet) -> Value {
    let address = |address: std::net::IpAddr| {
        use crate::reach::network::AddressBook;
        (!AddressBook::is_stand_in(address)).then(|| address.to_string())
    };
    json!({
        "source": address(it.source),
        "destination": address(it.destination),
        "protocol": it.protocol,
        "source_port": it.source_port,
        "destination_port": it.destination_port,
        "icmp_type": it.icmp_type,
    })
}
