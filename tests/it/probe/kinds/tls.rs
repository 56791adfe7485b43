//! TLS hand-shakes with servers that rustls and rcgen make, and with hellos that are written here.

use super::{LONG, SHORT, asked, detail};
use rcgen::{CertificateParams, DnType, KeyPair, SanType};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, UnixTime};
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::{DigitallySignedStruct, ServerConfig, ServerConnection, SignatureScheme};
use sekisho::probe::{Answer, Kind, Outcome};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeSet;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;

/// A certificate that has been invalid for years, with names of documentation.
fn made() -> (rcgen::Certificate, KeyPair) {
    let mut parameters = CertificateParams::new(vec!["portal.example".to_owned()]).unwrap();
    parameters.subject_alt_names.push(SanType::IpAddress([192, 0, 2, 7].into()));
    parameters.distinguished_name.push(DnType::CommonName, "SSL-VPN \u{1b}[31mportal");
    parameters.not_before = rcgen::date_time_ymd(2023, 1, 2);
    parameters.not_after = rcgen::date_time_ymd(2024, 3, 4);
    let key = KeyPair::generate().unwrap();
    (parameters.self_signed(&key).unwrap(), key)
}

fn expired() -> (CertificateDer<'static>, PrivateKeyDer<'static>) {
    let (certificate, key) = made();
    (certificate.der().clone(), PrivateKeyDer::try_from(key.serialize_der()).unwrap())
}

/// The same with its key, as files are written.
#[cfg(target_os = "linux")]
pub(in crate::probe) fn expired_pem() -> (String, String) {
    let (certificate, key) = made();
    (certificate.pem(), key.serialize_pem())
}

/// Asks for a certificate of anybody.
#[derive(Debug)]
struct Asks {
    demands: bool,
}

impl ClientCertVerifier for Asks {
    fn root_hint_subjects(&self) -> &[rustls::DistinguishedName] {
        &[]
    }

    fn client_auth_mandatory(&self) -> bool {
        self.demands
    }

    fn verify_client_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: UnixTime,
    ) -> Result<ClientCertVerified, rustls::Error> {
        panic!("a certificate was shown")
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<rustls::client::danger::HandshakeSignatureValid, rustls::Error> {
        panic!("a certificate was shown")
    }

    fn verify_tls13_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<rustls::client::danger::HandshakeSignatureValid, rustls::Error> {
        panic!("a certificate was shown")
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        vec![SignatureScheme::ED25519]
    }
}

fn config(
    versions: &[&'static rustls::SupportedProtocolVersion],
    asks: Option<bool>,
) -> (Arc<ServerConfig>, Vec<u8>) {
    let (certificate, key) = expired();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder =
        ServerConfig::builder_with_provider(provider).with_protocol_versions(versions).unwrap();
    let builder = match asks {
        Some(demands) => builder.with_client_cert_verifier(Arc::new(Asks { demands })),
        None => builder.with_no_client_auth(),
    };
    let config = builder.with_single_cert(vec![certificate.clone()], key).unwrap();
    (Arc::new(config), certificate.to_vec())
}

/// How connections ended at the server: by `close_notify`, and with how much data before it.
type Ends = Vec<(bool, usize)>;

/// A server of TLS for any number of connections; what became of each is told in the end.
fn serve(config: Arc<ServerConfig>) -> (SocketAddr, std::sync::mpsc::Receiver<(bool, usize)>) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let to = listener.local_addr().unwrap();
    let (sender, ends) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { return };
            let mut connection = ServerConnection::new(Arc::clone(&config)).unwrap();
            let mut data = 0;
            let mut closed = false;
            // Until the client is at its end, or says what cannot be understood.
            while let Ok((read, _)) = connection.complete_io(&mut stream) {
                let mut bytes = [0; 64];
                match connection.reader().read(&mut bytes) {
                    Ok(0) => {
                        closed = true;
                        break;
                    }
                    Ok(length) => data += length,
                    Err(_) if read == 0 => break,
                    Err(_) => {}
                }
            }
            let _ = sender.send((closed, data));
        }
    });
    (to, ends)
}

fn words(answer: &Answer, key: &str) -> BTreeSet<String> {
    answer.details.get(key).cloned().unwrap_or_default()
}

