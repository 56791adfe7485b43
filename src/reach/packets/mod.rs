//! Exact sets of packets: source, destination, protocol, ports, ICMP type and state of the
//! connection, for IPv4 and IPv6.
//!
//! A set is kept as disjoint products ([`Cube`]): in every respect a [`crate::model::RangeSet`].
//! Union, intersection, difference, inclusion and equality are exact. Two sets are equal when they
//! hold the same packets, however they are cut. A condition on ports holds of no packet that has
//! none, one on ICMP types of ICMP only; so every packet, service and line of a filter means one set.
//!
//! # Why products, and how they are kept
//!
//! Chosen by measurement, with lists of lines where the first that speaks of a packet decides:
//! *grown* ones (hosts and networks inside, single ports; a party's packets meet four lines in ten)
//! and *tangled* ones (prefixes of every length, ranges of ports). The first trials were binary
//! decision diagrams on lists like the tangled ones, of 1,000 and 10,000 lines: 636 ms and more than 25 s line by
//! line, 74 ms and 1.15 s as a balanced tree. Products were then tried one step after the other
//! (two shared cores, optimised; a row is one run, so rows compare better than columns):
//!
//! | 1,000 lines | grown, a party | grown, all of IPv4 | tangled, all of IPv4 |
//! |---|---|---|---|
//! | a plain list of products, cut by protocol and port first | 211 ms | 3,659 ms | over 50 s |
//! | cut by protocol, destination, source, then ports | 82 ms | 653 ms | 416 ms |
//! | single ranges kept in place, more of them shared by copies | 27 ms | 238 ms | 81 ms |
//! | products in leaves by destination, joined where they differ in one respect only | 8 ms | 22 ms | 14 ms |
//!
//! With 10,000 lines the last row is 183, 574 and 182 ms; the plain list took 25.8 s for the first
//! of them even when cut in the better order. What each step does:
//!
//! - **Order of cutting.** What is most particular in a filter, the destination, is cut early, so
//!   that lines about other destinations do not meet the pieces. The protocol before it costs
//!   little, and keeps lines about TCP apart from all the rest. With 1,000 grown lines, all that is
//!   permitted is 1,456 products so, and 5,069 with ports before addresses.
//! - **Single ranges in place.** Nearly every respect of nearly every product is one range.
//! - **Leaves.** Up to 64 products with their hull; most are passed over. Neither 16,
//!   32, 128 nor 256 was faster in one trial on a busy machine. Copies share leaves, so that `left = left.difference(…)` copies what it changes.
//! - **Joining.** An overfull leaf first joins what differs in one respect only. With 10,000 grown
//!   lines that leaves 12,819 of 69,340 products.
//!
//! # The worst case
//!
//! Taking a product away cuts every product that it meets into seven at most, so n lines that all
//! overlap in all respects can make a number of products that grows as a power of n with the number
//! of respects. Joining holds that down for what people write, and promises nothing. Who asks for a
//! party's packets, and not for all packets, stays far from it.

mod cube;
mod cubes;
mod packet;
mod set;
mod words;

pub use cube::Cube;
pub use packet::Packet;
pub(in crate::reach) use packet::{CLIENT, FAMILIAR};
pub use set::PacketSet;
pub use words::{Spoken, Summary};
