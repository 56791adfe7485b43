//! Random hospitals that are valid: the same seed gives the same text on every machine.

use std::fmt::Write as _;

/// How large a hospital is.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    /// How many systems, up to 300.
    pub systems: usize,
    /// How many zones, 1 to 20.
    pub zones: usize,
    /// How many connections, up to 60.
    pub connections: usize,
}

/// The inventory of a seed, as YAML. The first seeds are the extremes.
pub fn hospital(seed: u64) -> String {
    let mut chance = Chance(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x5e15_4a10);
    let size = |systems, zones, connections| Size { systems, zones, connections };
    let size = match seed {
        0 => size(0, 1, 0),
        1 => size(300, 20, 60),
        2 => size(300, 1, 1),
        3 => size(1, 20, 60),
        4 => size(1, 1, 1),
        5 => size(0, 3, 12),
        6 => size(120, 20, 0),
        7 => size(300, 8, 20),
        _ => {
            let scale = chance.between(1, 10);
            size(
                chance.between(0, 30 * scale),
                chance.between(1, 2 * scale),
                chance.between(0, 6 * scale),
            )
        }
    };
    Writer { chance, size, out: String::new() }.write()
}

/// SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014).
pub struct Chance(pub u64);

impl Chance {
    /// The next number.
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number from `least` to `most`, both included.
    pub fn between(&mut self, least: usize, most: usize) -> usize {
        least + usize::try_from(self.next() % (most - least + 1) as u64).unwrap()
    }

    /// True once in `many` times.
    pub fn once_in(&mut self, many: usize) -> bool {
        self.between(1, many) == 1
    }

    /// One of some words.
    pub fn of<'a, T: ?Sized>(&mut self, words: &[&'a T]) -> &'a T {
        words[self.between(0, words.len() - 1)]
    }
}

const ZONE_KINDS: &[&str] = &[
    "clinical",
    "department",
    "medical-device",
    "administrative",
    "information",
    "dmz",
    "management",
    "backup",
    "facility",
    "guest",
];
const SYSTEM_KINDS: &[&str] = &[
    "ehr",
    "billing",
    "pacs",
    "ris",
    "laboratory",
    "modality",
    "relay",
    "proxy",
    "directory",
    "file-server",
    "backup-server",
    "terminals",
    "printers",
    "camera",
    "other",
];
const CLASSES: &[&str] =
    &["server", "terminal", "medical-device", "life-support", "appliance", "iot"];
const DEVICE_KINDS: &[&str] = &[
    "vpn-gateway",
    "firewall",
    "router",
    "mobile-router",
    "core-switch",
    "internal-firewall",
    "switch",
    "onu",
];
const PARTY_KINDS: &[&str] =
    &["vendor", "authority", "regional-network", "laboratory", "cloud", "carrier", "internet"];
const CIRCUIT_KINDS: &[&str] =
    &["dedicated", "isdn", "ip-vpn", "closed-mobile", "internet", "mobile-internet"];
const PURPOSES: &[&str] = &[
    "remote-maintenance",
    "telemetry",
    "eligibility-claims",
    "regional-exchange",
    "internet",
    "telework",
    "cloud",
    "backup",
    "other",
];
const TRANSPORTS: &[&str] = &[
    "dedicated",
    "ip-vpn",
    "ipsec-ike",
    "ssl-vpn-client",
    "tls-mtls",
    "l2tp-ipsec",
    "remote-control",
    "plain-internet",
];
const SERVICES: &[&str] =
    &["3389/tcp", "443/tcp", "22/tcp", "104/tcp", "49152-65535/tcp", "any", "500/udp", "icmp"];
const PARTS: &[&str] = &[
    "電子カルテ",
    "部門",
    "画像",
    "検体検査",
    "給食",
    "医事会計",
    "放射線",
    "サーバ",
    "端末",
    "ゲートウェイ",
    "中継",
    "バックアップ",
    "管理",
    "第二",
    "ネットワーク",
    "㈱",
    "（予備系）",
    "ﾈｯﾄﾜｰｸ",
    "髙﨑",
    "①",
    "連携",
    "オンライン資格確認",
];
const ENGLISH: &[&str] = &[
    "Imaging",
    "archive",
    "remote",
    "maintenance",
    "gateway",
    "Laboratory",
    "information",
    "system",
    "VPN",
    "No.2",
    "backup",
    "WWWWWWWWWW",
    "illicit",
    "A&B",
    "<b>bold</b>",
];
const ODD: &[&str] = &[
    "㈱",
    "X",
    "院",
    "i",
    "𠮷田病院 🏥 連携",
    "\"quoted\" \\ 'text'",
    "a  b",
    "</svg><script>",
    "pneumonoultramicroscopicsilicovolcanoconiosis-pneumonoultramicroscopicsilicovolcanoconiosis",
];

struct Writer {
    chance: Chance,
    size: Size,
    out: String,
}

impl Writer {
    fn line(&mut self, text: &str) {
        self.out.push_str(text);
        self.out.push('\n');
    }

