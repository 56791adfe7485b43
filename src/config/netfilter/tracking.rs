//! Words for what is known of a packet's connection.

use crate::model::device::States;

/// What rules elsewhere in a text do to connections: without it some words mean nothing.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::config) struct Tracking {
    /// Whether something exempts packets from tracking.
    pub(in crate::config) exempts: bool,
    /// Whether something changes destinations; `None` when the text does not show translations.
    pub(in crate::config) diverts: Option<bool>,
}

/// States by name, and by the bit that `nft -n` shows (`enum ip_conntrack_info` of the kernel).
const STATES: &[(&str, &str, States)] = &[
    ("invalid", "0x1", States::INVALID),
    ("established", "0x2", States::ESTABLISHED),
    ("related", "0x4", States::RELATED),
    ("new", "0x8", States::NEW),
];

impl Tracking {
    /// The packets whose connection is in one of these states, and whether it is only some of the
    /// packets in them; `None` when nobody knows.
    pub(in crate::config) fn states<'w>(
        self,
        words: impl IntoIterator<Item = &'w str>,
        negated: bool,
    ) -> Option<(States, bool)> {
        let mut states = States::NONE;
        let mut diverted = false;
        for word in words {
            let word = word.to_ascii_lowercase();
            match word.as_str() {
                // There are no such packets unless something exempts or diverts them.
                "untracked" | "0x40" if !self.exempts => {}
                "dnat" if self.diverts == Some(false) => {}
                "dnat" if self.diverts == Some(true) => diverted = true,
                word => {
                    let known = STATES.iter().find(|it| it.0 == word || it.1 == word);
                    states = states.union(known?.2);
                }
            }
        }
        match (diverted, negated) {
            (false, false) => Some((states, false)),
            (false, true) => Some((states.complement(), false)),
            // Those that were diverted, whatever state they are in.
            (true, false) if states.is_empty() => Some((States::ALL, true)),
            (true, _) => None,
        }
    }
}
