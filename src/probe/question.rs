//! One thing that is asked of the network.

use super::Kind;
use crate::model::{EntityRef, Service, vocabulary};
use serde::{Deserialize, Serialize};
use std::net::IpAddr;

vocabulary! {
    /// What the declaration says the answer must be.
    Expectation("想定", "expectation") {
        Answers = "must-answer" ("応答するはず", "must answer"),
        NoAnswer = "must-not-answer" ("届かないはず", "must not be reached"),
        Control = "control" ("対照（応答するはず）", "control (must answer)"),
    }
}

/// One question: an address, a port, a way to ask, and what the declaration expects. Everything a
/// run sends follows from its questions.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// Who is asked. A single address of a host, never of a group.
    pub to: IpAddr,
    /// At which port; 0 where the kind has none.
    pub port: u16,
    /// How.
    pub kind: Kind,
    /// What must come back if the declaration holds.
    pub expect: Expectation,
    /// The system, device or zone that is asked about.
    #[serde(with = "entity")]
    pub target: EntityRef,
}

impl Question {
    /// The service that is asked for.
    pub const fn service(&self) -> Option<Service> {
        self.kind.service(self.port)
    }
}

pub(super) mod entity {
    //! A thing as `systems/ehr-db`.

    use crate::model::EntityRef;
    use serde::{Deserialize as _, Deserializer, Serializer, de::Error as _};

    pub(in crate::probe) fn serialize<S: Serializer>(
        it: &EntityRef,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        to.collect_str(it)
    }

    pub(in crate::probe) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<EntityRef, D::Error> {
        String::deserialize(from)?.parse().map_err(D::Error::custom)
    }
}
