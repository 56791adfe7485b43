//! Exact sets of packets: source, destination, protocol, ports, ICMP type and state of the
//! connection, for IPv4 and IPv6.

mod cube;
mod cubes;
mod packet;
mod set;

pub use cube::Cube;
pub use packet::Packet;
pub use set::PacketSet;
