//! `swanctl.conf` → connections.

use super::algorithms::Algorithms;
use super::keywords::{IDLE_SETTINGS, idle, is_stock_script, proof, yes};
use super::repr::{Child, Connection};
use super::selectors::{Traffic, ends, pool, traffic};
use super::settings::{Tally, parse};
use super::view::View;
use super::{convert, secrets};
use crate::config::listing::Listing;
use crate::config::notes::Notes;
use crate::config::{Score, numbers};
use crate::model::IpNetwork;
use crate::model::device::{DeviceConfig, IkeVersion, Remote, StructureKind};
use crate::model::words::Authentication;
use crate::source::Spanned;
use crate::text;
use std::collections::BTreeMap;

/// Sections that stand outside of all others.
const OUTERMOST: &[&str] = &["connections", "secrets", "pools", "authorities"];
/// Settings that hardly anything else has.
const TELLING: &[&str] = &["local_addrs", "remote_addrs", "local_ts", "remote_ts", "esp_proposals"];

pub(super) fn recognise(listing: &Listing<'_>) -> Score {
    let opens = |text: &str, name: &str| {
        let rest = text.trim().strip_prefix(name).map(str::trim);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['{', '#']))
    };
    let telling = listing.begins_with(|text| {
        text.split_once('=').is_some_and(|(key, _)| TELLING.contains(&key.trim()))
    });
    let outer = |it: &str| OUTERMOST.iter().any(|name| opens(it, name));
    let children = listing.begins_with(|text| opens(text, "children"));
    let braces = listing.begins_with(|text| text.trim_end().ends_with('{'));
    match (listing.begins_with(outer), telling) {
        (true, true) => 96,
        (true, false) if children => 90,
        // `secrets { ike-1 { secret = …`
        (true, false) if braces && listing.count(|it| it.contains('=')) > 0 => 60,
        (false, true) if children => 75,
        _ => 0,
    }
}

/// What the sections share while they are read.
struct Reading<'n, 't> {
    tally: Tally<'t>,
    notes: &'n mut Notes,
    pools: BTreeMap<String, Vec<Spanned<IpNetwork>>>,
    /// Whether a missing pool is really missing: nothing is taken in from elsewhere.
    closed: bool,
}

pub(super) fn read(listing: &Listing<'_>, notes: &mut Notes, config: &mut DeviceConfig) {
    let tree = parse(listing, notes);
    if tree.unfinished {
        notes.truncated(listing.end(), text!("閉じ括弧が足りません", "a closing brace is missing"));
    }
    for include in &tree.includes {
        convert::include(*include, notes);
    }
    let root = View::root(&tree.root);
    let closed = tree.includes.is_empty() && !root.section("pools").is_missing();
    let pools = BTreeMap::new();
    let mut reading = Reading { tally: tree.tally, notes, pools, closed };
    for section in root.section("pools").sections() {
        reading.pool(&section);
    }
    for section in root.section("authorities").sections() {
        reading.idle(&section);
    }
    let users = secrets::of_settings(&root.section("secrets"), &mut reading.tally, reading.notes);
    let connections: Vec<Connection> =
        root.section("connections").sections().iter().map(|it| reading.connection(it)).collect();
    let Reading { tally, notes, .. } = reading;
    tally.settle(notes);
    convert::convert(connections, &users, config);
}

