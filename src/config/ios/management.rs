//! Who may reach the device itself: terminal lines, web server, SNMP, files, APIs.

use super::parse::{Command, Handler, Table, structural, walk};
use super::repr::Repr;
use super::tables::keep_secret;
use crate::config::coverage::{Because, Fate};
use crate::config::notes::Notes;
use crate::config::outline::Item;
use crate::model::Service;
use crate::model::device::{ManagementKind, SecretKind, StructureKind};
use crate::source::{Span, Spanned};

/// What the device offers for its management.
#[derive(Debug, Default)]
pub(super) struct Lines {
    /// `line vty`, `line aux`, `line tty`
    pub terminals: Vec<Terminal>,
    /// Services with their lists.
    pub servers: Vec<Server>,
    /// `ip http access-class`, `ip http port`, …: what limits both web servers.
    pub http_list: Option<Spanned<String>>,
    /// Ports of the web servers when they are not 80 and 443.
    pub http_ports: (Option<u16>, Option<u16>),
    /// `username X`
    pub users: Vec<Spanned<String>>,
}

/// A terminal line or a group of them.
#[derive(Clone, Debug)]
pub(super) struct Terminal {
    /// The line.
    pub span: Span,
    /// `vty 0 4`
    pub name: String,
    /// Protocols that may come in: line and words; `None` when it is not written.
    pub input: Option<Spanned<Vec<String>>>,
    /// Lists that limit who may come: `access-class`.
    pub lists: Vec<Spanned<String>>,
    /// `modem InOut` or `modem Dialin`: a telephone answers.
    pub modem: Option<Span>,
    /// `no exec`: nobody gets a shell.
    pub no_exec: bool,
}

/// A service of the device itself.
#[derive(Clone, Debug)]
pub(super) struct Server {
    /// The line.
    pub span: Span,
    /// How.
    pub kind: ManagementKind,
    /// What it listens on.
    pub service: Service,
    /// Whether it is switched on.
    pub enabled: bool,
    /// The list that limits who may come.
    pub list: Option<Spanned<String>>,
}

const LINE: &Table<Terminal> = &[
    ("transport input", Handler::Line(transport)),
    ("access-class", Handler::Line(access_class)),
    ("ipv6 access-class", Handler::Line(access_class)),
    ("password", Handler::Line(password)),
    ("modem", Handler::Line(modem)),
    ("exec", Handler::Line(exec)),
    ("exit", Handler::Line(structural)),
    ("login", Handler::Ignored(Because::Housekeeping)),
    ("authorization", Handler::Ignored(Because::Housekeeping)),
    ("accounting", Handler::Ignored(Because::Housekeeping)),
    ("privilege", Handler::Ignored(Because::Housekeeping)),
    ("exec-timeout", Handler::Ignored(Because::Housekeeping)),
    ("session-timeout", Handler::Ignored(Because::Housekeeping)),
    ("absolute-timeout", Handler::Ignored(Because::Housekeeping)),
    ("session-limit", Handler::Ignored(Because::Housekeeping)),
    ("transport output", Handler::Ignored(Because::Housekeeping)),
    ("transport preferred", Handler::Ignored(Because::Housekeeping)),
    ("history", Handler::Ignored(Because::Housekeeping)),
    ("activation-character", Handler::Ignored(Because::Housekeeping)),
    ("escape-character", Handler::Ignored(Because::Housekeeping)),
    ("notify", Handler::Ignored(Because::Housekeeping)),
    ("rotary", Handler::Ignored(Because::Housekeeping)),
    ("script", Handler::Ignored(Because::Housekeeping)),
    ("logging synchronous", Handler::Ignored(Because::Logging)),
    ("monitor", Handler::Ignored(Because::Logging)),
    ("length", Handler::Ignored(Because::Presentation)),
    ("width", Handler::Ignored(Because::Presentation)),
    ("location", Handler::Ignored(Because::Presentation)),
    ("motd-banner", Handler::Ignored(Because::Presentation)),
    ("exec-banner", Handler::Ignored(Because::Presentation)),
    ("vacant-message", Handler::Ignored(Because::Presentation)),
    ("stopbits", Handler::Ignored(Because::Hardware)),
    ("speed", Handler::Ignored(Because::Hardware)),
    ("databits", Handler::Ignored(Because::Hardware)),
    ("parity", Handler::Ignored(Because::Hardware)),
    ("flowcontrol", Handler::Ignored(Because::Hardware)),
    ("rxspeed", Handler::Ignored(Because::Hardware)),
    ("txspeed", Handler::Ignored(Because::Hardware)),
];

/// How many words of a line of a terminal are known.
pub(super) fn known(command: &Command<'_>) -> usize {
    super::modes::best(LINE.iter().map(|(prefix, _)| *prefix), command)
}

