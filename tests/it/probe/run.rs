//! Runs over loopback: against real sockets, with the journal on a real disk, and in processes of
//! their own that are killed or may open only so many files.

use jiff::{SignedDuration, Timestamp};
use sekisho::evidence::probe::Means;
use sekisho::evidence::probe::journal::{Keeper, load};
use sekisho::evidence::probe::run::{Order, run};
use sekisho::model::words::Verdict;
use sekisho::model::{EntityKind, EntityRef, Vocabulary as _};
use sekisho::probe::journal::{Head, Journal, Line};
use sekisho::probe::restraint::Past;
use sekisho::probe::verdict::{Ground, verdicts};
use sekisho::probe::{Expectation, Kind, Limits, Outcome, Plan, Question, Window};
use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicU16, Ordering};
use std::time::{Duration, Instant};

const HERE: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

fn question(port: u16, expect: Expectation) -> Question {
    let target = EntityRef::new(EntityKind::System, "pacs");
    Question { to: HERE, port, kind: Kind::TcpConnect, expect, target }
}

/// Fast enough for a test, and long enough that a SYN is repeated.
fn limits() -> Limits {
    let limits = Limits { host_rate: 100, rate: 400, patience_ms: 1200, ..Limits::default() };
    Limits { run_budget: 100_000, day_budget: 100_000, ..limits }
}

fn plan(limits: Limits, questions: Vec<Question>) -> Plan {
    let hour = SignedDuration::from_hours(1);
    let now = Timestamp::now();
    let file = serde_json::json!({
        "scope": "0".repeat(64),
        "from": "connections/line",
        "limits": limits,
        "windows": [Window { from: now - hour, until: now + hour }],
        "questions": questions,
    });
    serde_json::from_value(file).unwrap()
}

fn head(plan: &Plan) -> Head {
    Head {
        scope: plan.scope.clone(),
        plan: plan.hash(),
        from: plan.from.clone(),
        tester: "tester".into(),
        party: None,
        approver: "approver".into(),
        host: "laptop".into(),
        addresses: vec![HERE],
        limits: plan.limits,
        questions: u32::try_from(plan.questions.len()).unwrap(),
        started: Timestamp::now(),
        dry: false,
    }
}

/// Runs a plan, from the beginning or where its journal left off.
fn carry_out(plan: &Plan, journal: &Path, stop: &AtomicBool) -> Journal {
    let (keeper, past) = match journal.exists() {
        false => {
            let keeper = Keeper::begin(journal).unwrap();
            keeper.add(&[Line::Run(head(plan))]).unwrap();
            (keeper, Past::default())
        }
        true => {
            let run = load(journal).unwrap().runs.remove(0);
            let keeper = Keeper::resume(journal).unwrap();
            keeper.add(&[Line::Resumed { at: Timestamp::now() }]).unwrap();
            (keeper, Past::of(&run, run.sent, &Ground::default()))
        }
    };
    let means = Means::open(&[Kind::TcpConnect]).unwrap();
    let order = Order {
        plan,
        past,
        keeper,
        means,
        gate: &|_, _| Ok(()),
        stop,
        seed: 7,
        watch: &mut |_| {},
    };
    run(order).unwrap();
    read_whole(journal)
}

fn read_whole(journal: &Path) -> Journal {
    let mut journals = load(journal).unwrap();
    assert!(journals.wrong.is_empty(), "{:?}", journals.wrong);
    journals.runs.remove(0)
}

/// A service that closes when the other end does.
fn service() -> SocketAddr {
    let listener = TcpListener::bind((HERE, 0)).unwrap();
    let at = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            std::thread::spawn(move || {
                let _ = std::io::copy(&mut &stream, &mut std::io::sink());
            });
        }
    });
    at
}

/// A port that never answers: its queue is full, so the kernel drops what arrives.
fn silent() -> (SocketAddr, Vec<TcpStream>, socket2::Socket) {
    let socket = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None).unwrap();
    socket.bind(&SocketAddr::new(HERE, 0).into()).unwrap();
    socket.listen(0).unwrap();
    let at = socket.local_addr().unwrap().as_socket().unwrap();
    let mut waiting = Vec::new();
    while let Ok(stream) = TcpStream::connect_timeout(&at, Duration::from_millis(300)) {
        waiting.push(stream);
    }
    (at, waiting, socket)
}

