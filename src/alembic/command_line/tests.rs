use super::*;

fn words(line: &str) -> Vec<OsString> {
    line.split_whitespace().map(OsString::from).collect()
}

fn program(line: &str) -> Program {
    Program { argv: words(line) }
}

/// (typed, command, args, all of it as it may be shown)
const TYPED: &[(&str, &str, &str, &str)] = &[
    ("", "", "", ""),
    ("upgrade head", "upgrade", "head", "upgrade head"),
    ("downgrade -1", "downgrade", "-1", "downgrade -1"),
    ("-c a.ini upgrade head", "upgrade", "head", "-c a.ini upgrade head"),
    ("-ca.ini upgrade", "upgrade", "", "-ca.ini upgrade"),
    ("-c=a.ini upgrade", "upgrade", "", "-c=a.ini upgrade"),
    ("--config a.ini upgrade", "upgrade", "", "--config a.ini upgrade"),
    ("--config=a.ini upgrade", "upgrade", "", "--config=a.ini upgrade"),
    ("--conf a.ini upgrade", "upgrade", "", "--conf a.ini upgrade"),
    ("--c=a.ini upgrade", "upgrade", "", "--c=a.ini upgrade"),
    ("--n upgrade downgrade base", "downgrade", "base", "--n upgrade downgrade base"),
    ("-n upgrade downgrade base", "downgrade", "base", "-n upgrade downgrade base"),
    ("-qn upgrade downgrade base", "downgrade", "base", "-qn upgrade downgrade base"),
    ("-qqn upgrade downgrade base", "downgrade", "base", "-qqn upgrade downgrade base"),
    ("-q=n upgrade downgrade base", "downgrade", "base", "-q=n upgrade downgrade base"),
    ("-qnone downgrade base", "downgrade", "base", "-qnone downgrade base"),
    ("-q --quiet --q --raiseerr --r current -v", "current", "-v", "-q --quiet --q --raiseerr --r current -v"),
    ("-n -1 current", "current", "", "-n -1 current"),
    ("--version", "", "", "--version"),
    ("-h", "", "", "-h"),
    ("--help upgrade", "upgrade", "", "--help upgrade"),
    ("-- upgrade head", "upgrade", "head", "-- upgrade head"),
    ("-c", "", "", "-c"),
    ("--unknown upgrade", "upgrade", "", "--unknown upgrade"),
    ("- upgrade", "-", "upgrade", "- upgrade"),
    ("-x a=secret upgrade head", "upgrade", "head", "-x *** upgrade head"),
    ("-xa=secret upgrade", "upgrade", "", "-x*** upgrade"),
    ("-x=secret upgrade", "upgrade", "", "-x=*** upgrade"),
    ("-qx secret upgrade", "upgrade", "", "-qx *** upgrade"),
    ("-qxsecret upgrade", "upgrade", "", "-qx*** upgrade"),
    ("-q=xsecret upgrade", "upgrade", "", "-q=x*** upgrade"),
    ("-q=x secret upgrade", "upgrade", "", "-q=x *** upgrade"),
    ("-x upgrade -x secret downgrade", "downgrade", "", "-x *** -x *** downgrade"),
    ("-c -x secret upgrade", "upgrade", "", "-c -x *** upgrade"),
    ("-x", "", "", "-x"),
    ("upgrade -x secret head", "upgrade", "-x *** head", "upgrade -x *** head"),
    ("upgrade -xsecret head", "upgrade", "-x*** head", "upgrade -x*** head"),
    ("current -vx secret", "current", "-vx ***", "current -vx ***"),
    ("upgrade --x-arg secret head", "upgrade", "--x-arg *** head", "upgrade --x-arg *** head"),
    ("upgrade --x-arg=secret", "upgrade", "--x-arg=***", "upgrade --x-arg=***"),
    ("--config=x://u:secret@h current", "current", "", "--config=x://u:***@h current"),
    ("x://u:secret@h x://u:secret@h", "x://u:***@h", "x://u:***@h", "x://u:***@h x://u:***@h"),
];

#[test]
fn typed_lines_are_read_as_alembic_reads_them() {
    for (typed, command, args, shown) in TYPED {
        let line = CommandLine::new(&program("alembic"), &GlobalOptions::default(), &words(typed));
        assert_eq!(line.command(), *command, "command of `{typed}`");
        assert_eq!(line.args().join(" "), *args, "arguments of `{typed}`");
        assert_eq!(line.redacted().join(" "), format!("alembic {shown}").trim_end(), "redacted `{typed}`");
        assert_eq!(line.argv(), words(&format!("alembic {typed}")), "`{typed}` is passed on as it is");
    }
}

