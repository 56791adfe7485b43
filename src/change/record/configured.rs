//! What configurations say of things, flat: of a device what it is set to, each fact as one value
//! that two texts with the same meaning share; of every configured way in or out what it is.

use super::{Attribute, Field, Source};
use crate::audit::Assessment;
use crate::locale::Text;
use crate::model::device::{
    Becomes, DeviceConfig, FilterLine, Match, NatKind, NextHop, Remote, Transport,
};
use crate::model::{AddressSet, EntityRef, RangeSet, Service, Vocabulary};
use crate::topology::{Contradiction, ExternalPath};
use std::collections::BTreeMap;
use std::fmt::Display;

/// What is configured, thing by thing.
pub(super) struct Configured(BTreeMap<EntityRef, Vec<Attribute>>);

impl Configured {
    /// Everything that configurations say.
    pub(super) fn of(assessment: &Assessment) -> Self {
        let topology = &assessment.topology;
        let mut facts: BTreeMap<EntityRef, Facts> = BTreeMap::new();
        for joined in topology.joined() {
            if let Some(device) = assessment.evidence.devices.get(joined.configured) {
                facts.entry(joined.thing.clone()).or_default().device(&device.config);
            }
        }
        for (thing, facts) in &mut facts {
            facts.contradictions(topology.differences(thing));
        }
        for path in topology.paths() {
            facts.entry(path.thing.clone()).or_default().path(path);
        }
        Self(facts.into_iter().map(|(thing, facts)| (thing, facts.done())).collect())
    }

    /// What is configured of a thing.
    pub(super) fn take(&mut self, thing: &EntityRef) -> Vec<Attribute> {
        self.0.remove(thing).unwrap_or_default()
    }

    /// What is configured of things that nobody took.
    pub(super) fn rest(self) -> impl Iterator<Item = (EntityRef, Vec<Attribute>)> {
        self.0.into_iter()
    }
}

/// What the fields are called: kind and key, Japanese, English, and whether values name things.
const FIELDS: &[(&str, &str, &str, bool)] = &[
    ("devices.hostname", "ホスト名", "host name", false),
    ("devices.product", "型番（設定による）", "model by configuration", false),
    (
        "devices.version",
        "ソフトウェアの版（設定による）",
        "software version by configuration",
        false,
    ),
    ("devices.serial-number", "製造番号（設定による）", "serial number by configuration", false),
    ("devices.published", "公開している名前（ダイナミックDNS）", "published names", false),
    ("devices.ports", "インタフェースの設定", "configured interfaces", false),
    ("devices.hardware", "MACアドレス（設定による）", "MAC addresses by configuration", false),
    ("devices.bridges", "ブリッジ", "bridges", false),
    ("devices.routes", "経路", "routes", false),
    ("devices.routing", "経路交換の相手", "routing neighbours", false),
    ("devices.filters", "フィルタ", "filters", false),
    ("devices.filter-order", "フィルタの行の順序", "order of the lines of filters", false),
    ("devices.applied", "フィルタの適用先", "where filters apply", false),
    ("devices.nat", "アドレス変換", "address translation", false),
    ("devices.tunnels", "トンネル", "tunnels", false),
    ("devices.peers", "トンネルを張れる相手の名前", "who may open tunnels", false),
    ("devices.access", "外部からの接続受付", "remote access", false),
    ("devices.users", "外部から接続できる利用者の数", "number of users who may connect", false),
    ("devices.administration", "管理接続の設定", "configured management", false),
    ("devices.addressing", "アドレス配布", "address service", false),
    ("devices.cloud", "クラウド管理", "cloud management", false),
    (
        "devices.contradictions",
        "台帳と設定の不一致",
        "where ledger and configuration differ",
        false,
    ),
    ("paths.kind", "経路の種類", "kind of path", false),
    ("paths.device", "機器", "device", true),
    ("paths.enabled", "有効か", "whether it is enabled", false),
    ("paths.layer2", "L2接続か", "whether it is layer 2", false),
    ("paths.interface", "インタフェース", "interface", false),
    ("paths.encapsulation", "カプセル化の方式", "encapsulation", false),
    ("paths.remote", "接続先", "the other end", false),
    ("paths.sources", "接続元の制限", "permitted sources", false),
    ("paths.inside", "開いている院内のアドレス", "addresses it opens", false),
    ("paths.exposes", "開いている対象", "what it opens", true),
    ("paths.beyond", "先にあるアドレス", "addresses beyond it", false),
    ("paths.services", "サービス", "services", false),
    ("paths.listens", "受付ポート", "services listened on", false),
    ("paths.declared", "台帳の対応する記載", "what is declared of it", true),
    ("paths.contradictions", "台帳と設定の不一致", "where ledger and configuration differ", false),
];

