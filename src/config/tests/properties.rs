//! Properties of every text: reading never panics, and edits keep what they don't change.

use std::fmt::Write as _;
use std::path::Path;

use proptest::prelude::*;

use super::super::{Config, NewPlugin, removed, with_plugin};

/// Pieces from which texts like `lback.toml` are made, right and wrong ones.
const PIECES: [&str; 32] = [
    "[project]\n",
    "name = \"shop\"\n",
    "environment = \"",
    "[alembic]\n",
    "command = [\"alembic\"]\n",
    "timeout = \"5m\"\n",
    "[[plugin]]\n",
    "name = \"guard\"\n",
    "source = \"guard.wasm\"\n",
    "allow.http = [\"https://a.example\"]\n",
    "[plugin.settings]\n",
    "[plan.writes]\n",
    "1d2a = [\"users\"]\n",
    "lock = \"wait\"\n",
    "# a remark\n",
    "\"",
    "'''",
    "\\u00",
    "{",
    "}",
    "[",
    "]",
    "=",
    ".",
    "\r\n",
    "\u{feff}",
    "\u{0}",
    "9999999999999999999999",
    "1979-05-27T07:32:00Z",
    "é",
    "[[",
    "\n",
];

fn like_a_config() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(&PIECES[..]), 0..24).prop_map(|pieces| pieces.concat())
}

/// A valid file with remarks, whose plugins are a table for each name.
fn valid_config() -> impl Strategy<Value = (String, Vec<String>)> {
    let names = prop::collection::btree_set("[a-z]{3,8}", 0..4).prop_map(Vec::from_iter);
    (names, "[ -~]{0,20}", any::<bool>()).prop_map(|(names, remark, has_windows_lines)| {
        let mut text = format!("# {remark}\n[project]\nname = \"shop\"  # {remark}\n");
        for name in &names {
            let _ = write!(text, "\n# of {name}: {remark}\n[[plugin]]\nname = \"{name}\"\nsource = \"{name}.wasm\"\n");
        }
        let text = if has_windows_lines { text.replace('\n', "\r\n") } else { text };
        (text, names)
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

    #[test]
    fn no_bytes_make_reading_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        if let Err(error) = Config::parse(&bytes, Path::new("/shop/lback.toml")) {
            error.render(false, Path::new("/shop"));
        }
    }

    #[test]
    fn no_text_like_a_config_makes_reading_or_editing_panic(text in like_a_config()) {
        if let Err(error) = Config::parse(text.as_bytes(), Path::new("/shop/lback.toml")) {
            error.render(true, Path::new("/shop"));
        }
        let _ = with_plugin(&text, &NewPlugin::new("new".into(), "new.wasm".into(), None));
        let _ = removed(&text, "guard");
    }

    #[test]
    fn a_plugin_that_comes_and_goes_leaves_the_file_as_it_was((text, names) in valid_config()) {
        let plugin = NewPlugin::new("newcomer-1".into(), "new.wasm".into(), None);
        let more = with_plugin(&text, &plugin).unwrap();
        prop_assert!(more.starts_with(text.trim_end()), "{more}");
        let config = Config::parse(more.as_bytes(), Path::new("/shop/lback.toml")).unwrap();
        let found: Vec<_> = config.plugins.iter().map(|plugin| plugin.name.as_str()).collect();
        let expected: Vec<_> = names.iter().map(String::as_str).chain(["newcomer-1"]).collect();
        prop_assert_eq!(found, expected);
        let less = removed(&more, "newcomer-1").unwrap();
        prop_assert_eq!(less.trim_end(), text.trim_end());
    }
}
