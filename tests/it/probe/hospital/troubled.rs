//! Networks that interfere: one-way filters, loss, limiters of rates, hosts that die, middleboxes that
//! answer for others. What arrives at the host is counted there; of nothing that arrived may be said
//! that it is isolated.

use super::declared::{scope, vantage};
use super::desk::Desk;
use super::ground::Ground;
use super::{sniffer, station};
use crate::support::namespaces::run;
use sekisho::evidence::probe::journal::load;
use sekisho::model::words::Verdict;
use sekisho::probe::Expectation;
use sekisho::probe::verdict::verdicts;
use std::net::IpAddr;
use std::process::Stdio;
use std::time::Duration;

/// One kind of trouble between the vendor and the record system.
pub struct Trouble {
    pub name: &'static str,
    /// What the firewall is told beside its rules.
    rules: &'static str,
    /// When the record system leaves, if it does.
    dies: Option<Duration>,
    /// Where a witness listens at the record system; in place of its services when these are among
    /// them.
    witness: &'static str,
    /// Whether everything that must not arrive is closed, and proved so.
    isolates: bool,
}

const fn trouble(name: &'static str, rules: &'static str) -> Trouble {
    Trouble { name, rules, dies: None, witness: "", isolates: false }
}

const OPEN: &str = "insert rule inet filter forward iifname \"line\" accept\n";

pub const TROUBLES: &[Trouble] = &[
    trouble(
        "one way",
        "insert rule inet filter forward iifname \"line\" accept
insert rule inet filter forward iifname \"srv\" drop\n",
    ),
    trouble(
        "one way for a port, unseen",
        "insert rule inet filter forward iifname \"line\" accept
insert rule inet filter forward iifname \"srv\" tcp sport 3389 drop\n",
    ),
    Trouble {
        witness: "22,135,443,3389,64999",
        ..trouble(
            "one way for a port, seen",
            "insert rule inet filter forward iifname \"line\" tcp dport 3389 accept
insert rule inet filter forward iifname \"srv\" tcp sport 3389 drop\n",
        )
    },
    Trouble {
        witness: "22,135,443,3389,64999",
        isolates: true,
        ..trouble("none", "")
    },
    trouble(
        "told by a limiter",
        "insert rule inet filter forward iifname \"line\" accept
insert rule inet filter forward iifname \"line\" tcp flags & (syn | ack) == syn limit rate over 1/second burst 3 packets reject with icmpx admin-prohibited\n",
    ),
    Trouble {
        witness: "64999",
        ..trouble(
            "one way for a port",
            "insert rule inet filter forward iifname \"line\" accept
insert rule inet filter forward iifname \"srv\" tcp sport 64999 drop\n",
        )
    },
    trouble(
        "loss",
        "insert rule inet filter forward iifname \"line\" accept
insert rule inet filter forward oifname \"line\" numgen random mod 10 < 3 drop
insert rule inet filter forward iifname \"line\" numgen random mod 10 < 3 drop\n",
    ),
    trouble(
        "limiter",
        "insert rule inet filter forward iifname \"line\" accept
insert rule inet filter forward iifname \"line\" tcp flags & (syn | ack) == syn limit rate over 1/second burst 3 packets drop\n",
    ),
    trouble(
        "proxy",
        "table ip proxy { chain pre { type nat hook prerouting priority -110; iifname \"line\" meta l4proto tcp redirect to :9999; }; }
insert rule inet filter input tcp dport 9999 accept\n",
    ),
    Trouble { dies: Some(Duration::from_millis(1500)), ..trouble("dies", OPEN) },
    Trouble { dies: Some(Duration::ZERO), ..trouble("dead", OPEN) },
];

/// Asks the record system through trouble.
pub fn holds(trouble: &Trouble) {
    let lane = trouble.name.replace(", ", "-").replace(' ', "-");
    let mut ground = Ground::new(&lane, false);
    if trouble.witness.starts_with("22,") {
        ground.quiet("ehr");
    }
    ground.at("fw", "nft -f -", trouble.rules);
    let _proxy = station::serve(&ground.name("fw"), "* 9999");
    let vantage = vantage("va");
    let targets =
        "\n  - {to: [10.10.10.10], services: [22/tcp, 135/tcp, 443/tcp, 3389/tcp, 64999/tcp]}";
    let desk = Desk::new(&scope(vantage.from, targets, ""));
    let namespace = ground.name("va");
    let plan = desk.planned(&namespace, vantage.from, &[]);
    let mut witness = (!trouble.witness.is_empty()).then(|| {
        let ports = trouble.witness.split(',').map(|it| format!("10.10.10.10:{it}/tcp"));
        let ports = ports.collect::<Vec<_>>().join(",");
        let words = ["witness", "--listen", &ports, "-o", "witness.jsonl"];
        let child = desk.command(&ground.name("ehr"), &words).stderr(Stdio::null()).spawn();
        std::thread::sleep(Duration::from_millis(1500));
        child.unwrap()
    });
    sniffer::start(&ground);
    assert!(desk.run(&namespace, &[]).status.success());
    std::thread::scope(|scope| {
        if let Some(after) = trouble.dies {
            let ground = &ground;
            scope.spawn(move || {
                std::thread::sleep(after);
                ground.ip("ehr", "link set eth0 down\n");
            });
            if after.is_zero() {
                std::thread::sleep(Duration::from_millis(300));
            }
        }
        desk.run(&namespace, &[]);
    });
    let journal = desk.journals().pop().expect("a journal");
    let watches = witness.as_mut().map(|it| {
        run(&format!("kill -INT {}", it.id()), "");
        it.wait().unwrap();
        load(&desk.path("witness.jsonl")).unwrap().watches
    });
    let judged = verdicts(&[journal], &watches.unwrap_or_default(), &Default::default());
    let arrived = sniffer::seen(&ground, "ehr", &vantage.askers());
    let proxied = trouble.name == "proxy";
    let mut open = 0;
    for it in &judged {
        let to: IpAddr = it.question.to;
        let here = arrived.iter().any(|seen| (seen.1, seen.3) == (to, it.question.port));
        assert!(
            !(here && it.verdict == Verdict::Isolated),
            "{}: it arrived, and is called isolated: {it:#?}",
            trouble.name
        );
        let port = it.question.port.to_string();
        let witnessed = trouble.witness.split(',').any(|it| it == port);
        assert!(
            !(witnessed && here) || it.verdict == Verdict::Reachable,
            "{}: {it:#?}",
            trouble.name
        );
        let really = it.verdict != Verdict::Reachable || (here && !proxied);
        let claimed = it.question.expect == Expectation::NoAnswer && !really;
        assert!(!claimed, "{}: called reachable, and did not arrive: {it:#?}", trouble.name);
        open += usize::from(it.verdict == Verdict::Reachable);
        if trouble.isolates && it.question.expect == Expectation::NoAnswer {
            assert_eq!(it.verdict, Verdict::Isolated, "{}: {it:#?}", trouble.name);
        } else if !matches!(
            trouble.name,
            "loss" | "limiter" | "told by a limiter" | "dies" | "one way for a port, seen"
        ) {
            assert_ne!(it.verdict, Verdict::Isolated, "{}: {it:#?}", trouble.name);
        }
    }
    let (asked, all) = (judged.len(), plan.questions.len());
    eprintln!("{}: {asked} of {all} asked, {open} reachable", trouble.name);
}
