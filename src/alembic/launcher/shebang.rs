//! Reads the interpreter from the first line of a script, as the kernel does, or from the shell
//! line that installers write for long paths and relocatable environments.

use std::ffi::OsString;
use std::os::unix::ffi::{OsStrExt as _, OsStringExt as _};
use std::path::Path;

/// Returns the words that start the interpreter of this script, without the script: both words of
/// `#!/venv/bin/python -s`.
pub(super) fn interpreter(script: &Path, text: &[u8]) -> Option<Vec<OsString>> {
    let mut lines = text.split(|&byte| byte == b'\n');
    let first = lines.next()?.strip_prefix(b"#!")?.trim_ascii();
    if first == b"/bin/sh" {
        return trampoline(script, lines.next()?);
    }
    // Everything after the program is one argument.
    let (program, argument) = match first.iter().position(|byte| matches!(byte, b' ' | b'\t')) {
        Some(space) => (&first[..space], first[space..].trim_ascii()),
        None => (first, &b""[..]),
    };
    let mut words = vec![word(program)];
    words.extend((!argument.is_empty()).then(|| word(argument)));
    Some(words)
}

/// Reads `'''exec' /a/long/path/python "$0" "$@"`: the shell starts the interpreter, which reads
/// the line as a string.
fn trampoline(script: &Path, line: &[u8]) -> Option<Vec<OsString>> {
    let line = line.strip_prefix(b"'''exec' ")?.strip_suffix(br#" "$0" "$@""#)?;
    // A relocatable environment, as uv creates it: `"$(dirname -- "$(realpath --
    // "$0")")"/'python'`.
    if let Some(beside) = line.strip_prefix(br#""$(dirname -- "$(realpath -- "$0")")"/"#) {
        let [name] = shell_words(beside)?.try_into().ok()?;
        let folder = script.canonicalize().ok()?.parent()?.to_owned();
        return Some(vec![folder.join(name).into_os_string()]);
    }
    Some(shell_words(line)?).filter(|words| !words.is_empty())
}

/// Splits a shell line into words; returns `None` if the shell would expand something.
fn shell_words(line: &[u8]) -> Option<Vec<OsString>> {
    let mut words = Vec::new();
    let mut current: Option<Vec<u8>> = None;
    let mut quote = None;
    for &byte in line {
        match (quote, byte) {
            (None, b'\'' | b'"') => {
                quote = Some(byte);
                current.get_or_insert_default();
            }
            (Some(open), _) if open == byte => quote = None,
            (None, _) if b"$`\\*?[~;&|<>()#".contains(&byte) => return None,
            (Some(b'"'), b'$' | b'`' | b'\\') => return None,
            (None, b' ' | b'\t') => words.extend(current.take()),
            _ => current.get_or_insert_default().push(byte),
        }
    }
    words.extend(current);
    quote.is_none().then(|| words.into_iter().map(OsString::from_vec).collect())
}

fn word(bytes: &[u8]) -> OsString {
    std::ffi::OsStr::from_bytes(bytes).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Option<Vec<String>> {
        let words = interpreter(Path::new("/venv/bin/alembic"), text.as_bytes())?;
        Some(words.into_iter().map(|word| word.into_string().expect("UTF-8")).collect())
    }

    #[track_caller]
    fn starts(text: &str, expected: &[&str]) {
        assert_eq!(words(text).as_deref(), Some(&expected.iter().map(ToString::to_string).collect::<Vec<_>>()[..]));
    }

    #[test]
    fn first_line_is_read_as_the_kernel_does() {
        starts("#!/venv/bin/python\nimport re\n", &["/venv/bin/python"]);
        starts("#!/venv/bin/python", &["/venv/bin/python"]);
        starts("#! /venv/bin/python\r\n", &["/venv/bin/python"]);
        starts("#!/usr/bin/python3 -s\n", &["/usr/bin/python3", "-s"]);
        starts("#!/usr/bin/python3\t -X  dev -s \n", &["/usr/bin/python3", "-X  dev -s"]);
        starts("#!/usr/bin/env -S python3 -I\n", &["/usr/bin/env", "-S python3 -I"]);
        assert_eq!(words("import re\n"), None);
        assert_eq!(words(""), None);
    }

    #[test]
    fn shell_lines_of_installers_are_read() {
        let line = |exec: &str| format!("#!/bin/sh\n'''exec' {exec} \"$0\" \"$@\"\n' '''\nimport re\n");
        starts(&line("/long/path/python"), &["/long/path/python"]);
        starts(&line("\"/with space/python\""), &["/with space/python"]);
        starts(&line("'/with $money/python' -s"), &["/with $money/python", "-s"]);
        for unknown in ["$HOME/python", "`which python`", "\"$X/python\"", "python;", "'open", ""] {
            assert_eq!(words(&line(unknown)), None, "{unknown}");
        }
        assert_eq!(words("#!/bin/sh\nexec alembic \"$@\"\n"), None);
        assert_eq!(words("#!/bin/sh"), None);
    }

    #[test]
    fn environment_that_may_be_moved_is_where_the_script_is() {
        let folder = tempfile::tempdir().expect("a folder");
        let text = b"#!/bin/sh\n'''exec' \"$(dirname -- \"$(realpath -- \"$0\")\")\"/'python3' \"$0\" \"$@\"\n' '''\n";
        std::fs::write(folder.path().join("alembic"), text).expect("a script");
        std::os::unix::fs::symlink(folder.path().join("alembic"), folder.path().join("link")).expect("a link");
        let found = interpreter(&folder.path().join("link"), text).expect("an interpreter");
        assert_eq!(found, [folder.path().canonicalize().expect("a path").join("python3")]);
    }
}