/// A port at which nobody listens, out of the range from which the kernel takes its own.
fn closed() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(20_000);
    loop {
        let port = NEXT.fetch_add(1, Ordering::SeqCst);
        if TcpListener::bind((HERE, port)).is_ok() {
            return port;
        }
    }
}

#[test]
fn every_answer_comes_to_its_verdict() {
    let (open, quiet, undeclared, refused) = (service(), silent(), service(), closed());
    let plan = plan(
        limits(),
        vec![
            question(open.port(), Expectation::Control),
            question(quiet.0.port(), Expectation::NoAnswer),
            question(undeclared.port(), Expectation::NoAnswer),
            question(refused, Expectation::NoAnswer),
        ],
    );
    let folder = tempfile::tempdir().unwrap();
    let ran = carry_out(&plan, &folder.path().join("a.jsonl"), &AtomicBool::new(false));
    assert!(ran.end.is_some() && ran.stopped.is_empty(), "{:?}", ran.stopped);
    let judged = verdicts(&[ran], &[], &Ground::default());
    let told: Vec<_> =
        judged.iter().map(|it| (it.question.port, it.verdict, it.reason.key())).collect();
    assert_eq!(
        told,
        [
            (open.port(), Verdict::Reachable, "answered"),
            (quiet.0.port(), Verdict::Undetermined, "silent-between-controls"),
            (undeclared.port(), Verdict::Reachable, "answered"),
            (refused, Verdict::Undetermined, "refused"),
        ]
    );
}

#[test]
fn an_interruption_ends_it_at_once_with_a_complete_journal_and_it_can_go_on() {
    let (open, quiet) = (service(), silent());
    let questions = vec![
        question(open.port(), Expectation::Control),
        question(quiet.0.port(), Expectation::NoAnswer),
    ];
    let plan = plan(Limits { patience_ms: 3000, ..limits() }, questions);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.jsonl");
    let stop = AtomicBool::new(false);
    let (ran, late) = std::thread::scope(|scope| {
        let running = scope.spawn(|| (carry_out(&plan, &path, &stop), Instant::now()));
        // Until the silent one is under way.
        while !load(&path)
            .is_ok_and(|it| it.runs.first().is_some_and(|it| it.asked.contains_key(&1)))
        {
            std::thread::sleep(Duration::from_millis(5));
        }
        let said = Instant::now();
        stop.store(true, Ordering::SeqCst);
        let (ran, ended) = running.join().unwrap();
        (ran, ended - said)
    });
    assert!(late < Duration::from_secs(1), "{late:?}"); // patience is three seconds
    let why: Vec<_> = ran.stopped.iter().map(|it| it.2.as_str()).collect();
    assert_eq!((why, ran.end), (vec!["interrupted"], None));
    assert!(ran.asked.contains_key(&1) && !ran.answered.iter().any(|it| it.number == 1));
    let ran = carry_out(&plan, &path, &AtomicBool::new(false));
    assert!(ran.end.is_some() && ran.resumed.len() == 1);
    let judged = verdicts(&[ran], &[], &Ground::default());
    assert!(judged.last().unwrap().reason.excludes_a_connection(), "{judged:#?}");
}

/// The name of the test below, as the test binary knows it.
fn child_name() -> String {
    let module = module_path!().split_once("::").map_or("", |it| it.1);
    format!("{module}::in_a_process_of_its_own")
}

/// What the other tests start as a process of its own: does nothing unless told.
#[test]
fn in_a_process_of_its_own() {
    let Some(folder) = std::env::var_os("SEKISHO_CHILD_RUN") else { return };
    let folder = Path::new(&folder);
    let plan = serde_json::from_slice(&std::fs::read(folder.join("plan.json")).unwrap()).unwrap();
    let journal = std::env::var("SEKISHO_CHILD_JOURNAL").unwrap();
    carry_out(&plan, &folder.join(journal), &AtomicBool::new(false));
}

