//! Projects that write in ways of their own: prints, logging, warnings, bytes that aren't text,
//! more than a pipe holds.

use super::twin::{Twin, case};

const UPGRADE: &[&str] = &["upgrade", "head"];

#[test]
fn env_py_writes_to_both_streams() {
    let twin = Twin::new()
        .before_env(include_str!("python/write_to_both_streams.py"))
        .after_env("print('after the migrations')");
    twin.check([
        case(&[&["-x", "tenant=a", "-x", "flag"], UPGRADE].concat()).outputs("['tenant=a', 'flag'] {'tenant': 'a'"),
        case(&["current"]).outputs("straight"),
        case(&["upgrade", "head", "--sql"]).outputs("CREATE TABLE three"),
        case(&["history"]),
    ]);
}

#[test]
fn more_than_a_pipe_holds() {
    let twin = Twin::new().before_env(
        "import sys\n\
         for number in range(60000):\n    print('line', number, file=sys.stdout if number % 3 else sys.stderr)",
    );
    twin.check([case(UPGRADE).outputs("line 59999\n")]);
}

#[test]
fn logging_of_the_project() {
    let ini = "[alembic]\nscript_location = %(here)s/migrations\nprepend_sys_path = .\nsqlalchemy.url = sqlite:///test.db\n\
        [loggers]\nkeys = root,alembic,sqlalchemy\n[handlers]\nkeys = out,file\n[formatters]\nkeys = own\n\
        [logger_root]\nlevel = DEBUG\nhandlers = out\n\
        [logger_alembic]\nlevel = DEBUG\nhandlers = file\nqualname = alembic\n\
        [logger_sqlalchemy]\nlevel = WARNING\nhandlers =\nqualname = sqlalchemy\n\
        [handler_out]\nclass = StreamHandler\nargs = (sys.stdout,)\nformatter = own\n\
        [handler_file]\nclass = FileHandler\nargs = ('migrations.log', 'w')\nformatter = own\n\
        [formatter_own]\nformat = %(levelname)s|%(name)s|%(module)s|%(funcName)s|%(threadName)s|%(processName)s|%(message)s\n";
    let twin = Twin::new().file("alembic.ini", ini).revision("bad", "op.execute('select * from nowhere')");
    twin.check([
        case(&["upgrade", "three"])
            .outputs("INFO|alembic.runtime.migration|migration|run_migrations|MainThread|MainProcess|"),
        case(UPGRADE).code(1).outputs("no such table: nowhere"),
        case(&["downgrade", "-1"]).code(255),
    ]);
}

#[test]
fn logging_set_up_in_env_py() {
    let twin = Twin::new().before_env(include_str!("python/logging_handler.py"));
    twin.check([case(UPGRADE).outputs("captured"), case(&["current"])]);
}

#[test]
fn warnings_of_the_project() {
    let warns = include_str!("python/warn.py");
    for (filter, code) in
        [("", 0), ("default", 0), ("always", 0), ("error::UserWarning", 1), ("error::ResourceWarning", 0)]
    {
        Twin::new()
            .before_env(warns)
            .env("PYTHONWARNINGS", filter)
            .check([case(UPGRADE).code(code).outputs("of the user")]);
    }
    // Neither Alembic nor the launcher causes a warning that the user would see.
    let twin = Twin::new().env("PYTHONWARNINGS", "error").arrange(|root| {
        let ini = std::fs::read_to_string(root.join("alembic.ini")).expect("a file");
        let ini = ini.replace("[loggers]", "path_separator = os\n[loggers]");
        std::fs::write(root.join("alembic.ini"), ini).expect("a file");
    });
    twin.check([case(&["upgrade", "head"]), case(&["history"])]);
    Twin::new().env("PYTHONDEVMODE", "1").before_env("open('alembic.ini')").check([
        case(UPGRADE).outputs("unclosed file"),
        case(&["current"]),
        case(&["nosuch"]).code(2),
    ]);
}
