//! A handler that imports `lback:plugin/plan`. No world of the contract permits that, so lback must
//! not load it.

use contract::handler::Event;
use contract::{handler, metadata, plan};

struct Component;

impl metadata::Guest for Component {
    fn describe() -> metadata::Description {
        metadata::plain("handler-wants-plan", "Would tell what is about to run.", &["alembic_command_started"])
    }
}

impl handler::Guest for Component {
    fn handle(_event: Event, _settings: String) -> Result<(), String> {
        plan::get().map(|_| ()).map_err(|error| error.to_string())
    }
}

contract::metadata::export_metadata!(Component);
contract::handler::export_handler!(Component);
