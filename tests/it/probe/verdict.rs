//! What a witness adds to the verdicts, over real sockets.

use jiff::{SignedDuration, Timestamp};
use sekisho::evidence::probe::journal::{Keeper, load};
use sekisho::evidence::probe::witness::Witness;
use sekisho::model::words::Verdict;
use sekisho::model::{EntityKind, EntityRef};
use sekisho::probe::journal::{Answered, Head, Journal, Line, Watch};
use sekisho::probe::verdict::{Ground, Reason, verdicts};
use sekisho::probe::{Answer, Expectation, Kind, Limits, Outcome, Question};
use std::io::Read as _;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpStream, UdpSocket};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

const HERE: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

/// The one line that a witness says.
fn greeting(at: SocketAddr) -> String {
    let mut stream = TcpStream::connect(at).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
    let mut said = String::new();
    stream.read_to_string(&mut said).unwrap();
    said
}

#[test]
fn a_witness_tells_what_arrived_and_keeps_nothing_of_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("w.jsonl");
    let any = SocketAddr::new(HERE, 0);
    let witness = Witness::open(&[any, any], &[any], "session".into(), "host".into()).unwrap();
    let (tcp, udp) = (witness.listening.tcp.clone(), witness.listening.udp.clone());
    let keeper = Keeper::begin(&path).unwrap();
    let stop = AtomicBool::new(false);
    let words = std::thread::scope(|scope| {
        let listening = scope.spawn(|| witness.run(&keeper, &stop, &mut |_| {}));
        let first = greeting(tcp[0]);
        let sender = UdpSocket::bind(any).unwrap();
        sender.send_to(b"PATIENT NAME", udp[0]).unwrap();
        greeting(tcp[1]);
        // Until the datagram was counted.
        let udp_word = format!("udp/{}=1", udp[0].port());
        let last = loop {
            let said = greeting(tcp[0]);
            if said.contains(&udp_word) {
                break said;
            }
        };
        stop.store(true, Ordering::SeqCst);
        listening.join().unwrap().unwrap();
        (first, last)
    });
    let other = |count: u32| format!("tcp/{}={count}", tcp[1].port());
    assert!(
        words.0.starts_with("sekisho-witness session at=127.0.0.1 from=127.0.0.1 half-open ")
            && words.0.contains(&other(0)),
        "{words:?}"
    );
    assert!(words.1.contains(&other(1)), "{words:?}");
    let kept = std::fs::read_to_string(&path).unwrap();
    assert!(!kept.contains("PATIENT"));
    let read = load(&path).unwrap();
    assert!(read.wrong.is_empty() && !read.torn, "{:?}", read.wrong);
    let protocols: Vec<u8> = read.watches[0].witnessed.iter().map(|it| it.protocol).collect();
    assert!(protocols.contains(&17) && protocols.contains(&6), "{protocols:?}");
}

/// A run against a witness at one address: controls at 443, and a silent question.
struct Told {
    journal: Journal,
    host: IpAddr,
    at: i64,
    /// How many controls the witness has counted; it says so unless a line says otherwise.
    counted: u32,
    ground: Ground,
}

/// The hospital's device on the line.
const GATEWAY: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 254));

impl Told {
    fn new() -> Self {
        let head = Head {
            scope: "00".into(),
            plan: "11".into(),
            from: EntityRef::new(EntityKind::Connection, "line"),
            tester: "t".into(),
            party: None,
            approver: "a".into(),
            host: "h".into(),
            addresses: vec!["198.51.100.7".parse().unwrap()],
            limits: Limits::default(),
            questions: 2,
            started: Timestamp::UNIX_EPOCH,
            dry: false,
        };
        let ground = Ground::default().with_voices(&head.from, [GATEWAY]);
        Self {
            journal: Journal::new(head),
            host: IpAddr::from([192, 0, 2, 1]),
            at: 0,
            counted: 0,
            ground,
        }
    }

    /// Something is asked so many milliseconds after the last.
    fn ask(&mut self, after: i64, kind: Kind, port: u16, expect: Expectation, mut answer: Answer) {
        self.at += after;
        let at = Timestamp::UNIX_EPOCH + SignedDuration::from_millis(self.at);
        let number = u32::from(port);
        let target = EntityRef::new(EntityKind::System, "witness");
        answer.micros = (answer.outcome != Outcome::Silent).then_some(400);
        let question = Question { to: self.host, port, kind, expect, target };
        self.journal.add(Line::Answered(Answered { number, question, at, answer }));
    }

