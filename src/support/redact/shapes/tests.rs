//! Texts with secrets, and how they are shown.

use std::borrow::Cow;

use crate::support::redact::Gate;

#[track_caller]
fn is_shown(text: &str, expected: &str) {
    assert_eq!(Gate::default().redact(text), expected, "{text}");
}

#[test]
fn parameters_are_hidden_in_every_notation() {
    let cases = [
        ("postgresql://u@h/db?password=s3cr3t&sslmode=require", "postgresql://u@h/db?password=***&sslmode=require"),
        ("x://h/db?sslpassword=a%20b#f", "x://h/db?sslpassword=***"),
        ("https://h/x?token=abc&access_token=def", "https://h/x?token=***&access_token=***"),
        ("host=h password=s3cr3t user=u", "host=h password=*** user=u"),
        ("host=h password='it\\'s a ''secret' user=u", "host=h password='***' user=u"),
        ("host=h password=a\\ b user=u", "host=h password=*** user=u"),
        ("host=h password = s3;c,r&t user=u", "host=h password = *** user=u"),
        ("DRIVER={x};UID=sa;PWD={a;b}}c};Database=d", "DRIVER={x};UID=sa;PWD={***};Database=d"),
        ("Server=h;Pwd=s3cr3t;Database=d", "Server=h;Pwd=***;Database=d"),
        ("Server=h;Password=s3cr3t;", "Server=h;Password=***;"),
        ("jdbc:sqlserver://h;user=u;password={a};x=y", "jdbc:sqlserver://h;user=u;password={***};x=y"),
        ("jdbc:mysql://h/db?user=u&password=s3", "jdbc:mysql://h/db?user=u&password=***"),
        ("odbc_connect=UID%3Dsa%3BPWD%3Ds3cr3t%3BDatabase%3Dd", "odbc_connect=UID%3Dsa%3BPWD%3D***%3BDatabase%3Dd"),
        ("{\"password\": \"s3\\\"cr\", \"a\": 1}", "{\"password\": \"***\", \"a\": 1}"),
        ("{'password': 's3', 'user': 'u'}", "{'password': '***', 'user': 'u'}"),
        ("\"{\\\"password\\\": \\\"s3\\\", \\\"a\\\": 1}\"", "\"{\\\"password\\\": \\\"***\\\", \\\"a\\\": 1}\""),
        ("connect(host='h', password='s3', port=1)", "connect(host='h', password='***', port=1)"),
        ("password: s3cr3t\nuser: u", "password: ***\nuser: u"),
        ("DB_PASS=s3 AWS_SECRET_ACCESS_KEY=ab/c+d= x", "DB_PASS=*** AWS_SECRET_ACCESS_KEY=*** x"),
        ("export PGPASSWORD=\"s3\"", "export PGPASSWORD=\"***\""),
        ("psql --password s3 --user u", "psql --password *** --user u"),
        ("['x', '--password', 's3', '--user']", "['x', '--password', '***', '--user']"),
        ("passfile=/run/pgpass dbname=d", "passfile=*** dbname=d"),
        ("Authorization: Bearer abc.def", "Authorization: Bearer ***"),
        ("sent Bearer abcdefgh12345678 to", "sent Bearer *** to"),
        ("AccountKey=abc==;EndpointSuffix=x", "AccountKey=***;EndpointSuffix=x"),
        ("clone https://ghp_0123456789abcdefghij/x", "clone https://***/x"),
        ("rotates the token: hunter2-0123456789", "rotates the token: ***"),
        ("secret: a1b2c3d4e5f6, jwt: 0a.1b.2c.3d.4e", "secret: ***, jwt: ***"),
        ("SharedAccessSignature=sr=h&sig=ab%2Fcd&se=1", "SharedAccessSignature=***&sig=***&se=1"),
        ("https://h/c?sv=2024&sig=ab%2Fcd%3D", "https://h/c?sv=2024&sig=***"),
    ];
    for (text, expected) in cases {
        is_shown(text, expected);
    }
}

