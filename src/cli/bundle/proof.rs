//! Proofs of isolation (分離確認書), signed, checked and shown like bundles.

use super::{Shape, Show};
use crate::cli::Exit;
use crate::cli::console::{Console, Stop};
use crate::cli::deliver::{Delivery, Existing};
use crate::cli::history::{local, now};
use crate::cli::question::proof::Form;
use crate::history::bundle::{PrivateKey, PublicKey};
use crate::locale::{Text, one_line};
use crate::model::Vocabulary as _;
use crate::report::proof::{self, Sealed};
use crate::source::Diagnostic;
use crate::text;
use std::path::Path;

/// Reads a proof whose contents, fingerprint and signatures hold.
fn open(file: &Path, bytes: &[u8]) -> Result<Sealed, Diagnostic> {
    Sealed::open(bytes).map_err(|why| not_sound(file, &why))
}

fn not_sound(file: &Path, why: &Text) -> Diagnostic {
    let name = file.display();
    Diagnostic::error(
        "proof-not-sound",
        text!("分離確認書「{name}」: {why}", "the proof of isolation `{name}`: {why}"; why),
    )
}

/// Adds a signature.
pub(super) fn sign(
    file: &Path,
    bytes: &[u8],
    (key, name): (&PrivateKey, &str),
    console: &Console,
) -> Result<Exit, Stop> {
    let mut sealed = open(file, bytes)?;
    sealed.sign(key, name, &now());
    let mut delivery = Delivery::new(Existing::Replace);
    delivery.add(file, &sealed.to_json())?;
    delivery.finish()?;
    let (count, fingerprint) = (sealed.signatures.len(), sealed.fingerprint());
    console.remark(&text!(
        "「{name}」の署名を加えました（署名 {count}件、指紋 {fingerprint}）。紙の確認書は bundle show -o で作り直せます",
        "signed as `{name}` ({count} signature(s), fingerprint {fingerprint}); `bundle show -o` makes the paper again"
    ));
    Ok(Exit::Clean)
}

/// Checks contents, fingerprint and signatures; those of keys that somebody insists on must be there.
pub(super) fn verify(
    file: &Path,
    bytes: &[u8],
    signers: &[(&Path, PublicKey)],
    console: &Console,
) -> Result<Exit, Stop> {
    let checked = Sealed::open(bytes).and_then(|sealed| {
        let signed =
            |key: &PublicKey| sealed.signatures.iter().any(|it| it.public_key == key.digits());
        match signers.iter().find(|(_, key)| !signed(key)) {
            None => Ok(sealed),
            Some((key, _)) => {
                let key = key.display();
                Err(text!(
                    "公開鍵 {key} の署名がありません",
                    "there is no signature of the key {key}"
                ))
            }
        }
    });
    let sealed = match checked {
        Ok(sealed) => sealed,
        Err(why) => {
            console.complain(&not_sound(file, &why));
            return Ok(Exit::Findings);
        }
    };
    let (name, fingerprint, digest) = (file.display(), sealed.fingerprint(), sealed.digest());
    let (verdict, connection) = (sealed.paper.verdict.label(), &sealed.paper.line.connection.name);
    let mut lines = vec![
        text!(
            "{name}: 分離確認書は作成時のままです（外部接続「{connection}」、{verdict}）",
            "{name}: the proof of isolation is as it was made (connection {connection}, {verdict})";
            verdict
        ),
        text!("  指紋 {fingerprint}", "  fingerprint {fingerprint}"),
        text!("  ハッシュ値 {digest}", "  digest {digest}"),
    ];
    for signature in &sealed.signatures {
        let (by, at, key) = (&signature.name, local(&signature.signed_at), &signature.public_key);
        lines.push(text!(
            "  署名 {by}（{at}、公開鍵 {key}）",
            "  signed by {by} ({at}, public key {key})"
        ));
    }
    if sealed.signatures.is_empty() {
        lines.push(text!("  署名はありません", "  nobody signed it"));
    }
    for line in lines {
        let line = one_line(line.get(console.lang())).into_owned();
        console.print(format!("{line}\n").as_bytes())?;
    }
    Ok(Exit::Clean)
}

/// Shows a proof, or writes it in another form: everything is made from the file alone.
pub(super) fn show(args: &Show, bytes: &[u8], console: &Console) -> Result<Exit, Stop> {
    let sealed = open(&args.file, bytes)?;
    if let Some(output) = &args.output {
        let form = Form::of(output)?;
        let mut delivery = Delivery::new(Existing::Replace).sparing(&args.file);
        delivery.add(output, &form.write(&sealed, console.lang())?)?;
        delivery.finish()?;
        let file = output.display();
        console.remark(&text!("{file} を書きました", "wrote {file}"));
        return Ok(Exit::Clean);
    }
    let shown = match args.format {
        Shape::Json => sealed.to_json(),
        Shape::Text => proof::text(&sealed, console.lang(), console.layout()).into_bytes(),
    };
    console.print(&shown)?;
    Ok(Exit::Clean)
}
