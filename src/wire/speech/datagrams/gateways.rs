//! What gateways say over UDP: UPnP, NAT-PMP and PCP, RIP, HSRP, GLBP.

use super::super::bytes::{Bytes, begins, find};
use super::super::frames::RoleWords;
use super::super::{Ends, Said, Side};
use crate::wire::words::{Detail, Role, Speech, Spoken, announced};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// SSDP (UPnP Device Architecture 2.0 §1): its request lines, or an answer with its headers.
/// Whoever says that it is an Internet gateway opens ports when asked.
pub(super) fn ssdp(ends: &Ends, payload: &[u8]) -> Option<Said> {
    let head = payload.get(..1500).unwrap_or(payload);
    let search = begins(head, b"M-SEARCH * HTTP/1.1\r\n");
    let notify = begins(head, b"NOTIFY * HTTP/1.1\r\n");
    let answer = begins(head, b"HTTP/1.1 200 OK\r\n")
        && ends.has_port(1900)
        && find(head, b"\nUSN:").or_else(|| find(head, b"\nusn:")).is_some();
    (search || notify || answer).then_some(())?;
    let mut speech = Speech::of(Spoken::Ssdp);
    let mut left = Bytes::new(head);
    let mut words = RoleWords::default();
    while let Some(line) = left.line() {
        if begins(line, b"SERVER:") {
            let server = announced(line.get(7..).unwrap_or_default());
            speech.note(Detail::Software, &server);
            words.note("software", server);
        }
    }
    let mut said = Said::of(speech).open();
    let gateway =
        find(head, b":InternetGatewayDevice:").or_else(|| find(head, b":WANIPConnection:"));
    if !search && gateway.is_some() {
        said.learned.push(words.of(Role::UpnpGateway));
    }
    Some(if notify { said } else { said.asked(search) })
}

/// NAT-PMP (RFC 6886 §3) and PCP (RFC 6887 §7) on port 5351: version, operation and exact lengths.
pub(super) fn nat_pmp(ends: &Ends, payload: &[u8]) -> Option<Said> {
    const PORT: u16 = 5351;
    let (version, operation) = (*payload.first()?, *payload.get(1)?);
    let answers = operation & 0x80 != 0;
    let lengths: &[usize] = match (version, operation) {
        (0, 0) => &[2],
        (0, 1 | 2) => &[12],
        (0, 128) => &[8, 12],
        (0, 129 | 130) => &[8, 16],
        _ => &[],
    };
    let old = lengths.contains(&payload.len());
    let new = version == 2
        && operation & 0x7f <= 2
        && payload.len() >= 24
        && payload.len().is_multiple_of(4);
    let placed =
        if answers { ends.from_port == PORT || ends.to_port == 5350 } else { ends.to_port == PORT };
    (placed && (old || new)).then_some(())?;
    let name = if version == 2 { "PCP" } else { "NAT-PMP" };
    let mut said = Said::of(Speech::of(Spoken::NatPmp).with(Detail::Version, name)).asked(!answers);
    if answers {
        said.learned.push(RoleWords::default().of(Role::NatPmp));
    }
    Some(said)
}

/// RIP (RFC 2453 §4) and RIPng (RFC 2080 §2.1) on their ports: command, version, zeros, entries of
/// twenty bytes.
pub(super) fn rip(ends: &Ends, payload: &[u8]) -> Option<Said> {
    let mut left = Bytes::new(payload);
    let command = left.u8().filter(|it| (1..=2).contains(it))?;
    let version = left.u8()?;
    let zero = left.u16()? == 0;
    let entries = left.len().is_multiple_of(20) && !left.is_empty();
    let old =
        ends.has_port(520) && (1..=2).contains(&version) && matches!(left.u16()?, 0 | 2 | 0xffff);
    let new = ends.has_port(521) && version == 1;
    (zero && entries && (old || new)).then_some(())?;
    let name = if new { "RIPng".to_owned() } else { format!("RIPv{version}") };
    let mut said = Said::of(Speech::of(Spoken::Rip).with(Detail::Version, &name)).open();
    if command == 2 {
        let mut words = RoleWords::default();
        words.note("version", name);
        said.learned.push(words.of(Role::Rip));
    }
    Some(said)
}

/// HSRP version 1 (RFC 2281 §5) and 2 (Cisco) on their ports.
pub(super) fn hsrp(ends: &Ends, payload: &[u8]) -> Option<Said> {
    (ends.to_port == 1985 || ends.to_port == 2029).then_some(())?;
    let mut words = RoleWords::default();
    let mut left = Bytes::new(payload);
    match *payload.first()? {
        0 => {
            let operation = left.u16().filter(|it| *it <= 3)?;
            if operation < 3 {
                left.skip(4)?;
                let group = left.u8()?;
                left.skip(9)?;
                words.note("version", "1");
                words.note("group", group.to_string());
                words.shares(Ipv4Addr::from(left.array::<4>()?).into());
            }
        }
        1 => {
            left.u8()?;
            let mut body = left.part(40)?;
            let (version, operation, _, family) = (body.u8()?, body.u8()?, body.u8()?, body.u8()?);
            (version == 2 && operation <= 2).then_some(())?;
            words.note("version", "2");
            words.note("group", body.u16()?.to_string());
            body.skip(18)?;
            let address = match family {
                4 => IpAddr::from(Ipv4Addr::from(body.array::<4>()?)),
                6 => IpAddr::from(Ipv6Addr::from(body.array::<16>()?)),
                _ => return None,
            };
            words.shares(address);
        }
        _ => return None,
    }
    let mut said = Said::spoken(Spoken::Hsrp).begun_by(Side::From).open();
    said.learned.push(words.of(Role::Hsrp));
    Some(said)
}

/// GLBP (Cisco; its fields as Wireshark `packet-glbp.c` knows them) on port 3222.
pub(super) fn glbp(ends: &Ends, payload: &[u8]) -> Option<Said> {
    let mut left = Bytes::new(payload);
    (ends.to_port == 3222 && left.u8()? == 1).then_some(())?;
    left.u8()?;
    let mut words = RoleWords::default();
    words.note("group", left.u16()?.to_string());
    left.skip(8)?;
    while let (Some(kind), Some(length)) = (left.u8(), left.u8()) {
        let mut body = left.part(usize::from(length).checked_sub(2)?)?;
        if kind == 1 {
            body.skip(20)?;
            let (family, size) = (body.u8()?, body.u8()?);
            match (family, size) {
                (1, 4) => words.shares(Ipv4Addr::from(body.array::<4>()?).into()),
                (2, 16) => words.shares(Ipv6Addr::from(body.array::<16>()?).into()),
                _ => {}
            }
        }
    }
    let mut said = Said::spoken(Spoken::Glbp).begun_by(Side::From).open();
    said.learned.push(words.of(Role::Glbp));
    Some(said)
}
