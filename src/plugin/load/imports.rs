//! The imports of a component that lback doesn't offer, for a clearer message when linking fails.

use semver::Version;

use super::contract::{HANDLER_IMPORTS, PACKAGE, POLICY_IMPORTS};
use super::not_offered::NotOffered;
use super::toolchain::Toolchain;
use crate::plugin::failure::Failure;

/// The packages of WASI 0.2 that all plugins are offered whole, with nothing granted.
const WASI: [&str; 6] = ["cli", "clocks", "filesystem", "io", "random", "sockets"];
/// The interfaces of `lback:plugin` that every plugin may import.
const EVERYBODY: [&str; 2] = ["types", "log"];
/// The interfaces of `wasi:http` that a handler may import.
const HTTP: [&str; 2] = ["types", "outgoing-handler"];

/// Returns a failure for the first import that isn't offered; `None` if all names are known.
pub(in crate::plugin) fn missing(
    imports: &[String],
    is_handler: bool,
    made_with: Option<Toolchain>,
) -> Option<Failure> {
    imports.iter().find_map(|import| {
        let why = match import_problem(import, is_handler)? {
            ImportProblem::HandlerOnly => {
                let import = import.split_once('@').map_or(import.as_str(), |(name, _)| name);
                return Some(Failure::PolicyImport { import: import.to_owned(), made_with });
            }
            ImportProblem::NotOffered(why) => why,
        };
        Some(Failure::NotOffered { import: import.clone(), why, made_with })
    })
}

enum ImportProblem {
    HandlerOnly,
    NotOffered(NotOffered),
}

fn import_problem(import: &str, is_handler: bool) -> Option<ImportProblem> {
    let (path, version) = import.split_once('@').unwrap_or((import, ""));
    if let Some(interface) = path.strip_prefix(PACKAGE) {
        return match interface {
            _ if EVERYBODY.contains(&interface) => None,
            // A handler that imports it was refused before anything was linked.
            _ if POLICY_IMPORTS.contains(&interface) => None,
            _ if HANDLER_IMPORTS.contains(&interface) => (!is_handler).then_some(ImportProblem::HandlerOnly),
            _ => Some(ImportProblem::NotOffered(NotOffered::NewerInterface)),
        };
    }
    let wasi = path.strip_prefix("wasi:").and_then(|path| path.split_once('/'));
    let Some((package, interface)) = wasi else { return Some(ImportProblem::NotOffered(NotOffered::Unknown)) };
    let is_known = WASI.contains(&package) || package == "http";
    let speaks = version.parse::<Version>().is_ok_and(|version| (version.major, version.minor) == (0, 2));
    match (is_known, speaks) {
        (false, _) => Some(ImportProblem::NotOffered(NotOffered::Unknown)),
        (true, false) => Some(ImportProblem::NotOffered(NotOffered::OtherWasi)),
        (true, true) if package != "http" => None,
        (true, true) if !is_handler => Some(ImportProblem::HandlerOnly),
        (true, true) => (!HTTP.contains(&interface)).then_some(ImportProblem::NotOffered(NotOffered::ServerSide)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(import: &str, is_handler: bool) -> Option<String> {
        missing(&["wasi:io/streams@0.2.6".to_owned(), import.to_owned()], is_handler, None)
            .map(|failure| failure.to_string())
    }

    #[test]
    fn what_a_policy_may_not_and_a_handler_may() {
        for import in ["wasi:http/outgoing-handler@0.2.3", "wasi:http/types@0.2.0", "lback:plugin/store@1.0.0"] {
            assert!(said(import, false).unwrap().contains("which only a handler may import"), "{import}");
            assert_eq!(said(import, true), None);
        }
        for import in [
            "wasi:filesystem/types@0.2.0",
            "wasi:sockets/tcp@0.2.9",
            "lback:plugin/log@1.0.0",
            "lback:plugin/plan@1.0.0",
        ] {
            assert_eq!(said(import, false), None);
        }
    }

    #[test]
    fn imports_that_no_plugin_may_have() {
        for (import, why) in [
            ("wasi:keyvalue/store@0.2.0-draft", "and WASI 0.2"),
            ("wasi:cli/environment@0.3.0", "lback provides WASI 0.2"),
            ("wasi:http/incoming-handler@0.2.0", "only `outgoing-handler`"),
            ("lback:plugin/oracle@1.0.0", "this version of lback doesn't define it"),
            ("env", "the imports of their world"),
        ] {
            let said = said(import, true).unwrap();
            assert!(said.contains(import) && said.contains(why), "{said}");
        }
    }
}
