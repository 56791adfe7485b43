//! Questions about reach: what can pass from where to where, and why.
//!
//! Every question begins alike: an inventory, or configurations alone, become a [`Case`]; what was
//! typed as an end becomes one; a name that nothing has is refused with what was probably meant.

pub(super) mod alone;
pub(super) mod blast;
pub(super) mod coverage;
pub(super) mod cut;
pub(super) mod diff;
pub(super) mod exposure;
pub(super) mod isolation;
pub(super) mod paths;
pub(super) mod proof;
pub(super) mod recertify;
pub(super) mod reconcile;
mod scans;
pub(super) mod spotcheck;
pub(super) mod waivers;
pub(super) mod what_if;

use super::args::Day;
use super::collect::{collect, pointed_at};
use super::console::{Console, Stop};
use super::load::load_sound;
use super::options::today;
use crate::audit::{Assessment, audit_with};
use crate::evidence::EvidenceSet;
use crate::inventory::Inventory;
use crate::model::{EntityRef, Service};
use crate::reach::Reach;
use crate::reach::ends::{End, NotAnEnd};
use crate::report::Report;
use crate::source::{Diagnostic, FileId, SourceMap, meant, quoted};
use crate::text;
use clap::ValueEnum;
use std::path::{Path, PathBuf};

/// What every question is asked of, beside the inventory.
#[derive(Debug, clap::Args)]
pub(super) struct Seen {
    /// 機器の設定など、台帳と突き合わせる資料（ファイルまたはフォルダ。複数指定できる） / evidence to compare with the inventory, such as configurations of devices: a file or a folder, several if need be
    #[arg(long, value_name = "PATH")]
    pub(super) evidence: Vec<PathBuf>,
    #[command(flatten)]
    pub(super) day: Day,
}

/// How an answer is shown.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum AnswerFormat {
    Text,
    Json,
}

/// Everything that is known, ready to be asked.
pub(super) struct Case {
    /// The texts.
    sources: SourceMap,
    /// Those of the inventory; none when it was made of configurations.
    files: Vec<FileId>,
    /// The facts and the graph; judged by no rule.
    facts: Assessment,
}

impl Case {
    /// Reads an inventory with its evidence; without an inventory, the evidence alone.
    pub(super) fn open(
        inventory: Option<&Path>,
        seen: &Seen,
        console: &Console,
    ) -> Result<Self, Stop> {
        let (sources, files, inventory, evidence, as_of) = match inventory {
            Some(path) => {
                let mut loaded = load_sound(path, &seen.day, console)?;
                let evidence = collect(path, &seen.evidence, &mut loaded, console)?;
                (loaded.sources, loaded.files, loaded.inventory, evidence, loaded.as_of)
            }
            None if seen.evidence.is_empty() => return Err(nothing_to_ask().into()),
            None => {
                let mut sources = SourceMap::new();
                let mut evidence = EvidenceSet::default();
                pointed_at(&seen.evidence, &mut sources, &mut evidence, console)?;
                let as_of = seen.day.as_of.unwrap_or_else(today);
                if evidence.devices.is_empty() {
                    evidence.unread.iter().for_each(|it| console.complain(&it.why));
                    return Err(nothing_to_ask().into());
                }
                let inventory =
                    alone::inventory(&mut sources, &mut evidence, as_of, console.lang());
                (sources, Vec::new(), inventory, evidence, as_of)
            }
        };
        for unread in &evidence.unread {
            console.complain(&unread.why);
        }
        console.step(&text!("経路を計算しています", "following packets"));
        let facts = audit_with(inventory, evidence, as_of, std::iter::empty());
        Ok(Self { sources, files, facts })
    }

    /// What questions are asked of.
    pub(super) fn reach(&self) -> Reach<'_> {
        Reach::new(&self.facts.inventory, &self.facts.evidence, &self.facts.topology)
    }

    /// With what answers are shown.
    pub(super) fn report(&self, console: &Console) -> Report<'_> {
        Report {
            assessment: &self.facts,
            sources: &self.sources,
            drawing: None,
            lang: console.lang(),
        }
    }
}