    /// A name between one character and some hundred, quoted for YAML.
    fn name(&mut self) -> String {
        let plain = match self.chance.between(0, 19) {
            0 | 1 => self.chance.of(ODD).to_owned(),
            2..=5 => {
                let words = self.chance.between(1, 12);
                let words: Vec<&str> = (0..words).map(|_| self.chance.of(ENGLISH)).collect();
                words.join(" ")
            }
            6 => (0..20).map(|_| self.chance.of(PARTS)).collect(),
            _ => (0..self.chance.between(1, 4)).map(|_| self.chance.of(PARTS)).collect(),
        };
        format!("\"{}\"", plain.replace('\\', "\\\\").replace('"', "\\\""))
    }

    /// A key with one of the words, left out once in `many` times.
    fn maybe(&mut self, key: &str, words: &[&str], many: usize) -> String {
        if self.chance.once_in(many) {
            return String::new();
        }
        format!(", {key}: {}", self.chance.of(words))
    }

    fn write(mut self) -> String {
        self.line("schema: 1");
        self.line("as_of: 2026-11-20");
        if !self.chance.once_in(4) {
            let (name, beds) = (self.name(), self.chance.between(0, 1200));
            self.line(&format!(
                "revision: \"第7版\"\norganization: {{name: {name}, beds: {beds}}}"
            ));
        }
        self.zones();
        self.parties();
        self.circuits();
        let devices = self.devices();
        self.systems();
        self.connections(devices);
        self.flows();
        self.out
    }

    fn zones(&mut self) {
        self.line("zones:");
        for zone in 0..self.size.zones {
            let (name, kind) = (self.name(), self.chance.of(ZONE_KINDS));
            let mut networks = vec![format!("10.{}.0.0/16", zone + 1)];
            if self.chance.once_in(3) {
                networks.push(format!("\"fd00:{:x}::/64\"", zone + 1));
            }
            let isolated = self.maybe("isolated", &["true", "false"], 2);
            let networks = networks.join(", ");
            self.line(&format!(
                "  zone-{zone}: {{name: {name}, kind: {kind}, networks: [{networks}]{isolated}}}"
            ));
        }
    }

    /// How many parties there are: sometimes one for all connections, sometimes one for each.
    fn party_count(&self) -> usize {
        self.size.connections.min(60) / 2 + 1
    }

    fn parties(&mut self) {
        self.line("parties:");
        for party in 0..self.party_count() {
            let (name, kind) = (self.name(), self.chance.of(PARTY_KINDS));
            let exposed = self.maybe("internet_exposed", &["yes", "no", "unknown"], 2);
            let networks = if self.chance.once_in(2) {
                format!(", networks: [198.51.100.{}/30]", party * 4)
            } else {
                String::new()
            };
            self.line(&format!(
                "  party-{party}: {{name: {name}, kind: {kind}{exposed}{networks}}}"
            ));
        }
    }

    fn circuit_count(&self) -> usize {
        self.size.connections / 2 + 1
    }

    fn circuits(&mut self) {
        self.line("circuits:");
        for circuit in 0..self.circuit_count() {
            let (name, kind) = (self.name(), self.chance.of(CIRCUIT_KINDS));
            let name =
                if self.chance.once_in(3) { String::new() } else { format!("name: {name}, ") };
            self.line(&format!("  circuit-{circuit}: {{{name}kind: {kind}}}"));
        }
    }

    fn devices(&mut self) -> usize {
        let count = match self.size.connections {
            0 => self.chance.between(0, 2),
            many => self.chance.between(1, many.div_ceil(2) + 2),
        };
        if count > 0 {
            self.line("devices:");
        }
        for device in 0..count {
            let (name, kind) = (self.name(), self.chance.of(DEVICE_KINDS));
            let mut entry = format!("  device-{device}: {{name: {name}, kind: {kind}");
            entry += &self.maybe("model", &["RTX830", "\"FortiGate 100F（冗長構成）\"", "X"], 2);
            entry += &self.maybe("owner", &["hospital", "party-0"], 2);
            if !self.chance.once_in(4) {
                let circuit = self.chance.between(0, self.circuit_count() - 1);
                let zone = self.chance.between(0, self.size.zones - 1);
                let _ = write!(
                    entry,
                    ", interfaces: {{wan: {{circuit: circuit-{circuit}, addresses: [203.0.113.{}/24]}}, \
                     lan: {{zone: zone-{zone}, addresses: [10.{}.254.{}/16]}}",
                    device + 1,
                    zone + 1,
                    device + 1
                );
                if device > 0 && self.chance.once_in(3) {
                    let _ = write!(entry, ", up: {{device: device-{}}}", device - 1);
                }
                entry.push('}');
            }
            self.line(&(entry + "}"));
        }
        count
    }

