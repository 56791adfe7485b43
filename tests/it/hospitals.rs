//! The shipped inventories as whole hospitals.

mod configured;
mod incidents;
mod mutations;
mod observed;
mod probed;

use crate::support::{evidence, root, today, told};
use sekisho::audit::{Assessment, audit};
use sekisho::finding::Finding;
use sekisho::inventory::{self, EXPIRED, Reading};
use sekisho::model::Vocabulary;
use sekisho::report::next_steps;
use sekisho::source::SourceMap;
use std::path::{Path, PathBuf};

/// The YAML files of an inventory, in the order of their names.
fn files(at: &Path) -> Vec<PathBuf> {
    if at.is_file() {
        return vec![at.to_owned()];
    }
    let mut files: Vec<_> =
        std::fs::read_dir(at).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|it| it.is_file());
    files.sort();
    files
}

/// Reads the files of an inventory in this order.
fn read(files: &[PathBuf]) -> (SourceMap, Reading) {
    let mut sources = SourceMap::new();
    let ids: Vec<_> = files
        .iter()
        .map(|path| {
            let name = path.file_name().unwrap().to_string_lossy();
            sources.add(name, std::fs::read_to_string(path).unwrap())
        })
        .collect();
    let reading = inventory::read(&sources, &ids, today());
    (sources, reading)
}

/// The shipped inventories by name, in order.
fn shipped() -> Vec<(String, PathBuf)> {
    let mut all: Vec<_> = std::fs::read_dir(root().join("inventories"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| {
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            (name, path)
        })
        .collect();
    all.sort();
    all
}

#[test]
fn every_shipped_inventory_reads_without_any_diagnostic() {
    for (name, path) in shipped() {
        let (sources, mut reading) = read(&files(&path));
        // Dates that have passed are facts of the hospital; the rules judge them.
        reading.diagnostics.retain(|it| it.code != EXPIRED);
        let told = told(&sources, &reading);
        assert!(told.is_empty(), "{name}\n{told}");
    }
}

/// Judges as of the inventory's own day, with the configurations that it names.
fn judge(name: &str, mut sources: SourceMap, reading: Reading) -> Assessment {
    let as_of = reading.inventory.as_of.as_ref().map_or(today(), |it| it.value);
    let evidence = evidence(name, &mut sources, &reading);
    audit(reading.inventory, evidence, as_of)
}

/// One line a finding: severity, rule, what it is about, and whether somebody accepted it.
fn listed(assessment: &Assessment) -> String {
    let lines =
        assessment.findings.iter().map(|finding| {
            let more: String = finding.distinct.iter().map(|it| format!("+{it}")).collect();
            let waived = if finding.is_open() { "" } else { " (waived)" };
            format!(
                "{:8} {} {}{more}{waived}\n",
                finding.severity.key(),
                finding.rule,
                finding.subject,
            )
        });
    lines.collect()
}

#[test]
fn findings_of_shipped_inventories_are_the_reviewed_ones() {
    let mut wrong = Vec::new();
    for (name, path) in shipped() {
        let (sources, reading) = read(&files(&path));
        let found = listed(&judge(&name, sources, reading));
        let golden = root().join("tests/hospitals").join(&name).join("findings.txt");
        if std::env::var_os("UPDATE").is_some() {
            std::fs::create_dir_all(golden.parent().unwrap()).unwrap();
            std::fs::write(&golden, &found).unwrap();
        }
        let reviewed = std::fs::read_to_string(&golden).unwrap_or_default();
        if found != reviewed {
            wrong.push(format!("== {name}\nreviewed:\n{reviewed}\nfound:\n{found}"));
        }
    }
    assert!(wrong.is_empty(), "UPDATE=1 rewrites\n{}", wrong.join("\n"));
}

#[test]
fn the_well_run_hospital_and_the_starter_have_no_findings() {
    for name in ["well-run", "starter"] {
        let path = root().join(format!("inventories/{name}.yaml"));
        let (sources, reading) = read(&files(&path));
        assert_eq!(listed(&judge(name, sources, reading)), "", "{name}");
    }
}

#[test]
fn what_to_do_next_is_the_worst_of_different_rules() {
    for (name, path) in shipped() {
        let (sources, reading) = read(&files(&path));
        let assessment = judge(&name, sources, reading);
        let open: Vec<_> = assessment.findings.iter().filter(|it| it.is_open()).collect();
        let mut rules: Vec<_> = open.iter().map(|it| it.rule).collect();
        let mut seen = std::collections::BTreeSet::new();
        rules.retain(|rule| seen.insert(*rule));
        rules.truncate(3);
        let steps = next_steps(&assessment, 3);
        let told: Vec<_> = steps.iter().map(|it| it.findings[0].rule).collect();
        assert_eq!(told, rules, "{name}");
        let place = |id: &str| sekisho::rules::all().position(|it| it.id == id).unwrap();
        let order = |it: &&Finding| (it.severity, place(it.rule));
        assert!(open.is_sorted_by_key(order), "{name}: not in the order of danger");
    }
}

#[test]
fn the_order_of_files_changes_no_finding() {
    let files = files(&root().join("inventories/general-hospital"));
    let (sources, reading) = read(&files);
    let reviewed = listed(&judge("general-hospital", sources, reading));
    assert!(!reviewed.is_empty());
    let mut shuffled = files.clone();
    for turn in 1..files.len() {
        // Every file comes first once, and neighbours change places.
        shuffled.rotate_left(1);
        if turn % 2 == 0 {
            shuffled.reverse();
        }
        let half = shuffled.len() / 2;
        shuffled.swap(turn % half, half + turn % half);
        let (sources, reading) = read(&shuffled);
        let found = listed(&judge("general-hospital", sources, reading));
        assert_eq!(found, reviewed, "{shuffled:?}");
    }
}
