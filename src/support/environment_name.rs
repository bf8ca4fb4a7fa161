//! Names of environments. Policies compare them, so two names that look alike must be equal.

use crate::support::printable::is_overlooked_in_name;

/// A name that looks like another one.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum EnvironmentNameError {
    #[error("the name of an environment has the invisible character U+{:04X} at position {position}", u32::from(*.character))]
    Invisible {
        character: char,
        /// Counted in characters, from 1.
        position: usize,
    },
    #[error("the name of an environment begins or ends with a space: `{0}`")]
    Spaces(String),
}

/// Checks the name of an environment.
pub(crate) fn environment_name(name: &str) -> Result<String, EnvironmentNameError> {
    if let Some((before, character)) = name.chars().enumerate().find(|(_, character)| is_overlooked_in_name(*character))
    {
        return Err(EnvironmentNameError::Invisible { character, position: before + 1 });
    }
    if name.trim() != name {
        return Err(EnvironmentNameError::Spaces(name.to_owned()));
    }
    Ok(name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_what_it_looks_like() {
        for name in ["", "production", "eu west", "größe", "本番"] {
            assert_eq!(environment_name(name).as_deref(), Ok(name));
        }
        for character in "\u{200b}\u{ad}\u{3164}\u{a0}\u{2800}\u{e0041}\t\u{1b}\u{1d159}\u{fffc}\u{13441}\u{13442}\
            \u{16fe4}\u{2d7f}\u{1107f}\u{1d173}\u{e000}\u{f8ff}\u{10fffd}\u{378}\u{ffff}\u{1680}\u{3000}\u{2028}"
            .chars()
        {
            let refused = environment_name(&format!("pro{character}duction"));
            assert_eq!(refused, Err(EnvironmentNameError::Invisible { character, position: 4 }));
        }
        assert_eq!(environment_name("production "), Err(EnvironmentNameError::Spaces("production ".to_owned())));
        let message = environment_name("a\u{200b}").unwrap_err().to_string();
        assert_eq!(message, "the name of an environment has the invisible character U+200B at position 2");
    }
}
