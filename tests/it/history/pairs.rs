//! Pairs of snapshots of the networks that Batfish ships: the network as it is, and the same with one
//! thing done to it. What the comparison says must be that, and nothing else.

use crate::cli::Desk;
use std::path::Path;

/// One pair.
struct Pair {
    /// What was done.
    name: &'static str,
    /// The network, in the corpus.
    network: &'static str,
    /// What was done: a file, what stood there, and what stands there now. Without a text the file is
    /// not there any more.
    done: &'static [(&'static str, Option<(&'static str, &'static str)>)],
    /// What is told: nature, what happened, and to what.
    told: &'static [&'static str],
    /// What the finding changes are, of those that are not simply still open.
    findings: &'static [&'static str],
}

const LIVE: &str = "example-live/live/configs";

const PAIRS: &[Pair] = &[
    Pair { name: "nothing", network: LIVE, done: &[], told: &[], findings: &[] },
    Pair {
        name: "a remark",
        network: LIVE,
        done: &[(
            "as2border1.cfg",
            Some(("\ninterface Loopback0", "\n! nothing\ninterface Loopback0")),
        )],
        told: &[],
        findings: &[],
    },
    Pair {
        name: "an interface that fails",
        network: LIVE,
        done: &[(
            "as2border1.cfg",
            Some(("10.12.11.2 255.255.255.0\n", "10.12.11.2 255.255.255.0\n shutdown\n")),
        )],
        told: &["observed changed devices as2border1>as2border1"],
        findings: &[],
    },
    Pair {
        name: "a line of a filter",
        network: LIVE,
        done: &[(
            "as2border1.cfg",
            Some((
                "extended OUTSIDE_TO_INSIDE\n",
                "extended OUTSIDE_TO_INSIDE\n permit tcp any any eq 3389\n",
            )),
        )],
        told: &["observed changed devices as2border1>as2border1"],
        findings: &[],
    },
    Pair {
        name: "a file that nobody gave",
        network: LIVE,
        done: &[("as3core1.cfg", None)],
        told: &["scope removed devices as3core1>"],
        findings: &["no-longer-seen devices/as3core1", "no-longer-seen devices/as3core1"],
    },
    Pair {
        name: "a link with other addresses",
        network: LIVE,
        done: &[
            ("as1border1.cfg", Some(("10.12.11.", "10.99.11."))),
            ("as2border1.cfg", Some(("10.12.11.", "10.99.11."))),
        ],
        told: &[
            "observed added zones >net-10-99-11-0-24",
            "observed removed zones net-10-12-11-0-24>",
            "observed changed devices as1border1>as1border1",
            "observed changed devices as2border1>as2border1",
        ],
        findings: &[],
    },
    Pair {
        name: "a tunnel that is switched on",
        network: "ios-crypto-ipsec",
        done: &[(
            "r1",
            Some(("11.12.13.17 255.255.255.0\n shutdown\n", "11.12.13.17 255.255.255.0\n")),
        )],
        told: &["observed changed devices r1>r1", "observed changed paths r1.Tunnel21>r1.Tunnel21"],
        findings: &["new paths/r1.Tunnel21", "fixed paths/r1.Tunnel21"],
    },
    Pair {
        name: "a port that a host opens",
        network: "example-live/live/iptables",
        done: &[(
            "host1.iptables",
            Some((
                "--dport 22 -j ACCEPT\n",
                "--dport 22 -j ACCEPT\n-A INPUT -p tcp --dport 80 -j ACCEPT\n",
            )),
        )],
        told: &["observed changed devices host1>host1"],
        findings: &[],
    },
];

/// Puts a network onto the desk as it is, and with something done to it.
fn put(desk: &Desk, from: &Path, pair: &Pair) {
    for file in std::fs::read_dir(from).unwrap() {
        let path = file.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let text = std::fs::read_to_string(&path).unwrap();
        desk.put(&format!("old/{name}"), &text);
        match pair.done.iter().find(|it| it.0 == name) {
            Some((_, None)) => {}
            Some((_, Some((was, is)))) => {
                assert!(text.contains(was), "{}: no {was:?} in {name}", pair.name);
                desk.put(&format!("new/{name}"), text.replace(was, is));
            }
            None => {
                desk.put(&format!("new/{name}"), text);
            }
        }
    }
}

#[test]
fn what_was_done_to_a_network_is_told_and_nothing_else() {
    let Some(corpus) = crate::support::corpus() else { return };
    let mut wrong = Vec::new();
    for pair in PAIRS {
        let desk = Desk::new();
        put(&desk, &corpus.join("configs/batfish").join(pair.network), pair);
        let ran = desk.run(&["diff", "old", "new", "--as-of", "2026-11-20", "--format", "json"]);
        let answer: serde_json::Value =
            serde_json::from_str(&ran.out).unwrap_or_else(|_| panic!("{}", ran.err));
        let word = |it: &serde_json::Value| it.as_str().unwrap_or_default().to_owned();
        let joined = |it: &serde_json::Value| {
            it.as_array().unwrap().iter().map(word).collect::<Vec<_>>().join("+")
        };
        let told: Vec<String> = answer["changes"]
            .as_array()
            .unwrap()
            .iter()
            .map(|it| {
                let (old, new) = (joined(&it["old"]), joined(&it["new"]));
                let (nature, what, kind) =
                    (word(&it["nature"]), joined(&it["what"]), word(&it["kind"]));
                format!("{nature} {what} {kind} {old}>{new}")
            })
            .collect();
        let findings: Vec<String> = answer["findings"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|it| it["standing"] != "still-open")
            .map(|it| format!("{} {}", word(&it["standing"]), word(&it["found"]["subject"])))
            .collect();
        if told != pair.told || findings != pair.findings {
            wrong.push(format!("{}: {told:#?} {findings:#?}", pair.name));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