/// `line vty 0 4` and the lines below it.
pub(super) fn terminal(
    repr: &mut Repr,
    command: &Command<'_>,
    item: &Item<'_>,
    notes: &mut Notes,
) -> Fate {
    let mut terminal = Terminal {
        span: command.span(),
        name: command.rest(1).text.to_owned(),
        input: None,
        lists: Vec::new(),
        modem: None,
        no_exec: false,
    };
    walk(&mut terminal, &item.children, LINE, notes);
    repr.management.terminals.push(terminal);
    Fate::Understood
}

fn transport(line: &mut Terminal, command: &Command<'_>, _: &mut Notes) -> Fate {
    let words = command.words.get(2..).unwrap_or_default();
    let none = command.negated || words.is_empty();
    let words = if none { vec!["none"] } else { words.to_vec() };
    line.input = Some(Spanned::new(words.into_iter().map(str::to_owned).collect(), command.span()));
    Fate::Understood
}

fn access_class(line: &mut Terminal, command: &Command<'_>, notes: &mut Notes) -> Fate {
    let at = if command.words.first() == Some(&"ipv6") { 2 } else { 1 };
    let name = command.word(at).text;
    match command.words.get(at + 1) {
        Some(&"in") => {
            notes.structures.refer(StructureKind::Filter, name, command.span());
            line.lists.push(Spanned::new(name.to_owned(), command.span()));
            Fate::Understood
        }
        Some(&"out") => {
            notes.structures.refer(StructureKind::Filter, name, command.span());
            Fate::Ignored(Because::Housekeeping)
        }
        _ => Fate::Unrecognized,
    }
}

fn password(line: &mut Terminal, command: &Command<'_>, notes: &mut Notes) -> Fate {
    keep_secret(command, 1, SecretKind::Password, &format!("line {}", line.name), notes);
    Fate::Understood
}

fn modem(line: &mut Terminal, command: &Command<'_>, _: &mut Notes) -> Fate {
    match command.words.get(1).map(|word| word.to_ascii_lowercase()).as_deref() {
        Some("inout" | "dialin" | "callin") => {
            line.modem = Some(command.span());
            Fate::Understood
        }
        Some("autoconfigure" | "answer-timeout" | "host" | "callout") => {
            Fate::Ignored(Because::Hardware)
        }
        _ => Fate::Unrecognized,
    }
}

fn exec(line: &mut Terminal, command: &Command<'_>, _: &mut Notes) -> Fate {
    line.no_exec = command.negated;
    Fate::Understood
}

fn push(
    repr: &mut Repr,
    command: &Command<'_>,
    kind: ManagementKind,
    service: Service,
    list: Option<Spanned<String>>,
) -> Fate {
    repr.management.servers.push(Server {
        span: command.span(),
        kind,
        service,
        enabled: !command.negated,
        list,
    });
    Fate::Understood
}

/// `ip http …`
pub(super) fn http(repr: &mut Repr, command: &Command<'_>, notes: &mut Notes) -> Fate {
    match command.words.as_slice() {
        [_, _, "server"] => push(repr, command, ManagementKind::Http, Service::tcp(80), None),
        [_, _, "secure-server"] => {
            push(repr, command, ManagementKind::Https, Service::tcp(443), None)
        }
        [_, _, "access-class", "ipv6", ..] => Fate::Unrecognized,
        [_, _, "access-class", .., name] => {
            notes.structures.refer(StructureKind::Filter, *name, command.span());
            repr.management.http_list = Some(Spanned::new((*name).to_owned(), command.span()));
            Fate::Understood
        }
        [_, _, "port", port] => {
            repr.management.http_ports.0 = port.parse().ok();
            Fate::Understood
        }
        [_, _, "secure-port", port] => {
            repr.management.http_ports.1 = port.parse().ok();
            Fate::Understood
        }
        _ => Fate::Ignored(Because::Housekeeping),
    }
}

