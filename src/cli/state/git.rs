//! A state as it stands in a revision of git. The program `git` is asked for the files, and
//! nothing of the working folder is touched.

use super::{Around, State, on_disk};
use crate::cli::console::{Console, Stop, reason};
use crate::locale::{Text, one_line};
use crate::source::decode::MAX_BYTES;
use crate::source::{Diagnostic, quoted};
use crate::text;
use std::fs;
use std::io::{self, BufReader, Read as _};
use std::path::{Component, Path, PathBuf};
use std::process::{Command, Stdio};

/// The longest file list that is read, and how much of files in all.
const MOST: u64 = 16 * MAX_BYTES;

/// `REV` or `REV:PATH`, the path relative to the current folder.
pub(super) fn state(typed: &str, around: Around<'_>, console: &Console) -> Result<State, Stop> {
    let (revision, path) = match typed.split_once(':') {
        Some((revision, path)) if !path.is_empty() => (revision, Path::new(path)),
        Some((revision, _)) => (revision, Path::new(".")),
        None => (typed, Path::new(".")),
    };
    console.step(&text!("git から読んでいます", "reading from git"));
    let at = Place::of(path);
    ask(&at.folder, &["rev-parse", "--git-dir"]).map_err(|why| match why {
        Refusal::Missing => no_git(),
        Refusal::Said(why) => no_repository(&at.folder, &why),
    })?;
    let object = format!("{revision}^{{commit}}");
    let verify = ["rev-parse", "--verify", "--quiet", "--end-of-options", &object];
    let commit = ask(&at.folder, &verify).map_err(|_| no_revision(revision))?;
    let commit = String::from_utf8_lossy(&commit).trim().to_owned();
    let files = list(&at, &commit).map_err(|why| failed(&why))?;
    if files.is_empty() {
        return Err(not_there(revision, path).into());
    }
    let folder = tempfile::tempdir().map_err(|error| failed(&reason(&error)))?;
    fetch(&at, &files, folder.path()).map_err(|why| failed(&why))?;
    let target = folder.path().join(&at.inside);
    if !target.exists() {
        return Err(not_there(revision, path).into());
    }
    let short: String = commit.chars().take(10).collect();
    let name = match path == Path::new(".") {
        true => format!("git:{revision} ({short})"),
        false => format!("git:{revision}:{} ({short})", path.display()),
    };
    on_disk(&target, Text::same(name), around, console)
}

/// Where to ask, and what is wanted below it. The path may be gone by now.
struct Place {
    /// A folder that exists.
    folder: PathBuf,
    /// What is wanted below it.
    inside: PathBuf,
    /// Which files of the folder are fetched: those beside a file too, because it may name them.
    wanted: PathBuf,
}

impl Place {
    fn of(path: &Path) -> Self {
        let mut folder = path.to_owned();
        let mut inside = PathBuf::new();
        while !folder.is_dir() {
            let Some(name) = folder.file_name().map(PathBuf::from) else { break };
            inside = if inside.as_os_str().is_empty() { name } else { name.join(inside) };
            if !folder.pop() {
                break;
            }
        }
        if folder.as_os_str().is_empty() {
            folder = PathBuf::from(".");
        }
        let file = inside.extension().is_some();
        let wanted = if file { inside.parent() } else { Some(inside.as_path()) };
        let wanted = wanted.filter(|it| !it.as_os_str().is_empty());
        let wanted = wanted.map_or_else(|| PathBuf::from("."), Path::to_owned);
        Self { folder, inside, wanted }
    }
}

/// Why git gave no answer.
enum Refusal {
    /// It is not installed.
    Missing,
    /// What it said.
    Said(Text),
}

fn git(folder: &Path) -> Command {
    let mut command = Command::new("git");
    command.arg("-C").arg(folder).env("GIT_OPTIONAL_LOCKS", "0").stdin(Stdio::null());
    command
}

fn ask(folder: &Path, args: &[&str]) -> Result<Vec<u8>, Refusal> {
    let output = git(folder).args(args).output().map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => Refusal::Missing,
        _ => Refusal::Said(reason(&error)),
    })?;
    match output.status.success() {
        true => Ok(output.stdout),
        false => {
            let said = String::from_utf8_lossy(&output.stderr);
            let first = said.lines().next().unwrap_or_default();
            Err(Refusal::Said(Text::same(one_line(first).into_owned())))
        }
    }
}

/// One file of a revision.
struct Blob {
    object: String,
    path: PathBuf,
}

