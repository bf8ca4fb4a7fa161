//! The attacks as a handler.

use attacks::{Settings, describe, inside, outside, unknown};
use contract::handler::Event;
use contract::{handler, metadata};

struct Component;

impl metadata::Guest for Component {
    fn describe() -> metadata::Description {
        describe("hostile-handler", false)
    }
}

impl handler::Guest for Component {
    fn handle(_event: Event, settings: String) -> Result<(), String> {
        let settings = Settings::parse(&settings)?;
        inside(&settings).or_else(|| outside(&settings)).ok_or_else(|| unknown(&settings))?
    }
}

contract::metadata::export_metadata!(Component);
contract::handler::export_handler!(Component);
