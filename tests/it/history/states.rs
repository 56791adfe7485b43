//! What OLD and NEW of `diff` may name, and what is said of what they may not.

use crate::cli::{Desk, Ran, SOUND};
use std::process::Command;

/// A way in that the state before does not have.
const MORE: &str = "
parties:
  fujimi: {name: 富士見, kind: vendor, networks: [198.51.100.0/28], internet_exposed: no}
circuits:
  flets: {kind: internet, provider: 通信会社}
devices:
  vpn1: {name: 保守用ルータ, kind: vpn-gateway, interfaces: {wan: {circuit: flets}, lan: {zone: clinical}}}
connections:
  maintenance: {name: 保守, purpose: remote-maintenance, party: fujimi, transport: ipsec-ike, at: vpn1.wan,
    allow: [{to: ehr, services: [3389/tcp]}]}
";

const ROUTER: &str = "# RTX830 Rev.15.02.30\nip route default gateway 203.0.113.9\nip lan1 address 10.10.254.1/16\n\
    ip lan2 address 203.0.113.10/29\nnat descriptor type 1 masquerade\n";

fn diff(desk: &Desk, old: &str, new: &str) -> Ran {
    let mut command = desk.command(&["--lang", "en", "diff", old, new, "--history", "ledger"]);
    command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
    crate::cli::ran(command.output().unwrap())
}