/// `snmp-server …`
pub(super) fn snmp(repr: &mut Repr, command: &Command<'_>, notes: &mut Notes) -> Fate {
    let list = |at: usize| {
        let word = command.word(at);
        Spanned::new(word.text.to_owned(), command.span())
    };
    match command.words.as_slice() {
        [_, "community", name, rest @ ..] => {
            let at = usize::from(matches!((*name, rest), ("0" | "7", [_, ..])));
            keep_secret(command, 2, SecretKind::Community, "", notes);
            let mut bound = None;
            let mut fate = Fate::Understood;
            let mut next = 3 + at;
            while let Some(word) = command.words.get(next) {
                match *word {
                    "RO" | "RW" | "ro" | "rw" => {}
                    "view" => next += 1,
                    "ipv6" => {
                        next += 1;
                        let name = command.word(next).text;
                        notes.structures.refer(StructureKind::Filter, name, command.span());
                    }
                    _ if next + 1 == command.words.len() => {
                        notes.structures.refer(StructureKind::Filter, *word, command.span());
                        bound = Some(list(next));
                    }
                    _ => fate = Fate::Unrecognized,
                }
                next += 1;
            }
            push(repr, command, ManagementKind::Snmp, Service::udp(161), bound);
            fate
        }
        [_, "group", _, "v1" | "v2c" | "v3", ..] => {
            let bound = command.after("access").map(|name| {
                let name = if name.text == "ipv6" { "" } else { name.text };
                notes.structures.refer(StructureKind::Filter, name, command.span());
                Spanned::new(name.to_owned(), command.span())
            });
            push(repr, command, ManagementKind::Snmp, Service::udp(161), bound)
        }
        [_, "user", name, ..] => {
            for keyword in ["md5", "sha", "des", "3des", "128", "192", "256"] {
                if let Some(word) = command.after(keyword) {
                    notes.secret(word, SecretKind::Password, name);
                }
            }
            Fate::Understood
        }
        [_, "host", ..] => {
            // The community stands after the version, or at once.
            let version = command.words.iter().position(|word| *word == "version");
            let at = match version {
                Some(at) if command.words.get(at + 1) == Some(&"3") => None,
                Some(at) => Some(at + 2),
                None => {
                    let skipped = ["traps", "informs", "vrf"];
                    (3..command.words.len())
                        .find(|at| command.words.get(*at).is_some_and(|it| !skipped.contains(it)))
                }
            };
            if let Some(at) = at.filter(|at| *at < command.words.len()) {
                keep_secret(command, at, SecretKind::Community, "", notes);
            }
            Fate::Ignored(Because::Logging)
        }
        _ => Fate::Ignored(Because::Logging),
    }
}

/// Services that are on or off by one line.
pub(super) fn service(repr: &mut Repr, command: &Command<'_>, notes: &mut Notes) -> Fate {
    let list = |notes: &mut Notes, name: Option<&&str>| {
        name.copied().map(|name| {
            notes.structures.refer(StructureKind::Filter, name, command.span());
            Spanned::new(name.to_owned(), command.span())
        })
    };
    let (kind, service, bound) = match command.words.as_slice() {
        ["tftp-server", _, rest @ ..] => {
            let name = rest.last().filter(|_| rest.len() == 1 || rest.len() == 3);
            (ManagementKind::FileTransfer, Service::udp(69), list(notes, name))
        }
        ["ip", "scp", "server", "enable"] => (ManagementKind::FileTransfer, Service::tcp(22), None),
        ["ftp-server", "enable"] => (ManagementKind::FileTransfer, Service::tcp(21), None),
        ["netconf-yang"] => (ManagementKind::Api, Service::tcp(830), None),
        ["netconf", "ssh", ..] => (ManagementKind::Api, Service::tcp(830), None),
        ["restconf"] => (ManagementKind::Api, Service::tcp(443), None),
        ["ip", "rcmd", "rcp-enable" | "rsh-enable"] => {
            (ManagementKind::Other, Service::tcp(514), None)
        }
        ["ip", "finger"] | ["service", "finger"] => (ManagementKind::Other, Service::tcp(79), None),
        _ => return Fate::Unrecognized,
    };
    push(repr, command, kind, service, bound)
}

/// `username X … secret 5 …`
pub(super) fn user(repr: &mut Repr, command: &Command<'_>, notes: &mut Notes) -> Fate {
    let name = command.word(1);
    let known = repr.management.users.iter().any(|it| it.value == name.text);
    if !known && !command.negated {
        repr.management.users.push(Spanned::new(name.text.to_owned(), command.span()));
    }
    let secret = command
        .words
        .iter()
        .skip(2)
        .position(|word| matches!(*word, "secret" | "password"))
        .map(|at| at + 3);
    if let Some(at) = secret {
        // `common-criteria-policy` and the like end with the secret all the same.
        keep_secret(command, at, SecretKind::Password, name.text, notes);
    }
    Fate::Understood
}

/// `enable secret 5 …`
pub(super) fn enable(_: &mut Repr, command: &Command<'_>, notes: &mut Notes) -> Fate {
    let at = match command.words.as_slice() {
        ["enable", "secret" | "password", "level", ..] => 4,
        ["enable", "secret" | "password", ..] => 2,
        _ => return Fate::Unrecognized,
    };
    keep_secret(command, at, SecretKind::Password, "enable", notes);
    Fate::Understood
}
