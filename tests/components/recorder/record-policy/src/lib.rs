//! Records as a policy only, so it wants the before-signals only.

use contract::{BEFORE_SIGNALS, metadata};
use recording::{Recorder, describe};

struct Component;

impl metadata::Guest for Component {
    fn describe() -> metadata::Description {
        describe("record-policy", &BEFORE_SIGNALS)
    }
}

contract::metadata::export_metadata!(Component);
contract::policy::export_policy!(Recorder);
