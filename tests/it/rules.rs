//! The page of a rule is its test: every `yaml` block is an inventory, every `# finding: <id>`
//! marks a line that must be pointed at, a block without marks must stay silent. A block
//! ` ```config NAME ` after an inventory is the configuration that one of its devices names
//! (`config: NAME`), or evidence that no device names; its marks are taken away before it is read.
//! A block ` ```evidence TAP ` is what was observed there, as `support::observed` reads it; a block
//! ` ```probes FROM ` what was answered to probes from there, as `support::probed` does.

use crate::support::{observed, probed, read, root, today, told};
use sekisho::audit::{Assessment, audit, audit_with};
use sekisho::change::{Difference, Record};
use sekisho::confirm::reconcile::{Reconciled, reconcile};
use sekisho::evidence::{EvidenceSet, Named};
use sekisho::finding::Finding;
use sekisho::inventory::{Device, Entry, Inventory};
use sekisho::model::{EntityKind, EntityRef};
use sekisho::rules::{self, Check, Pack, Rule};
use sekisho::source::{SourceMap, Span};
use std::collections::BTreeSet;
use std::fs;

/// The headings of a page after its title, in this order.
const HEADINGS: [&str; 7] = [
    "## 何を見るか",
    "## なぜ問題か",
    "## 例",
    "## 直し方",
    "## 誤検知しうる場合",
    "## 根拠",
    "## In English",
];

/// A fenced block of a page.
struct Block {
    /// The line of the page on which the opening fence stands, from 1.
    line: usize,
    language: String,
    text: String,
}

/// A page taken apart.
struct Page {
    headings: Vec<String>,
    blocks: Vec<Block>,
    /// The lines outside the fences, below each heading.
    prose: Vec<String>,
}

impl Page {
    fn of(rule: &Rule) -> Self {
        let mut page = Self { headings: Vec::new(), blocks: Vec::new(), prose: Vec::new() };
        let mut open: Option<Block> = None;
        for (at, line) in rule.page.lines().enumerate() {
            match (&mut open, line.strip_prefix("```")) {
                (Some(_), Some(_)) => page.blocks.extend(open.take()),
                (Some(block), None) => {
                    block.text.push_str(line);
                    block.text.push('\n');
                }
                (None, Some(language)) => {
                    open = Some(Block {
                        line: at + 1,
                        language: language.trim().to_owned(),
                        text: String::new(),
                    });
                }
                (None, None) if line.starts_with("# ") || line.starts_with("## ") => {
                    page.headings.push(line.trim_end().to_owned());
                    page.prose.push(String::new());
                }
                (None, None) => {
                    if let Some(prose) = page.prose.last_mut() {
                        prose.push_str(line);
                        prose.push('\n');
                    }
                }
            }
        }
        assert!(open.is_none(), "{}: a fenced block of the page is not closed", rule.id);
        page
    }

    /// Every inventory with the configurations that follow it.
    fn cases(&self) -> Vec<Case<'_>> {
        let mut cases: Vec<Case<'_>> = Vec::new();
        for block in &self.blocks {
            match (block.language.as_str(), cases.last_mut()) {
                ("yaml", _) => {
                    let (configs, seen, asked, other) = Default::default();
                    cases.push(Case { inventory: block, configs, seen, asked, other });
                }
                (language, Some(case)) => {
                    if let Some(side) = language.strip_prefix("yaml ") {
                        case.other.push((side, block));
                    }
                    if let Some(name) = language.strip_prefix("config ") {
                        case.configs.push((name, block));
                    }
                    if let Some(tap) = language.strip_prefix("evidence ") {
                        case.seen.push((tap, block));
                    }
                    if let Some(from) = language.strip_prefix("probes ") {
                        case.asked.push((from, block));
                    }
                }
                _ => {}
            }
        }
        cases
    }
}

/// An inventory and the configurations that go with it.
struct Case<'p> {
    inventory: &'p Block,
    configs: Vec<(&'p str, &'p Block)>,
    seen: Vec<(&'p str, &'p Block)>,
    asked: Vec<(&'p str, &'p Block)>,
    other: Vec<(&'p str, &'p Block)>,
}

