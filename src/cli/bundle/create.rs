//! `sekisho bundle create`.

use super::{Create, again, keys, open, results};
use crate::audit;
use crate::cli::Exit;
use crate::cli::collect::collect;
use crate::cli::console::{Console, Stop};
use crate::cli::deliver::{Delivery, Existing};
use crate::cli::history::{doubt, now, place};
use crate::cli::load::load_sound;
use crate::history::bundle::{Bundle, FORMAT, Manifest, captures, first_difference};
use crate::history::{Access, Material, Sha256, Store};
use crate::source::Diagnostic;
use crate::text;
use std::path::Path;

pub(super) fn run(args: &Create, console: &Console) -> Result<Exit, Stop> {
    let key = keys::signer(&args.signer)?;
    let previous = args.previous.as_deref().map(open).transpose()?;
    let mut loaded = load_sound(&args.inventory, &args.day, console)?;
    let evidence = collect(&args.inventory, &args.evidence, &mut loaded, console)?;
    console.step(&text!("判定しています", "judging"));
    let as_of = loaded.as_of;
    let (material, texts) =
        Material::of(&loaded.sources, &loaded.files, &loaded.inventory, &evidence);
    let inventory = &loaded.inventory;
    let manifest = Manifest {
        sekisho_bundle: FORMAT,
        tool: concat!("sekisho ", env!("CARGO_PKG_VERSION")).to_owned(),
        command: std::iter::once("sekisho".to_owned()).chain(std::env::args().skip(1)).collect(),
        host: host(),
        made_at: now(),
        as_of,
        organization: inventory.organization.as_ref().map(|it| it.name.value.clone()),
        revision: inventory.revision.as_ref().map(|it| it.value.clone()),
        files: Vec::new(),
        captures: captures(&material, &texts),
        material,
        snapshot: newest(&args.inventory, console),
        previous: previous.as_ref().map(Bundle::as_previous),
        redacted: None,
    };
    let assessment = audit::audit(loaded.inventory, evidence, as_of);
    let first = results(&assessment, &loaded.sources)?;
    // What goes in is what whoever checks it will compute: from the masked configurations.
    console.step(&text!("計算し直して確かめています", "computing it again"));
    let kept = again(&manifest.material, &texts, as_of)?;
    for ((_, name, first), (_, _, kept)) in first.iter().zip(&kept) {
        if let Some(at) = first_difference(kept, first) {
            console.complain(&Diagnostic::warning(
                "bundle-masked",
                text!(
                    "秘密情報を伏せた設定からは、{name} の一部が同じになりません（{at}）。証跡一式には、伏せた設定から計算した結果を入れました",
                    "from configurations with masked secrets a part of {name} does not come out the same ({at}); the bundle holds what comes out of the masked ones"; at
                ),
            ));
            break;
        }
    }
    let mut bundle = Bundle::new(manifest, &texts, kept);
    if let Some(Err(why)) = previous.as_ref().map(|it| bundle.follows(it)) {
        return Err(Diagnostic::error("bundle-does-not-follow", why)
            .help(text!(
                "--previous には、同じ施設の1つ前の証跡一式を指定してください",
                "give --previous the bundle before this one, of the same organization"
            ))
            .into());
    }
    if let Some((key, name)) = &key {
        bundle.sign(key, name, &now());
    }
    let bytes = bundle.pack().ok_or_else(too_large)?;
    let mut delivery = Delivery::new(Existing::Keep);
    delivery.add(&args.output, &bytes)?;
    delivery.finish()?;
    let (file, digest) = (args.output.display(), bundle.digest());
    console.remark(&text!(
        "証跡一式を {file} に書きました。ハッシュ値: {digest}",
        "wrote the bundle to {file}; its digest: {digest}"
    ));
    Ok(Exit::Clean)
}

/// The digest of the newest snapshot beside an inventory, when there is one.
fn newest(inventory: &Path, console: &Console) -> Option<Sha256> {
    let store = Store::open(&place(inventory), Access::Read).ok()?;
    doubt(&store, console).ok()?;
    store.snapshots().ok()?.last().map(|it| it.digest)
}

/// What this machine is called.
fn host() -> Option<String> {
    let file = || std::fs::read_to_string("/proc/sys/kernel/hostname").ok();
    let variable = |name| std::env::var(name).ok();
    let name = file().or_else(|| variable("HOSTNAME")).or_else(|| variable("COMPUTERNAME"))?;
    Some(name.trim().to_owned()).filter(|it| !it.is_empty())
}

pub(super) fn too_large() -> Diagnostic {
    Diagnostic::error(
        "bundle-too-large",
        text!("証跡一式が大きすぎます（4 GiB まで）", "the bundle is too large (at most 4 GiB)"),
    )
}
