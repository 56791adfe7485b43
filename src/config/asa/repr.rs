//! What a configuration of ASA means, in its own terms.

use super::nat::NatLine;
use super::old_nat::OldNat;
use super::tables;
use super::vpn::Vpn;
use crate::config::ios::lists::Lists;
use crate::config::ios::objects::Objects;
use crate::config::ios::parse::walk;
use crate::config::notes::Notes;
use crate::config::outline::Item;
use crate::model::AddressSet;
use crate::model::device::{DeviceConfig, Hook, Interface, ManagementKind};
use crate::source::{Span, Spanned};
use std::collections::BTreeMap;

/// An interface with its name and level.
#[derive(Clone, Debug)]
pub(super) struct Port {
    /// What is a fact already.
    pub interface: Interface,
    /// `security-level`, from 0 (outside) to 100.
    pub level: u8,
    /// `shutdown`
    pub shutdown: Option<Span>,
    /// The bridge it is a member of.
    pub bridge: Option<Spanned<String>>,
    /// `no forward interface IF`: no session may be opened from here to there.
    pub parted: Vec<Spanned<String>>,
    /// `management-only`
    pub management_only: Option<Span>,
    /// Lines that may stop what comes in, or send it another way, and are not read.
    pub unread: Vec<Spanned<String>>,
}

/// A configuration of ASA.
#[derive(Debug, Default)]
pub(super) struct Repr {
    /// Facts that need nothing else to be understood.
    pub config: DeviceConfig,
    /// Interfaces in the order of the text.
    pub ports: Vec<Port>,
    /// Access lists.
    pub lists: Lists,
    /// Objects and groups.
    pub objects: Objects,
    /// `access-group`: list, direction, interface (`None` for all).
    pub groups: Vec<(Spanned<String>, Hook, Option<String>)>,
    /// Translations.
    pub nat: Vec<NatLine>,
    /// Translations as they were before 8.3.
    pub old_nat: OldNat,
    /// Tunnels and clients.
    pub vpn: Vpn,
    /// `ssh|http|telnet A M IF`
    pub managers: Vec<(Span, ManagementKind, AddressSet, String)>,
    /// `http server enable [port]`
    pub http: Option<u16>,
    /// `same-security-traffic permit inter-interface`
    pub same_level: Option<Span>,
    /// `same-security-traffic permit intra-interface`.
    pub hairpin: Option<Span>,
    /// `ip verify reverse-path interface NAMEIF`
    pub reverse_path: Vec<Spanned<String>>,
    /// `aaa authentication match|include …`: who comes in there has to log in; line and interface.
    pub logins: Vec<(Spanned<String>, Option<String>)>,
    /// `nat-control`
    pub nat_control: Option<Span>,
    /// Pools: name → addresses.
    pub pools: BTreeMap<String, Spanned<AddressSet>>,
    /// Accounts.
    pub users: Vec<Spanned<String>>,
}

impl Repr {
    /// The meaning of commands.
    pub(super) fn of(commands: &[Item<'_>], notes: &mut Notes) -> Self {
        let mut repr = Self::default();
        // Lists name groups, whichever stands first.
        walk(&mut repr, commands, tables::GROUPS, notes);
        repr.objects.resolve();
        walk(&mut repr, commands, tables::GLOBAL, notes);
        repr
    }

    /// The interface with this `nameif`.
    pub(super) fn named(&self, nameif: &str) -> Option<&Port> {
        self.ports
            .iter()
            .find(|port| port.interface.zone.as_ref().is_some_and(|zone| zone.value == nameif))
    }

    /// What the device calls the interface with this `nameif`; the name itself when there is none.
    pub(super) fn interface(&self, nameif: &str) -> String {
        self.named(nameif).map_or_else(|| nameif.to_owned(), |it| it.interface.name.value.clone())
    }
}
