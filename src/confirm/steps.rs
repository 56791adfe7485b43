//! What to do at a line to see whether it is as declared: where to stand, which command the vendor
//! of the device has for it, what should be seen. Everything only reads.

use crate::inventory::{Connection, Device, Endpoint, Inventory};
use crate::locale::Text;
use crate::model::words::Direction;
use crate::model::{EntityKind, EntityRef, Service, Vocabulary as _};
use crate::text;

/// The reading commands of a vendor: how to see a tunnel, and how to see what is permitted.
struct Commands {
    /// The maker, as inventories name it.
    vendor: &'static str,
    /// What the name of a model has in it, in capitals: a maker has devices of other kinds too.
    models: &'static [&'static str],
    tunnel: &'static str,
    permitted: &'static str,
    /// The manual that has them.
    manual: &'static str,
}

/// The first that fits counts.
const COMMANDS: &[Commands] = &[
    Commands {
        vendor: "fortinet",
        models: &["FORTIGATE"],
        tunnel: "get vpn ipsec tunnel summary / get vpn ssl monitor",
        permitted: "show firewall policy",
        manual: "FortiOS CLI Reference",
    },
    Commands {
        vendor: "yamaha",
        models: &["RTX", "NVR", "FWX", "VRX"],
        tunnel: "show ipsec sa / show status tunnel",
        permitted: "show config",
        manual: "ヤマハルーター コマンドリファレンス",
    },
    Commands {
        vendor: "cisco",
        models: &["ASA"],
        tunnel: "show vpn-sessiondb / show crypto ipsec sa",
        permitted: "show access-list",
        manual: "Cisco Secure Firewall ASA Command Reference",
    },
    Commands {
        vendor: "cisco",
        models: &["ISR", "CATALYST", "C8", "C9", "C1", "ASR"],
        tunnel: "show crypto session",
        permitted: "show access-lists",
        manual: "Cisco IOS Security Command Reference",
    },
    Commands {
        vendor: "nec",
        models: &["IX"],
        tunnel: "show ike sa / show ipsec sa",
        permitted: "show running-config",
        manual: "UNIVERGE IXシリーズ コマンドリファレンスマニュアル",
    },
    Commands {
        vendor: "juniper",
        models: &["SRX"],
        tunnel: "show security ike security-associations / show security ipsec security-associations",
        permitted: "show configuration security policies",
        manual: "Junos OS CLI Reference",
    },
    Commands {
        vendor: "allied-telesis",
        models: &["AR"],
        tunnel: "show isakmp sa / show ipsec sa",
        permitted: "show running-config",
        manual: "AlliedWare Plus コマンドリファレンス",
    },
    Commands {
        vendor: "linux",
        models: &[""],
        tunnel: "swanctl --list-sas / wg show",
        permitted: "nft list ruleset",
        manual: "swanctl(8), wg(8), nft(8)",
    },
];

fn entry<'i>(inventory: &'i Inventory, connection: &Connection) -> Option<&'i Device> {
    inventory.devices.get(&connection.at.as_ref()?.owner).map(|it| &**it)
}

fn name(inventory: &Inventory, kind: EntityKind, id: &str) -> String {
    inventory.name_of(&EntityRef::new(kind, id)).to_owned()
}

/// Where to stand: at the device where it enters, else where its line comes in.
pub(super) fn place(inventory: &Inventory, connection: &Connection) -> Text {
    let device = entry(inventory, connection);
    let at = device.and_then(|it| it.location.as_ref()).map(|it| it.value.clone());
    let onu = connection
        .circuit
        .as_ref()
        .and_then(|it| inventory.circuits.get(it.id()))
        .and_then(|it| it.onu.as_ref())
        .map(|it| it.value.clone());
    let what = match (device, &connection.at) {
        (Some(device), _) => device.name.value.clone(),
        (None, Some(at)) => name(inventory, EntityKind::System, &at.owner),
        (None, None) => String::new(),
    };
    match (what.is_empty(), at.or(onu)) {
        (false, Some(at)) => text!("{at}（{what} の前）", "{at}, in front of {what}"),
        (true, Some(at)) => text!("{at}", "{at}"),
        (false, None) => {
            text!("{what} の設置場所（台帳に記載なし）", "where {what} stands (not declared)")
        }
        (true, None) => Text::new(
            "接続点も設置場所も台帳に記載なし。まず担当者に尋ねる",
            "neither entry nor place is declared: ask first",
        ),
    }
}

