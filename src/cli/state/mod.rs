//! What OLD and NEW may name: a state of everything at some time.
//!
//! | written | what it is |
//! |---|---|
//! | `ledger`, `ledger/a.yaml` | an inventory as it is now: a folder or a file |
//! | `configs` | configurations of devices alone: a folder or a file |
//! | `#12`, `annual-2025`, `2025-11`, `last` | a snapshot of the history |
//! | `evidence.zip` | an evidence bundle: what stands in it, judged again |
//! | `git:REV`, `git:REV:ledger` | what stands in a revision of git |
//!
//! What is there as a file or folder is that; everything else is looked up in the history.

mod git;

use super::args::Day;
use super::bundle;
use super::collect::{collect, pointed_at};
use super::console::{Console, Stop};
use super::history::{doubt, place};
use super::load::load_sound;
use super::options::today;
use super::question::alone;
use crate::audit::{self, Assessment};
use crate::change::Record;
use crate::evidence::EvidenceSet;
use crate::history::{Access, Snapshot, Store};
use crate::locale::{Lang, Text};
use crate::reach::Reach;
use crate::report::Report;
use crate::source::{Diagnostic, SourceMap, quoted};
use crate::text;
use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

/// Where states are looked for, beside what names them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Around<'a> {
    /// Evidence that goes with an inventory.
    pub(super) evidence: &'a [PathBuf],
    /// The day to judge. A snapshot keeps its own.
    pub(super) day: &'a Day,
    /// The history, the inventory beside it, or their folder.
    pub(super) history: &'a Path,
}

/// Everything at some time.
pub(super) struct State {
    /// What it is, in words.
    pub(super) name: Text,
    /// What was found: as it was kept, for a snapshot.
    pub(super) record: Record,
    /// What was kept before it, oldest first: since when findings stand.
    pub(super) earlier: Vec<Record>,
    /// The texts.
    pub(super) sources: SourceMap,
    /// The facts and what this version finds in them.
    pub(super) assessment: Assessment,
    /// Whether it comes out of a history that something else altered, so that it may not be what was
    /// kept.
    pub(super) altered: bool,
}

/// The state that is meant.
pub(super) fn resolve(typed: &str, around: Around<'_>, console: &Console) -> Result<State, Stop> {
    if let Some(revision) = typed.strip_prefix("git:") {
        return git::state(revision, around, console);
    }
    let path = Path::new(typed);
    match !typed.starts_with('#') && (typed == "-" || path.exists()) {
        true => on_disk(path, Text::same(typed), around, console),
        false => kept(typed, around, console),
    }
}

/// What stands in files now.
fn on_disk(path: &Path, name: Text, around: Around<'_>, console: &Console) -> Result<State, Stop> {
    if is_archive(path) {
        return bundled(path, name);
    }
    if is_inventory(path) {
        let mut loaded = load_sound(path, around.day, console)?;
        let evidence = collect(path, around.evidence, &mut loaded, console)?;
        let assessment = audit::audit(loaded.inventory, evidence, loaded.as_of);
        return Ok(State::of(name, loaded.sources, assessment));
    }
    let mut sources = SourceMap::new();
    let mut evidence = EvidenceSet::default();
    let mut paths = vec![path];
    paths.extend(around.evidence.iter().map(PathBuf::as_path));
    pointed_at(&paths, &mut sources, &mut evidence, console)?;
    if evidence.devices.is_empty() {
        evidence.unread.iter().for_each(|it| console.complain(&it.why));
        return Err(nothing_in(path).into());
    }
    let as_of = around.day.as_of.unwrap_or_else(today);
    let inventory = alone::inventory(&mut sources, &mut evidence, as_of, console.lang());
    let assessment = audit::audit(inventory, evidence, as_of);
    let mut state = State::of(name, sources, assessment);
    state.record.undeclared = true;
    Ok(state)
}

/// Whether a file is a ZIP archive (PKWARE APPNOTE 6.3, 4.3.7): the only ones that are read are bundles.
fn is_archive(path: &Path) -> bool {
    let mut mark = [0; 4];
    // A pipe would be waited for.
    path.is_file()
        && File::open(path).and_then(|mut it| it.read_exact(&mut mark)).is_ok()
        && mark == *b"PK\x03\x04"
}

/// What stands in an evidence bundle, judged again as of its day.
fn bundled(path: &Path, name: Text) -> Result<State, Stop> {
    let bundle = bundle::open(path)?;
    let as_of = bundle.manifest.as_of;
    let (material, texts) = bundle.inputs();
    let again = material.replay(&texts, as_of)?;
    if !again.reading.is_sound() {
        let given = path.display();
        return Err(Diagnostic::error(
            "bundle-not-judged",
            text!(
                "証跡一式「{given}」から、もう一度判定することができません",
                "the bundle `{given}` cannot be judged again"
            ),
        )
        .into());
    }
    let assessment = audit::audit(again.reading.inventory, again.evidence, as_of);
    Ok(State::of(name, again.sources, assessment))
}

