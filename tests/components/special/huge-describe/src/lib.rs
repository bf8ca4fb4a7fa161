//! A handler whose summary has 32 MiB.

use contract::handler::Event;
use contract::{handler, metadata};

struct Component;

impl metadata::Guest for Component {
    fn describe() -> metadata::Description {
        metadata::plain("huge-describe", &"x".repeat(32 * 1024 * 1024), &["alembic_command_started"])
    }
}

impl handler::Guest for Component {
    fn handle(_event: Event, _settings: String) -> Result<(), String> {
        Ok(())
    }
}

contract::metadata::export_metadata!(Component);
contract::handler::export_handler!(Component);
