//! Ciphers and hashes in the words of the facts.

/// `aes 256`, `3des`, `aes-cbc-256`, `esp-aes 192`, `esp-gcm`: the cipher in the words of the facts.
pub(in crate::config) fn cipher(word: &str, size: Option<&str>) -> Option<String> {
    let word = word.trim_start_matches("esp-");
    let size = size.filter(|it| matches!(*it, "128" | "192" | "256"));
    Some(match word {
        "des" | "3des" | "null" | "seal" => word.to_owned(),
        "aes" => format!("aes-{}", size.unwrap_or("128")),
        "gcm" | "aes-gcm" => format!("aes-{}-gcm", size.unwrap_or("128")),
        "gmac" | "aes-gmac" => format!("aes-{}-gmac", size.unwrap_or("128")),
        _ => {
            let (kind, size) = word.rsplit_once('-')?;
            let size = ["128", "192", "256"].into_iter().find(|it| *it == size)?;
            match kind {
                "aes-cbc" | "aes" => format!("aes-{size}"),
                "aes-gcm" => format!("aes-{size}-gcm"),
                "aes-gmac" => format!("aes-{size}-gmac"),
                _ => return None,
            }
        }
    })
}

/// `sha`, `md5`, `esp-sha256-hmac`, `sha-1`: the hash in the words of the facts.
pub(in crate::config) fn hash(word: &str) -> Option<String> {
    let word = word.trim_start_matches("esp-").trim_start_matches("ah-").trim_end_matches("-hmac");
    Some(match word {
        "sha" | "sha1" | "sha-1" => "sha1".to_owned(),
        "md5" | "sha256" | "sha384" | "sha512" => word.to_owned(),
        "sha-256" | "sha-384" | "sha-512" => word.replace('-', ""),
        _ => return None,
    })
}
