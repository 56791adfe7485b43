//! What the answers prove: 分離確認済, 到達可能 or 判定不能 for every question, from journals alone.
//!
//! An open answer is a way. Everything else is only the absence of one, and absence is what broken
//! cables, dead hosts, loss, limiters of rates and one-way filters look like as well. So a negative
//! counts only beside a **positive control** on the same path in the same minute:
//!
//! | what came back | isolated when | why not otherwise |
//! |---|---|---|
//! | nothing | a **witness** listens at that port of that address, sees connections that are only half open, has never seen anything arrive there, and said so to a control after the last attempt ([`Reason::NotArrived`]) | a filter may let the question in and drop the answers of this port alone: it arrives, and acts |
//! | a device of the hospital on this line said that it is prohibited | it said so when asked alone ([`Reason::ToldByFilter`]): whoever says that dropped this packet | a limiter of rates may say the same of what is too much |
//! | the same from another address | never ([`Reason::ForeignVoice`]) | it may be a filter of the asker's own side, or the machine that was asked by another of its addresses |
//! | a refusal in the name of the host | never | it may be the host, a filter that speaks in its name, or a guard that lets the packet in and resets the connection, too soon for a witness to see |
//! | "no route", "no such host" | never | nobody said that a filter stands there |
//!
//! Both need the *same host* to have answered controls before and after, in order, every time, within
//! a minute, and a quiet time before the last attempt, so that a dead host, loss and limiters are
//! excluded by arithmetic ([`chance`]). A control at another host of the network shows neither that
//! this one is alive nor that no limiter of its own stands before it.
//!
//! A witness that was reached at another address than the one asked stands behind a translation:
//! the next port may be translated to somebody else, whom it does not see. What it says then proves
//! no isolation. What arrived at it is reachable, whatever came back.
//!
//! Taken for granted, and printed beside every "isolated": every path to the host that packets may
//! take filters alike (a balancer chooses by the sender's port); no device translates one port alone
//! of an address that otherwise reaches the witness as it is; no limiter counts what others send to
//! this port alone; the witness's own machine lets in what arrives.

pub(in crate::probe) mod chance;
mod ground;
mod host;
mod run;

pub use ground::Ground;

use super::journal::Answered;
use super::journal::{Journal, Watch};
use super::{Answer, Kind, Outcome, Question};
use crate::locale::Text;
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
        SilentBetweenControls = "silent-between-controls" ("前後の対照には応答があり、この問いにだけ応答がないため、接続は成立しません。ただし片道のパケットは届くかもしれません。立会い応答（sekisho probe witness）をこのアドレスに置けば判定できます", "silent, while the controls before and after were answered: no connection comes about, but packets may arrive one way; a witness at this address (sekisho probe witness) would settle it"),
        ToldByFilter = "told-by-filter" ("この接続の院内の機器が遮断を通知し、前後の対照には応答がありました（流量制限では説明できません）", "a device of the hospital on this line said that it is prohibited, and the controls before and after were answered: no limiter of rates explains it"),
        NotArrived = "not-arrived" ("待ち受けていた立会い応答に届かず、前後の対照には応答がありました（確認する端末の側では、このポートは止められていないものとしています）", "it did not arrive at the witness, which was listening, and the controls before and after were answered (taken for granted: that nothing on the tester's own side stops this port)"),
        ForeignVoice = "foreign-voice" ("遮断を通知した機器は、この接続の院内の機器（外部接続点の機器と through の機器）のアドレスにありません。接続先側の機器か、宛先自身が通知したかもしれません。院内の機器であれば台帳にそのアドレスを書き、そうでなければその機器の手前の遮断を外して確認し直してください", "the prohibition was not said from an address of a device of the hospital on this line (the entry and `through`): it may be a filter of the other side, or the target itself by another address. If it is the hospital's, declare that address; if not, ask again without that filter"),
        OwnMachine = "own-machine" ("確認する端末自身が送信を拒みました。端末のフィルタと経路を直して確認し直してください", "the tester's own machine refused to send it: mend its filter and routes, and ask again"),
        Uncounted = "uncounted" ("立会い応答の回数が、応答のあった対照の分だけ増えていません。立会い応答はこの経路を見ていないか、別のものが応答しています。宛先の端末で立会い応答を動かし直してください", "the count of the witness does not rise with the controls that were answered: it does not see this path, or somebody else answers; start the witness anew at the host that is asked"),
        NotPermitted = "source-not-permitted" ("許可された接続元（sources）にないアドレスから確認しています。許可されたアドレスから確認し直してください", "it was asked from an address that is not among the permitted `sources`; ask again from one that is"),
        AnsweredStranger = "answered-stranger" ("許可された接続元（sources）にないアドレスからの問いに応答しました", "it answered somebody whose address is not among the permitted `sources`"),
        Future = "from-the-future" ("記録の日付が基準日より1日以上後です。時計を確かめるか、--as-of で基準日を改めてください", "the journal is dated more than a day after the day that is judged; look at the clocks, or name a later day with --as-of"),
        Translated = "translated" ("立会い応答は別のアドレスで待ち受けています。途中の変換が、このポートを別の機器へ送るかもしれません", "the witness stands at another address: a translation on the way may send this port to another host"),
        Blind = "blind" ("立会い応答の端末では、成立前の接続が見えません（Linuxの端末で、SYN cookieを強制せず net.ipv4.tcp_syncookies=1 で待ち受けてください）", "the machine of the witness does not show half-open connections: let it stand on Linux, without forced SYN cookies (net.ipv4.tcp_syncookies=1)"),
        Strays = "strays" ("問いに合わない応答が返りました。何かに届いています", "answers came that fit no question: something is reached"),
        NotAsked = "not-asked" ("確認していません", "it was not asked"),
        NotSent = "not-sent" ("送信できませんでした", "it could not be sent"),
        NoControl = "no-control" ("前後1分以内に、同じ経路の対照の応答がありません", "no control on the same path was answered within a minute"),
        HostUnproved = "host-unproved" ("経路の対照には応答がありますが、この機器が動いているか分かりません。立会い応答を置くと判定できます", "the way to its network is open, but whether this host is alive is unknown; a witness there would tell"),
        Refused = "refused" ("拒否が返りました。機器まで届いているか、手前の機器が代わりに拒否しています", "refused in the name of the host: packets reach it, or a device before it speaks for it"),
        NoWay = "no-way" ("経路または機器がないと通知されました。遮断されている証拠にはなりません", "told that there is no route or host, which proves no filter"),
        Unsteady = "unsteady" ("応答が安定していません（欠落・遅れ）", "answers on this path are lost or late"),
        LossPossible = "loss-possible" ("欠落で説明できてしまいます（対照の回数が足りません。patience_ms と retries を既定に戻すか、1回の上限を上げて確認し直してください）", "loss could explain it: too few controls were answered; ask again with the default patience_ms and retries, and a budget that is not used up"),
        LimiterPossible = "limiter-possible" ("流量制限で説明できてしまいます", "a limiter of rates could explain it"),
        AnswersForAll = "answers-for-all" ("どのポートにも応答があり、途中の機器が代わりに応答している疑いがあります", "every port answers: a device on the way may answer for the host"),
        MuteService = "mute-service" ("TCP以外では、応答しないサービスと区別できません", "other than by TCP, silence cannot be told from a mute service"),
        StopsBefore = "stopped" ("途中で確認を止めました", "the run was stopped before"),
    }
}

