//! Attempts to make the command send what nobody permitted. Sniffers in every other namespace count:
//! whatever is written into a plan, a scope or a file of names, nothing leaves that the scope does not
//! name.

use super::declared::{day, scope, vantage};
use super::desk::{Desk, names, told};
use super::ground::Ground;
use super::sniffer;
use super::station::Tuple;
use sekisho::probe::Plan;
use std::collections::BTreeSet;
use std::process::Stdio;
use std::time::{Duration, Instant};

const FROM: &str = "ehr-care";
/// What the other tests of this file permit.
const EHR: &str = "\n  - {to: [10.10.10.10], services: [22/tcp, 443/tcp]}";

/// The ground with the tester on it.
struct Bench {
    ground: Ground,
    namespace: String,
}

impl Bench {
    /// Everything that arrived anywhere from the tester, since the last time.
    fn arrived(&self) -> BTreeSet<Tuple> {
        let askers = vantage("va").askers();
        let nodes = self.ground.nodes();
        let seen = nodes.iter().flat_map(|it| sniffer::seen(&self.ground, it, &askers));
        let all = seen.map(|it| (it.1, it.3)).collect();
        sniffer::start(&self.ground);
        all
    }

    /// Runs two times (the first would only be the rehearsal), of which nothing may arrive.
    fn refused(&self, what: &str, desk: &Desk) {
        let outputs = [desk.run(&self.namespace, &[]), desk.run(&self.namespace, &[])];
        // Whatever leaves crosses the firewall; the others are read when something may have left,
        // and forget nothing until then.
        let arrived = sniffer::seen(&self.ground, "fw", &vantage("va").askers());
        assert!(arrived.is_empty(), "{what}: {arrived:?}");
        let last = &outputs[1];
        assert_eq!(last.status.code(), Some(2), "{what}: {}", told(last));
        assert!(desk.journals().is_empty(), "{what}");
    }

    /// Runs two times; what arrives is some of what is permitted, and not nothing.
    fn confined(&self, what: &str, desk: &Desk, permitted: &[(&str, u16)]) {
        for _ in 0..2 {
            let output = desk.run(&self.namespace, &[]);
            assert_ne!(output.status.code(), Some(2), "{what}: {}", told(&output));
        }
        self.only(what, permitted);
    }

    fn only(&self, what: &str, permitted: &[(&str, u16)]) {
        let permitted: BTreeSet<Tuple> =
            permitted.iter().map(|it| (it.0.parse().unwrap(), it.1)).collect();
        let arrived = self.arrived();
        assert!(arrived.is_subset(&permitted), "{what}: {arrived:?}");
        assert!(!arrived.is_empty(), "{what}: nothing was sent at all");
    }
}

/// Every attempt.
pub fn holds() {
    let ground = Ground::new("adversary", true);
    sniffer::start(&ground);
    let bench = Bench { namespace: ground.name("va"), ground };
    edges(&bench);
    untimely(&bench);
    edited_plans(&bench);
    edited_scope(&bench);
    let arrived = bench.arrived();
    assert!(arrived.is_empty(), "{arrived:?}");
    moved_name(&bench);
    resumed(&bench);
}

/// The first and the last address of a network, the ends of a range of ports, what is excluded within.
fn edges(bench: &Bench) {
    let targets = "\n  - {to: [10.10.10.8/30], services: [22/tcp, 440-443/tcp]}";
    let excluded = "excluded: [{to: [10.10.10.9], services: [22/tcp]}]\n";
    let desk = Desk::new(&scope(FROM, targets, excluded));
    desk.planned(&bench.namespace, FROM, &[]);
    let permitted = [("10.10.10.9", 443), ("10.10.10.10", 22), ("10.10.10.10", 443)];
    bench.confined("edges", &desk, &permitted);
    // Life support, with every paper that there is.
    let targets = "\n  - {to: [10.10.50.99, 10.10.10.10], services: [22/tcp]}";
    let further = format!(
        "note: consents of owners change nothing\nexcluded: [{{to: [10.10.10.8/29, 10.10.10.10/31, \"2001:db8:10::/64\"], services: [22/tcp], reason: {}}}]\n",
        day(0)
    );
    let desk = Desk::new(&scope(FROM, targets, &further));
    let output = desk.plan(&bench.namespace, FROM, &[]);
    assert_eq!(output.status.code(), Some(3), "{}", told(&output));
    let outputs = [desk.run(&bench.namespace, &[]), desk.run(&bench.namespace, &[])];
    let arrived = bench.arrived();
    assert!(arrived.is_empty(), "{arrived:?} {}", told(&outputs[1]));
}

