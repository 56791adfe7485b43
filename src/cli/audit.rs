//! `sekisho audit`: the main job.

use super::Exit;
use super::args::Audit;
use super::console::{Console, Stop};
use super::load::load_sound;
use crate::audit;
use crate::model::Vocabulary as _;
use crate::text;
use std::fmt::Write as _;

/// Reads, judges and shows.
pub(super) fn run(args: &Audit, console: &Console) -> Result<Exit, Stop> {
    let loaded = load_sound(&args.inventory, &args.day, console)?;
    console.step(&text!("判定しています", "judging"));
    let assessment = audit::audit(loaded.inventory, loaded.as_of);
    let lang = console.lang();
    let mut out = String::new();
    for finding in &assessment.findings {
        let severity = finding.severity.label();
        let place = finding
            .locations
            .first()
            .map(|at| loaded.sources.place(at.span))
            .unwrap_or_default();
        let _ = writeln!(
            out,
            "{}[{}] {place}: {}",
            severity.get(lang),
            finding.rule,
            finding.message.get(lang)
        );
    }
    console.print(out.as_bytes())?;
    Ok(match args.fail_on.threshold() {
        Some(threshold) if assessment.fails(threshold) => Exit::Findings,
        _ => Exit::Clean,
    })
}
