use std::{collections::BTreeMap, path::Path, time::Duration};

use serde_json::json;

use super::{
    super::{
        Allow, Config, EndBlockers, JournalConfig, LockMode, OnError, PluginConfig, PluginMode, defaults,
        types::{AlembicConfig, DispatchConfig, MigrateConfig, PlanConfig, ProjectConfig, RegistryConfig, RetryWait},
    },
    parse,
};
use crate::model::signal::SignalName;
use crate::registry::Source;

const FULL: &str = r#"
[project]
name = "shop"
environment = "development"

[environments.development]
end-blockers-after = "1m"
[environments.production]
databases = ["*shop_prod*", "db.prod.example.com/*"]

[alembic]
command = ["poetry", "run", "alembic"]
config = "alembic.ini"
timeout = "1h 30m"
launcher = false
lock = "skip-if-current"
lock-timeout = "90s"
show-x = ["tenant"]

[migrate]
ddl-lock-timeout = "1s"
statement-timeout = "15m"
retries = 30
retry-wait = { from = "500ms", to = "1m" }
end-blockers-after = "10m"
drop-invalid-indexes = true

[plan]
timeout = "5m"
facts = "lback-facts.json"
[plan.writes]
1d2a96c04b5e = ["users", "billing.orders"]
7ef3db5e7603 = []

[dispatch]
handler-grace = "500ms"

[journal]
enabled = false
path = ".lback/journal.db"
keep = "2years"

[registry]
vendor = "vendor/plugins"

[[plugin]]
name = "guard"
source = "plugins/guard.wasm"
public-key = "RWS6soy5HKkz9VLVrWfCDpE4Hk6Zo/TsbUFt11a4ibjeHvl62hG7A+tM"
signals = ["alembic_command_started", "migration_rollback_command"]
environments = ["production"]
mode = "audit"
on-error = "warn"
allow-override = true
timeout = "2s"
memory = "32MiB"
allow.http = ["https://hooks.slack.com", "HTTP://Metrics.Internal:9091/"]
allow.secrets = ["SLACK_WEBHOOK_URL", "_x1"]
allow.private = true
[plugin.settings]
protect = ["production"]
freeze = { from = 2026-12-20, until = 2027-01-02T08:00:00+01:00, at = 08:30:00 }
limit = -3
share = 0.5
strict = true
"#;

#[test]
fn a_file_with_every_key() {
    let config = parse(FULL).unwrap();
    let expected = Config {
        root: "/srv/shop".into(),
        path: Some("/srv/shop/lback.toml".into()),
        digest: None,
        project: ProjectConfig { name: "shop".to_owned(), environment: Some("development".to_owned()) },
        environments: BTreeMap::from([
            ("development".to_owned(), None),
            ("production".to_owned(), Some(["*shop_prod*", "db.prod.example.com/*"].map(str::to_owned).to_vec())),
        ]),
        alembic: AlembicConfig {
            command: Some(["poetry", "run", "alembic"].map(str::to_owned).to_vec()),
            config: Some("alembic.ini".to_owned()),
            timeout: Some(Duration::from_mins(90)),
            launcher: false,
            lock: LockMode::SkipIfCurrent,
            lock_timeout: Duration::from_secs(90),
            show_x: vec!["tenant".to_owned()],
        },
        migrate: MigrateConfig {
            ddl_lock_timeout: Some(Duration::from_secs(1)),
            statement_timeout: Some(Duration::from_mins(15)),
            retries: 30,
            retry_wait: RetryWait { from: Duration::from_millis(500), to: Duration::from_mins(1) },
            end_blockers: EndBlockers {
                after: Some(Duration::from_mins(10)),
                by_environment: BTreeMap::from([("development".to_owned(), Duration::from_mins(1))]),
            },
            drop_invalid_indexes: true,
        },
        plan: PlanConfig {
            timeout: Duration::from_mins(5),
            facts: Some("lback-facts.json".into()),
            writes: BTreeMap::from([
                ("1d2a96c04b5e".to_owned(), vec!["users".to_owned(), "billing.orders".to_owned()]),
                ("7ef3db5e7603".to_owned(), Vec::new()),
            ]),
        },
        dispatch: DispatchConfig { handler_grace: Duration::from_millis(500) },
        journal: JournalConfig {
            enabled: false,
            path: Some("/srv/shop/.lback/journal.db".into()),
            keep: humantime::parse_duration("2years").unwrap(),
        },
        registry: RegistryConfig { vendor: Some("/srv/shop/vendor/plugins".into()) },
        plugins: vec![PluginConfig {
            name: "guard".to_owned(),
            file: Some("/srv/shop/lback.toml".into()),
            source: Source::Path("plugins/guard.wasm".into()),
            public_key: Some("RWS6soy5HKkz9VLVrWfCDpE4Hk6Zo/TsbUFt11a4ibjeHvl62hG7A+tM".parse().unwrap()),
            signals: Some(vec![SignalName::AlembicCommandStarted, SignalName::MigrationRollbackCommand]),
            environments: Some(vec!["production".to_owned()]),
            mode: PluginMode::Audit,
            on_error: Some(OnError::Warn),
            allow_override: true,
            timeout: Some(Duration::from_secs(2)),
            memory: 32 * 1024 * 1024,
            allow: Allow {
                http: vec!["https://hooks.slack.com".parse().unwrap(), "http://metrics.internal:9091".parse().unwrap()],
                secrets: vec!["SLACK_WEBHOOK_URL".to_owned(), "_x1".to_owned()],
                private: true,
            },
            settings: json!({
                "protect": ["production"],
                "freeze": { "from": "2026-12-20", "until": "2027-01-02T08:00:00+01:00", "at": "08:30:00" },
                "limit": -3,
                "share": 0.5,
                "strict": true,
            }),
        }],
    };
    assert_eq!(config, expected);
}