/// Windows that are over and that are still to come.
fn untimely(bench: &Bench) {
    let (yesterday, today, tomorrow) = (day(-1), day(0), day(1));
    let now = format!("{{from: {yesterday}, until: {tomorrow}, hours: 00:00-24:00}}");
    for (what, window, expires) in [
        ("expired", format!("{{from: {yesterday}, hours: 00:00-24:00}}"), &yesterday),
        ("over", format!("{{from: {yesterday}, hours: 00:00-24:00}}"), &tomorrow),
        ("not yet", format!("{{from: {tomorrow}, hours: 00:00-24:00}}"), &tomorrow),
    ] {
        let text = scope(FROM, EHR, "").replace(&now, &window);
        let text = text.replace(&format!("expires: {tomorrow}"), &format!("expires: {expires}"));
        assert!(text.contains(&window) && !today.is_empty());
        let desk = Desk::new(&text);
        let output = desk.plan(&bench.namespace, FROM, &[]);
        let planned = output.status.success() || desk.path("plan.json").exists();
        let outputs = [desk.run(&bench.namespace, &[]), desk.run(&bench.namespace, &[])];
        let arrived = bench.arrived();
        assert!(arrived.is_empty(), "{what}: {arrived:?}");
        assert_eq!(outputs[1].status.code(), Some(2), "{what} {planned}: {}", told(&outputs[1]));
        assert!(desk.journals().is_empty(), "{what}");
    }
}

/// A plan that somebody has written into.
fn edited_plans(bench: &Bench) {
    let desk = Desk::new(&scope(FROM, EHR, ""));
    let plan = desk.planned(&bench.namespace, FROM, &[]);
    let (first, whole) = (&plan.questions[0], serde_json::to_value(&plan).unwrap());
    assert_eq!(first.to.to_string(), "10.10.10.10");
    let address = |to: &str| -> Box<dyn Fn(&mut serde_json::Value)> {
        let to = to.to_owned();
        Box::new(move |plan| plan["questions"][0]["to"] = to.clone().into())
    };
    let port = |port: u16| -> Box<dyn Fn(&mut serde_json::Value)> {
        Box::new(move |plan| plan["questions"][0]["port"] = port.into())
    };
    let key =
        |key: &'static str, value: serde_json::Value| -> Box<dyn Fn(&mut serde_json::Value)> {
            Box::new(move |plan| plan[key] = value.clone())
        };
    let kind = |kind: &'static str| -> Box<dyn Fn(&mut serde_json::Value)> {
        Box::new(move |plan| plan["questions"][0]["kind"] = kind.into())
    };
    let mut limits = whole["limits"].clone();
    limits["rate"] = 5000.into();
    let pins = serde_json::json!({"10.10.10.20": ["10.10.10.20"], "ehr.example": ["10.10.10.20"]});
    for (what, edit) in [
        ("a neighbour", address("10.10.10.20")),
        ("another neighbour", address("10.10.10.11")),
        ("the same in IPv6", address("2001:db8:10::10")),
        ("IPv4 in IPv6", address("::ffff:10.10.10.20")),
        ("IPv4 for a translator", address("64:ff9b::10.10.10.10")),
        ("life support", address("10.10.50.99")),
        ("a medical device", address("10.10.50.10")),
        ("the broadcast address", address("10.10.10.255")),
        ("everybody", address("255.255.255.255")),
        ("a group", address("224.0.0.1")),
        ("a printer port", port(9100)),
        ("another port", port(3389)),
        ("no port", port(0)),
        ("another kind", kind("tcp-syn")),
        ("another place", key("from", "zones/off".into())),
        ("another scope", key("scope", "0".repeat(64).into())),
        ("faster", key("limits", limits)),
        (
            "later",
            key(
                "windows",
                serde_json::json!([{"from": "2020-01-01T00:00:00Z", "until": "2040-01-01T00:00:00Z"}]),
            ),
        ),
        ("pinned by hand", {
            let (to, pins) = (address("10.10.10.20"), key("pins", pins));
            Box::new(move |plan: &mut serde_json::Value| {
                to(plan);
                pins(plan);
            })
        }),
    ] {
        let text = std::fs::read_to_string(desk.path("plan.json")).unwrap();
        let mut file: serde_json::Value = serde_json::from_str(&text).unwrap();
        edit(&mut file["plan"]);
        let edited = Desk::new(&scope(FROM, EHR, ""));
        edited.write("plan.json", &file.to_string());
        bench.refused(what, &edited);
        // Somebody who knows how the number at its head comes about.
        let plan: Plan = serde_json::from_value(file["plan"].clone()).unwrap();
        file["hash"] = plan.hash().into();
        edited.write("plan.json", &file.to_string());
        bench.refused(what, &edited);
    }
}

