//! Configured lines ↔ declared circuits, by interface address; what has no address of its own, or
//! none in the ledger, by what is left over. Two lines over one port are two lines.

use super::Desk;
use crate::inventory::Inventory;
use crate::model::device::Interface;
use crate::model::words::CircuitKind;
use crate::model::{EntityKind, EntityRef, IpNetwork, network_of};
use crate::source::{Span, Spanned};
use crate::text;
use crate::topology::external::{Contradiction, Disagreement, ExternalPath, PathKind};
use crate::topology::ledger::{Leads, Port, is_mobile};

/// A declared end of a line at this box.
struct Socket<'i> {
    port: Option<&'i Port<'i>>,
    /// The circuit; the connection that says there is a line; the device.
    thing: EntityRef,
    span: Span,
    kind: Option<CircuitKind>,
    taken: bool,
}

impl Socket<'_> {
    fn addresses(&self) -> &[Spanned<IpNetwork>] {
        self.port.map_or(&[], |port| port.addresses)
    }

    /// Whether a line of this path's kind may end here.
    fn fits(&self, path: PathKind) -> bool {
        self.kind.is_none_or(|kind| match path {
            PathKind::Mobile => is_mobile(kind),
            PathKind::DialIn => kind == CircuitKind::Isdn,
            _ => !is_mobile(kind) && kind != CircuitKind::Isdn,
        })
    }
}

/// Finds the circuit of every line.
pub(super) fn settle(desk: &mut Desk<'_>) {
    let mut sockets = sockets(desk);
    let lines: Vec<usize> =
        (0..desk.paths.len()).filter(|at| desk.paths.get(*at).is_some_and(is_line)).collect();
    let mut open: Vec<usize> = Vec::new();
    for at in lines {
        match desk.interface_of(at).and_then(|it| by_address(&sockets, it)) {
            Some(socket) => take(desk, at, &mut sockets, socket),
            None => open.push(at),
        }
    }
    // Strictly by kind first; then a modem behind a plain port.
    for strictly in [true, false] {
        open.retain(|at| {
            let Some(socket) = left_over(desk, *at, &sockets, strictly) else {
                return true;
            };
            take(desk, *at, &mut sockets, socket);
            false
        });
    }
    let free: Vec<usize> =
        sockets.iter().enumerate().filter(|(_, it)| !it.taken).map(|(at, _)| at).collect();
    if let (&[path], &[socket]) = (open.as_slice(), free.as_slice()) {
        readdressed(desk, path, &mut sockets, socket);
    }
}

fn is_line(path: &ExternalPath) -> bool {
    let line = matches!(path.kind, PathKind::Line | PathKind::Mobile);
    path.enabled && (line || path.kind == PathKind::DialIn)
}

fn sockets<'i>(desk: &Desk<'i>) -> Vec<Socket<'i>> {
    let inventory = desk.inventory;
    let ledger = desk.ledger;
    let mut sockets: Vec<Socket<'i>> = Vec::new();
    for port in &ledger.ports {
        let thing = match &port.leads {
            Leads::Circuit(id) => EntityRef::new(EntityKind::Circuit, id),
            Leads::Unstated => ledger.thing.clone(),
            Leads::Zone(_) | Leads::Device(_) => continue,
        };
        let kind = kind_of(inventory, &thing);
        sockets.push(Socket { port: Some(port), thing, span: port.span, kind, taken: false });
    }
    let here = |it: &&&'i crate::inventory::Entry<crate::inventory::Connection>| {
        it.at.as_ref().is_some_and(|at| at.value.owner == ledger.thing.id)
    };
    for connection in ledger.connections.iter().filter(here) {
        let Some(circuit) = &connection.circuit else { continue };
        let thing = EntityRef::new(EntityKind::Circuit, circuit.id());
        if sockets.iter().all(|it| it.thing != thing) {
            let kind = kind_of(inventory, &thing);
            sockets.push(Socket { port: None, thing, span: circuit.span, kind, taken: false });
        }
    }
    if sockets.is_empty()
        && let Some(connection) = ledger.connections.iter().find(here)
    {
        // Whoever enters here enters by some line, although nobody wrote down which.
        let thing = EntityRef::new(EntityKind::Connection, &connection.id.value);
        let span = connection.id.span;
        sockets.push(Socket { port: None, thing, span, kind: None, taken: false });
    }
    sockets
}

fn kind_of(inventory: &Inventory, thing: &EntityRef) -> Option<CircuitKind> {
    let circuit = inventory.circuits.get(&thing.id)?;
    (thing.kind == EntityKind::Circuit).then_some(circuit.kind.value)
}

fn by_address(sockets: &[Socket<'_>], interface: &Interface) -> Option<usize> {
    let has = |it: &Socket<'_>| {
        it.port.is_some_and(|port| interface.addresses.iter().any(|a| port.has(a.value.ip())))
    };
    sockets.iter().position(has)
}

