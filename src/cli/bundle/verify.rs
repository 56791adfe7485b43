//! `sekisho bundle verify`: what a bundle says is checked by computing it again.

use super::{Verify, again, keys, not_sound, proof, read};
use crate::change::Record;
use crate::cli::Exit;
use crate::cli::console::{Console, Stop};
use crate::cli::history::local;
use crate::history::Texts;
use crate::history::bundle::{Bundle, BundleRole, PublicKey, captures, first_difference};
use crate::locale::Text;
use crate::report::proof::Sealed;
use crate::text;
use std::path::Path;

const THIS: &str = concat!("sekisho ", env!("CARGO_PKG_VERSION"));

pub(super) fn run(args: &Verify, console: &Console) -> Result<Exit, Stop> {
    let mut signers = Vec::new();
    for file in &args.signer {
        signers.push((file.as_path(), keys::public(file)?));
    }
    let mut before: Option<Bundle> = None;
    for file in &args.files {
        let bytes = read(file)?;
        if Sealed::is_one(&bytes) {
            match proof::verify(file, &bytes, &signers, console)? {
                Exit::Clean => continue,
                other => return Ok(other),
            }
        }
        let checked = Bundle::open(&bytes).and_then(|bundle| {
            console.step(&text!("計算し直しています", "computing again"));
            demand(&bundle, &signers)?;
            recompute(&bundle)?;
            match &before {
                Some(before) => bundle.follows(before).map(|()| bundle),
                None => Ok(bundle),
            }
        });
        match checked {
            Err(why) => {
                console.complain(&not_sound(file, &why));
                return Ok(Exit::Findings);
            }
            Ok(bundle) => {
                tell(file, &bundle, before.is_none(), console)?;
                before = Some(bundle);
            }
        }
    }
    Ok(Exit::Clean)
}

/// The signatures that somebody insists on.
fn demand(bundle: &Bundle, signers: &[(&Path, PublicKey)]) -> Result<(), Text> {
    let signed = |key: &PublicKey| bundle.signatures.iter().any(|it| it.public_key == key.digits());
    match signers.iter().find(|(_, key)| !signed(key)) {
        None => Ok(()),
        Some((file, _)) => {
            let name = file.display();
            Err(text!(
                "公開鍵 {name} の署名がありません",
                "there is no signature of the key {name}"
            ))
        }
    }
}

/// Computes the results again, and says where they differ first.
fn recompute(bundle: &Bundle) -> Result<(), Text> {
    let manifest = &bundle.manifest;
    let (material, texts) = bundle.inputs();
    let other = |why: Text| match manifest.tool == THIS {
        true => why,
        false => {
            let made = &manifest.tool;
            text!(
                "{why}。作成したのは {made}、確かめているのは {THIS} です。版が違うと結果が違うことがあります。同じ版で確かめてください（ファイルと署名は作成時のままです）",
                "{why}; it was made by {made} and is checked by {THIS}, and versions may differ in what they find: check it with the same version (its files and signatures are as they were made)";
                why
            )
        }
    };
    let results = again(material, &texts, manifest.as_of).map_err(|it| other(it.message))?;
    // The record comes first: what reports say follows from it.
    for (role, name, again) in &results {
        let Some(listed) = manifest.files.iter().find(|it| (it.role, &it.name) == (*role, name))
        else {
            return Err(other(text!(
                "結果の「{name}」がありません",
                "the result `{name}` is missing"
            )));
        };
        if let Some(at) = first_difference(bundle.file(listed), again) {
            let path = crate::source::quoted(&listed.path);
            return Err(other(text!(
                "「{path}」が、計算し直した結果と違います: 最初に違うのは{at}",
                "`{path}` is not what comes out again: the first difference is {at}"; at
            )));
        }
    }
    stated(bundle, &texts, &results)?;
    // Before the third version it said nothing of this.
    if manifest.sekisho_bundle >= 3 && manifest.captures != captures(material, &texts) {
        return Err(text!(
            "目録にある観測の条件（観測点、インタフェース、フィルタ、取りこぼし）が、観測の内容と違います",
            "what the manifest says of the captures (taps, interfaces, filters, drops) is not what the observations say"
        ));
    }
    let computed = |role| matches!(role, BundleRole::Record | BundleRole::Report);
    let mut claimed = manifest.files.iter().filter(|it| computed(it.role));
    match claimed.find(|it| !results.iter().any(|(_, name, _)| *name == it.name)) {
        None => Ok(()),
        Some(listed) => {
            let path = crate::source::quoted(&listed.path);
            Err(other(text!(
                "「{path}」は計算し直せないファイルです",
                "`{path}` is nothing that can be computed again"
            )))
        }
    }
}

