//! 到達範囲一覧: what everybody outside reaches, as a matrix of things against those outside.

use super::{Format, Report, csv};
use crate::locale::Text;
use crate::model::{EntityKind, EntityRef, Vocabulary};
use crate::reach::exposure::{Certainty, Exposure, Outsider, Services};
use crate::text;
use serde_json::{Value as Json, json};
use std::collections::{BTreeMap, BTreeSet};
use std::io;

/// A table for a spreadsheet.
pub(super) static FORMAT: Format = Format {
    id: "exposure",
    extension: "csv",
    file_name: "exposure.csv",
    title: Text::new("到達範囲一覧（CSV）", "what everybody outside reaches (CSV)"),
    write: |report, sink| spreadsheet(report, report.assessment.exposure(), sink),
};

/// The matrix of a part of everything as a table for a spreadsheet.
pub fn spreadsheet(
    report: &Report<'_>,
    exposure: &Exposure,
    sink: &mut dyn io::Write,
) -> io::Result<()> {
    csv::write(&table(report, exposure), sink)
}

/// So many services are named in a cell.
const FEW: usize = 3;
/// So many devices are named.
const NAMED: usize = 6;
/// So many of those outside stand side by side on a page.
const BESIDE: usize = 24;
/// So many things are shown on a page; the spreadsheet has all.
const BELOW: usize = 500;

/// Things of one kind or zone.
pub(super) struct Group {
    /// What they have in common.
    pub(super) title: String,
    /// The things, in the order of the inventory.
    pub(super) things: Vec<EntityRef>,
}

/// A part of a cell.
pub(super) struct Piece {
    pub(super) certainty: Certainty,
    pub(super) mark: String,
    pub(super) words: String,
}

/// The matrix.
pub(super) struct Sheet<'r> {
    report: &'r Report<'r>,
    exposure: &'r Exposure,
    /// Those outside who reach anything of their own.
    pub(super) columns: Vec<&'r Outsider>,
    /// What they reach: systems by zone, the management of devices, zones, hairpins.
    pub(super) groups: Vec<Group>,
}

/// How many pairs of somebody outside and a system there are, by how surely one reaches the other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Numbers {
    /// Those outside that anything is known to come in from.
    pub outsiders: usize,
    /// Systems.
    pub systems: usize,
    /// Pairs with something that gets there by configuration.
    pub configured: usize,
    /// Pairs with nothing of that, but something on the word of the inventory.
    pub declared: usize,
    /// Pairs of which nobody can say that nothing gets there.
    pub undetermined: usize,
    /// Pairs of which nobody can say so only because a device has no configuration.
    pub unconfigured: usize,
    /// Pairs with nothing that could get there.
    pub none: usize,
}

impl Numbers {
    /// Counts.
    pub fn of(exposure: &Exposure, systems: usize) -> Self {
        let mut numbers = Self { outsiders: exposure.outsiders.len(), systems, ..Self::default() };
        for outsider in &exposure.outsiders {
            let mut surest = outsider.surely();
            surest.retain(|it, _| it.kind == EntityKind::System);
            numbers.none += systems.saturating_sub(surest.len());
            for certainty in surest.values() {
                *match certainty {
                    Certainty::Configured => &mut numbers.configured,
                    Certainty::Declared => &mut numbers.declared,
                    Certainty::Undetermined => &mut numbers.undetermined,
                    Certainty::Unconfigured => &mut numbers.unconfigured,
                } += 1;
            }
        }
        numbers
    }

    /// In one line.
    pub(super) fn line(&self) -> Text {
        let Self { outsiders, systems, configured, declared, undetermined, unconfigured, none } =
            self;
        let blind = match unconfigured {
            0 => Text::default(),
            _ => text!(
                "、? 機器の設定がなく判定できない {unconfigured}組",
                ", ? {unconfigured} cannot be told (device without configuration)"
            ),
        };
        text!(
            "外部 {outsiders}者 × システム {systems}件: ● 設定により届く {configured}組、○ 台帳の記載によれば届く {declared}組、△ 判定不能 {undetermined}組{blind}、届かない {none}組",
            "{outsiders} outside x {systems} systems: ● {configured} by configuration, ○ {declared} on the word of the inventory, △ {undetermined} undetermined{blind}, {none} unreached";
            blind
        )
    }
}

impl Report<'_> {
    /// The pairs, counted.
    pub(super) fn exposed(&self) -> Numbers {
        let it = self.assessment;
        Numbers::of(it.exposure(), it.inventory.systems.len())
    }
}

impl<'r> Sheet<'r> {
    pub(super) fn of(report: &'r Report<'r>) -> Self {
        Self::over(report, report.assessment.exposure())
    }

