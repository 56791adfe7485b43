//! Who has an address of a segment that this machine is on: one ARP request (RFC 826) or one
//! neighbour solicitation (RFC 4861 §4.3), through the link layer itself, so that the kernel's own
//! memory of neighbours neither answers nor asks again.

use super::packet::{Heard, What};
use super::raw::{Flow, Waiting, rest};
use super::said::failed;
use crate::probe::{Answer, Outcome, Question};
use crate::wire::words::Mac;
use pnet::datalink::{
    Channel, Config, DataLinkReceiver, DataLinkSender, NetworkInterface, channel, interfaces,
};
use pnet::packet::ip::IpNextHeaderProtocols as Ip;
use pnet::packet::util::ipv6_checksum;
use std::fmt;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::{Duration, Instant};

/// How soon a reader notices that the run is over.
const NOTICE: Duration = Duration::from_millis(200);
/// The shortest frame of Ethernet, without its checksum.
const SHORTEST: usize = 60;

/// The segments that this machine is on.
#[derive(Debug, Default)]
pub(super) struct Segments(Vec<Segment>);

struct Segment {
    name: String,
    mac: [u8; 6],
    /// Our addresses there, with the length of their prefixes.
    addresses: Vec<(IpAddr, u8)>,
    sender: Mutex<Box<dyn DataLinkSender>>,
    /// Until somebody reads.
    receiver: Mutex<Option<Box<dyn DataLinkReceiver>>>,
}

impl fmt::Debug for Segment {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "Segment({})", self.name)
    }
}

impl Segments {
    /// Opens every Ethernet that is up and has an address.
    ///
    /// # Errors
    /// What the system says, when there is one and none can be opened.
    pub(super) fn open() -> io::Result<Self> {
        let usable = |it: &NetworkInterface| it.is_up() && !it.is_loopback() && !it.ips.is_empty();
        let mut found = Self::default();
        let mut refused = None;
        for interface in interfaces().into_iter().filter(usable) {
            match open(&interface) {
                Ok(segment) => found.0.push(segment),
                Err(error) => refused = Some(error),
            }
        }
        match refused {
            Some(error) if found.0.is_empty() => Err(error),
            _ => Ok(found),
        }
    }

    /// The one segment of this address with our own address there. Addresses that mean something
    /// else on each segment (link-local) are on none when there are several.
    fn of(&self, to: IpAddr) -> Option<(&Segment, IpAddr)> {
        let mut all = self.0.iter().filter_map(|it| Some((it, it.own(to)?)));
        all.next().filter(|_| all.next().is_none())
    }
}

impl Segment {
    fn own(&self, to: IpAddr) -> Option<IpAddr> {
        self.addresses.iter().find(|(own, prefix)| shares(*own, to, *prefix)).map(|it| it.0)
    }

    /// Begins to read, once.
    fn read(&self, waiting: &Arc<Waiting>) {
        let receiver = self.receiver.lock().unwrap_or_else(PoisonError::into_inner).take();
        let waiting = Arc::downgrade(waiting);
        if let Some(receiver) = receiver {
            std::thread::spawn(move || listen(receiver, &waiting));
        }
    }
}

fn open(interface: &NetworkInterface) -> io::Result<Segment> {
    let mac = interface.mac.ok_or(io::ErrorKind::Unsupported)?;
    let config = Config { read_timeout: Some(NOTICE), promiscuous: false, ..Config::default() };
    let Channel::Ethernet(sender, receiver) = channel(interface, config)? else {
        return Err(io::ErrorKind::Unsupported.into());
    };
    Ok(Segment {
        name: interface.name.clone(),
        mac: mac.octets(),
        addresses: interface.ips.iter().map(|it| (it.ip(), it.prefix())).collect(),
        sender: Mutex::new(sender),
        receiver: Mutex::new(Some(receiver)),
    })
}

/// Whether two addresses have the first bits in common.
fn shares(a: IpAddr, b: IpAddr, prefix: u8) -> bool {
    match (a, b) {
        (IpAddr::V4(a), IpAddr::V4(b)) => {
            let differ = u32::from(a) ^ u32::from(b);
            differ.leading_zeros() >= u32::from(prefix)
        }
        (IpAddr::V6(a), IpAddr::V6(b)) => {
            (u128::from(a) ^ u128::from(b)).leading_zeros() >= u32::from(prefix)
        }
        _ => false,
    }
}