/// Compares what the manifest states with the inputs: the organization and the revision, and the list
/// of the files. A redacted one names neither of the first two.
fn stated(
    bundle: &Bundle,
    texts: &Texts,
    results: &[(BundleRole, String, Vec<u8>)],
) -> Result<(), Text> {
    let manifest = &bundle.manifest;
    let record = results.iter().find(|(role, ..)| *role == BundleRole::Record);
    let record = record.and_then(|(.., bytes)| serde_json::from_slice::<Record>(bytes).ok());
    let said = record.map(|it| (it.organization, it.revision)).unwrap_or_default();
    let (organization, revision) = match manifest.redacted {
        Some(_) => (None, None),
        None => said,
    };
    for (what, claimed, found) in [
        (Text::new("施設名", "organization"), &manifest.organization, organization),
        (Text::new("台帳の版", "revision"), &manifest.revision, revision),
    ] {
        if *claimed == found {
            continue;
        }
        let word = |it: &Option<String>| match it {
            Some(it) => text!("「{it}」", "`{it}`"),
            None => Text::new("なし", "none"),
        };
        let (claimed, found) = (word(claimed), word(&found));
        return Err(text!(
            "目録の{what}（{claimed}）が、中の台帳のもの（{found}）と違います",
            "the {what} of the manifest ({claimed}) is not that of the inventory in it ({found})"; what, claimed, found
        ));
    }
    let listed = Bundle::new(manifest.clone(), texts, results.to_vec()).manifest.files;
    let differing = manifest.files.iter().find(|it| !listed.contains(it));
    match differing.or_else(|| listed.iter().find(|it| !manifest.files.contains(it))) {
        None => Ok(()),
        Some(it) => {
            let path = crate::source::quoted(&it.path);
            Err(text!(
                "目録の「{path}」の記載（種別、名前、大きさ）が、中の資料と違います",
                "what the manifest says of `{path}` (what it is, its name, its size) is not what the sources in it say"
            ))
        }
    }
}

/// What holds; of the first one, that it has one before that is not here.
fn tell(file: &Path, bundle: &Bundle, first: bool, console: &Console) -> Result<(), Stop> {
    let (name, digest) = (file.display(), bundle.digest());
    let made = local(&bundle.manifest.made_at);
    let files = bundle.manifest.files.len();
    let mut lines = vec![text!(
        "{name}: {files}個のファイルはすべて作成時（{made}）のままで、計算し直した結果も1バイトも違いません",
        "{name}: all {files} files are as they were made ({made}), and everything computed again is the same to the byte"
    )];
    lines.push(text!("  ハッシュ値 {digest}", "  digest {digest}"));
    if let Some(redacted) = &bundle.manifest.redacted {
        let of = redacted.of;
        lines.push(text!(
            "  共有用に名前とアドレスを置き換えたもの（元のハッシュ値 {of}）",
            "  redacted for sharing: names and addresses were replaced (digest of the original: {of})"
        ));
    }
    for signature in &bundle.signatures {
        let (by, at, key) = (&signature.name, local(&signature.signed_at), &signature.public_key);
        lines.push(text!(
            "  署名 {by}（{at}、公開鍵 {key}）",
            "  signed by {by} ({at}, public key {key})"
        ));
    }
    if bundle.signatures.is_empty() {
        lines.push(text!("  署名はありません", "  nobody signed it"));
        let it = &bundle.manifest;
        let host = it.host.as_deref().unwrap_or("―");
        let (tool, command) = (&it.tool, it.command.join(" "));
        lines.push(text!(
            "  次は目録の記載だけで、計算し直せず、だれも保証していません: 作成 {made}、機器 {host}、プログラム {tool}、命令「{command}」、前の証跡一式と履歴のハッシュ値",
            "  these only the manifest says, and nobody vouches for them: made at {made}, on {host}, by {tool}, with `{command}`, and the digests of the bundle before and of the history"
        ));
    }
    if let (true, Some(previous)) = (first, &bundle.manifest.previous) {
        let (made, day, digest) = (local(&previous.made_at), previous.as_of, previous.manifest);
        lines.push(text!(
            "  これより前の年の証跡一式がありません: 前のもの（{made} 作成、基準日 {day}、ハッシュ値 {digest}）から先は確かめていません",
            "  earlier years are not here: the one before (made at {made}, for {day}, digest {digest}) and what it follows were not checked"
        ));
    }
    for line in lines {
        let line = crate::locale::one_line(line.get(console.lang())).into_owned();
        console.print(format!("{line}\n").as_bytes())?;
    }
    Ok(())
}
