//! One network and what is true of it.

use super::run::{Dice, GATEWAYS};
use sekisho::probe::{Answer, Outcome};
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::time::Duration;

/// What a filter does with packets to one port of one host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Filter {
    Drop,
    /// Says so by ICMP, as the device at this address.
    Prohibit(IpAddr),
    /// Sends a reset in the name of the host.
    Reset,
    /// Lets the question in, and drops what the host answers from this port.
    Answers,
}

/// A host.
#[derive(Clone, Debug)]
pub struct SimHost {
    pub open: BTreeSet<u16>,
    /// One way, in microseconds.
    pub latency: u64,
    /// When it is not there.
    pub down: Vec<(Duration, Duration)>,
    /// From when on how many times slower.
    pub slows: Option<(Duration, u64)>,
    /// Packets arrive and answers do not come back.
    pub mute: bool,
    /// A witness stands here, listens at every port, and counts what arrives.
    pub witness: Option<BTreeMap<u16, u64>>,
    /// Its counters stand still.
    pub frozen: bool,
}

/// A token bucket.
#[derive(Clone, Debug)]
pub struct Limiter {
    pub rate: f64,
    pub burst: f64,
    /// One bucket for each host, or one for all.
    pub each_host: bool,
    /// Whether it stands before the filter, which drops what took a token.
    pub before_filter: bool,
    /// Says of what is too much that it is prohibited, as the device at this address.
    pub tells: Option<IpAddr>,
    pub level: BTreeMap<Option<IpAddr>, (f64, Duration)>,
}

impl Limiter {
    fn passes(&mut self, host: IpAddr, now: Duration) -> bool {
        let key = self.each_host.then_some(host);
        let (level, at) = self.level.entry(key).or_insert((self.burst, now));
        *level = (*level + (now.saturating_sub(*at)).as_secs_f64() * self.rate).min(self.burst);
        *at = now;
        let passes = *level >= 1.0;
        if passes {
            *level -= 1.0;
        }
        passes
    }
}

/// A middlebox that opens connections in the name of others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Middlebox {
    /// For every port.
    All,
    /// For what the filter lets pass.
    Permitted,
    /// For the ports that are known to be offered only: the others reach the host itself.
    Offered,
}

/// A network between the asker and some hosts.
#[derive(Clone, Debug, Default)]
pub struct Network {
    pub hosts: BTreeMap<IpAddr, SimHost>,
    pub filters: BTreeMap<(IpAddr, u16), Filter>,
    /// The share of packets that get lost, each way.
    pub loss: f64,
    /// Bad times, in which this share is lost as well.
    pub storms: Vec<(Duration, Duration, f64)>,
    pub limiter: Option<Limiter>,
    pub proxy: Option<Middlebox>,
    /// Addresses that are others' in truth.
    pub nat: BTreeMap<IpAddr, IpAddr>,
    /// Single ports of such addresses that are another host's again.
    pub forwards: BTreeMap<(IpAddr, u16), IpAddr>,
    /// The wall clock jumps by so many seconds at that time.
    pub jump: Option<(Duration, i64)>,
}

impl Network {
    /// Whether the hospital lets packets to this port arrive at the host. The truth.
    pub fn arrives(&self, to: IpAddr, port: u16) -> bool {
        match self.filters.get(&(to, port)) {
            None | Some(Filter::Answers) => true,
            // Others than the hospital's own gateway keep nothing out on its behalf.
            Some(Filter::Prohibit(by)) => !GATEWAYS.map(IpAddr::from).contains(by),
            Some(Filter::Drop | Filter::Reset) => false,
        }
    }

    fn lost(&self, at: Duration, dice: &mut Dice) -> bool {
        let storm = self.storms.iter().filter(|it| it.0 <= at && at < it.1).map(|it| it.2);
        storm.chain([self.loss]).any(|share| dice.share() < share)
    }

    /// What comes back to a TCP connect, and when.
    pub fn connect(
        &mut self,
        to: IpAddr,
        port: u16,
        now: Duration,
        patience: Duration,
        dice: &mut Dice,
    ) -> (Answer, Duration) {
        // The kernel repeats a SYN after one second (RFC 6298).
        for repeat in 0..3 {
            let at = now + Duration::from_secs(repeat);
            if at >= now + patience {
                break;
            }
            if let Some((mut answer, took)) = self.syn(to, port, at, dice) {
                let all = at + took - now;
                if all < patience {
                    answer.micros = Some(u64::try_from(all.as_micros()).unwrap());
                    return (answer, all);
                }
            }
        }
        (Answer::new(Outcome::Silent, 1), patience)
    }

