//! The answer of the compiler's process: a line of JSON, which compiled code follows.

use serde::{Deserialize, Serialize};

/// The largest size of compiled code, in bytes. That of the largest real plugin has 50 MB.
pub(super) const MAX_CODE_BYTES: u64 = 512 * 1024 * 1024;
/// The largest size of the line, in bytes.
const MAX_LINE_BYTES: usize = 64 * 1024;

/// The first line of the compiler's output.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) enum CompilerAnswer {
    /// Compiled code of so many bytes follows.
    Compiled { bytes: u64 },
    /// The component is larger in one dimension than any real one.
    TooLarge { what: String, found: u64, limit: u64 },
    /// The component is not valid.
    Invalid(String),
    /// The code is larger than lback keeps.
    TooMuchCode { bytes: u64 },
    /// The compiler got less memory than it asked for.
    OutOfMemory,
    /// The system gave the compiler less than it needs to start.
    NotReady(String),
}

impl CompilerAnswer {
    pub(super) fn line(&self) -> Vec<u8> {
        let mut line = serde_json::to_vec(self).unwrap_or_default();
        line.push(b'\n');
        line
    }

    /// Splits the output into the answer and the code; `None` if the output is not whole.
    pub(super) fn read(output: &[u8]) -> Option<(Self, &[u8])> {
        let end = output.iter().take(MAX_LINE_BYTES).position(|byte| *byte == b'\n')?;
        let answer = serde_json::from_slice(&output[..end]).ok()?;
        let code = &output[end + 1..];
        let expected = match answer {
            Self::Compiled { bytes } => bytes,
            _ => 0,
        };
        (code.len() as u64 == expected).then_some((answer, code))
    }
}
