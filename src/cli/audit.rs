//! `sekisho audit`: the main job.

use super::Exit;
use super::args::Audit;
use super::collect::collect;
use super::console::{Console, Stop, reason};
use super::deliver::{Delivery, Existing};
use super::history::past::Past;
use super::load::load_sound;
use super::outputs::Output;
use super::pictures::{Picture, Subject, numbered};
use crate::audit::{self, Assessment};
use crate::diagram::{self, Drawing, POSITIONS_VERSION, Positions, Request};
use crate::locale::Text;
use crate::report::{Format, Report, registers, terminal};
use crate::source::decode::MAX_BYTES;
use crate::source::{Diagnostic, FileId, SourceMap};
use crate::text;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Where a folder of results keeps the places of the drawing.
const POSITIONS: &str = "positions.json";

/// Reads, judges, draws and shows.
pub(super) fn run(args: &Audit, console: &Console) -> Result<Exit, Stop> {
    let mut loaded = load_sound(&args.inventory, &args.day, console)?;
    let evidence = collect(&args.inventory, &args.evidence, &mut loaded, console)?;
    console.step(&text!("判定しています", "judging"));
    let mut assessment = audit::audit(loaded.inventory, evidence, loaded.as_of);
    let past = Past::open(args, console)?;
    past.mark(&mut assessment, &loaded.sources, console)?;
    let written = match &args.out {
        Some(folder) => {
            let inventory = (&loaded.sources, loaded.files.as_slice());
            write(folder, args, &assessment, inventory, console)?
        }
        None => Written::default(),
    };
    let report = Report {
        assessment: &assessment,
        sources: &loaded.sources,
        drawing: None,
        lang: console.lang(),
    };
    let shown = match (&args.out, args.format.as_slice()) {
        (None, [one]) => alone(*one, &report)?,
        (None, [_, _, ..]) => return Err(needs_folder().into()),
        _ => for_reading(&report, console)?,
    };
    console.print(&shown)?;
    if let Some(folder) = &args.out {
        let (folder, files) = (folder.display(), written.files);
        console.remark(&text!(
            "{folder} に{files}個のファイルを書きました",
            "{files} files written to {folder}"
        ));
    }
    for problem in &written.failed {
        console.complain(problem);
    }
    let misled = past.misleads();
    if args.keep {
        past.keep(&assessment, &loaded.sources, &loaded.files, console)?;
    }
    let unread = &assessment.evidence.unread;
    for it in unread {
        console.complain(&it.why);
    }
    Ok(match args.fail_on.threshold() {
        // What nobody could read was not judged: that must not pass for a verdict.
        _ if !written.failed.is_empty() || !unread.is_empty() || misled => Exit::Wrong,
        Some(threshold) if assessment.fails(threshold) => Exit::Findings,
        _ => Exit::Clean,
    })
}

/// The findings as a person reads them here.
fn for_reading(report: &Report<'_>, console: &Console) -> Result<Vec<u8>, Diagnostic> {
    let mut shown = Vec::new();
    terminal::write(report, console.layout(), &mut shown)
        .map_err(|error| not_made("terminal", &error))?;
    Ok(shown)
}

/// One report on standard output, for a pipe.
fn alone(output: Output, report: &Report<'_>) -> Result<Vec<u8>, Diagnostic> {
    match output {
        Output::Report(format) if !output.needs_drawing() => bytes(format, report),
        _ => Err(needs_folder()),
    }
}

fn bytes(format: &Format, report: &Report<'_>) -> Result<Vec<u8>, Diagnostic> {
    let mut bytes = Vec::new();
    (format.write)(report, &mut bytes).map_err(|error| not_made(format.id, &error))?;
    Ok(bytes)
}

/// What became of the files.
#[derive(Debug, Default)]
struct Written {
    /// How many there are.
    files: usize,
    /// Why others are not.
    failed: Vec<Diagnostic>,
}

/// Writes the formats asked for into a folder. The failure of one never stops another.
fn write(
    folder: &Path,
    args: &Audit,
    assessment: &Assessment,
    inventory: (&SourceMap, &[FileId]),
    console: &Console,
) -> Result<Written, Diagnostic> {
    let outputs = match args.format.as_slice() {
        [] => Output::usual(),
        named => named.to_vec(),
    };
    let mut files: Vec<(PathBuf, Vec<u8>)> = Vec::new();
    let drawing = if outputs.iter().any(|it| it.needs_drawing()) {
        console.step(&text!("作図しています", "drawing"));
        let drawing = draw(folder, args, assessment, console)?;
        let positions = format!("{:#}\n", serde_json::json!(drawing.positions));
        files.push((folder.join(POSITIONS), positions.into_bytes()));
        Some(drawing)
    } else {
        None
    };
    let (sources, _) = inventory;
    let report = Report { assessment, sources, drawing: drawing.as_ref(), lang: console.lang() };
    let mut failed = Vec::new();
    for output in outputs {
        let id = output.id();
        console.step(&text!("{id} を作っています", "making {id}"));
        let made = match (output, &drawing) {
            (Output::Report(format), _) => {
                bytes(format, &report).map(|it| vec![(folder.join(format.file_name), it)])
            }
            (Output::Workbook, _) => registers::write(&report)
                .map(|it| vec![(folder.join(registers::FILE_NAME), it)])
                .map_err(|why| not_made(id, &io::Error::other(why))),
            (Output::Picture(picture), Some(drawing)) => {
                let subject = Subject {
                    assessment,
                    drawing,
                    lang: console.lang(),
                    attached: Some(inventory),
                };
                picture.files(&subject, &plan(folder, picture))
            }
            (Output::Picture(_), None) => continue,
        };
        match made {
            Ok(made) => files.extend(made),
            Err(problem) => failed.push(problem),
        }
    }
    console.settle();
    let mut delivery = Delivery::new(Existing::Replace).sparing(&args.inventory);
    for (file, bytes) in &files {
        delivery.add(file, bytes)?;
    }
    let delivered = delivery.finish()?;
    for picture in Picture::ALL {
        sweep(&plan(folder, *picture), &delivered);
    }
    Ok(Written { files: delivered.len(), failed })
}