/// The names of the fields.
pub(in crate::change) fn fields() -> impl Iterator<Item = (String, Field)> {
    // The same keys serve systems whose configuration was read.
    let systems = FIELDS.iter().filter_map(|(key, ja, en, names)| {
        let key = key.strip_prefix("devices.")?;
        Some((format!("systems.{key}"), *ja, *en, *names))
    });
    let all = FIELDS.iter().map(|(key, ja, en, names)| ((*key).to_owned(), *ja, *en, *names));
    all.chain(systems).map(|(key, ja, en, names)| (key, Field { about: Text::new(ja, en), names }))
}

/// What has been said so far of one thing.
#[derive(Default)]
struct Facts(BTreeMap<String, Vec<String>>);

impl Facts {
    fn say(&mut self, key: &str, values: impl IntoIterator<Item = String>) {
        let mut values = values.into_iter().peekable();
        if values.peek().is_some() {
            self.0.entry(key.to_owned()).or_default().extend(values);
        }
    }

    fn done(self) -> Vec<Attribute> {
        let all = self.0.into_iter().map(|(key, mut value)| {
            value.sort();
            value.dedup();
            Attribute { key, value, source: Source::Configured }
        });
        all.collect()
    }

    fn contradictions(&mut self, all: &[Contradiction]) {
        self.say("contradictions", all.iter().map(|it| it.about.key().to_owned()));
    }

    fn path(&mut self, it: &ExternalPath) {
        self.say("kind", [it.kind.key().to_owned()]);
        self.say("device", [it.device.to_string()]);
        self.say("enabled", [yes(it.enabled)]);
        self.say("layer2", it.layer2.then(|| yes(true)));
        self.say("interface", it.interface.clone());
        self.say("encapsulation", it.encapsulation.map(|it| it.key().to_owned()));
        self.say("remote", it.remote.as_ref().map(remote));
        self.say("sources", addresses(&it.sources));
        self.say("inside", addresses(&it.inside));
        self.say("exposes", it.exposes.iter().map(ToString::to_string));
        self.say("beyond", addresses(&it.beyond));
        self.say("services", it.services.iter().map(ToString::to_string));
        self.say("listens", it.listens.iter().map(ToString::to_string));
        self.say("declared", it.declared.as_ref().map(|(thing, _)| thing.to_string()));
        self.contradictions(&it.contradictions);
    }

