use super::*;

const FILE: &str = "\
# The shop.
[project]
name = \"shop\"   # short

[[plugin]] # first
name = \"guard\"
source = \"guard.wasm\"
[plugin.settings]
# Where it matters.
protect = [\"production\"]

# Tells people.
[[plugin]]
name = \"slack\"
source = \"slack.wasm\"
allow.http = [ \"https://a.example\" ] # theirs

[journal]
keep = \"1year\"
# The end.
";

fn new() -> NewPlugin {
    let mut plugin = NewPlugin { name: "metrics".into(), source: "m.wasm".into(), ..NewPlugin::default() };
    for assignment in ["gateway=http://a.example", "on=true", "labels.team = \"a b\"", "limits=[1, 2]"] {
        plugin.set(assignment).unwrap();
    }
    plugin.allow = allow("https://a.example", "TOKEN");
    plugin
}

fn allow(origin: &str, secret: &str) -> Allow {
    Allow { http: vec![origin.parse().unwrap()], secrets: vec![secret.to_owned()], private: false }
}

#[test]
fn a_new_plugin_stands_behind_everything_that_stays_as_it_is() {
    let text = with_plugin(FILE, &new()).unwrap();
    let more = text.strip_prefix(FILE).expect("what was there is there");
    assert_eq!(
        more,
        "\n[[plugin]]\nname = \"metrics\"\nsource = \"m.wasm\"\nallow.http = [\"https://a.example\"]\n\
         allow.secrets = [\"TOKEN\"]\n\n[plugin.settings]\ngateway = \"http://a.example\"\non = true\nlimits = [1, 2]\n\n\
         [plugin.settings.labels]\nteam = \"a b\"\n"
    );
    assert!(text.parse::<toml::Table>().is_ok());
}

#[test]
fn files_of_other_forms_are_added_to_as_well() {
    let plain = NewPlugin { name: "a".into(), source: "a.wasm".into(), ..NewPlugin::default() };
    let added = |text: &str| with_plugin(text, &plain).unwrap();
    assert_eq!(added(""), "[[plugin]]\nname = \"a\"\nsource = \"a.wasm\"\n");
    assert_eq!(added("x = 1"), "x = 1\n\n[[plugin]]\nname = \"a\"\nsource = \"a.wasm\"\n");
    assert_eq!(added("x = 1\r\n"), "x = 1\r\n\r\n[[plugin]]\r\nname = \"a\"\r\nsource = \"a.wasm\"\r\n");
    let inline = "plugin = [{ name = \"b\", source = \"b.wasm\" }]\n";
    let text = added(inline);
    assert_eq!(text.parse::<toml::Table>().unwrap()["plugin"].as_array().unwrap().len(), 2, "{text}");
}

#[test]
fn a_grant_joins_those_there_are() {
    let more = allow("https://b.example", "TOKEN");
    let text = granted(FILE, "slack", &more).unwrap();
    let line = "allow.http = [ \"https://a.example\" , \"https://b.example\"] # theirs\nallow.secrets = [\"TOKEN\"]\n";
    assert!(text.contains(line) || text.contains(&line.replace(" ,", ",")), "{text}");
    let others =
        |text: &str| text.lines().filter(|line| !line.starts_with("allow.")).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(others(&text), others(FILE));

    let text = granted(FILE, "guard", &Allow { private: true, ..more.clone() }).unwrap();
    let guard = &text.parse::<toml::Table>().unwrap()["plugin"][0];
    assert_eq!(guard["allow"]["private"].as_bool(), Some(true), "{text}");
    assert_eq!(guard["settings"]["protect"][0].as_str(), Some("production"), "{text}");

    let inline = "plugin = [{ name = \"b\", source = \"b.wasm\" }]\n";
    let text = granted(inline, "b", &more).unwrap();
    assert_eq!(
        text.parse::<toml::Table>().unwrap()["plugin"][0]["allow"]["secrets"][0].as_str(),
        Some("TOKEN"),
        "{text}"
    );
    assert_eq!(granted(FILE, "absent", &more), Err(EditError::NoSuchPlugin("absent".into())));
}

#[test]
fn a_plugin_goes_with_all_that_is_its_own() {
    let text = removed(FILE, "slack").unwrap();
    assert_eq!(text.parse::<toml::Table>().unwrap()["plugin"].as_array().unwrap().len(), 1);
    assert!(!text.contains("Tells people") && text.contains("# first") && text.ends_with("# The end.\n"), "{text}");
    let apart = removed("# Of all.\r\n\r\n# Its own.\r\n[[plugin]]\r\nname = \"a\"\r\n[project]\r\n", "a").unwrap();
    assert_eq!(apart, "# Of all.\r\n[project]\r\n");
    let text = removed(&removed(FILE, "guard").unwrap(), "slack").unwrap();
    assert_eq!(text, "# The shop.\n[project]\nname = \"shop\"   # short\n\n[journal]\nkeep = \"1year\"\n# The end.\n");
}

#[test]
fn what_is_no_assignment_is_refused() {
    let refused = |assignment: &str| NewPlugin::default().set(assignment).unwrap_err();
    for wrong in ["protect", "=x", "a..b=1", ".a=1"] {
        assert_eq!(refused(wrong), EditError::NotAnAssignment(wrong.to_owned()));
    }
    let mut plugin = NewPlugin::default();
    plugin.set("a=1").unwrap();
    assert!(matches!(plugin.set("a.b=1"), Err(EditError::NotATable { .. })));
}
