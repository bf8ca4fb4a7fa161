//! A handler whose settings schema is larger than lback accepts.

use contract::handler::Event;
use contract::{handler, metadata};

struct Component;

impl metadata::Guest for Component {
    fn describe() -> metadata::Description {
        let description = "x".repeat(300 * 1024);
        metadata::Description {
            settings_schema: Some(format!(r#"{{"description": "{description}"}}"#)),
            ..metadata::plain("huge-schema", "Has a great many settings.", &["alembic_command_started"])
        }
    }
}

impl handler::Guest for Component {
    fn handle(_event: Event, _settings: String) -> Result<(), String> {
        Ok(())
    }
}

contract::metadata::export_metadata!(Component);
contract::handler::export_handler!(Component);