    fn device(&mut self, it: &DeviceConfig) {
        let named = |value: &Option<crate::source::Spanned<String>>| {
            value.as_ref().map(|it| it.value.clone())
        };
        self.say("hostname", named(&it.hostname));
        self.say("product", named(&it.product));
        self.say("version", named(&it.version));
        self.say("serial-number", named(&it.serial));
        self.say("published", it.published.iter().map(|it| it.value.clone()));
        self.say("hardware", it.interfaces.iter().filter_map(|it| named(&it.mac)));
        for port in &it.interfaces {
            let mut words = Words::new(&port.name.value);
            words.all("", port.addresses.iter());
            words.all("", port.acquired.iter().map(|it| it.value.key()));
            words.all("vlan", port.vlan.iter());
            words.all("trunk", port.trunk.iter().map(|(a, b)| format!("{a}-{b}")));
            words.all("zone", port.zone.iter());
            words.all("in", port.instance.iter());
            words.flag("outside", port.outside.is_some());
            words.flag("off", !port.enabled);
            self.say(&format!("ports.{}", port.name.value), [words.done()]);
        }
        self.say(
            "bridges",
            it.bridges
                .iter()
                .map(|it| Words::new(&it.name.value).and("", it.members.iter()).done()),
        );
        self.say(
            "routes",
            it.routes.iter().map(|it| {
                let mut words = Words::new(&it.destination);
                words.all("via", it.via.iter().map(hop));
                words.all("distance", it.distance.iter());
                words.all("only", it.only.iter());
                words.all("from", it.from.iter());
                words.all("in", it.instance.iter());
                words.flag("off", !it.enabled);
                words.done()
            }),
        );
        self.say(
            "routing",
            it.peers.iter().map(|it| {
                let words = Words::new(&it.protocol).and("", [it.address]);
                words.and("as", it.remote_as.iter()).and_flag("off", !it.enabled).done()
            }),
        );
        for filter in &it.filters {
            let lines: Vec<String> = filter.lines.iter().map(line).collect();
            let name = &filter.name.value;
            // What is not decided by a line belongs to the list like a line.
            let rest = format!("otherwise {}", debug(&filter.otherwise));
            self.say(&format!("filter-order.{name}"), [digest(&lines)]);
            self.say(&format!("filters.{name}"), lines.into_iter().chain([rest]));
        }
        self.say(
            "applied",
            it.applied.iter().map(|it| {
                let words = Words::new(&it.filter).and("", [debug(&it.hook)]);
                words.and("at", it.interfaces.iter()).done()
            }),
        );
        self.say(
            "nat",
            it.nat.iter().map(|it| {
                let kind = match it.kind {
                    NatKind::Source => "source",
                    NatKind::Destination => "destination",
                    NatKind::Static => "static",
                };
                let mut words = Words::new(&kind);
                words.all("at", it.interface.iter());
                matched(&mut words, &it.when);
                words.flag("own-address", it.at_interface);
                match &it.becomes {
                    Becomes::Addresses(set) => words.all("becomes", addresses(set)),
                    other => words.all("becomes", [debug(other)]),
                }
                words.all("ports", it.ports.iter().flat_map(numbers));
                words.flag("off", !it.enabled);
                words.done()
            }),
        );
        self.say(
            "tunnels",
            it.tunnels.iter().map(|it| {
                let mut words = Words::new(&it.name);
                words.all("", [it.kind.key()]);
                words.all("to", [remote(&it.remote.value)]);
                words.all("over", it.local.iter());
                words.all(
                    "carries",
                    it.selectors.iter().map(|it| format!("{}={}", it.value.local, it.value.remote)),
                );
                words.all("by", it.authentication.iter().map(|it| it.key()));
                if let Some(ike) = &it.ike {
                    words.all("", ike.version.iter().map(|it| it.value.key()));
                    words.flag("aggressive", ike.aggressive.is_some());
                    words.all("cipher", ike.encryption.iter());
                    words.all("hash", ike.hash.iter());
                    words.all("group", ike.groups.iter());
                }
                words.flag("ipsec", it.ipsec);
                words.flag("layer2", it.layer2);
                words.flag("off", it.disabled.is_some());
                words.done()
            }),
        );
        self.say(
            "peers",
            it.tunnels.iter().filter_map(|it| {
                let name = it.ike.as_ref()?.remote_id.as_ref()?;
                Some(format!("{}: {}", it.name, name.value))
            }),
        );
        self.say(
            "access",
            it.remote_access.iter().map(|it| {
                let mut words = Words::new(&it.name);
                words.all("", [it.kind.key()]);
                words.all("at", it.interfaces.iter());
                words.all("", it.services.iter());
                words.all("from", addresses(&it.sources));
                words.all("pool", it.pool.iter());
                words.all("by", it.authentication.iter().map(|it| it.key()));
                words.flag("off", !it.enabled);
                words.done()
            }),
        );
        let users: usize = it.remote_access.iter().map(|it| it.users.len()).sum();
        self.say("users", (users > 0).then(|| users.to_string()));
        self.say(
            "administration",
            it.management.iter().map(|it| {
                let mut words = Words::new(&it.kind.key());
                words.all("", [it.service].iter().filter(|it| **it != Service::Any));
                words.all("at", it.interfaces.iter());
                words.all("from", addresses(&it.sources));
                words.flag("in-part", !it.exact);
                words.flag("off", !it.enabled);
                words.done()
            }),
        );
        self.say(
            "addressing",
            it.addressing.iter().map(|it| {
                let words = Words::new(&it.kind.key()).and("at", it.interface.iter());
                words.and("", addresses(&it.addresses)).done()
            }),
        );
        self.say(
            "cloud",
            it.cloud.iter().map(|it| Words::new(&it.product).and_flag("off", !it.enabled).done()),
        );
    }
}

/// One fact in words that follow each other: `permit from 10.0.0.0/8 to any tcp/443`.
struct Words(String);

impl Words {
    fn new(first: &impl Display) -> Self {
        Self(first.to_string())
    }

    /// Adds values after a word; nothing when there is none.
    fn all<T: Display>(&mut self, word: &str, values: impl IntoIterator<Item = T>) {
        let values: Vec<String> = values.into_iter().map(|it| it.to_string()).collect();
        if values.is_empty() {
            return;
        }
        for part in [word, &few(values)].into_iter().filter(|it| !it.is_empty()) {
            if !self.0.is_empty() {
                self.0.push(' ');
            }
            self.0.push_str(part);
        }
    }