impl Case<'_> {
    fn blocks(&self) -> impl Iterator<Item = &Block> {
        let more = self.configs.iter().chain(&self.seen).chain(&self.asked).chain(&self.other);
        std::iter::once(self.inventory).chain(more.map(|(_, block)| *block))
    }

    fn fires(&self) -> bool {
        self.blocks().any(|block| !block.marks().is_empty())
    }

    /// The line of the page that a place is on.
    fn line_of(&self, sources: &SourceMap, span: Span) -> usize {
        let name = sources.file(span.file).name();
        let line = sources.position(span).line;
        if let Some((_, block)) = self.asked.iter().find(|(from, _)| *from == name) {
            return block.line + probed::line(line);
        }
        let mut more = self.configs.iter().chain(&self.seen);
        let config = more.find(|(config, _)| *config == name);
        config.map_or(self.inventory, |(_, block)| block).line + line
    }
}

impl Block {
    /// The lines of the block that carry a mark, from 1, with the id in the mark.
    fn marks(&self) -> Vec<(usize, &str)> {
        let lines = self.text.lines().enumerate();
        lines
            .filter_map(|(at, line)| Some((at + 1, line.split_once("# finding:")?.1.trim())))
            .collect()
    }

    /// The text without marks, for languages in which they would not be comments.
    fn unmarked(&self) -> String {
        let lines = self.text.lines();
        lines
            .map(|line| line.split("# finding:").next().unwrap().trim_end().to_owned() + "\n")
            .collect()
    }
}

/// What a rule says about an inventory. A rule about waivers needs to know what the others said.
fn judge(rule: &'static Rule, case: &Case<'_>) -> Result<(SourceMap, Vec<Finding>), String> {
    let (mut sources, reading) = read(&case.inventory.text);
    if !reading.is_sound() {
        return Err(told(&sources, &reading));
    }
    let mut evidence = EvidenceSet::default();
    for (name, block) in &case.configs {
        let names = |device: &&Entry<Device>| device.config.iter().any(|it| it.value == *name);
        let named = reading.inventory.devices.iter().find(names);
        let named = named.map(|it| Named { device: it.id.value.clone(), span: it.id.span });
        evidence.add(&mut sources, name, block.unmarked().as_bytes(), named, None);
    }
    for (tap, block) in &case.seen {
        evidence.observe(&mut sources, observed::piece(tap, &block.unmarked())?);
    }
    for (from, block) in &case.asked {
        // Of several from one place, words behind it tell which is which.
        let place = from.split(' ').next().unwrap_or(from);
        evidence.probe(from, probed::journal(place, &block.unmarked())?);
    }
    evidence.list(&mut sources);
    let as_of = reading.inventory.as_of.as_ref().map_or(today(), |it| it.value);
    let Assessment { findings, .. } = match rule.check {
        Check::Facts(_) | Check::Compared => {
            audit_with(reading.inventory, evidence, as_of, std::iter::once(rule))
        }
        Check::Waivers(_) => audit_with(reading.inventory, evidence, as_of, rules::all()),
    };
    let own = findings.into_iter().filter(|it| it.rule == rule.id);
    Ok((sources, own.collect()))
}

/// The lines of a page on which a comparison of the two inventories of a case finds something.
fn compare(rule: &Rule, case: &Case<'_>) -> Result<Vec<usize>, String> {
    let [(side, block)] = case.other.as_slice() else {
        return Err("not one inventory to compare with".to_owned());
    };
    let state = |block: &Block| {
        let (sources, reading) = read(&block.text);
        match reading.is_sound() {
            true => Ok((sources, reading.inventory)),
            false => Err(told(&sources, &reading)),
        }
    };
    let ((old_sources, old), (sources, new)) = (state(case.inventory)?, state(block)?);
    let of_new = |span: Span| block.line + sources.position(span).line;
    let of_old = |span: Span| case.inventory.line + old_sources.position(span).line;
    if *side == "newer" {
        let place = |thing: &EntityRef| {
            let newer = new.span_of(thing).map(of_new);
            newer.or_else(|| old.span_of(thing).map(of_old)).expect("a place")
        };
        let record = |inventory: &Inventory, sources: &SourceMap| {
            let as_of = inventory.as_of.as_ref().map_or(today(), |it| it.value);
            Record::of(&audit(inventory.clone(), EvidenceSet::default(), as_of), sources)
        };
        let (older, newer) = (record(&old, &old_sources), record(&new, &sources));
        let difference = Difference::between(&older, &newer, &[]);
        let broken =
            difference.changes.iter().filter(|it| it.rule().is_some_and(|it| it.id == rule.id));
        return Ok(broken.map(|it| place(&it.thing())).collect());
    }
    let all = reconcile(&old, &new, None);
    let alone = |id: &String| EntityRef::new(EntityKind::Connection, id);
    if rule.id == Reconciled::ALONE.id {
        let ours = all.only_hospital.iter().filter_map(|it| old.span_of(&alone(it))).map(of_old);
        let theirs = all.only_vendor.iter().filter_map(|it| new.span_of(&alone(it))).map(of_new);
        return Ok(ours.chain(theirs).collect());
    }
    let differences = all.pairs.iter().flat_map(|it| &it.differences);
    let places = differences.map(|it| match (&it.vendor, &it.hospital) {
        (Some(said), _) => said.span.map(of_new),
        (None, said) => said.as_ref().and_then(|it| it.span).map(of_old),
    });
    Ok(places.map(|it| it.expect("a place")).collect())
}

