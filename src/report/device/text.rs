//! A configuration in words: what leads outside first.

use super::{Read, kind, listened, remote, sources, words};
use crate::locale::{Lang, Text, one_line, wrap};
use crate::model::Vocabulary as _;
use crate::model::device::{Becomes, DeviceConfig, Hook, NatKind, NextHop, StructureKind};
use crate::report::looked::lines;
use crate::source::Span;
use crate::text;
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// How many lines that were not understood are shown.
const SHOWN: usize = 20;

/// The configuration in one language, in lines of at most so many columns.
pub fn write(read: Read<'_>, lang: Lang, columns: usize) -> String {
    let mut page = Page { read, lang, columns: columns.max(40), text: String::new() };
    page.head();
    let config = read.config;
    page.section(&Text::new("トンネル", "tunnels"), tunnels(config));
    page.section(&Text::new("外部からの接続受付", "remote access"), remote_access(config));
    page.section(
        &Text::new("ポート転送・静的NAT", "port forwards and static NAT"),
        forwards(config),
    );
    page.section(&Text::new("外向きの経路", "routes out"), routes(config));
    page.section(&Text::new("管理接続", "management"), management(config));
    page.section(&Text::new("クラウド管理", "cloud management"), cloud(config));
    page.section(&Text::new("インタフェース", "interfaces"), interfaces(config));
    page.section(&Text::new("L2ブリッジ", "layer-2 bridges"), bridges(config));
    page.section(&Text::new("フィルタ", "filters"), filters(config));
    page.section(&Text::new("動作しないおそれ", "probably not working"), doubts(config));
    page.section(&Text::new("定義のない参照", "references to nothing"), undefined(config));
    page.unrecognized();
    page.text
}

type Facts = Vec<(Span, Text)>;

struct Page<'a> {
    read: Read<'a>,
    lang: Lang,
    columns: usize,
    text: String,
}

impl Page<'_> {
    fn say(&self, text: &Text) -> String {
        one_line(text.get(self.lang)).into_owned()
    }

    fn line(&mut self, lead: &str, text: &str) {
        let indent = " ".repeat(crate::locale::display_width(lead));
        let room = self.columns.saturating_sub(indent.len()).max(20);
        for (nth, line) in wrap(text, room).iter().enumerate() {
            let lead = if nth == 0 { lead } else { &indent };
            let _ = writeln!(self.text, "{lead}{line}");
        }
    }

    fn head(&mut self) {
        let (file, config) = (self.read.file, self.read.config);
        let name = self.read.sources.file(file.file).name();
        let format = self.say(&file.format.name);
        let about = [&config.hostname, &config.product, &config.version, &config.serial];
        let about: Vec<_> =
            about.iter().filter_map(|it| it.as_ref()).map(|it| it.value.as_str()).collect();
        let name = self.say(&Text::same(name));
        let about = self.say(&Text::same(about.join("  ")));
        self.line("", format!("{name}  {format}  {about}").trim_end());
        let coverage = self.say(&lines(&file.coverage));
        self.line("  ", &coverage);
        for remark in &file.remarks {
            let remark = self.say(&remark.message);
            self.line("  ! ", &remark);
        }
    }

    fn section(&mut self, title: &Text, facts: Facts) {
        if facts.is_empty() {
            return;
        }
        let title = self.say(title);
        let _ = writeln!(self.text, "\n{title}");
        for (span, fact) in facts {
            let (line, fact) = (self.read.line(span), self.say(&fact));
            self.line(&format!("{line:>6}  "), &fact);
        }
    }

    fn unrecognized(&mut self) {
        let unknown = &self.read.file.coverage.unrecognized;
        let shown = unknown
            .iter()
            .take(SHOWN)
            .map(|span| (*span, Text::same(self.read.sources.slice(*span).trim().to_owned())));
        let mut facts: Facts = shown.collect();
        if let (Some(more), Some(next)) = (unknown.len().checked_sub(SHOWN), unknown.get(SHOWN)) {
            facts.push((*next, text!("ほか{more}行", "{more} more")));
        }
        self.section(&Text::new("意味の分からなかった行", "lines that were not understood"), facts);
    }
}

/// What is switched off says so.
fn state(enabled: bool) -> Text {
    if enabled { Text::default() } else { Text::new("【無効】", "[off] ") }
}

