//! The attacks as a policy, without any import that a policy may not have.

use attacks::{Settings, asking, describe, inside, unknown, verdict};
use contract::policy::{Event, Verdict};
use contract::{metadata, policy};

struct Component;

impl metadata::Guest for Component {
    fn describe() -> metadata::Description {
        describe("hostile-policy", true)
    }
}

impl policy::Guest for Component {
    fn evaluate(_event: Event, settings: String) -> Result<Verdict, String> {
        let settings = Settings::parse(&settings)?;
        if let Some(verdict) = verdict(&settings) {
            return Ok(verdict);
        }
        inside(&settings).or_else(|| asking(&settings)).ok_or_else(|| unknown(&settings))??;
        Ok(Verdict::allow())
    }
}

contract::metadata::export_metadata!(Component);
contract::policy::export_policy!(Component);
