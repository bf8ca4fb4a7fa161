//! Signatures of Standard Webhooks (<https://www.standardwebhooks.com>), version 1: an HMAC-SHA256
//! with a key that sender and receiver share.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

/// The prefix of every key; base64 follows.
const PREFIX: &str = "whsec_";

/// The keys in the value of a secret. There are two while keys are rotated: receivers accept a
/// signature with either.
pub(crate) struct SigningKeys(Vec<Hmac<Sha256>>);

/// A key that can't be used. The text never repeats it.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum SigningKeyError {
    #[error("the secret holds no key")]
    Missing,
    #[error("the secret is no signing key: one begins with `{PREFIX}`")]
    Prefix,
    #[error("the secret is no signing key: what follows `{PREFIX}` is not base64")]
    Base64,
    #[error("the signing key has {0} bytes; Standard Webhooks wants 24 to 64")]
    Length(usize),
}

impl SigningKeys {
    /// Parses the value of a secret: keys with spaces between.
    pub(crate) fn parse(secret: &str) -> Result<Self, SigningKeyError> {
        let keys = secret.split_whitespace().map(key).collect::<Result<Vec<_>, _>>()?;
        if keys.is_empty() { Err(SigningKeyError::Missing) } else { Ok(Self(keys)) }
    }

    /// Returns the value of `webhook-signature`: one signature for each key.
    pub(crate) fn sign(&self, id: &str, timestamp: u64, body: &[u8]) -> String {
        let head = format!("{id}.{timestamp}.");
        let sign = |key: &Hmac<Sha256>| {
            let digest = key.clone().chain_update(head.as_bytes()).chain_update(body).finalize();
            format!("v1,{}", STANDARD.encode(digest.into_bytes()))
        };
        self.0.iter().map(sign).collect::<Vec<_>>().join(" ")
    }
}

fn key(word: &str) -> Result<Hmac<Sha256>, SigningKeyError> {
    let encoded = word.strip_prefix(PREFIX).ok_or(SigningKeyError::Prefix)?;
    let key = STANDARD.decode(encoded).map_err(|_| SigningKeyError::Base64)?;
    let length = SigningKeyError::Length(key.len());
    if (24..=64).contains(&key.len()) { Hmac::new_from_slice(&key).map_err(|_| length) } else { Err(length) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    fn signed(secret: &str) -> String {
        SigningKeys::parse(secret).unwrap().sign("a", 1, b"{}")
    }

    fn of_length(length: usize) -> String {
        format!("{PREFIX}{}", STANDARD.encode(vec![b'k'; length]))
    }

    #[test]
    fn the_example_of_the_specification() {
        let keys = SigningKeys::parse(SECRET).unwrap();
        assert_eq!(
            keys.sign("msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, br#"{"test": 2432232314}"#),
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
        );
    }

    #[test]
    fn each_key_signs() {
        let other = of_length(32);
        assert_eq!(signed(&format!("{SECRET}  {other}\n")), format!("{} {}", signed(SECRET), signed(&other)));
    }

    #[test]
    fn an_invalid_key_is_named_and_never_repeated() {
        let error = |secret: &str| SigningKeys::parse(secret).err().unwrap();
        assert_eq!(error(" \n"), SigningKeyError::Missing);
        assert_eq!(error("s3cr3t"), SigningKeyError::Prefix);
        assert_eq!(error("whsec_%%%"), SigningKeyError::Base64);
        assert_eq!(error(&of_length(23)), SigningKeyError::Length(23));
        assert_eq!(error(&of_length(65)), SigningKeyError::Length(65));
        assert_eq!(error(&format!("{SECRET} s3cr3t")), SigningKeyError::Prefix);
        for length in [24, 64] {
            assert!(SigningKeys::parse(&of_length(length)).is_ok());
        }
    }
}