/// The best declared end that is left for a line: of the same network, else of the same name, else
/// the first. Two that both have addresses, and other ones, are not the same.
fn left_over(desk: &Desk<'_>, at: usize, sockets: &[Socket<'_>], strictly: bool) -> Option<usize> {
    let path = desk.paths.get(at)?;
    let interface = desk.interface_of(at);
    let fixed: &[Spanned<IpNetwork>] = interface.map_or(&[], |it| &it.addresses);
    let candidates = sockets.iter().enumerate().filter(|(_, socket)| {
        let differ = fixed.iter().any(|own| {
            let declared = socket.addresses().iter();
            declared.clone().any(|it| it.value.is_ipv4() == own.value.is_ipv4())
        });
        // An end of which nobody says where it leads is one only by its address.
        let stated = socket.port.is_none_or(|port| port.leads != Leads::Unstated);
        !socket.taken && !differ && stated && (!strictly || socket.fits(path.kind))
    });
    let same_name = |socket: &Socket<'_>| {
        socket
            .port
            .zip(path.interface.as_ref())
            .is_some_and(|(port, name)| port.id.eq_ignore_ascii_case(name))
    };
    let best = candidates.min_by_key(|(_, socket)| !same_name(socket));
    best.map(|(at, _)| at)
}

fn take(desk: &mut Desk<'_>, at: usize, sockets: &mut [Socket<'_>], socket: usize) {
    let Some(socket) = sockets.get_mut(socket) else { return };
    // A backup session to the same address, or a second address: the same line.
    socket.taken = true;
    desk.declare(at, socket.thing.clone(), socket.span);
    if let Some(name) = desk.paths.get(at).and_then(|it| it.interface.clone())
        && let Some(port) = socket.port
    {
        desk.plugged.insert(name, port.id.to_owned());
    }
}

/// One line and one declared end are left, with different addresses: the same line, readdressed.
fn readdressed(desk: &mut Desk<'_>, at: usize, sockets: &mut [Socket<'_>], socket: usize) {
    let (Some(path), Some(free)) = (desk.paths.get(at), sockets.get(socket)) else { return };
    let stated = free.port.is_some_and(|port| port.leads != Leads::Unstated);
    if !stated || !free.fits(path.kind) {
        return;
    }
    let configured = desk.interface_of(at).and_then(|it| it.addresses.first()).cloned();
    let declared = configured.as_ref().and_then(|own| {
        let alike = |it: &&Spanned<IpNetwork>| it.value.is_ipv4() == own.value.is_ipv4();
        free.addresses().iter().find(alike).copied()
    });
    if let (Some(configured), Some(declared)) = (configured, declared) {
        let contradiction = address(&declared, &configured);
        take(desk, at, sockets, socket);
        desk.contradict(at, contradiction.clone());
        desk.differ(contradiction);
    }
}

/// Two addresses of one interface.
pub(super) fn address(
    declared: &Spanned<IpNetwork>,
    configured: &Spanned<IpNetwork>,
) -> Contradiction {
    let (ledger, device) = (declared.value, configured.value);
    Contradiction {
        about: Disagreement::Address,
        declared: (text!("台帳では {ledger}", "the ledger says {ledger}"), declared.span),
        configured: (text!("設定では {device}", "it is configured as {device}"), configured.span),
    }
}

/// Declared interface addresses that the configuration gives differently: another host of the same
/// network, or another size of network. An address that is nowhere near is not told: it may be one
/// that a pair of devices shares.
pub(super) fn interfaces(desk: &mut Desk<'_>) {
    let mut found = Vec::new();
    let configured: Vec<&Spanned<IpNetwork>> = desk
        .config
        .interfaces
        .iter()
        .filter(|it| it.enabled)
        .flat_map(|it| &it.addresses)
        .collect();
    for port in &desk.ledger.ports {
        for declared in port.addresses {
            let network = network_of(declared.value);
            if let Some(own) = configured.iter().find(|it| it.value.ip() == declared.value.ip()) {
                desk.seen_ports.insert(port.id.to_owned(), own.span);
                let stated = declared.value.prefix() < whole(declared.value);
                if stated
                    && own.value.prefix() != declared.value.prefix()
                    && own.value.prefix() < whole(own.value)
                {
                    found.push(address(declared, own));
                }
                continue;
            }
            let elsewhere = |ip| desk.ledger.ports.iter().any(|it| it.has(ip));
            let mut beside = configured.iter().filter(|it| network_of(it.value) == network);
            if let Some(own) = beside.find(|it| !elsewhere(it.value.ip())) {
                found.push(address(declared, own));
            }
        }
    }
    for contradiction in found {
        desk.differ(contradiction);
    }
}

fn whole(network: IpNetwork) -> u8 {
    if network.is_ipv4() { 32 } else { 128 }
}
