//! A window that closes while a run is under way: by its end nothing leaves any more.

use super::declared::{scope, vantage};
use super::desk::Desk;
use super::ground::Ground;
use super::sniffer;
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeSet;

/// Asks one question a second, for longer than the window lasts.
pub fn holds() {
    // Windows end with a minute; twenty-five seconds at least are left to begin.
    let soon = Timestamp::now() + SignedDuration::from_secs(25);
    let until = Timestamp::from_second((soon.as_second() / 60 + 1) * 60).unwrap();
    let hours = until.strftime("hours: 00:00-%H:%M").to_string();
    if hours.ends_with("00:00") {
        eprintln!("SKIPPED: it is midnight, and no window closes");
        return;
    }
    let ground = Ground::new("window", false);
    let vantage = vantage("va");
    let slowly = "limits: {host_rate: 1, rate: 1}";
    let text = scope(vantage.from, vantage.targets, slowly);
    let desk = Desk::new(&text.replace("hours: 00:00-24:00", &hours));
    let namespace = ground.name(vantage.node);
    let plan = desk.planned(&namespace, vantage.from, &[]);
    assert!(desk.run(&namespace, &[]).status.success());
    sniffer::start(&ground);
    let ran = desk.run(&namespace, &[]);
    assert_eq!(ran.status.code(), Some(3));
    let journal = desk.journals().pop().expect("a journal");
    let stopped: Vec<_> = journal.stopped.iter().map(|it| (it.1, it.2.as_str())).collect();
    assert_eq!(stopped, [(None, "window")]);
    assert!(Timestamp::now() < until + SignedDuration::from_secs(5), "it went on");
    assert!(!journal.asked.is_empty());
    // Nothing is under way when it closes: patience, and time to close connections, lie between.
    let patience = SignedDuration::from_millis(plan.limits.patience_ms.into());
    assert!(journal.asked.values().all(|it| it.1 < until - patience));
    let planned: BTreeSet<_> = plan.questions.iter().map(|it| (it.to, it.port)).collect();
    for node in ground.nodes() {
        for (_, to, _, port) in sniffer::seen(&ground, node, &vantage.askers()) {
            assert!(planned.contains(&(to, port)), "{to} {port} at {node}");
        }
    }
    // When it has closed, nothing is begun.
    let rest = until.duration_since(Timestamp::now());
    std::thread::sleep(rest.try_into().unwrap_or_default());
    let before = desk.files().len();
    let again = desk.run(&namespace, &[]);
    assert_eq!((again.status.code(), desk.files().len()), (Some(2), before));
}
