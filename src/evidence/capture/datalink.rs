//! Packets as the datalink layer of other systems hands them over (pnet: BPF devices of BSD and macOS,
//! WinPcap): one after the other, promiscuous. On Linux it is there to be tested; the ring is better.
//!
//! What it cannot do is said, not guessed: how many packets were lost is not known, the time of a packet
//! is that of its arrival here, and a VLAN tag that the network card took off is gone.
//!
//! pnet opens a way to send beside the one to receive. It is dropped before the first packet is read,
//! and no code here could use it.

use super::live::{Closed, Packets};
use crate::observation::{Filter, Record};
use crate::wire::frame::{Found, Path, Walk};
use pnet::datalink::{self, Channel, DataLinkReceiver, NetworkInterface};
use std::io;
use std::time::{Duration, SystemTime};

/// The longest packet that is kept whole, and room for what the system puts in front of several.
const ROOM: usize = 1 << 18;
/// How long is waited for a packet at the most.
const PATIENCE: Duration = Duration::from_millis(100);
const ETHERNET: u16 = 1;
const RAW: u16 = 101;

/// A socket of the datalink layer.
pub(super) struct Datalink {
    receiver: Box<dyn DataLinkReceiver>,
    link_type: u16,
    filter: Option<Filter>,
}

impl std::fmt::Debug for Datalink {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Datalink").field("link_type", &self.link_type).finish_non_exhaustive()
    }
}

impl Datalink {
    /// Opens an interface.
    pub(super) fn open(name: &str, filter: Option<&Filter>) -> Result<Self, Closed> {
        let all = datalink::interfaces();
        let interface = all.iter().find(|it| it.name == name).ok_or(Closed::Unknown)?;
        let config = datalink::Config {
            read_buffer_size: ROOM,
            read_timeout: Some(PATIENCE),
            promiscuous: true,
            ..datalink::Config::default()
        };
        let opened = datalink::channel(interface, config).map_err(|error| match error.kind() {
            io::ErrorKind::PermissionDenied => Closed::Forbidden,
            _ => Closed::Io(error),
        })?;
        match opened {
            Channel::Ethernet(_, receiver) => {
                let link_type = link_type(interface);
                Ok(Self { receiver, link_type, filter: filter.cloned() })
            }
            _ => Err(Closed::System),
        }
    }
}

/// Tunnels have no link layer, and no hardware address.
fn link_type(interface: &NetworkInterface) -> u16 {
    match interface.mac.is_none() && !interface.is_loopback() {
        true => RAW,
        false => ETHERNET,
    }
}

impl Packets for Datalink {
    fn link_type(&self) -> u16 {
        self.link_type
    }

    fn take(&mut self, wait: Duration, each: &mut dyn FnMut(&Record<'_>)) -> io::Result<bool> {
        let begun = std::time::Instant::now();
        loop {
            match self.receiver.next() {
                Ok(bytes) => {
                    let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
                    let link_type = self.link_type;
                    if !self.filter.as_ref().is_some_and(|it| leaves_out(it, link_type, bytes)) {
                        each(&Record { time: now(), interface: 0, link_type, length, bytes });
                    }
                    return Ok(true);
                }
                Err(why) if is_pause(why.kind()) && begun.elapsed() >= wait => return Ok(false),
                Err(why) if is_pause(why.kind()) => {}
                Err(why) => return Err(why),
            }
        }
    }

    fn lost(&mut self) -> io::Result<Option<u64>> {
        Ok(None)
    }
}

fn is_pause(kind: io::ErrorKind) -> bool {
    matches!(kind, io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted)
}

/// Nanoseconds since 1970.
fn now() -> u64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_nanos()).unwrap_or_default()
}

/// Whether the outermost packet of a frame is one that a filter leaves out.
fn leaves_out(filter: &Filter, link_type: u16, bytes: &[u8]) -> bool {
    let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
    let mut walk = Walk::new(link_type, bytes, length);
    let Some(Found::Ip(packet)) = walk.next(&mut Path::default()) else { return false };
    let ends = [packet.header.from, packet.header.to];
    let has_ports = packet.ports != (0, 0);
    let ports = has_ports.then_some([packet.ports.0, packet.ports.1]);
    filter.leaves_out(ends, packet.protocol, ports)
}
