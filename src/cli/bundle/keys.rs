//! Keys and signatures.

use super::create::too_large;
use super::{Keygen, Sign, Signer, open, proof, read};
use crate::cli::Exit;
use crate::cli::console::{Console, Stop, reason};
use crate::cli::deliver::{Delivery, Existing};
use crate::cli::history::now;
use crate::history::bundle::{PrivateKey, PublicKey};
use crate::report::proof::Sealed;
use crate::source::Diagnostic;
use crate::text;
use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::Path;

pub(super) fn keygen(args: &Keygen, console: &Console) -> Result<Exit, Stop> {
    let key = PrivateKey::generate().ok_or_else(|| {
        Diagnostic::error(
            "no-chance",
            text!("乱数が得られません", "the system gives no random numbers"),
        )
    })?;
    let mut public = args.output.clone().into_os_string();
    public.push(".pub");
    // The public one first: without it nothing is lost.
    let mut delivery = Delivery::new(Existing::Keep);
    delivery.add(Path::new(&public), key.public().to_text().as_bytes())?;
    write_private(&args.output, &key)?;
    delivery.finish()?;
    let (file, public) = (args.output.display(), Path::new(&public).display());
    let digits = key.public().digits();
    console.remark(&text!(
        "鍵を {file} に、公開鍵を {public} に書きました。鍵は署名する人だけが読める場所に置き、公開鍵（{digits}）を相手に渡してください",
        "the key is in {file}, the public key in {public}; keep the key where only the signer reads it, and give the public one ({digits}) to the others"
    ));
    Ok(Exit::Clean)
}

/// Readable by its owner alone.
fn write_private(file: &Path, key: &PrivateKey) -> Result<(), Diagnostic> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    let written = options.open(file).and_then(|mut it| it.write_all(key.to_text().as_bytes()));
    written.map_err(|error| {
        let (name, why) = (file.display(), reason(&error));
        Diagnostic::error(
            "unwritable",
            text!("「{name}」に書けません: {why}", "cannot write `{name}`: {why}"; why),
        )
    })
}

pub(super) fn sign(args: &Sign, console: &Console) -> Result<Exit, Stop> {
    let Some((key, name)) = signer(&args.signer)? else {
        return Err(Diagnostic::error(
            "no-key",
            text!("--key と --as が必要です", "--key and --as are required"),
        )
        .into());
    };
    let bytes = read(&args.file)?;
    if Sealed::is_one(&bytes) {
        return proof::sign(&args.file, &bytes, (&key, &name), console);
    }
    let mut bundle = open(&args.file)?;
    bundle.sign(&key, &name, &now());
    let bytes = bundle.pack().ok_or_else(too_large)?;
    let mut delivery = Delivery::new(Existing::Replace);
    delivery.add(&args.file, &bytes)?;
    delivery.finish()?;
    let count = bundle.signatures.len();
    console.remark(&text!(
        "「{name}」の署名を加えました（署名 {count}件）",
        "signed as `{name}` ({count} signature(s))"
    ));
    Ok(Exit::Clean)
}

/// The key and the name of who signs, if anybody does.
pub(in crate::cli) fn signer(args: &Signer) -> Result<Option<(PrivateKey, String)>, Diagnostic> {
    let (Some(file), Some(name)) = (&args.key, &args.name) else { return Ok(None) };
    let text = String::from_utf8_lossy(&read(file)?).into_owned();
    match PrivateKey::from_text(&text) {
        Some(key) => Ok(Some((key, name.clone()))),
        None => Err(no_key(file)),
    }
}

/// A public key.
pub(super) fn public(file: &Path) -> Result<PublicKey, Diagnostic> {
    let text = String::from_utf8_lossy(&read(file)?).into_owned();
    PublicKey::from_text(&text).ok_or_else(|| no_key(file))
}

fn no_key(file: &Path) -> Diagnostic {
    let name = file.display();
    Diagnostic::error(
        "no-key",
        text!(
            "「{name}」は sekisho bundle keygen で作った鍵ではありません",
            "`{name}` is not a key that `sekisho bundle keygen` made"
        ),
    )
}
