//! What a proof of isolation (分離確認書) says, as data: every sentence in both languages, nothing
//! that has to be looked up elsewhere. Paper, page and file are all made from it.

use crate::locale::Text;
use crate::model::words::Verdict;
use crate::model::{Date, EntityRef, vocabulary};
use crate::probe::{Expectation, Kind, Limits, Outcome};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::net::IpAddr;

/// The version of the shape. Additions keep it; anything else raises it.
pub const SCHEMA: u32 = 1;

vocabulary! {
    /// How configuration and packets stand to each other, and to the declaration; worst first.
    Standing("突合せ", "comparison") {
        Contradicted = "contradicted" ("設定では届かないはずが届いた", "isolated by the configuration, and packets arrive"),
        Beyond = "beyond" ("許可を超えて届く", "arrives beyond the declaration"),
        Lost = "lost" ("届くはずが届かない", "should arrive, and does not"),
        Undetermined = "undetermined" ("判定できない", "undetermined"),
        ConfigurationOnly = "configuration-only" ("設定だけの判断（疎通確認なし）", "by the configuration alone; not probed"),
        PacketsOnly = "packets-only" ("疎通確認だけの判断（設定からは分からない）", "by packets alone; the configuration does not tell"),
        Agrees = "agrees" ("一致", "both agree"),
    }
}

vocabulary! {
    /// For whom the tester works, seen from the line that was tested.
    Independence("実施者の独立性", "independence of the tester") {
        ThirdParty = "third-party" ("第三者（病院にも接続先にも属さない）", "a third party, of neither side"),
        Hospital = "hospital" ("病院（接続先の事業者から独立）", "the hospital, independent of the party tested"),
        UnderTest = "party-under-test" ("接続先の事業者自身（独立していない）", "the party tested itself: not independent"),
    }
}

/// A proof of isolation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Paper {
    /// The version of the shape: [`SCHEMA`] when it was written.
    pub schema: u32,
    /// What made it: `sekisho 0.1.0`.
    pub tool: String,
    /// The day that was judged.
    pub as_of: Date,
    /// The hospital or clinic.
    pub hospital: Option<String>,
    /// The revision of the inventory.
    pub revision: Option<String>,
    /// The connection that was tested.
    pub line: Line,
    /// What follows from everything below.
    pub verdict: Verdict,
    /// Why, the most important first.
    pub because: Vec<Text>,
    /// When a new proof is due at the latest.
    pub due: Date,
    /// What makes a new proof due before that.
    pub triggers: Vec<Text>,
    /// How it was tested.
    pub method: Vec<Text>,
    /// Who tested, when, from where, by what permission.
    pub runs: Vec<Run>,
    /// What configuration and packets say, tuple by tuple: differences first.
    pub rows: Vec<Row>,
    /// What is taken for granted.
    pub assumptions: Vec<Assumed>,
    /// What nobody looked at.
    pub not_looked: Vec<NotLooked>,
    /// Who answers for which half.
    pub demarcation: Demarcation,
    /// From what it was made.
    pub sources: Vec<Source>,
    /// For whom names and addresses of others were replaced; none for the original.
    pub view: Option<ViewFor>,
}

/// The offset of the clocks of Japan, by which days are counted and moments are shown.
pub const JAPAN: jiff::tz::TimeZone = jiff::tz::TimeZone::fixed(jiff::tz::offset(9));

/// A thing with its name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Named {
    /// The thing.
    pub thing: EntityRef,
    /// What people call it.
    pub name: String,
}

/// The connection that was tested, as it is declared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Line {
    /// Which.
    pub connection: Named,
    /// Its number on drawings and lists.
    pub number: u32,
    /// Who is at its other end.
    pub party: Named,
    /// What for.
    pub purpose: Text,
    /// How it is carried.
    pub transport: Text,
    /// Over which circuit.
    pub circuit: Option<Named>,
    /// The number of the circuit.
    pub circuit_id: Option<String>,
    /// Where it comes in.
    pub entry: Option<Named>,
    /// What it passes behind that.
    pub through: Vec<Named>,
    /// What it may reach.
    pub permitted: Vec<Permitted>,
}

/// One declared permission.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Permitted {
    /// The addresses from which.
    pub from: Option<Text>,
    /// The end, by name.
    pub to: Text,
    /// The services; none for all.
    pub services: Vec<String>,
    /// The relay it must come through.
    pub via: Option<Named>,
    /// Whether the hospital opens the sessions.
    pub outbound: bool,
}