/// The command that runs a plan in a process of its own, after what the shell is told before.
fn child(plan: &Plan, folder: &Path, journal: &str, before: &str) -> Command {
    std::fs::write(folder.join("plan.json"), serde_json::to_vec(plan).unwrap()).unwrap();
    let mut command = Command::new("sh");
    let program = std::env::current_exe().unwrap();
    command
        .args(["-c", &format!("{before} exec \"$0\" --exact {}", child_name())])
        .arg(program)
        .env("SEKISHO_CHILD_RUN", folder)
        .env("SEKISHO_CHILD_JOURNAL", journal)
        .stdout(Stdio::null());
    command
}

#[test]
fn whatever_kills_it_the_journal_is_whole_and_it_goes_on() {
    let open = service();
    let mut questions = vec![question(open.port(), Expectation::Control)];
    let ports: BTreeSet<u16> = (0..60).map(|_| closed()).filter(|it| *it != open.port()).collect();
    questions.extend(ports.iter().map(|it| question(*it, Expectation::NoAnswer)));
    let many = questions.len();
    let plan = plan(limits(), questions);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("0.jsonl");
    for killed in 0..60 {
        let mut running = child(&plan, folder.path(), "0.jsonl", "").spawn().unwrap();
        let answered =
            || load(&path).ok().and_then(|it| it.runs.first().map(|it| it.answered.len()));
        let before = answered().unwrap_or_default();
        // Killed after some more answers, at whatever moment that is.
        while answered().unwrap_or_default() < before + 1 + killed % 7 {
            if running.try_wait().unwrap().is_some() {
                break;
            }
        }
        let over = running.try_wait().unwrap().is_some();
        let _ = running.kill();
        let _ = running.wait();
        let ran = read_whole(&path);
        for it in &ran.answered {
            assert!(ran.asked.contains_key(&it.number), "answered before it was asked: {it:?}");
        }
        if over {
            assert!(ran.end.is_some() && killed > 3, "{killed} times killed");
            let numbers: BTreeSet<u32> = ran.answered.iter().map(|it| it.number).collect();
            assert_eq!(numbers.len(), many);
            // Nothing that was answered is asked again but the control.
            let negatives = ran.answered.iter().filter(|it| it.number > 0);
            assert_eq!(negatives.count(), many - 1);
            return;
        }
    }
    panic!("it never came to its end");
}

#[test]
fn few_files_are_enough_and_every_run_concludes_the_same() {
    let (open, undeclared) = (service(), service());
    let mut questions = vec![
        question(open.port(), Expectation::Control),
        question(undeclared.port(), Expectation::NoAnswer),
    ];
    questions.extend((0..200).map(|_| question(closed(), Expectation::NoAnswer)));
    questions.sort_unstable();
    questions.dedup();
    let fast = Limits {
        host_rate: 100_000,
        rate: 100_000,
        host_in_flight: 500,
        in_flight: 500,
        ..limits()
    };
    let plan = plan(fast, questions);
    let folder = tempfile::tempdir().unwrap();
    // `SEKISHO_RUNS` asks for more.
    let many: u32 = std::env::var("SEKISHO_RUNS").map_or(20, |it| it.parse().unwrap());
    let conclusions: BTreeSet<Vec<(u16, Outcome, Verdict)>> = (0..many)
        .map(|time| {
            let journal = format!("{time}.jsonl");
            let ended = child(&plan, folder.path(), &journal, "ulimit -n 64;").status().unwrap();
            assert!(ended.success());
            let ran = read_whole(&folder.path().join(journal));
            assert!(ran.end.is_some(), "{:?}", ran.stopped);
            let judged = verdicts(&[ran], &[], &Ground::default());
            judged
                .iter()
                .map(|it| (it.question.port, it.telling().unwrap().outcome, it.verdict))
                .collect()
        })
        .collect();
    let shared = conclusions.iter().flatten().collect::<BTreeSet<_>>();
    assert_eq!(conclusions.len(), 1, "{shared:?}");
    let all = conclusions.first().unwrap();
    assert!(all.iter().all(|it| it.1 != Outcome::NotSent) && all.len() == plan.questions.len());
}
