//! What a device itself listens on, as its configuration says.

use super::Machine;
use crate::model::device::{ManagementKind, names_interface};
use crate::model::{AddressSet, Service};
use crate::reach::packets::PacketSet;

impl Machine<'_> {
    /// Whether its configuration says anything of its management.
    pub(in crate::reach) fn tells_management(&self) -> bool {
        self.config.management.iter().any(|it| it.kind != ManagementKind::Remote)
    }

    /// Sessions with the device itself that it takes in any case when they come in over an interface:
    /// its management, and the servers that let people in. What filters stop has been stopped.
    pub(in crate::reach) fn offers(&self, over: Option<usize>) -> PacketSet {
        let names = self.names(over);
        let interface = over.and_then(|at| self.config.interfaces.get(at));
        let own = interface.into_iter().flat_map(|it| &it.addresses);
        let own: AddressSet = own.map(|it| AddressSet::from(it.value.ip())).collect();
        let any = AddressSet::any();
        // What answers on some interfaces surely answers at their own addresses.
        let at = |interfaces: &[String]| {
            let here = |it: &String| names.iter().any(|name| names_interface(it, name));
            match interfaces {
                [] => Some(&any),
                several => several.iter().any(here).then_some(&own),
            }
        };
        let mut all = PacketSet::none();
        let managed = self.config.management.iter().filter(|it| it.enabled && it.exact);
        for it in managed.filter(|it| it.kind != ManagementKind::Remote) {
            if let Some(at) = at(&it.interfaces) {
                all.extend(&PacketSet::sessions(&it.sources, at, &[it.service]));
            }
        }
        for it in self.config.remote_access.iter().filter(|it| it.enabled) {
            let services: &[Service] = &it.services;
            if let Some(at) = at(&it.interfaces).filter(|_| !services.is_empty()) {
                all.extend(&PacketSet::sessions(&it.sources, at, services));
            }
        }
        all
    }
}
