//! What became of findings, and since when they stand.

use super::identity;
use super::kinds::{FindingChange, Standing};
use super::opened::opened;
use super::record::{Found, How, Record};
use super::renames::Renames;
use super::scope::Looks;
use crate::model::{Date, EntityKind, EntityRef};
use crate::topology::Corroboration;
use std::collections::{BTreeMap, BTreeSet};

/// Findings that speak of what was looked at: they come and go with it.
const ABOUT_LOOKING: [&str; 4] = [
    "device-without-configuration",
    "configuration-not-read",
    "configuration-partly-read",
    "filter-line-not-understood",
];

/// What became of each finding of two records; `earlier` are those before, oldest first.
pub(super) fn changes(
    old: &Record,
    new: &Record,
    renames: &Renames,
    looks: &Looks<'_>,
    earlier: &[Record],
) -> Vec<FindingChange> {
    let past = Past::of(old, renames, earlier);
    let before: BTreeMap<String, &Found> =
        old.findings.iter().map(|it| (by_newer(it, renames), it)).collect();
    let after: BTreeSet<&str> = new.findings.iter().map(|it| it.fingerprint.as_str()).collect();
    let scope = |found: &Found, other: &Record, here: &Record, is_new: bool| {
        let unknown_rule = !other.rules.is_empty() && !other.rules.contains(&found.rule);
        let shown = || here.looked.iter().filter(|it| found.shown_in.contains(&it.name));
        // What the wire shows may have been there before anybody looked at it.
        let mut eyes = shown().filter(|it| it.how != How::Configuration).map(|it| looks.by(it.how));
        let unwatched = eyes.any(|it| if is_new { it.may_have_been() } else { it.may_still_be() });
        let shown_by: Vec<EntityRef> = shown()
            .filter(|it| it.how == How::Configuration)
            .filter_map(|it| it.thing.as_ref())
            .map(|it| if is_new { it.clone() } else { renames.thing(it) })
            .collect();
        let unseen = shown_by.iter().any(|it| {
            let sight = looks.at(it);
            if is_new { sight.may_have_been() } else { sight.may_still_be() }
        });
        unknown_rule || unseen || unwatched || ABOUT_LOOKING.contains(&found.rule.as_str())
    };
    let mut all: Vec<FindingChange> = Vec::new();
    for found in &new.findings {
        let known = before.contains_key(&found.fingerprint);
        let since = past.since(&found.fingerprint).filter(|_| known).unwrap_or(new.as_of);
        let opens = match before.get(&found.fingerprint) {
            Some(was) => opened((was, found), (old, new), renames, looks),
            None => Vec::new(),
        };
        // Who accepted it before did not accept what it opens now.
        let once = before.get(&found.fingerprint).is_some_and(|it| it.waived == found.waived);
        let standing = match () {
            () if found.waived.is_some() && (opens.is_empty() || !once) => Standing::Accepted,
            () if !opens.is_empty() => Standing::Widened,
            () if known => Standing::StillOpen,
            () if scope(found, old, new, true) => Standing::NewlySeen,
            () if past.ever(&found.fingerprint) => Standing::Reopened,
            () => Standing::New,
        };
        all.push(FindingChange { standing, since, opens, found: found.clone() });
    }
    for (fingerprint, found) in before.iter().filter(|(it, _)| !after.contains(it.as_str())) {
        // What is in no ledger is gone only when somebody looked and did not see it.
        let declared = old
            .find(&found.subject)
            .is_some_and(|it| it.kind != EntityKind::Path && it.state != Corroboration::Undeclared);
        let gone =
            declared && new.things.iter().all(|it| it.thing() != renames.thing(&found.subject));
        let standing = match !gone && scope(found, new, old, false) {
            true => Standing::NoLongerSeen,
            false => Standing::Fixed,
        };
        let since = past.since(fingerprint).unwrap_or(old.as_of);
        let found = (*found).clone();
        all.push(FindingChange { standing, since, opens: Vec::new(), found });
    }
    all.sort_by(|a, b| {
        let key = |it: &FindingChange| (it.standing, it.found.severity);
        key(a).cmp(&key(b)).then_with(|| a.found.fingerprint.cmp(&b.found.fingerprint))
    });
    all
}

/// What a newer record has of the findings of an older one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Standings {
    /// The fingerprints, by newer ids, of those that stood in the older one, too.
    pub known: BTreeSet<String>,
    /// Of these, those whose subject opens more now.
    pub widened: BTreeSet<String>,
}

impl Standings {
    /// Compares two records.
    pub fn of(old: &Record, new: &Record) -> Self {
        let renames = identity::pair(old, new).renames;
        let looks = Looks::new(old, new, &renames);
        let all = changes(old, new, &renames, &looks, &[]).into_iter();
        let widened = all.filter(|it| it.standing == Standing::Widened);
        Self {
            known: old.findings.iter().map(|it| by_newer(it, &renames)).collect(),
            widened: widened.map(|it| it.found.fingerprint).collect(),
        }
    }
}

fn by_newer(found: &Found, renames: &Renames) -> String {
    match renames.is_empty() {
        true => found.fingerprint.clone(),
        false => renames.fingerprint(&found.rule, &found.subject, &found.distinct),
    }
}

/// In which records before the newest each finding stood, by the newest ids.
struct Past {
    /// The days, newest first, each with what stood then.
    days: Vec<(Date, BTreeSet<String>)>,
}

impl Past {
    fn of(old: &Record, renames: &Renames, earlier: &[Record]) -> Self {
        let mut days = Vec::new();
        // From an older record to the newest, one step after the other.
        let mut steps: Vec<Renames> = vec![renames.clone()];
        let mut later = old;
        let stood = |record: &Record, steps: &[Renames]| {
            let all = record.findings.iter().map(|found| {
                // Of what was pruned nothing else is known.
                if found.rule.is_empty() || steps.iter().all(Renames::is_empty) {
                    return found.fingerprint.clone();
                }
                let mut subject = found.subject.clone();
                let mut distinct = found.distinct.clone();
                for step in steps.iter().rev() {
                    subject = step.thing(&subject);
                    distinct = distinct.iter().map(|it| step.thing(it)).collect();
                }
                Renames::default().fingerprint(&found.rule, &subject, &distinct)
            });
            all.collect::<BTreeSet<String>>()
        };
        days.push((old.as_of, stood(old, &steps)));
        for record in earlier.iter().rev() {
            if record.is_pruned() {
                days.push((record.as_of, stood(record, &steps)));
                continue;
            }
            let step = identity::pair(record, later).renames;
            if !step.is_empty() {
                steps.push(step);
            }
            days.push((record.as_of, stood(record, &steps)));
            later = record;
        }
        Self { days }
    }

    /// Since when it stood without a break, up to the older of the two records.
    fn since(&self, fingerprint: &str) -> Option<Date> {
        let run = self.days.iter().take_while(|(_, stood)| stood.contains(fingerprint));
        run.last().map(|(day, _)| *day)
    }

    /// Whether it ever stood.
    fn ever(&self, fingerprint: &str) -> bool {
        self.days.iter().any(|(_, stood)| stood.contains(fingerprint))
    }
}
