//! What every step begins with: an inventory, a scope beside it, and who stands where.

use crate::cli::args::Day;
use crate::cli::collect::collect;
use crate::cli::console::{Console, Stop, reason, unreadable};
use crate::cli::load::load_sound;
use crate::inventory::Inventory;
use crate::locale::Text;
use crate::model::{EntityKind, EntityRef};
use crate::probe::Classes;
use crate::probe::plan::{self, Plan};
use crate::probe::scope::{Admission, Pins, Scope};
use crate::source::decode::{MAX_BYTES, decode};
use crate::source::{Diagnostic, meant, quoted};
use crate::text;
use std::fs::File;
use std::io::Read as _;
use std::net::IpAddr;
use std::path::{Path, PathBuf};

/// A permission with all that it is judged by.
#[derive(Debug)]
pub(super) struct Permission {
    /// The declared facts.
    pub(super) inventory: Inventory,
    /// The written permission.
    pub(super) scope: Scope,
    /// Who stands where.
    pub(super) classes: Classes,
}

impl Permission {
    /// Reads everything. Mistakes are told and end the run.
    pub(super) fn read(
        inventory: &Path,
        scope: &Path,
        evidence: &[PathBuf],
        day: &Day,
        console: &Console,
    ) -> Result<Self, Stop> {
        let mut loaded = load_sound(inventory, day, console)?;
        let evidence = collect(inventory, evidence, &mut loaded, console)?;
        evidence.unread.iter().for_each(|it| console.complain(&it.why));
        // Hosts that sent something: an address that was only sent to may be a broadcast.
        let hosts = evidence.observed.pieces.values().flat_map(|it| &it.hosts);
        let observed: Vec<IpAddr> = hosts.map(|it| it.address).collect();
        let name = scope.display().to_string();
        let bytes = bytes(scope)?;
        let text = decode(&name, bytes.clone())?;
        let file = loaded.sources.add(name, text);
        let (read, told) = Scope::read(&loaded.sources, file, &bytes, &loaded.inventory);
        console.complain_about(&told, &loaded.sources);
        let Some(scope) = read else {
            let mistakes = told.len();
            console.summarize(&text!(
                "確認範囲指定書に誤りが{mistakes}件あるため、何も許可されていません。",
                "{mistakes} mistake(s) in the scope: nothing is permitted."
            ));
            return Err(Stop::Told);
        };
        let classes = Classes::new(&loaded.inventory, observed);
        Ok(Self { inventory: loaded.inventory, scope, classes })
    }

    /// The connection or the zone that was typed.
    pub(super) fn from(&self, typed: &str) -> Result<EntityRef, Diagnostic> {
        let inventory = &self.inventory;
        let all: Vec<EntityRef> = connections(inventory).chain(zones(inventory)).collect();
        let number = typed.parse::<u32>().ok();
        let mut numbered = inventory.connection_numbers().into_iter().zip(&inventory.connections);
        let numbered = numbered.find(|(it, _)| Some(*it) == number).map(|it| it.1);
        let numbered = numbered.map(|it| EntityRef::new(EntityKind::Connection, &it.id.value));
        let exact = all.iter().filter(|it| it.to_string() == typed || it.id == typed);
        let exact: Vec<&EntityRef> = exact.collect();
        let called = all.iter().filter(|it| inventory.name_of(it) == typed);
        let called: Vec<&EntityRef> = called.collect();
        match (exact.as_slice(), numbered, called.as_slice()) {
            ([only], ..) => Ok((*only).clone()),
            ([], Some(numbered), _) => Ok(numbered),
            ([], None, [only]) => Ok((*only).clone()),
            _ => {
                let given = quoted(typed);
                let names = all.iter().flat_map(|it| [it.id.as_str(), inventory.name_of(it)]);
                let near = meant(typed, names);
                let permitted: Vec<String> =
                    self.scope.from.iter().map(ToString::to_string).collect();
                let permitted = permitted.join(", ");
                Err(Diagnostic::error(
                    "unknown-vantage",
                    text!(
                        "--from の「{given}」は、台帳の外部接続・ゾーンのどれか1つに決まりません",
                        "--from: `{given}` is not one connection or zone of the inventory"
                    ),
                )
                .help(match near {
                    Some(near) => text!("「{near}」ではありませんか", "did you mean `{near}`?"),
                    None => text!(
                        "確認範囲指定書にある場所: {permitted}",
                        "places that the scope names: {permitted}"
                    ),
                }))
            }
        }
    }

    /// The plan that was written before, or, by its hash alone, the one that follows today from the
    /// same scope and inventory.
    #[cfg(feature = "probe")]
    pub(super) fn planned(&self, typed: &Path) -> Result<Plan, Diagnostic> {
        let hash = typed.to_str().filter(|it| is_hash(it) && !typed.exists());
        let Some(hash) = hash else { return plan(typed) };
        let pins = Pins::default();
        let admission = Admission { scope: &self.scope, classes: &self.classes, pins: &pins };
        let places = connections(&self.inventory).chain(zones(&self.inventory));
        let plans = places.filter_map(|from| plan::plan(&self.inventory, &admission, &from, None));
        let mut plans = plans.map(|it| it.plan);
        plans.find(|it| it.hash() == hash.to_ascii_lowercase()).ok_or_else(|| {
            let problem = Diagnostic::error(
                "wrong-plan",
                text!(
                    "このハッシュの計画は、今の台帳と確認範囲指定書からは導かれません",
                    "no plan with this hash follows from the inventory and the scope as they are"
                ),
            );
            problem.help(text!(
                "ホスト名を調べた計画（--resolve）や接続元を指定した計画は、ファイルを指定します",
                "of a plan with resolved names (--resolve) or an own address, give the file"
            ))
        })
    }
}

/// SHA-256 in hexadecimal.
#[cfg(feature = "probe")]
fn is_hash(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|it| it.is_ascii_hexdigit())
}

fn connections(inventory: &Inventory) -> impl Iterator<Item = EntityRef> + '_ {
    inventory.connections.iter().map(|it| EntityRef::new(EntityKind::Connection, &it.id.value))
}

fn zones(inventory: &Inventory) -> impl Iterator<Item = EntityRef> + '_ {
    inventory.zones.iter().map(|it| EntityRef::new(EntityKind::Zone, &it.id.value))
}

/// Reads a plan that was written before.
pub(super) fn plan(path: &Path) -> Result<Plan, Diagnostic> {
    let name = path.display().to_string();
    let text = decode(&name, bytes(path)?)?;
    plan::file::read(&text).map_err(|why| {
        Diagnostic::error("wrong-plan", text!("「{name}」: {why}", "`{name}`: {why}"; why))
    })
}

/// The bytes of a file of bounded size.
fn bytes(path: &Path) -> Result<Vec<u8>, Diagnostic> {
    let name = path.display().to_string();
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|it| it.take(MAX_BYTES + 1).read_to_end(&mut bytes));
    match read {
        Err(error) => Err(unreadable(&name, &reason(&error))),
        Ok(length) if length as u64 > MAX_BYTES => {
            Err(unreadable(&name, &Text::new("大きすぎます", "it is too large")))
        }
        Ok(_) => Ok(bytes),
    }
}