#[test]
fn every_comparison_finds_what_its_page_says() {
    let mut wrong = Vec::new();
    let compared = listed().filter(|(_, rule)| matches!(rule.check, Check::Compared));
    for (pack, rule) in compared {
        for case in Page::of(rule).cases() {
            let marks = case.blocks().flat_map(|block| {
                block.marks().into_iter().map(|(at, id)| (block.line + at, id.to_owned()))
            });
            let marks: Vec<(usize, String)> = marks.collect();
            let mut found = compare(rule, &case);
            if let Ok(found) = &mut found {
                found.sort_unstable();
            }
            let expected: Vec<usize> = marks.iter().map(|it| it.0).collect();
            if found.as_ref() != Ok(&expected) || marks.iter().any(|(_, id)| id != rule.id) {
                let path = place(pack, rule, "md");
                wrong.push(format!("{path}: marked {marks:?}, found {found:?}"));
            }
        }
    }
    assert_none(wrong);
}

fn japanese(text: &str) -> bool {
    text.chars().any(|c| matches!(c, '\u{3040}'..='\u{30ff}' | '\u{4e00}'..='\u{9fff}'))
}

/// Fails once, with everything that is wrong.
fn assert_none(wrong: Vec<String>) {
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

fn place(pack: &Pack, rule: &Rule, extension: &str) -> String {
    let stem = rule.id.replace('-', "_");
    format!("src/rules/{}/{stem}.{extension}", pack.id)
}

fn listed() -> impl Iterator<Item = (&'static Pack, &'static Rule)> {
    let packs = rules::PACKS.iter();
    packs.flat_map(|pack| pack.rules.iter().map(move |rule| (*pack, *rule)))
}

#[test]
fn every_example_is_judged_as_its_page_says() {
    let mut wrong = Vec::new();
    for (pack, rule) in listed().filter(|(_, rule)| !matches!(rule.check, Check::Compared)) {
        let path = place(pack, rule, "md");
        for case in Page::of(rule).cases() {
            let on_page = |line: usize| format!("{path}:{line}");
            let (sources, findings) = match judge(rule, &case) {
                Ok(judged) => judged,
                Err(told) => {
                    let line = case.inventory.line;
                    wrong.push(format!("{}: the example does not read:\n{told}", on_page(line)));
                    continue;
                }
            };
            // Every finding by the line of the page that its first place is on.
            let mut came: Vec<(usize, &Finding)> = findings
                .iter()
                .map(|it| {
                    let span = it.locations[0].span;
                    (case.line_of(&sources, span), it)
                })
                .collect();
            let found: Vec<usize> = came.iter().map(|(line, _)| *line).collect();
            for (line, id) in case
                .blocks()
                .flat_map(|block| block.marks().into_iter().map(|(at, id)| (block.line + at, id)))
            {
                if id != rule.id {
                    wrong.push(format!("{}: the mark names `{id}`", on_page(line)));
                }
                match came.iter().position(|(at, _)| *at == line) {
                    Some(at) => drop(came.remove(at)),
                    None => wrong.push(format!(
                        "{}: nothing was found here; found on lines {found:?}",
                        on_page(line)
                    )),
                }
            }
            for (line, finding) in came {
                wrong.push(format!(
                    "{}: found without a mark: {} / {}",
                    on_page(line),
                    finding.message.en,
                    finding.message.ja
                ));
            }
        }
    }
    assert_none(wrong);
}

#[test]
fn every_page_has_its_headings_and_a_firing_and_a_silent_example() {
    let mut wrong = Vec::new();
    for (pack, rule) in listed() {
        let path = place(pack, rule, "md");
        let page = Page::of(rule);
        let mut expected = vec![format!("# {}", rule.title.ja)];
        expected.extend(HEADINGS.map(str::to_owned));
        if page.headings != expected {
            wrong.push(format!(
                "{path}: headings are {:?}\n  instead of {expected:?}",
                page.headings
            ));
            continue;
        }
        for (heading, prose) in page.headings.iter().zip(&page.prose).skip(1) {
            if prose.trim().is_empty() {
                wrong.push(format!("{path}: nothing stands below `{heading}`"));
            }
        }
        if page
            .prose
            .last()
            .is_some_and(|english| english.contains(|c| matches!(c, '\u{3040}'..='\u{30ff}')))
        {
            wrong.push(format!("{path}: the English part is not in English"));
        }
        if !page.cases().iter().any(Case::fires) {
            wrong.push(format!("{path}: no example fires"));
        }
        if page.cases().iter().all(Case::fires) {
            wrong.push(format!("{path}: no example stays silent"));
        }
    }
    assert_none(wrong);
}

#[test]
fn the_lists_and_the_folders_agree() {
    let mut wrong = Vec::new();
    for pack in rules::PACKS {
        let folder = root().join("src/rules").join(pack.id);
        let mut there = BTreeSet::new();
        for entry in fs::read_dir(&folder).expect("the folder of a pack") {
            let name = entry.expect("an entry").file_name();
            there.insert(format!("src/rules/{}/{}", pack.id, name.to_string_lossy()));
        }
        let mut expected = BTreeSet::from([format!("src/rules/{}/mod.rs", pack.id)]);
        for rule in pack.rules {
            expected.insert(place(pack, rule, "rs"));
            expected.insert(place(pack, rule, "md"));
            let page = fs::read_to_string(root().join(place(pack, rule, "md"))).unwrap_or_default();
            if page != rule.page {
                wrong.push(format!(
                    "{}: is not the page of `{}`",
                    place(pack, rule, "md"),
                    rule.id
                ));
            }
        }
        for path in there.symmetric_difference(&expected) {
            let side = if there.contains(path) { "no list has" } else { "there is no" };
            wrong.push(format!("{side} {path}"));
        }
    }
    assert_none(wrong);
}

#[test]
fn ids_are_unique_and_in_kebab_case() {
    let mut seen = BTreeSet::new();
    let mut wrong = Vec::new();
    for (_, rule) in listed() {
        let words = rule.id.split('-');
        let kebab = words.clone().count() > 1
            && words.clone().all(|word| {
                !word.is_empty()
                    && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
            });
        if !kebab {
            wrong.push(format!("`{}` is not in kebab-case", rule.id));
        }
        if !seen.insert(rule.id) {
            wrong.push(format!("`{}` is there twice", rule.id));
        }
    }
    assert_none(wrong);
}

#[test]
fn rules_speak_both_languages() {
    let mut wrong = Vec::new();
    for (_, rule) in listed() {
        for (what, text) in [("title", &rule.title), ("remedy", &rule.remedy)] {
            if !japanese(&text.ja) || japanese(&text.en) || text.en.is_empty() {
                wrong.push(format!("`{}`: its {what} is not in both languages", rule.id));
            }
        }
    }
    assert_none(wrong);
}

#[test]
fn every_finding_points_into_the_inventory() {
    let mut wrong = Vec::new();
    for (pack, rule) in listed() {
        for case in Page::of(rule).cases() {
            let Ok((sources, findings)) = judge(rule, &case) else {
                continue; // told by the test of the examples
            };
            let mut known = BTreeSet::new();
            for finding in &findings {
                let line = case.inventory.line;
                let what = format!("{}:{line} {}", place(pack, rule, "md"), finding.message.en);
                if !known.insert(finding.fingerprint()) {
                    wrong.push(format!("{what}: two findings are {}", finding.fingerprint()));
                }
                if finding.locations.is_empty() {
                    wrong.push(format!("{what}: points nowhere"));
                }
                for location in &finding.locations {
                    if sources.slice(location.span).is_empty() {
                        wrong.push(format!("{what}: points at nothing: {:?}", location.span));
                    }
                    if !japanese(&location.text.ja) || location.text.en.is_empty() {
                        wrong.push(format!("{what}: a place is not explained in both languages"));
                    }
                }
                if !japanese(&finding.message.ja) || finding.message.ja == finding.message.en {
                    wrong.push(format!("{what}: is not said in both languages"));
                }
            }
        }
    }
    assert_none(wrong);
}
