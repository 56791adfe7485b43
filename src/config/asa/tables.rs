//! Commands of the global mode: who reads them, or why nobody needs to.

use super::repr::Repr;
use super::{clients, management, nat, network, objects, old_nat, vpn};
use crate::config::coverage::Because;
use crate::config::ios::parse::{Command, Handler, Table, structural};
use crate::source::Spanned;

/// Objects, read before everything else.
pub(super) const GROUPS: &Table<Repr> = &[
    ("name", Handler::Line(objects::alias)),
    ("object network", Handler::Block(objects::network)),
    ("object-group network", Handler::Block(objects::network)),
    ("object service", Handler::Block(objects::service)),
    ("object-group service", Handler::Block(objects::service)),
    ("object-group protocol", Handler::Block(objects::service)),
    ("object-group icmp-type", Handler::Block(objects::service)),
    ("time-range", Handler::Block(objects::time_range)),
];

/// Commands of the global mode. Longer beginnings stand before shorter ones.
pub(super) const GLOBAL: &Table<Repr> = &[
    ("access-list", Handler::Line(network::access_list)),
    ("object", Handler::Block(objects::object)),
    ("object-group", Handler::Line(structural)),
    ("time-range", Handler::Line(structural)),
    ("interface", Handler::Block(network::interface)),
    ("access-group", Handler::Line(network::access_group)),
    ("name", Handler::Line(objects::alias)),
    ("nat", Handler::Line(nat::twice)),
    ("global", Handler::Line(old_nat::global)),
    ("static", Handler::Line(old_nat::fixed)),
    ("nat-control", Handler::Line(structural)),
    ("route", Handler::Line(network::route)),
    ("crypto", Handler::Block(vpn::crypto)),
    ("tunnel-group", Handler::Block(clients::tunnel_group)),
    ("webvpn", Handler::Block(clients::webvpn)),
    ("group-policy", Handler::Block(clients::group_policy)),
    ("hostname", Handler::Line(management::hostname)),
    ("ASA Version", Handler::Line(management::version)),
    ("PIX Version", Handler::Line(management::version)),
    ("ssh", Handler::Line(management::manager)),
    ("telnet", Handler::Line(management::manager)),
    ("http", Handler::Line(management::manager)),
    ("snmp-server", Handler::Line(management::snmp)),
    ("username", Handler::Line(management::user)),
    ("enable", Handler::Line(management::password)),
    ("passwd", Handler::Line(management::password)),
    ("ip local pool", Handler::Line(network::pool)),
    ("same-security-traffic", Handler::Line(network::same_level)),
    ("dhcpd address", Handler::Line(network::dhcpd)),
    ("dhcprelay server", Handler::Line(network::relay)),
    ("dhcpd", Handler::Ignored(Because::Housekeeping)),
    ("dhcprelay", Handler::Ignored(Because::Housekeeping)),
    ("sysopt connection permit-vpn", Handler::Line(clients::sysopt)),
    ("sysopt connection permit-ipsec", Handler::Line(clients::sysopt)),
    ("sysopt", Handler::Ignored(Because::Performance)),
    ("banner", Handler::Ignored(Because::Presentation)),
    ("names", Handler::Ignored(Because::Presentation)),
    ("pager", Handler::Ignored(Because::Presentation)),
    ("terminal", Handler::Ignored(Because::Presentation)),
    ("prompt", Handler::Ignored(Because::Presentation)),
    ("logging", Handler::Ignored(Because::Logging)),
    ("asdm", Handler::Ignored(Because::Logging)),
    ("flow-export", Handler::Ignored(Because::Logging)),
    ("sla", Handler::Ignored(Because::Logging)),
    ("track", Handler::Ignored(Because::Redundancy)),
    ("call-home", Handler::Ignored(Because::Logging)),
    ("ntp", Handler::Line(management::keyed)),
    ("clock", Handler::Ignored(Because::Clock)),
    ("mtu", Handler::Ignored(Because::Performance)),
    ("arp", Handler::Ignored(Because::Performance)),
    ("timeout", Handler::Ignored(Because::Performance)),
    ("threat-detection", Handler::Ignored(Because::Performance)),
    ("class-map", Handler::Ignored(Because::Performance)),
    ("policy-map", Handler::Ignored(Because::Performance)),
    ("service-policy", Handler::Ignored(Because::Performance)),
    ("failover", Handler::Line(management::keyed)),
    ("aaa-server", Handler::Block(management::aaa_server)),
    ("monitor-interface", Handler::Ignored(Because::Redundancy)),
    ("ftp", Handler::Ignored(Because::Housekeeping)),
    ("boot", Handler::Ignored(Because::Housekeeping)),
    ("aaa", Handler::Ignored(Because::Housekeeping)),
    ("user-identity", Handler::Ignored(Because::Housekeeping)),
    ("dynamic-access-policy-record", Handler::Ignored(Because::Housekeeping)),
    ("icmp", Handler::Ignored(Because::Housekeeping)),
    ("ssl", Handler::Ignored(Because::Housekeeping)),
    ("license", Handler::Ignored(Because::Housekeeping)),
    ("password-policy", Handler::Ignored(Because::Housekeeping)),
    ("quota", Handler::Ignored(Because::Housekeeping)),
    ("privilege", Handler::Ignored(Because::Housekeeping)),
    ("domain-name", Handler::Ignored(Because::Resolver)),
    ("dns", Handler::Ignored(Because::Resolver)),
    ("end", Handler::Line(structural)),
    ("exit", Handler::Line(structural)),
    ("quit", Handler::Line(structural)),
];

pub(super) fn spanned(command: &Command<'_>, at: usize) -> Spanned<String> {
    let word = command.word(at);
    Spanned::new(word.text.to_owned(), word.span)
}