#[test]
fn global_options_stand_before_the_command() {
    let options = GlobalOptions {
        config: vec!["alembic.ini".into(), "pyproject.toml".into()],
        name: Some("reports".into()),
        x: vec!["tenant=secret".into(), "-secret".into()],
        raiseerr: true,
        quiet: true,
        show_x: Vec::new(),
    };
    let line = CommandLine::new(&program("/bin/uv run alembic"), &options, &words("upgrade head"));
    let rest = "--raiseerr --quiet upgrade head";
    let argv =
        format!("/bin/uv run alembic -c alembic.ini -c pyproject.toml -n reports -x tenant=secret -x-secret {rest}");
    assert_eq!(line.argv(), words(&argv));
    let shown = format!("/bin/uv run alembic -c alembic.ini -c pyproject.toml -n reports -x *** -x*** {rest}");
    assert_eq!(line.redacted().join(" "), shown);
    assert_eq!((line.command(), line.args()), ("upgrade", &["head".to_owned()][..]));
}

/// (typed, the words for Flask-Migrate, command)
const FOR_FLASK: &[(&str, &str, &str)] = &[
    ("", "", ""),
    ("upgrade head", "upgrade head", "upgrade"),
    ("downgrade -1", "downgrade -- -1", "downgrade"),
    ("-- downgrade -1 --sql", "-- downgrade --sql -- -1", "downgrade"),
    ("revision --autogenerate -m x", "migrate -m x", "migrate"),
    ("revision -m --autogenerate", "revision -m --autogenerate", "revision"),
    ("list_templates", "list-templates", "list-templates"),
    ("-d upgrade downgrade base", "-d upgrade downgrade base", "downgrade"),
    ("-dupgrade downgrade", "-dupgrade downgrade", "downgrade"),
    ("--directory=upgrade downgrade", "--directory=upgrade downgrade", "downgrade"),
    ("-x -d downgrade", "-x -d downgrade", "downgrade"),
    ("--dir upgrade", "--dir upgrade", "upgrade"),
    ("-c upgrade downgrade", "-c upgrade downgrade", "upgrade"),
];

#[test]
fn flask_migrate_gets_its_own_words() {
    for (typed, words, command) in FOR_FLASK {
        let line = CommandLine::new(&program("flask db"), &GlobalOptions::default(), &self::words(typed));
        assert_eq!(line.command(), *command, "{typed}");
        assert_eq!(line.argv(), self::words(&format!("flask db {words}")), "{typed}");
    }
    let options = GlobalOptions {
        config: vec!["other/alembic.ini".into()],
        x: vec!["a=secret".into()],
        ..GlobalOptions::default()
    };
    let flask = program("/bin/flask --app shop db");
    let line = CommandLine::new(&flask, &options, &words("upgrade -d b -xc=secret --sql head"));
    assert_eq!(line.argv(), words("/bin/flask --app shop db -d other -x a=secret upgrade -d b -xc=secret --sql head"));
    let shown = "flask --app shop db -d other -x *** upgrade -d b -x*** --sql head";
    assert_eq!(line.redacted_words().join(" "), shown);
    let launched = line.run_by(&words("python launcher /bin/flask --app shop db"));
    let current = "--app shop db -d other -x a=secret --directory=b --x-arg=c=secret current";
    assert_eq!(launched.arguments_of("current").map(|words| words.join(" ")).as_deref(), Some(current));
    assert_eq!(launched.redacted_words().join(" "), shown);
}

#[test]
fn flask_migrate_changes_a_database_unless_it_prints() {
    for (typed, changes, target) in [
        ("upgrade", true, Some(LineTarget::Revision("head".into()))),
        ("downgrade", true, Some(LineTarget::Revision("-1".into()))),
        ("downgrade -2 --tag t", true, Some(LineTarget::Revision("-2".into()))),
        ("upgrade -d db --x-arg a=b one", true, Some(LineTarget::Revision("one".into()))),
        ("upgrade --sql", false, Some(LineTarget::Printed)),
        ("upgrade --tag --sql", true, Some(LineTarget::Revision("head".into()))),
        ("upgrade -- --sql", true, Some(LineTarget::Revision("--sql".into()))),
        ("upgrade --sq", true, Some(LineTarget::Unknown)),
        ("stamp head", true, None),
        ("migrate", false, None),
        ("current", false, None),
    ] {
        let line = CommandLine::new(&program("flask db"), &GlobalOptions::default(), &words(typed));
        assert_eq!((line.changes_database(), line.target()), (changes, target), "{typed}");
    }
}

