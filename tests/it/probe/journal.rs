//! Journals are read whole or broken, whatever stands in them.

use sekisho::probe::journal::{Journal, read};

const OPENING: &str = r#"{"sekisho":"probes","schema":1,"tool":"sekisho 0"}"#;
const RUN: &str = r#"{"run":{"scope":"00","plan":"11","from":"connections/line","tester":"t","approver":"a","host":"h","addresses":["192.0.2.7"],"limits":{"host_in_flight":1,"host_rate":2,"rate":20,"in_flight":40,"run_budget":5000,"day_budget":20000,"patience_ms":3000,"retries":1},"questions":1,"started":"2026-11-22T13:00:00Z","dry":false}}"#;
const ASKED: &str = r#"{"asked":{"number":0,"attempt":1,"at":"2026-11-22T13:00:01Z"}}"#;
const ANSWERED: &str = r#"{"answered":{"number":0,"question":{"to":"192.0.2.1","port":443,"kind":"tcp-connect","expect":"control","target":"systems/pacs"},"at":"2026-11-22T13:00:01Z","answer":{"outcome":"open","micros":900,"attempts":1,"details":{"close":["in-order"]}}}}"#;
const WATCH: &str = r#"{"watch":{"session":"s1","host":"w","tcp":["192.0.2.1:443","192.0.2.1:22"],"udp":[],"started":"2026-11-22T12:59:00Z"}}"#;
const WITNESSED: &str = r#"{"witnessed":{"at":"2026-11-22T13:00:02Z","from":"192.0.2.7","to":"192.0.2.1","port":22,"protocol":6,"complete":false}}"#;
const END: &str = r#"{"end":{"at":"2026-11-22T13:00:09Z","answered":1}}"#;

fn lines(all: &[&str]) -> String {
    all.iter().map(|it| format!("{it}\n")).collect()
}

fn only(text: &str) -> Journal {
    let mut all = read(text);
    assert_eq!((all.wrong.len(), all.runs.len()), (0, 1), "{:?}", all.wrong);
    all.runs.remove(0)
}

#[test]
fn a_whole_journal_says_what_was_done() {
    let run = only(&lines(&[OPENING, RUN, ASKED, ANSWERED, END]));
    assert_eq!((run.sent, run.answered.len(), run.end.is_some()), (1, 1, true));
    assert_eq!(run.asked.get(&0).map(|it| it.0), Some(1));
}

#[test]
fn a_journal_that_is_cut_off_anywhere_holds_every_whole_line() {
    let all = lines(&[OPENING, RUN, ASKED, ANSWERED, END]);
    for end in 0..all.len() {
        let cut = read(&all[..end]);
        let whole = all[..end].matches('\n').count();
        assert!(end == 0 || cut.wrong.is_empty(), "{end}: {:?}", cut.wrong);
        let read_lines: usize = cut
            .runs
            .iter()
            .map(|it| 1 + it.sent as usize + it.answered.len() + usize::from(it.end.is_some()))
            .sum();
        // A line without its end may be whole all the same.
        assert!(read_lines + 1 >= whole && read_lines <= whole, "{end}: {read_lines} of {whole}");
    }
}

#[test]
fn a_line_that_is_none_is_told_with_its_number_and_the_rest_is_read() {
    let all = read(&lines(&[OPENING, RUN, "{\"odd\":1}", "\u{0}\u{ff}", ASKED, ANSWERED]));
    assert_eq!(all.wrong.iter().map(|it| it.0).collect::<Vec<_>>(), [3, 4]);
    assert_eq!(all.runs.first().map(|it| it.answered.len()), Some(1));
    let before = read(&lines(&[OPENING, ASKED, RUN]));
    assert_eq!(before.wrong.iter().map(|it| it.0).collect::<Vec<_>>(), [2]);
}

#[test]
fn what_a_laboratory_may_have_sent_counts_as_sent_unless_the_run_came_to_its_end() {
    const RESERVED: &str = r#"{"reserved":{"at":"2026-11-21T13:00:01Z","until":5000}}"#;
    let lost = read(&lines(&[OPENING, RUN, RESERVED, ASKED, ANSWERED]));
    assert!(lost.wrong.is_empty(), "{:?}", lost.wrong);
    assert_eq!((lost.runs[0].sent, lost.runs[0].spent()), (1, 5000));
    let whole = read(&lines(&[OPENING, RUN, RESERVED, ASKED, ANSWERED, END]));
    assert_eq!(whole.runs[0].spent(), 1);
}

#[test]
fn what_is_no_journal_is_refused() {
    for text in ["", "x\n", "{}\n", "{\"sekisho\":\"evidence\",\"schema\":1,\"tool\":\"x\"}\n"] {
        let all = read(text);
        assert!(!all.wrong.is_empty() && all.runs.is_empty(), "{text:?}");
    }
    let later = lines(&[&OPENING.replace("\"schema\":1", "\"schema\":2"), RUN]);
    assert!(read(&later).runs.is_empty());
}

#[test]
fn a_run_and_a_witness_in_one_file_stay_apart() {
    let all = read(&lines(&[OPENING, RUN, ASKED, ANSWERED, END, OPENING, WATCH, WITNESSED]));
    assert_eq!((all.runs.len(), all.watches.len()), (1, 1), "{:?}", all.wrong);
    assert_eq!(all.watches.first().map(|it| it.witnessed.len()), Some(1));
    assert!(all.runs.first().is_some_and(|it| it.end.is_some() && it.witnessed.is_empty()));
}

/// The lines that are written by hand are those that serde would write.
#[test]
fn a_line_is_the_same_json_whoever_writes_it() {
    use sekisho::model::{EntityKind, EntityRef};
    use sekisho::probe::journal::{Answered, Line};
    use sekisho::probe::{Answer, Expectation, Kind, Outcome, Question};
    let at: jiff::Timestamp = "2026-11-22T13:00:01.000250Z".parse().unwrap();
    let plain = Answer::new(Outcome::Silent, 2);
    let mut told = Answer::new(Outcome::Refused, 1).saying("said", "tcp-reset");
    told.micros = Some(900);
    let mut odd = told.clone().saying("banner", "\"\\\u{7f}\u{1}\n日本").saying("said", "more");
    odd.by = Some("2001:db8::1".parse().unwrap());
    odd.error = Some("no \"way\"\n".into());
    for answer in [plain, told, odd] {
        for id in ["pacs", "診療", "a\"b\\c\n", ""] {
            let target = EntityRef::new(EntityKind::System, id);
            let to = "192.0.2.1".parse().unwrap();
            let (kind, expect) = (Kind::TcpSyn, Expectation::NoAnswer);
            let question = Question { to, port: 443, kind, expect, target };
            let it = Answered { number: 7, question, at, answer: answer.clone() };
            for line in [Line::Answered(it), Line::Asked { number: 7, attempt: 2, at }] {
                assert_eq!(line.json(), serde_json::to_string(&line).unwrap() + "\n");
            }
        }
    }
}
