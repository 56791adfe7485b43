//! `sekisho bundle redact`.

use super::create::too_large;
use super::{Redact, again, keys, open};
use crate::cli::Exit;
use crate::cli::console::{Console, Stop};
use crate::cli::deliver::{Delivery, Existing};
use crate::cli::history::now;
use crate::history::bundle::{Bundle, Manifest, Redacted, redact};
use crate::source::Diagnostic;
use crate::text;

/// What is replaced, for the manifest.
const WHAT: &[&str] = &[
    "names",
    "party-ids",
    "telephone-numbers",
    "circuit-and-serial-numbers",
    "addresses",
    "free-text",
];

pub(super) fn run(args: &Redact, console: &Console) -> Result<Exit, Stop> {
    let key = keys::signer(&args.signer)?;
    let original = open(&args.file)?;
    // Known to this process alone, and gone with it.
    let mut salt = [0; 32];
    getrandom::fill(&mut salt).map_err(|_| {
        Diagnostic::error(
            "no-chance",
            text!("乱数が得られません", "the system gives no random numbers"),
        )
    })?;
    let (material, texts) = original.inputs();
    let left_out = !material.observations.is_empty() || !material.journals.is_empty();
    if left_out {
        console.complain(&Diagnostic::warning(
            "redact-left-out",
            text!(
                "観測と疎通確認の記録は、置き換えずに除きました。それによる指摘事項も含まれません",
                "observations and journals of probes were left out, with what was found by them"
            ),
        ));
    }
    let (material, texts) = redact(material, &texts, original.manifest.as_of, salt);
    console.step(&text!("計算し直しています", "computing again"));
    let from = &original.manifest;
    let results = again(&material, &texts, from.as_of)?;
    let manifest = Manifest {
        command: ["sekisho", "bundle", "redact"].map(str::to_owned).to_vec(),
        host: None,
        made_at: now(),
        organization: None,
        revision: None,
        files: Vec::new(),
        material,
        captures: Vec::new(),
        snapshot: None,
        previous: None,
        redacted: Some(Redacted {
            of: original.digest(),
            what: WHAT
                .iter()
                .chain(left_out.then_some(&"observations-left-out"))
                .map(|it| (*it).to_owned())
                .collect(),
        }),
        ..from.clone()
    };
    let mut bundle = Bundle::new(manifest, &texts, results);
    if let Some((key, name)) = &key {
        bundle.sign(key, name, &now());
    }
    let bytes = bundle.pack().ok_or_else(too_large)?;
    let mut delivery = Delivery::new(Existing::Keep);
    delivery.add(&args.output, &bytes)?;
    delivery.finish()?;
    let file = args.output.display();
    console.remark(&text!(
        "{file} に書きました。名前とアドレスを置き換えましたが、渡す前に中身を人の目で確かめてください",
        "wrote {file}; names and addresses are replaced, but let a person look through it before handing it over"
    ));
    Ok(Exit::Clean)
}