fn tunnels(config: &DeviceConfig) -> Facts {
    let fact = |it: &crate::model::device::Tunnel| {
        let (off, kind, name) = (state(it.disabled.is_none()), it.kind.label(), &it.name);
        let ipsec = it.ipsec && !kind.en.contains("IPsec");
        let ipsec =
            if ipsec { Text::new("（IPsecで保護）", " over IPsec") } else { Text::default() };
        let layer2 =
            if it.layer2 { Text::new("　L2延伸", ", layer 2") } else { Text::default() };
        let peer = remote(&it.remote.value);
        let selectors: Vec<_> = it
            .selectors
            .iter()
            .map(|it| format!("{} ⇔ {}", it.value.local, it.value.remote))
            .collect();
        let selectors = selectors.join("、");
        let carried = match selectors.is_empty() {
            true => Text::default(),
            false => text!("　対象 {selectors}", ", carries {selectors}"),
        };
        let text = text!(
            "{off}{name}: {kind}{ipsec}　相手 {peer}{carried}{layer2}",
            "{off}{name}: {kind}{ipsec} to {peer}{carried}{layer2}";
            off, kind, ipsec, peer, carried, layer2
        );
        (it.span, text)
    };
    config.tunnels.iter().map(fact).collect()
}

fn remote_access(config: &DeviceConfig) -> Facts {
    let fact = |it: &crate::model::device::RemoteAccess| {
        let (off, kind, name, users) =
            (state(it.enabled), it.kind.label(), &it.name, it.users.len());
        let sources = sources(&it.sources);
        let how = match it.authentication.is_empty() {
            true => Text::new("不明", "unknown"),
            false => words(&it.authentication),
        };
        let text = text!(
            "{off}{name}: {kind}　接続元 {sources}　利用者 {users}名　認証 {how}",
            "{off}{name}: {kind} from {sources}, {users} user(s), authentication {how}";
            off, kind, sources, how
        );
        (it.span, text)
    };
    config.remote_access.iter().map(fact).collect()
}

fn forwards(config: &DeviceConfig) -> Facts {
    let inert = |it: &&crate::model::device::Nat| {
        it.kind == NatKind::Source
            || matches!(it.becomes, Becomes::Unchanged | Becomes::Discarded)
            || it.within_the_host()
    };
    let ways = config.nat.iter().filter(|it| !inert(it));
    let fact = |it: &crate::model::device::Nat| {
        let (off, listens) = (state(it.enabled), listened(&it.when));
        let to = match &it.becomes {
            Becomes::Addresses(set) => Text::same(set.to_string()),
            Becomes::Interface => Text::new("機器自身", "the device itself"),
            _ => Text::new("不明", "unknown"),
        };
        let ports =
            it.ports.as_ref().map(|it| format!(" {}", super::numbers(it))).unwrap_or_default();
        let sources = sources(&it.when.source);
        let text = text!(
            "{off}{listens} → {to}{ports}　接続元 {sources}",
            "{off}{listens} -> {to}{ports}, from {sources}"; off, to, sources
        );
        (it.span, text)
    };
    ways.map(fact).collect()
}

fn routes(config: &DeviceConfig) -> Facts {
    let fact = |it: &crate::model::device::Route| {
        let via: Vec<_> = it
            .via
            .iter()
            .map(|hop| match hop {
                NextHop::Address(address) => Text::same(address.to_string()),
                NextHop::Interface(name) | NextHop::Instance(name) => Text::same(name.clone()),
                NextHop::Over(address, name) => Text::same(format!("{address} ({name})")),
                NextHop::Discard => Text::new("破棄", "discard"),
                NextHop::Unknown(words) => text!("不明（{words}）", "unknown ({words})"),
            })
            .collect();
        let (off, via, to) = (state(it.enabled), Text::list(&via), it.destination);
        (it.span, text!("{off}{to} → {via}", "{off}{to} via {via}"; off, via))
    };
    config.routes.iter().filter(|it| it.is_default()).map(fact).collect()
}

