//! A hospital one year later: the shipped general hospital with two new connections, one less, a
//! vendor renamed, a box replaced, a zone split, a system renumbered and one gone.

use super::{root, today, told};
use sekisho::audit::{Assessment, audit};
use sekisho::change::{AttributeChange, Change, Difference, Explained, Nature, Source, What};
use sekisho::inventory;
use sekisho::locale::Text;
use sekisho::model::{EntityKind, EntityRef};
use sekisho::source::SourceMap;

/// The files of the shipped general hospital, after an edit of each, and one more.
pub fn hospital(edit: impl Fn(&str) -> String, more: &str) -> Assessment {
    let folder = root().join("inventories/general-hospital");
    let mut files: Vec<_> =
        std::fs::read_dir(folder).unwrap().map(|it| it.unwrap().path()).collect();
    files.retain(|it| it.is_file());
    files.sort();
    let mut sources = SourceMap::new();
    let mut ids = Vec::new();
    for file in files {
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        ids.push(sources.add(name, edit(&std::fs::read_to_string(&file).unwrap())));
    }
    ids.push(sources.add("more.yaml", more.to_owned()));
    let reading = inventory::read(&sources, &ids, today());
    assert!(reading.is_sound(), "{}", told(&sources, &reading));
    let day = reading.inventory.as_of.as_ref().map_or(today(), |it| it.value);
    audit(reading.inventory, Default::default(), day)
}

/// The year before.
pub fn before() -> Assessment {
    hospital(str::to_owned, "schema: 1\n")
}

/// The year after.
pub fn after() -> Assessment {
    hospital(next, MORE)
}

fn next(text: &str) -> String {
    let mut text = text
        .replace("as_of: 2026-11-20", "as_of: 2027-11-19")
        .replace("revision: 第7版", "revision: 第8版")
        .replace("name: 東都イメージング", "name: 東都メディカルイメージング")
        .replace("model: RTX830", "model: RTX1300")
        .replace("serial: RTX00000003", "serial: RTX13000017")
        .replace("10.20.2.10]", "10.20.12.10]")
        .replace(
            "{name: 放射線治療装置（リニアック）, kind: therapy, class: life-support, zone: modality",
            "{name: 放射線治療装置（リニアック）, kind: therapy, class: life-support, zone: life",
        )
        .replace("addresses: [10.30.2.10]", "addresses: [10.35.2.10]")
        .replace("addresses: [10.30.4.10]", "addresses: [10.35.4.10]")
        .replace(
            "{name: 生体情報モニタ（セントラル）, kind: patient-monitor, class: life-support, zone: modality",
            "{name: 生体情報モニタ（セントラル）, kind: patient-monitor, class: life-support, zone: life",
        );
    text = without(&text, "  catering:\n");
    without(&text, "  bacteria: ")
}

/// A text without one entry of a table: its first line and what is indented deeper.
fn without(text: &str, start: &str) -> String {
    let mut kept = Vec::new();
    let mut inside = false;
    for line in text.split_inclusive('\n') {
        if line.starts_with(start) {
            inside = true;
        } else if inside && !line.starts_with("    ") {
            inside = false;
        }
        if !inside {
            kept.push(line);
        }
    }
    kept.concat()
}

const MORE: &str = "
zones:
  life: {name: 生命維持装置, kind: medical-device, site: main, networks: [10.35.0.0/16], vlan: [350]}
parties:
  reading-ai: {name: 読影支援AI, kind: vendor, internet_exposed: yes, networks: [203.0.113.80/29], contacts: [{name: 運用窓口, phone: 000-0000-3090}]}
  breath: {name: 呼吸器テック, kind: vendor, internet_exposed: unknown, contacts: [{name: 遠隔監視室, phone: 000-0000-3091}]}
circuits:
  lte-breath: {name: 閉域LTE（呼吸器）, kind: closed-mobile, provider: 架空モバイル}
devices:
  lte-breath: {name: LTEルータ（呼吸器）, kind: mobile-router, owner: breath, site: main, interfaces: {wan: {circuit: lte-breath, addresses: [10.255.40.2/30]}, lan: {zone: life, addresses: [10.35.254.1/16]}}}
systems:
  ai-gw: {name: 読影支援AIゲートウェイ, kind: departmental, class: server, zone: dept, addresses: [10.20.1.40], services: [443/tcp], vendor: reading-ai}
  ventilator: {name: 人工呼吸器監視, kind: patient-monitor, class: life-support, zone: life, addresses: [10.35.4.30], services: [443/tcp], vendor: breath}