fn git(desk: &Desk, args: &[&str]) {
    let mut command = Command::new("git");
    command.current_dir(desk.path(".")).args(args).env("GIT_CONFIG_GLOBAL", "/dev/null");
    for role in ["AUTHOR", "COMMITTER"] {
        command
            .env(format!("GIT_{role}_NAME"), "t")
            .env(format!("GIT_{role}_EMAIL"), "t@example.com");
    }
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn inventories_snapshots_and_configurations() {
    let desk = Desk::new();
    desk.put("ledger/a.yaml", SOUND).put("old.yaml", SOUND);
    desk.put("configs/vpn1.txt", ROUTER);
    let keep = |day| {
        desk.run(&["audit", "ledger", "--keep", "--fail-on", "never", "--as-of", day]).ends(0);
    };
    keep("2025-11-20");
    desk.run(&["history", "tag", "last", "annual", "--history", "ledger"]).ends(0);
    desk.put("ledger/a.yaml", format!("{SOUND}{MORE}"));
    keep("2026-11-20");
    for old in ["old.yaml", "#1", "annual", "2025-11", "2025", "2025-11-20"] {
        for new in ["ledger", "ledger/a.yaml", "last", "#2", "2026"] {
            diff(&desk, old, new).ends(1).prints("fujimi");
        }
        diff(&desk, old, "#1").ends(0);
    }
    let ran = diff(&desk, "configs", "configs/vpn1.txt");
    assert!(ran.code != 2, "{}", ran.err);
}

#[test]
fn a_configuration_that_changed_in_what_is_not_compared_is_told_and_nobody_can_tell() {
    let desk = Desk::new();
    desk.put("ledger/a.yaml", format!("{SOUND}{MORE}"));
    let keep = |text: &str| {
        desk.put("configs/vpn1.txt", text);
        let args = ["audit", "ledger", "--evidence", "configs", "--keep", "--fail-on", "never"];
        desk.run(&[&args[..], &["--as-of", "2025-11-20"]].concat()).ends(0);
    };
    let user = format!(
        "{ROUTER}user attribute evil connection=serial,telnet,ssh,http\nlogin timer clear\n"
    );
    keep(ROUTER);
    keep(&user);
    keep(&user.replace("203.0.113.10/29", "203.0.113.11/29"));
    keep(&format!("{ROUTER}syslog host 203.0.113.99\ndns server 203.0.113.99\n"));
    let told = "configs/vpn1.txt";
    let only = "only in lines that are not compared";
    diff(&desk, "#1", "#1").ends(0).prints("Neither ledger nor configurations changed");
    for (old, new) in [("#1", "#2"), ("#2", "#1"), ("#1", "#4")] {
        let ran = diff(&desk, old, new);
        ran.ends(3).prints(told).prints(only);
        assert!(!ran.out.contains("Neither ledger nor configurations"), "{}", ran.out);
    }
    diff(&desk, "#1", "#2").prints("+ 6: user attribute evil connection=serial,telnet,ssh,http");
    diff(&desk, "#2", "#1").prints("- 6: user attribute evil connection=serial,telnet,ssh,http");
    // What is compared is told as such, and what is not beside it.
    let ran = diff(&desk, "#1", "#3");
    assert!(!ran.out.contains(only) && ran.code != 2, "{}", ran.out);
    ran.prints(told).prints("among the changes; these").prints("+ 6: user attribute evil");
    assert!(!ran.out.contains(": ip lan2 address"), "{}", ran.out);
    let json = desk.run(&["diff", "#1", "#2", "--history", "ledger", "--format", "json"]);
    json.ends(3).prints("\"compared\": false");
    // Configurations alone, without a ledger.
    desk.put("before/vpn1.txt", ROUTER).put("after/vpn1.txt", &user);
    diff(&desk, "before", "after").ends(3).prints("after/vpn1.txt").prints(only);
    diff(&desk, "before", "before").ends(0);
}

#[test]
fn evidence_bundles_are_compared_by_what_stands_in_them() {
    let desk = Desk::new();
    let bundle = |text: &str, file: &str| {
        desk.put("ledger/a.yaml", text);
        desk.run(&["bundle", "create", "ledger", "-o", file]).ends(0);
    };
    bundle(SOUND, "one.zip");
    bundle(&format!("{SOUND}{MORE}"), "two.zip");
    diff(&desk, "one.zip", "two.zip").ends(1).prints("fujimi");
    diff(&desk, "one.zip", "ledger").ends(1).prints("fujimi");
    diff(&desk, "two.zip", "two.zip").ends(0);
    desk.put("other.zip", b"PK\x03\x04 something else");
    diff(&desk, "other.zip", "two.zip").ends(2).tells("the bundle `other.zip`");
}

#[test]
fn revisions_of_git() {
    let desk = Desk::new();
    git(&desk, &["init", "-q"]);
    desk.put("ledger/a.yaml", SOUND).put("ledger/notes/b.txt", "x").put("gone/a.yaml", SOUND);
    git(&desk, &["add", "."]);
    git(&desk, &["commit", "-qm", "one"]);
    git(&desk, &["tag", "v2025"]);
    std::fs::remove_dir_all(desk.path("gone")).unwrap();
    desk.put("ledger/a.yaml", format!("{SOUND}{MORE}"));
    git(&desk, &["add", "."]);
    git(&desk, &["commit", "-qm", "two"]);
    let before = desk.files();
    for old in ["git:v2025:ledger", "git:HEAD~1:ledger/a.yaml", "git:v2025:gone"] {
        diff(&desk, old, "ledger").ends(1).prints("fujimi");
        diff(&desk, old, "git:HEAD:ledger").ends(1).prints("fujimi");
    }
    assert_eq!(desk.files().len(), before.len(), "the working folder is as it was");
    diff(&desk, "git:v2024:ledger", "ledger").ends(2).tells("no revision `v2024`");
    diff(&desk, "git:--help:ledger", "ledger").ends(2).tells("no revision `--help`");
    diff(&desk, "git:v2025:leger", "ledger").ends(2).tells("has no `leger`");
    diff(&desk, "git:HEAD:gone", "ledger").ends(2).tells("has no `gone`");
    let ran = desk.run(&["--lang", "en", "diff", "git:v2025:ledger", "ledger"]);
    // Without a PATH git is found only where the system looks by itself.
    assert!(ran.code == 1 || ran.err.contains("the program git was not found"), "{}", ran.err);
}

#[test]
fn what_names_nothing_is_refused_with_what_could_be_named() {
    let desk = Desk::new();
    desk.put("ledger/a.yaml", SOUND).put("empty/notes.txt", "nothing to see here\n");
    diff(&desk, "leger", "ledger").ends(2).tells("no file or folder `leger`, and no history");
    diff(&desk, "empty", "ledger").ends(2).tells("neither an inventory");
    diff(&desk, "git:HEAD:ledger", "ledger").ends(2).tells("not in a repository");
    for day in ["2024-11-20", "2025-11-20", "2026-11-20"] {
        let keep = ["audit", "ledger", "--keep", "--fail-on", "never", "--as-of", day];
        desk.run(&keep).ends(0);
    }
    diff(&desk, "leger", "ledger").ends(2).tells("has no snapshot `leger`");
    diff(&desk, "#9", "ledger").ends(2).tells("up to #3");
    diff(&desk, "2019-01", "ledger").ends(2).tells("no snapshot `2019-01`");
    let prune = ["history", "prune", "--before", "2025-01-01", "--yes", "--history", "ledger"];
    desk.run(&prune).ends(0);
    diff(&desk, "#1", "ledger").ends(2).tells("were pruned");
    desk.put("ledger/sekisho.history", "notes ".repeat(200));
    diff(&desk, "#1", "ledger").ends(2).tells("is not a history of sekisho");
}

/// Batfish's example network as it is, and with one line of one router changed.
#[test]
fn folders_of_configurations_differ_in_what_was_configured() {
    let Some(corpus) = crate::support::corpus() else { return };
    let live = corpus.join("configs/batfish/example-live/live/configs");
    let desk = Desk::new();
    for file in std::fs::read_dir(live).unwrap() {
        let path = file.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        desk.put(&format!("live/{name}"), &text);
        // A static route more on one of the thirteen.
        let more = if name == "as1border1.cfg" {
            "ip route 10.99.0.0 255.255.255.0 10.12.11.2\n"
        } else {
            ""
        };
        let text = text.replace("\nend", &format!("\n{more}end"));
        let text = if text.contains(more) { text } else { format!("{text}\n{more}") };
        desk.put(&format!("candidate/{name}"), text);
    }
    let diff = |new: &str| -> serde_json::Value {
        let ran = desk.run(&["diff", "live", new, "--format", "json"]);
        serde_json::from_str(&ran.out).unwrap_or_else(|_| panic!("{}", ran.err))
    };
    assert_eq!(diff("live")["changes"].as_array().unwrap().len(), 0);
    let changes = diff("candidate")["changes"].as_array().unwrap().clone();
    assert!(!changes.is_empty());
    let about = |it: &serde_json::Value| it.to_string().contains("10.99.0.0");
    assert!(changes.iter().any(|it| it["nature"] == "observed" && about(it)), "{changes:#?}");
    assert!(
        changes.iter().all(|it| it["nature"] != "declared"),
        "nobody has a ledger: {changes:#?}"
    );
    assert!(
        changes.iter().all(|it| it.to_string().contains("as1border1") || about(it)),
        "{changes:#?}"
    );
}

/// A store of the third version kept masked secrets as long as they were.
#[test]
fn how_long_a_secret_was_is_kept_nowhere_and_makes_no_difference() {
    let desk = Desk::new();
    let ledger = format!(
        "{SOUND}devices:\n  vpn1: {{name: 保守用ルータ, kind: vpn-gateway, vendor: yamaha, config: [vpn1.txt],\n    interfaces: {{lan1: {{zone: clinical, addresses: [10.10.254.1/16]}}}}}}\n"
    );
    let config = |password: &str| {
        format!(
            "hostname vpn1\nip route default gateway 192.0.2.1\nip lan1 address 10.10.254.1/16\n\
             login password {password}\nadministrator password {password}\n\
             ip lan2 address 203.0.113.10/29\ntelnetd service on\n"
        )
    };
    desk.put("a.yaml", ledger);
    let run = |args: &[&str]| desk.run(&[&["--lang", "en"], args].concat());
    let keep = |day: &str| {
        run(&["audit", "a.yaml", "--keep", "--as-of", day, "--fail-on", "never"]).ends(0);
        run(&["history", "show", "last", "--file", "vpn1.txt"]).ends(0).out.clone()
    };
    desk.put("vpn1.txt", config("PlainSecret1"));
    let first = keep("2026-11-01");
    assert!(first.contains("login password ********\n"), "{first}");
    desk.put("vpn1.txt", config("ALongerPlainSecret-2"));
    assert_eq!(keep("2026-11-02"), first);
    run(&["history", "check"]).ends(0);
    run(&["diff", "#1", "#2"]).ends(0).prints("Neither ledger nor configurations changed");
    // What an older version kept with masks of other lengths is the same configuration.
    let frozen = crate::support::root().join("tests/it/data/history-v3.history");
    std::fs::copy(frozen, desk.path("old.history")).unwrap();
    let kept = run(&["history", "show", "#3", "--history", "old.history", "--file", "vpn1.txt"]);
    assert!(kept.ends(0).out.contains("login password ************\n"), "{}", kept.out);
    let difference = run(&["diff", "#3", "a.yaml", "--history", "old.history", "--format", "json"]);
    let difference: serde_json::Value = serde_json::from_str(&difference.out).unwrap();
    assert_eq!(difference["configurations"], serde_json::json!([]), "{difference:#}");
}

#[test]
fn comments_are_no_lines_and_an_account_or_community_is_told_with_its_secret_masked() {
    let desk = Desk::new();
    let cisco = "hostname edge\n!\ninterface GigabitEthernet0/0\n ip address 203.0.113.10 255.255.255.248\n!\n\
        interface GigabitEthernet0/1\n ip address 10.10.254.1 255.255.0.0\n!\nip route 0.0.0.0 0.0.0.0 203.0.113.9\n!\nend\n";
    /// What is added, what is told of it, and what must not be.
    type Added = (&'static str, &'static str, &'static str);
    let pairs: [(&str, &str, &[Added]); 3] = [
        (
            "rtx",
            ROUTER,
            &[
                ("# by somebody on monday\n", "", ""),
                (
                    "login user remote PlainSecret1\n",
                    "+ 6: login user remote ********",
                    "PlainSecret1",
                ),
                (
                    "snmp community read-only PlainSecret2\n",
                    "+ 6: snmp community read-only ********",
                    "PlainSecret2",
                ),
            ],
        ),
        (
            "ios",
            cisco,
            &[
                ("! by somebody on monday\n", "", ""),
                (
                    "username remote privilege 15 secret 0 PlainSecret3\n",
                    ": username remote privilege 15 secret 0 ********",
                    "PlainSecret3",
                ),
                (
                    "snmp-server community PlainSecret4 RO\n",
                    ": snmp-server community ******** RO",
                    "PlainSecret4",
                ),
            ],
        ),
        (
            "fortigate",
            "#config-version=FGT60F-7.2.5-FW-build1517-230605:opmode=0:vdom=0:user=admin\nconfig system global\n    set hostname \"edge\"\nend\nconfig system interface\n    edit \"wan1\"\n        set ip 203.0.113.10 255.255.255.248\n    next\nend\n",
            &[
                (
                    "config system admin\n    edit \"remote\"\n        set accprofile \"super_admin\"\n        set password ENC PlainSecret5\n    next\nend\n",
                    "config system admin / edit \"remote\" / set accprofile \"super_admin\"",
                    "PlainSecret5",
                ),
                (
                    "config system snmp community\n    edit 1\n        set name \"PlainSecret6\"\n    next\nend\n",
                    "config system snmp community / edit 1 / set name",
                    "PlainSecret6",
                ),
            ],
        ),
    ];
    for (name, text, additions) in pairs {
        let file = format!("{name}/device.txt");
        desk.put(&file, text);
        for (line, told, secret) in additions {
            let after = match text.strip_suffix("end\n").filter(|_| name == "ios") {
                Some(before) => format!("{before}{line}end\n"),
                None => format!("{text}{line}"),
            };
            desk.put("after/device.txt", after);
            let ran = diff(&desk, name, "after");
            if told.is_empty() {
                ran.ends(0).prints("only comments, blank lines or the order of lines differ");
                continue;
            }
            ran.ends(3).prints(told);
            assert!(!ran.out.contains(secret), "{}", ran.out);
        }
    }
}

/// Nobody writes into it: whoever opens it waits for ever.
#[cfg(unix)]
#[test]
fn a_pipe_is_no_state_and_is_not_waited_for() {
    let desk = Desk::new();
    desk.put("ledger/a.yaml", SOUND);
    let made = Command::new("mkfifo").arg(desk.path("pipe.yaml")).status().unwrap();
    assert!(made.success());
    diff(&desk, "pipe.yaml", "ledger").ends(2).tells("not-a-file");
}

#[cfg(unix)]
#[test]
fn what_is_read_whole_is_a_file_and_nothing_that_never_ends() {
    let desk = Desk::new();
    desk.put("a.yaml", format!("{SOUND}{MORE}"));
    for sheet in ["/dev/zero", "/dev/stdin"] {
        let args = ["spotcheck", "a.yaml", "--seed", "x", "--record", sheet];
        desk.run(&args).ends(2).tells("sheet-unreadable");
        desk.run(&["recertify", "a.yaml", "--read", sheet]).ends(2);
        let proof = ["isolation", "a.yaml", "maintenance", "--scope", sheet, "-o", "proof.html"];
        desk.run(&proof).ends(2).tells("unreadable");
    }
}
