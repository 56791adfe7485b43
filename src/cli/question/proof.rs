//! `sekisho isolation CONNECTION --evidence JOURNAL… -o FILE`: the proof of isolation (分離確認書).

use super::isolation::Isolation;
use super::{Case, Seen, connection};
use crate::cli::Exit;
use crate::cli::args::Day;
use crate::cli::bundle::{Signer, signer};
use crate::cli::console::{Console, Stop, reason};
use crate::cli::deliver::{Delivery, Existing};
use crate::cli::history::now;
use crate::confirm::proof::paper::Source;
use crate::confirm::proof::{Judged, Made, Tested, assemble};
use crate::history::Sha256;
use crate::locale::{Lang, Text};
use crate::model::EntityRef;
use crate::probe::journal;
use crate::report::proof::{self, Sealed};
use crate::report::terminal::Style;
use crate::source::{Diagnostic, quoted};
use crate::text;
use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

/// What a proof is asked for with, beside what every question takes.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Proof {
    /// 分離確認書を書き出すファイル。形式は拡張子で決まる（.pdf、.html、.json、.txt） / file for the proof of isolation; its ending chooses the format (.pdf, .html, .json, .txt)
    #[arg(long, short, value_name = "FILE")]
    pub(super) output: Vec<PathBuf>,
    #[command(flatten)]
    pub(super) signer: Signer,
}

impl Proof {
    /// Whether anything of it was asked for.
    pub(super) const fn is_asked(&self) -> bool {
        !self.output.is_empty()
    }
}

/// A form in which a proof is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::cli) enum Form {
    Pdf,
    Html,
    Json,
    Text,
}

impl Form {
    /// The form of a file, by its ending.
    pub(in crate::cli) fn of(file: &Path) -> Result<Self, Diagnostic> {
        let ending = file.extension().and_then(|it| it.to_str()).map(str::to_ascii_lowercase);
        match ending.as_deref() {
            Some("pdf") => Ok(Self::Pdf),
            Some("html" | "htm") => Ok(Self::Html),
            Some("json") => Ok(Self::Json),
            Some("txt") => Ok(Self::Text),
            _ => {
                let name = quoted(&file.display().to_string());
                Err(Diagnostic::error(
                    "unknown-format",
                    text!(
                        "「{name}」の形式が拡張子から分かりません",
                        "the ending of `{name}` names no format"
                    ),
                )
                .help(text!(
                    "拡張子を pdf、html、json、txt のどれかにしてください",
                    "end it in pdf, html, json or txt"
                )))
            }
        }
    }

    /// A proof in this form.
    pub(in crate::cli) fn write(self, sealed: &Sealed, lang: Lang) -> Result<Vec<u8>, Diagnostic> {
        let failed = |why: Text| Diagnostic::error("not-made", why);
        match self {
            Self::Pdf => proof::pdf(sealed, lang).map_err(|why| failed(why.text())),
            Self::Html => proof::html(sealed, lang).map_err(|why| {
                let why = quoted(&why.to_string());
                failed(text!("HTMLを作れません: {why}", "the page could not be made: {why}"))
            }),
            Self::Json => Ok(sealed.to_json()),
            Self::Text => {
                let style = Style { columns: 100, colour: false };
                Ok(proof::text(sealed, lang, style).into_bytes())
            }
        }
    }
}

