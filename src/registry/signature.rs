//! Signatures of plugins, in minisign's format. They sign the component's bytes, so they are valid
//! wherever the bytes come from.
//!
//! The caller decides whether a plugin must be signed: it must if `lback.toml` names a key.

use std::fmt;
use std::str::FromStr;

/// The first words of a signature.
const BEGINNING: &str = "untrusted comment:";

/// A public key of minisign, as `minisign -G` prints it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PublicKey {
    key: minisign_verify::PublicKey,
    text: String,
}

/// An error: a text is not a public key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("it is not a public key of minisign")]
pub(crate) struct PublicKeyError;

/// The reason why a signature was not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum SignatureError {
    #[error("it is not signed, and `public-key` in `lback.toml` requires a signature")]
    Missing,
    #[error("its signature is not one of minisign")]
    Format,
    #[error("it is signed with another key than the `public-key` in `lback.toml`")]
    OtherKey,
    #[error("its signature is wrong: it was changed after it was signed, or the signature is another file's")]
    Wrong,
}

impl SignatureError {
    /// Returns the next step for the user.
    pub(crate) fn hint(self) -> &'static str {
        match self {
            Self::Missing => {
                "its author signs it with `minisign -S`; beside a file or URL the signature has the same name and `.minisig`"
            }
            Self::Format => "`minisign -S` makes the signature; it has four lines",
            Self::OtherKey => {
                "ask its author which key is theirs, by a way that you trust; don't just pin the key of this signature"
            }
            Self::Wrong => "don't use it: get it again, and ask its author if that doesn't help",
        }
    }
}

impl FromStr for PublicKey {
    type Err = PublicKeyError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        let key = minisign_verify::PublicKey::from_base64(text).map_err(|_| PublicKeyError)?;
        Ok(Self { key, text: text.to_owned() })
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// Verifies that the owner of the key signed these bytes. `signature` is the text of a `.minisig`,
/// if there is one.
pub(crate) fn verify(key: &PublicKey, bytes: &[u8], signature: Option<&str>) -> Result<(), SignatureError> {
    let signature = signature.ok_or(SignatureError::Missing)?;
    let signature = minisign_verify::Signature::decode(signature).map_err(|_| SignatureError::Format)?;
    // Signatures of old versions of minisign sign the bytes themselves; they are no weaker.
    key.key.verify(bytes, &signature, true).map_err(|error| match error {
        minisign_verify::Error::UnexpectedKeyId => SignatureError::OtherKey,
        minisign_verify::Error::InvalidEncoding => SignatureError::Format,
        _ => SignatureError::Wrong,
    })
}

/// Returns whether the text looks like a signature; needs no key.
pub(crate) fn looks_signed(text: &str) -> bool {
    text.starts_with(BEGINNING) && minisign_verify::Signature::decode(text).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Made with minisign 0.11 over the text `test`: `minisign -G -W` and `minisign -S`.
    const KEY: &str = "RWS6soy5HKkz9VLVrWfCDpE4Hk6Zo/TsbUFt11a4ibjeHvl62hG7A+tM";
    const SIGNATURE: &str = "untrusted comment: signature from minisign secret key\n\
         RUS6soy5HKkz9ZhdNbalns6j8pfAsAQtOphvlZcwdUf/HU+EBnBLZ0J7VGvmqo+ukg949LGDQQcx+2QPbxPQ9uvBw5zcwK72gQo=\n\
         trusted comment: x\n\
         QtlvrgQC+KLV1iOx+544lLa4q9vejbRb0TbYcIxQfMl1mrjUiHKMSzsI19fjs9B8LFn9zX6RInnVNI5hjK3iBg==\n";
    const OTHER_KEY: &str = "RWT3OZvUMUoflFehRX8vSP/8m3FYAelohiibn5FBnyD2cglYGhSHG0p5";

    #[test]
    fn what_the_owner_of_the_key_signed_is_taken_and_nothing_else() {
        let (key, other): (PublicKey, PublicKey) = (KEY.parse().unwrap(), OTHER_KEY.parse().unwrap());
        assert_eq!(verify(&key, b"test", Some(SIGNATURE)), Ok(()));
        assert_eq!(verify(&key, b"test\n", Some(SIGNATURE)), Err(SignatureError::Wrong));
        assert_eq!(verify(&other, b"test", Some(SIGNATURE)), Err(SignatureError::OtherKey));
        assert_eq!(verify(&key, b"test", None), Err(SignatureError::Missing));
        for broken in ["", "signed, me", &SIGNATURE[..SIGNATURE.len() / 2]] {
            assert_eq!(verify(&key, b"test", Some(broken)), Err(SignatureError::Format), "{broken}");
        }
    }

    #[test]
    fn the_trusted_comment_is_part_of_what_is_signed() {
        let key: PublicKey = KEY.parse().unwrap();
        let forged = SIGNATURE.replace("trusted comment: x", "trusted comment: y");
        assert_ne!(forged, SIGNATURE);
        assert_eq!(verify(&key, b"test", Some(&forged)), Err(SignatureError::Wrong));
    }

    #[test]
    fn a_key_is_read_as_it_is_written() {
        assert_eq!(KEY.parse::<PublicKey>().unwrap().to_string(), KEY);
        for wrong in ["", "RWQ", &KEY[1..], "untrusted comment: minisign public key"] {
            assert_eq!(wrong.parse::<PublicKey>(), Err(PublicKeyError), "{wrong}");
        }
    }
}
