//! `ipsec.conf` → connections.

use super::convert;
use super::keywords::{IDLE_PARAMETERS, IDLE_SETUP, idle, is_stock_script, proof, yes};
use super::repr::{Child, Connection};
use super::sections::{Kind, Parameter, Section, Sections, parse};
use super::selectors::{Side, Traffic, ends, is_l2tp, pool, traffic};
use crate::config::coverage::Because;
use crate::config::listing::{Listing, Word};
use crate::config::notes::Notes;
use crate::config::numbers;
use crate::model::device::{DeviceConfig, IkeVersion, Remote, StructureKind};
use crate::model::words::Authentication;
use crate::source::Spanned;
use crate::text;
use std::collections::BTreeMap;

pub(super) fn read(listing: &Listing<'_>, notes: &mut Notes, config: &mut DeviceConfig) {
    let Sections { sections, includes } = parse(listing, notes);
    for include in &includes {
        convert::include(*include, notes);
    }
    let mut conns: BTreeMap<&str, Vec<&Section<'_>>> = BTreeMap::new();
    for section in &sections {
        match section.kind {
            Kind::Conn => conns.entry(section.name.text).or_default().push(section),
            Kind::Setup => idle_all(section, IDLE_SETUP, notes),
            Kind::Authority => idle_all(section, IDLE_PARAMETERS, notes),
        }
    }
    let conns = Conns { conns, closed: includes.is_empty() };
    let mut connections = Vec::new();
    let templates = conns.templates();
    let mut done = std::collections::BTreeSet::new();
    for section in &sections {
        let name = section.name.text;
        if section.kind == Kind::Conn {
            let exempts =
                section.parameters.iter().any(|it| it.key == "type" && is_shunt(&it.value));
            for parameter in &section.parameters {
                fate(parameter, exempts, notes);
            }
            if name == "%default" || !done.insert(name) {
                continue;
            }
            notes.structures.define_active(StructureKind::Tunnel, name, section.line.span());
            conns.check_references(name, notes);
            let all = conns.all(name);
            // What others take in and nobody switches on is a template.
            if templates.contains(name) && all.value("auto").is_none_or(|it| it.text == "ignore") {
                continue;
            }
            connections.push(connection(section, &all));
        }
    }
    if let Some(last) = sections.last()
        && last.parameters.is_empty()
        && last.kind == Kind::Conn
        && last.name.text != "%default"
    {
        notes.truncated(listing.end(), text!("conn の中身がありません", "the conn is empty"));
    }
    convert::convert(connections, &[], config);
}

fn idle_all(section: &Section<'_>, table: &[(&str, Because)], notes: &mut Notes) {
    for parameter in &section.parameters {
        match idle(table, parameter.key) {
            Some(why) => notes.ignored(&parameter.line, why),
            None if section.kind == Kind::Authority && parameter.key == "auto" => {
                notes.ignored(&parameter.line, Because::KeyMaterial);
            }
            // Without charon nothing of this file takes effect; with it the line says nothing.
            None if parameter.key == "charonstart" && parameter.value.text == "yes" => {
                notes.ignored(&parameter.line, Because::Housekeeping);
            }
            None => {}
        }
    }
}

/// The conns of a file by name.
struct Conns<'a, 't> {
    conns: BTreeMap<&'t str, Vec<&'a Section<'t>>>,
    /// Whether a missing conn is really missing: nothing is taken in from elsewhere.
    closed: bool,
}

/// The parameters of a conn with those of other conns it takes in; the first has the last word.
struct Joined<'a, 't> {
    parameters: Vec<&'a Parameter<'t>>,
}

impl<'t> Joined<'_, 't> {
    /// What a key is set to; an empty value takes a setting back.
    fn value(&self, key: &str) -> Option<Word<'t>> {
        let found = self.parameters.iter().find(|it| it.key == key)?;
        (!found.value.is_empty()).then_some(found.value)
    }

    /// The same by the first of several names that is set.
    fn any_of(&self, keys: &[&str]) -> Option<Word<'t>> {
        keys.iter().find_map(|key| self.value(key))
    }
}

