//! Packets from the kernel's ring (Linux): nothing is lost while there is room, tags of VLANs are kept,
//! and what was lost is counted.

use super::frames::Frames;
use super::live::{Closed, Packets};
use super::{program, ring};
use crate::observation::{Filter, Record};
use std::io;
use std::time::Duration;

/// The ring of one interface, and how its packets are read.
#[derive(Debug)]
pub(super) struct Kernel {
    ring: ring::Ring,
    frames: Frames,
}

impl Kernel {
    /// Opens an interface.
    pub(super) fn open(name: &str, filter: Option<&Filter>) -> Result<Self, Closed> {
        // What comes before the filter is in place is not taken, so that all of the evidence is filtered.
        let at_first = filter.map(|_| program::NOTHING);
        let ring = ring::Ring::open(name, at_first).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => Closed::Unknown,
            io::ErrorKind::PermissionDenied => Closed::Forbidden,
            _ => Closed::Io(error),
        })?;
        // The kinds of interfaces of Linux (if_arp.h) as link types of captures (tcpdump.org).
        let (link_type, is_loopback) = match ring.hardware {
            1 => (1, false),
            772 => (1, true),
            // Interfaces without a link layer: tun, WireGuard, tunnels of IP in IP.
            65534 | 768 | 769 | 776 | 778 | 823 => (101, false),
            801 => (105, false),
            803 => (127, false),
            other => return Err(Closed::Kind(other)),
        };
        if let Some(filter) = filter {
            let program = program::of(filter, link_type).ok_or(Closed::Filter)?;
            ring.only(&program).map_err(Closed::Io)?;
        }
        Ok(Self { ring, frames: Frames { link_type, is_loopback, whole: Vec::new() } })
    }
}

impl Packets for Kernel {
    fn link_type(&self) -> u16 {
        self.frames.link_type
    }

    fn take(&mut self, wait: Duration, each: &mut dyn FnMut(&Record<'_>)) -> io::Result<bool> {
        let frames = &mut self.frames;
        let wait = i32::try_from(wait.as_millis()).unwrap_or(i32::MAX);
        self.ring.block(wait, |block| frames.each(block, &mut |record| each(record)))
    }

    fn lost(&mut self) -> io::Result<Option<u64>> {
        self.ring.dropped().map(Some)
    }
}