/// Whether it holds an inventory: otherwise its files are configurations.
fn is_inventory(path: &Path) -> bool {
    let yaml = |path: &Path| {
        path.extension()
            .is_some_and(|it| it.eq_ignore_ascii_case("yaml") || it.eq_ignore_ascii_case("yml"))
    };
    let Ok(entries) = std::fs::read_dir(path) else { return path == Path::new("-") || yaml(path) };
    let mut entries: Vec<PathBuf> = entries.filter_map(|it| Some(it.ok()?.path())).collect();
    entries.sort();
    // `connections/*.yaml` alone would be an inventory in folders.
    let in_folder = |it: &PathBuf| {
        let below = std::fs::read_dir(it).into_iter().flatten();
        below.filter_map(Result::ok).any(|it| yaml(&it.path()))
    };
    entries.iter().any(|it| yaml(it) || in_folder(it))
}

/// A snapshot of the history.
fn kept(reference: &str, around: Around<'_>, console: &Console) -> Result<State, Stop> {
    let path = place(around.history);
    let store = Store::open(&path, Access::Read).map_err(|why| match why.code {
        "history-missing" => neither(reference, &path),
        _ => why,
    })?;
    let altered = doubt(&store, console)?;
    let snapshot = store.find(reference)?;
    console.step(&text!("時点記録を読んでいます", "reading the snapshot"));
    let mut record = record(&store, &snapshot)?;
    let earlier = earlier(&store, &snapshot, altered.is_some())?;
    let (material, texts) = store.material(&snapshot)?;
    let again = material.replay(&texts, snapshot.as_of)?;
    if !again.reading.is_sound() {
        // The keys that a later version refuses. What was found then stays readable.
        console.complain_about(&again.reading.diagnostics, &again.sources);
        return Err(unreadable(&snapshot).into());
    }
    let assessment = audit::audit(again.reading.inventory, again.evidence, snapshot.as_of);
    record.digest_again(&assessment, &again.sources);
    let (number, day) = (snapshot.number, snapshot.as_of);
    // Whoever reads the comparison on paper has to know it, too.
    let doubtful = altered.as_ref().is_some_and(|it| it.concerns(&snapshot));
    let name = match doubtful {
        true => text!(
            "時点記録 #{number}（{day}、書き換えられた履歴のもの）",
            "snapshot #{number} ({day}, of a history that was altered)"
        ),
        false => text!("時点記録 #{number}（{day}）", "snapshot #{number} ({day})"),
    };
    let altered = altered.is_some();
    Ok(State { name, record, earlier, sources: again.sources, assessment, altered })
}

fn record(store: &Store, snapshot: &Snapshot) -> Result<Record, Diagnostic> {
    let record = store.record(snapshot)?;
    serde_json::from_slice(&record).map_err(|_| unreadable(snapshot))
}

/// What was kept before a snapshot, oldest first; of what was pruned, or lost, what remains.
fn earlier(store: &Store, snapshot: &Snapshot, altered: bool) -> Result<Vec<Record>, Diagnostic> {
    let mut before = store.snapshots()?;
    before.retain(|it| (it.as_of, it.number) < (snapshot.as_of, snapshot.number));
    before.sort_by_key(|it| (it.as_of, it.number));
    let remains = |it: &Snapshot| {
        let found = store.findings_as_they_stand(it)?;
        Ok(Record::remains(it.tool.clone(), it.as_of, found.into_keys()))
    };
    let all = before.iter().map(|it| match it.pruned {
        Some(_) => remains(it),
        // That it is not what was kept has been said; only since when findings stand rests on it.
        None if altered => record(store, it).or_else(|_| remains(it)),
        None => record(store, it),
    });
    all.collect()
}

impl State {
    fn of(name: Text, sources: SourceMap, assessment: Assessment) -> Self {
        let record = Record::of(&assessment, &sources);
        Self { name, record, earlier: Vec::new(), sources, assessment, altered: false }
    }
}

impl State {
    /// What questions are asked of.
    pub(super) fn reach(&self) -> Reach<'_> {
        let it = &self.assessment;
        Reach::new(&it.inventory, &it.evidence, &it.topology)
    }

    /// With what answers are shown.
    pub(super) fn report(&self, lang: Lang) -> Report<'_> {
        Report { assessment: &self.assessment, sources: &self.sources, drawing: None, lang }
    }
}

/// It is no file, and there is no history.
fn neither(typed: &str, history: &Path) -> Diagnostic {
    let (given, history) = (quoted(typed), history.display());
    Diagnostic::error(
        "no-such-state",
        text!(
            "「{given}」というファイルもフォルダもなく、履歴（{history}）もまだありません",
            "there is no file or folder `{given}`, and no history ({history}) yet"
        ),
    )
    .help(text!(
        "書けるもの: 台帳、設定のフォルダ、証跡一式（ZIP）、時点記録（#12、タグ、2025-11、last）、git:リビジョン[:パス]",
        "what can be written: an inventory, a folder of configurations, an evidence bundle (ZIP), a snapshot (#12, a tag, 2025-11, last), git:REVISION[:PATH]"
    ))
}

fn nothing_in(path: &Path) -> Diagnostic {
    let name = path.display();
    Diagnostic::error(
        "no-state-in",
        text!(
            "「{name}」には台帳（*.yaml）も、読める機器の設定もありません",
            "`{name}` holds neither an inventory (*.yaml) nor a configuration that can be read"
        ),
    )
}

fn unreadable(snapshot: &Snapshot) -> Diagnostic {
    let (number, tool) = (snapshot.number, &snapshot.tool);
    Diagnostic::error(
        "snapshot-not-judged",
        text!(
            "時点記録 #{number}（{tool} で作成）から、もう一度判定することができません",
            "snapshot #{number} (made by {tool}) cannot be judged again"
        ),
    )
}