#[test]
fn literals_of_statements_are_hidden() {
    let cases = [
        ("CREATE ROLE r LOGIN PASSWORD 's3' VALID UNTIL 'x'", "CREATE ROLE r LOGIN PASSWORD '***' VALID UNTIL 'x'"),
        ("ALTER ROLE r ENCRYPTED PASSWORD E'it\\'s'", "ALTER ROLE r ENCRYPTED PASSWORD E'***'"),
        ("ALTER ROLE r PASSWORD $x$s3'$x$;", "ALTER ROLE r PASSWORD $x$***$x$;"),
        ("ALTER ROLE r PASSWORD /* new */\n 's3'", "ALTER ROLE r PASSWORD /* new */\n '***'"),
        ("ALTER ROLE r PASSWORD -- new\n 's3'", "ALTER ROLE r PASSWORD -- new\n '***'"),
        ("ALTER ROLE r PASSWORD 's3'\n  'more' VALID UNTIL 'x'", "ALTER ROLE r PASSWORD '***' VALID UNTIL 'x'"),
        ("CREATE USER u IDENTIFIED BY 's3'", "CREATE USER u IDENTIFIED BY '***'"),
        ("CREATE USER u IDENTIFIED BY PASSWORD '*A0'", "CREATE USER u IDENTIFIED BY PASSWORD '***'"),
        (
            "ALTER USER u IDENTIFIED WITH sha2 BY 'new' REPLACE 'old'",
            "ALTER USER u IDENTIFIED WITH sha2 BY '***' REPLACE '***'",
        ),
        (
            "CREATE USER u IDENTIFIED WITH 'mysql_native_password' AS '*A0'",
            "CREATE USER u IDENTIFIED WITH 'mysql_native_password' AS '***'",
        ),
        (
            "CREATE USER u IDENTIFIED VIA ed25519 USING PASSWORD('s3')",
            "CREATE USER u IDENTIFIED VIA ed25519 USING PASSWORD('***')",
        ),
        ("CREATE USER u IDENTIFIED BY s3cr3t;", "CREATE USER u IDENTIFIED BY ***;"),
        ("SET PASSWORD FOR 'u'@'h' = 's3'", "SET PASSWORD FOR 'u'@'h' = '***'"),
        ("SET PASSWORD FOR u@h = PASSWORD('s3')", "SET PASSWORD FOR u@h = PASSWORD('***')"),
        ("CREATE LOGIN l WITH PASSWORD = N's3'", "CREATE LOGIN l WITH PASSWORD = N'***'"),
        (
            "CHANGE MASTER TO MASTER_PASSWORD='s3', MASTER_HOST='h'",
            "CHANGE MASTER TO MASTER_PASSWORD='***', MASTER_HOST='h'",
        ),
        ("OPTIONS (user 'u', password 's3')", "OPTIONS (user 'u', password '***')"),
        (
            "CREATE SUBSCRIPTION s CONNECTION 'host=h password=s3 dbname=d'",
            "CREATE SUBSCRIPTION s CONNECTION 'host=h password=*** dbname=d'",
        ),
        ("UPDATE u SET password = 'x', name = 'n'", "UPDATE u SET password = '***', name = 'n'"),
    ];
    for (text, expected) in cases {
        is_shown(text, expected);
    }
}

#[test]
fn quotes_within_quotes_hide_nothing() {
    let cases = [
        ("ALTER ROLE r PASSWORD '''hunter2x';", "ALTER ROLE r PASSWORD '***';"),
        ("ALTER ROLE r PASSWORD '''hunter2x", "ALTER ROLE r PASSWORD '***"),
        ("ALTER ROLE r PASSWORD '''''hunter2x';", "ALTER ROLE r PASSWORD '***';"),
        ("password = '''hunter2x'''\nuser = 'u'", "password = '***'\nuser = 'u'"),
        ("password=\"\"\"hunter2x\"\"\", user=\"u\"", "password=\"***\", user=\"u\""),
        ("password='''hun\nter2x'''", "password='***'"),
        ("EXECUTE 'ALTER ROLE r PASSWORD ''hunter2x'' VALID'", "EXECUTE 'ALTER ROLE r PASSWORD ''***'' VALID'"),
        ("EXECUTE 'ALTER ROLE r PASSWORD ''!hunter2'''", "EXECUTE 'ALTER ROLE r PASSWORD ''***'''"),
        ("connect(password=('hunter2x'))", "connect(password=('***'))"),
        ("ALTER ROLE r PASSWORD $x$s3 and more", "ALTER ROLE r PASSWORD ***"),
    ];
    for (text, expected) in cases {
        is_shown(text, expected);
    }
}

#[test]
fn values_may_start_with_any_sign() {
    for sign in
        ["$", "@", ":", "=", "&", "|", "(", "[", "<", "!", "%", "#", "*", "+", "-", "~", "^", "/", "?", ".", "_"]
    {
        for (before, after) in [
            ("password=", ""),
            ("x://h/db?password=", ""),
            ("x://h/db?password=", "&a=b"),
            ("host=h password=", " user=u"),
            ("DB_PASSWORD=", "\nA=b"),
            ("password: ", "\nuser: u"),
            ("Server=h;Pwd=", ";Database=d"),
            ("psql --password=", " --user u"),
        ] {
            is_shown(&format!("{before}{sign}ecret1x{after}"), &format!("{before}***{after}"));
        }
        for quote in ["'", "\""] {
            is_shown(&format!("password={quote}{sign}ecret1x{quote}"), &format!("password={quote}***{quote}"));
        }
    }
}

