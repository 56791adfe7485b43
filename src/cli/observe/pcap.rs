//! `sekisho observe pcap`: from captures.

use super::capture;
use crate::cli::Exit;
use crate::cli::console::{Console, Stop};
use crate::text;
use std::path::PathBuf;

/// `sekisho observe pcap`
#[derive(Debug, clap::Args)]
pub(super) struct Pcap {
    /// キャプチャのファイル / captures
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// 観測点の名前（台帳での呼び名） / the name of the tap, as the inventory calls it
    #[arg(long, value_name = "NAME", default_value = "")]
    tap: String,
}

/// Reads captures and shows what was seen.
pub(super) fn run(args: &Pcap, console: &Console) -> Result<Exit, Stop> {
    for path in &args.files {
        let taken = capture(path, &path.display().to_string(), &args.tap)?;
        let (name, counts) = (&taken.piece.source.name, &taken.piece.counts);
        let (packets, bytes) = (counts.packets, counts.bytes);
        let line = text!(
            "{name}: {packets}パケット、{bytes}バイト\n",
            "{name}: {packets} packets, {bytes} bytes\n"
        );
        console.print(line.get(console.lang()).as_bytes())?;
    }
    Ok(Exit::Clean)
}
