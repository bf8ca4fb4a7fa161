//! A handler whose description has terminal escape sequences.

use contract::handler::Event;
use contract::{handler, metadata};

struct Component;

impl metadata::Guest for Component {
    fn describe() -> metadata::Description {
        metadata::Description {
            settings_schema: Some(
                r#"{"properties": {"\u001b[2Kname": {"description": "\u001b[32mdescription\u202e"}}}"#.to_owned(),
            ),
            ..metadata::plain(
                "terminal-describe",
                "\u{1b}[2K\u{1b}]0;owned\u{7}summary\r",
                &["alembic_command_started"],
            )
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
