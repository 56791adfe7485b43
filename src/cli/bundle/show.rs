//! `sekisho bundle show`.

use super::{Shape, Show, open, proof, read};
use crate::cli::Exit;
use crate::cli::console::{Console, Stop};
use crate::cli::history::local;
use crate::history::bundle::BundleRole;
use crate::locale::{Text, one_line};
use crate::report::proof::Sealed;
use crate::text;
use serde_json::json;

pub(super) fn run(args: &Show, console: &Console) -> Result<Exit, Stop> {
    let bytes = read(&args.file)?;
    if Sealed::is_one(&bytes) {
        return proof::show(args, &bytes, console);
    }
    let bundle = open(&args.file)?;
    let manifest = &bundle.manifest;
    if let Shape::Json = args.format {
        let shown = json!({
            "digest": bundle.digest(), "manifest": manifest, "signatures": bundle.signatures,
        });
        console.print(format!("{shown:#}\n").as_bytes())?;
        return Ok(Exit::Clean);
    }
    let (tool, made, day) = (&manifest.tool, local(&manifest.made_at), manifest.as_of);
    let host = manifest.host.as_deref().unwrap_or("—");
    let digest = bundle.digest();
    let command = manifest.command.join(" ");
    let organization = manifest.organization.as_deref().unwrap_or("—");
    let mut lines = vec![
        text!("施設          {organization}", "organization  {organization}"),
        text!("基準日        {day}", "as of         {day}"),
        text!("作成          {made}（{tool}、{host}）", "made          {made} ({tool}, {host})"),
        text!("コマンド      {command}", "command       {command}"),
        text!("ハッシュ値    {digest}", "digest        {digest}"),
    ];
    if let Some(previous) = &manifest.previous {
        let (digest, at) = (previous.manifest, local(&previous.made_at));
        lines.push(text!("前の証跡一式  {digest}（{at}）", "follows       {digest} ({at})"));
    }
    if let Some(redacted) = &manifest.redacted {
        let of = redacted.of;
        lines.push(text!("置換え        元は {of}", "redacted      from {of}"));
    }
    for signature in &bundle.signatures {
        let (by, at) = (&signature.name, local(&signature.signed_at));
        lines.push(text!("署名          {by}（{at}）", "signed        {by} ({at})"));
    }
    for it in &manifest.captures {
        let (tap, source, packets, unread) = (&it.tap, &it.source, it.packets, it.undecoded);
        let (from, until) = (it.from.as_deref(), it.until.as_deref());
        let (from, until) =
            (from.map_or_else(String::new, local), until.map_or_else(String::new, local));
        let unknown = Text::new("不明", "unknown");
        let lost = it.dropped.map_or_else(|| unknown.clone(), |it| Text::same(it.to_string()));
        let clock = it
            .clock_offset_ms
            .map_or(unknown, |it| text!("{it:+} ms（申告）", "{it:+} ms (stated)"));
        let through = it.interfaces.iter().map(|it| match it.filter.as_str() {
            "" => Text::same(&*it.name),
            filter => Text::same(format!("{} [{filter}]", it.name)),
        });
        let through = Text::list(&through.collect::<Vec<_>>());
        lines.push(text!(
            "観測          {tap} {through}（{source}）、{from} から {until}、{packets}パケット、取りこぼし {lost}、読めなかったもの {unread}、時計のずれ {clock}",
            "captured      {tap} {through} ({source}), {from} to {until}, {packets} packets, dropped {lost}, not understood {unread}, clock offset {clock}"; through, lost, clock
        ));
    }
    lines.push(Text::default());
    for file in &manifest.files {
        let (path, bytes, short) = (&file.path, file.bytes, file.sha256.short());
        let role = match file.role {
            BundleRole::Inventory => Text::new("台帳", "inventory"),
            BundleRole::Configuration => Text::new("設定", "configuration"),
            BundleRole::Observation => Text::new("観測", "observation"),
            BundleRole::Journal => Text::new("疎通", "probes"),
            BundleRole::Record => Text::new("記録", "record"),
            BundleRole::Report => Text::new("報告", "report"),
        };
        lines.push(text!(
            "{role}  {path}  {bytes} B  {short}…",
            "{role}  {path}  {bytes} B  {short}…"; role
        ));
    }
    for line in lines {
        let line = one_line(line.get(console.lang())).into_owned();
        console.print(format!("{line}\n").as_bytes())?;
    }
    Ok(Exit::Clean)
}
