//! 外部接続一覧: every declared way in or out, one row each.

use super::{Format, Report, csv};
use crate::finding::Finding;
use crate::inventory::{Allow, Circuit, Connection, Contact, Entry, Half, Holder, Party};
use crate::locale::Text;
use crate::model::words::Direction;
use crate::model::{EntityKind, EntityRef, Vocabulary};
use crate::source::Spanned;
use crate::text;
use crate::topology::Corroboration;
use std::fmt::Display;

/// A table for a spreadsheet.
pub(super) static FORMAT: Format = Format {
    id: "connections",
    extension: "csv",
    file_name: "connections.csv",
    title: Text::new("外部接続一覧（CSV）", "list of external connections (CSV)"),
    write: |report, sink| csv::write(&table(report), sink),
};

/// The list as rows, the titles first.
pub(super) fn table(report: &Report<'_>) -> Vec<Vec<String>> {
    let mut table = vec![COLUMNS.iter().map(|it| report.say(&it.title)).collect()];
    let rows = rows(report);
    let cells = rows.iter().map(|row| COLUMNS.iter().map(|it| (it.cell)(row)).collect());
    table.extend(cells);
    table
}

/// One connection with what belongs to it.
#[derive(Clone, Copy)]
pub(super) struct Row<'r> {
    pub(super) report: &'r Report<'r>,
    /// Its number on drawings and lists.
    pub(super) number: u32,
    pub(super) connection: &'r Entry<Connection>,
    pub(super) party: Option<&'r Entry<Party>>,
    pub(super) circuit: Option<&'r Entry<Circuit>>,
}

/// Every connection by number.
pub(super) fn rows<'r>(report: &'r Report<'r>) -> Vec<Row<'r>> {
    let inventory = &report.assessment.inventory;
    let numbers = inventory.connection_numbers();
    let mut rows: Vec<_> = numbers
        .into_iter()
        .zip(&inventory.connections)
        .map(|(number, connection)| Row {
            report,
            number,
            connection,
            party: inventory.parties.get(connection.party.id()),
            circuit: connection
                .circuit
                .as_ref()
                .and_then(|circuit| inventory.circuits.get(circuit.id())),
        })
        .collect();
    rows.sort_by_key(|row| row.number);
    rows
}

/// One column of the list.
pub(super) struct Column {
    /// What stands above it.
    pub(super) title: Text,
    /// Which column of the short list on pages it belongs to; 0 for the spreadsheet only.
    pub(super) group: u8,
    /// What stands in it.
    pub(super) cell: fn(&Row<'_>) -> String,
}

/// The columns of pages.
pub(super) fn brief() -> impl Iterator<Item = &'static Column> {
    COLUMNS.iter().filter(|column| column.group > 0)
}

macro_rules! columns {
    ($($ja:literal, $en:literal, $group:literal, $cell:expr;)+) => {
        &[$(Column { title: Text::new($ja, $en), group: $group, cell: $cell },)+]
    };
}

