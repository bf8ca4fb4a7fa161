//! Attacks as a policy, but with the imports of a handler: they must refuse every call while it is asked. As a handler it tries what only a policy may, where
//! its settings say so, and else does nothing.

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