/// One run of probes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Run {
    /// SHA-256 of the scope (確認範囲指定書), in hexadecimal.
    pub scope: String,
    /// SHA-256 of the plan, in hexadecimal.
    pub plan: String,
    /// Who approved the scope.
    pub approver: String,
    /// By which telephone the approver is reached, when the scope was at hand.
    pub telephone: Option<String>,
    /// Who ran it.
    pub tester: String,
    /// For whom the tester works; the hospital when absent.
    pub party: Option<Named>,
    /// Whether that is one of the two sides.
    pub independence: Independence,
    /// The machine.
    pub host: String,
    /// The addresses that it asked from.
    pub addresses: Vec<IpAddr>,
    /// How slowly.
    pub limits: Limits,
    /// When it began.
    pub started: Timestamp,
    /// When it ended; none when it never came to its end.
    pub ended: Option<Timestamp>,
    /// How many questions the plan has.
    pub questions: u32,
    /// How many of them were answered or found silent.
    pub answered: u32,
    /// Who was not asked any more, and why.
    pub stopped: Vec<Stopped>,
}

/// A host that was not asked any more, or the whole run.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stopped {
    /// The host; the whole run when absent.
    pub host: Option<IpAddr>,
    /// Why.
    pub why: Text,
}

/// What is known of one tuple.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    /// What it is about.
    pub to: Named,
    /// The address, or the ranges of a tuple that only the configuration speaks of.
    pub addresses: Vec<String>,
    /// The service of a tuple that was probed; else everything that the configuration speaks of.
    pub service: Text,
    /// Whether the declaration permits it.
    pub declared: bool,
    /// What the plan expected.
    pub expected: Option<Expectation>,
    /// What both sides together prove.
    pub verdict: Verdict,
    /// How they stand to each other.
    pub standing: Standing,
    /// What the configuration says.
    pub configuration: Option<Configured>,
    /// What packets say.
    pub packets: Option<Probed>,
}

/// What the configuration says of a tuple.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Configured {
    /// Reachable when it arrives whatever the unknown turns out to be; isolated when nothing is left
    /// that could let it.
    pub verdict: Verdict,
    /// Why.
    pub because: Text,
    /// The way of one packet: what decided at each hop.
    pub trace: Vec<Decided>,
}

/// What decided at one place of a way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Decided {
    /// Where.
    pub at: Text,
    /// The device or host, when it is one.
    pub thing: Option<EntityRef>,
    /// What happened.
    pub says: Text,
    /// File and line.
    pub place: Option<String>,
    /// What stands there.
    pub text: Option<String>,
}

/// What packets say of a tuple.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Probed {
    /// What they prove.
    pub verdict: Verdict,
    /// Why.
    pub because: Text,
    /// How it was asked.
    pub kind: Kind,
    /// What came back; none when it was never asked.
    pub outcome: Option<Outcome>,
    /// Who answered in its place.
    pub by: Option<IpAddr>,
    /// When it was asked.
    pub at: Option<Timestamp>,
    /// When the control answered that shows that the way was open.
    pub control: Option<Timestamp>,
}

/// One thing taken for granted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Assumed {
    /// Of which kind.
    pub kind: Text,
    /// What it is about.
    pub about: Option<Named>,
    /// In words.
    pub says: Text,
    /// File and line.
    pub place: Option<String>,
}

/// Something that nobody looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NotLooked {
    /// What.
    pub says: Text,
    /// Of which things.
    pub of: Vec<Named>,
}

/// Who answers for which half.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Demarcation {
    /// Where the boundary runs.
    pub boundary: Option<Text>,
    /// Duty by duty.
    pub duties: Vec<Duty>,
}

/// One duty.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Duty {
    /// What is to be done.
    pub duty: Text,
    /// By whom on the hospital's half; none when nobody says.
    pub inside: Option<Held>,
    /// By whom on the party's half.
    pub outside: Option<Held>,
}

/// Who holds a duty.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Held {
    /// What people call them.
    pub name: Text,
    /// The party, when it is one.
    pub party: Option<EntityRef>,
}

/// A file from which the proof was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// What it is.
    pub role: Text,
    /// Its name.
    pub name: String,
    /// SHA-256 of it, in hexadecimal; of a configuration with its secrets masked.
    pub sha256: String,
}

/// For whom a copy was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ViewFor {
    /// The party.
    pub party: Named,
    /// The digest of the original, by which the two are known to belong together.
    pub of: String,
}