impl Reason {
    /// Whether no connection comes about, and neither loss nor a limiter of rates explains it.
    /// Packets may arrive one way all the same, unless the verdict says "isolated".
    pub const fn excludes_a_connection(self) -> bool {
        matches!(self, Self::SilentBetweenControls | Self::ToldByFilter | Self::NotArrived)
    }

    /// Whether asking again in the same way would tell no more.
    pub(in crate::probe) const fn is_final(self) -> bool {
        let is_settled = matches!(self, Self::Answered | Self::Arrived | Self::MuteService)
            || matches!(self, Self::AnsweredStranger | Self::ForeignVoice | Self::NotPermitted);
        is_settled || self.excludes_a_connection()
    }

    /// Whether something came back that may be the host's own word.
    const fn is_a_voice(self) -> bool {
        matches!(self, Self::Refused | Self::AnswersForAll | Self::Strays)
    }
}

/// What every "isolated" takes for granted.
pub static ASSUMPTIONS: [Text; 6] = [
    Text::new(
        "応答がなかったポートは、確認する端末の側（接続先側の機器、途中の通信事業者）では止められていないものとしています。",
        "Nothing on the tester's own side (a filter of the other party, a carrier on the way) is taken to stop a port that was silent.",
    ),
    Text::new(
        "この確認自身を走査とみなし、以後の通信を一時的に止める機器（ポートスキャン対策）はないものとしています。",
        "No device is taken to see a port scan in this run itself and to stop for a while what follows (a port-scan guard).",
    ),
    Text::new(
        "同じ宛先への経路が複数あるときは、どの経路でも同じように遮断されるものとしています。",
        "Where several paths lead to a host, all of them are taken to filter alike.",
    ),
    Text::new(
        "立会い応答にそのまま届くアドレスの、特定のポートだけを別の機器へ送る変換はないものとしています。",
        "No device is taken to translate one port alone of an address that otherwise reaches the witness as it is.",
    ),
    Text::new(
        "他の利用者の通信まで数えて、そのポートだけを止める流量制限はないものとしています。",
        "No limiter is taken to count what others send to that port alone.",
    ),
    Text::new(
        "立会い応答の端末自身は、届いた通信を遮断しないものとしています。",
        "The witness's own machine is taken to let in what arrives.",
    ),
];

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
pub fn verdicts(runs: &[Journal], watches: &[Watch], ground: &Ground) -> Vec<Judged> {
    let mut all: Vec<Judged> = Vec::new();
    let mut places: BTreeMap<(EntityRef, Question), usize> = BTreeMap::new();
    for journal in runs.iter().filter(|it| !it.head.dry) {
        for judged in run::judge(journal, watches, ground) {
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
        let weight = |it: &Self| match it.verdict {
            Verdict::Reachable => 3,
            // Somebody spoke: whoever it was, an earlier isolation is in doubt.
            Verdict::Undetermined if it.reason.is_a_voice() => 2,
            Verdict::Isolated => 1,
            Verdict::Undetermined => 0,
        };
        let answers = std::mem::take(&mut self.answers);
        let further = other.answers.clone();
        if weight(&other) >= weight(self) {
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

/// Whether a device on the way said that a filter stands there: somebody else than the one asked.
pub(in crate::probe) fn told_on_the_way(question: &Question, answer: &Answer) -> bool {
    matches!(answer.outcome, Outcome::Filtered | Outcome::Refused)
        && answer.by.is_some_and(|by| by != question.to && !by.is_loopback())
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
