//! Contexts: in which networks and inside of what a flow was seen. Two flows with the same ends in
//! two VLANs, or in two tunnels, are two flows.

use super::super::facts::Wrap;
use super::intern::Interned;
use crate::wire::frame::{Layer, Path};
use crate::wire::words::Spoken;
use std::fmt::Write as _;

/// How many are kept apart: numbers must fit into a flow's key.
const MOST: usize = 1 << 20;

/// The kinds of tunnel that a flow may carry, as the small number that flows keep.
const CARRIED: [Spoken; 8] = [
    Spoken::Gre,
    Spoken::IpInIp,
    Spoken::SixInFour,
    Spoken::Teredo,
    Spoken::Vxlan,
    Spoken::Geneve,
    Spoken::L2tp,
    Spoken::Pptp,
];

/// What kind of tunnel a flow carries, by its number.
pub(super) fn carried(number: u8) -> Option<Spoken> {
    CARRIED.get(usize::from(number).checked_sub(1)?).copied()
}

/// A wrapping in words, nearly all of which have room in what is asked for at once.
fn in_words(layer: Layer) -> Wrap {
    let mut words = Wrap::with_capacity(40);
    // Writing to a text cannot fail.
    let _ = write!(words, "{layer}");
    words
}

/// The number of the tunnel through which a path left an IP packet of `protocol`.
pub(super) fn carrying(path: &Path, protocol: u8, is_v6: bool) -> u8 {
    let layers = path.layers();
    let packet = layers.iter().rposition(|it| matches!(it, Layer::Ip(..)));
    let Some(packet) = packet.filter(|_| protocol != 51) else { return 0 };
    let spoken = match layers.get(packet + 1) {
        Some(Layer::Vxlan(_)) => Spoken::Vxlan,
        Some(Layer::Geneve(_)) => Spoken::Geneve,
        Some(Layer::Teredo) => Spoken::Teredo,
        Some(Layer::L2tp) => Spoken::L2tp,
        Some(Layer::Pptp) => Spoken::Pptp,
        _ if protocol == 47 => Spoken::Gre,
        _ if protocol == 41 && !is_v6 => Spoken::SixInFour,
        _ => Spoken::IpInIp,
    };
    CARRIED.iter().position(|it| *it == spoken).map_or(0, |it| it as u8 + 1)
}

/// Contexts by number; 0 is the untagged wire.
#[derive(Clone, Debug)]
pub(super) struct Contexts {
    /// A context is another one and a wrapping in it.
    inside: Interned<(u32, Layer)>,
    /// Of each: the VLAN of the tapped wire, and whether it is on that wire.
    places: Vec<(Option<u16>, bool)>,
    /// Those of one tag, by its number: what nearly all packets have.
    tagged: Vec<u32>,
}

impl Contexts {
    pub(super) fn new() -> Self {
        Self { inside: Interned::new(MOST), places: vec![(None, true)], tagged: vec![0; 4096] }
    }

    /// The number of a path's context, and which of its IP wrappings go against the order of their
    /// addresses (the first eight, a bit each): both directions have one context.
    #[inline]
    pub(super) fn number(&mut self, path: &Path) -> (u32, u8) {
        match path.layers() {
            [] => (0, 0),
            [Layer::Vlan(id)] => (self.tagged(*id), 0),
            _ => self.follow(path),
        }
    }

    /// The number of the context of one tag; 0 is none.
    #[inline]
    pub(super) fn tagged(&mut self, id: u16) -> u32 {
        match self.tagged.get(usize::from(id)) {
            _ if id == 0 => 0,
            Some(number) if *number != 0 => *number,
            _ => self.newly_tagged(id),
        }
    }

    #[cold]
    fn newly_tagged(&mut self, id: u16) -> u32 {
        let number = self.inner(0, Layer::Vlan(id)).unwrap_or_default();
        if let Some(place) = self.tagged.get_mut(usize::from(id)) {
            *place = number;
        }
        number
    }

    fn follow(&mut self, path: &Path) -> (u32, u8) {
        let (mut at, mut turned, mut bit) = (0, 0, 1u8);
        for layer in path.layers() {
            let layer = match *layer {
                Layer::Ip(a, b) => {
                    let against = a > b;
                    turned |= if against { bit } else { 0 };
                    bit = bit.wrapping_shl(1);
                    if against { Layer::Ip(b, a) } else { Layer::Ip(a, b) }
                }
                other => other,
            };
            // No room: what is inside counts as being where there is still a number.
            let Some(number) = self.inner(at, layer) else { break };
            at = number;
        }
        (at, turned)
    }

    /// The context of a wrapping inside a context; none when there are too many.
    fn inner(&mut self, outer: u32, layer: Layer) -> Option<u32> {
        let number = self.inside.number((outer, layer))? + 1;
        if number as usize == self.places.len() {
            let (vlan, is_on_wire) = self.place(outer);
            self.places.push(match layer {
                Layer::Ip(..) => (vlan, false),
                Layer::Vlan(id) if is_on_wire => (Some(id), true),
                _ => (vlan, is_on_wire),
            });
        }
        Some(number)
    }

    fn place(&self, number: u32) -> (Option<u16>, bool) {
        self.places.get(number as usize).copied().unwrap_or((None, true))
    }

    /// The wrappings of a context, outermost first.
    fn layers(&self, mut number: u32) -> Vec<Layer> {
        let mut layers = Vec::new();
        while let Some((outer, layer)) = number.checked_sub(1).and_then(|it| self.inside.get(it)) {
            layers.push(*layer);
            number = *outer;
        }
        layers.reverse();
        layers
    }

    /// The VLANs on the tapped wire, and everything else that it was wrapped in.
    pub(super) fn told(&self, number: u32, turned: u8) -> (Vec<u16>, Vec<Wrap>) {
        let (mut vlans, mut inside) = (Vec::new(), Vec::new());
        let (mut bit, mut on_wire) = (1u8, true);
        for layer in self.layers(number) {
            match layer {
                Layer::Vlan(id) if on_wire => vlans.push(id),
                Layer::Ip(a, b) => {
                    on_wire = false;
                    let layer = if turned & bit == 0 { layer } else { Layer::Ip(b, a) };
                    bit = bit.wrapping_shl(1);
                    inside.push(in_words(layer));
                }
                _ => inside.push(in_words(layer)),
            }
        }
        (vlans, inside)
    }

    /// The VLAN of the tapped wire in which a context is: the innermost tag; none: untagged, or
    /// inside a tunnel.
    pub(super) fn vlan(&self, number: u32) -> Option<u16> {
        self.place(number).0
    }

    /// Whether a context is on the tapped wire itself, not inside an IP packet.
    pub(super) fn is_on_wire(&self, number: u32) -> bool {
        self.place(number).1
    }

    /// The number here of a context of another observer.
    pub(super) fn adopt(&mut self, other: &Self, number: u32) -> u32 {
        let mut at = 0;
        for layer in other.layers(number) {
            let Some(number) = self.inner(at, layer) else { break };
            at = number;
        }
        at
    }
}
