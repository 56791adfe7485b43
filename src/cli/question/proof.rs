//! `sekisho isolation CONNECTION --evidence JOURNAL… -o FILE`: the proof of isolation (分離確認書).

use super::isolation::Isolation;
use super::{Case, connection, today};
use crate::cli::Exit;
use crate::cli::bounded::bounded;
use crate::cli::bundle::{Signer, signer};
use crate::cli::console::{Console, Stop, reason, unreadable};
use crate::cli::deliver::{Delivery, Existing};
use crate::cli::history::now;
use crate::confirm::proof::paper::Source;
use crate::confirm::proof::{Judged, Made, Tested, assemble};
use crate::history::Sha256;
use crate::history::bundle::PrivateKey;
use crate::inventory::Inventory;
use crate::locale::{Lang, Text};
use crate::model::{EntityKind, EntityRef};
use crate::probe::journal::{Journal, Watch};
use crate::probe::scope::Scope;
use crate::probe::verdict::{Ground, verdicts};
use crate::report::proof::{self, Sealed};
use crate::report::terminal::Style;
use crate::source::decode::MAX_BYTES;
use crate::source::{Diagnostic, SourceMap, quoted};
use crate::text;
use std::path::{Path, PathBuf};

/// What a proof is asked for with, beside what every question takes.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Proof {
    /// 分離確認書を書き出すファイル。形式は拡張子で決まる（.pdf、.html、.json、.txt） / file for the proof of isolation; its ending chooses the format (.pdf, .html, .json, .txt)
    #[arg(long, short, value_name = "FILE")]
    pub(super) output: Vec<PathBuf>,
    /// この接続先に渡す写しにする。ほかの名称・アドレスは仮のものに置き換える（--key の鍵が同じなら、いつも同じ仮名になる） / make the copy for this party: other names and addresses are replaced, the same ones by the same --key
    #[arg(long, value_name = "PARTY")]
    pub(super) view_for: Option<String>,
    /// 疎通確認に使った確認範囲指定書。承認者の連絡先を載せる / the scope of the probes, for the telephone of its approver
    #[arg(long, value_name = "FILE")]
    pub(super) scope: Option<PathBuf>,
    #[command(flatten)]
    pub(super) signer: Signer,
}

