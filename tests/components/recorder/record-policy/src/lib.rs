//! The recorder as a policy only. It subscribes to the signals before Alembic.

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