#[test]
fn all_names_of_secrets_are_looked_for() {
    for name in [
        "masterKey",
        "signingKey",
        "encryptionkey",
        "ENCRYPTION_KEY",
        "serviceKey",
        "stripekey",
        "fernetKey",
        "FERNET_KEY",
        "sharedkey",
        "authkey",
        "auth.key",
        "myMasterKey",
        "bearer",
        "db.pwd",
        "apikey",
        "access-key",
        "PRIVATE_KEY",
    ] {
        is_shown(&format!("{name}=hunter2x"), &format!("{name}=***"));
        is_shown(&format!("\"{name}\": \"hunter2x\""), &format!("\"{name}\": \"***\""));
    }
}

#[test]
fn messages_about_urls_show_no_part_of_them() {
    let cases = [
        (
            "'%' must be followed by '%' or '(', found: '%40ss@localhost/db'",
            "'%' must be followed by '%' or '(', found: '***'",
        ),
        (
            "invalid interpolation syntax in 'postgresql://u:p%w@h/db' at position 16",
            "invalid interpolation syntax in 'postgresql://u:***@h/db' at position 16",
        ),
        ("bad interpolation variable reference '%(s3@h/db'", "bad interpolation variable reference '***'"),
        ("Could not parse SQLAlchemy URL from string 'u:s3@h/db'", "Could not parse SQLAlchemy URL from string '***'"),
        ("invalid literal for int() with base 10: 'w/rd@h'", "invalid literal for int() with base 10: '***'"),
        ("invalid integer value \"s3\" for connection option", "invalid integer value \"***\" for connection option"),
        ("missing \"=\" after \"s3\" in connection info", "missing \"=\" after \"***\" in connection info"),
    ];
    for (text, expected) in cases {
        is_shown(text, expected);
    }
}

#[test]
fn options_of_client_programs_show_no_secret() {
    let cases = [
        ("run mysql -uroot -ps3cr3t shop", "run mysql -uroot -p*** shop"),
        ("/usr/bin/mysqldump -h h -p's3 cr3t' shop | gzip", "/usr/bin/mysqldump -h h -p'***' shop | gzip"),
        ("mariadb -u app -ps3cr3t", "mariadb -u app -p***"),
        ("MYSQLADMIN -ps3cr3t status", "MYSQLADMIN -p*** status"),
        ("curl -s -u ci:s3cr3t https://h/x", "curl -s -u ci:*** https://h/x"),
        ("curl --user 'ci:s3 cr3t' https://h/x", "curl --user 'ci:***' https://h/x"),
        ("redis-cli -h h -a s3cr3t ping", "redis-cli -h h -a *** ping"),
        ("sshpass -p s3cr3t ssh h; sshpass -ps3cr3t ssh h", "sshpass -p *** ssh h; sshpass -p*** ssh h"),
        ("docker login -u x -p s3cr3t h", "docker login -u x -p *** h"),
        ("sqlcmd -S h -U sa -P s3cr3t", "sqlcmd -S h -U sa -P ***"),
        ("mongosh -u x -p \"s3cr3t\" h", "mongosh -u x -p \"***\" h"),
        ("http -a x:s3cr3t h", "http -a x:*** h"),
        ("curl --user=ci:s3cr3t https://h/x", "curl --user=ci:*** https://h/x"),
        ("redis-cli --pass s3cr3t ping", "redis-cli --pass *** ping"),
        ("sqlplus scott/t1ger@orcl @run.sql", "sqlplus scott/***@orcl @run.sql"),
        ("jdbc:oracle:thin:scott/t1ger@//db:1521/x", "jdbc:oracle:thin:scott/***@//db:1521/x"),
    ];
    for (text, expected) in cases {
        is_shown(text, expected);
    }
}

#[test]
fn keys_and_tokens_with_a_known_beginning_are_hidden() {
    let cases = [
        ("x npm_s3cr3ts3cr3ts3cr3t y", "x *** y"),
        ("pypi-AgEIcHlwaS5vcmc3cr3t", "***"),
        ("SG.s3cr3ts3.cr3ts3cr3t", "***"),
        ("key=AIzaSys3cr3ts3cr3ts3cr3t", "key=***"),
        ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.s3cr3t_s3cr3t", "***"),
        (
            "post to https://hooks.slack.com/services/T0000/B0000/s3cr3t now",
            "post to https://hooks.slack.com/services/*** now",
        ),
        ("https://discord.com/api/webhooks/123456/s3cr3ts3cr3t", "https://discord.com/api/webhooks/***"),
        (
            "-----BEGIN RSA PRIVATE KEY-----\nMIIs3cr3t\n-----END RSA PRIVATE KEY-----",
            "-----BEGIN RSA PRIVATE KEY-----***-----END RSA PRIVATE KEY-----",
        ),
        ("curl -H 'Cookie: session=s3cr3ts3cr3t'", "curl -H 'Cookie: ***'"),
        ("<password>s3cr3t</password>", "<password>***</password>"),
        ("password -> s3cr3ts3cr3t1", "password -> ***"),
        ("dbpass=s3cr3t", "dbpass=***"),
    ];
    for (text, expected) in cases {
        is_shown(text, expected);
    }
}

