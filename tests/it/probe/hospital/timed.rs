//! Time that does something while a run is under way: a window closes, a clock is set.

use super::declared::{scope, vantage};
use super::desk::Desk;
use super::ground::Ground;
use super::sniffer;
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeSet;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

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

/// A clock that can be set for one process: between it and the kernel, the seconds of a file are added
/// to the time of day. The clock of the machine is left alone.
const SET: &str = r#"
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
int clock_gettime(clockid_t id, struct timespec *at) {
    int (*real)(clockid_t, struct timespec *) = dlsym(RTLD_NEXT, "clock_gettime");
    int told = real(id, at);
    const char *name = getenv("SEKISHO_CLOCK_STEP");
    FILE *file = id == CLOCK_REALTIME && name ? fopen(name, "r") : NULL;
    long seconds = 0;
    if (file && fscanf(file, "%ld", &seconds) == 1) at->tv_sec += seconds;
    if (file) fclose(file);
    return told;
}
"#;

/// Whoever sets the clock while the command runs ends the run, forwards or backwards; a small
/// correction does not. What was sent until then is of the plan, and nothing is sent afterwards.
pub fn steps() {
    let folder = tempfile::tempdir().unwrap();
    let (source, library) = (folder.path().join("set.c"), folder.path().join("set.so"));
    std::fs::write(&source, SET).unwrap();
    let mut compile = Command::new("cc");
    compile.args(["-shared", "-fPIC", "-o"]).args([&library, &source]).arg("-ldl");
    // Rust links with it, so that it is wherever these tests were built.
    if !compile.status().is_ok_and(|it| it.success()) {
        let must = std::env::var_os("SEKISHO_MUST_RUN_KERNEL").is_some();
        assert!(!must, "there is no compiler for C");
        eprintln!("SKIPPED: no clock was set: there is no compiler for C here");
        return;
    }
    let ground = Ground::new("clock", false);
    let vantage = vantage("va");
    let namespace = ground.name(vantage.node);
    for (seconds, stops) in [(3600, true), (-3600, true), (3, false)] {
        let text = scope(vantage.from, vantage.targets, "limits: {host_rate: 2, rate: 4}");
        let desk = Desk::new(&text);
        let plan = desk.planned(&namespace, vantage.from, &[]);
        assert!(desk.run(&namespace, &[]).status.success());
        sniffer::start(&ground);
        let step = desk.path("step");
        std::fs::write(&step, "0").unwrap();
        let mut run = desk.command(&namespace, Desk::RUN);
        run.env("LD_PRELOAD", &library).env("SEKISHO_CLOCK_STEP", &step);
        let mut run = run.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let sent = || desk.journals().pop().map_or(0, |it| it.asked.len());
        let begun = Instant::now();
        while sent() < 4 {
            assert!(begun.elapsed() < Duration::from_secs(20), "it never began");
            std::thread::sleep(Duration::from_millis(50));
        }
        std::fs::write(&step, seconds.to_string()).unwrap();
        let set = Instant::now();
        let code = run.wait().unwrap().code();
        let took = set.elapsed();
        let journal = desk.journals().pop().expect("a journal");
        let stopped: Vec<_> = journal.stopped.iter().map(|it| (it.1, it.2.as_str())).collect();
        let all = plan.questions.len();
        if stops {
            assert_eq!((stopped, code), (vec![(None, "clock")], Some(3)), "{seconds}");
            assert!(journal.asked.len() < all, "all {all} were asked, by {seconds}");
            assert!(took < Duration::from_secs(5), "it went on for {took:?}");
        } else {
            assert_eq!((stopped, journal.asked.len()), (vec![], all), "{seconds}");
        }
        let planned: BTreeSet<_> = plan.questions.iter().map(|it| (it.to, it.port)).collect();
        for node in ground.nodes() {
            for (_, to, _, port) in sniffer::seen(&ground, node, &vantage.askers()) {
                assert!(planned.contains(&(to, port)), "{to} {port} at {node}");
            }
        }
    }
}
