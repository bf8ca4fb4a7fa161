//! Learned values, in every form that a text may have them.

use super::{Gate, HIDDEN, Treatment, redact_json};

const PASSWORD: &str = "p@ss\"w0rd/ü'x";

fn knows(password: &str) -> Gate {
    let gate = Gate::default();
    gate.learn_password(password);
    gate
}

#[test]
fn granted_values_are_replaced_by_names_the_longest_first() {
    let gate = Gate::default();
    for (name, value) in [("A", "hunter2"), ("B", "hunter2-and-more\n"), ("SHORT", "of"), ("WORD", "production")] {
        gate.learn_granted(name, value);
    }
    let text = "hunter2-and-more of hunter2 in productions";
    assert_eq!(gate.redact(text), "[secret B] of [secret A] in [secret WORD]s");
    assert_eq!(gate.redact_values("password=x hunter2"), "password=x [secret A]");
}

#[test]
fn lines_of_a_value_are_replaced_one_by_one() {
    let key = "-----BEGIN KEY-----\nMIIEvQIBADANBg\n=\n-----END KEY-----\n";
    let gate = Gate::default();
    gate.learn_granted("KEY", key);
    assert_eq!(gate.redact(key), "[secret KEY]\n");
    assert_eq!(gate.redact("1: MIIEvQIBADANBg\n2: ="), "1: [secret KEY]\n2: =");
}

#[test]
fn a_password_is_found_in_every_encoding() {
    let gate = knows(PASSWORD);
    let texts = [
        PASSWORD.to_owned(),
        PASSWORD.to_uppercase().replace('Ü', "ü"),
        "p%40ss%22w0rd%2F%C3%BC%27x".to_owned(),
        "p%40ss%22w0rd%2f%c3%bc%27x".to_owned(),
        "p%%40ss%%22w0rd%%2F%%C3%%BC%%27x".to_owned(),
        "p%2540ss%2522w0rd%252F%25C3%25BC%2527x".to_owned(),
        serde_json::to_string(PASSWORD).unwrap(),
        serde_json::to_string(&serde_json::to_string(PASSWORD).unwrap()).unwrap(),
        "p@ss\\\"w0rd\\/\\u00fc'x".to_owned(),
        "b'p@ss\"w0rd/\\xc3\\xbc\\'x'".to_owned(),
        "'p@ss\"w0rd/ü''x'".to_owned(),
        "p@ss&quot;w0rd/&#252;&#x27;x".to_owned(),
        "p\u{1b}[31m@ss\u{1b}[0m\"w0\rrd/\u{200b}ü'\u{1b}]8;;http://x\u{7}x".to_owned(),
        "p@ss\"w0\n  rd/ü'x".to_owned(),
        "p\u{8}p@\u{8}@s\u{8}ss\u{8}s\"w0rd/ü'x".to_owned(),
        "│ p@ss\"w0 │\n│ rd/ü'x │".to_owned(),
        "cEBzcyJ3MHJkL8O8J3g=".to_owned(),
        "7040737322773072642fc3bc2778".to_owned(),
        // The whole URL, in the two ways in which its password is written; Base64 of Base64; Base64
        // of UTF-16; Base32; hexadecimal with colons; quoted-printable.
        "cG9zdGdyZXNxbDovL2FwcDpwJTQwc3MlMjJ3MHJkJTJGJUMzJUJDJTI3eEBkYi9zaG9w".to_owned(),
        "eDovL2FwcDpwJTQwc3MlMjJ3MHJkJTJGJUMzJUJDJTI3eEBkYi9zaG9w".to_owned(),
        "Y0VCemN5SjNNSEprTDhPOEozZz0=".to_owned(),
        "cABAAHMAcwAiAHcAMAByAGQALwD8ACcAeAA=".to_owned(),
        "OBAHG4ZCO4YHEZBPYO6CO6A=".to_owned(),
        "70:40:73:73:22:77:30:72:64:2f:c3:bc:27:78".to_owned(),
        "=70=40=73=73=22=77=30=72=64=2F=C3=BC=27=78".to_owned(),
        PASSWORD.to_uppercase(),
    ];
    for text in texts {
        let shown = gate.redact(&text);
        assert!(shown.contains(HIDDEN), "{text}: {shown}");
        for part in [
            "p@ss", "w0rd", "%40ss", "cEBz", "7040", "70:40", "=70=40", "W0RD", "J3MHJk", "JTJGJU", "prTDhP", "ByAGQA",
            "EZBPYO",
        ] {
            assert!(!shown.contains(part), "{text}: {shown}");
        }
    }
}