/// More conns than this nobody joins.
const MOST: usize = 64;

impl<'a, 't> Conns<'a, 't> {
    /// Names that other conns take in.
    fn templates(&self) -> std::collections::BTreeSet<&'t str> {
        let all = self.conns.values().flatten().flat_map(|it| &it.parameters);
        all.filter(|it| it.key == "also").map(|it| it.value.text).collect()
    }

    fn check_references(&self, name: &str, notes: &mut Notes) {
        let sections = self.conns.get(name).into_iter().flatten();
        for also in sections.flat_map(|it| &it.parameters).filter(|it| it.key == "also") {
            if self.closed || self.conns.contains_key(also.value.text) {
                let name = also.value.text;
                notes.structures.refer(StructureKind::Tunnel, name, also.value.span);
            }
        }
    }

    fn all(&self, name: &str) -> Joined<'a, 't> {
        let mut names: Vec<&str> = vec![name];
        let mut parameters: Vec<&'a Parameter<'t>> = Vec::new();
        let mut at = 0;
        while let Some(name) = names.get(at).copied() {
            at += 1;
            for section in self.conns.get(name).into_iter().flatten() {
                for parameter in section.parameters.iter().rev() {
                    if parameter.key == "also" {
                        let other = parameter.value.text;
                        if names.len() < MOST && !names.contains(&other) {
                            names.push(other);
                        }
                    } else {
                        parameters.push(parameter);
                    }
                }
            }
        }
        for section in self.conns.get("%default").into_iter().flatten() {
            parameters.extend(section.parameters.iter().rev());
        }
        Joined { parameters }
    }
}

fn connection(section: &Section<'_>, all: &Joined<'_, '_>) -> Connection {
    let span = section.line.span();
    let mut it = Connection::new(section.name.text, span);
    it.version = version(all);
    it.aggressive = all
        .any_of(&["aggressive", "aggrmode"])
        .filter(|it| yes(it.text) == Some(true))
        .map(|it| it.span);
    if let Some(ike) = all.value("ike") {
        it.algorithms.add(ike);
    }
    let (us, them) = if we_are_right(all) { ("right", "left") } else { ("left", "right") };
    let of = |side: &str, key: &str| all.value(&format!("{side}{key}"));
    if let Some(local) = of(us, "") {
        it.local = known(local);
        it.local_text = (!it.local.iter().all(|it| it.value == Remote::Any))
            .then(|| Spanned::new(local.text.to_owned(), local.span));
    }
    it.remote = of(them, "").map(known).unwrap_or_default();
    let id = |word: Word<'_>| Spanned::new(word.text.to_owned(), word.span);
    it.local_id = of(us, "id").map(id);
    it.remote_id = of(them, "id").map(id).filter(|it| it.value != "%any");
    it.port = of(us, "ikeport").and_then(|it| it.parse().ok()).filter(|it| *it != 500);
    it.own = proofs(all, us);
    it.theirs = proofs(all, them);
    if let Some(asked) = of(us, "sourceip") {
        let fixed = asked.parts(',').filter_map(|it| Some((numbers::network(it.text)?, it.span)));
        it.asked = fixed.map(|(network, span)| Spanned::new(network, span)).collect();
        if it.asked.is_empty() {
            it.asked.extend(numbers::network("0.0.0.0").map(|it| Spanned::new(it, asked.span)));
        }
    }
    if let Some(given) = all.any_of(&[&format!("{them}sourceip"), &format!("{them}addresspool")]) {
        it.gives = true;
        for word in given.parts(',') {
            let networks = pool(word.text).unwrap_or_default();
            it.pool.extend(networks.into_iter().map(|it| Spanned::new(it, word.span)));
        }
    }
    let mut child = Child::new(section.name.text, span);
    child.protects = all.value("type").is_none_or(|it| !is_shunt(it.text));
    match all.value("auto") {
        Some(word) if word.text != "ignore" => child.initiates = opens(word.text),
        Some(word) => child.disabled = Some(word.span),
        None => child.disabled = Some(span),
    }
    if let Some(esp) = all.any_of(&["esp", "phase2alg", "ah"]) {
        child.algorithms.add(esp);
    }
    for (side, into) in [(us, &mut child.local), (them, &mut child.remote)] {
        let subnet =
            [format!("{side}subnet"), format!("{side}subnets"), format!("{side}subnetwithin")];
        let keys: Vec<&str> = subnet.iter().map(String::as_str).collect();
        if let Some(list) = all.any_of(&keys) {
            *into = subnets(list).sides;
        }
        if into.is_empty() {
            into.push(Spanned::new(Side::Dynamic, span));
        }
        let limit = of(side, "protoport");
        child.l2tp |= limit.is_some_and(|it| is_l2tp(it.text));
    }
    it.children.push(child);
    it
}