    /// The matrix of a part of everything.
    pub(super) fn over(report: &'r Report<'r>, exposure: &'r Exposure) -> Self {
        let columns: Vec<_> =
            exposure.outsiders.iter().filter(|it| !it.reaches.is_empty()).collect();
        let reached = exposure.targets();
        let groups = groups(report, |it| reached.contains(it));
        Self { report, exposure, columns, groups }
    }

    /// What somebody outside reaches of a thing, the surest first: mark and services. What it reaches
    /// as anybody on the internet, and not by itself, is a mark in brackets.
    pub(super) fn cell(&self, outsider: &Outsider, thing: &EntityRef) -> Vec<Piece> {
        let mut told = Services::default();
        let pieces = outsider.to(thing).map(|it| {
            let rest = told.union(&it.services) == Services::any();
            let words = match (told.is_empty(), rest) {
                (true, true) => Text::new("すべて", "any"),
                (false, true) => Text::new("ほかすべて", "all else"),
                _ => it.services.first(FEW),
            };
            told = told.union(&it.services);
            let words = match it.only_v6 {
                true => text!("{words}（IPv6）", "{words} (IPv6)"; words),
                false => words,
            };
            let words = self.report.say(&words);
            Piece { certainty: it.certainty, mark: it.certainty.mark().to_owned(), words }
        });
        let mut pieces: Vec<Piece> = pieces.collect();
        if let Some(certainty) = outsider.more_as_anybody_to(thing) {
            let mark = format!("({})", certainty.mark());
            pieces.insert(0, Piece { certainty, mark, words: String::new() });
        }
        pieces
    }

    /// What somebody outside reaches, in three cells: what is sure, thing by thing; of how many
    /// things of which group nobody can tell; and for want of which configurations.
    pub(super) fn brief(&self, outsider: &Outsider) -> [String; 3] {
        let report = self.report;
        let (mut sure, mut open) = (Vec::new(), Vec::new());
        for group in &self.groups {
            let mut count = 0;
            for thing in &group.things {
                let pieces = self.cell(outsider, thing);
                let surely = pieces.iter().filter(|it| it.certainty.is_sure());
                let open = |it: &Piece| it.certainty == Certainty::Undetermined;
                count += usize::from(pieces.iter().any(open));
                sure.extend(surely.map(|Piece { mark, words, .. }| {
                    let name = report.name(thing);
                    report.say(&match words.is_empty() {
                        true => text!("{mark} {name}", "{mark} {name}"),
                        false => text!("{mark} {name}（{words}）", "{mark} {name} ({words})"),
                    })
                }));
            }
            let title = &group.title;
            if count > 0 {
                open.push(report.say(&text!("{title} {count}件", "{title}: {count}")));
            }
        }
        let blind = self.blind(outsider).map(|it| report.say(&it)).unwrap_or_default();
        [report.join(&sure), report.join(&open), blind]
    }

    /// What of somebody outside nobody can tell because devices have no configuration, in a line: how
    /// many things, which devices.
    pub(super) fn blind(&self, outsider: &Outsider) -> Option<Text> {
        let things = outsider.reaches.iter().filter(|it| it.certainty == Certainty::Unconfigured);
        let things: BTreeSet<&EntityRef> = things.map(|it| &it.to).collect();
        let systems = things.iter().filter(|it| it.kind == EntityKind::System).count();
        let others = things.len() - systems;
        let devices = self.report.few(&outsider.unconfigured, NAMED);
        let what = match others {
            0 => text!("システム {systems}件", "{systems} systems"),
            _ => text!(
                "システム {systems}件ほか{others}件",
                "{systems} systems and {others} other things"
            ),
        };
        (!things.is_empty()).then(|| {
            text!(
                "{what}: 設定のない機器（{devices}）が、台帳にない通信を通すかもしれない",
                "{what}: {devices} (no configuration) may pass on what nobody declared"; what
            )
        })
    }

    /// The name above a column; `※` for those to whom the column of the internet applies too.
    pub(super) fn head(&self, outsider: &Outsider) -> String {
        let name = self.report.name(&outsider.thing);
        if outsider.as_anybody.is_empty() { name } else { format!("{name} ※") }
    }

