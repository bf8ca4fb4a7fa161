//! A handler that subscribes to a signal that doesn't exist.

use contract::handler::Event;
use contract::{handler, metadata};

struct Component;

impl metadata::Guest for Component {
    fn describe() -> metadata::Description {
        metadata::plain("unknown-signal", "Wants a signal that does not exist.", &["alembic_command_imagined"])
    }
}

impl handler::Guest for Component {
    fn handle(_event: Event, _settings: String) -> Result<(), String> {
        Ok(())
    }
}

contract::metadata::export_metadata!(Component);
contract::handler::export_handler!(Component);