/// Makes the proof, signs it when asked, writes it into its files or shows it.
pub(super) fn run(
    args: &Isolation,
    case: &Case,
    journals: &[Journal],
    console: &Console,
) -> Result<Exit, Stop> {
    let forms = args.proof.output.iter().map(|it| Form::of(it)).collect::<Result<Vec<_>, _>>()?;
    let key = signer(&args.proof.signer)?;
    let reach = case.reach();
    let Some(typed) = args.connection.as_deref() else { return Err(of_what().into()) };
    let connection = connection(reach.inventory, typed)?;
    let runs: Vec<journal::Journal> =
        journals.iter().flat_map(|(_, text)| journal::read(text).runs).collect();
    let tested: Vec<Tested<'_>> =
        runs.iter().map(|journal| Tested { journal, telephone: None }).collect();
    let judged = judged(&tested, &connection);
    let Some(answer) = reach.isolation(&connection) else { return Err(of_what().into()) };
    let made = Made {
        reach: &reach,
        sources: &case.sources,
        answer: &answer,
        tested: &tested,
        judged: &judged,
        as_of: case.facts.as_of,
        files: files(case, journals),
    };
    let Some(paper) = assemble(made) else { return Err(of_what().into()) };
    let verdict = paper.verdict;
    let mut sealed = Sealed::new(paper);
    if let Some((key, name)) = &key {
        sealed.sign(key, name, &now());
    }
    let mut delivery = Delivery::new(Existing::Replace).sparing(&args.inventory);
    for (file, form) in args.proof.output.iter().zip(forms) {
        delivery.add(file, &form.write(&sealed, console.lang())?)?;
    }
    for file in delivery.finish()? {
        let (file, fingerprint) = (file.display(), sealed.fingerprint());
        console.remark(&text!(
            "{file} を書きました（指紋 {fingerprint}）",
            "wrote {file} (fingerprint {fingerprint})"
        ));
    }
    let shown = match args.format {
        super::AnswerFormat::Json => sealed.to_json(),
        super::AnswerFormat::Text => {
            proof::text(&sealed, console.lang(), console.layout()).into_bytes()
        }
    };
    if args.proof.output.is_empty() {
        console.print(&shown)?;
    }
    Ok(verdict.into())
}

/// A journal of probes: its name and its text.
pub(super) type Journal = (String, String);

/// The journals among the evidence, and everything else.
pub(super) fn apart(seen: &Seen) -> Result<(Vec<Journal>, Seen), Diagnostic> {
    let is_journal = |path: &PathBuf| {
        let mut head = Vec::new();
        let read = File::open(path).and_then(|it| it.take(256).read_to_end(&mut head));
        read.is_ok() && String::from_utf8_lossy(&head).starts_with("{\"sekisho\":\"probes\"")
    };
    let (journals, evidence) = seen.evidence.iter().cloned().partition::<Vec<_>, _>(is_journal);
    let mut read = Vec::new();
    for path in journals {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let text = std::fs::read_to_string(&path).map_err(|error| {
            let why = reason(&error);
            Diagnostic::error(
                "unreadable",
                text!("「{name}」を読めません: {why}", "cannot read `{name}`: {why}"; why),
            )
        })?;
        read.push((name, text));
    }
    Ok((read, Seen { evidence, day: Day { as_of: seen.day.as_of } }))
}

fn judged(tested: &[Tested<'_>], connection: &EntityRef) -> Vec<Judged> {
    use crate::model::Vocabulary as _;
    let runs = tested.iter().filter(|it| it.is_of(connection)).flat_map(|it| it.journal.last());
    runs.map(|(_, it)| Judged {
        question: it.question.clone(),
        telling: Some(it.clone()),
        verdict: match it.answer.outcome {
            crate::probe::Outcome::Open => crate::model::words::Verdict::Reachable,
            _ => crate::model::words::Verdict::Undetermined,
        },
        because: it.answer.outcome.label(),
        control: None,
    })
    .collect()
}

/// From what the proof is made.
fn files(case: &Case, journals: &[Journal]) -> Vec<Source> {
    let source = |role: Text, id| {
        let file = case.sources.file(id);
        let sha256 = Sha256::of(file.text().as_bytes()).to_string();
        Source { role, name: file.name().to_owned(), sha256 }
    };
    let inventory = case.files.iter().map(|it| source(Text::new("台帳", "inventory"), *it));
    let added = case.facts.evidence.added.iter();
    let configurations = added
        .map(|it| source(Text::new("設定（伏字済）", "configuration, secrets masked"), it.file));
    let journals = journals.iter().map(|(name, text)| Source {
        role: Text::new("疎通確認の記録", "journal of probes"),
        name: name.clone(),
        sha256: Sha256::of(text.as_bytes()).to_string(),
    });
    inventory.chain(configurations).chain(journals).collect()
}

fn of_what() -> Diagnostic {
    Diagnostic::error(
        "one-connection",
        text!(
            "分離確認書は、外部接続を1つ指定して作ります",
            "a proof of isolation is made of one connection"
        ),
    )
    .help(text!(
        "台帳のあとに、外部接続の識別子か番号を書いてください",
        "write the id or the number of a connection behind the inventory"
    ))
}