    /// What marks mean, and what the whole matrix does not show.
    pub(super) fn legend(&self, whole: bool) -> Vec<String> {
        let report = self.report;
        let marks = Certainty::ALL.iter().map(|it| {
            let label = it.label();
            let mark = it.mark();
            text!("{mark} {label}", "{mark} {label}"; label)
        });
        let mut all: Vec<String> = marks.map(|it| report.say(&it)).collect();
        if self.columns.iter().any(|it| !it.unconfigured.is_empty()) {
            all.push(report.say(&Text::new(
                "?をなくすには: その機器の設定を取得し、台帳の devices に config: として登録する",
                "to be rid of ?: get the configuration of the device and name it in the inventory, in `devices`, as `config:`",
            )));
        }
        if whole {
            all.push(
                report.say(&Text::new(
                    "空欄: 届くものがない",
                    "an empty cell: nothing could get there",
                )),
            );
        }
        if self.columns.iter().any(|it| !it.as_anybody.is_empty()) {
            all.push(report.say(&Text::new(
                "※の相手の（ ）付きの印は、インターネットの誰でも届く範囲。サービスは「インターネット」の欄にある",
                "marks in brackets (parties with ※): as anybody on the internet; the services stand in the column of the internet",
            )));
        }
        if !whole {
            return all;
        }
        let few = |things: Vec<EntityRef>| report.few(&things, usize::MAX);
        let anybody: Vec<_> = self
            .exposure
            .outsiders
            .iter()
            .filter(|it| it.reaches.is_empty() && !it.as_anybody.is_empty())
            .map(|it| it.thing.clone())
            .collect();
        let nothing: Vec<_> = self
            .exposure
            .outsiders
            .iter()
            .filter(|it| it.reaches.is_empty() && it.as_anybody.is_empty())
            .map(|it| it.thing.clone())
            .collect();
        let unreached = self.unreached();
        for (things, says) in [
            (
                anybody,
                Text::new(
                    "インターネットの誰でも届く範囲だけに届く相手",
                    "reach only what anybody on the internet does",
                ),
            ),
            (nothing, Text::new("入口はあるが、どこにも届かない相手", "come in and get nowhere")),
            (
                self.exposure.without_entry.clone(),
                Text::new(
                    "入口が分からず、調べられなかった相手",
                    "no way in is known, so nobody could ask",
                ),
            ),
            (
                unreached,
                Text::new("外部の誰からも届かないシステム", "systems that nobody outside reaches"),
            ),
        ] {
            if !things.is_empty() {
                let names = Text::same(few(things));
                all.push(report.say(&text!("{says}: {names}", "{says}: {names}"; says, names)));
            }
        }
        all
    }

    /// Systems that nothing could get to.
    fn unreached(&self) -> Vec<EntityRef> {
        let reached = self.exposure.targets();
        let systems = self.report.assessment.inventory.systems.iter();
        let systems = systems.map(|it| EntityRef::new(EntityKind::System, &it.id.value));
        systems.filter(|it| !reached.contains(it)).collect()
    }
}

/// Things in groups: systems by their first zone, the management of devices, zones, other parties.
fn groups(report: &Report<'_>, kept: impl Fn(&EntityRef) -> bool) -> Vec<Group> {
    let inventory = &report.assessment.inventory;
    let mut by_zone: BTreeMap<&str, Vec<EntityRef>> = BTreeMap::new();
    for system in &inventory.systems {
        let zone = system.zones().first().copied().unwrap_or_default();
        let thing = EntityRef::new(EntityKind::System, &system.id.value);
        by_zone.entry(zone).or_default().push(thing);
    }
    let mut groups = Vec::new();
    for zone in &inventory.zones {
        let thing = EntityRef::new(EntityKind::Zone, &zone.id.value);
        let things = by_zone.remove(zone.id.value.as_str()).unwrap_or_default();
        groups.push(Group { title: report.name(&thing), things });
    }
    let rest: Vec<_> = by_zone.into_values().flatten().collect();
    groups.push(Group { title: report.say(&EntityKind::System.label()), things: rest });
    let all = |kind, ids: &mut dyn Iterator<Item = &String>| -> Vec<EntityRef> {
        ids.map(|it| EntityRef::new(kind, it)).collect()
    };
    let devices = all(EntityKind::Device, &mut inventory.devices.iter().map(|it| &it.id.value));
    let zones = all(EntityKind::Zone, &mut inventory.zones.iter().map(|it| &it.id.value));
    let parties = all(EntityKind::Party, &mut inventory.parties.iter().map(|it| &it.id.value));
    let internet = report.assessment.topology.internet();
    let internet = Some(internet).filter(|it| !inventory.parties.declares(&it.id));
    let paths = report.assessment.topology.paths().iter().map(|it| it.thing.clone());
    let beyond = parties.into_iter().chain(internet).chain(paths).collect();
    for (title, things) in [
        (Text::new("機器の管理接続", "management of devices"), devices),
        (
            Text::new(
                "ゾーンの網全体（台帳にない機器を含む）",
                "whole zones, undeclared hosts included",
            ),
            zones,
        ),
        (Text::new("ほかの接続先（折返し）", "other parties (hairpin)"), beyond),
    ] {
        groups.push(Group { title: report.say(&title), things });
    }
    for group in &mut groups {
        group.things.retain(&kept);
    }
    groups.retain(|it| !it.things.is_empty());
    groups
}