    fn control(&mut self, after: i64, said: &str) {
        let open = Answer::new(Outcome::Open, 1).saying("close", "in-order");
        self.counted += 1;
        let said = match said.is_empty() || said.contains(" tcp/443=") {
            true => said.to_owned(),
            false => format!("{said} tcp/443={}", self.counted),
        };
        let open = if said.is_empty() { open } else { open.saying("witness", said) };
        self.ask(after, Kind::TcpConnect, 443, Expectation::Control, open);
    }

    /// Two silences between controls, as the restraint asks them.
    fn silences(kind: Kind, port: u16, before: &str, after: &str) -> Self {
        let mut told = Self::new();
        for _ in 0..40 {
            told.control(600, before);
        }
        told.ask(600, kind, port, Expectation::NoAnswer, Answer::new(Outcome::Silent, 1));
        told.control(3100, before);
        told.ask(2500, kind, port, Expectation::NoAnswer, Answer::new(Outcome::Silent, 2));
        for _ in 0..6 {
            told.control(if told.at % 2 == 0 { 3000 } else { 500 }, after);
            told.at += i64::from(told.at % 2 == 0);
        }
        told
    }

    fn verdict(&self, port: u16, watches: &[Watch]) -> (Verdict, Reason) {
        let judged = verdicts(std::slice::from_ref(&self.journal), watches, &self.ground);
        let mut there = judged.iter().filter(|it| it.question.port == port);
        there.next().map(|it| (it.verdict, it.reason)).unwrap()
    }
}

#[test]
fn what_arrived_at_the_witness_is_reachable_whatever_came_back() {
    let quiet = "sekisho-witness s at=192.0.2.1 half-open tcp/22=0 udp/53=0";
    let arrived = "sekisho-witness s at=192.0.2.1 half-open tcp/22=1 udp/53=0";
    let silent = Told::silences(Kind::TcpConnect, 22, quiet, quiet);
    assert_eq!(silent.verdict(22, &[]), (Verdict::Isolated, Reason::NotArrived));
    let one_way = Told::silences(Kind::TcpConnect, 22, quiet, arrived);
    assert_eq!(one_way.verdict(22, &[]), (Verdict::Reachable, Reason::Arrived));
    // The same told by the witness's own journal, behind NAT: from another address, to another.
    let watch = sekisho::probe::journal::read(concat!(
        "{\"sekisho\":\"probes\",\"schema\":1,\"tool\":\"x\"}\n",
        "{\"watch\":{\"session\":\"s\",\"host\":\"w\",\"tcp\":[\"10.0.0.9:22\"],\"udp\":[],\"started\":\"1970-01-01T00:00:00Z\"}}\n",
        "{\"witnessed\":{\"at\":\"1970-01-01T00:00:30Z\",\"from\":\"10.0.0.1\",\"to\":\"10.0.0.9\",\"port\":22,\"protocol\":6,\"complete\":false}}\n",
    ));
    assert_eq!(silent.verdict(22, &watch.watches), (Verdict::Reachable, Reason::Arrived));
}

#[test]
fn silence_over_udp_is_proved_by_a_witness_alone() {
    let quiet = "sekisho-witness s at=192.0.2.1 half-open tcp/22=0 udp/53=0";
    let without = Told::silences(Kind::Dns, 53, "", "");
    assert_eq!(without.verdict(53, &[]).0, Verdict::Undetermined);
    let arrived = "sekisho-witness s at=192.0.2.1 half-open tcp/22=0 udp/53=1";
    let told = Told::silences(Kind::Dns, 53, quiet, arrived);
    assert_eq!(told.verdict(53, &[]), (Verdict::Reachable, Reason::Arrived));
    // A witness that was started anew in between has forgotten.
    let mixed = Told::silences(
        Kind::TcpConnect,
        22,
        quiet,
        "sekisho-witness other at=192.0.2.1 half-open tcp/22=0",
    );
    assert_ne!(mixed.verdict(22, &[]).1, Reason::NotArrived);
}

/// A run of controls and two silences, with everything that a rule asks for under its own name.
struct Silence {
    /// Controls long before.
    controls: usize,
    /// Whether one stands shortly before, between, and after the silences.
    before: bool,
    between: bool,
    after: bool,
    /// How long nothing is sent before the last silence, in milliseconds.
    quiet: i64,
    /// Whether one of the controls took so long that it was sent twice.
    late: bool,
    /// What a witness says to the controls, if there is one.
    says: &'static str,
}

impl Silence {
    const SOUND: Self = Self {
        controls: 40,
        before: true,
        between: true,
        after: true,
        quiet: 2500,
        late: false,
        says: "",
    };