    fn syn(
        &mut self,
        to: IpAddr,
        port: u16,
        at: Duration,
        dice: &mut Dice,
    ) -> Option<(Answer, Duration)> {
        if self.lost(at, dice) {
            return None;
        }
        let real = self.nat.get(&to).copied().unwrap_or(to);
        let real = self.forwards.get(&(to, port)).copied().unwrap_or(real);
        let near = Duration::from_micros(300);
        let told = |outcome, by| {
            let mut answer = Answer::new(outcome, 1);
            answer.by = by;
            Some((answer, near))
        };
        let early = self.limiter.as_ref().is_some_and(|it| it.before_filter);
        let tells = self.limiter.as_ref().and_then(|it| it.tells);
        let too_much = || tells.and_then(|it| told(Outcome::Filtered, Some(it)));
        if early && !self.limiter.as_mut().unwrap().passes(real, at) {
            return too_much().filter(|_| !self.lost(at, dice));
        }
        let filter = self.filters.get(&(to, port)).copied();
        let unsaid = matches!(filter, None | Some(Filter::Drop | Filter::Answers));
        if self.proxy == Some(Middlebox::All) && unsaid {
            // Its own connection to the host passes what stands behind it.
            if !early && self.limiter.as_mut().is_some_and(|it| !it.passes(real, at)) {
                let open = Answer::new(Outcome::Open, 1).saying("close", "unanswered");
                return Some((open, near));
            }
            return Some((self.proxied(real, port, at), near));
        }
        let back = match filter {
            Some(Filter::Drop) => None,
            Some(Filter::Prohibit(by)) => told(Outcome::Filtered, Some(by)),
            Some(Filter::Reset) => told(Outcome::Refused, None),
            None | Some(Filter::Answers)
                if !early && self.limiter.as_mut().is_some_and(|it| !it.passes(real, at)) =>
            {
                too_much()
            }
            Some(Filter::Answers) => self.arrive(real, port, at, dice).filter(|_| false),
            None => self.arrive(real, port, at, dice),
        };
        back.filter(|_| !self.lost(at, dice))
    }

    fn proxied(&mut self, real: IpAddr, port: u16, at: Duration) -> Answer {
        let host = self.hosts.get_mut(&real).filter(|it| it.open.contains(&port) && it.up(at));
        let there = host.as_ref().is_some_and(|it| !it.mute);
        // A proxy opens its own connection to the host, and hands on what it says.
        let greeting = host.and_then(|it| it.greet(real, port)).filter(|_| there);
        let close = if there { "in-order" } else { "unanswered" };
        let open = Answer::new(Outcome::Open, 1).saying("close", close);
        greeting.into_iter().fold(open, |open, it| open.saying("witness", it))
    }

    fn arrive(
        &mut self,
        real: IpAddr,
        port: u16,
        at: Duration,
        dice: &mut Dice,
    ) -> Option<(Answer, Duration)> {
        let host = self.hosts.get(&real)?;
        let offered = host.open.contains(&port);
        if self.proxy == Some(Middlebox::Permitted)
            || (self.proxy == Some(Middlebox::Offered) && offered)
        {
            return Some((self.proxied(real, port, at), Duration::from_micros(300)));
        }
        if !host.up(at) {
            return None;
        }
        let host = self.hosts.get_mut(&real)?;
        let greeting = host.greet(real, port);
        if host.mute {
            return None;
        }
        let factor = host.slows.filter(|it| at >= it.0).map_or(1, |it| it.1);
        let wobble = 0.9 + 0.2 * dice.share();
        let took = Duration::from_micros(host.latency * 2 * factor).mul_f64(wobble);
        let answer = match offered {
            true => {
                let open = Answer::new(Outcome::Open, 1).saying("close", "in-order");
                greeting.into_iter().fold(open, |open, it| open.saying("witness", it))
            }
            false => Answer::new(Outcome::Refused, 1),
        };
        Some((answer, took))
    }
}

impl SimHost {
    pub fn with(open: impl IntoIterator<Item = u16>) -> Self {
        Self {
            open: open.into_iter().collect(),
            latency: 400,
            down: Vec::new(),
            slows: None,
            mute: false,
            witness: None,
            frozen: false,
        }
    }

    /// With a witness at these ports instead of its own services.
    pub fn witnessed(ports: impl IntoIterator<Item = u16>) -> Self {
        let counts: BTreeMap<u16, u64> = ports.into_iter().map(|it| (it, 0)).collect();
        Self { witness: Some(counts.clone()), ..Self::with(counts.into_keys()) }
    }

    /// Counts what arrives, and says so.
    fn greet(&mut self, here: IpAddr, port: u16) -> Option<String> {
        let counts = self.witness.as_mut()?;
        *counts.get_mut(&port)? += u64::from(!self.frozen);
        let counts = counts.iter().map(|(port, count)| format!(" tcp/{port}={count}"));
        Some(format!("sekisho-witness s at={here} half-open{}", counts.collect::<String>()))
    }

    fn up(&self, at: Duration) -> bool {
        !self.down.iter().any(|it| it.0 <= at && at < it.1)
    }
}