/// A scope that somebody has widened after the plan was made, and one that does not fit.
fn edited_scope(bench: &Bench) {
    let text = scope(FROM, EHR, "");
    let desk = Desk::new(&text);
    desk.planned(&bench.namespace, FROM, &[]);
    assert!(desk.run(&bench.namespace, &[]).status.success());
    desk.write("scope.yaml", &text.replace("[10.10.10.10]", "[10.10.10.0/24]"));
    bench.refused("a wider scope", &desk);
    desk.write("scope.yaml", &text.replace("[10.10.10.10]", "[10.10.10.20]"));
    bench.refused("another scope", &desk);
}

/// A name that stands for another address after the plan was made.
fn moved_name(bench: &Bench) {
    let targets = "\n  - {to: [ehr.example], services: [22/tcp, 443/tcp]}";
    let desk = Desk::new(&scope(FROM, targets, "limits: {host_rate: 2, rate: 4}\n"));
    desk.write("hosts", "10.10.10.10 ehr.example\n");
    names(&desk.path("hosts"));
    desk.planned(&bench.namespace, FROM, &["--resolve"]);
    assert!(desk.run(&bench.namespace, &[]).status.success());
    let mut run = desk.command(&bench.namespace, Desk::RUN).stdout(Stdio::null()).spawn().unwrap();
    let begun = Instant::now();
    while desk.journals().pop().is_none_or(|it| it.sent == 0) {
        assert!(begun.elapsed() < Duration::from_secs(30), "nothing was sent");
        std::thread::sleep(Duration::from_millis(50));
    }
    desk.write("hosts", "10.10.10.20 ehr.example\n");
    assert_ne!(run.wait().unwrap().code(), Some(2));
    assert!(desk.journals().pop().is_some_and(|it| it.sent > 1), "nothing was sent afterwards");
    bench.only("a moved name", &[("10.10.10.10", 22), ("10.10.10.10", 443)]);
    // Nor when it had moved before the run.
    let output = desk.run(&bench.namespace, &[]);
    assert_ne!(output.status.code(), Some(2), "{}", told(&output));
    bench.only("a moved name", &[("10.10.10.10", 22), ("10.10.10.10", 443)]);
}

/// A run that is killed, and goes on.
fn resumed(bench: &Bench) {
    let targets = "\n  - {to: [10.10.10.0/24], services: [22/tcp, 443/tcp]}";
    let slow = "limits: {host_rate: 1, rate: 4}\n";
    let desk =
        Desk::new(&scope(FROM, targets, &format!("{slow}excluded: [{{to: [10.10.10.12]}}]\n")));
    let plan = desk.planned(&bench.namespace, FROM, &[]);
    assert!(desk.run(&bench.namespace, &[]).status.success());
    let mut child = desk.command(&bench.namespace, Desk::RUN).spawn().unwrap();
    std::thread::sleep(Duration::from_millis(1500));
    drop(child.kill());
    drop(child.wait());
    let file = desk.files().pop().expect("a journal");
    let before = desk.journals().pop().unwrap();
    assert!(before.end.is_none() && !before.asked.is_empty(), "killed too late or too early");
    let file = file.to_string_lossy().into_owned();
    let mut child = desk
        .command(&bench.namespace, &[Desk::RUN, &["--resume", &file]].concat())
        .spawn()
        .unwrap();
    std::thread::sleep(Duration::from_millis(2500));
    drop(child.kill());
    drop(child.wait());
    let after = desk.journals().pop().unwrap();
    assert_eq!(after.resumed.len(), 1);
    assert!(after.asked.len() > before.asked.len(), "it did not go on");
    let planned: Vec<(String, u16)> =
        plan.questions.iter().map(|it| (it.to.to_string(), it.port)).collect();
    assert!(planned.iter().all(|it| it.0 != "10.10.10.12" && it.0 != "10.10.10.0"));
    let planned: Vec<(&str, u16)> = planned.iter().map(|it| (it.0.as_str(), it.1)).collect();
    bench.only("resumed", &planned);
}