/// What to do there.
pub(super) fn steps(inventory: &Inventory, connection: &Connection) -> Vec<Text> {
    let mut steps = Vec::new();
    let port = connection.at.as_ref().and_then(|it| it.interface.clone());
    let circuit =
        connection.circuit.as_ref().map(|it| name(inventory, EntityKind::Circuit, it.id()));
    match (port, circuit) {
        (Some(port), Some(line)) => steps.push(text!(
            "ポート {port} から線をたどり、回線「{line}」につながっていること、名札が台帳と同じことを見る",
            "follow the cable from port {port}: it leads to the circuit `{line}`, and the label says so"
        )),
        (_, Some(line)) => steps.push(text!(
            "回線「{line}」の終端から線をたどり、台帳の機器につながっていることを見る",
            "follow the cable from the end of the circuit `{line}` to the declared device"
        )),
        _ => {}
    }
    steps.push(Text::new(
        "台帳にない回線・アンテナ・ルータがそばにないか見回す",
        "look around for lines, antennas and routers that are not declared",
    ));
    let device = entry(inventory, connection);
    let vendor = device.and_then(|it| it.vendor.as_ref()).map(|it| it.value.to_lowercase());
    let model = device.and_then(|it| it.model.as_ref()).map_or("", |it| it.value.as_str());
    let model = model.to_uppercase();
    let known = COMMANDS.iter().find(|it| {
        vendor.as_deref() == Some(it.vendor) && it.models.iter().any(|part| model.contains(part))
    });
    match known {
        Some(Commands { tunnel, permitted, manual, .. }) => {
            if connection.transport.value.is_tunnel() {
                steps.push(text!(
                    "管理者に、読取り専用で次を実行してもらう: {tunnel}（{manual}）",
                    "have the administrator run, reading only: {tunnel} ({manual})"
                ));
            }
            steps.push(text!(
                "許可している通信を表示してもらう: {permitted}（{manual}）",
                "have what is permitted shown: {permitted} ({manual})"
            ));
        }
        None => steps.push(Text::new(
            "管理者に、接続の状態と許可している通信を管理画面で表示してもらう（この機器の命令は登録がない）",
            "have the administrator show the state of the connection and what is permitted (no commands are known for this device)",
        )),
    }
    steps
}

/// What should be seen, as the inventory declares it.
pub(super) fn expected(inventory: &Inventory, connection: &Connection) -> Vec<Text> {
    let party = name(inventory, EntityKind::Party, connection.party.id());
    let transport = connection.transport.value.label();
    let mut expected = vec![
        text!("相手は「{party}」、接続方式は{transport}", "the other end is `{party}`, by {transport}"; transport),
    ];
    let sources: Vec<Text> =
        connection.sources.iter().map(|it| end(inventory, &it.value)).collect();
    if !sources.is_empty() {
        let sources = Text::list(&sources);
        expected.push(text!("接続元は {sources} だけ", "from {sources} only"; sources));
    }
    expected.extend(permitted(inventory, connection));
    if connection.allow.is_empty() {
        expected.push(Text::new(
            "許可通信は台帳に記載なし。見えたものを備考に書く",
            "what is permitted is not declared: note what is seen",
        ));
    } else {
        expected.push(Text::new("これ以外の許可がない", "nothing else is permitted"));
    }
    match connection.standing.as_ref().map(|it| it.value) {
        Some(true) => expected.push(Text::new("常時つながっている", "it is up all the time")),
        Some(false) => expected.push(Text::new(
            "作業の申請がない今は、つながっていない",
            "it is down now, unless work was announced",
        )),
        None => {}
    }
    expected
}

/// What people call an end of traffic.
fn end(inventory: &Inventory, end: &Endpoint) -> Text {
    match end {
        Endpoint::Any => Text::new("すべて", "everything"),
        Endpoint::Internet => Text::new("インターネット", "the internet"),
        Endpoint::Network(_) => Text::same(end.to_string()),
        Endpoint::Named(id) => {
            let kinds =
                [EntityKind::System, EntityKind::Zone, EntityKind::Device, EntityKind::Party];
            let mut names = kinds.into_iter().map(|kind| name(inventory, kind, id));
            Text::same(names.find(|it| it != id).unwrap_or_else(|| id.clone()))
        }
    }
}

/// What is permitted over a connection, each once, in the order in which it is declared.
pub(super) fn permitted(inventory: &Inventory, connection: &Connection) -> Vec<Text> {
    let mut all = Vec::new();
    for allow in &connection.allow {
        let services: Vec<String> =
            allow.services.iter().map(|it| Service::described(it.value)).collect();
        let services = if services.is_empty() {
            Text::new("すべてのサービス", "any service")
        } else {
            Text::same(services.join(", "))
        };
        let to = end(inventory, &allow.to.value);
        let out = allow.direction.as_ref().is_some_and(|it| it.value == Direction::Outbound);
        let says = match out {
            true => {
                text!("院内から {to} へ {services}", "from inside to {to}: {services}"; to, services)
            }
            false => text!("{to} へ {services}", "to {to}: {services}"; to, services),
        };
        if !all.contains(&says) {
            all.push(says);
        }
    }
    all
}
