//! SNMP (RFC 3416, RFC 3412): reading a device whose credentials the user gives.

mod ber;
pub mod credentials;
pub(super) mod message;
mod usm;
