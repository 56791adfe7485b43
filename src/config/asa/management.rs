//! Who may change or show the device.

use super::repr::Repr;
use super::tables::spanned;
use crate::config::coverage::{Because, Fate};
use crate::config::ios::parse::{Command, settle};
use crate::config::ios::tables::keep_secret;
use crate::config::notes::Notes;
use crate::config::outline::Item;
use crate::model::device::{Management, ManagementKind, SecretKind};
use crate::model::{IpNetwork, Service};
use crate::source::Spanned;

pub(super) fn hostname(repr: &mut Repr, command: &Command<'_>, _: &mut Notes) -> Fate {
    repr.config.hostname = (command.words.len() == 2).then(|| spanned(command, 1));
    Fate::Understood
}

/// `ASA Version 9.16(4)`
pub(super) fn version(repr: &mut Repr, command: &Command<'_>, _: &mut Notes) -> Fate {
    repr.config.version = command.words.get(2).map(|_| spanned(command, 2));
    Fate::Understood
}

/// `ssh|telnet|http A M IF`, `http server enable [PORT]`
pub(super) fn manager(repr: &mut Repr, command: &Command<'_>, _: &mut Notes) -> Fate {
    let kind = match command.words.first() {
        Some(&"ssh") => ManagementKind::Ssh,
        Some(&"telnet") => ManagementKind::Telnet,
        _ => ManagementKind::Https,
    };
    match command.words.as_slice() {
        [_, "server", "enable", rest @ ..] => {
            let port = rest.first().and_then(|word| word.parse().ok()).unwrap_or(443);
            repr.http = (!command.negated).then_some(port);
            Fate::Understood
        }
        // Who may no longer come in: the line that let them stands elsewhere, or nowhere.
        [_, address, ..]
            if command.negated
                && (address.contains('/')
                    || *address == "0"
                    || repr.objects.address(address).is_some()) =>
        {
            Fate::Unrecognized
        }
        [_, address, mask, nameif]
            if repr.objects.address(address).is_some() || *address == "0" =>
        {
            let Some(network) = repr.objects.masked(address, mask) else {
                return Fate::Unrecognized;
            };
            let network = network.into();
            repr.managers.push((command.span(), kind, network, (*nameif).to_owned()));
            Fate::Understood
        }
        [_, network, nameif] if network.contains('/') => match network.parse::<IpNetwork>() {
            Ok(network) => {
                let network = network.into();
                repr.managers.push((command.span(), kind, network, (*nameif).to_owned()));
                Fate::Understood
            }
            Err(_) => Fate::Unrecognized,
        },
        [
            _,
            "timeout"
            | "version"
            | "stricthostkeycheck"
            | "key-exchange"
            | "cipher"
            | "scopy"
            | "stack"
            | "redirect"
            | "server"
            | "authentication-certificate",
            ..,
        ] => Fate::Ignored(Because::Housekeeping),
        _ => Fate::Unrecognized,
    }
}

/// `snmp-server host IF A [community C]`, `snmp-server community C`
pub(super) fn snmp(repr: &mut Repr, command: &Command<'_>, notes: &mut Notes) -> Fate {
    if let Some(at) = command.words.iter().position(|word| *word == "community") {
        let typed = matches!(command.words.get(at + 1), Some(&"0" | &"8"));
        let word = command.word(at + 1 + usize::from(typed));
        if command.words.get(at + 1) == Some(&"8") || word.text.chars().all(|c| c == '*') {
            notes.sealed(word, SecretKind::Community, "");
        } else {
            notes.secret(word, SecretKind::Community, "");
        }
    }
    match command.words.as_slice() {
        [_, "host", nameif, host, ..] => {
            let Some(host) = repr.objects.address(host) else { return Fate::Unrecognized };
            let interfaces = vec![repr.interface(nameif)];
            repr.config.management.push(Management {
                span: command.span(),
                kind: ManagementKind::Snmp,
                service: Service::udp(161),
                enabled: !command.words.contains(&"trap"),
                interfaces,
                sources: host.into(),
                exact: true,
            });
            Fate::Understood
        }
        [_, "community", ..] => Fate::Understood,
        [_, "user", name, ..] => {
            for keyword in ["md5", "sha", "sha256", "des", "3des", "128", "192", "256"] {
                if let Some(word) = command.after(keyword) {
                    notes.secret(word, SecretKind::Password, name);
                }
            }
            Fate::Ignored(Because::Housekeeping)
        }
        _ => Fate::Ignored(Because::Logging),
    }
}

