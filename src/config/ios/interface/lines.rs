//! Lines of an interface about tunnels, dialers and PPP.

use super::Port;
use crate::config::coverage::Fate;
use crate::config::ios::names;
use crate::config::ios::parse::Command;
use crate::config::notes::Notes;
use crate::model::device::{SecretKind, StructureKind};
use crate::source::Spanned;

pub(super) fn crypto_map(port: &mut Port, command: &Command<'_>, notes: &mut Notes) -> Fate {
    let name = command.word(2).text.to_owned();
    notes.structures.refer(StructureKind::IpsecPolicy, name.clone(), command.span());
    port.crypto_map = Some(Spanned::new(name, command.span()));
    if command.words.len() == 3 || command.words.get(3) == Some(&"redundancy") {
        Fate::Understood
    } else {
        Fate::Unrecognized
    }
}

pub(super) fn ezvpn(port: &mut Port, command: &Command<'_>, notes: &mut Notes) -> Fate {
    let name = command.word(4).text.to_owned();
    notes.structures.refer(StructureKind::IkePeer, name.clone(), command.span());
    match command.words.get(5) {
        Some(&"inside") => {}
        None | Some(&"outside") => port.ezvpn = Some(Spanned::new(name, command.span())),
        Some(_) => return Fate::Unrecognized,
    }
    Fate::Understood
}

pub(super) fn tunnel(port: &mut Port, command: &Command<'_>, notes: &mut Notes) -> Fate {
    if command.negated {
        return Fate::Unrecognized;
    }
    let lines = &mut port.tunnel;
    match command.words.as_slice() {
        [_, "source", words @ ..] if !words.is_empty() => {
            let name = names::of_words(words).map_or_else(String::new, |(name, ..)| name);
            lines.source = Some(Spanned::new(name, command.span()));
        }
        [_, "destination", word] => {
            lines.destination = Some(Spanned::new((*word).to_owned(), command.word(2).span));
        }
        [_, "mode", words @ ..] => {
            lines.mode = Some(Spanned::new(words.join(" "), command.span()));
        }
        [_, "protection", "ipsec", "profile", name, rest @ ..] => {
            notes.structures.refer(StructureKind::IpsecPolicy, *name, command.span());
            lines.protection = Some(Spanned::new((*name).to_owned(), command.span()));
            return match rest {
                [] | ["shared"] => Fate::Understood,
                _ => Fate::Unrecognized,
            };
        }
        _ => return Fate::Unrecognized,
    }
    Fate::Understood
}

pub(super) fn nhrp(port: &mut Port, command: &Command<'_>, _: &mut Notes) -> Fate {
    let outer = match command.words.as_slice() {
        // The outer address of a hub; `dynamic` is any spoke that registers.
        [_, _, "map", "multicast", "dynamic"] | [_, _, "nhs", _] => return Fate::Understood,
        [_, _, "map", _, outer] => (*outer, command.word(4).span),
        [_, _, "nhs", _, "nbma", outer, ..] => (*outer, command.word(5).span),
        _ => return Fate::Unrecognized,
    };
    if !port.tunnel.nhrp.iter().any(|known| known.value == outer.0) {
        port.tunnel.nhrp.push(Spanned::new(outer.0.to_owned(), outer.1));
    }
    Fate::Understood
}

pub(super) fn nhrp_secret(port: &mut Port, command: &Command<'_>, notes: &mut Notes) -> Fate {
    notes.secret(command.rest(3), SecretKind::Token, &port.interface.name.value);
    Fate::Understood
}

pub(super) fn pool_member(port: &mut Port, command: &Command<'_>, _: &mut Notes) -> Fate {
    let pppoe = command.words.first() == Some(&"pppoe-client");
    match command.words.get(2).and_then(|number| number.parse().ok()) {
        Some(number) => port.member_of.push((number, pppoe)),
        None => return Fate::Unrecognized,
    }
    Fate::Understood
}

pub(super) fn dialer_pool(port: &mut Port, command: &Command<'_>, _: &mut Notes) -> Fate {
    port.dialer_pool = command.words.get(2).and_then(|number| number.parse().ok());
    if port.dialer_pool.is_some() { Fate::Understood } else { Fate::Unrecognized }
}

pub(super) fn calls(port: &mut Port, command: &Command<'_>, _: &mut Notes) -> Fate {
    // `dialer string 0312345678`, `dialer map ip 192.0.2.1 name hq broadcast 0312345678`
    let Some(last) = command.words.last() else { return Fate::Unrecognized };
    if last.is_empty()
        || !last.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'-' | b'*' | b'#'))
    {
        return Fate::Unrecognized;
    }
    let span = command.word(command.words.len() - 1).span;
    port.calls.push(Spanned::new((*last).to_owned(), span));
    Fate::Understood
}

pub(super) fn ppp_authentication(port: &mut Port, command: &Command<'_>, _: &mut Notes) -> Fate {
    // `callin` asks only those who call.
    port.ppp_authentication = Some(command.span());
    Fate::Understood
}

pub(super) fn ppp_secret(port: &mut Port, command: &Command<'_>, notes: &mut Notes) -> Fate {
    let Some(at) = command.words.iter().position(|word| *word == "password") else {
        return Fate::Unrecognized;
    };
    let owner = match command.words.get(3) {
        Some(user) if command.begins("ppp pap") => (*user).to_owned(),
        _ => port.interface.name.value.clone(),
    };
    crate::config::ios::tables::keep_secret(command, at + 1, SecretKind::Password, &owner, notes);
    Fate::Understood
}

pub(super) fn peer_pool(port: &mut Port, command: &Command<'_>, notes: &mut Notes) -> Fate {
    match command.words.as_slice() {
        [.., "pool", name] => {
            notes.structures.refer(StructureKind::Pool, *name, command.span());
            port.peer_pool = Some(Spanned::new((*name).to_owned(), command.span()));
            Fate::Understood
        }
        _ => Fate::Unrecognized,
    }
}
