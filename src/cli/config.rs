//! `sekisho config`: what configurations of devices say, without any inventory.

use super::Exit;
use super::args::{Config, ConfigFormat};
use super::collect::MOST;
use super::console::{Console, Stop};
use super::gather::{Raw, gather_raw};
use super::observe;
use crate::evidence::EvidenceSet;
use crate::report::device::{self, Read};
use crate::source::SourceMap;
use crate::text;

/// Reads every file and shows it. What cannot be read is told, and the rest is shown.
pub(super) fn run(args: &Config, console: &Console) -> Result<Exit, Stop> {
    let (mut sources, mut evidence) = (SourceMap::new(), EvidenceSet::default());
    let mut exit = Exit::Clean;
    console.step(&text!("機器の設定を読んでいます", "reading configurations"));
    for path in &args.files {
        let shown = path.display().to_string();
        let Raw { found, observations, mut problems } = gather_raw(path, &shown, MOST);
        problems.extend(observations.iter().map(|(name, _)| observe::not_a_configuration(name)));
        console.complain_about(&problems, &sources);
        if !problems.is_empty() {
            exit = Exit::Wrong;
        }
        for (name, bytes) in found {
            evidence.add(&mut sources, &name, &bytes, None, None);
        }
    }
    console.settle();
    for unread in &evidence.unread {
        console.complain(&unread.why);
        exit = Exit::Wrong;
    }
    let files = evidence.devices.iter().flat_map(|device| {
        device.files.iter().map(|file| Read { sources: &sources, file, config: &device.config })
    });
    let files: Vec<Read<'_>> = files.collect();
    let shown = match args.format {
        ConfigFormat::Terminal => {
            let pages: Vec<String> = files
                .iter()
                .map(|it| device::text(*it, console.lang(), console.columns()))
                .collect();
            pages.join("\n")
        }
        ConfigFormat::Json => format!("{:#}\n", device::json(&files)),
    };
    console.print(shown.as_bytes())?;
    Ok(exit)
}