/// Whether the own side is the right one. By convention it is the left one, and strongSwan swaps them
/// when only the address of the right one is its own; what only the own side has, tells as much.
fn we_are_right(all: &Joined<'_, '_>) -> bool {
    let wherever = |side: &str| all.value(side).is_none_or(|it| known(it).iter().all(is_anybody));
    let has = |side: &str, keys: &[&str]| {
        keys.iter().any(|key| all.value(&format!("{side}{key}")).is_some())
    };
    const OF_US: &[&str] = &["firewall", "hostaccess", "updown", "sendcert"];
    let default = all.value("right").is_some_and(|it| it.text == "%defaultroute");
    let scripts = has("right", OF_US) && !has("left", OF_US);
    let certificate = has("right", &["cert"]) && !has("left", &["cert"]) && wherever("left");
    let left_is_us = all.value("left").is_some_and(|it| it.text == "%defaultroute");
    default || (!left_is_us && (scripts || certificate) && !wherever("right"))
}

fn is_anybody(end: &Spanned<Remote>) -> bool {
    end.value == Remote::Any
}

/// Subnets; Libreswan writes several as `{10.1.0.0/16 10.2.0.0/16}`.
fn subnets(list: Word<'_>) -> Traffic {
    let Some(inner) = list.text.strip_prefix('{').and_then(|it| it.strip_suffix('}')) else {
        return traffic(list);
    };
    let mut all = Traffic { sides: Vec::new(), whole: true, l2tp: false };
    let words = list.slice(1, 1 + inner.len());
    for word in words.parts(',').flat_map(|it| it.parts(' ')) {
        let one = traffic(word);
        all.sides.extend(one.sides);
        all.whole &= one.whole;
    }
    all
}

/// Ends; one that was not understood is an unknown end.
fn known(list: Word<'_>) -> Vec<Spanned<Remote>> {
    let mut list = list;
    // `%name`: the name says where the other end should be, and it may be elsewhere.
    if list.starts_with('%') && !is_special(list.text) {
        list = list.slice(1, list.len());
    }
    ends(list).into_iter().map(|it| it.map(|it| it.unwrap_or(Remote::Unknown))).collect()
}

fn is_special(end: &str) -> bool {
    const SPECIAL: &[&str] = &[
        "%any",
        "%any4",
        "%any6",
        "%defaultroute",
        "%group",
        "%opportunistic",
        "%opportunisticgroup",
        "%hostname",
    ];
    SPECIAL.contains(&end)
}

fn version(all: &Joined<'_, '_>) -> Option<Spanned<IkeVersion>> {
    let word = all.any_of(&["keyexchange", "ikev2"])?;
    let version = match word.text {
        "ikev1" | "never" | "no" => IkeVersion::One,
        "ikev2" | "insist" | "yes" | "propose" => IkeVersion::Two,
        _ => return None,
    };
    Some(Spanned::new(version, word.span))
}

