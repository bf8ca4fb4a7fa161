//! The recorder as a policy and as a handler.

use contract::{AFTER_SIGNALS, BEFORE_SIGNALS, metadata};
use recording::{Recorder, describe};

struct Component;

impl metadata::Guest for Component {
    fn describe() -> metadata::Description {
        describe("recorder", &[BEFORE_SIGNALS.as_slice(), AFTER_SIGNALS.as_slice()].concat())
    }
}

contract::metadata::export_metadata!(Component);
contract::policy::export_policy!(Recorder);
contract::handler::export_handler!(Recorder);
