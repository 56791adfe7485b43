//! Flows that are known by their company. The data of tinc goes over UDP, enciphered from its first
//! byte, between the same two ends and at the same port as the connection over TCP in which they say
//! what they speak (its manual, `Port`).

use super::Observer;
use super::flow::{Flow, Key};
use super::note::UDP;
use crate::wire::words::{Detail, Speech, Spoken};
use std::collections::BTreeSet;

/// Two ends, in which context.
fn pair(key: Key) -> (u32, u32, bool, u32) {
    (key.end(false).0, key.end(true).0, key.is_v6(), key.context())
}

impl Observer {
    /// Names what says nothing itself.
    pub(super) fn know_by_company(&mut self) {
        let is_tinc = |it: &Vec<Speech>| it.iter().any(|it| it.spoken == Spoken::Tinc);
        if !self.sayings.items().iter().any(is_tinc) {
            return;
        }
        let speaks = |flow: &&Flow| {
            let said = flow.said.checked_sub(1).and_then(|it| self.sayings.get(it));
            said.is_some_and(is_tinc)
        };
        let known: BTreeSet<_> = self
            .table
            .flows()
            .filter(speaks)
            .map(|flow| (pair(flow.key), flow.key.end(!self.initiator(flow).0).1))
            .collect();
        let silent = |flow: &Flow| {
            let is_near = |second| known.contains(&(pair(flow.key), flow.key.end(second).1));
            flow.key.protocol() == UDP && flow.said == 0 && (is_near(false) || is_near(true))
        };
        let flows = (0..).zip(self.table.flows());
        let found: Vec<u32> =
            flows.filter(|(_, it)| silent(it)).map(|(number, _)| number).collect();
        for number in found {
            let speech = Speech::of(Spoken::Tinc).with(Detail::Mode, "UDP");
            self.said(number, vec![speech]);
        }
    }
}
