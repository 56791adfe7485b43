//! What the answers prove: 分離確認済, 到達可能 or 判定不能 for every question, from journals alone.
//!
//! An open answer is a way. Everything else is only the absence of one, and absence is what broken
//! cables, dead hosts, loss, limiters of rates and one-way filters look like as well. So a negative
//! counts only beside a **positive control** on the same path in the same minute:
//!
//! | what came back | isolated when | else |
//! |---|---|---|
//! | nothing | the *same host* answered a control before and after, in order, every time; loss and limiters are excluded by arithmetic ([`chance`]) | undetermined |
//! | a device on the way said that it is prohibited | a control of the same network was answered within a minute | undetermined |
//! | a refusal in the name of the host | never: it may be the host (packets arrive) or a filter that speaks in its name | undetermined |
//! | "no route", "no such host" | never: nobody said that a filter stands there | undetermined |
//!
//! "Isolated" by silence says that no TCP connection comes about. A filter that lets the question in
//! and drops the answers of one port alone looks the same: what arrives one way only a witness sees.
//!
//! A control at another host of the same network does not prove that a silent host is alive. A
//! service over UDP may be mute; of its silence only a witness can tell what it means.

pub(in crate::probe) mod chance;
mod host;
mod run;

use super::journal::Answered;
use super::journal::{Journal, Watch};
use super::{Answer, Kind, Outcome, Question};
use crate::model::words::Verdict;
use crate::model::{EntityRef, vocabulary};
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::net::IpAddr;

vocabulary! {
    /// Why a verdict is what it is.
    Reason("判定の理由", "reason of the verdict") {
        Answered = "answered" ("応答がありました", "it answered"),
        Arrived = "arrived" ("立会い応答にパケットが届きました", "packets arrived at the witness"),
        SilentBetweenControls = "silent-between-controls" ("前後の対照には応答があり、この問いにだけ応答がないため、接続は成立しません（欠落・流量制限では説明できません。片道のパケットが届くかどうかは立会い応答だけが示せます）", "silent, while the controls before and after were answered: no connection comes about; neither loss nor a limiter of rates explains it, and whether packets arrive one way only a witness can show"),
        ToldByFilter = "told-by-filter" ("途中の機器が遮断を通知し、同じ経路の対照には応答がありました", "a device on the way said that it is prohibited, and a control on the same path was answered"),
        NotArrived = "not-arrived" ("立会い応答に届いていません", "it did not arrive at the witness, which was listening"),
        NotAsked = "not-asked" ("確認していません", "it was not asked"),
        NotSent = "not-sent" ("送信できませんでした", "it could not be sent"),
        NoControl = "no-control" ("前後1分以内に、同じ経路の対照の応答がありません", "no control on the same path was answered within a minute"),
        HostUnproved = "host-unproved" ("経路の対照には応答がありますが、この機器が動いているか分かりません。立会い応答を置くと判定できます", "the way to its network is open, but whether this host is alive is unknown; a witness there would tell"),
        Refused = "refused" ("拒否が返りました。機器まで届いているか、手前の機器が代わりに拒否しています", "refused in the name of the host: packets reach it, or a device before it speaks for it"),
        NoWay = "no-way" ("経路または機器がないと通知されました。遮断されている証拠にはなりません", "told that there is no route or host, which proves no filter"),
        Unsteady = "unsteady" ("応答が安定していません（欠落・遅れ）", "answers on this path are lost or late"),
        LossPossible = "loss-possible" ("欠落で説明できてしまいます（対照の回数が足りません）", "loss could explain it: too few controls"),
        LimiterPossible = "limiter-possible" ("流量制限で説明できてしまいます", "a limiter of rates could explain it"),
        AnswersForAll = "answers-for-all" ("どのポートにも応答があり、途中の機器が代わりに応答している疑いがあります", "every port answers: a device on the way may answer for the host"),
        MuteService = "mute-service" ("TCP以外では、応答しないサービスと区別できません", "other than by TCP, silence cannot be told from a mute service"),
        StopsBefore = "stopped" ("途中で確認を止めました", "the run was stopped before"),
    }
}

/// A question with what its answers prove.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judged {
    /// From where it was asked.
    pub from: EntityRef,
    /// What was asked.
    pub question: Question,
    /// Everything that came back, in order.
    pub answers: Vec<Answered>,
    /// What it proves.
    pub verdict: Verdict,
    /// Why.
    pub reason: Reason,
    /// The control that stands beside it: its number in the plan, and when it was answered.
    pub control: Option<(u32, Timestamp)>,
}

/// Judges every question that was asked in these runs, in the order of the plans. A question that
/// was asked in several runs is reachable when it was in one, and isolated when it was in one and
/// reachable in none.
pub fn verdicts(runs: &[Journal], watches: &[Watch]) -> Vec<Judged> {
    let mut all: Vec<Judged> = Vec::new();
    let mut places: BTreeMap<(EntityRef, Question), usize> = BTreeMap::new();
    for journal in runs.iter().filter(|it| !it.head.dry) {
        for judged in run::judge(journal, watches) {
            let key = (judged.from.clone(), judged.question.clone());
            let at = *places.entry(key).or_insert(all.len());
            match all.get_mut(at) {
                None => all.push(judged),
                Some(known) => known.join(judged),
            }
        }
    }
    all
}

impl Judged {
    /// Takes what another run says of the same question.
    fn join(&mut self, other: Self) {
        let weight = |it: Verdict| match it {
            Verdict::Reachable => 2,
            Verdict::Isolated => 1,
            Verdict::Undetermined => 0,
        };
        let answers = std::mem::take(&mut self.answers);
        let further = other.answers.clone();
        if weight(other.verdict) >= weight(self.verdict) {
            *self = other;
        }
        self.answers = answers;
        self.answers.extend(further);
    }

    /// A question of a plan that was never asked.
    pub fn never(from: &EntityRef, question: &Question) -> Self {
        Self {
            from: from.clone(),
            question: question.clone(),
            answers: Vec::new(),
            verdict: Verdict::Undetermined,
            reason: Reason::NotAsked,
            control: None,
        }
    }

    /// The last answer that is more than silence, or the last one.
    pub fn telling(&self) -> Option<&Answer> {
        let more = self.answers.iter().rev().find(|it| it.answer.outcome != Outcome::Silent);
        more.or(self.answers.last()).map(|it| &it.answer)
    }
}

/// Whether an answer to a control shows that the host itself is there and the way is open both
/// ways: somebody closed the connection in order, or said what only the service can say.
pub fn positive(kind: Kind, answer: &Answer) -> bool {
    let closed = || answer.details.get("close").is_some_and(|it| it.contains("in-order"));
    answer.outcome == Outcome::Open
        && match kind {
            Kind::TcpConnect => closed(),
            Kind::TlsHandshake | Kind::SshBanner | Kind::RdpNegotiation | Kind::HttpHead => true,
            _ => false,
        }
}

/// Whether two addresses stand in one network, as far as addresses tell.
pub(in crate::probe) fn mates(a: IpAddr, b: IpAddr) -> bool {
    match (a, b) {
        (IpAddr::V4(a), IpAddr::V4(b)) => a.to_bits() >> 8 == b.to_bits() >> 8,
        (IpAddr::V6(a), IpAddr::V6(b)) => a.to_bits() >> 64 == b.to_bits() >> 64,
        _ => false,
    }
}