/// Whether traffic is exempted from IPsec or dropped.
fn is_shunt(kind: &str) -> bool {
    matches!(kind, "passthrough" | "pass" | "drop" | "reject")
}

/// Whether this side opens a connection; `None` for a word that is not known.
fn opens(auto: &str) -> Option<bool> {
    match auto {
        "add" => Some(false),
        "start" | "route" | "up" | "ondemand" | "keep" => Some(true),
        _ => None,
    }
}

/// How a side proves who it is: its own words, else those for both.
fn proofs(all: &Joined<'_, '_>, side: &str) -> Vec<Authentication> {
    let own = ["auth", "auth2"].iter().filter_map(|key| all.value(&format!("{side}{key}")));
    let mut found: Vec<Authentication> = own.filter_map(|it| proof(it.text)).collect();
    if found.is_empty() {
        let both = all.value("authby").map_or("pubkey", |it| it.text);
        found.extend(both.split(['|', ',']).filter_map(|it| proof(it.trim())));
        if both.starts_with("xauth") {
            let first = if both == "xauthpsk" {
                Authentication::PreSharedKey
            } else {
                Authentication::MachineCertificate
            };
            found.insert(0, first);
        }
    }
    found.dedup();
    found
}

/// What becomes of a line, by its key. In a conn that exempts traffic from IPsec no restriction to
/// ports is lost: nothing of it becomes a tunnel.
fn fate(parameter: &Parameter<'_>, exempts: bool, notes: &mut Notes) {
    let Parameter { line, key, value } = parameter;
    let end = key.strip_prefix("left").or_else(|| key.strip_prefix("right"));
    if let Some(why) = idle(IDLE_PARAMETERS, end.unwrap_or(key)) {
        return notes.ignored(line, why);
    }
    let mut offered = super::algorithms::Algorithms::default();
    let known = match (*key, end) {
        _ if value.is_empty() => true,
        ("also", _) => true,
        ("auto", _) => value.text == "ignore" || opens(value.text).is_some(),
        ("type", _) => {
            is_shunt(value.text)
                || matches!(value.text, "tunnel" | "transport" | "transport_proxy" | "beet")
        }
        ("keyexchange", _) => matches!(value.text, "ike" | "ikev1" | "ikev2"),
        ("ikev2", _) => {
            matches!(value.text, "insist" | "yes" | "propose" | "never" | "no" | "permit")
        }
        ("aggressive" | "aggrmode", _) => yes(value.text).is_some(),
        ("ike" | "esp" | "ah" | "phase2alg", _) => offered.add(*value),
        ("phase2" | "auth", _) => value.text == "esp",
        ("authby", _) => {
            value.parts('|').flat_map(|it| it.parts(',')).all(|it| proof(&it).is_some())
        }
        (_, Some("")) => {
            is_special(value.text)
                || (!value.starts_with('%') && ends(*value).iter().all(|it| it.value.is_some()))
        }
        (_, Some("subnet" | "subnets" | "subnetwithin")) => exempts || subnets(*value).whole,
        (_, Some("id")) => true,
        (_, Some("auth" | "auth2")) => proof(value.text).is_some(),
        // `%config`, `%dhcp`, or a pool by name, which the plugin attr-sql keeps in its database.
        (_, Some("sourceip" | "addresspool")) => {
            value.parts(',').all(|it| pool(it.text).is_some() || it.starts_with('%'))
        }
        (_, Some("ikeport")) => value.parse::<u16>().is_ok(),
        (_, Some("protoport")) => exempts || is_l2tp(value.text),
        (_, Some("updown")) if is_stock_script(value.text) => {
            return notes.ignored(line, Because::Housekeeping);
        }
        (_, Some("allowany")) => yes(value.text) == Some(false),
        _ => false,
    };
    if known {
        notes.understood(line);
    }
}
