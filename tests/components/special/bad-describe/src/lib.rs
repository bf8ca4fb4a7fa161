//! A handler whose `describe` panics.

use contract::handler::Event;
use contract::{handler, metadata};

struct Component;

impl metadata::Guest for Component {
    fn describe() -> metadata::Description {
        panic!("a panic of bad-describe")
    }
}

impl handler::Guest for Component {
    fn handle(_event: Event, _settings: String) -> Result<(), String> {
        Ok(())
    }
}

contract::metadata::export_metadata!(Component);
contract::handler::export_handler!(Component);