impl Proof {
    /// Whether anything of it was asked for.
    pub(super) const fn is_asked(&self) -> bool {
        !self.output.is_empty() || self.view_for.is_some()
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
pub(super) fn run(args: &Isolation, case: &Case, console: &Console) -> Result<Exit, Stop> {
    let forms = args.proof.output.iter().map(|it| Form::of(it)).collect::<Result<Vec<_>, _>>()?;
    let key = signer(&args.proof.signer)?;
    let reach = case.reach();
    let Some(typed) = args.connection.as_deref() else { return Err(of_what().into()) };
    let connection = connection(reach.inventory, typed)?;
    let probes = &case.facts.evidence.probes;
    let runs: Vec<Journal> = probes.iter().flat_map(|it| it.journals.runs.clone()).collect();
    let watches: Vec<Watch> = probes.iter().flat_map(|it| it.journals.watches.clone()).collect();
    let scope = scope(args, reach.inventory)?;
    let telephone = |journal: &Journal| {
        let scope = scope.as_ref().filter(|it| it.hash == journal.head.scope)?;
        Some(scope.file.telephone.value.as_str())
    };
    let tested: Vec<Tested<'_>> =
        runs.iter().map(|journal| Tested { journal, telephone: telephone(journal) }).collect();
    // The ledger may be older than what was asked since; a day that has not come proves nothing.
    let until = case.facts.as_of.max(today());
    let ground = Ground::new(reach.inventory, Some(until));
    let judged: Vec<Judged> = verdicts(&runs, &watches, &ground)
        .iter()
        .filter(|it| it.from == connection)
        .map(Judged::from)
        .collect();
    let Some(answer) = reach.isolation(&connection) else { return Err(of_what().into()) };
    let made = Made {
        reach: &reach,
        sources: &case.sources,
        answer: &answer,
        tested: &tested,
        judged: &judged,
        as_of: case.facts.as_of,
        files: files(case),
    };
    let Some(paper) = assemble(made) else { return Err(of_what().into()) };
    let verdict = paper.verdict;
    let mut sealed = Sealed::new(paper);
    if let Some(typed) = &args.proof.view_for {
        let salt = salt(key.as_ref().map(|(key, _)| key), console)?;
        sealed = copy(&sealed, typed, reach.inventory, salt)?;
    }
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

/// The copy for a party.
fn copy(
    original: &Sealed,
    typed: &str,
    inventory: &Inventory,
    salt: [u8; 32],
) -> Result<Sealed, Diagnostic> {
    let id = typed.strip_prefix("parties/").unwrap_or(typed);
    let named = inventory.parties.iter().find(|it| it.id.value == id || it.name.value == typed);
    let party = EntityRef::new(EntityKind::Party, named.map_or(id, |it| it.id.value.as_str()));
    let of = original.digest();
    let copy = proof::view_for(&original.paper, &party, inventory, of, salt);
    copy.map(Sealed::new).ok_or_else(|| {
        let (given, party) = (quoted(typed), quoted(&original.paper.line.party.name));
        Diagnostic::error(
            "not-its-party",
            text!(
                "「{given}」は、この外部接続の接続先ではありません（接続先は「{party}」）",
                "`{given}` is not the party of this connection, which is `{party}`"
            ),
        )
    })
}

/// What pseudonyms follow from: the hospital's key, or chance for once.
fn salt(key: Option<&PrivateKey>, console: &Console) -> Result<[u8; 32], Diagnostic> {
    if let Some(key) = key {
        return Ok(key.salt());
    }
    let mut salt = [0; 32];
    getrandom::fill(&mut salt).map_err(|_| {
        Diagnostic::error(
            "no-chance",
            text!("乱数が得られません", "the system gives no random numbers"),
        )
    })?;
    console.remark(&text!(
        "仮名は今回限りのものです。--key と --as を付けると、いつも同じ仮名になります",
        "these pseudonyms are for this once; with --key and --as they are always the same"
    ));
    Ok(salt)
}

/// The scope that was given, with its hash.
fn scope(args: &Isolation, inventory: &Inventory) -> Result<Option<Scope>, Diagnostic> {
    let Some(path) = &args.proof.scope else { return Ok(None) };
    let bytes = bounded(path, MAX_BYTES);
    let bytes = bytes.map_err(|error| unreadable(path.display(), &reason(&error)))?;
    let mut sources = SourceMap::new();
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let file = sources.add(name, String::from_utf8_lossy(&bytes).into_owned());
    let (scope, told) = Scope::read(&sources, file, &bytes, inventory);
    match (scope, told.into_iter().next()) {
        (Some(scope), _) => Ok(Some(scope)),
        (None, Some(why)) => Err(why),
        (None, None) => Ok(None),
    }
}

/// From what the proof is made.
fn files(case: &Case) -> Vec<Source> {
    let source = |role: Text, id| {
        let file = case.sources.file(id);
        let sha256 = Sha256::of(file.text().as_bytes()).to_string();
        Source { role, name: file.name().to_owned(), sha256 }
    };
    let inventory = case.files.iter().map(|it| source(Text::new("台帳", "inventory"), *it));
    let added = case.facts.evidence.added.iter();
    let configurations = added
        .map(|it| source(Text::new("設定（伏字済）", "configuration, secrets masked"), it.file));
    let journals = case.facts.evidence.probes.iter().map(|it| Source {
        role: Text::new("疎通確認の記録", "journal of probes"),
        name: it.name.clone(),
        sha256: Sha256::of(it.text.as_bytes()).to_string(),
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