    fn verdict(&self) -> (Verdict, Reason) {
        let silent = |count| Answer::new(Outcome::Silent, count);
        let mut told = Told::new();
        (0..self.controls).for_each(|_| told.control(600, self.says));
        if self.late {
            let open = Answer::new(Outcome::Open, 1).saying("close", "in-order");
            told.ask(600, Kind::TcpConnect, 443, Expectation::Control, open);
            if let Some(last) = told.journal.answered.last_mut() {
                last.answer.micros = Some(1_003_000);
            }
        }
        // A minute and more lies between what was before and the silences, unless one stands there.
        told.at += 70_000;
        if self.before {
            told.control(0, self.says);
        }
        told.ask(600, Kind::TcpConnect, 22, Expectation::NoAnswer, silent(1));
        if self.between {
            told.control(3100, self.says);
            told.at += self.quiet;
        } else {
            told.at += 3000 + self.quiet;
        }
        told.ask(0, Kind::TcpConnect, 22, Expectation::NoAnswer, silent(2));
        if self.after {
            told.control(3100, self.says);
            (0..3).for_each(|_| told.control(500, self.says));
        }
        told.verdict(22, &[])
    }
}

#[test]
fn every_condition_of_silence_counts_by_itself() {
    const NO_CONTROL: (Verdict, Reason) = (Verdict::Undetermined, Reason::NoControl);
    let sound = Silence::SOUND;
    assert_eq!(sound.verdict(), (Verdict::Undetermined, Reason::SilentBetweenControls));
    let word = "sekisho-witness s at=192.0.2.1 half-open tcp/22=0";
    let witnessed = Silence { says: word, ..sound };
    assert_eq!(witnessed.verdict(), (Verdict::Isolated, Reason::NotArrived));
    for (says, reason) in [
        ("sekisho-witness s at=10.0.0.9 half-open tcp/22=0", Reason::Translated),
        ("sekisho-witness s half-open tcp/22=0", Reason::Translated),
        ("sekisho-witness s at=192.0.2.1 tcp/22=0", Reason::Blind),
        ("sekisho-witness s at=192.0.2.1 half-open tcp/23=0", Reason::SilentBetweenControls),
        // Somebody's packets arrived before: nobody can tell them from ours.
        ("sekisho-witness s at=192.0.2.1 half-open tcp/22=4", Reason::SilentBetweenControls),
    ] {
        let told = Silence { says, ..sound }.verdict();
        assert_eq!(told, (Verdict::Undetermined, reason), "{says}");
    }
    let sound = witnessed;
    assert_eq!(Silence { before: false, between: false, ..sound }.verdict(), NO_CONTROL);
    assert_eq!(Silence { between: false, ..sound }.verdict(), NO_CONTROL);
    assert_eq!(Silence { after: false, ..sound }.verdict(), NO_CONTROL);
    let few = Silence { controls: 4, ..sound }.verdict();
    assert_eq!(few, (Verdict::Undetermined, Reason::LossPossible));
    let hasty = Silence { quiet: 300, ..sound }.verdict();
    assert_eq!(hasty, (Verdict::Undetermined, Reason::LimiterPossible));
    let late = Silence { late: true, ..sound }.verdict();
    assert_eq!(late, (Verdict::Undetermined, Reason::Unsteady));
}

#[test]
fn a_filter_must_speak_for_itself() {
    let verdict_after = |quiet, outcome, by: &str| {
        let mut told = Told::new();
        told.control(0, "");
        told.at += quiet;
        let mut answer = Answer::new(outcome, 1);
        answer.by = by.parse().ok();
        told.ask(600, Kind::TcpConnect, 22, Expectation::NoAnswer, answer);
        (0..4).for_each(|_| told.control(500, ""));
        told.verdict(22, &[])
    };
    let verdict = |outcome, by| verdict_after(2500, outcome, by);
    let filter = (Verdict::Isolated, Reason::ToldByFilter);
    let refused = (Verdict::Undetermined, Reason::Refused);
    assert_eq!(verdict(Outcome::Filtered, "192.0.2.254"), filter);
    assert_eq!(verdict(Outcome::Refused, "192.0.2.254"), filter);
    // A limiter of rates says it as well, of what follows too soon.
    let hasty = verdict_after(0, Outcome::Filtered, "192.0.2.254");
    assert_eq!(hasty, (Verdict::Undetermined, Reason::LimiterPossible));
    // The host itself, nobody known; the asker itself is no way that anything arrives.
    for by in ["192.0.2.1", ""] {
        assert_eq!(verdict(Outcome::Filtered, by), refused, "{by}");
    }
    let own = (Verdict::Undetermined, Reason::OwnMachine);
    for by in ["127.0.0.1", "198.51.100.7"] {
        assert_eq!(verdict(Outcome::Refused, by), own, "{by}");
    }
    // The other side's own router, and the target's machine by its second address.
    let foreign = (Verdict::Undetermined, Reason::ForeignVoice);
    for by in ["192.168.77.1", "192.0.2.50"] {
        assert_eq!(verdict(Outcome::Filtered, by), foreign, "{by}");
        assert_eq!(verdict(Outcome::Refused, by), foreign, "{by}");
    }
    let nowhere = (Verdict::Undetermined, Reason::NoWay);
    assert_eq!(verdict(Outcome::Unreachable, "192.0.2.254"), nowhere);
}

