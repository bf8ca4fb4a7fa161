//! Names whose values are secret: of variables, of parameters, of keys in a file.

/// Endings of a part of a name that say that the value is secret: `PGPASSWORD`, `dbpwd`.
const ENDINGS: [&str; 12] = [
    "dbpass",
    "userpass",
    "password",
    "passwd",
    "passphrase",
    "passcode",
    "pswd",
    "pwd",
    "secret",
    "token",
    "apikey",
    "passfile",
];
/// Whole parts of a name that say so.
const PARTS: [&str; 10] =
    ["pass", "cred", "creds", "credential", "credentials", "jwt", "bearer", "authorization", "signature", "sig"];
/// Last parts that say so after another part: `REDIS_AUTH`, `DB_PW`, `GITHUB_PAT`. Alone they are
/// ordinary words.
const LAST: [&str; 3] = ["auth", "pw", "pat"];
/// Parts before `auth` that make it a switch: `require_auth`.
const SWITCHES: [&str; 9] = ["require", "requires", "required", "use", "uses", "has", "no", "enable", "needs"];
/// Parts that say so at the end of a name, after one of `KEY_OWNERS`.
const KEY: &str = "key";
const KEY_OWNERS: [&str; 17] = [
    "api",
    "access",
    "account",
    "private",
    "secret",
    "encryption",
    "signing",
    "master",
    "service",
    "stripe",
    "fernet",
    "shared",
    "auth",
    "hmac",
    "session",
    "deploy",
    "ssh",
];
/// Last parts of names of something about a secret, and not of the secret itself.
const ABOUT: [&str; 27] = [
    "id",
    "ids",
    "type",
    "name",
    "names",
    "count",
    "length",
    "len",
    "min",
    "max",
    "expires",
    "expiry",
    "expire",
    "expiration",
    "policy",
    "at",
    "enabled",
    "required",
    "path",
    "dir",
    "file",
    "sock",
    "ttl",
    "lifetime",
    "url",
    "uri",
    "user",
];

/// Returns whether the value of this name is secret.
pub(super) fn is_secret(name: &str) -> bool {
    let parts = parts(name);
    let Some(last) = parts.last() else { return false };
    // The shell's working folders.
    if matches!(name, "PWD" | "OLDPWD") || ABOUT.contains(&last.as_str()) {
        return false;
    }
    let is_marked = |part: &String| PARTS.contains(&part.as_str()) || ENDINGS.iter().any(|end| part.ends_with(end));
    parts.iter().any(is_marked) || is_key(&parts) || is_short(&parts)
}

/// Returns whether the word after an option such as `--password` is secret.
pub(crate) fn is_secret_option(word: &str) -> bool {
    word.strip_prefix("--").is_some_and(|name| !name.contains('=') && is_secret(name))
}

fn is_short(parts: &[String]) -> bool {
    let [.., before, last] = parts else { return false };
    LAST.contains(&last.as_str()) && !SWITCHES.contains(&before.as_str())
}

fn is_key(parts: &[String]) -> bool {
    let names_owner = |part: &str| KEY_OWNERS.iter().any(|owner| part.ends_with(owner));
    match parts {
        [.., before, last] if last == KEY => names_owner(before),
        [.., last] => last.strip_suffix(KEY).is_some_and(names_owner),
        [] => false,
    }
}

/// Returns texts of which each name of a secret contains one.
pub(super) fn stems() -> impl Iterator<Item = String> {
    let words = ENDINGS.into_iter().chain(PARTS).map(str::to_owned);
    let joined = KEY_OWNERS.into_iter().map(|owner| format!("{owner}{KEY}"));
    let parted = ['_', '-', '.'].into_iter().map(|sign| format!("{sign}{KEY}"));
    let short = LAST.into_iter().flat_map(|word| ['_', '-', '.'].map(|sign| format!("{sign}{word}")));
    words.chain(joined).chain(parted).chain(short)
}

/// Splits a name into its parts, in lower case: at signs that aren't letters or digits, and where
/// a capital follows a small letter.
fn parts(name: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut after_small = false;
    for character in name.chars() {
        let splits = !character.is_alphanumeric() || (after_small && character.is_uppercase());
        if splits && parts.last().is_some_and(|part| !part.is_empty()) {
            parts.push(String::new());
        }
        after_small = character.is_lowercase();
        if character.is_alphanumeric()
            && let Some(part) = parts.last_mut()
        {
            part.extend(character.to_lowercase());
        }
    }
    parts.retain(|part| !part.is_empty());
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_secrets_are_recognised() {
        let secret = [
            "PGPASSWORD",
            "MYSQL_PWD",
            "DB_PASS",
            "password",
            "sslpassword",
            "PWD2_SECRET",
            "AWS_SECRET_ACCESS_KEY",
            "GITHUB_TOKEN",
            "apiKey",
            "api_key",
            "AccountKey",
            "SharedAccessKey",
            "secretToken",
            "SECRET_KEY",
            "new_password",
            "passfile",
            "pwd",
            "Pwd",
            "userPassword",
            "credentials",
            "private-key",
            "REDIS_AUTH",
            "redis.auth",
            "DB_PW",
            "MYSQL_ROOT_PW",
            "GITHUB_PAT",
            "AZURE_DEVOPS_EXT_PAT",
            "azure-pat",
            "AWS_CREDS",
            "GCP_CRED",
            "db_creds",
            "DB_PASSCODE",
            "DB_PSWD",
            "HMAC_KEY",
            "SSH_KEY",
            "session_key",
            "SharedAccessSignature",
            "X-Amz-Signature",
            "sig",
        ];
        for name in secret {
            assert!(is_secret(name), "{name}");
            let small = name.to_lowercase();
            assert!(stems().any(|stem| small.contains(&stem)), "{name}");
        }
        let plain = [
            "PWD",
            "OLDPWD",
            "PATH",
            "AWS_ACCESS_KEY_ID",
            "primary_key",
            "key",
            "KEY",
            "keys",
            "monkey",
            "signal",
            "design",
            "signature_type",
            "tokenizer",
            "passed",
            "bypass",
            "compass",
            "SSH_AUTH_SOCK",
            "token_count",
            "password_policy",
            "secrets",
            "TOKENS",
            "author",
            "PASSWORD_FILE",
            "PGPASSFILE_DIR",
            "require_auth",
            "use_auth",
            "auth",
            "auth_user",
            "auth_type",
            "oauth",
            "pat",
            "pw",
            "path",
            "repath",
            "pattern",
            "format_pattern",
            "credit",
            "sacred",
            "creditor_id",
            "DATABASE_DSN",
            "public_key",
            "foreign_key",
            "cache_key",
            "sort_key",
            "",
        ];
        for name in plain {
            assert!(!is_secret(name), "{name}");
        }
    }
}
