//! One line of a configuration after the other is spoilt, and every connection is judged again.
//!
//! A line that cannot be read hides what the device does: no connection that reached more than is
//! declared, or of which nobody knew, may be told to be isolated. A line that is left out, or that
//! reads well with another number, is another configuration: there the verdict may change, but only
//! at lines that let something in (`LETS_IN`), which a person has looked at one by one.

use super::hospital::{Hospital, each, hospitals};
use crate::support::random::Chance;
use sekisho::model::{EntityKind, EntityRef};
use sekisho::reach::Reach;
use sekisho::reach::paths::Verdict;
use sekisho::topology;
use std::collections::BTreeSet;

/// What happens to a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Fault {
    /// Its first word is none that any device knows.
    Misspelt,
    /// Only its first half is there.
    Halved,
    /// The first number in it is another.
    BentFirst,
    /// The last number in it is another.
    BentLast,
    /// It is not there.
    Gone,
}

const FAULTS: [Fault; 5] =
    [Fault::Misspelt, Fault::Halved, Fault::BentFirst, Fault::BentLast, Fault::Gone];

impl Fault {
    /// The line with the fault; none when it has none.
    fn of(self, line: &str) -> Option<String> {
        let indent = line.len() - line.trim_start().len();
        let (indent, words) = line.split_at(indent);
        let spoilt = match self {
            Self::Misspelt => format!("{indent}zq{words}"),
            Self::Halved => {
                let half = words.chars().count() / 2;
                format!("{indent}{}", words.chars().take(half).collect::<String>())
            }
            Self::BentFirst | Self::BentLast => {
                let digit = |it: char| it.is_ascii_digit();
                let (start, end) = match self {
                    Self::BentFirst => {
                        let start = line.find(digit)?;
                        let run = line[start..].find(|it| !digit(it));
                        (start, run.map_or(line.len(), |it| start + it))
                    }
                    _ => {
                        let end = line.rfind(digit)? + 1;
                        let before = line[..end].rfind(|it| !digit(it));
                        (before.map_or(0, |it| it + 1), end)
                    }
                };
                let number: u64 = line[start..end].parse().ok()?;
                format!("{}{}{}", &line[..start], number + 1, &line[end..])
            }
            Self::Gone => String::new(),
        };
        (spoilt != line).then_some(spoilt)
    }

    /// Whether the line may read well with it: then it is another configuration.
    const fn may_be_meant(self) -> bool {
        !matches!(self, Self::Misspelt)
    }
}

/// One spoilt line.
struct Case<'h> {
    name: &'h str,
    hospital: &'h Hospital,
    file: &'h str,
    line: usize,
    fault: Fault,
    spoilt: String,
    /// The connection that is asked about; every one when there is none.
    about: Option<&'h str>,
}

/// Of some connections, those that are isolated.
fn isolated(hospital: &Hospital, asked: impl Fn(&str) -> bool) -> BTreeSet<String> {
    let (inventory, evidence) = hospital.read();
    let topology = topology::build(&inventory, &evidence);
    let reach = Reach::new(&inventory, &evidence, &topology);
    let all = inventory.connections.iter().map(|it| it.id.value.clone());
    let isolated = |id: &String| {
        let thing = EntityRef::new(EntityKind::Connection, id);
        reach.verdict(&thing) == Some(Verdict::Isolated)
    };
    all.filter(|it| asked(it)).filter(isolated).collect()
}

/// Lines that let something in: without them, or with another number in them, what came in over
/// them really does not.
const LETS_IN: &[(&str, &str)] = &[
    // The tunnel carries nothing to the network that the policy lets it reach.
    ("fw1.txt", "set src-subnet"),
    // The policy is about an interface over which its destination does not lie.
    ("fw1.txt", "set dstintf"),
    // The policy, or the tunnel, is about other addresses.
    ("fw1.txt", "set subnet"),
    ("fw1.txt", "set dst-subnet"),
    // A policy that does not say what it does denies.
    ("fw1.txt", "set action accept"),
    // There is no tunnel of the name that the rest speaks of.
    ("fw1.txt", "edit \"yomitori\""),
    // The lines of two tunnels are those of one.
    ("vpn1.txt", "tunnel select"),
    // The tunnel has the filters of another one.
    ("vpn1.txt", "ip tunnel secure filter in"),
];

