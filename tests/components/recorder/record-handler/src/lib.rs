//! The recorder as a handler only.

use contract::{AFTER_SIGNALS, BEFORE_SIGNALS, metadata};
use recording::{Recorder, describe};

struct Component;

impl metadata::Guest for Component {
    fn describe() -> metadata::Description {
        describe("record-handler", &[BEFORE_SIGNALS.as_slice(), AFTER_SIGNALS.as_slice()].concat())
    }
}

contract::metadata::export_metadata!(Component);
contract::handler::export_handler!(Recorder);