#[test]
fn literals_of_statements_are_hidden_where_they_are_secret() {
    let cases = [
        ("PRAGMA key='s3cr3t'", "PRAGMA key='***'"),
        ("pragma rekey ( 's3cr3t' )", "pragma rekey ( '***' )"),
        ("ATTACH 'x.db' AS x KEY 's3cr3t'; SELECT 'KEY x'", "ATTACH 'x.db' AS x KEY '***'; SELECT 'KEY x'"),
        ("CREATE SECRET x (TYPE S3, SECRET 's3cr3t')", "CREATE SECRET x (TYPE S3, SECRET '***')"),
        ("SELECT crypt('s3cr3t', gen_salt('bf'))", "SELECT crypt('***', gen_salt('bf'))"),
        ("SELECT pgp_sym_encrypt('d, e', 's3cr3t')", "SELECT pgp_sym_encrypt('d, e', '***')"),
        ("SELECT set_config('app.jwt_secret', 's3cr3t', false)", "SELECT set_config('app.jwt_secret', '***', false)"),
        (
            "INSERT INTO users (name, \"password\", note) VALUES ('root', 's3,c(r3t', 'x'), ('a', E't0psecret', 'y')",
            "INSERT INTO users (name, \"password\", note) VALUES ('root', '***', 'x'), ('a', E'***', 'y')",
        ),
    ];
    for (text, expected) in cases {
        is_shown(text, expected);
    }
}

#[test]
fn ordinary_texts_stay() {
    let texts = [
        "SELECT set_config('app.tenant', 'x', false), pgp_sym_encrypt(d, :key), decrypt('a', 'b')",
        "INSERT INTO t (name, note) VALUES ('password', 'token')",
        "INSERT INTO t (name, password) VALUES ('a', NULL), ('b', ''), ('c', :password)",
        "INSERT INTO t (token) SELECT token FROM s",
        "attach the key to 'x', and a crypt() of it",
        "-----BEGIN PUBLIC KEY-----\nabc\n-----END PUBLIC KEY-----",
        "see https://hooks.slack.com/services/ and npm_config_x",
        "a cookie: none, <password/>, password -> (hashed)",
        "eyjafjallajokull",
        "mysql -u root -p shop",
        "mysql -p$MYSQL_PWD and curl -u user https://h",
        "a mysql server, a mariadb -p one, mysqlclient -proxy",
        "tables of mysql, and -placement",
        "curl https://h -o a:b, psql -p5432",
        "FATAL: password authentication failed for user \"app\"",
        "ALTER TABLE users ADD COLUMN password VARCHAR(50) DEFAULT ''",
        "CREATE INDEX ix_token ON t (token)",
        "sa.Column('password', sa.String(40), nullable=False)",
        "UPDATE u SET password = '' WHERE password IS NULL",
        "UPDATE u SET password = %(password)s, token = :token, secret = $1",
        "`--secret =x` names no secret: write `--secret NAME`",
        "the secret `TOKEN` is not granted, nor is the token 'x'",
        "PRIMARY KEY (id), UNIQUE KEY uq_key (a)",
        "unexpected token: x",
        "invalid token: expected a number, and unknown signature: (x, y)",
        "a secret: two revisions, pass: 2026",
        "password=None, secret=***, token=[secret TOKEN]",
        "allow.secrets = [\"SLACK_WEBHOOK_URL\"]",
        "revision identified by its id",
        "identified",
        "Can't locate revision identified by 'nosuch'",
        "basic authentication",
        "PWD",
        "the pass was password",
        "a == password == b",
        "password == None or password==None",
        "password=$PGPASSWORD token=$TOKEN_1 secret=${X} pwd=$db_password passwd=$1",
        "password = :password_1, token = @p1, secret = :p2, pwd = @NewPassword, passwd = :1",
        "UPDATE u SET password = (SELECT p FROM v), token=(SELECT t FROM v)",
        "password: (optional)",
        "password=[secret TOKEN]&token=<none>",
        "x://h/db?password=&user=u",
        "| password | token |",
        "password: |\n  text",
        "UPDATE u SET password='', name='', token=''",
        "monkey=1 keyboard=2 turkey: x",
        "password::text",
    ];
    for text in texts {
        assert!(
            matches!(Gate::default().redact(text), Cow::Borrowed(same) if same == text),
            "{text}: {}",
            Gate::default().redact(text)
        );
    }
}