#[test]
fn values_of_declared_keys_are_shown() {
    let options = GlobalOptions {
        x: vec!["tenant=acme".into(), "token=secret".into(), "tenant".into(), "dsn=x".into()],
        show_x: vec!["tenant".to_owned(), "dsn".to_owned()],
        ..GlobalOptions::default()
    };
    let line = CommandLine::new(&program("alembic"), &options, &words("upgrade head"));
    assert_eq!(line.redacted().join(" "), "alembic -x tenant=acme -x *** -x *** -x dsn=x upgrade head");
    assert_eq!(line.shown_x(), ["tenant=acme", "dsn=x"]);
    for typed in ["-x tenant=b upgrade head", "-xtenant=b upgrade head", "-x=tenant=b upgrade head"] {
        let options = GlobalOptions { x: Vec::new(), ..options.clone() };
        let line = CommandLine::new(&program("alembic"), &options, &words(typed));
        assert_eq!(line.redacted().join(" "), format!("alembic {typed}"));
        assert_eq!(line.shown_x(), ["tenant=b"]);
    }
    let url = GlobalOptions { x: vec!["dsn=postgresql://u:secret@h/db".into()], ..options };
    let line = CommandLine::new(&program("alembic"), &url, &words("current"));
    assert_eq!(line.shown_x(), ["dsn=postgresql://u:***@h/db"]);
}

#[test]
fn typed_configuration_replaces_the_configured_one() {
    let options = GlobalOptions { config: vec!["a.ini".into()], name: Some("s".into()), ..GlobalOptions::default() };
    for typed in ["-c b.ini current", "-qcb.ini current", "--conf=b.ini current"] {
        let line = CommandLine::new(&program("alembic"), &options, &words(typed));
        assert_eq!(line.argv(), words(&format!("alembic -n s {typed}")));
    }
    let line = CommandLine::new(&program("alembic"), &options, &words("current -c b.ini"));
    assert_eq!(line.argv(), words("alembic -c a.ini -n s current -c b.ini"));
}

#[test]
fn secrets_in_a_configured_command_are_hidden() {
    let program = program("docker run -e URL=postgresql://u:secret@h/db alembic -x secret");
    let line = CommandLine::new(&program, &GlobalOptions::default(), &words("current"));
    assert_eq!(line.redacted().join(" "), "docker run -e URL=postgresql://u:***@h/db alembic -x *** current");
}

#[test]
fn a_gate_learns_what_a_line_hides_whatever_signs_it_has() {
    let password = "QbcXdefY9==";
    let typed = [
        format!("upgrade head --password {password}"),
        format!("upgrade head --password={password}"),
        format!("upgrade head --db-password {password} -x a"),
        format!("upgrade postgresql://u:{password}@h/db"),
        format!("upgrade postgresql://h/db?password={password}"),
        format!("-x password={password} upgrade head"),
        format!("-x postgresql://u:{password}@h/db upgrade head"),
        format!("-xpassword={password} upgrade head"),
        format!("upgrade --x-arg=password={password}"),
        format!("upgrade --x-arg db_password={password}"),
        format!("-c postgresql://u:{password}@h/db upgrade"),
        format!("postgresql://u:{password}@h/db upgrade"),
    ];
    for typed in typed {
        let lines = [
            CommandLine::new(&program("alembic"), &GlobalOptions::default(), &words(&typed)),
            CommandLine::new(&program(&format!("run {typed}")), &GlobalOptions::default(), &words("current")),
        ];
        for line in [&lines[0], &lines[0].run_by(&words("python -m x")), &lines[1]] {
            let gate = Gate::default();
            line.teach(&gate);
            assert_eq!(gate.redact(&format!("it is {password}!")), "it is ***!", "{typed}");
            assert!(!format!("{line:?}").contains("QbcX"), "{line:?}");
        }
    }
}

#[test]
fn words_that_are_no_text_are_passed_on() {
    use std::os::unix::ffi::OsStringExt;
    let word = OsString::from_vec(b"\xff".to_vec());
    let line = CommandLine::new(&program("alembic"), &GlobalOptions::default(), &["upgrade".into(), word.clone()]);
    assert_eq!(line.argv()[2], word);
    assert_eq!(line.args(), ["\u{fffd}"]);
}
