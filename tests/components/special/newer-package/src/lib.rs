//! A plugin for a later lback: its package is `lback:plugin@2.0.0`, which this lback doesn't
//! support.

wit_bindgen::generate!({
    inline: "
        package lback:plugin@2.0.0;
        interface metadata { describe: func() -> string; }
        interface handler { handle: func(event: string, settings: string) -> result<_, string>; }
        world handler-plugin { export metadata; export handler; }
    ",
});

use exports::lback::plugin::{handler, metadata};

struct Component;

impl metadata::Guest for Component {
    fn describe() -> String {
        "newer-package".to_owned()
    }
}

impl handler::Guest for Component {
    fn handle(_event: String, _settings: String) -> Result<(), String> {
        Ok(())
    }
}

export!(Component);
