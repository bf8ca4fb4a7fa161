//! A policy that imports `lback:plugin/http`. No world of the contract permits that, so lback must
//! not link it.

use contract::http::{Part, Request, send};
use contract::policy::{Event, Verdict};
use contract::{metadata, policy};

struct Component;

impl metadata::Guest for Component {
    fn describe() -> metadata::Description {
        metadata::plain("policy-wants-http", "Would ask the network what to think.", &["alembic_command_started"])
    }
}

impl policy::Guest for Component {
    fn evaluate(_event: Event, _settings: String) -> Result<Verdict, String> {
        let url = vec![Part::Text("https://example.org/may-i".to_owned())];
        let request = Request { method: "GET".to_owned(), url, headers: Vec::new(), body: Vec::new() };
        send(&request).map_err(|error| error.to_string())?;
        Ok(Verdict::allow())
    }
}

contract::metadata::export_metadata!(Component);
contract::policy::export_policy!(Component);