    fn systems(&mut self) {
        if self.size.systems > 0 {
            self.line("systems:");
        }
        for system in 0..self.size.systems {
            let (name, kind) = (self.name(), self.chance.of(SYSTEM_KINDS));
            let class = self.chance.of(CLASSES);
            let zone = self.chance.between(0, self.size.zones - 1);
            let mut entry =
                format!("  system-{system}: {{name: {name}, kind: {kind}, class: {class}");
            if !self.chance.once_in(40) {
                let _ = write!(entry, ", zone: zone-{zone}");
                if !self.chance.once_in(5) {
                    let (block, host) = (system / 250, system % 250 + 1);
                    let _ = write!(entry, ", addresses: [10.{}.{block}.{host}]", zone + 1);
                }
            }
            entry += &self.maybe("count", &["1", "42", "320"], 2);
            entry += &self.maybe("criticality", &["critical", "high", "low"], 2);
            if self.size.zones > 1 && self.chance.once_in(12) {
                let other = (zone + 1) % self.size.zones;
                let _ = write!(entry, ", interfaces: {{second: {{zone: zone-{other}}}");
                if self.size.zones > 2 && self.chance.once_in(3) {
                    let _ =
                        write!(entry, ", third: {{zone: zone-{}}}", (zone + 2) % self.size.zones);
                }
                if self.chance.once_in(3) {
                    entry.push_str(", modem: {circuit: circuit-0}");
                }
                entry.push('}');
            }
            self.line(&(entry + "}"));
        }
    }

    /// Something inside that traffic may be allowed to.
    fn target(&mut self) -> String {
        let zone = self.chance.between(0, self.size.zones - 1);
        match self.chance.between(0, 9) {
            0 => format!("zone-{zone}"),
            1 => format!("10.{}.0.0/24", zone + 1),
            2 if self.chance.once_in(3) => "any".to_owned(),
            _ if self.size.systems > 0 => {
                format!("system-{}", self.chance.between(0, self.size.systems - 1))
            }
            _ => format!("zone-{zone}"),
        }
    }

    fn connections(&mut self, devices: usize) {
        if self.size.connections > 0 {
            self.line("connections:");
        }
        for connection in 0..self.size.connections {
            let (name, purpose) = (self.name(), self.chance.of(PURPOSES));
            let party = self.chance.between(0, self.party_count() - 1);
            let transport = self.chance.of(TRANSPORTS);
            let mut entry = format!(
                "  connection-{connection}: {{name: {name}, purpose: {purpose}, party: party-{party}, \
                 transport: {transport}"
            );
            if !self.chance.once_in(3) {
                let _ = write!(entry, ", number: {}", connection + 1);
            }
            if !self.chance.once_in(4) {
                let circuit = self.chance.between(0, self.circuit_count() - 1);
                let _ = write!(entry, ", circuit: circuit-{circuit}");
            }
            if devices > 0 && !self.chance.once_in(6) {
                let device = self.chance.between(0, devices - 1);
                let _ = write!(entry, ", at: device-{device}");
                if device + 1 < devices && self.chance.once_in(4) {
                    let further = (device + 1..devices).take(self.chance.between(1, 3));
                    let further: Vec<String> = further.map(|it| format!("device-{it}")).collect();
                    let _ = write!(entry, ", through: [{}]", further.join(", "));
                }
            } else if self.size.systems > 0 && self.chance.once_in(3) {
                let system = self.chance.between(0, self.size.systems - 1);
                let _ = write!(entry, ", at: system-{system}");
            }
            entry += &self.maybe("standing", &["true", "false"], 2);
            let allowed: Vec<String> =
                (0..self.chance.between(0, 3)).map(|_| self.allow(party)).collect();
            if !allowed.is_empty() {
                let _ = write!(entry, ", allow: [{}]", allowed.join(", "));
            }
            self.line(&(entry + "}"));
        }
    }

    fn allow(&mut self, party: usize) -> String {
        if self.chance.once_in(8) {
            let (from, to) = (self.target(), format!("party-{party}"));
            return format!("{{from: {from}, to: {to}, direction: outbound, services: [443/tcp]}}");
        }
        let mut entry = format!("{{to: {}", self.target());
        if !self.chance.once_in(4) {
            let services: Vec<&str> =
                (0..self.chance.between(1, 4)).map(|_| self.chance.of(SERVICES)).collect();
            let _ = write!(entry, ", services: [{}]", services.join(", "));
        }
        if self.size.systems > 0 && self.chance.once_in(6) {
            let _ =
                write!(entry, ", via: system-{}", self.chance.between(0, self.size.systems - 1));
        }
        entry + "}"
    }

    fn flows(&mut self) {
        let count = self.chance.between(0, self.size.zones);
        if count > 0 && self.size.zones > 1 {
            self.line("flows:");
            for _ in 0..count {
                let from = self.chance.between(0, self.size.zones - 1);
                let to = (from + self.chance.between(1, self.size.zones - 1)) % self.size.zones;
                let service = self.chance.of(SERVICES);
                self.line(&format!(
                    "  - {{from: zone-{from}, to: zone-{to}, services: [{service}]}}"
                ));
            }
        }
    }
}