connections:
  reading-ai:
    {name: 読影支援AI, number: 18, purpose: cloud, party: reading-ai, circuit: isp-a-line, at: fw-main.wan, transport: ipsec-ike, standing: true,
     authentication: [pre-shared-key], allow: [{from: 203.0.113.80/29, to: ai-gw, services: [443/tcp]}]}
  ventilator-watch:
    {name: 人工呼吸器 遠隔監視, number: 19, purpose: telemetry, party: breath, circuit: lte-breath, at: lte-breath.wan, transport: closed-mobile, standing: true,
     authentication: [machine-certificate], allow: [{to: ventilator, services: [443/tcp]}]}
";

/// What changed between the two, as a comparison tells it.
pub fn difference() -> Difference {
    let changes = vec![
        added(EntityKind::Connection, "reading-ai", "読影支援AI"),
        changed(
            EntityKind::Device,
            "vpn1",
            "保守用VPNルータ",
            &[What::Replaced],
            ("型番", "RTX830", "RTX1300"),
        ),
        Change {
            new: vec!["modality".to_owned(), "life".to_owned()],
            ..changed(
                EntityKind::Zone,
                "modality",
                "医療機器（モダリティ・検査装置）",
                &[What::Split],
                ("システム", "リニアック", ""),
            )
        },
        explained(added(EntityKind::Connection, "ventilator-watch", "人工呼吸器 遠隔監視")),
        explained(removed(EntityKind::Connection, "catering", "給食業務 献立・食数")),
        added(EntityKind::Party, "reading-ai", "読影支援AI"),
        added(EntityKind::Party, "breath", "呼吸器テック"),
        explained(changed(
            EntityKind::Party,
            "toto",
            "東都メディカルイメージング",
            &[What::Renamed],
            ("名称", "東都イメージング", "東都メディカルイメージング"),
        )),
        added(EntityKind::Circuit, "lte-breath", "閉域LTE（呼吸器）"),
        added(EntityKind::Device, "lte-breath", "LTEルータ（呼吸器）"),
        explained(changed(
            EntityKind::System,
            "lis",
            "検体検査システム（LIS）",
            &[What::Renumbered],
            ("アドレス", "10.20.2.10", "10.20.12.10"),
        )),
        changed(
            EntityKind::System,
            "linac",
            "放射線治療装置（リニアック）",
            &[What::Moved],
            ("ゾーン", "zones/modality", "zones/life"),
        ),
        changed(
            EntityKind::System,
            "monitor",
            "生体情報モニタ（セントラル）",
            &[What::Moved],
            ("ゾーン", "zones/modality", "zones/life"),
        ),
        added(EntityKind::System, "ai-gw", "読影支援AIゲートウェイ"),
        added(EntityKind::System, "ventilator", "人工呼吸器監視"),
        removed(EntityKind::System, "bacteria", "細菌検査システム"),
    ];
    Difference { changes, ..Difference::default() }
}

fn of(kind: EntityKind, name: &str, what: &[What]) -> Change {
    Change {
        nature: Nature::Declared,
        what: what.to_vec(),
        kind,
        old: Vec::new(),
        new: Vec::new(),
        name: Text::same(name),
        identity: None,
        attributes: Vec::new(),
        along: Vec::new(),
        note: None,
        follows: false,
        explained: None,
    }
}

fn added(kind: EntityKind, id: &str, name: &str) -> Change {
    Change { new: vec![id.to_owned()], ..of(kind, name, &[What::Added]) }
}

fn removed(kind: EntityKind, id: &str, name: &str) -> Change {
    Change { old: vec![id.to_owned()], ..of(kind, name, &[What::Removed]) }
}

fn changed(
    kind: EntityKind,
    id: &str,
    name: &str,
    what: &[What],
    (label, old, new): (&str, &str, &str),
) -> Change {
    let values = |it: &str| if it.is_empty() { Vec::new() } else { vec![it.to_owned()] };
    Change {
        old: vec![id.to_owned()],
        new: vec![id.to_owned()],
        attributes: vec![AttributeChange {
            key: "any".to_owned(),
            label: Text::same(label),
            source: Source::Declared,
            old: values(old),
            new: values(new),
        }],
        ..of(kind, name, what)
    }
}

fn explained(change: Change) -> Change {
    let explained = Explained {
        on: None,
        reason: "2027年度の計画による".to_owned(),
        approved_by: "佐藤 和子".to_owned(),
    };
    Change { explained: Some(explained), ..change }
}

/// One change of one thing.
pub fn change(thing: &EntityRef, what: What) -> Change {
    let id = || vec![thing.id.clone()];
    Change {
        old: if what == What::Added { Vec::new() } else { id() },
        new: if what == What::Removed { Vec::new() } else { id() },
        ..of(thing.kind, &thing.id, &[what])
    }
}
