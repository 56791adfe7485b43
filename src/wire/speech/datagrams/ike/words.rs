//! The numbers of IKE in words (IANA, "IKE Attributes" and "IKEv2 Parameters").

/// Looks a number up; what is not there stays a number.
fn word(table: &[(u16, &str)], number: u16) -> String {
    let found = table.iter().find(|it| it.0 == number);
    found.map_or_else(|| format!("#{number}"), |it| it.1.to_owned())
}

pub(super) const fn exchange_v1(number: u8) -> &'static str {
    match number {
        1 => "base mode",
        2 => "main mode",
        3 => "authentication only",
        4 => "aggressive mode",
        5 => "informational",
        6 => "transaction (mode config, XAUTH)",
        32 => "quick mode",
        33 => "new group mode",
        _ => "other",
    }
}

pub(super) const fn exchange_v2(number: u8) -> &'static str {
    match number {
        34 => "IKE_SA_INIT",
        35 => "IKE_AUTH",
        36 => "CREATE_CHILD_SA",
        37 => "INFORMATIONAL",
        38 => "IKE_SESSION_RESUME",
        43 => "IKE_INTERMEDIATE",
        44 => "IKE_FOLLOWUP_KE",
        _ => "other",
    }
}

/// Errors that are sent in the clear, and what a gateway under load asks for instead of an answer.
pub(super) fn notify(number: u16) -> Option<&'static str> {
    Some(match number {
        4 => "INVALID_IKE_SPI",
        5 => "INVALID_MAJOR_VERSION",
        7 => "INVALID_SYNTAX",
        14 => "NO_PROPOSAL_CHOSEN",
        17 => "INVALID_KE_PAYLOAD",
        24 => "AUTHENTICATION_FAILED",
        16390 => "COOKIE",
        _ => return None,
    })
}

pub(super) fn cipher_v1(number: u16) -> String {
    word(
        &[
            (1, "DES-CBC"),
            (2, "IDEA-CBC"),
            (3, "BLOWFISH-CBC"),
            (4, "RC5-CBC"),
            (5, "3DES-CBC"),
            (6, "CAST-CBC"),
            (7, "AES-CBC"),
            (8, "CAMELLIA-CBC"),
        ],
        number,
    )
}

pub(super) fn hash_v1(number: u16) -> String {
    let known =
        [(1, "MD5"), (2, "SHA1"), (3, "TIGER"), (4, "SHA2-256"), (5, "SHA2-384"), (6, "SHA2-512")];
    word(&known, number)
}

pub(super) fn authentication(number: u16) -> String {
    word(
        &[
            (1, "pre-shared key"),
            (2, "DSS signature"),
            (3, "RSA signature"),
            (4, "RSA encryption"),
            (5, "RSA encryption, revised"),
            (9, "ECDSA-256"),
            (10, "ECDSA-384"),
            (11, "ECDSA-521"),
            (64221, "hybrid, RSA (initiator)"),
            (64222, "hybrid, RSA (responder)"),
            (65001, "XAUTH, pre-shared key (initiator)"),
            (65002, "XAUTH, pre-shared key (responder)"),
            (65005, "XAUTH, RSA (initiator)"),
            (65006, "XAUTH, RSA (responder)"),
        ],
        number,
    )
}

pub(super) fn group(number: u16) -> String {
    word(
        &[
            (1, "MODP-768"),
            (2, "MODP-1024"),
            (5, "MODP-1536"),
            (14, "MODP-2048"),
            (15, "MODP-3072"),
            (16, "MODP-4096"),
            (17, "MODP-6144"),
            (18, "MODP-8192"),
            (19, "ECP-256"),
            (20, "ECP-384"),
            (21, "ECP-521"),
            (22, "MODP-1024-160"),
            (23, "MODP-2048-224"),
            (24, "MODP-2048-256"),
            (25, "ECP-192"),
            (26, "ECP-224"),
            (27, "BRAINPOOL-224"),
            (28, "BRAINPOOL-256"),
            (29, "BRAINPOOL-384"),
            (30, "BRAINPOOL-512"),
            (31, "CURVE25519"),
            (32, "CURVE448"),
        ],
        number,
    )
}

pub(super) fn cipher_v2(number: u16) -> String {
    word(
        &[
            (1, "DES-IV64"),
            (2, "DES-CBC"),
            (3, "3DES-CBC"),
            (5, "IDEA-CBC"),
            (6, "CAST-CBC"),
            (7, "BLOWFISH-CBC"),
            (11, "NULL"),
            (12, "AES-CBC"),
            (13, "AES-CTR"),
            (14, "AES-CCM-8"),
            (15, "AES-CCM-12"),
            (16, "AES-CCM-16"),
            (18, "AES-GCM-8"),
            (19, "AES-GCM-12"),
            (20, "AES-GCM-16"),
            (23, "CAMELLIA-CBC"),
            (24, "CAMELLIA-CTR"),
            (28, "CHACHA20-POLY1305"),
        ],
        number,
    )
}

pub(super) fn prf(number: u16) -> String {
    word(
        &[
            (1, "PRF-HMAC-MD5"),
            (2, "PRF-HMAC-SHA1"),
            (4, "PRF-AES128-XCBC"),
            (5, "PRF-HMAC-SHA2-256"),
            (6, "PRF-HMAC-SHA2-384"),
            (7, "PRF-HMAC-SHA2-512"),
            (8, "PRF-AES128-CMAC"),
        ],
        number,
    )
}

pub(super) fn integrity(number: u16) -> String {
    word(
        &[
            (0, "none"),
            (1, "HMAC-MD5-96"),
            (2, "HMAC-SHA1-96"),
            (3, "DES-MAC"),
            (5, "AES-XCBC-96"),
            (8, "AES-CMAC-96"),
            (12, "HMAC-SHA2-256-128"),
            (13, "HMAC-SHA2-384-192"),
            (14, "HMAC-SHA2-512-256"),
        ],
        number,
    )
}