impl<'t> Reading<'_, 't> {
    /// Gives settings that say nothing their fates.
    fn idle(&mut self, section: &View<'_, 't>) {
        for setting in section.settings() {
            if let Some(why) = idle(IDLE_SETTINGS, setting.key.text) {
                self.tally.ignored(setting, why);
            }
        }
    }

    fn pool(&mut self, section: &View<'_, 't>) {
        let addresses = section.take("addrs", &mut self.tally, |value| {
            let networks = pool(value.text)?;
            Some(networks.into_iter().map(|it| Spanned::new(it, value.span)).collect())
        });
        self.idle(section);
        let name = section.name;
        self.notes.structures.define(StructureKind::Pool, name.text, name.span);
        self.pools.insert(name.text.to_owned(), addresses.unwrap_or_default());
    }

    fn connection(&mut self, section: &View<'_, 't>) -> Connection {
        let mut it = Connection::new(section.name.text, section.name.span);
        let tally = &mut self.tally;
        it.version = section
            .take("version", tally, |value| match value.text {
                "0" => Some(None),
                "1" => Some(Some(Spanned::new(IkeVersion::One, value.span))),
                "2" => Some(Some(Spanned::new(IkeVersion::Two, value.span))),
                _ => None,
            })
            .flatten();
        it.aggressive = section
            .take("aggressive", tally, |value| Some(yes(value.text)?.then_some(value.span)))
            .flatten();
        if let Some(local) = section.get("local_addrs") {
            it.local = remotes(section, "local_addrs", tally);
            let text = local.value.text.to_owned();
            it.local_text = (!it.local.iter().all(|it| it.value == Remote::Any))
                .then(|| Spanned::new(text, local.value.span));
        }
        it.remote = remotes(section, "remote_addrs", tally);
        let mediated = section.take("mediated_by", tally, |server| Some(server.span));
        if it.remote.is_empty() {
            // A mediation server tells where the other end is.
            it.remote.extend(mediated.map(|span| Spanned::new(Remote::Unknown, span)));
        }
        it.taken_in = section.takes_in();
        it.algorithms = algorithms(section, &["proposals"], tally);
        it.asked = section
            .take("vips", tally, |value| {
                let asked = value
                    .parts(',')
                    .map(|word| numbers::network(word.text).map(|it| Spanned::new(it, word.span)));
                asked.collect()
            })
            .unwrap_or_default();
        it.port =
            section.take("local_port", tally, |value| value.parse().ok()).filter(|it| *it != 500);
        section.take("remote_port", tally, |value| value.parse::<u16>().ok());
        self.pools_of(section, &mut it);
        self.idle(section);
        for part in section.sections() {
            let name = part.name.text;
            if name == "children" {
                for child in part.sections() {
                    let child = self.child(&child);
                    it.children.push(child);
                }
            } else if name.starts_with("local") || name.starts_with("remote") {
                self.round(&part, name.starts_with("local"), &mut it);
            }
        }
        // Without a section for it, a side uses certificates.
        let whole = it.taken_in.is_none();
        for proofs in [&mut it.own, &mut it.theirs] {
            if proofs.is_empty() && whole {
                proofs.push(Authentication::MachineCertificate);
            }
        }
        it
    }

    /// The pools that others are given addresses from.
    fn pools_of(&mut self, section: &View<'_, 't>, it: &mut Connection) {
        let Some(setting) = section.get("pools") else { return };
        it.gives = !setting.value.is_empty();
        for name in setting.value.parts(',') {
            // Plugins by these names give addresses too.
            let plugin = matches!(name.text, "dhcp" | "radius");
            match self.pools.get(name.text) {
                Some(addresses) => it.pool.extend(addresses.iter().cloned()),
                None if plugin || !self.closed => continue,
                None => {}
            }
            self.notes.structures.refer(StructureKind::Pool, name.text, name.span);
        }
        self.tally.understood(setting);
    }

    /// A round of authentication.
    fn round(&mut self, section: &View<'_, 't>, own: bool, it: &mut Connection) {
        let tally = &mut self.tally;
        let proofs = if own { &mut it.own } else { &mut it.theirs };
        let id = section
            .take("id", tally, |value| Some(Spanned::new(value.text.to_owned(), value.span)));
        let slot = if own { &mut it.local_id } else { &mut it.remote_id };
        if slot.is_none() {
            *slot = id.filter(|it| it.value != "%any");
        }
        let written = section.get("auth").is_some();
        match section.take("auth", tally, |value| proof(value.text)) {
            Some(proof) if !proofs.contains(&proof) => proofs.push(proof),
            None if !written => proofs.push(Authentication::MachineCertificate),
            _ => {}
        }
        self.idle(section);
        for part in section.sections() {
            self.idle(&part);
        }
    }

    fn child(&mut self, section: &View<'_, 't>) -> Child {
        let mut child = Child::new(section.name.text, section.name.span);
        let tally = &mut self.tally;
        let mode = section.take("mode", tally, |value| match value.text {
            "tunnel" | "transport" | "transport_proxy" | "beet" => Some(true),
            "pass" | "drop" => Some(false),
            _ => None,
        });
        child.protects = mode.unwrap_or(true);
        let start = section.take("start_action", tally, |value| {
            let words: Vec<&str> = value.text.split('|').map(str::trim).collect();
            let known = words.iter().all(|it| matches!(*it, "none" | "trap" | "start"));
            known.then(|| words.iter().any(|it| *it != "none"))
        });
        child.initiates = start.or(section.get("start_action").is_none().then_some(false));
        for (key, local) in [("local_ts", true), ("remote_ts", false)] {
            let Some(setting) = section.get(key) else { continue };
            let Traffic { sides, whole, l2tp } = traffic(setting.value);
            child.l2tp |= l2tp;
            // What is exempted or dropped is no tunnel; nothing of it is left out.
            if whole || !child.protects {
                tally.understood(setting);
            }
            if local { child.local = sides } else { child.remote = sides }
        }
        child.algorithms = algorithms(section, &["esp_proposals", "ah_proposals"], tally);
        if let Some(script) = section.get("updown")
            && is_stock_script(script.value.text)
        {
            tally.ignored(script, crate::config::coverage::Because::Housekeeping);
        }
        self.idle(section);
        child
    }
}

/// Ends of a connection. One that was not understood is an unknown end.
fn remotes<'t>(section: &View<'_, 't>, key: &str, tally: &mut Tally<'t>) -> Vec<Spanned<Remote>> {
    let Some(setting) = section.get(key) else { return Vec::new() };
    let ends = ends(setting.value);
    if ends.iter().all(|it| it.value.is_some()) {
        tally.understood(setting);
    }
    ends.into_iter().map(|it| it.map(|it| it.unwrap_or(Remote::Unknown))).collect()
}

fn algorithms<'t>(section: &View<'_, 't>, keys: &[&str], tally: &mut Tally<'t>) -> Algorithms {
    let mut all = Algorithms::default();
    for setting in keys.iter().filter_map(|key| section.get(key)) {
        if all.add(setting.value) {
            tally.understood(setting);
        }
    }
    all
}