#[test]
fn a_plugin_with_its_name_and_source_alone() {
    let config = parse("[[plugin]]\nname = 'guard'\nsource = '/opt/guard.wasm'\n").unwrap();
    let expected = PluginConfig {
        name: "guard".to_owned(),
        file: Some("/srv/shop/lback.toml".into()),
        source: Source::Path("/opt/guard.wasm".into()),
        public_key: None,
        signals: None,
        environments: None,
        mode: PluginMode::Enforce,
        on_error: None,
        allow_override: false,
        timeout: None,
        memory: defaults::MEMORY,
        allow: Allow::default(),
        settings: json!({}),
    };
    assert_eq!(config.plugins, [expected]);
}

#[test]
fn an_empty_file_is_a_plain_front_to_alembic() {
    let without_file = Config::default_for(Path::new("/srv/shop")).unwrap();
    assert_eq!(without_file.project.name, "shop");
    assert_eq!(without_file.path, None);
    assert_eq!(without_file.alembic.timeout, None);
    assert_eq!((without_file.alembic.launcher, without_file.alembic.lock), (true, LockMode::Wait));
    assert!(without_file.journal.enabled);
    for text in ["", "\n", "# nothing\r\n", "\u{feff}", "plugin = []"] {
        let config = parse(text).unwrap();
        assert_eq!(Config { path: None, ..config }, without_file, "{text:?}");
    }
}

#[test]
fn plugins_keep_the_order_of_the_file() {
    let text: String =
        ["zeta", "alpha", "mid-1"].map(|name| format!("[[plugin]]\nname = '{name}'\nsource = 'one.wasm'\n")).concat();
    let names: Vec<String> = parse(text).unwrap().plugins.into_iter().map(|plugin| plugin.name).collect();
    assert_eq!(names, ["zeta", "alpha", "mid-1"]);
}

#[test]
fn the_three_ways_to_write_a_table_mean_the_same() {
    let plugin = "[[plugin]]\nname = 'a'\nsource = 'a.wasm'\n";
    let read = |allow: &str| parse(format!("{plugin}{allow}")).unwrap().plugins;
    let dotted = read("allow.http = ['https://a.example']\nallow.private = true\n");
    assert_eq!(dotted[0].allow.http[0].to_string(), "https://a.example");
    assert_eq!(dotted, read("allow = { http = ['https://a.example'], private = true }\n"));
    assert_eq!(dotted, read("[plugin.allow]\nhttp = ['https://a.example']\nprivate = true\n"));
}

#[test]
fn line_ends_and_a_byte_order_mark_change_nothing() {
    let plain = parse(FULL).unwrap();
    assert_eq!(parse(FULL.replace('\n', "\r\n")).unwrap(), plain);
    assert_eq!(parse(format!("\u{feff}{FULL}")).unwrap(), plain);
}
