//! Makes a component of a core module, which compilers for C and Go produce: names its world, and
//! adapts its calls of WASI preview 1.

use wasi_preview1_component_adapter_provider::{
    WASI_SNAPSHOT_PREVIEW1_ADAPTER_NAME as WASI, WASI_SNAPSHOT_PREVIEW1_REACTOR_ADAPTER as REACTOR,
};
use wasmparser::{Encoding, Parser, Payload};
use wit_component::ComponentEncoder;

use super::wit;

#[derive(Debug, thiserror::Error)]
pub(crate) enum ComponentError {
    #[error("it is not a WebAssembly module: {0}")]
    NotWasm(String),
    #[error("it is a component already")]
    IsComponent,
    #[error("it exports neither `{POLICY}` nor `{HANDLER}`")]
    NoRole,
    #[error("it does not fit the world `{world}`: {reason}")]
    Misfit { world: &'static str, reason: String },
}

const POLICY: &str = "lback:plugin/policy@1.0.0#evaluate";
const HANDLER: &str = "lback:plugin/handler@1.0.0#handle";

impl ComponentError {
    pub(crate) fn hint(&self) -> &'static str {
        match self {
            Self::NotWasm(_) => "name the `.wasm` file that the compiler made",
            Self::IsComponent => "no conversion is needed: install it with `lback plugin install`",
            Self::NoRole => "compile the bindings along with the rest; `lback plugin new` shows how",
            Self::Misfit { .. } => "make the bindings from the `wit/` of this lback; `lback plugin new` writes both",
        }
    }
}

/// Makes a component of a core module that was built with bindings of the contract. The module's
/// exports decide the world.
pub(crate) fn component(core: &[u8]) -> Result<Vec<u8>, ComponentError> {
    let exports = exports(core)?;
    let world = match [POLICY, HANDLER].map(|role| exports.iter().any(|name| name == role)) {
        [true, true] => "policy-and-handler-plugin",
        [true, false] => "policy-plugin",
        [false, true] => "handler-plugin",
        [false, false] => return Err(ComponentError::NoRole),
    };
    let misfit = |reason: String| ComponentError::Misfit { world, reason };
    let mut typed = core.to_vec();
    wit::embed_world(&mut typed, world).map_err(misfit)?;
    ComponentEncoder::default()
        .module(&typed)
        .and_then(|encoder| encoder.validate(true).adapter(WASI, REACTOR))
        .and_then(|mut encoder| encoder.encode())
        .map_err(|error| misfit(format!("{error:#}")))
}

/// Returns the names that a core module exports.
fn exports(core: &[u8]) -> Result<Vec<String>, ComponentError> {
    let invalid = |error: wasmparser::BinaryReaderError| ComponentError::NotWasm(error.to_string());
    if !core.starts_with(b"\0asm") {
        return Err(ComponentError::NotWasm("it doesn't begin with `\\0asm`".into()));
    }
    let mut names = Vec::new();
    for payload in Parser::new(0).parse_all(core) {
        match payload.map_err(invalid)? {
            Payload::Version { encoding: Encoding::Component, .. } => return Err(ComponentError::IsComponent),
            Payload::ExportSection(section) => {
                for export in section {
                    names.push(export.map_err(invalid)?.name.to_owned());
                }
            }
            _ => {}
        }
    }
    Ok(names)
}
