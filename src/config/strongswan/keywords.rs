//! Keywords whose meaning is the same in both dialects, and those that say nothing about connections.

use crate::config::coverage::Because;
use crate::model::words::Authentication;

/// How an end proves who it is, by the beginning of the keyword.
const PROOFS: &[(&str, Authentication)] = &[
    ("psk", Authentication::PreSharedKey),
    ("secret", Authentication::PreSharedKey),
    ("eap-tls", Authentication::ClientCertificate),
    ("eap-ttls", Authentication::Password),
    ("eap-aka", Authentication::SmartCard),
    ("eap-sim", Authentication::SmartCard),
    ("eap", Authentication::Password),
    ("xauth", Authentication::Password),
    ("pubkey", Authentication::MachineCertificate),
    ("rsa", Authentication::MachineCertificate),
    ("ecdsa", Authentication::MachineCertificate),
    ("ed25519", Authentication::MachineCertificate),
    ("ed448", Authentication::MachineCertificate),
    ("bliss", Authentication::MachineCertificate),
    ("ike:", Authentication::MachineCertificate),
    ("any", Authentication::MachineCertificate),
    ("never", Authentication::None),
    ("null", Authentication::None),
];

/// How an end proves who it is.
pub(super) fn proof(word: &str) -> Option<Authentication> {
    let word = word.to_ascii_lowercase();
    PROOFS.iter().find(|(prefix, _)| word.starts_with(prefix)).map(|(_, meaning)| *meaning)
}

/// Whether a word says yes.
pub(super) fn yes(word: &str) -> Option<bool> {
    match word.to_ascii_lowercase().as_str() {
        "yes" | "true" | "enabled" | "1" | "on" => Some(true),
        "no" | "false" | "disabled" | "0" | "off" => Some(false),
        _ => None,
    }
}

/// Settings of `swanctl.conf` that say nothing about who talks to whom.
pub(super) const IDLE_SETTINGS: &[(&str, Because)] = &[
    ("rekey_time", Because::Housekeeping),
    ("reauth_time", Because::Housekeeping),
    ("over_time", Because::Housekeeping),
    ("rand_time", Because::Housekeeping),
    ("life_time", Because::Housekeeping),
    ("rekey_bytes", Because::Housekeeping),
    ("life_bytes", Because::Housekeeping),
    ("rand_bytes", Because::Housekeeping),
    ("rekey_packets", Because::Housekeeping),
    ("life_packets", Because::Housekeeping),
    ("rand_packets", Because::Housekeeping),
    ("dpd_delay", Because::Housekeeping),
    ("dpd_timeout", Because::Housekeeping),
    ("dpd_action", Because::Housekeeping),
    ("close_action", Because::Housekeeping),
    ("inactivity", Because::Housekeeping),
    ("keyingtries", Because::Housekeeping),
    ("unique", Because::Housekeeping),
    ("reqid", Because::Housekeeping),
    ("priority", Because::Housekeeping),
    ("mobike", Because::Housekeeping),
    ("pull", Because::Housekeeping),
    ("encap", Because::Housekeeping),
    ("send_certreq", Because::Housekeeping),
    ("send_cert", Because::Housekeeping),
    ("hostaccess", Because::Housekeeping),
    ("policies", Because::Housekeeping),
    ("policies_fwd_out", Because::Housekeeping),
    ("sha256_96", Because::Housekeeping),
    ("mark_in", Because::Housekeeping),
    ("mark_out", Because::Housekeeping),
    ("mark_in_sa", Because::Housekeeping),
    ("set_mark_in", Because::Housekeeping),
    ("set_mark_out", Because::Housekeeping),
    ("if_id_in", Because::Housekeeping),
    ("if_id_out", Because::Housekeeping),
    ("fragmentation", Because::Performance),
    ("dscp", Because::Performance),
    ("copy_df", Because::Performance),
    ("copy_ecn", Because::Performance),
    ("copy_dscp", Because::Performance),
    ("ipcomp", Because::Performance),
    ("tfc_padding", Because::Performance),
    ("replay_window", Because::Performance),
    ("hw_offload", Because::Performance),
    ("per_cpu_sas", Because::Performance),
    ("certs", Because::KeyMaterial),
    ("cacerts", Because::KeyMaterial),
    ("pubkeys", Because::KeyMaterial),
    ("handle", Because::KeyMaterial),
    ("file", Because::KeyMaterial),
    ("slot", Because::KeyMaterial),
    ("module", Because::KeyMaterial),
    ("revocation", Because::Housekeeping),
    ("round", Because::Housekeeping),
    ("eap_id", Because::Housekeeping),
    ("aaa_id", Because::Housekeeping),
    ("xauth_id", Because::Housekeeping),
    ("dns", Because::Resolver),
    ("nbns", Because::Resolver),
    ("ppk_id", Because::KeyMaterial),
    ("ca_id", Because::KeyMaterial),
    ("cacert", Because::KeyMaterial),
    ("crl_uris", Because::KeyMaterial),
    ("ocsp_uris", Because::KeyMaterial),
    ("cert_uri_base", Because::KeyMaterial),
];

