//! The token that a registry's login server hands out.

use serde::Deserialize;

/// The largest size of a token, in bytes. Those of real registries have up to 8 KB.
const MAX_TOKEN_BYTES: usize = 32 * 1024;

/// The largest size of the answer with it, in bytes.
pub(super) const MAX_ANSWER_BYTES: u64 = 64 * 1024;

/// The parts of the answer that count. Both names are in use.
#[derive(Deserialize)]
struct TokenAnswer {
    token: Option<String>,
    access_token: Option<String>,
}

/// Returns the token in the answer, if it can be sent in a header.
pub(super) fn token(answer: &[u8]) -> Option<String> {
    let TokenAnswer { token, access_token } = serde_json::from_slice(answer).ok()?;
    let token = token.filter(|token| !token.is_empty()).or(access_token)?;
    let is_sound = (1..=MAX_TOKEN_BYTES).contains(&token.len()) && token.bytes().all(|byte| byte.is_ascii_graphic());
    is_sound.then_some(token)
}
