//! Names that people gave inside a configuration, and that no inventory has: of certificates, of
//! tunnels, of lists; and the serial numbers of tokens. Once known, they are replaced everywhere.

use super::trade;
use super::words::Words;
use crate::evidence::EvidenceSet;
use crate::model::device::StructureKind;

/// Words of FortiOS behind which such a name stands, and what its pseudonym is called.
const BEHIND: &[(&str, &str)] = &[
    ("set servercert ", "certificate"),
    ("set certificate ", "certificate"),
    ("set ssl-certificate ", "certificate"),
    ("set admin-server-cert ", "certificate"),
    ("set fortitoken ", "token"),
];

/// Tables of FortiOS whose entries are called as people like.
const TABLES: &[(&str, &str)] = &[
    ("config vpn ipsec phase1-interface", "tunnel"),
    ("config vpn ipsec phase1", "tunnel"),
    ("config vpn certificate local", "certificate"),
];

/// Commands of any vendor behind which the next word is a name that somebody gave.
const NAMING: &[(&str, &str)] = &[
    ("username", "account"),
    ("login user", "account"),
    ("user attribute", "account"),
    ("set username", "account"),
    ("set user", "account"),
    ("snmp-server user", "account"),
    ("snmp-server group", "group"),
    ("crypto pki trustpoint", "certificate"),
    ("crypto ca trustpoint", "certificate"),
    ("crypto pki certificate chain", "certificate"),
    ("aaa group server tacacs+", "group"),
    ("aaa group server radius", "group"),
    ("aaa-server", "group"),
    ("tacacs server", "server"),
    ("radius server", "server"),
    ("name", "label"),
    ("pp name", "label"),
    ("set name", "label"),
    ("set peerid", "label"),
    ("set localid", "label"),
    ("tunnel-group", "tunnel"),
];

/// What the maker calls its own certificates: the same everywhere.
const FACTORY: &str = "Fortinet_";

/// Tables of FortiOS whose entries are parts of the device.
const PARTS: &[&str] =
    &["config system interface", "config system ", "config router ", "config switch-controller "];

/// Makes the names of a configuration known that other texts may have, too.
pub(super) fn learn(text: &str, words: &mut Words) {
    let mut table = None;
    for line in text.lines().map(str::trim) {
        if line.starts_with("config ") {
            table = TABLES.iter().find(|(name, _)| *name == line).map(|(_, kind)| *kind);
        } else if line == "end" {
            table = None;
        }
        let behind = BEHIND.iter().find_map(|(lead, kind)| Some((line.strip_prefix(lead)?, *kind)));
        let entry = table.and_then(|kind| Some((line.strip_prefix("edit ")?, kind)));
        let Some((name, kind)) = behind.or(entry) else { continue };
        know(kind, name, words);
    }
}

/// Makes the names known that stand only inside of configurations.
pub(super) fn inside(text: &str, words: &mut Words) {
    let mut tables: Vec<&str> = Vec::new();
    for line in text.lines().map(str::trim) {
        if line.starts_with("config ") {
            tables.push(line);
        } else if line == "end" {
            tables.pop();
        }
        let part = |table: &&&str| {
            let kept = PARTS.iter().any(|it| table.starts_with(it));
            kept && !["config system admin", "config system snmp user"].contains(*table)
        };
        if let (Some(name), Some(table)) = (line.strip_prefix("edit "), tables.last())
            && !part(&table)
        {
            unless_common("entry", name.trim().trim_matches('"'), words);
        }
        for (lead, kind) in NAMING {
            let rest = line.strip_prefix(lead).filter(|it| it.starts_with(' '));
            let Some(rest) = rest.map(str::trim) else { continue };
            let quoted = rest.strip_prefix('"').and_then(|it| it.split('"').next());
            let name = quoted.or(rest.split_whitespace().next()).unwrap_or_default();
            unless_common(kind, name, words);
        }
        // Files on the device itself: of scripts, of keys.
        for token in line.split([' ', '"', '\'', '=', ';']) {
            let name = token.rsplit(['/', ':']).next().unwrap_or_default();
            let file = [".lua", ".tcl", ".pem", ".crt", ".cer", ".key", ".p12", ".pfx"];
            if let Some(stem) = file.iter().find_map(|it| name.strip_suffix(it)) {
                unless_common("file", stem, words);
            }
        }
    }
}

/// Makes the names known that a reader knows to be given a meaning: of lists, objects, policies.
/// Those of tunnels are interfaces, too, by which an inventory may call them.
/// The others are handed back, with what their pseudonyms are called.
pub(super) fn structures(
    evidence: &EvidenceSet,
    texts: &[&str],
    words: &mut Words,
) -> Vec<(&'static str, String)> {
    let mut own = Vec::new();
    let all = evidence.devices.iter().flat_map(|it| it.config.structures.definitions());
    for it in all.filter(|it| it.kind != StructureKind::Interface) {
        let kind = match it.kind {
            StructureKind::Tunnel | StructureKind::IkePeer => "tunnel",
            StructureKind::User => "account",
            StructureKind::Certificate => "certificate",
            StructureKind::Schedule => "schedule",
            StructureKind::Zone => "device-zone",
            StructureKind::AddressGroup | StructureKind::ServiceGroup => "object",
            StructureKind::Filter => "filter",
            _ => "label",
        };
        let written = texts.iter().any(|text| text.contains(it.name.as_str()));
        let parts =
            if written { vec![it.name.as_str()] } else { it.name.split(['/', ' ']).collect() };
        for part in parts {
            match kind {
                "tunnel" => unless_common(kind, part, words),
                _ => own.push((kind, part.to_owned())),
            }
        }
    }
    own
}

/// Makes a name known that is made of more than words of the trade.
pub(super) fn unless_common(kind: &'static str, name: &str, words: &mut Words) {
    let address = name.chars().all(|it| it.is_ascii_hexdigit() || ".:/-".contains(it));
    if name.chars().count() > 2 && !address && !trade::is_common(name) {
        know(kind, name, words);
    }
}

fn know(kind: &'static str, name: &str, words: &mut Words) {
    let name = name.trim().trim_matches('"');
    let letters = name.chars().any(char::is_alphabetic);
    if letters && !name.contains('"') && !name.starts_with(FACTORY) {
        words.other(kind, name);
    }
}
