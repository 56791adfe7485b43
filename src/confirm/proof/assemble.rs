//! Everything put together: the paper.

use super::configured::Configuration;
use super::line::{demarcation, line};
use super::paper::{Assumed, JAPAN, Named, NotLooked, Paper, Row, SCHEMA, Source, Standing};
use super::probed::{Judged, Tested, named};
use super::rows::rows;
use crate::inventory::Inventory;
use crate::locale::Text;
use crate::model::words::Verdict;
use crate::model::{Date, EntityKind, EntityRef, Vocabulary as _};
use crate::probe::verdict::ASSUMPTIONS;
use crate::probe::{Expectation, Kind};
use crate::reach::isolation::Isolation;
use crate::reach::{AssumptionKind, Reach};
use crate::source::SourceMap;
use crate::text;
use jiff::ToSpan as _;
use std::collections::BTreeSet;
use std::net::IpAddr;

/// From what a paper is made.
#[derive(Debug)]
pub struct Made<'a> {
    /// Who can be asked about packets.
    pub reach: &'a Reach<'a>,
    /// The texts that answers point into.
    pub sources: &'a SourceMap,
    /// What the configuration says of the connection as a whole.
    pub answer: &'a Isolation,
    /// The runs of probes; those that were not run from this connection are left out, and told.
    pub tested: &'a [Tested<'a>],
    /// What their answers prove, of those that were run from this connection.
    pub judged: &'a [Judged],
    /// The day that is judged.
    pub as_of: Date,
    /// The files from which everything was read.
    pub files: Vec<Source>,
}

/// Makes the paper; none for a connection that is not declared.
pub fn assemble(made: Made<'_>) -> Option<Paper> {
    let Made { reach, sources, answer, tested, judged, as_of, files } = made;
    let inventory = reach.inventory;
    let declared = inventory.connections.get(&answer.connection.id)?;
    let runs: Vec<&Tested<'_>> = tested.iter().filter(|it| it.is_of(&answer.connection)).collect();
    let configuration = Configuration::new(reach, sources, answer);
    let heads = || runs.iter().map(|it| &it.journal.head);
    let own: Vec<IpAddr> = heads().flat_map(|it| it.addresses.iter().copied()).collect();
    let rows = rows(inventory, sources, &configuration, judged, &own);
    let last = heads().map(|it| it.started).max();
    let tested_on = last.map_or(as_of, |it| it.to_zoned(JAPAN).date());
    let due = tested_on.checked_add(1.year()).unwrap_or(tested_on);
    let (verdict, because) = verdict(answer, &runs, &rows, due < as_of);
    Some(Paper {
        schema: SCHEMA,
        tool: concat!("sekisho ", env!("CARGO_PKG_VERSION")).to_owned(),
        as_of,
        hospital: inventory.organization.as_ref().map(|it| it.name.value.clone()),
        revision: inventory.revision.as_ref().map(|it| it.value.clone()),
        line: line(inventory, declared),
        verdict,
        because,
        due,
        triggers: triggers(),
        method: method(judged),
        assumptions: assumptions(inventory, sources, answer, judged),
        not_looked: not_looked(inventory, answer, judged, tested.len() - runs.len(), &rows),
        demarcation: demarcation(inventory, declared),
        runs: runs.iter().map(|it| it.run(inventory, &answer.party)).collect(),
        rows,
        sources: files,
        view: None,
    })
}

