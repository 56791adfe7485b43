//! Namespaces: whole networks inside one test, rootless or as root, of which nothing is left.

use std::io::Write as _;
use std::process::{Command, Stdio};

/// Says to the test inside that it stands in namespaces of its own.
pub const INSIDE: &str = "SEKISHO_KERNEL_INSIDE";

/// The command that runs everything in namespaces of its own, as root or as one who is root only
/// there. They end when this process does, and with them everything in them: nothing is left behind,
/// however the test ends.
fn contained(root: bool) -> Command {
    let mut command = Command::new("setpriv");
    command.args(["--pdeathsig", "KILL", "unshare"]);
    if !root {
        command.args(["--user", "--map-root-user"]);
    }
    command.args(["--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"]);
    // Programs of administrators are not on everybody's path.
    let path = std::env::var("PATH").unwrap_or_default();
    command.env("PATH", format!("{path}:/usr/sbin:/sbin"));
    command
}

/// The way in which the kernel can be asked here, else why it cannot. `needed` are further commands
/// that must succeed; there is a namespace called `try`.
fn possible(needed: &str) -> Result<Command, String> {
    let script = format!(
        "set -e; mount -t tmpfs none /run; mkdir /run/netns; ip netns add try
ip link add eth0 type veth peer name eth1
ip link add s0 type bridge
ip netns exec try nft add table inet try
{needed}"
    );
    let try_as = |root: bool| match contained(root).args(["sh", "-c", &script]).output() {
        Err(error) => Err(format!("setpriv: {error}")),
        Ok(it) if it.status.success() => Ok(contained(root)),
        Ok(it) => Err(String::from_utf8_lossy(&it.stderr).trim().to_owned()),
    };
    try_as(true).or_else(|_| try_as(false))
}

/// Runs an ignored test, by its full name, in namespaces of its own, or says loudly that it cannot.
pub fn inside(test: &str, needed: &str) {
    let mut inside = match possible(needed) {
        Ok(it) => it,
        Err(why) => {
            let must = std::env::var_os("SEKISHO_MUST_RUN_KERNEL").is_some();
            assert!(!must, "the kernel cannot be asked: {why}");
            eprintln!("SKIPPED: the kernel of Linux was not asked ({test}): {why}");
            return;
        }
    };
    let own = std::env::current_exe().unwrap();
    inside.arg(own).args(["--exact", test, "--ignored", "--nocapture"]);
    let output = inside.env(INSIDE, "1").output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    eprintln!("{said}");
    let ran = String::from_utf8_lossy(&output.stdout).contains("1 passed");
    assert!(output.status.success() && ran, "{}", String::from_utf8_lossy(&output.stdout));
}

/// Whether this test stands in namespaces of its own; makes a place there for names of namespaces
/// that nobody else sees.
pub fn entered() -> bool {
    let inside = std::env::var_os(INSIDE).is_some();
    if inside {
        enter();
    }
    inside
}

/// Makes a place for names of namespaces that nobody else sees.
pub fn enter() {
    run("mount -t tmpfs none /run", "");
    run("mkdir /run/netns", "");
}

/// Runs a program to its end, and gives what it prints.
pub fn run(line: &str, input: &str) -> String {
    let mut words = line.split_whitespace();
    let mut command = Command::new(words.next().unwrap());
    let command = command.args(words).stdin(Stdio::piped());
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{line}: {error}\n{input}");
    String::from_utf8(output.stdout).unwrap()
}

/// Runs a program in a namespace.
pub fn at(namespace: &str, line: &str, input: &str) -> String {
    run(&format!("ip netns exec {namespace} {line}"), input)
}

/// Makes a namespace in which packets may come back another way than they went.
pub fn namespace(name: &str) {
    run(&format!("ip netns add {name}"), "");
    run(&format!("ip -n {name} link set lo up"), "");
    at(name, "sh", "for it in /proc/sys/net/ipv4/conf/*/rp_filter; do echo 0 >$it; done\n");
}

/// Lets a namespace pass packets on.
pub fn forwards(name: &str) {
    let script = "echo 1 >/proc/sys/net/ipv4/ip_forward
echo 1 >/proc/sys/net/ipv6/conf/all/forwarding\n";
    at(name, "sh", script);
}

/// This very program, to be run in a namespace as another ignored test.
pub fn oneself(test: &str) -> String {
    let own = std::env::current_exe().unwrap();
    format!("{} --exact {test} --ignored --nocapture", own.display())
}