/// The files of a revision. Links and submodules are left out: what they lead to is not in it.
fn list(at: &Place, commit: &str) -> Result<Vec<Blob>, Text> {
    let wanted = at.wanted.to_string_lossy();
    let listed = ask(&at.folder, &["ls-tree", "-r", "-z", "-l", commit, "--", &wanted]);
    let listed = listed.map_err(|why| match why {
        Refusal::Missing => Text::same("git"),
        Refusal::Said(why) => why,
    })?;
    let mut total = 0_u64;
    let mut files = Vec::new();
    for line in listed.split(|byte| *byte == 0) {
        let line = String::from_utf8_lossy(line);
        let Some((about, path)) = line.split_once('\t') else { continue };
        let words: Vec<&str> = about.split_whitespace().collect();
        let [mode, "blob", object, size] = words.as_slice() else { continue };
        let size: u64 = size.parse().unwrap_or_default();
        let path = PathBuf::from(path);
        let plain = path.components().all(|it| matches!(it, Component::Normal(_)));
        if !mode.starts_with("100") || !plain || size > MAX_BYTES {
            continue;
        }
        total += size;
        if total > MOST {
            return Err(text!(
                "ファイルが大きすぎます。台帳のフォルダを git:リビジョン:フォルダ の形で指定してください",
                "there is too much in it; name the folder of the inventory as git:REVISION:FOLDER"
            ));
        }
        files.push(Blob { object: (*object).to_owned(), path });
    }
    Ok(files)
}

/// Writes the files into a folder.
fn fetch(at: &Place, files: &[Blob], into: &Path) -> Result<(), Text> {
    let mut child = git(&at.folder)
        .args(["cat-file", "--batch"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| reason(&error))?;
    let copied = match (child.stdin.take(), child.stdout.take()) {
        (Some(to), Some(from)) => copy(files, to, BufReader::new(from), into),
        _ => Err(io::ErrorKind::BrokenPipe.into()),
    };
    let ended = child.wait();
    copied.and(ended.map(|_| ())).map_err(|error| reason(&error))
}

/// Asks for one after the other: `OBJECT\n` is answered by `OBJECT blob SIZE\n…\n`.
fn copy(
    files: &[Blob],
    mut to: impl io::Write,
    mut from: impl io::BufRead,
    into: &Path,
) -> io::Result<()> {
    for file in files {
        writeln!(to, "{}", file.object)?;
        to.flush()?;
        let mut header = String::new();
        from.read_line(&mut header)?;
        let size = header.split_whitespace().nth(2).and_then(|it| it.parse::<u64>().ok());
        let size = size.ok_or(io::ErrorKind::InvalidData)?;
        let mut bytes = Vec::new();
        from.by_ref().take(size).read_to_end(&mut bytes)?;
        from.read_exact(&mut [0])?;
        let path = into.join(&file.path);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(path, bytes)?;
    }
    Ok(())
}

fn no_git() -> Diagnostic {
    Diagnostic::error(
        "no-git",
        text!("git というプログラムが見つかりません", "the program git was not found"),
    )
    .help(text!(
        "git を導入するか、台帳のフォルダを指定してください",
        "install git, or name a folder with the inventory"
    ))
}

fn no_repository(folder: &Path, why: &Text) -> Diagnostic {
    let name = folder.display();
    Diagnostic::error(
        "no-repository",
        text!(
            "「{name}」は git の管理下にありません（{why}）",
            "`{name}` is not in a repository of git ({why})"; why
        ),
    )
}

fn no_revision(revision: &str) -> Diagnostic {
    let given = quoted(revision);
    Diagnostic::error(
        "no-revision",
        text!("git に「{given}」というリビジョンはありません", "git has no revision `{given}`"),
    )
    .help(text!(
        "git log や git tag で見られるものを書きます（例: git:v2025、git:HEAD~3:ledger）",
        "write one that `git log` or `git tag` shows, such as git:v2025 or git:HEAD~3:ledger"
    ))
}

fn not_there(revision: &str, path: &Path) -> Diagnostic {
    let (given, name) = (quoted(revision), path.display());
    Diagnostic::error(
        "not-in-revision",
        text!(
            "git のリビジョン「{given}」に「{name}」はありません",
            "the revision `{given}` has no `{name}`"
        ),
    )
}

fn failed(why: &Text) -> Diagnostic {
    Diagnostic::error(
        "git-failed",
        text!("git から読めませんでした: {why}", "reading from git failed: {why}"; why),
    )
}