/// `username X password H [encrypted|pbkdf2|nt-encrypted] [privilege N]`
pub(super) fn user(repr: &mut Repr, command: &Command<'_>, notes: &mut Notes) -> Fate {
    let name = command.word(1);
    if let Some(word) = command.after("password") {
        let sealed = ["encrypted", "pbkdf2", "nt-encrypted", "scrypt"];
        if command.words.iter().any(|it| sealed.contains(it)) {
            notes.sealed(word, SecretKind::Password, name.text);
        } else {
            notes.secret(word, SecretKind::Password, name.text);
        }
        repr.users.push(Spanned::new(name.text.to_owned(), command.span()));
        return Fate::Understood;
    }
    match command.words.get(2) {
        Some(&"attributes") => Fate::Ignored(Because::Housekeeping),
        Some(&"nopassword") => {
            repr.users.push(Spanned::new(name.text.to_owned(), command.span()));
            Fate::Understood
        }
        _ => Fate::Unrecognized,
    }
}

/// `enable password H encrypted`, `passwd H encrypted`
pub(super) fn password(_: &mut Repr, command: &Command<'_>, notes: &mut Notes) -> Fate {
    let at = if command.words.first() == Some(&"enable") { 2 } else { 1 };
    let owner = command.word(0).text;
    if command.words.len() > at + 1 {
        notes.sealed(command.word(at), SecretKind::Password, owner);
    } else {
        notes.secret(command.word(at), SecretKind::Password, owner);
    }
    Fate::Understood
}

/// `aaa-server GROUP (IF) host A [KEY]` with `key …` below it.
pub(super) fn aaa_server(
    _: &mut Repr,
    command: &Command<'_>,
    item: &Item<'_>,
    notes: &mut Notes,
) -> Fate {
    settle(item, Fate::Ignored(Because::Housekeeping), notes);
    let owner = command.word(1).text;
    // PIX writes the key after the address.
    if let [_, _, _, "host", _, key, ..] = command.words.as_slice()
        && *key != "timeout"
    {
        notes.secret(command.word(5), SecretKind::Token, owner);
    }
    for child in &item.children {
        let line = Command::of(&child.line);
        if let ["key" | "ldap-login-password", ..] = line.words.as_slice() {
            keep_secret(&line, 1, SecretKind::Token, owner, notes);
        }
    }
    Fate::Ignored(Because::Housekeeping)
}

/// `username X attributes` with the lines below it, and other lines of an account.
pub(super) fn account(
    repr: &mut Repr,
    command: &Command<'_>,
    item: &Item<'_>,
    notes: &mut Notes,
) -> Fate {
    if command.words.get(2) == Some(&"attributes") {
        return super::clients::group_policy(repr, command, item, notes);
    }
    user(repr, command, notes)
}

/// `vpdn group N …`, `vpdn username U password S`: a line over PPPoE.
pub(super) fn pppoe(_: &mut Repr, command: &Command<'_>, notes: &mut Notes) -> Fate {
    if let Some(secret) = command.after("password") {
        notes.secret(secret, SecretKind::Password, command.word(2).text);
    }
    Fate::Ignored(Because::Housekeeping)
}

/// Lines of which only the key in them matters: `failover key S`, `failover ipsec pre-shared-key S`,
/// `ntp authentication-key 1 md5 S`.
pub(super) fn keyed(_: &mut Repr, command: &Command<'_>, notes: &mut Notes) -> Fate {
    let words = command.words.iter();
    let at = words
        .clone()
        .position(|word| matches!(*word, "key" | "pre-shared-key" | "md5" | "sha1" | "sha256"));
    let sent = command.words.get(1) == Some(&"server");
    if let Some(at) = at.filter(|_| !sent) {
        let typed = matches!(command.words.get(at + 1), Some(&"hex" | &"0" | &"8"));
        let owner = command.word(0).text;
        notes.secret(command.word(at + 1 + usize::from(typed)), SecretKind::Token, owner);
    }
    match command.words.first() {
        Some(&"ntp") => Fate::Ignored(Because::Clock),
        _ => Fate::Ignored(Because::Redundancy),
    }
}
