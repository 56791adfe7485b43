//! What became of findings, and since when they stand.

use super::{HOSPITAL, recorded, with};
use sekisho::change::{Difference, Record, Standing};

fn judged(text: &str, day: &str) -> Record {
    recorded(&with(text, &[("2025-11-20", day)]), &[], true)
}

fn of(difference: &Difference, rule: &str) -> Vec<(Standing, String, String)> {
    let all = difference.findings.iter().filter(|it| it.found.rule == rule);
    all.map(|it| (it.standing, it.since.to_string(), it.found.subject.to_string())).collect()
}

const RULE: &str = "standing-remote-maintenance";

#[test]
fn findings_are_new_fixed_reopened_and_still_open_since() {
    let clean = HOSPITAL.to_owned();
    let bad = with(HOSPITAL, &[("transport: ipsec-ike,", "transport: ipsec-ike, standing: true,")]);
    let one = |standing, since: &str| {
        vec![(standing, since.to_owned(), "connections/ehr-maintenance".to_owned())]
    };
    let (a, b, c) =
        (judged(&clean, "2024-11-20"), judged(&bad, "2025-11-20"), judged(&bad, "2026-11-20"));
    assert_eq!(of(&Difference::between(&a, &b, &[]), RULE), one(Standing::New, "2025-11-20"));
    assert_eq!(
        of(&Difference::between(&b, &c, std::slice::from_ref(&a)), RULE),
        one(Standing::StillOpen, "2025-11-20")
    );
    let fixed = judged(&clean, "2027-11-20");
    assert_eq!(
        of(&Difference::between(&c, &fixed, &[a.clone(), b.clone()]), RULE),
        one(Standing::Fixed, "2025-11-20")
    );
    let again = judged(&bad, "2028-11-20");
    assert_eq!(
        of(&Difference::between(&fixed, &again, &[a, b, c]), RULE),
        one(Standing::Reopened, "2028-11-20")
    );
}

#[test]
fn a_finding_follows_its_subject_under_another_id() {
    let bad = with(HOSPITAL, &[("transport: ipsec-ike,", "transport: ipsec-ike, standing: true,")]);
    let renamed = with(&bad, &[("ehr-maintenance:", "ehr-support:")]);
    let (first, second, third) =
        (judged(&bad, "2024-11-20"), judged(&bad, "2025-11-20"), judged(&renamed, "2026-11-20"));
    let difference = Difference::between(&second, &third, &[first]);
    let expected =
        (Standing::StillOpen, "2024-11-20".to_owned(), "connections/ehr-support".to_owned());
    assert_eq!(of(&difference, RULE), [expected]);
}

#[test]
fn a_rule_that_did_not_exist_found_nothing() {
    let bad = with(HOSPITAL, &[("transport: ipsec-ike,", "transport: ipsec-ike, standing: true,")]);
    let (mut old, new) = (judged(&bad, "2025-11-20"), judged(&bad, "2026-11-20"));
    old.rules.retain(|it| it != RULE);
    old.findings.retain(|it| it.rule != RULE);
    let difference = Difference::between(&old, &new, &[]);
    assert_eq!(of(&difference, RULE).first().map(|it| it.0), Some(Standing::NewlySeen));
    let back = Difference::between(&new, &old, &[]);
    assert_eq!(of(&back, RULE).first().map(|it| it.0), Some(Standing::NoLongerSeen));
}

#[test]
fn an_accepted_finding_stays_and_is_accepted() {
    let bad = with(HOSPITAL, &[("transport: ipsec-ike,", "transport: ipsec-ike, standing: true,")]);
    let waived = format!(
        "{bad}waivers: [{{rule: {RULE}, subject: connections/ehr-maintenance, reason: 監視中, approved_by: 院長, expires: 2027-03-31}}]\n"
    );
    let difference =
        Difference::between(&judged(&bad, "2025-11-20"), &judged(&waived, "2026-11-20"), &[]);
    let expected =
        (Standing::Accepted, "2025-11-20".to_owned(), "connections/ehr-maintenance".to_owned());
    assert_eq!(of(&difference, RULE), [expected]);
}

#[test]
fn who_accepted_a_line_did_not_accept_what_it_opens_since() {
    const WIDE: &str = "direct-remote-desktop";
    let waived = format!(
        "{HOSPITAL}waivers: [{{rule: {WIDE}, subject: connections/ehr-maintenance, reason: 更改まで, approved_by: 院長, expires: 2026-03-31}}]\n"
    );
    let standing = |edits: &[(&str, &str)]| {
        let new = judged(&with(&waived, edits), "2025-11-21");
        let found = of(&Difference::between(&judged(&waived, "2025-11-20"), &new, &[]), WIDE);
        found.first().map(|it| it.0)
    };
    let allow = "{from: 198.51.100.0/28, to: ehr-db, services: [3389/tcp]}";
    let more = format!("{allow}, {{from: 198.51.100.0/28, to: ehr-ap, services: [3389/tcp]}}");
    assert_eq!(standing(&[]), Some(Standing::Accepted));
    assert_eq!(standing(&[(allow, &more)]), Some(Standing::Widened));
    let services = "services: [3389/tcp]}";
    assert_eq!(standing(&[(services, "services: [3389/tcp, 1521/tcp]}")]), Some(Standing::Widened));
    assert_eq!(standing(&[("party: fujimi", "party: hokuto")]), Some(Standing::Widened));
    // What a note says is no permission.
    let noted = "services: [3389/tcp], note: \"検証, services: [22/tcp]\"}";
    assert_eq!(standing(&[(services, noted)]), Some(Standing::Accepted));
    // Another name for the same is no more than that.
    assert_eq!(standing(&[("電子カルテ保守", "カルテ保守")]), Some(Standing::Accepted));
}
