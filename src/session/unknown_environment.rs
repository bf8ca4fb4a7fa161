//! The name of an environment that `lback.toml` doesn't have.

use crate::support::exit::Exit;
use crate::support::nearest::nearest;
use crate::support::redact::redact_free;
use crate::support::user_error::UserError;

/// An environment that isn't among those of `lback.toml`.
#[derive(Debug, thiserror::Error)]
#[error("unknown environment `{}`, from `--environment` or `LBACK_ENVIRONMENT`", redact_free(.name))]
pub(crate) struct UnknownEnvironment {
    pub(crate) name: String,
    /// The environments of `lback.toml`.
    pub(crate) known: Vec<String>,
}

impl UserError for UnknownEnvironment {
    fn exit(&self) -> Exit {
        Exit::Usage
    }

    fn hint(&self) -> Option<String> {
        if let Some(near) = nearest(&self.name, self.known.iter().map(String::as_str)) {
            return Some(format!("did you mean `{near}`?"));
        }
        let known: Vec<_> = self.known.iter().map(|name| format!("`{name}`")).collect();
        Some(format!("`[environments]` in `lback.toml` has {}", known.join(", ")))
    }
}
