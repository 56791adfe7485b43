//! SOCKS 4, 4a and 5 (RFC 1928, RFC 1929; OpenSSH, "SOCKS 4A"), and what is said through it.
//!
//! Checked: greeting, choice of method, request and answer, each of the length that belongs to it
//! (50 bits and more). Of version 5 the client alone is enough (40 bits), as where a tap shows one
//! direction; what the server says must fit as far as it is there.

use super::super::bytes::Bytes;
use super::super::{Said, Side};
use super::Talk;
use crate::wire::words::{Detail, Speech, Spoken, announced};
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};

/// The longest answer: with a name of 255 letters.
const ANSWER: usize = 4 + 256 + 2;

pub(super) fn recognise(talk: &Talk<'_>) -> Option<Said> {
    let (mut client, mut server) = (Bytes::new(talk.client), Bytes::new(talk.server));
    let (version, target) = match talk.client.first()? {
        5 => ("5", five(&mut client, &mut server)?),
        4 => ("4", four(&mut client, &mut server)?),
        _ => return None,
    };
    let speech =
        Speech::of(Spoken::Socks).with(Detail::Version, version).with(Detail::ServerName, target);
    let mut said = Said::of(speech).begun_by(Side::From);
    let after = |left: &Bytes<'_>, all: &[u8]| all.len() - left.len();
    if client.is_empty() && server.is_empty() {
        said.open = true;
    } else {
        talk.inside(&mut said, after(&client, talk.client), after(&server, talk.server));
    }
    Some(said)
}

fn five(client: &mut Bytes<'_>, server: &mut Bytes<'_>) -> Option<String> {
    client.u8()?;
    let methods = client.block8().filter(|it| !it.is_empty() && it.len() <= 16)?;
    server.u8().is_none_or(|it| it == 5).then_some(())?;
    let method = server.u8();
    method.is_none_or(|it| methods.rest().contains(&it)).then_some(())?;
    // A name and a password, where the server asks for them.
    if method.map_or(client.rest().first() == Some(&1), |it| it == 2) {
        (client.u8()? == 1).then_some(())?;
        client.block8()?;
        client.block8()?;
        server.u8().is_none_or(|it| it == 1).then_some(())?;
        server.u8();
    }
    let target = address5(client, 1..=3)?;
    let answer = *server;
    if address5(server, 0..=8).is_none() {
        // What is not all there yet must at least begin as it should.
        let fits = answer.rest().first().is_none_or(|it| *it == 5) && answer.len() < ANSWER;
        fits.then_some(())?;
        *server = Bytes::new(&[]);
    }
    Some(target)
}

/// Version, command or answer, reserved, address.
fn address5(left: &mut Bytes<'_>, second: std::ops::RangeInclusive<u8>) -> Option<String> {
    (left.u8()? == 5 && second.contains(&left.u8()?) && left.u8()? == 0).then_some(())?;
    match left.u8()? {
        1 => {
            let address = Ipv4Addr::from(left.array::<4>()?);
            Some(SocketAddr::from((address, left.u16()?)).to_string())
        }
        3 => {
            let name = announced(left.block8()?.rest());
            Some(format!("{name}:{}", left.u16()?))
        }
        4 => {
            let address = Ipv6Addr::from(left.array::<16>()?);
            Some(SocketAddr::from((address, left.u16()?)).to_string())
        }
        _ => None,
    }
}

fn four(client: &mut Bytes<'_>, server: &mut Bytes<'_>) -> Option<String> {
    client.u8()?;
    client.u8().filter(|it| (1..=2).contains(it))?;
    let port = client.u16().filter(|it| *it != 0)?;
    let address = client.array::<4>()?;
    text(client)?;
    let target = match address {
        [0, 0, 0, 1..=255] => format!("{}:{port}", announced(text(client)?)),
        [0, ..] => return None,
        _ => SocketAddr::from((Ipv4Addr::from(address), port)).to_string(),
    };
    (server.u8()? == 0 && (0x5a..=0x5d).contains(&server.u8()?)).then_some(())?;
    server.skip(6)?;
    Some(target)
}

/// Text up to a zero byte.
fn text<'a>(left: &mut Bytes<'a>) -> Option<&'a [u8]> {
    let end = left.rest().iter().take(256).position(|it| *it == 0)?;
    let text = left.take(end)?;
    left.skip(1)?;
    text.iter().all(|it| *it >= 0x20).then_some(text)
}