/// Everything, one row a thing: unreached systems too.
pub(super) fn table(report: &Report<'_>, exposure: &Exposure) -> Vec<Vec<String>> {
    let sheet = Sheet::over(report, exposure);
    let titles =
        [Text::new("区分", "group"), Text::new("対象", "target"), Text::new("識別子", "id")];
    let mut header: Vec<String> = titles.iter().map(|it| report.say(it)).collect();
    header.extend(sheet.columns.iter().map(|it| sheet.head(it)));
    let width = header.len();
    let mut rows = vec![header];
    let reached = sheet.exposure.targets();
    let all = groups(report, |it| it.kind == EntityKind::System || reached.contains(it));
    for group in &all {
        for thing in &group.things {
            let mut row = vec![group.title.clone(), report.name(thing), thing.to_string()];
            row.extend(sheet.columns.iter().map(|it| {
                let pieces = sheet.cell(it, thing).into_iter();
                let pieces: Vec<_> = pieces
                    .map(|it| format!("{} {}", it.mark, it.words).trim_end().to_owned())
                    .collect();
                pieces.join(" / ")
            }));
            rows.push(row);
        }
    }
    rows.push(vec![String::new(); width]);
    for line in sheet.legend(true) {
        let mut row = vec![report.say(&Text::new("凡例", "legend")), line];
        row.resize(width, String::new());
        rows.push(row);
    }
    rows
}

/// The matrix for a page: as many tables as it takes for its columns. Without anybody outside, none.
pub(super) fn page(report: &Report<'_>) -> Json {
    let sheet = Sheet::of(report);
    let tables: Vec<Json> = sheet.columns.chunks(BESIDE).map(|it| sheet.part(it)).collect();
    let things: usize = sheet.groups.iter().map(|it| it.things.len()).sum();
    let more = things.saturating_sub(BELOW);
    let more = (more > 0).then(|| {
        report.say(&text!(
            "ほか{more}件（すべては exposure.csv にあります）",
            "{more} more (all of them are in exposure.csv)"
        ))
    });
    json!({
        "any": !sheet.exposure.outsiders.is_empty() || !sheet.exposure.without_entry.is_empty(),
        "line": report.say(&report.exposed().line()),
        "legend": sheet.legend(true),
        "tables": tables,
        "more": more,
    })
}

impl Sheet<'_> {
    /// Some columns of the matrix, with the rows that have anything in them.
    fn part(&self, columns: &[&Outsider]) -> Json {
        let mut left = BELOW;
        let mut groups = Vec::new();
        for group in &self.groups {
            let reached = |it: &&EntityRef| columns.iter().any(|own| own.to(it).next().is_some());
            let things: Vec<_> = group.things.iter().filter(reached).take(left).collect();
            left -= things.len();
            let rows = things.into_iter().map(|thing| {
                let cells = columns.iter().map(|it| {
                    let pieces = self.cell(it, thing).into_iter();
                    let pieces = pieces.map(|it| match it.certainty {
                        // What says least is shown least; the spreadsheet has its services.
                        Certainty::Unconfigured => {
                            json!({"mark": it.mark, "words": "", "weak": true})
                        }
                        _ => json!({"mark": it.mark, "words": it.words, "weak": false}),
                    });
                    pieces.collect::<Json>()
                });
                json!({"name": self.report.name(thing), "cells": cells.collect::<Json>()})
            });
            let rows: Vec<Json> = rows.collect();
            if !rows.is_empty() {
                groups.push(json!({"title": group.title, "rows": rows}));
            }
        }
        let blind = |own: &&Outsider| !own.unconfigured.is_empty();
        if columns.iter().any(blind) {
            let cells = columns.iter().map(|it| {
                let names = self.report.few(&it.unconfigured, FEW);
                json!([{"mark": "", "words": names, "weak": true}])
            });
            let title = Certainty::Unconfigured.label();
            let name = Text::new("設定のない機器", "devices without configuration");
            let row = json!({"name": self.report.say(&name), "cells": cells.collect::<Json>()});
            groups.push(json!({"title": self.report.say(&title), "rows": [row]}));
        }
        let heads: Vec<_> = columns.iter().map(|it| self.head(it)).collect();
        json!({"heads": heads, "groups": groups})
    }
}