pub(super) async fn ask(
    question: &Question,
    patience: Duration,
    segments: &Segments,
    waiting: &Arc<Waiting>,
) -> Answer {
    let Some((segment, own)) = segments.of(question.to) else {
        return failed(&io::Error::other("not an address of one segment of this machine"));
    };
    let frame = match (own, question.to) {
        (IpAddr::V4(own), IpAddr::V4(to)) => arp(segment.mac, own, to),
        (IpAddr::V6(own), IpAddr::V6(to)) => solicitation(segment.mac, own, to),
        _ => return failed(&io::ErrorKind::Unsupported.into()),
    };
    let mut hearing = waiting.hear(Flow::neighbour(question.to));
    segment.read(waiting);
    let since = Instant::now();
    let sent = segment.sender.lock().unwrap_or_else(PoisonError::into_inner).send_to(&frame, None);
    if let Some(Err(error)) = sent {
        return failed(&error);
    }
    match hearing.next(since + patience).await {
        Some(heard) => {
            let answer = heard.answer(Outcome::Open, question.to, since);
            match heard.what {
                What::Station(mac) => answer.saying("mac", mac.to_string()),
                _ => answer,
            }
        }
        None => Answer::new(Outcome::Silent, 1),
    }
}

fn listen(mut from: Box<dyn DataLinkReceiver>, waiting: &Weak<Waiting>) {
    loop {
        let Some(waiting) = waiting.upgrade() else { return };
        match from.next() {
            Ok(frame) => {
                if let Some((address, mac)) = announced(frame) {
                    let heard = Heard { at: Instant::now(), by: address, what: What::Station(mac) };
                    waiting.hand(Flow::neighbour(address), heard);
                }
            }
            Err(error) => rest(&error),
        }
    }
}

fn arp(mac: [u8; 6], own: Ipv4Addr, to: Ipv4Addr) -> Vec<u8> {
    let mut out = vec![0xff; 6];
    out.extend(mac);
    out.extend([8, 6, 0, 1, 8, 0, 6, 4, 0, 1]);
    out.extend(mac);
    out.extend(own.octets());
    out.extend([0; 6]);
    out.extend(to.octets());
    out.resize(SHORTEST, 0);
    out
}

fn solicitation(mac: [u8; 6], own: Ipv6Addr, to: Ipv6Addr) -> Vec<u8> {
    let [.., a, b, c] = to.octets();
    // The group of all whose address ends so (RFC 4291 §2.7.1).
    let group =
        Ipv6Addr::new(0xff02, 0, 0, 0, 0, 1, 0xff00 | u16::from(a), u16::from_be_bytes([b, c]));
    let mut message = vec![135, 0, 0, 0, 0, 0, 0, 0];
    message.extend(to.octets());
    message.extend([1, 1]); // our hardware address
    message.extend(mac);
    let sum = ipv6_checksum(&message, 1, &[], &own, &group, Ip::Icmpv6);
    for (place, byte) in message.iter_mut().skip(2).zip(sum.to_be_bytes()) {
        *place = byte;
    }
    let mut out = vec![0x33, 0x33, 0xff, a, b, c];
    out.extend(mac);
    out.extend([0x86, 0xdd, 0x60, 0, 0, 0, 0, 32, Ip::Icmpv6.0, 255]);
    out.extend(own.octets());
    out.extend(group.octets());
    out.extend(message);
    out
}

/// Whose address is told in a frame, and where it is: an ARP reply, or a neighbour advertisement
/// that has crossed no router.
fn announced(frame: &[u8]) -> Option<(IpAddr, Mac)> {
    let source: [u8; 6] = *frame.get(6..)?.first_chunk()?;
    let kind: [u8; 2] = *frame.get(12..)?.first_chunk()?;
    let body = frame.get(14..)?;
    match kind {
        [8, 6] => {
            body.starts_with(&[0, 1, 8, 0, 6, 4, 0, 2]).then_some(())?;
            let mac: [u8; 6] = *body.get(8..)?.first_chunk()?;
            let address: [u8; 4] = *body.get(14..)?.first_chunk()?;
            Some((address.into(), Mac(mac)))
        }
        [0x86, 0xdd] => {
            let (next, hops) = (*body.get(6)?, *body.get(7)?);
            let message = body.get(40..)?;
            let told = next == Ip::Icmpv6.0 && hops == 255 && message.starts_with(&[136, 0]);
            let address: [u8; 16] = *message.get(8..).filter(|_| told)?.first_chunk()?;
            let option: Option<[u8; 8]> =
                message.get(24..).and_then(|it| it.first_chunk().copied());
            let mac = match option {
                Some([2, 1, mac @ ..]) => mac,
                _ => source,
            };
            Some((address.into(), Mac(mac)))
        }
        _ => None,
    }
}