    fn and<T: Display>(mut self, word: &str, values: impl IntoIterator<Item = T>) -> Self {
        self.all(word, values);
        self
    }

    fn flag(&mut self, word: &str, is: bool) {
        self.all("", is.then_some(word));
    }

    fn and_flag(mut self, word: &str, is: bool) -> Self {
        self.flag(word, is);
        self
    }

    fn done(self) -> String {
        self.0
    }
}

/// Values joined by commas; of very many the first, how many more there are, and what tells them from
/// others.
fn few(values: Vec<String>) -> String {
    const MANY: usize = 16;
    match values.get(..MANY) {
        Some(first) if values.len() > MANY => {
            format!("{}+{}#{}", first.join(","), values.len() - MANY, digest(&values))
        }
        _ => values.join(","),
    }
}

/// A short digest of values in their order.
fn digest(values: &[String]) -> String {
    use sha2::Digest as _;
    let bytes = sha2::Sha256::digest(values.join("\n").as_bytes());
    bytes.iter().take(6).map(|it| format!("{it:02x}")).collect()
}

fn yes(is: bool) -> String {
    if is { "yes".to_owned() } else { "no".to_owned() }
}

fn debug(it: &impl std::fmt::Debug) -> String {
    format!("{it:?}").to_lowercase()
}

/// Every address is `any`; none says nothing.
fn addresses(set: &AddressSet) -> Vec<String> {
    match set.is_any() {
        true => vec!["any".to_owned()],
        false => set.notations().collect(),
    }
}

fn numbers(set: &RangeSet<u16>) -> Vec<String> {
    let ranges = set.ranges().iter();
    ranges.map(|(a, b)| if a == b { a.to_string() } else { format!("{a}-{b}") }).collect()
}

fn remote(it: &Remote) -> String {
    match it {
        Remote::Address(address) => address.to_string(),
        Remote::Network(network) => network.to_string(),
        Remote::Name(name) => name.clone(),
        Remote::Telephone(number) => format!("tel:{number}"),
        Remote::Any => "any".to_owned(),
        Remote::Unknown => "unknown".to_owned(),
    }
}

fn hop(it: &NextHop) -> String {
    match it {
        NextHop::Address(address) => address.to_string(),
        NextHop::Interface(name) => name.clone(),
        NextHop::Over(address, name) => format!("{address}%{name}"),
        NextHop::Instance(name) => format!("instance:{name}"),
        NextHop::Discard => "discard".to_owned(),
        NextHop::Unknown(words) => format!("?{words}"),
    }
}

fn line(it: &FilterLine) -> String {
    let mut words = Words::new(&debug(&it.verdict));
    matched(&mut words, &it.when);
    words.flag("off", !it.enabled);
    words.done()
}

fn matched(words: &mut Words, it: &Match) {
    words.all("in", it.from.iter());
    words.all("in-not", it.not_from.iter());
    words.all("out", it.to.iter());
    words.all("out-not", it.not_to.iter());
    words.all("after", it.after.iter());
    words.all("from", addresses(&it.source));
    words.all("to", addresses(&it.destination));
    words.all("", it.transports.iter().filter(|it| !it.is_any()).map(transport));
    if it.states != crate::model::device::States::ALL {
        words.all("", [debug(&it.states)]);
    }
    words.flag("sometimes", it.sometimes);
    words.flag("in-part", !it.is_exact());
}

fn transport(it: &Transport) -> String {
    let mut text = it
        .protocols
        .ranges()
        .iter()
        .map(|(a, b)| match (a, b) {
            (6, 6) => "tcp".to_owned(),
            (17, 17) => "udp".to_owned(),
            (a, b) if a == b => format!("ip{a}"),
            (a, b) => format!("ip{a}-{b}"),
        })
        .collect::<Vec<_>>()
        .join("+");
    for (mark, ports) in [("/", &it.destination_ports), ("<", &it.source_ports)] {
        if !ports.is_all() {
            text.push_str(mark);
            text.push_str(&numbers(ports).join("+"));
        }
    }
    if !it.icmp_types.is_all() {
        let types = it.icmp_types.ranges().iter().map(|(a, b)| format!("{a}-{b}"));
        text.push_str(&format!("type{}", types.collect::<Vec<_>>().join("+")));
    }
    text
}
