//! What follows from both sides: isolated only when both say so, of everything, over whole runs.

use super::{Answers, Case, Isolated, NoAnswer, Reachable, SOUND, Told, Undetermined, judged, row};
use sekisho::confirm::proof::Standing;
use sekisho::confirm::proof::paper::Independence;
use sekisho::probe::Kind;

const LINE: &str = "ehr-maintenance";

#[test]
fn both_sides_agree() {
    let paper = Case::hospital(LINE).paper(SOUND);
    assert_eq!(paper.verdict, Isolated, "{:?}", paper.because);
    assert!(paper.rows.iter().all(|it| it.standing == Standing::Agrees), "{:#?}", paper.rows);
    let relay = row(&paper, "172.20.0.12", "3389/tcp");
    assert!(relay.declared);
    assert_eq!(relay.configuration.as_ref().unwrap().verdict, Reachable);
    let proxy = row(&paper, "172.20.0.5", "8080/tcp");
    let configured = proxy.configuration.as_ref().unwrap();
    assert_eq!((configured.verdict, proxy.declared), (Isolated, false));
    assert!(
        configured.trace.iter().any(|it| it.text.as_deref() == Some("ip filter 1099 reject * *"))
    );
    // Nothing came in over the tunnel for this one: the line that does not carry it is named.
    let database = row(&paper, "10.10.1.10", "1521/tcp");
    assert!(!database.configuration.as_ref().unwrap().trace.is_empty());
    assert_eq!(paper.due.to_string(), "2027-11-19", "a year after the probes, not after the audit");
}

/// What is changed in a sound proof, what follows, and how the changed tuple then stands.
#[test]
fn one_doubt_is_enough() {
    let case = Case::hospital(LINE);
    let cases: &[(Told<'_>, _, _)] = &[
        (
            ("10.20.2.10", 2575, "systems/lis", NoAnswer, Reachable),
            Reachable,
            Standing::Contradicted,
        ),
        (
            ("10.20.2.10", 2575, "systems/lis", NoAnswer, Undetermined),
            Undetermined,
            Standing::Undetermined,
        ),
        // It is declared, and the plan expected it not to answer: then packets that arrive are too
        // many, whoever is wrong.
        (("172.20.0.12", 3389, "systems/jump", NoAnswer, Reachable), Reachable, Standing::Beyond),
        (("172.20.0.12", 3389, "systems/jump", Answers, Isolated), Isolated, Standing::Lost),
    ];
    for (told, verdict, standing) in cases {
        let mut all = SOUND.to_vec();
        all.retain(|it| (it.0, it.1) != (told.0, told.1));
        all.push(*told);
        let paper = case.paper(&all);
        let found = row(&paper, told.0, &format!("{}/tcp", told.1));
        assert_eq!((found.standing, paper.verdict), (*standing, *verdict), "{told:?}");
        if *standing != Standing::Agrees {
            assert_eq!(paper.rows[0], *found, "the difference comes first");
        }
    }
}

#[test]
fn no_proof_of_what_was_not_done() {
    let case = Case::hospital(LINE);
    let journal = case.journal(SOUND);
    let all = judged(SOUND);
    let verdict = |journals: &[_], judged: &[_]| case.paper_of(journals, judged).verdict;
    assert_eq!(verdict(std::slice::from_ref(&journal), &all), Isolated);
    // Nobody probed.
    assert_eq!(verdict(&[], &[]), Undetermined);
    // Only what must answer was probed.
    assert_eq!(verdict(std::slice::from_ref(&journal), &judged(&SOUND[..1])), Undetermined);
    // The run never came to its end.
    let mut broken = journal.clone();
    broken.end = None;
    assert_eq!(verdict(&[broken], &all), Undetermined);
    // Not all of the plan was asked.
    let mut short = journal.clone();
    short.head.questions += 1;
    let paper = case.paper_of(&[short], &all);
    assert_eq!(paper.verdict, Undetermined);
    assert_eq!((paper.runs[0].questions, paper.runs[0].answered), (5, 4));
    // It was a dry run, or one from elsewhere.
    let mut dry = journal.clone();
    dry.head.dry = true;
    let mut elsewhere = journal.clone();
    elsewhere.head.from = "connections/pacs-maintenance".parse().unwrap();
    for other in [dry, elsewhere] {
        let paper = case.paper_of(&[other], &[]);
        assert_eq!((paper.verdict, paper.runs.len()), (Undetermined, 0));
        assert!(
            paper
                .not_looked
                .iter()
                .any(|it| it.says.en.contains("1 run(s) of probes from elsewhere"))
        );
    }
    // It was too long ago.
    let mut old = journal;
    old.head.started = "2025-11-10T00:00:00Z".parse().unwrap();
    assert_eq!(verdict(&[old], &all), Undetermined);
}

#[test]
fn packets_prove_nothing_about_what_the_configuration_leaves_open() {
    // Of this line the configuration says that some things cannot be ruled out.
    let case = Case::hospital("pacs-maintenance");
    let told = [("10.10.1.10", 1521, "systems/ehr-db", NoAnswer, Isolated)];
    let paper = case.paper(&told);
    assert_eq!(paper.verdict, Undetermined);
    let alone = paper.rows.iter().filter(|it| it.packets.is_none()).count();
    assert!(alone > 10, "what only the configuration speaks of is shown: {alone}");
    let probed = row(&paper, "10.10.1.10", "1521/tcp");
    assert_ne!(probed.verdict, Reachable);
}

#[test]
fn what_the_configuration_cannot_be_asked_stands_on_packets_alone() {
    let case = Case::hospital(LINE);
    let mut all = judged(SOUND);
    all[1].question.kind = Kind::Neighbour;
    all[1].question.port = 0;
    let paper = case.paper_of(&[case.journal(SOUND)], &all);
    let neighbour = paper.rows.iter().find(|it| it.configuration.is_none()).unwrap();
    assert_eq!(neighbour.standing, Standing::PacketsOnly);
}

#[test]
fn the_tester_is_told_by_side() {
    let case = Case::hospital(LINE);
    let sides = [
        (None, Independence::Hospital),
        (Some("fujimi"), Independence::UnderTest),
        (Some("hikari-si"), Independence::ThirdParty),
    ];
    for (party, independence) in sides {
        let mut journal = case.journal(SOUND);
        journal.head.party = party.map(str::to_owned);
        let paper = case.paper_of(&[journal], &judged(SOUND));
        assert_eq!(paper.runs[0].independence, independence, "{party:?}");
    }
}
