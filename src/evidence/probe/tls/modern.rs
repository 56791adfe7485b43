//! TLS 1.3 and 1.2 through rustls. Its verifier writes down what it is shown and stops nothing: the
//! answer says what the server showed, and that is no judgement of it.

use super::{MOST, Shown, Spoken, TLS_1_2, TLS_1_3, Wanted};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{ResolvesClientCert, Resumption};
use rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::sign::CertifiedKey;
use rustls::{
    ClientConfig, ClientConnection, DigitallySignedStruct, Error, ProtocolVersion, SignatureScheme,
};
use std::io;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// How long a server may take to say what it thinks of a hand-shake without a certificate of ours.
const AFTERTHOUGHT: Duration = Duration::from_millis(500);

/// What was shown, from both sides of rustls.
#[derive(Debug)]
struct Recorder {
    provider: Arc<CryptoProvider>,
    seen: Mutex<Seen>,
}

#[derive(Debug, Default)]
struct Seen {
    certificate: Option<Vec<u8>>,
    is_proved: Option<bool>,
    is_asked: bool,
}

impl Recorder {
    fn note<T>(&self, act: impl FnOnce(&mut Seen) -> T) -> T {
        act(&mut self.seen.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn proved(
        &self,
        by: Result<HandshakeSignatureValid, Error>,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.note(|it| it.is_proved = Some(by.is_ok()));
        Ok(HandshakeSignatureValid::assertion())
    }
}

impl ServerCertVerifier for Recorder {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        self.note(|it| it.certificate = Some(end_entity.to_vec()));
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let by = &self.provider.signature_verification_algorithms;
        self.proved(verify_tls12_signature(message, certificate, signed, by))
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let by = &self.provider.signature_verification_algorithms;
        self.proved(verify_tls13_signature(message, certificate, signed, by))
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

impl ResolvesClientCert for Recorder {
    fn resolve(&self, _: &[&[u8]], _: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        self.note(|it| it.is_asked = true);
        None
    }

    fn has_certs(&self) -> bool {
        false
    }
}

/// How a hand-shake ended.
enum End {
    Done,
    Closed,
    Time,
    Alert,
    Broken,
}

/// One hand-shake to its end, and an orderly goodbye.
pub(super) async fn shake(stream: &mut TcpStream, to: IpAddr, patience: Duration) -> Shown {
    let provider = Arc::new(ring::default_provider());
    let recorder = Arc::new(Recorder { provider: Arc::clone(&provider), seen: Mutex::default() });
    let Ok(mut connection) = connection(provider, &recorder, to) else { return Shown::default() };
    let mut talk = Talk { stream, connection: &mut connection, first: None, read: 0 };
    let mut end = timeout(patience, talk.shake()).await.unwrap_or(End::Time);
    if matches!(end, End::Done) {
        talk.connection.send_close_notify();
        // A server of TLS 1.3 says only now that it wants a certificate.
        if let Ok(Ok(())) = timeout(AFTERTHOUGHT, talk.flush()).await
            && let Ok(End::Alert) = timeout(AFTERTHOUGHT, talk.listen()).await
        {
            end = End::Alert;
        }
    } else {
        let _ = timeout(AFTERTHOUGHT, talk.flush()).await; // the alert that rustls has ready
    }
    let first = talk.first;
    let version = connection.protocol_version().and_then(number);
    let spoken = match (version, &end, first) {
        (Some(version), ..) => Spoken::Version(version),
        (None, End::Time, None) => Spoken::Nothing,
        (None, _, None) => Spoken::Closed,
        // Alert or hand-shake: what TLS begins with.
        (None, _, Some(0x15 | 0x16)) => Spoken::Declined,
        (None, ..) => Spoken::Other,
    };
    recorder.note(|seen| {
        let wanted = match (seen.is_asked, &end) {
            (true, End::Done) => Wanted::Asked,
            (true, _) => Wanted::Required,
            (false, _) => Wanted::No,
        };
        // Only a server that came to its certificate has had the occasion to ask for ours.
        let client_certificate = seen.certificate.is_some().then_some(wanted);
        let (certificate, is_proved) = (seen.certificate.take(), seen.is_proved);
        Shown { spoken, certificate, is_proved, client_certificate }
    })
}

fn number(version: ProtocolVersion) -> Option<u16> {
    match version {
        ProtocolVersion::TLSv1_3 => Some(TLS_1_3),
        ProtocolVersion::TLSv1_2 => Some(TLS_1_2),
        _ => None,
    }
}

fn connection(
    provider: Arc<CryptoProvider>,
    recorder: &Arc<Recorder>,
    to: IpAddr,
) -> Result<ClientConnection, Error> {
    let verifier: Arc<Recorder> = Arc::clone(recorder);
    let resolver: Arc<Recorder> = Arc::clone(recorder);
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .dangerous()
        .with_custom_certificate_verifier(verifier)
        .with_client_cert_resolver(resolver);
    config.resumption = Resumption::disabled();
    config.enable_sni = false; // an address has no name
    ClientConnection::new(Arc::new(config), ServerName::IpAddress(to.into()))
}

struct Talk<'a> {
    stream: &'a mut TcpStream,
    connection: &'a mut ClientConnection,
    /// The first byte of the server.
    first: Option<u8>,
    read: usize,
}

impl Talk<'_> {
    async fn shake(&mut self) -> End {
        loop {
            if self.flush().await.is_err() {
                return End::Closed;
            }
            if !self.connection.is_handshaking() {
                return End::Done;
            }
            if let Some(end) = self.step().await {
                return end;
            }
        }
    }

    /// Reads until the server is at its end.
    async fn listen(&mut self) -> End {
        loop {
            if let Some(end) = self.step().await {
                return end;
            }
        }
    }

    /// Sends what rustls has ready.
    async fn flush(&mut self) -> io::Result<()> {
        while self.connection.wants_write() {
            let mut bytes = Vec::new();
            self.connection.write_tls(&mut bytes)?;
            self.stream.write_all(&bytes).await?;
        }
        Ok(())
    }

    /// Takes what the server has said next; how it ended, when it did.
    async fn step(&mut self) -> Option<End> {
        let mut bytes = [0; 4096];
        let length = match self.stream.read(&mut bytes).await {
            Ok(0) | Err(_) => return Some(End::Closed),
            Ok(length) => length,
        };
        self.read += length;
        if self.read > MOST {
            return Some(End::Broken);
        }
        let mut left = bytes.get(..length).unwrap_or_default();
        self.first = self.first.or(left.first().copied());
        while !left.is_empty() {
            if self.connection.read_tls(&mut left).is_err() {
                return Some(End::Broken);
            }
            match self.connection.process_new_packets() {
                Ok(_) => {}
                Err(Error::AlertReceived(_)) => return Some(End::Alert),
                Err(_) => return Some(End::Broken),
            }
        }
        None
    }
}
