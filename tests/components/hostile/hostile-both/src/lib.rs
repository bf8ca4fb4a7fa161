//! The attacks as a policy with the imports of a handler, which must refuse every call while the
//! policy is asked. As a handler it tries what only a policy may do where its settings ask for
//! that, and otherwise does nothing.

use attacks::{Settings, asking, describe, inside, outside, unknown};
use contract::policy::{Event, Verdict};
use contract::{handler, metadata, policy};

struct Component;

impl metadata::Guest for Component {
    fn describe() -> metadata::Description {
        describe("hostile-both", false)
    }
}

impl policy::Guest for Component {
    fn evaluate(_event: Event, settings: String) -> Result<Verdict, String> {
        let settings = Settings::parse(&settings)?;
        if settings.as_handler {
            return Ok(Verdict::allow());
        }
        inside(&settings)
            .or_else(|| asking(&settings))
            .or_else(|| outside(&settings))
            .ok_or_else(|| unknown(&settings))??;
        Ok(Verdict::allow())
    }
}

impl handler::Guest for Component {
    fn handle(_event: Event, settings: String) -> Result<(), String> {
        let settings = Settings::parse(&settings)?;
        if settings.as_handler { asking(&settings).ok_or_else(|| unknown(&settings))? } else { Ok(()) }
    }
}

contract::metadata::export_metadata!(Component);
contract::policy::export_policy!(Component);
contract::handler::export_handler!(Component);
