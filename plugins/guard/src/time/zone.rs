//! Time zones.

use std::fmt;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Deserialize;

use super::days::short;

/// A time zone of the IANA database, which is bundled: a policy reads no files.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Zone(TimeZone);

impl Zone {
    pub(crate) fn get(&self) -> &TimeZone {
        &self.0
    }

    /// Formats a time in this zone, for display: `Sun 2026-11-22 19:04`.
    pub(crate) fn show(&self, moment: Timestamp) -> String {
        let local = moment.to_zoned(self.0.clone());
        format!("{} {} {:02}:{:02}", short(local.weekday()), local.date(), local.hour(), local.minute())
    }
}

impl Default for Zone {
    fn default() -> Self {
        Self(TimeZone::UTC)
    }
}

impl TryFrom<String> for Zone {
    type Error = String;

    fn try_from(name: String) -> Result<Self, String> {
        // `TimeZone::get` also accepts "Etc/Unknown", which behaves as UTC and is never intended.
        match TimeZone::get(name.trim()) {
            Ok(zone) if !zone.is_unknown() => Ok(Self(zone)),
            _ => Err(format!(
                "there is no time zone `{name}`: write one of the IANA database, as `Europe/Berlin` or `UTC`"
            )),
        }
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.iana_name().unwrap_or("UTC"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zones() {
        for (name, shown) in [("Europe/Berlin", "Europe/Berlin"), ("europe/berlin", "Europe/Berlin"), ("UTC", "UTC")] {
            assert_eq!(Zone::try_from(name.to_owned()).unwrap().to_string(), shown);
        }
        assert_eq!(
            Zone::try_from("Berlin".to_owned()).unwrap_err(),
            "there is no time zone `Berlin`: write one of the IANA database, as `Europe/Berlin` or `UTC`"
        );
        for name in ["", "Etc/Unknown", "+01:00"] {
            assert!(Zone::try_from(name.to_owned()).is_err(), "{name}");
        }
        assert_eq!(Zone::default().to_string(), "UTC");
    }
}