/// The end that was typed for an option.
pub(super) fn end(reach: &Reach<'_>, option: &str, typed: &str) -> Result<End, Diagnostic> {
    reach.end(typed).map_err(|why| {
        let given = quoted(typed);
        match why {
            NotAnEnd::Ambiguous(long) => Diagnostic::error(
                "ambiguous-end",
                text!(
                    "{option} の「{given}」は複数の対象の識別子です",
                    "{option}: `{given}` is the id of several things"
                ),
            )
            .help({
                let long = long.join(", ");
                text!("次のどれかを書いてください: {long}", "write one of these: {long}")
            }),
            NotAnEnd::Unknown(near) => Diagnostic::error(
                "unknown-end",
                text!(
                    "{option} の「{given}」は、台帳にも設定にもありません",
                    "{option}: neither the inventory nor a configuration has `{given}`"
                ),
            )
            .help(match near {
                Some(near) => text!("「{near}」ではありませんか", "did you mean `{near}`?"),
                None => {
                    let kinds = NotAnEnd::kinds();
                    text!(
                        "書けるもの: 識別子または名称（{kinds}）、internet、outside（すべての外部）、any（すべて）、アドレス、ネットワーク、機器.インタフェース",
                        "what can be written: an id or a name ({kinds}), internet, outside, any, an address, a network, device.interface"
                    )
                }
            }),
        }
    })
}

/// The interface that was typed for an option.
pub(super) fn port(reach: &Reach<'_>, option: &str, typed: &str) -> Result<End, Diagnostic> {
    reach.port(typed).map_err(|near| {
        let given = quoted(typed);
        let problem = Diagnostic::error(
            "unknown-interface",
            text!(
                "{option} の「{given}」というインタフェースはありません",
                "{option}: there is no interface `{given}`"
            ),
        );
        problem.help(match near {
            Some(near) => text!("「{near}」ではありませんか", "did you mean `{near}`?"),
            None => text!("「機器.インタフェース」の形で書きます", "write device.interface"),
        })
    })
}

/// The connection that was typed: by its id, its long form, its number or its name.
pub(super) fn connection(inventory: &Inventory, typed: &str) -> Result<EntityRef, Diagnostic> {
    use crate::model::EntityKind::Connection;
    let id = typed.strip_prefix("connections/").unwrap_or(typed);
    if inventory.connections.get(id).is_some() {
        return Ok(EntityRef::new(Connection, id));
    }
    let mut numbered = inventory.connection_numbers().into_iter().zip(&inventory.connections);
    let number = typed.parse().ok();
    if let Some((_, found)) = numbered.find(|(it, _)| Some(*it) == number) {
        return Ok(EntityRef::new(Connection, &found.id.value));
    }
    let mut named = inventory.connections.iter().filter(|it| it.name.value == typed);
    if let (Some(found), None) = (named.next(), named.next()) {
        return Ok(EntityRef::new(Connection, &found.id.value));
    }
    let given = quoted(typed);
    let problem = Diagnostic::error(
        "unknown-connection",
        text!(
            "台帳に「{given}」という外部接続はありません",
            "the inventory has no connection `{given}`"
        ),
    );
    let ids = inventory.connections.iter().map(|it| it.id.value.as_str());
    let names = inventory.connections.iter().map(|it| it.name.value.as_str());
    Err(problem.help(match meant(id, ids.chain(names)) {
        Some(near) => text!("「{near}」ではありませんか", "did you mean `{near}`?"),
        None => text!(
            "外部接続を指定しなければ、すべての外部接続を確かめます",
            "leave the connection out to look at all of them"
        ),
    }))
}

/// A service as typed.
pub(super) fn service(text: &str) -> Result<Service, String> {
    text.parse().map_err(|_| {
        "3389/tcp、500/udp、8000-8100/tcp、icmp、any の形で書きます / write 3389/tcp, 500/udp, 8000-8100/tcp, icmp or any"
            .to_owned()
    })
}

fn nothing_to_ask() -> Diagnostic {
    Diagnostic::error(
        "nothing-to-ask",
        text!(
            "台帳も機器の設定も指定されていません",
            "neither an inventory nor a configuration was given"
        ),
    )
    .help(text!(
        "台帳を指定するか、--evidence で機器の設定を指定してください",
        "name an inventory, or configurations of devices with --evidence"
    ))
}
