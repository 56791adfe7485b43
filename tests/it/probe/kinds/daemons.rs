//! Every kind against the programs that hospitals and vendors really run, behind two routers, of which
//! the first counts what is sent.
//!
//! A program that is not installed is told and left out; `SEKISHO_MUST_RUN_KERNEL=1` makes that fail.
#![cfg(target_os = "linux")]

use super::kernel::{build, counted, in_namespaces, is_inside};
use super::{asked_with, detail, tls};
use sekisho::evidence::probe::Means;
use sekisho::evidence::probe::credentials::{Credential, Credentials, Hash, Secret, User};
use sekisho::probe::{Answer, Kind, Outcome};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const TARGET: [u8; 4] = [198, 51, 100, 10];
/// What to wait for that comes.
const LONG: Duration = Duration::from_secs(3);
/// What to wait for that never comes.
const SHORT: Duration = Duration::from_millis(500);
/// How long a program may take to begin.
const BEGIN: Duration = Duration::from_secs(15);

#[test]
fn real_programs_are_told_for_what_they_are_and_get_no_packet_too_many() {
    in_namespaces("daemons::inside");
}

/// A program in the namespace of the target; it ends with this value.
struct Daemon(Child);

impl Drop for Daemon {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Where a program is; a loud word where it is not.
fn find(name: &str) -> Option<String> {
    let path = std::env::var("PATH").unwrap_or_default() + ":/usr/sbin:/sbin";
    let found = path.split(':').map(|it| Path::new(it).join(name)).find(|it| it.is_file());
    if found.is_none() {
        let must = std::env::var_os("SEKISHO_MUST_RUN_KERNEL").is_some();
        assert!(!must, "{name} is not installed");
        eprintln!("SKIPPED: {name} was not asked: it is not installed");
    }
    found.map(|it| it.display().to_string())
}

fn start(folder: &Path, program: &str, arguments: &[&str]) -> Daemon {
    let log = std::fs::File::create(folder.join("log")).unwrap();
    let child = Command::new("ip")
        .args(["netns", "exec", "target", program])
        .args(arguments)
        .current_dir(folder)
        .env("SNMP_PERSISTENT_DIR", folder)
        .env("STRONGSWAN_CONF", folder.join("strongswan.conf"))
        .stdin(Stdio::null())
        .stdout(log.try_clone().unwrap())
        .stderr(log)
        .spawn();
    Daemon(child.unwrap())
}

/// Asks until it is answered, then once more, counted.
fn asked(folder: &Path, means: &Means, kind: Kind, port: u16) -> (Answer, u64) {
    let to = SocketAddr::from((TARGET, port));
    let since = Instant::now();
    while asked_with(means, kind, to, SHORT).outcome != Outcome::Open {
        let log = std::fs::read_to_string(folder.join("log")).unwrap_or_default();
        assert!(since.elapsed() < BEGIN, "{kind:?} {port} is not answered: {log}");
        std::thread::sleep(Duration::from_millis(100));
    }
    counted();
    let answer = asked_with(means, kind, to, LONG);
    assert_eq!(answer.outcome, Outcome::Open, "{kind:?} {port}");
    let counted = counted();
    let of = |name: &str| counted.iter().find(|it| it.0 == name).map_or(0, |it| it.1);
    assert_eq!((of("resets"), of("others"), of("echoes")), (0, 0, 0), "{kind:?} {counted:?}");
    assert!(of("syns") + of("datagrams") <= u64::from(kind.most()), "{kind:?} {counted:?}");
    (answer, of("syns") + of("datagrams"))
}

fn has(answer: &Answer, key: &str) -> Vec<String> {
    answer.details.get(key).into_iter().flatten().cloned().collect()
}

#[test]
#[ignore = "run by the test above, in namespaces of its own"]
fn inside() {
    if !is_inside() {
        return;
    }
    build();
    let means = Means::open(&[Kind::TcpSyn]).unwrap();
    let folder = tempfile::tempdir().unwrap();
    for (name, ask) in [
        ("nginx", nginx as fn(&Path, &str, &Means)),
        ("sshd", sshd),
        ("snmpd", snmpd),
        ("dnsmasq", dnsmasq),
        ("chronyd", chronyd),
        ("openvpn", openvpn),
        ("charon-systemd", charon),
    ] {
        let Some(program) = find(name) else { continue };
        let folder = folder.path().join(name);
        std::fs::create_dir(&folder).unwrap();
        ask(&folder, &program, &means);
    }
}

fn write(folder: &Path, name: &str, text: &str) -> String {
    let path = folder.join(name);
    std::fs::write(&path, text.replace("FOLDER", folder.to_str().unwrap())).unwrap();
    path.display().to_string()
}

/// Certificate and key of the tests, as files.
fn certificate(folder: &Path) {
    let (certificate, key) = tls::expired_pem();
    write(folder, "cert.pem", &certificate);
    write(folder, "key.pem", &key);
}

fn nginx(folder: &Path, program: &str, means: &Means) {
    certificate(folder);
    let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .map(|it| format!("{it}_temp_path FOLDER/{it};"))
        .concat();
    let text = "user root; daemon off; pid FOLDER/pid; error_log stderr; events {}
        http { access_log off; TEMPORARY ssl_certificate FOLDER/cert.pem; ssl_certificate_key FOLDER/key.pem;
        server { listen 80; return 302 https://portal.example/start; }
        server { listen 443 ssl; ssl_protocols TLSv1.2 TLSv1.3; return 204; }
        server { listen 444 ssl; ssl_protocols TLSv1 TLSv1.1 TLSv1.2; ssl_ciphers DEFAULT:@SECLEVEL=0;
            ssl_verify_client on; ssl_client_certificate FOLDER/cert.pem; return 204; } }";
    let path = write(folder, "conf", &text.replace("TEMPORARY", &temporary));
    let _nginx =
        start(folder, program, &["-e", "stderr", "-p", folder.to_str().unwrap(), "-c", &path]);
    let (answer, connections) = asked(folder, means, Kind::HttpHead, 80);
    assert_eq!((detail(&answer, "status"), connections), ("302", 1));
    assert!(detail(&answer, "server").starts_with("nginx"));
    assert_eq!(detail(&answer, "redirect-host"), "portal.example");
    let (answer, connections) = asked(folder, means, Kind::TlsHandshake, 443);
    assert_eq!(has(&answer, "version"), ["TLS 1.2", "TLS 1.3"]);
    assert_eq!(has(&answer, "version-refused"), ["TLS 1.0", "TLS 1.1"]);
    assert_eq!(detail(&answer, "certificate-not-after"), "2024-03-04");
    assert_eq!((detail(&answer, "client-certificate"), connections), ("not-requested", 4));
    let (answer, _) = asked(folder, means, Kind::TlsHandshake, 444);
    assert_eq!(has(&answer, "version"), ["TLS 1.0", "TLS 1.1", "TLS 1.2"]);
    assert_eq!(has(&answer, "version-refused"), ["TLS 1.3"]);
    assert_eq!(detail(&answer, "client-certificate"), "requested");
}

fn sshd(folder: &Path, program: &str, means: &Means) {
    let key = folder.join("key").display().to_string();
    let made =
        Command::new("ssh-keygen").args(["-q", "-t", "ed25519", "-N", "", "-f", &key]).status();
    assert!(made.unwrap().success());
    std::fs::create_dir_all("/run/sshd").unwrap();
    let path = write(folder, "conf", "HostKey FOLDER/key\nUsePAM no\nPidFile none\n");
    let _sshd = start(folder, program, &["-D", "-e", "-f", &path]);
    let (answer, connections) = asked(folder, means, Kind::SshBanner, 22);
    assert!(detail(&answer, "software").starts_with("OpenSSH_"), "{answer:?}");
    assert_eq!((detail(&answer, "version"), connections), ("2.0", 1));
    let (answer, _) = asked(folder, means, Kind::TlsHandshake, 22);
    assert_eq!(detail(&answer, "tls"), "no");
}

fn user(name: &str, hash: Option<Hash>, password: &str, privacy: bool) -> Credential {
    Credential::User(User {
        name: name.to_owned(),
        authentication: hash.map(|it| (it, Secret::new(password))),
        privacy: privacy.then(|| Secret::new("private-words")),
    })
}

fn snmpd(folder: &Path, program: &str, _: &Means) {
    let text = "rocommunity hush\nsysName core-1\n\
        createUser one SHA \"signing-words\" AES \"private-words\"\nrouser one priv\n\
        createUser two SHA-256 \"signing-words\" AES \"private-words\"\nrouser two priv\n\
        createUser three SHA-256 \"signing-words\"\nrouser three auth\n\
        createUser four\nrouser four noauth\n";
    let path = write(folder, "conf", text);
    let _snmpd = start(folder, program, &["-f", "-Lo", "-C", "-c", &path, "udp:198.51.100.10:161"]);
    let means =
        |credential| Means::open(&[]).unwrap().with_credentials(Credentials::all(credential));
    let community = || Credential::Community(Secret::new("hush"));
    let (answer, datagrams) = asked(folder, &means(community()), Kind::SnmpDiscovery, 161);
    assert_eq!((detail(&answer, "enterprise"), datagrams), ("8072", 1));
    let right = "signing-words";
    for credential in [
        community(),
        user("one", Some(Hash::Sha1), right, true),
        user("two", Some(Hash::Sha256), right, true),
        user("three", Some(Hash::Sha256), right, false),
        user("four", None, "", false),
    ] {
        let (answer, _) = asked(folder, &means(credential.clone()), Kind::SnmpRead, 161);
        assert_eq!(detail(&answer, "system-name"), "core-1", "{credential:?} {answer:?}");
        assert!(
            has(&answer, "interface")
                .iter()
                .any(|it| it.contains(" eth0 up 02:") || it.contains(" eth0 up ")),
            "{answer:?}"
        );
        assert!(
            has(&answer, "route").iter().any(|it| it.starts_with("0.0.0.0/0 via 198.51.100.254")),
            "{answer:?}"
        );
        assert!(
            has(&answer, "arp").iter().any(|it| it.starts_with("198.51.100.254 ")),
            "{answer:?}"
        );
    }
    for (credential, why) in [
        (user("two", Some(Hash::Sha256), "other-words", true), "wrong digest"),
        (user("nobody", Some(Hash::Sha256), right, true), "unknown user"),
        (user("four", Some(Hash::Sha256), right, false), "security level not supported"),
    ] {
        let (answer, _) = asked(folder, &means(credential), Kind::SnmpRead, 161);
        assert_eq!(detail(&answer, "access"), why);
    }
}

fn dnsmasq(folder: &Path, program: &str, means: &Means) {
    let arguments =
        ["-d", "-C", "/dev/null", "--no-resolv", "--no-hosts", "--user=root", "--pid-file"];
    let _dnsmasq = start(folder, program, &arguments);
    let (answer, datagrams) = asked(folder, means, Kind::Dns, 53);
    assert_eq!((detail(&answer, "code"), datagrams), ("REFUSED", 1));
}

fn chronyd(folder: &Path, program: &str, means: &Means) {
    let text = "local stratum 8\nallow all\npidfile FOLDER/pid\nbindcmdaddress /\ncmdport 0\n";
    let path = write(folder, "conf", text);
    let _chronyd = start(folder, program, &["-d", "-x", "-u", "root", "-f", &path]);
    let (answer, datagrams) = asked(folder, means, Kind::Ntp, 123);
    assert_eq!((detail(&answer, "version"), datagrams), ("NTPv4", 1));
}

fn openvpn(folder: &Path, program: &str, means: &Means) {
    certificate(folder);
    let arguments = ["--genkey", "secret", "ta.key"];
    let made = Command::new(program).args(arguments).current_dir(folder).output();
    assert!(made.unwrap().status.success());
    let usual = [
        "--dev",
        "null",
        "--tls-server",
        "--proto",
        "udp",
        "--ca",
        "cert.pem",
        "--cert",
        "cert.pem",
        "--key",
        "key.pem",
        "--dh",
        "none",
        "--cipher",
        "AES-256-GCM",
        "--local",
        "198.51.100.10",
        "--port",
    ];
    let _open = start(folder, program, &[&usual[..], &["1194"]].concat());
    let (answer, datagrams) = asked(folder, means, Kind::OpenVpnReset, 1194);
    assert_eq!((detail(&answer, "mode"), datagrams), ("TLS without tls-auth", 1));
    let _guarded =
        start(folder, program, &[&usual[..], &["1195", "--tls-auth", "ta.key", "0"]].concat());
    // Who does not hold its key cannot tell it from a closed line; but it is there when asked otherwise.
    let to = SocketAddr::from((TARGET, 1195));
    let since = Instant::now();
    loop {
        let answer = asked_with(means, Kind::OpenVpnReset, to, SHORT);
        if answer.outcome == Outcome::Silent {
            break;
        }
        assert!(since.elapsed() < BEGIN, "{answer:?}");
        std::thread::sleep(Duration::from_millis(100));
    }
}

fn charon(folder: &Path, program: &str, means: &Means) {
    write(
        folder,
        "strongswan.conf",
        "charon-systemd {
        dos_protection = no
        load = random nonce openssl hmac kdf kernel-netlink socket-default vici
        plugins { vici { socket = unix://FOLDER/vici } }
    }\n",
    );
    let path = write(
        folder,
        "swanctl.conf",
        "connections { vendor {
        version = 2\n local_addrs = 198.51.100.10\n proposals = aes256-sha256-GROUP\n
        local { auth = psk }\n remote { auth = psk } } }\n",
    );
    let _charon = start(folder, program, &[]);
    let (answer, datagrams) = asked(folder, means, Kind::IkeInit, 500);
    assert_eq!((detail(&answer, "version"), datagrams), ("IKEv2", 1));
    assert!(has(&answer, "message").contains(&"NO_PROPOSAL_CHOSEN".to_owned()), "{answer:?}");
    let Some(swanctl) = find("swanctl") else { return };
    let text = std::fs::read_to_string(&path).unwrap();
    for (group, words) in [("ecp256", "ECP-256"), ("modp2048", "INVALID_KE_PAYLOAD")] {
        std::fs::write(&path, text.replace("GROUP", group)).unwrap();
        let socket = format!("unix://{}", folder.join("vici").display());
        let mut load = Command::new(&swanctl);
        load.args(["--load-conns", "--uri", &socket, "--file", &path]).stdout(Stdio::null());
        assert!(load.status().unwrap().success());
        for port in [500, 4500] {
            let (answer, _) = asked(folder, means, Kind::IkeInit, port);
            let all = answer.details.values().flatten().cloned().collect::<Vec<_>>().join(" ");
            assert!(all.contains(words), "{group} {port} {answer:?}");
        }
    }
}
