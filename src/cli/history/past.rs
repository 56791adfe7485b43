//! What an audit has to do with those before it: since when, known, kept.

use super::{doubt, place};
use crate::audit::Assessment;
use crate::change::{Record, Standings};
use crate::cli::args::Audit;
use crate::cli::console::{Console, Stop};
use crate::history::{Access, Altered, Kept, Material, Outcome, Store};
use crate::locale::Text;
use crate::source::{Diagnostic, FileId, SourceMap};
use crate::text;
use std::path::PathBuf;

/// The history beside an inventory.
#[derive(Debug)]
pub(in crate::cli) struct Past {
    path: PathBuf,
    store: Option<Store>,
    baseline: Option<String>,
    altered: Option<Altered>,
}

/// This moment in UTC, to the second: `2026-11-22T01:50:57Z`.
pub(in crate::cli) fn now() -> String {
    let now = jiff::Timestamp::now();
    jiff::Timestamp::from_second(now.as_second()).unwrap_or(now).to_string()
}

/// A moment as people here write it, with how far their clocks are from UTC:
/// `2026-11-22 10:50 (UTC+09:00)`. What is no moment stays as it is.
pub(in crate::cli) fn local(moment: &str) -> String {
    let Ok(moment) = moment.parse::<jiff::Timestamp>() else { return moment.to_owned() };
    let here = jiff::tz::TimeZone::try_system().unwrap_or(jiff::tz::TimeZone::UTC);
    let (offset, there) = (here.to_offset(moment), moment.to_zoned(here));
    let minutes = offset.seconds() / 60;
    let zone = match minutes {
        0 => "UTC".to_owned(),
        _ => {
            let sign = if minutes < 0 { '-' } else { '+' };
            format!("UTC{sign}{:02}:{:02}", minutes.abs() / 60, minutes.abs() % 60)
        }
    };
    let there = there.datetime();
    let (day, hour, minute) = (there.date(), there.hour(), there.minute());
    format!("{day} {hour:02}:{minute:02} ({zone})")
}

impl Past {
    /// Looks for it. One that cannot be read stops a run only when the run needs it.
    pub(in crate::cli) fn open(args: &Audit, console: &Console) -> Result<Self, Stop> {
        let path = place(args.history.as_deref().unwrap_or(&args.inventory));
        let needed = args.keep || args.baseline.is_some() || args.history.is_some();
        let mut past = Self { path, store: None, baseline: args.baseline.clone(), altered: None };
        if args.keep && args.baseline.is_none() && !past.path.exists() {
            return Ok(past);
        }
        if !needed && !past.path.exists() {
            return Ok(past);
        }
        match Store::open(&past.path, Access::Read) {
            Ok(store) => {
                past.altered = doubt(&store, console)?;
                past.store = Some(store);
            }
            // The first audit that is kept makes it.
            Err(why) if why.code == "history-missing" && past.baseline.is_none() => {}
            Err(why) if needed => return Err(why.into()),
            Err(why) => console.complain(&why),
        }
        Ok(past)
    }

    /// Whether the answer rests on a baseline that may not be what was kept.
    pub(in crate::cli) fn misleads(&self) -> bool {
        self.baseline.is_some() && self.altered.is_some()
    }

    /// Says of every finding since when it stands, and whether the baseline has it.
    pub(in crate::cli) fn mark(
        &self,
        assessment: &mut Assessment,
        sources: &SourceMap,
        console: &Console,
    ) -> Result<(), Stop> {
        let Some(store) = &self.store else { return Ok(()) };
        let prints: Vec<String> =
            assessment.findings.iter().map(|it| it.fingerprint().to_string()).collect();
        let since = store.since(assessment.as_of, prints.iter().map(String::as_str))?;
        for (finding, print) in assessment.findings.iter_mut().zip(&prints) {
            finding.since = since.get(print.as_str()).copied();
        }
        let Some(baseline) = &self.baseline else { return Ok(()) };
        let snapshot = store.find(baseline)?;
        let known = store.findings(&snapshot)?;
        let kept: Option<Record> = match snapshot.pruned {
            Some(_) => None,
            None => serde_json::from_slice(&store.record(&snapshot)?).ok(),
        };
        let stand = match kept {
            Some(kept) => Standings::of(&kept, &Record::of(assessment, sources)),
            None => Standings { known: known.into_keys().collect(), ..Standings::default() },
        };
        let mut outgrown: Vec<Text> = Vec::new();
        for (finding, print) in assessment.findings.iter_mut().zip(&prints) {
            // What is known, and opens more than it did, is not what the baseline knew; nor is it what
            // somebody accepted before it did.
            let widened = stand.widened.contains(print);
            finding.known = stand.known.contains(print) && !widened;
            if widened && finding.waived.take().is_some() {
                outgrown.push(finding.message.clone());
            }
        }
        for message in outgrown {
            console.remark(&text!(
                "承認した後に開いている対象が増えたため、例外承認の対象としません: {message}",
                "it opens more than when it was accepted, so it is not accepted any more: {message}"; message
            ));
        }
        let new = assessment.findings.iter().filter(|it| it.is_open() && !it.known).count();
        let (number, day) = (snapshot.number, snapshot.as_of);
        console.remark(&text!(
            "基準時点は #{number}（{day}）です。そのあとに増えた指摘: {new}件",
            "the baseline is #{number} ({day}); findings that it does not have: {new}"
        ));
        Ok(())
    }

    /// Keeps the audit.
    pub(in crate::cli) fn keep(
        self,
        assessment: &Assessment,
        sources: &SourceMap,
        files: &[FileId],
        console: &Console,
    ) -> Result<(), Stop> {
        console.step(&text!("履歴に残しています", "keeping"));
        let record = Record::of(assessment, sources);
        let (material, texts) =
            Material::of(sources, files, &assessment.inventory, &assessment.evidence);
        // The reader would wait for the writer, who is the same.
        drop(self.store);
        let mut store = Store::open(&self.path, Access::Write)?;
        let kept = Kept::of(&record, material, &texts, now()).ok_or_else(unkept)?;
        let file = self.path.display();
        console.remark(&match store.keep(&kept)? {
            Outcome::New(number) => text!(
                "時点記録 #{number} として {file} に残しました",
                "kept as snapshot #{number} in {file}"
            ),
            Outcome::Same(number) => text!(
                "時点記録 #{number} と同じ結果なので、確認した日時だけを {file} に残しました",
                "nothing differs from snapshot #{number}; that it was looked at again is noted in {file}"
            ),
        });
        Ok(())
    }
}

fn unkept() -> Diagnostic {
    Diagnostic::error(
        "unkept",
        text!("結果を記録の形にできませんでした", "the result could not be made into a record"),
    )
}