fn set(words: &[&str]) -> BTreeSet<String> {
    words.iter().map(|it| (*it).to_owned()).collect()
}

const NEW: [&rustls::SupportedProtocolVersion; 2] =
    [&rustls::version::TLS13, &rustls::version::TLS12];

#[test]
fn versions_and_certificate_are_told_and_the_talk_is_closed_in_order() {
    let (config, certificate) = config(&NEW, None);
    let (to, ends) = serve(config);
    let answer = asked(Kind::TlsHandshake, to, LONG);
    assert_eq!(answer.outcome, Outcome::Open);
    assert_eq!(words(&answer, "version"), set(&["TLS 1.2", "TLS 1.3"]));
    assert_eq!(words(&answer, "version-refused"), set(&["TLS 1.0", "TLS 1.1"]));
    assert_eq!(detail(&answer, "client-certificate"), "not-requested");
    assert_eq!(words(&answer, "certificate-name"), set(&["192.0.2.7", "portal.example"]));
    assert_eq!(detail(&answer, "certificate-subject"), "SSL-VPN \u{fffd}[31mportal");
    assert_eq!(detail(&answer, "certificate-not-before"), "2023-01-02");
    assert_eq!(detail(&answer, "certificate-not-after"), "2024-03-04");
    let print: String = Sha256::digest(certificate).iter().map(|it| format!("{it:02x}")).collect();
    assert_eq!(detail(&answer, "certificate-sha256"), print);
    assert_eq!(detail(&answer, "certificate-key"), "");
    let ends: Ends = ends.try_iter().collect();
    // Four connections and no more, no data; the hand-shake that was finished ended with close_notify.
    assert_eq!(ends.len(), usize::try_from(Kind::TlsHandshake.most()).unwrap());
    assert_eq!(ends[0], (true, 0));
    assert!(ends.iter().all(|it| it.1 == 0));
}

#[test]
fn a_server_that_knows_only_one_version_is_told_so() {
    for (version, spoken, refused) in [
        (&rustls::version::TLS13, "TLS 1.3", ["TLS 1.0", "TLS 1.1", "TLS 1.2"]),
        (&rustls::version::TLS12, "TLS 1.2", ["TLS 1.0", "TLS 1.1", "TLS 1.3"]),
    ] {
        let (to, _) = serve(config(&[version], None).0);
        let answer = asked(Kind::TlsHandshake, to, LONG);
        assert_eq!(words(&answer, "version"), set(&[spoken]));
        assert_eq!(words(&answer, "version-refused"), set(&refused));
        assert_eq!(detail(&answer, "certificate-not-after"), "2024-03-04");
    }
}

#[test]
fn whether_a_client_certificate_is_wished_or_demanded_is_told() {
    for (versions, demands, word) in [
        (&NEW[..1], false, "requested"),
        (&NEW[..1], true, "required"),
        (&NEW[1..], false, "requested"),
        (&NEW[1..], true, "required"),
    ] {
        let (to, _) = serve(config(versions, Some(demands)).0);
        let answer = asked(Kind::TlsHandshake, to, LONG);
        assert_eq!(detail(&answer, "client-certificate"), word, "{versions:?}");
        assert_eq!(words(&answer, "version").len(), 1);
    }
}

/// A server that answers each hello by hand: what it says first, by the version it was offered.
fn written(reply: impl Fn(&[u8]) -> Vec<u8> + Send + 'static) -> SocketAddr {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let to = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream): Result<TcpStream, _> = stream else { return };
            let mut bytes = [0; 4096];
            let length = stream.read(&mut bytes).unwrap_or(0);
            let _ = stream.write_all(&reply(&bytes[..length]));
            // Whatever the client still says, until it goes.
            while stream.read(&mut bytes).is_ok_and(|it| it > 0) {}
        }
    });
    to
}

/// Hello, certificate and the end of the flight of a server of this version.
fn flight(version: [u8; 2], asks: bool) -> Vec<u8> {
    let message = |kind: u8, body: &[u8]| {
        let length = u32::try_from(body.len()).unwrap().to_be_bytes();
        [&[kind, length[1], length[2], length[3]], body].concat()
    };
    let hello = [&version[..], &[7; 32], &[0, 0, 0x2f, 0]].concat();
    let der = expired().0.to_vec();
    let sized = |bytes: &[u8]| {
        let length = u32::try_from(bytes.len()).unwrap().to_be_bytes();
        [&length[1..], bytes].concat()
    };
    let mut all = message(2, &hello);
    all.extend(message(11, &sized(&sized(&der))));
    if asks {
        all.extend(message(13, &[1, 1, 0, 0]));
    }
    all.extend(message(14, &[]));
    let length = u16::try_from(all.len()).unwrap().to_be_bytes();
    [&[22][..], &version, &length, &all].concat()
}