fn management(config: &DeviceConfig) -> Facts {
    let fact = |it: &crate::model::device::Management| {
        let (off, kind, service) = (state(it.enabled), it.kind.label(), it.service);
        let on = match it.interfaces.is_empty() {
            true => Text::new("全インタフェース", "every interface"),
            false => Text::same(it.interfaces.join(", ")),
        };
        let sources = match it.exact {
            false => Text::new("判定不能", "undetermined"),
            true => sources(&it.sources),
        };
        let text = text!(
            "{off}{kind} {service}　{on}　接続元 {sources}",
            "{off}{kind} {service} on {on} from {sources}"; off, kind, on, sources
        );
        (it.span, text)
    };
    config.management.iter().map(fact).collect()
}

fn cloud(config: &DeviceConfig) -> Facts {
    let fact = |it: &crate::model::device::CloudManagement| {
        let (off, product) = (state(it.enabled), &it.product);
        (it.span, text!("{off}{product}", "{off}{product}"; off))
    };
    config.cloud.iter().map(fact).collect()
}

fn interfaces(config: &DeviceConfig) -> Facts {
    let fact = |it: &crate::model::device::Interface| {
        let (off, kind, name) = (state(it.enabled), kind(it.kind), &it.name.value);
        let fixed = it.addresses.iter().map(|it| Text::same(it.value.to_string()));
        let acquired = it.acquired.iter().map(|it| it.value.label());
        let addresses = Text::list(&fixed.chain(acquired).collect::<Vec<_>>());
        let vlan = it.vlan.map(|it| format!(" VLAN {it}")).unwrap_or_default();
        let outside = if it.outside.is_some() {
            Text::new("　外側", ", outside")
        } else {
            Text::default()
        };
        let note = it.description.as_ref().map(|it| format!(" “{}”", it.value)).unwrap_or_default();
        let text = text!(
            "{off}{name} {kind}{vlan} {addresses}{outside}{note}",
            "{off}{name} {kind}{vlan} {addresses}{outside}{note}"; off, kind, addresses, outside
        );
        (it.name.span, text)
    };
    config.interfaces.iter().map(fact).collect()
}

fn bridges(config: &DeviceConfig) -> Facts {
    let fact = |it: &crate::model::device::Bridge| {
        let members: Vec<_> = it.members.iter().map(|it| it.value.as_str()).collect();
        (it.name.span, Text::same(format!("{} = {}", it.name.value, members.join(" + "))))
    };
    config.bridges.iter().map(fact).collect()
}

/// Where a filter takes effect.
fn hook(hook: Hook) -> Text {
    match hook {
        Hook::In => Text::new("受信", "incoming"),
        Hook::Out => Text::new("送信", "outgoing"),
        Hook::Forward => Text::new("転送", "forwarded"),
        Hook::Local => Text::new("機器宛", "to the device"),
        Hook::Own => Text::new("機器発", "from the device"),
        Hook::Selection => Text::new("対象の選択", "selection"),
    }
}

fn filters(config: &DeviceConfig) -> Facts {
    let unused = config.structures.unused().into_iter();
    let unused: BTreeSet<&str> =
        unused.filter(|it| it.kind == StructureKind::Filter).map(|it| it.name.as_str()).collect();
    let fact = |it: &crate::model::device::Filter| {
        let (name, lines) = (&it.name.value, it.lines.len());
        let applied: Vec<_> = config
            .applied
            .iter()
            .filter(|applied| applied.filter == *name)
            .map(|applied| {
                let (hook, on) = (hook(applied.hook), applied.interfaces.join(" "));
                match on.is_empty() {
                    true => hook,
                    false => text!("{hook} {on}", "{hook} {on}"; hook),
                }
            })
            .collect();
        let applied = match applied.is_empty() {
            true if unused.contains(name.as_str()) => Text::new("適用なし", "not applied"),
            true => Text::new("ほかの設定から参照", "used by other settings"),
            false => Text::list(&applied),
        };
        (
            it.name.span,
            text!("{name}　{lines}行　{applied}", "{name}, {lines} line(s), {applied}"; applied),
        )
    };
    config.filters.iter().map(fact).collect()
}

fn doubts(config: &DeviceConfig) -> Facts {
    config.doubts.iter().map(|it| (it.span, it.why.clone())).collect()
}

fn undefined(config: &DeviceConfig) -> Facts {
    let fact = |it: &crate::model::device::Reference| {
        let (kind, name) = (it.kind.label(), &it.name);
        (it.span, text!("{kind} {name}", "{kind} {name}"; kind))
    };
    config.structures.undefined().into_iter().map(fact).collect()
}