#[test]
fn halves_of_a_password_are_hidden() {
    let gate = knows("Tr0ub4dor&3-x9K");
    let cases = [
        ("it is Tr0ub4do and more", "it is *** and more"),
        ("it is or&3-x9K!", "it is ***!"),
        ("cut: Tr0u", "cut: ***"),
        ("cut: Tr0u\nnext", "cut: ***\nnext"),
        ("cut: 'Tr0ub…", "cut: '***…"),
        ("-x9K@host", "***@host"),
        ("found: '%3-x9K@host'", "found: '%***@host'"),
        ("Tr0u in a line", "Tr0u in a line"),
    ];
    for (text, expected) in cases {
        assert_eq!(gate.redact(text), expected);
    }
}

#[test]
fn values_like_words_are_hidden_in_free_texts_where_they_stand_alone() {
    let gate = Gate::default();
    gate.learn_argument("tenant=acme");
    gate.learn_argument("password=sesame");
    gate.learn_argument("env=production");
    gate.learn_argument("plain");
    gate.learn_argument("x=1");
    let text = "acme, acme_users, acmes, sesame, Sesame, production, plain, 1";
    assert_eq!(gate.redact_free(text), "***, acme_users, acmes, ***, ***, production, ***, 1");
    assert_eq!(gate.redact(text), text);
}

#[test]
fn variables_are_secret_by_name_or_by_value() {
    let gate = Gate::default();
    gate.learn_variable("PGPASSWORD", "k3yn0te1");
    gate.learn_variable("DATABASE_URL", "postgresql://app:sw0rdf1sh%21@db/shop");
    gate.learn_variable("DSN", "host=h password='b1rd b4th'");
    gate.learn_variable("PATH", "/usr/s3cr3tbin");
    gate.learn_variable("PWD", "/home/s3cr3thome");
    let text = "k3yn0te1 sw0rdf1sh! b1rd b4th /usr/s3cr3tbin /home/s3cr3thome app db shop";
    assert_eq!(gate.redact(text), "*** *** *** /usr/s3cr3tbin /home/s3cr3thome app db shop");
}

#[test]
fn a_url_that_is_a_secret_hides_its_path_and_not_its_host() {
    let gate = Gate::default();
    gate.learn_granted("HOOK", "https://hooks.slack.com/services/T0AB/B0CD/s3cr3tpath");
    assert_eq!(gate.redact("https://hooks.slack.com/services/T0AB/B0CD/s3cr3tpath!"), "[secret HOOK]!");
    assert_eq!(gate.redact("to https://hooks.slack.com\n"), "to https://hooks.slack.com\n");
    assert_eq!(gate.redact("POST /services/T0AB/B0CD/s3cr3tpath"), "POST /[secret HOOK]");
    assert_eq!(gate.redact("the key is s3cr3tpath: no_service"), "the key is [secret HOOK]: no_service");
}

#[test]
fn what_is_hidden_stays_hidden_when_it_passes_again() {
    let gate = knows("hunter2!");
    gate.learn_granted("TOKEN", "abcd-efgh-1234");
    let text = "x://u:hunter2!@h?password=abcd-efgh-1234 PASSWORD 'y' token=z abcd-efgh-1234";
    let once = gate.redact_free(text).into_owned();
    assert_eq!(gate.redact_free(&once), once);
    assert_eq!(once, "x://u:***@h?password=[secret TOKEN] PASSWORD '***' token=*** [secret TOKEN]");
}