/// Tries some of the cases, chosen by a seed; all of them without one; about every connection, or
/// only about one each. Tells where a connection is isolated by what nobody could read.
fn wrong(chosen: Option<(u64, usize)>, about_one: bool) -> Vec<String> {
    let hospitals: Vec<(String, Hospital)> = hospitals()
        .into_iter()
        .flat_map(|(name, it)| [(format!("{name} narrowed"), it.narrowed()), (name.to_owned(), it)])
        .collect();
    let connections: Vec<Vec<String>> = hospitals
        .iter()
        .map(|(_, it)| it.read().0.connections.iter().map(|it| it.id.value.clone()).collect())
        .collect();
    let mut cases = Vec::new();
    for (nth, (name, hospital)) in hospitals.iter().enumerate() {
        for (file, text) in &hospital.files {
            let lines = text.lines().enumerate();
            for (line, words) in lines.filter(|it| !it.1.trim().is_empty()) {
                for fault in FAULTS {
                    let Some(spoilt) = fault.of(words) else { continue };
                    let about = None;
                    cases.push((nth, Case { name, hospital, file, line, fault, spoilt, about }));
                }
            }
        }
    }
    // Only at these places, as the list below tells them.
    if let Ok(places) = std::env::var("SEKISHO_FAULTS_AT") {
        cases.retain(|(_, it)| {
            let place = format!("{}:{}", it.file, it.line + 1);
            places.split_whitespace().any(|it| place.ends_with(it))
        });
    }
    if let Some((seed, count)) = chosen {
        let mut chance = Chance(seed);
        while cases.len() > count {
            let at = chance.between(0, cases.len() - 1);
            cases.swap_remove(at);
        }
        for (nth, case) in cases.iter_mut().filter(|_| about_one) {
            let all: Vec<&str> = connections[*nth].iter().map(String::as_str).collect();
            case.about = Some(chance.of(&all));
        }
    }
    each(&cases, |(_, case)| {
        let Case { name, hospital, file, line, fault, spoilt, about } = case;
        let mut lines: Vec<&str> = hospital.files[*file].lines().collect();
        let words = lines[*line];
        let meant = fault.may_be_meant()
            && LETS_IN.iter().any(|it| file.ends_with(it.0) && words.contains(it.1));
        if meant {
            return None;
        }
        lines[*line] = spoilt;
        let other = hospital.with(file, lines.join("\n") + "\n");
        let now = isolated(&other, |it| about.is_none_or(|about| about == it));
        if now.is_empty() {
            return None;
        }
        let before = isolated(hospital, |it| now.contains(it));
        let closed: Vec<&String> = now.difference(&before).collect();
        let line = line + 1;
        (!closed.is_empty())
            .then(|| format!("{name} {file}:{line} {fault:?} {words:?} {spoilt:?}: {closed:?}"))
    })
}

#[test]
fn a_spoilt_line_isolates_no_connection() {
    let wrong = wrong(Some((20261120, 24)), true);
    assert!(wrong.is_empty(), "{}\n{}", wrong.len(), wrong.join("\n"));
}

/// The verdict without witnesses is the verdict.
#[test]
fn the_verdict_alone_is_that_of_the_whole_answer() {
    let [(_, hospital), _] = hospitals();
    let (inventory, evidence) = hospital.read();
    let topology = topology::build(&inventory, &evidence);
    let reach = Reach::new(&inventory, &evidence, &topology);
    for answer in reach.isolations() {
        assert_eq!(reach.verdict(&answer.connection), Some(answer.verdict()));
    }
}

#[test]
#[ignore = "every line of every configuration, about every connection: hours in a debug build"]
fn no_spoilt_line_isolates_any_connection() {
    // So many of them at most, for who has not the time.
    let count = std::env::var("SEKISHO_FAULTS").ok().and_then(|it| it.parse().ok());
    let wrong = wrong(count.map(|it| (1, it)), false);
    assert!(wrong.is_empty(), "{}\n{}", wrong.len(), wrong.join("\n"));
}