/// Parameters of `ipsec.conf` that say nothing about who talks to whom. Those of an end stand
/// without `left` and `right`.
pub(super) const IDLE_PARAMETERS: &[(&str, Because)] = &[
    ("ikelifetime", Because::Housekeeping),
    ("keylife", Because::Housekeeping),
    ("lifetime", Because::Housekeeping),
    ("salifetime", Because::Housekeeping),
    ("lifebytes", Because::Housekeeping),
    ("lifepackets", Because::Housekeeping),
    ("rekeymargin", Because::Housekeeping),
    ("margintime", Because::Housekeeping),
    ("marginbytes", Because::Housekeeping),
    ("marginpackets", Because::Housekeeping),
    ("rekeyfuzz", Because::Housekeeping),
    ("rekey", Because::Housekeeping),
    ("reauth", Because::Housekeeping),
    ("keyingtries", Because::Housekeeping),
    ("dpdaction", Because::Housekeeping),
    ("dpddelay", Because::Housekeeping),
    ("dpdtimeout", Because::Housekeeping),
    ("closeaction", Because::Housekeeping),
    ("inactivity", Because::Housekeeping),
    ("mobike", Because::Housekeeping),
    ("forceencaps", Because::Housekeeping),
    ("encapsulation", Because::Housekeeping),
    ("installpolicy", Because::Housekeeping),
    ("modeconfig", Because::Housekeeping),
    ("reqid", Because::Housekeeping),
    ("xauth", Because::Housekeeping),
    ("mark", Because::Housekeeping),
    ("mark_in", Because::Housekeeping),
    ("mark_out", Because::Housekeeping),
    ("pfs", Because::Housekeeping),
    ("initial-contact", Because::Housekeeping),
    ("initial_contact", Because::Housekeeping),
    ("eap_identity", Because::Housekeeping),
    ("aaa_identity", Because::Housekeeping),
    ("xauth_identity", Because::Housekeeping),
    ("compress", Because::Performance),
    ("fragmentation", Because::Performance),
    ("tfc", Because::Performance),
    ("mtu", Because::Performance),
    ("replay_window", Because::Performance),
    ("replay-window", Because::Performance),
    ("nexthop", Because::Housekeeping),
    ("firewall", Because::Housekeeping),
    ("hostaccess", Because::Housekeeping),
    ("sendcert", Because::Housekeeping),
    ("dns", Because::Resolver),
    ("cert", Because::KeyMaterial),
    ("cert2", Because::KeyMaterial),
    ("ca", Because::KeyMaterial),
    ("ca2", Because::KeyMaterial),
    ("rsasigkey", Because::KeyMaterial),
    ("rsasigkey2", Because::KeyMaterial),
    ("sigkey", Because::KeyMaterial),
    ("cacert", Because::KeyMaterial),
    ("crluri", Because::KeyMaterial),
    ("crluri1", Because::KeyMaterial),
    ("crluri2", Because::KeyMaterial),
    ("ocspuri", Because::KeyMaterial),
    ("ocspuri1", Because::KeyMaterial),
    ("ocspuri2", Because::KeyMaterial),
    ("certuribase", Because::KeyMaterial),
    ("ldaphost", Because::KeyMaterial),
    ("ldapbase", Because::KeyMaterial),
];

/// Parameters of `config setup` that say nothing about connections.
pub(super) const IDLE_SETUP: &[(&str, Because)] = &[
    ("charondebug", Because::Logging),
    ("plutodebug", Because::Logging),
    ("klipsdebug", Because::Logging),
    ("logfile", Because::Logging),
    ("logtime", Because::Logging),
    ("plutostderrlog", Because::Logging),
    ("uniqueids", Because::Housekeeping),
    ("strictcrlpolicy", Because::Housekeeping),
    ("crlcheckinterval", Because::Housekeeping),
    ("cachecrls", Because::Housekeeping),
    ("nat_traversal", Because::Housekeeping),
    ("virtual_private", Because::Housekeeping),
    ("virtual-private", Because::Housekeeping),
    ("protostack", Because::Housekeeping),
    ("interfaces", Because::Housekeeping),
    ("plutostart", Because::Housekeeping),
    ("dumpdir", Because::Housekeeping),
    ("keep_alive", Because::Housekeeping),
    ("nhelpers", Because::Performance),
    ("overridemtu", Because::Performance),
];

/// Looks a key up.
pub(super) fn idle(table: &[(&str, Because)], key: &str) -> Option<Because> {
    table.iter().find(|(known, _)| *known == key).map(|(_, why)| *why)
}

/// Whether a script is the one that comes with strongSwan and does nothing of its own.
pub(super) fn is_stock_script(command: &str) -> bool {
    let program = command.split_whitespace().next().unwrap_or_default();
    matches!(program.rsplit('/').next(), Some("_updown" | "_updown_espmark"))
        || command == "ipsec _updown"
}