static COLUMNS: &[Column] = columns! {
    "番号", "no.", 1, |row| row.number.to_string();
    "名称", "name", 2, |row| row.plain(&row.connection.name);
    "識別子", "id", 0, |row| row.connection.id.value.clone();
    "目的", "purpose", 2, |row| row.word(row.connection.purpose.value);
    "接続先", "party", 3, |row| row.named(EntityKind::Party, row.connection.party.id());
    "接続先の種別", "kind of party", 0, |row| row.party.map_or_else(String::new, |it| row.word(it.kind.value));
    "回線", "circuit", 4, |row| row.circuit();
    "回線の種別", "kind of circuit", 0, |row| row.circuit.map_or_else(String::new, |it| row.word(it.kind.value));
    "通信事業者", "carrier", 0, |row| row.of_circuit(|it| it.provider.as_ref());
    "回線番号", "circuit number", 0, |row| row.of_circuit(|it| it.circuit_id.as_ref());
    "ONU設置場所", "place of the ONU", 0, |row| row.of_circuit(|it| it.onu.as_ref());
    "外部接続点", "entry point", 4, |row| row.entry();
    "インタフェース", "interface", 0, |row| row.connection.at.as_ref().and_then(|at| at.interface.clone()).unwrap_or_default();
    "経由機器", "through", 0, |row| row.many(row.connection.through.iter().map(|it| row.named(EntityKind::Device, it.id())));
    "接続方式", "transport", 5, |row| row.word(row.connection.transport.value);
    "認証方式", "authentication", 5, |row| row.many(row.connection.authentication.iter().map(|it| row.word(it.value)));
    "接続元の制限", "permitted sources", 6, |row| row.many(row.connection.sources.iter().map(|it| row.report.end(it)));
    "許可する通信先とサービス", "permitted targets and services", 6, |row| row.targets();
    "常時接続", "always up", 0, |row| row.yes_no(row.connection.standing.as_ref());
    "利用時間帯", "hours of use", 7, |row| row.optional(row.connection.hours.as_ref());
    "患者情報", "patient data", 0, |row| row.connection.patient_data.as_ref().map_or_else(String::new, |it| row.word(it.value));
    "責任分界点", "boundary of duty", 7, |row| row.optional(row.connection.demarcation.as_ref());
    "院内側：所有者", "inside: owner", 0, |row| row.duty(Side::Inside, |it| it.owner.as_ref());
    "院内側：設置した者", "inside: installer", 0, |row| row.duty(Side::Inside, |it| it.installer.as_ref());
    "院内側：保守する者", "inside: maintainer", 0, |row| row.duty(Side::Inside, |it| it.maintainer.as_ref());
    "院内側：設定を変更する者", "inside: configuration", 0, |row| row.duty(Side::Inside, |it| it.configuration.as_ref());
    "院内側：更新を適用する者", "inside: updates", 0, |row| row.duty(Side::Inside, |it| it.patches.as_ref());
    "院内側：ログを保管・確認する者", "inside: logs", 0, |row| row.duty(Side::Inside, |it| it.logs.as_ref());
    "院内側：緊急時に遮断する者", "inside: cuts", 0, |row| row.duty(Side::Inside, |it| it.cuts.as_ref());
    "院外側：所有者", "outside: owner", 0, |row| row.duty(Side::Outside, |it| it.owner.as_ref());
    "院外側：設置した者", "outside: installer", 0, |row| row.duty(Side::Outside, |it| it.installer.as_ref());
    "院外側：保守する者", "outside: maintainer", 0, |row| row.duty(Side::Outside, |it| it.maintainer.as_ref());
    "院外側：設定を変更する者", "outside: configuration", 0, |row| row.duty(Side::Outside, |it| it.configuration.as_ref());
    "院外側：更新を適用する者", "outside: updates", 0, |row| row.duty(Side::Outside, |it| it.patches.as_ref());
    "院外側：ログを保管・確認する者", "outside: logs", 0, |row| row.duty(Side::Outside, |it| it.logs.as_ref());
    "院外側：緊急時に遮断する者", "outside: cuts", 0, |row| row.duty(Side::Outside, |it| it.cuts.as_ref());
    "契約書番号", "contract", 0, |row| row.optional(row.connection.contract.as_ref().and_then(|it| it.r#ref.as_ref()));
    "契約期限", "contract until", 0, |row| row.optional(row.connection.contract.as_ref().and_then(|it| it.until.as_ref()));
    "再確認日", "recertified on", 7, |row| row.connection.recertified.as_ref().map_or_else(String::new, |it| it.on.to_string());
    "再確認者", "recertified by", 0, |row| row.connection.recertified.as_ref().map_or_else(String::new, |it| row.plain(&it.by));
    "ログの保管先", "logs kept at", 0, |row| row.connection.logs.as_ref().map_or_else(String::new, |it| row.word(it.store.value));
    "ログの保管日数", "days of logs", 0, |row| row.optional(row.connection.logs.as_ref().and_then(|it| it.days.as_ref()));
    "ログの定期確認", "logs reviewed", 0, |row| row.connection.logs.as_ref().and_then(|it| it.reviewed.as_ref()).map_or_else(String::new, |it| row.word(it.value));
    "連絡先", "contacts", 3, |row| row.many(row.contacts().map(|it| row.plain(&it.name)));
    "電話", "telephone", 3, |row| row.many(row.contacts().filter_map(|it| it.phone.as_ref()).map(|it| row.plain(it)));
    "開始日", "since", 0, |row| row.optional(row.connection.introduced.as_ref());
    "設定・観測との照合", "compared with configurations and traffic", 7, |row| row.compared();
    "指摘", "findings", 8, |row| row.findings().count().to_string();
    "最も重い指摘", "worst finding", 0, |row| row.findings().next().map_or_else(String::new, |it| row.word(it.severity));
    "備考", "notes", 0, |row| row.optional(row.connection.note.as_ref());
};

#[derive(Clone, Copy)]
enum Side {
    Inside,
    Outside,
}

impl<'r> Row<'r> {
    fn plain(&self, value: &Spanned<String>) -> String {
        self.report.say(&Text::same(value.value.clone()))
    }

    /// How it compares with what devices are configured to do.
    fn compared(&self) -> String {
        let thing = EntityRef::new(EntityKind::Connection, &self.connection.id.value);
        if !self.report.has_evidence() {
            return String::new();
        }
        let watched = self.report.watched(self.connection).map(|it| it.label());
        let seen = watched.into_iter().chain(self.report.probed(self.connection));
        let seen: Vec<String> = seen.map(|it| self.report.say(&it)).collect();
        if self.report.assessment.evidence.devices.is_empty() {
            return seen.join("／");
        }
        let word = match self.report.assessment.topology.configured(&thing) {
            Corroboration::Confirmed => Text::new("一致", "confirmed"),
            Corroboration::NotSeen => Text::new("設定に見当たらない", "not found"),
            Corroboration::NotLooked => Text::new("確認していない", "not looked at"),
            Corroboration::Undeclared => Text::new("台帳未記載", "undeclared"),
            Corroboration::Conflicting => Text::new("不一致", "conflicting"),
        };
        let parts = std::iter::once(self.report.say(&word)).chain(seen);
        parts.collect::<Vec<_>>().join("／")
    }

    fn optional<T: Display>(&self, value: Option<&Spanned<T>>) -> String {
        value.map_or_else(String::new, |it| self.report.say(&Text::same(it.to_string())))
    }

    fn word(&self, word: impl Vocabulary) -> String {
        self.report.say(&word.label())
    }

    fn named(&self, kind: EntityKind, id: &str) -> String {
        self.report.name(&EntityRef::new(kind, id))
    }

    fn many(&self, names: impl Iterator<Item = String>) -> String {
        self.report.join(&names.collect::<Vec<_>>())
    }

    fn yes_no(&self, value: Option<&Spanned<bool>>) -> String {
        let word = match value.map(|it| it.value) {
            Some(true) => Text::new("はい", "yes"),
            Some(false) => Text::new("いいえ", "no"),
            None => Text::default(),
        };
        self.report.say(&word)
    }

    fn circuit(&self) -> String {
        let circuit = self.connection.circuit.as_ref();
        circuit.map_or_else(String::new, |it| self.named(EntityKind::Circuit, it.id()))
    }

    fn of_circuit(&self, field: fn(&Circuit) -> Option<&Spanned<String>>) -> String {
        self.optional(self.circuit.and_then(|it| field(it)))
    }

    /// The device or system where it enters.
    fn entry(&self) -> String {
        let Some(at) = &self.connection.at else {
            return String::new();
        };
        let device = self.report.assessment.inventory.devices.declares(&at.owner);
        let kind = if device { EntityKind::Device } else { EntityKind::System };
        self.named(kind, &at.owner)
    }

    /// `電子カルテDB：RDP 3389/tcp（中継サーバ経由）` for everything that is permitted.
    fn targets(&self) -> String {
        self.many(self.connection.allow.iter().map(|it| self.target(it)))
    }

    pub(super) fn target(&self, allow: &Allow) -> String {
        let report = self.report;
        let to = report.end(&allow.to);
        let services: Vec<_> = allow.services.iter().map(|it| it.described()).collect();
        let services = if services.is_empty() {
            report.say(&Text::new("すべてのサービス", "any service"))
        } else {
            services.join(" / ")
        };
        let mut said = report.say(&text!("{to}：{services}", "{to}: {services}"));
        if let Some(via) = &allow.via {
            let via = self.named(EntityKind::System, via.id());
            said.push_str(&report.say(&text!("（{via} 経由）", " (via {via})")));
        }
        if allow.direction.as_ref().is_some_and(|it| it.value == Direction::Outbound) {
            said.push_str(&report.say(&Text::new("（内から外へ）", " (outbound)")));
        }
        said
    }

    fn duty(&self, side: Side, field: fn(&Half) -> Option<&Spanned<Holder>>) -> String {
        let halves = self.connection.responsibility.as_ref();
        let half = halves.and_then(|it| match side {
            Side::Inside => it.inside.as_ref(),
            Side::Outside => it.outside.as_ref(),
        });
        half.and_then(field).map_or_else(String::new, |holder| self.report.holder(holder))
    }

    /// Whom to call: the connection's own contact, else those of the party.
    fn contacts(&self) -> impl Iterator<Item = &'r Contact> + use<'r> {
        let own = self.connection.contact.as_ref();
        let party = self.party.map_or(&[][..], |it| it.contacts.as_slice());
        own.into_iter().chain(if own.is_some() { &[][..] } else { party })
    }

    /// The open findings about it, worst first: about the connection itself, the place where it
    /// enters, the devices it passes, and its circuit.
    pub(super) fn findings(&self) -> impl Iterator<Item = &'r Finding> + use<'r> {
        let connection = self.connection;
        let about = move |thing: &EntityRef| match thing.kind {
            EntityKind::Connection => connection.id.value == thing.id,
            EntityKind::Device => {
                connection.at.as_ref().is_some_and(|at| at.owner == thing.id)
                    || connection.through.iter().any(|it| it.id() == thing.id)
            }
            EntityKind::System => connection.at.as_ref().is_some_and(|at| at.owner == thing.id),
            EntityKind::Circuit => {
                connection.circuit.as_ref().is_some_and(|it| it.id() == thing.id)
            }
            _ => false,
        };
        self.report.open().filter(move |it| about(&it.subject) || it.distinct.iter().any(about))
    }
}