#[test]
fn documents_are_redacted_by_their_keys() {
    let gate = Gate::default();
    gate.learn_password("sesame");
    let mut document = serde_json::json!({
        "id": "x://u:p@h", "name": "sesame", "message": ["sesame", "x://u:p@h", { "deep": "sesame" }], "n": 1
    });
    redact_json(&gate, &mut document, &|key| match key {
        "id" => Treatment::Keep,
        "message" => Treatment::Free,
        _ => Treatment::Name,
    });
    let expected = serde_json::json!({
        "id": "x://u:p@h", "name": "sesame", "message": ["***", "x://u:***@h", { "deep": "sesame" }], "n": 1
    });
    assert_eq!(document, expected);
}

#[test]
fn a_password_with_spaces_is_found_in_its_encodings() {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    for password in ["correct Horse battery", "b1rd  b4th\ttub", "two\nl1nes of it", "a-b C-d 1 2"] {
        for gate in [knows(password), {
            let gate = Gate::default();
            gate.learn_variable("DB_PASSWORD", password);
            gate
        }] {
            for before in ["", "u:", "use:", "user:"] {
                let text = format!("{before}{password}@h");
                let hex = text.bytes().map(|byte| format!("{byte:02X}")).collect::<Vec<_>>().concat();
                for encoded in [STANDARD.encode(&text), hex] {
                    assert!(gate.redact(&encoded).contains(HIDDEN), "{password}: {encoded}");
                    let wrapped = encoded.as_bytes().chunks(10).map(String::from_utf8_lossy).collect::<Vec<_>>();
                    assert!(gate.redact(&wrapped.join("\n")).contains(HIDDEN), "{password}: {encoded}");
                }
            }
        }
    }
}

/// Returns a value that is like no word, and like no other one.
fn value(number: usize) -> String {
    let digits = number.wrapping_mul(0x9e37_79b9).wrapping_add(number << 40);
    format!("v{digits:013x}Q{number}")
}

#[test]
fn known_secrets_are_learned_however_many_texts_were_seen() {
    let gate = Gate::default();
    let many: Vec<_> = (0..2_000).map(|number| format!("password={}\n", value(number))).collect();
    gate.learn_text(&many.concat());
    let lines: Vec<_> = (2_000..4_000).map(value).collect();
    gate.learn_variable("KEY_SECRET", &lines.join("\n"));
    for number in 4_000..4_600 {
        gate.learn_variable("DB_PASSWORD", &value(number));
    }
    for number in 5_000..5_600 {
        gate.learn_granted(&format!("S{number}"), &value(number));
    }
    for number in 6_000..6_600 {
        gate.learn_reported(&value(number));
        gate.learn_argument(&value(number + 1_000));
    }
    assert_eq!(gate.redact(&lines.join("\n")), HIDDEN, "the whole is learned before its lines");
    for number in (4_000..4_600).chain(6_000..6_600).chain(7_000..7_600) {
        assert_eq!(gate.redact(&value(number)), HIDDEN, "{number}");
    }
    for number in 5_000..5_600 {
        assert_eq!(gate.redact(&value(number)), format!("[secret S{number}]"));
    }
    assert_eq!(gate.redact("an ordinary text"), "an ordinary text");
}

#[test]
fn long_secrets_are_learned() {
    let long = (0..12_000).map(value).collect::<String>();
    assert!(long.len() > 200_000);
    let url = format!("https://hooks.example/{long}");
    for secret in [&long, &url] {
        let gate = Gate::default();
        gate.learn_granted("LONG", secret);
        for text in [secret.clone(), format!("it is {secret}, and more"), secret[40_000..44_000].to_owned()] {
            let shown = gate.redact_free(&text);
            assert!(shown.len() < 60 && shown.contains("[secret LONG]"), "{} bytes", shown.len());
        }
    }
}