/// The version that a hello offers in its old place.
fn offered(hello: &[u8]) -> [u8; 2] {
    [hello[9], hello[10]]
}

const REFUSED: [u8; 7] = [21, 3, 1, 0, 2, 2, 70];

#[test]
fn a_server_of_long_ago_is_found_with_its_certificate() {
    // It speaks 1.0 and nothing else, and takes any hello for one of that.
    let to = written(|_| flight([3, 1], true));
    let answer = asked(Kind::TlsHandshake, to, LONG);
    assert_eq!(words(&answer, "version"), set(&["TLS 1.0"]));
    assert_eq!(words(&answer, "version-refused"), set(&["TLS 1.1", "TLS 1.2", "TLS 1.3"]));
    assert_eq!(detail(&answer, "certificate-not-after"), "2024-03-04");
    assert_eq!(detail(&answer, "client-certificate"), "requested");
    // It speaks 1.1 and 1.0, each only when asked for.
    let to = written(|it| match offered(it) {
        version @ ([3, 1] | [3, 2]) => flight(version, false),
        _ => REFUSED.to_vec(),
    });
    let answer = asked(Kind::TlsHandshake, to, LONG);
    assert_eq!(words(&answer, "version"), set(&["TLS 1.0", "TLS 1.1"]));
    assert_eq!(words(&answer, "version-refused"), set(&["TLS 1.2", "TLS 1.3"]));
    assert_eq!(detail(&answer, "client-certificate"), "not-requested");
}

#[test]
fn a_server_that_closes_without_a_word_has_refused_nothing() {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let to = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut hello = [0; 4096];
            let _ = stream.read(&mut hello);
        }
    });
    let answer = asked(Kind::TlsHandshake, to, LONG);
    let all = set(&["TLS 1.0", "TLS 1.1", "TLS 1.2", "TLS 1.3"]);
    assert_eq!(words(&answer, "version-closed"), all);
    assert!(words(&answer, "version-refused").is_empty() && words(&answer, "version").is_empty());
}

#[test]
fn what_speaks_no_tls_is_asked_once() {
    let (sender, heard) = std::sync::mpsc::channel();
    let to = written(move |_| {
        let _ = sender.send(());
        b"220 mail.example ready\r\n".to_vec()
    });
    let answer = asked(Kind::TlsHandshake, to, LONG);
    assert_eq!((answer.outcome, detail(&answer, "tls")), (Outcome::Open, "no"));
    assert_eq!(heard.try_iter().count(), 1);
    let to = written(|_| Vec::new());
    let answer = asked(Kind::TlsHandshake, to, SHORT);
    assert_eq!((answer.outcome, detail(&answer, "tls")), (Outcome::Open, "silent"));
}

#[test]
fn half_a_flight_and_nonsense_harm_nobody() {
    let whole = flight([3, 3], true);
    for end in (0..whole.len()).step_by(23) {
        for value in [None, Some(0xff), Some(0)] {
            let mut bytes = whole.clone();
            match value {
                None => bytes.truncate(end),
                Some(value) => bytes[end] = value,
            }
            let _ = sekisho::wire::speech::server_flight(&bytes);
        }
    }
    let mut count = 0;
    for end in 0..whole.len() {
        let flight = sekisho::wire::speech::server_flight(&whole[..end]);
        assert!(!flight.as_ref().is_some_and(|it| it.is_over));
        count += usize::from(flight.is_some());
    }
    assert!(count > 100);
    let to = written(move |it| match offered(it) {
        [3, 3] => whole[..whole.len() / 2].to_vec(),
        _ => vec![22, 3, 1, 0xff, 0xff, 2, 0xff, 0xff, 0xff],
    });
    let answer = asked(Kind::TlsHandshake, to, SHORT);
    assert_eq!(answer.outcome, Outcome::Open);
}