/// Reachable when anything arrives beyond the declaration, by either side. Isolated only when the
/// configuration leaves nothing, every tuple that must not arrive is isolated by packets, and the
/// runs came to their end. Undetermined otherwise.
fn verdict(
    answer: &Isolation,
    runs: &[&Tested<'_>],
    rows: &[Row],
    overdue: bool,
) -> (Verdict, Vec<Text>) {
    let count = |is: &dyn Fn(&Row) -> bool| rows.iter().filter(|it| is(it)).count();
    let at = |standing: Standing| count(&|it: &Row| it.standing == standing);
    let (contradicted, beyond) = (at(Standing::Contradicted), at(Standing::Beyond));
    let mut worst = Vec::new();
    if contradicted > 0 {
        worst.push(text!(
            "設定では届かないはずの通信が{contradicted}件、実際に届きました。",
            "{contradicted} tuple(s) arrive although the configuration says that they cannot."
        ));
    }
    if beyond > 0 {
        worst.push(text!(
            "台帳の許可を超えて届く通信が{beyond}件あります。",
            "{beyond} tuple(s) arrive beyond the declaration."
        ));
    }
    if !answer.extra.is_empty() && beyond == 0 {
        worst.push(Text::new(
            "設定では、台帳の許可を超えて届く先があります。",
            "By the configuration, things are reached beyond the declaration.",
        ));
    }
    let open = doubts(answer, runs, rows, overdue);
    match (worst.is_empty(), open.is_empty()) {
        (false, _) => (Verdict::Reachable, worst.into_iter().chain(open).collect()),
        (true, false) => (Verdict::Undetermined, open),
        (true, true) => {
            let negatives = count(&|it: &Row| it.packets.is_some() && must_not(it));
            let says = text!(
                "設定では許可した通信のほかに届くものはなく、届いてはならない{negatives}件はどれも、対照の応答を確かめたうえで届きませんでした（前提は下記のとおり）。",
                "By the configuration nothing beyond the declaration is reached, and none of the {negatives} tuple(s) that must not arrive did, each with a control that answered (on the assumptions below)."
            );
            (Verdict::Isolated, vec![says])
        }
    }
}

/// Whether a tuple must not arrive.
fn must_not(row: &Row) -> bool {
    row.expected == Some(Expectation::NoAnswer) || !row.declared
}

/// What keeps the answer from being "isolated".
fn doubts(answer: &Isolation, runs: &[&Tested<'_>], rows: &[Row], overdue: bool) -> Vec<Text> {
    let mut all = Vec::new();
    let configured = answer.verdict() == Verdict::Undetermined;
    if answer.no_entry {
        all.push(Text::new(
            "この接続がどこから入ってくるのか、台帳にも設定にもありません。",
            "Neither the inventory nor a configuration says where this connection comes in.",
        ));
    } else if configured {
        all.push(Text::new(
            "設定からは、許可を超えて届かないとは言い切れません。",
            "By the configuration it cannot be ruled out that things are reached beyond the declaration.",
        ));
    }
    if !answer.unconfigured.is_empty() {
        let devices = answer.unconfigured.len();
        all.push(text!(
            "途中の機器{devices}台の設定を読んでいません（台帳の記載によっています）。",
            "The configuration of {devices} device(s) on the way was not read (their declaration was taken instead)."
        ));
    }
    if runs.is_empty() {
        all.push(Text::new(
            "この接続の先からの疎通確認の記録がありません。",
            "There is no journal of probes from the far end of this connection.",
        ));
        return all;
    }
    let probed = |it: &&Row| it.packets.is_some() && must_not(it);
    let open = rows.iter().filter(probed).filter(|it| it.verdict == Verdict::Undetermined).count();
    if open > 0 {
        all.push(text!(
            "疎通確認をしても判定できない通信が{open}件あります。",
            "{open} tuple(s) that were probed remain undetermined."
        ));
    }
    if !rows.iter().any(|it| probed(&it)) {
        all.push(Text::new(
            "届いてはならない通信を1件も確認していません。",
            "Not one tuple that must not arrive was probed.",
        ));
    }
    let unfinished = runs.iter().filter(|it| it.journal.end.is_none() || it.unasked() > 0).count();
    if unfinished > 0 {
        all.push(text!(
            "計画どおりに終わっていない疎通確認が{unfinished}回あります。",
            "{unfinished} run(s) of probes did not do all of their plan."
        ));
    }
    if overdue {
        all.push(Text::new(
            "前回の疎通確認から1年を過ぎています。",
            "More than a year has passed since the last probes.",
        ));
    }
    all
}

/// What makes a new proof due before the year is over.
fn triggers() -> Vec<Text> {
    vec![
        Text::new(
            "経路上の機器（院内側・接続先側）の設定変更、交換、ファームウェア更新",
            "a device on the way, on either side, gets another configuration, is replaced or updated",
        ),
        Text::new(
            "この接続の接続先、回線、接続方式、許可する通信、接続元アドレスの変更",
            "party, circuit, transport, permissions or source addresses of this connection change",
        ),
        Text::new(
            "対象システムの追加・移設・アドレス変更、ゾーンや院内の経路の変更",
            "a target is added, moved or renumbered; zones or routes inside change",
        ),
        Text::new(
            "接続先の網の変更（インターネットの出入口、他の医療機関との接続を含む）",
            "the party's own network changes, its ways to the internet and to other hospitals included",
        ),
        Text::new(
            "責任分界・契約・保守する者の変更",
            "boundary of duty, contract or maintainer change",
        ),
        Text::new(
            "経路上の機器の重大な脆弱性の公表、または不正アクセスの疑い",
            "a grave vulnerability of a device on the way becomes known, or an intrusion is suspected",
        ),
    ]
}

/// How it was tested.
fn method(judged: &[Judged]) -> Vec<Text> {
    let mut all = vec![Text::new(
        "設定の解析: 台帳と機器の設定から、この接続の先から送られる通信を、確実に届くものと届く可能性のあるものの両面で計算しました。解釈できない設定は「届く可能性がある」としています。",
        "Configuration: what the far end of this connection can send was followed through inventory and configurations, twice: what arrives for certain, and what cannot be ruled out. What was not understood counts as possible.",
    )];
    if judged.is_empty() {
        all.push(Text::new("疎通確認: 行っていません。", "Probes: none."));
        return all;
    }
    all.push(Text::new(
        "疎通確認: 書面の確認範囲指定書の範囲だけに、正しい形の通信を送りました。届かないと判定するのは、待ち受けていた立会い応答に何も届かなかったか、途中の機器が遮断を通知したときで、同じ機器の対照が前後60秒以内に応答し、欠落・流量制限で説明できない場合だけです。応答がないだけでは判定不能としています。",
        "Probes: well-formed packets, to nothing but what the written scope names. That something does not arrive is said only when a witness that listened saw nothing arrive, or a device on the way said that it is prohibited, with controls at the same host answered within 60 seconds before and after, and when neither loss nor a limiter of rates explains it; silence alone is undetermined.",
    ));
    let kinds: BTreeSet<Kind> = judged.iter().map(|it| it.question.kind).collect();
    for kind in kinds {
        let (label, sends) = (kind.label(), kind.sends());
        all.push(text!("{label}: {sends}。", "{label}: {sends}."; label, sends));
    }
    all
}

fn assumptions(
    inventory: &Inventory,
    sources: &SourceMap,
    answer: &Isolation,
    judged: &[Judged],
) -> Vec<Assumed> {
    let granted = answer.assumptions.iter().filter(|it| it.kind != AssumptionKind::Unread);
    let mut all: Vec<Assumed> = granted
        .map(|it| Assumed {
            kind: it.kind.label(),
            about: it.about.as_ref().map(|it| named(inventory, it)),
            says: it.says.clone(),
            place: it.span.map(|it| sources.place(it)),
        })
        .collect();
    let always = [
        Text::new(
            "機器は、読み取った設定と台帳のとおりに動いているものとしています（確認した通信を除く）。",
            "Devices are taken to do what was read and declared, but for what was probed.",
        ),
        Text::new(
            "疎通確認は、確認した時刻の、確認した宛先とポートについてだけ示します。",
            "Probes show what held for the addresses and ports asked, at the moment they were asked.",
        ),
        Text::new(
            "途中のサーバや端末に入り込み、そこから先へ進む間接経路は含みません。",
            "Indirect paths, by breaking into a host on the way and going on from there, are not counted.",
        ),
    ];
    let kind = AssumptionKind::Other.label();
    let isolated = judged.iter().any(|it| it.verdict == Verdict::Isolated);
    let probed = ASSUMPTIONS.iter().filter(|_| isolated).cloned();
    all.extend(always.into_iter().chain(probed).map(|says| Assumed {
        kind: kind.clone(),
        about: None,
        says,
        place: None,
    }));
    all
}

/// What nobody looked at: devices, lines, runs, zones.
fn not_looked(
    inventory: &Inventory,
    answer: &Isolation,
    judged: &[Judged],
    elsewhere: usize,
    rows: &[Row],
) -> Vec<NotLooked> {
    let mut all = Vec::new();
    let mut tell = |says: Text, of: Vec<Named>| all.push(NotLooked { says, of });
    let blind: Vec<Named> = answer.unconfigured.iter().map(|it| named(inventory, it)).collect();
    if !blind.is_empty() {
        let says = Text::new(
            "設定を読んでいない途中の機器",
            "devices on the way whose configuration was not read",
        );
        tell(says, blind);
    }
    for it in &answer.unread {
        let lines = it.lines;
        let says = text!(
            "設定のうち意味の分からなかった行や、台帳にあって見当たらないアドレス{lines}か所",
            "{lines} line(s) of the configuration not understood, or declared address(es) not found in it"
        );
        tell(says, vec![named(inventory, &it.thing)]);
    }
    if elsewhere > 0 {
        let says = text!(
            "別の場所から行った、または試行だけの疎通確認{elsewhere}回（この確認書には使っていません）",
            "{elsewhere} run(s) of probes from elsewhere, or dry ones (not used here)"
        );
        tell(says, Vec::new());
    }
    let in_zone = |zone: &str| {
        judged.iter().any(|it| {
            let target = &it.question.target;
            let at =
                inventory.systems.get(&target.id).filter(|_| target.kind == EntityKind::System);
            target.kind == EntityKind::Zone && target.id == zone
                || at.is_some_and(|it| it.zones().contains(&zone))
        })
    };
    let zones = inventory.zones.iter().filter(|it| !in_zone(&it.id.value));
    let unseen: Vec<Named> =
        zones.map(|it| named(inventory, &EntityRef::new(EntityKind::Zone, &it.id.value))).collect();
    if !unseen.is_empty() {
        let says = Text::new(
            "疎通確認の宛先を1つも含まないゾーン（設定の解析だけによる）",
            "zones in which nothing was probed (by configuration alone)",
        );
        tell(says, unseen);
    }
    if !judged.is_empty() && judged.iter().all(|it| it.question.to.is_ipv4()) {
        tell(Text::new("IPv6での疎通確認", "probes over IPv6"), Vec::new());
    }
    let alone = rows.iter().filter(|it| it.packets.is_none()).count();
    if alone > 0 && !judged.is_empty() {
        let says = text!(
            "設定では届きうるのに疎通確認をしていない通信{alone}件（通信ごとの結果に記載）",
            "{alone} kind(s) of traffic that may arrive by the configuration and were not probed (in the table)"
        );
        tell(says, Vec::new());
    }
    all
}