#[test]
fn secrets_are_found_wherever_a_long_text_has_them() {
    let gate = knows(PASSWORD);
    let hidden = |secret: &str, expected: &str| {
        // Each distance from the edges of the windows.
        let mut text = String::new();
        let mut shown = String::new();
        for number in 0..6_000 {
            let filler = "filler ".repeat(14 + number % 3);
            text.extend([&filler, secret, "\n"]);
            shown.extend([&filler, expected, "\n"]);
        }
        assert!(text.len() > 600_000);
        assert!(gate.redact_free(&text) == shown, "{secret}");
    };
    hidden("x://u:unkn0wn%21@h", "x://u:***@h");
    hidden("PASSWORD 'unkn0wn'", "PASSWORD '***'");
    hidden("password%3Dunkn0wn", "password%3D***");
    hidden("p%40ss%22w0rd%2F%C3%BC%27x", HIDDEN);
    hidden("7040737322773072642fc3bc2778", HIDDEN);
}

/// The views of a text take a bounded memory. The child process runs this test with a limit.
#[test]
fn escapes_do_not_exhaust_the_memory() {
    use std::process::Command;
    const CHILD: &str = "LBACK_TEST_REDACTS_ESCAPES";
    if std::env::var_os(CHILD).is_some() {
        let gate = knows(PASSWORD);
        let piece = "\\u0041%25%2541&amp;\u{1b}[1m";
        let text = piece.repeat(2 * 1024 * 1024 / piece.len()) + PASSWORD;
        assert!(gate.redact_free(&text).ends_with(HIDDEN));
        return;
    }
    let name = "support::redact::tests::escapes_do_not_exhaust_the_memory";
    let program = std::env::current_exe().unwrap();
    let done = Command::new("sh")
        .args(["-c", "ulimit -v 600000; exec \"$@\"", "sh"])
        .arg(program)
        .args(["--exact", name, "--test-threads", "1"])
        .env(CHILD, "1")
        .output()
        .unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stdout));
}

#[test]
fn nothing_that_a_log_may_contain_shows_a_secret() {
    let gate = knows("hunter2!");
    let mut stream = super::StreamRedactor::new(gate.clone());
    stream.push(b"hunter2!");
    assert_eq!(format!("{gate:?} {stream:?}"), "Gate(1 values) StreamRedactor(8 bytes)");
}

/// Texts that generated inputs found: each showed a part of its password.
#[test]
fn parts_that_were_once_shown_are_hidden() {
    let cases = [
        // A sign that one escape uses is an ordinary one for another.
        ("4CJM2/1 H1GF'%CFi8", "n 4CJM2/1 H\r1GF\\'%CFi8 n"),
        // A line break within an escape.
        ("2DHH:#L3FB#+D4&3\\e5", "n2DHH%%3A%\n%23L3FB%%23%%2BD4%%263\u{1b}(B%%5C\u{ad}e5n"),
        // A line break beside a space of the password.
        ("L:F:B'CCML1B@L 3L&KJm6", "n\"L:F:B'CCML1\u{1b}]0;n\u{7}B@L\n \u{1b}[0m3L&KJm6\"n"),
        // Two quotes of the password beside a doubled one.
        ("D2FüüM'ü@GHD2\"\"'HI:'k7", "nD2FüüM''ü@GHD2\"\u{ad}\"''HI:''k7n"),
        // A password that looks like a URL.
        ("ALAJ\\://121#\"üüJb7", "#\"üüJb7\n"),
    ];
    for (password, text) in cases {
        let shown = knows(password).redact(text).into_owned();
        for part in password.as_bytes().windows(4) {
            assert!(memchr::memmem::find(shown.as_bytes(), part).is_none(), "{password}: {shown}");
        }
    }
}

#[test]
fn hostile_text_takes_no_quadratic_time() {
    let gate = knows("abababababababababc1");
    gate.learn_password("aaaabbbbccccdddd1111");
    let pieces = [
        "a",
        "ab",
        "aaaabbbbccccdddd",
        "\u{1b}]",
        "\u{1b}[",
        "%",
        "\\",
        "&#",
        "password",
        "password=",
        "password='",
        "identified by ",
        "identified by 'x' replace ",
        "set password for ",
        "x://a:b c",
        "'",
        "\n ",
        "$a$",
        "\\u",
        "PASSWORD /* ",
        "secret-",
        "│",
        "token=$",
    ];
    for piece in pieces {
        let text = piece.repeat(256 * 1024 / piece.len());
        let shown = gate.redact_free(&text);
        assert!(shown.len() <= text.len() * 3);
    }
}