/// Removes sheets of an earlier, longer drawing, which would be taken for sheets of this one.
/// Formats that were not written this time keep theirs.
fn sweep(first: &Path, delivered: &[PathBuf]) {
    let sheets = || (1..).map(|number| numbered(first, number));
    let written = sheets().take_while(|sheet| delivered.iter().any(|it| it == sheet)).count();
    if written == 0 && !delivered.iter().any(|it| it == first) {
        return;
    }
    if written > 0 {
        // What is not there, or cannot be removed, harms less than a failed audit.
        let _ = fs::remove_file(first);
    }
    for sheet in sheets().skip(written).take_while(|sheet| sheet.exists()) {
        let _ = fs::remove_file(sheet);
    }
}

/// `OUT/diagram.svg`
fn plan(folder: &Path, picture: Picture) -> PathBuf {
    folder.join("diagram").with_extension(picture.extension())
}

/// Draws, with everything where it stood on the previous drawing of the folder.
fn draw(
    folder: &Path,
    args: &Audit,
    assessment: &Assessment,
    console: &Console,
) -> Result<Drawing, Diagnostic> {
    let kept = if args.fresh_layout { None } else { kept(folder, console)? };
    if kept.is_some() {
        let file = folder.join(POSITIONS);
        let file = file.display();
        console.remark(&text!(
            "前回の図の配置（{file}）を保ちます。配置し直すには --fresh-layout を付けます",
            "keeping the layout of the previous drawing ({file}); --fresh-layout begins anew"
        ));
    }
    let request = Request {
        paper: args.paper.map(Into::into),
        lang: console.lang(),
        keep: kept.as_ref(),
        ..Request::default()
    };
    Ok(diagram::draw(assessment, &request))
}

/// The places of the previous drawing, if there was one.
fn kept(folder: &Path, console: &Console) -> Result<Option<Positions>, Diagnostic> {
    let file = folder.join(POSITIONS);
    let name = file.display();
    match read_positions(&file) {
        Ok(Some(kept)) if kept.version != POSITIONS_VERSION => {
            console.remark(&text!(
                "前回の図の配置（{name}）は別の版の sekisho のものなので、配置し直します",
                "the layout of the previous drawing ({name}) is that of another version; beginning anew"
            ));
            Ok(None)
        }
        Ok(kept) => Ok(kept),
        Err(why) => Err(Diagnostic::error(
            "unreadable-positions",
            text!(
                "前回の図の配置「{name}」を読めません: {why}",
                "cannot read the layout of the previous drawing `{name}`: {why}"; why
            ),
        )
        .help(text!(
            "配置を捨てて描き直すには --fresh-layout を付けます",
            "--fresh-layout discards it and begins anew"
        ))),
    }
}

/// Reads what a regular file of bounded size says; nothing else is opened.
fn read_positions(file: &Path) -> Result<Option<Positions>, Text> {
    use io::ErrorKind::{NotADirectory, NotFound};
    let about = match fs::metadata(file) {
        // Whether the folder can be made is found out when it is written to.
        Err(error) if matches!(error.kind(), NotFound | NotADirectory) => return Ok(None),
        about => about.map_err(|error| reason(&error))?,
    };
    if !about.is_file() || about.len() > MAX_BYTES {
        return Err(text!(
            "通常のファイルでないか、大きすぎます",
            "it is not a regular file, or too large"
        ));
    }
    let bytes = fs::read(file).map_err(|error| reason(&error))?;
    serde_json::from_slice(&bytes).map(Some).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        text!(
            "{line}行{column}列から先が配置の形をしていません",
            "it is no layout from line {line}, column {column} on"
        )
    })
}

fn not_made(format: &str, error: &io::Error) -> Diagnostic {
    let why = reason(error);
    Diagnostic::error(
        "not-made",
        text!("{format} を作れませんでした: {why}", "{format} could not be made: {why}"; why),
    )
}

fn needs_folder() -> Diagnostic {
    Diagnostic::error(
        "needs-folder",
        text!(
            "標準出力に書けるのは、図面を含まない形式1つだけです",
            "standard output takes one format, and none with a drawing"
        ),
    )
    .help(text!("--out DIR を付けると、フォルダに書きます", "add --out DIR to write to a folder"))
}
