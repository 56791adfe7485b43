//! Admission: one question at one moment.

use super::forbidden::{embedded, forbidden};
use super::{Pins, Place, Reason, Refusal, Scope, is_single};
use crate::inventory::Endpoint;
use crate::model::{Date, EntityRef, IpNetwork};
use crate::probe::{Care, Classes, Kind, Question};
use crate::source::Spanned;
use jiff::Timestamp;
use std::net::IpAddr;

/// Decides what may be asked. Pure: it can be asked again right before a socket is made.
#[derive(Clone, Copy, Debug)]
pub struct Admission<'a> {
    /// The written permission.
    pub scope: &'a Scope,
    /// Who stands where.
    pub classes: &'a Classes,
    /// What the names of the scope stand for.
    pub pins: &'a Pins,
}

impl Admission<'_> {
    /// Whether a question may be sent from there at that moment.
    pub fn admit(
        &self,
        question: &Question,
        from: &EntityRef,
        at: Timestamp,
    ) -> Result<(), Refusal> {
        self.permits(question, from)?;
        self.timely(at)?;
        self.consented(embedded(question.to), Some(self.day(at)))
    }

    /// Whether the scope permits a question at all, at some moment.
    pub fn permits(&self, question: &Question, from: &EntityRef) -> Result<(), Refusal> {
        if let Some(refusal) = forbidden(question) {
            return Err(refusal);
        }
        let address = embedded(question.to);
        self.plain(address)?;
        self.careful(address)?;
        if !self.scope.from.contains(from) {
            return Err(Refusal::of(Reason::Vantage));
        }
        self.written(question, address)?;
        self.consented(address, None)
    }

    /// Whether anything may be sent at a moment.
    pub fn timely(&self, at: Timestamp) -> Result<(), Refusal> {
        if at >= self.scope.expires {
            return Err(Refusal::of(Reason::Expired));
        }
        let approved = self.scope.file.approver.on.as_ref().map(|it| it.value);
        if approved.is_some_and(|on| self.day(at) < on) {
            return Err(Refusal::of(Reason::NotApproved));
        }
        let open = self.scope.windows.iter().any(|it| it.from <= at && at < it.until);
        if open { Ok(()) } else { Err(Refusal::of(Reason::NoWindow)) }
    }

    /// The address is that of one host, as far as the declared networks tell.
    fn plain(&self, address: IpAddr) -> Result<(), Refusal> {
        if address.is_loopback() && !self.names_loopback(address) {
            return Err(Refusal::of(Reason::Loopback));
        }
        let scoped = self.places().filter_map(|it| match it {
            Place::Network(network) => Some(*network),
            Place::Name(_) => None,
        });
        match self.classes.networks().chain(scoped).find_map(|it| special(it, address)) {
            Some(reason) => Err(Refusal::of(reason)),
            None => Ok(()),
        }
    }

    /// Loopback is meant only by a network that is nothing else, never by what a name stands for.
    fn names_loopback(&self, address: IpAddr) -> bool {
        self.places().any(|place| match place {
            Place::Network(network) => {
                network.contains(address)
                    && network.ip().is_loopback()
                    && (network.is_ipv6() || network.prefix() >= 8)
            }
            Place::Name(_) => false,
        })
    }

    /// Every place that the scope names as a target.
    fn places(&self) -> impl Iterator<Item = &Place> {
        self.scope.file.targets.iter().flat_map(|it| it.to.iter()).map(|it| &it.value)
    }

    /// What stands there may be asked at all.
    fn careful(&self, address: IpAddr) -> Result<(), Refusal> {
        let standing = self.classes.at(address);
        if let Some(thing) = standing.with(Care::Never).next() {
            return Err(Refusal::about(Reason::LifeSupport, thing));
        }
        let own = address.is_loopback() && standing.things.is_empty();
        if own || standing.singly {
            return Ok(());
        }
        // Without a declaration of its own, an address that ends like those of a broadcast and of
        // a network may be one of a smaller network that nobody declared.
        if let IpAddr::V4(four) = address {
            match four.octets() {
                [.., 255] => return Err(Refusal::of(Reason::Broadcast)),
                [.., 0] => return Err(Refusal::of(Reason::NetworkAddress)),
                _ => {}
            }
        }
        match (standing.things.first(), standing.observed) {
            (None, false) => Err(Refusal::of(Reason::Unknown)),
            _ if self.names_singly(address) => Ok(()),
            (Some((group, _)), _) => Err(Refusal::about(Reason::Group, group)),
            (None, true) => Err(Refusal::of(Reason::Group)),
        }
    }

    /// Whether the scope names an address by itself, not only a network around it.
    fn names_singly(&self, address: IpAddr) -> bool {
        self.places().any(|place| match place {
            Place::Network(network) => is_single(*network) && network.contains(address),
            Place::Name(_) => self.pins.means(place, address),
        })
    }

    /// The scope names the address, the port and the kind together, and does not exclude them.
    fn written(&self, question: &Question, address: IpAddr) -> Result<(), Refusal> {
        let service = question.service();
        let means =
            |all: &[Spanned<Place>]| all.iter().any(|it| self.pins.means(&it.value, address));
        // An excluded name that nobody has resolved may be anybody.
        let may_mean = |all: &[Spanned<Place>]| {
            means(all)
                || all.iter().any(|it| match &it.value {
                    Place::Name(name) => !self.pins.0.contains_key(name),
                    Place::Network(_) => false,
                })
        };
        let excluded = self.scope.file.excluded.iter().any(|it| {
            let there = it.to.is_empty() || may_mean(&it.to);
            let so = it.services.is_empty()
                || service.is_none_or(|asked| it.services.iter().any(|s| s.value.includes(asked)));
            there && so
        });
        if excluded {
            return Err(Refusal::of(Reason::Excluded));
        }
        let here: Vec<_> = self.scope.file.targets.iter().filter(|it| means(&it.to)).collect();
        if here.is_empty() {
            return Err(Refusal::of(Reason::Address));
        }
        let ports = |services: &[Spanned<crate::model::Service>]| {
            service.is_none_or(|asked| services.iter().any(|it| it.value.includes(asked)))
        };
        let mut there = here.iter().filter(|it| ports(&it.services)).peekable();
        if there.peek().is_none() {
            return Err(Refusal::of(Reason::Port));
        }
        let so = |kinds: &[Spanned<Kind>]| match kinds {
            [] => question.kind == Kind::TcpConnect,
            kinds => kinds.iter().any(|it| it.value == question.kind),
        };
        if there.any(|it| so(&it.kinds)) { Ok(()) } else { Err(Refusal::of(Reason::Kind)) }
    }

    /// Every owner whose consent is needed has given it, by that day if one is given.
    fn consented(&self, address: IpAddr, day: Option<Date>) -> Result<(), Refusal> {
        let standing = self.classes.at(address);
        let own = address.is_loopback() && standing.things.is_empty();
        if own || standing.care() < Care::Consent {
            return Ok(());
        }
        let given = |means: &dyn Fn(&Endpoint) -> bool| {
            let mut consents = self.scope.file.consents.iter().filter(|it| means(&it.system.value));
            let any = consents.clone().next().is_some();
            let by_then = consents.any(|it| day.is_none_or(|day| it.on.value <= day));
            match (any, by_then) {
                (_, true) => Ok(()),
                (true, false) => Err(Reason::NotYet),
                (false, _) => Err(Reason::Consent),
            }
        };
        if standing.things.is_empty() {
            let here = |end: &Endpoint| match end {
                Endpoint::Network(it) => is_single(*it) && it.contains(address),
                _ => false,
            };
            return given(&here).map_err(Refusal::of);
        }
        for thing in standing.with(Care::Consent) {
            let its = |end: &Endpoint| matches!(end, Endpoint::Named(id) if *id == thing.id);
            given(&its).map_err(|reason| Refusal::about(reason, thing))?;
        }
        Ok(())
    }

    /// The day of a moment, by the clock of the scope.
    fn day(&self, at: Timestamp) -> Date {
        self.scope.file.time_zone.value.0.to_datetime(at).date()
    }
}

/// What an address is in a network, when it is no host of it.
fn special(network: IpNetwork, address: IpAddr) -> Option<Reason> {
    // Networks of two have no special addresses (RFC 3021, RFC 6164).
    let hosts = if network.is_ipv4() { 30 } else { 126 };
    if network.prefix() > hosts || !network.contains(address) {
        return None;
    }
    match (address == network.network(), network.is_ipv4() && address == network.broadcast()) {
        (_, true) => Some(Reason::Broadcast),
        (true, _) => Some(Reason::NetworkAddress),
        _ => None,
    }
}
