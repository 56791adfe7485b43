//! OpenVPN: who is a server, who calls whom, and what nobody may overlook.

use super::read_as;
use sekisho::model::device::{DeviceConfig, Remote};
use sekisho::model::words::Authentication;

fn config(text: &str) -> DeviceConfig {
    read_as("openvpn", text).1.config
}

const SERVER: &str =
    "dev tun\nserver 10.8.0.0 255.255.255.0\nca ca.crt\npersist-tun\npersist-key\n";

#[test]
fn a_server_listens_where_its_port_says() {
    for (lines, service) in [
        ("", "1194/udp"),
        ("port 443\nproto tcp-server\n", "443/tcp"),
        ("lport 5000\nproto udp6\n", "5000/udp"),
    ] {
        let config = config(&format!("{SERVER}{lines}"));
        assert_eq!(config.remote_access[0].services[0].to_string(), service);
        assert!(config.tunnels.is_empty());
    }
}

#[test]
fn what_clients_must_prove() {
    use Authentication::{ClientCertificate, None, Otp, Password};
    for (lines, expected) in [
        ("", vec![ClientCertificate]),
        ("plugin /usr/lib/openvpn-plugin-auth-pam.so login\n", vec![ClientCertificate, Password]),
        ("auth-user-pass-verify check via-file\nverify-client-cert none\n", vec![Password]),
        ("plugin openvpn-otp.so\nclient-cert-not-required\n", vec![Otp]),
        ("verify-client-cert none\n", vec![None]),
        // Who may have a certificate need not.
        ("verify-client-cert optional\n", vec![]),
    ] {
        let config = config(&format!("{SERVER}cert server.crt\n{lines}"));
        assert_eq!(config.remote_access[0].authentication, expected, "{lines}");
    }
}

#[test]
fn a_server_of_frames_says_so() {
    let config = config(&SERVER.replace("dev tun", "dev tap3"));
    assert!(config.tunnels[0].layer2);
    assert_eq!(config.tunnels[0].remote.value, Remote::Any);
}

#[test]
fn every_remote_is_a_tunnel_that_this_side_opens() {
    let config = config(
        "client\ndev tun\nremote a.example.com\nremote 192.0.2.4 443 tcp\nnobind\npersist-tun\n",
    );
    let ends: Vec<_> = config.tunnels.iter().map(|it| (&it.remote.value, it.initiates)).collect();
    assert_eq!(
        ends,
        [
            (&Remote::Name("a.example.com".to_owned()), Some(true)),
            (&Remote::Address("192.0.2.4".parse().unwrap()), Some(true)),
        ]
    );
}

#[test]
fn a_link_that_waits_opens_nothing() {
    let text = "dev tun\nifconfig 10.9.0.1 10.9.0.2\nsecret static.key\npersist-tun\n";
    let config_of = |more: &str| config(&format!("{text}{more}")).tunnels[0].clone();
    assert_eq!(config_of("").remote.value, Remote::Any);
    assert_eq!(config_of("").initiates, Some(false));
    assert_eq!(config_of("remote 192.0.2.4\n").initiates, Some(true));
    assert_eq!(config_of("remote 192.0.2.4\nproto tcp-server\n").initiates, Some(false));
}

#[test]
fn the_management_interface_is_one_of_the_device() {
    for (line, any) in [
        ("management 127.0.0.1 7505", false),
        ("management localhost 7505", false),
        ("management 0.0.0.0 7505 pw", true),
        ("management 203.0.113.4 7505", true),
    ] {
        let config = config(&format!("{SERVER}{line}\n"));
        assert_eq!(config.management[0].sources.is_any(), any, "{line}");
        assert_eq!(config.management[0].service.to_string(), "7505/tcp");
    }
    assert!(config(&format!("{SERVER}management /run/o.sock unix\n")).management.is_empty());
}

#[test]
fn weak_ciphers_stay_visible() {
    for (line, seen) in [
        ("cipher AES-256-GCM", false),
        ("data-ciphers AES-256-GCM:BF-CBC", true),
        ("cipher none", true),
        ("auth MD5", true),
        ("auth SHA512", false),
    ] {
        let (_, read) = read_as("openvpn", &format!("{SERVER}{line}\n"));
        assert_eq!(!read.coverage.unrecognized.is_empty(), seen, "{line}");
    }
}