/// A witness that was there all the time, and what is wrong with its counts.
#[test]
fn a_witness_that_does_not_count_the_controls_sees_another_path() {
    let quiet = "sekisho-witness s at=192.0.2.1 half-open tcp/22=0";
    let verdict = |said: &dyn Fn(u32) -> String| {
        let mut told = Told::silences(Kind::TcpConnect, 22, quiet, quiet);
        let controls = told.journal.answered.iter_mut().filter(|it| it.question.port == 443);
        for (count, it) in (1..).zip(controls) {
            it.answer.details.insert("witness".into(), [said(count)].into());
        }
        told.verdict(22, &[])
    };
    assert_eq!(verdict(&|count| format!("{quiet} tcp/443={count}")).0, Verdict::Isolated);
    // Others connect as well.
    assert_eq!(verdict(&|count| format!("{quiet} tcp/443={}", 7 * count)).0, Verdict::Isolated);
    let uncounted = (Verdict::Undetermined, Reason::Uncounted);
    assert_eq!(verdict(&|_| format!("{quiet} tcp/443=0")), uncounted);
    assert_eq!(verdict(&|_| format!("{quiet} tcp/443=1")), uncounted);
    assert_eq!(verdict(&|_| quiet.to_owned()), uncounted);
    assert_eq!(verdict(&|count| format!("{quiet} tcp/443={}", 1000 - count)), uncounted);
    assert_eq!(verdict(&|count| format!("{quiet} tcp/443={}", count / 2 + 1)), uncounted);
    // One control was answered by somebody who is no witness, at a port that it says it counts.
    let mut told = Told::silences(Kind::TcpConnect, 22, quiet, quiet);
    told.journal.answered[3].answer.details.remove("witness");
    assert_eq!(told.verdict(22, &[]), uncounted);
}

#[test]
fn who_may_not_ask_proves_nothing_by_silence_and_something_by_an_answer() {
    let quiet = "sekisho-witness s at=192.0.2.1 half-open tcp/22=0";
    let permitted = |source: &str, said: &str| {
        let mut told = Told::silences(Kind::TcpConnect, 22, said, said);
        let from = told.journal.head.from.clone();
        told.ground = Ground::default().with_sources(&from, vec![source.parse().unwrap()]);
        (told.verdict(22, &[]), told.verdict(443, &[]))
    };
    let (isolated, answered) =
        ((Verdict::Isolated, Reason::NotArrived), (Verdict::Reachable, Reason::Answered));
    assert_eq!(permitted("198.51.100.7/32", quiet), (isolated, answered));
    let (stranger, beyond) = (
        (Verdict::Undetermined, Reason::NotPermitted),
        (Verdict::Reachable, Reason::AnsweredStranger),
    );
    assert_eq!(permitted("198.51.100.10/32", quiet), (stranger, beyond));
    // Only the witness can tell that it arrives by another's address.
    let behind = format!("{quiet} from=203.0.113.99");
    assert_eq!(permitted("198.51.100.7/32", &behind), (stranger, beyond));
    let itself = format!("{quiet} from=198.51.100.7");
    assert_eq!(permitted("198.51.100.7/32", &itself), (isolated, answered));
}

/// The kernel's own files, as they stand on machines with and without cookies.
#[test]
fn a_witness_does_not_claim_to_see_what_cookies_hide() {
    use sekisho::evidence::probe::witness::{cookies, sees_half_open};
    let proc = tempfile::tempdir().unwrap();
    let put = |name: &str, text: &str| {
        let path = proc.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    put("net/tcp", "");
    for (setting, sees) in [("0\n", true), ("1\n", true), ("2\n", false)] {
        put("sys/net/ipv4/tcp_syncookies", setting);
        put("net/netstat", "TcpExt: SyncookiesSent Other\nTcpExt: 3 9\n");
        let before = cookies(proc.path());
        assert_eq!((before, sees_half_open(proc.path(), before)), (Some(3), sees), "{setting}");
        // Under pressure the kernel sends cookies all the same.
        put("net/netstat", "TcpExt: SyncookiesSent Other\nTcpExt: 4 9\n");
        assert!(!sees_half_open(proc.path(), before), "{setting}");
    }
}
