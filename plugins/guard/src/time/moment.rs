//! The ends of a freeze.

use std::fmt;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use serde::Deserialize;

use super::zone::Zone;

/// One end of a freeze: a date, a date and time in the freeze's zone, or a date and time with an
/// offset.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(crate) enum Moment {
    Day(Date),
    Local(DateTime),
    Exact(Timestamp),
}

impl Moment {
    /// Returns the start of a freeze that begins here: a date begins at its first moment.
    pub(crate) fn begin(self, zone: &Zone) -> Result<Timestamp, String> {
        match self {
            Self::Day(date) => local(date.at(0, 0, 0, 0), zone),
            Self::Local(datetime) => local(datetime, zone),
            Self::Exact(timestamp) => Ok(timestamp),
        }
    }

    /// Returns the end of a freeze that ends here: a date includes its whole day, a time is
    /// excluded.
    pub(crate) fn end(self, zone: &Zone) -> Result<Timestamp, String> {
        match self {
            Self::Day(date) => local(date.tomorrow().map_err(|error| error.to_string())?.at(0, 0, 0, 0), zone),
            Self::Local(_) | Self::Exact(_) => self.begin(zone),
        }
    }
}

/// Resolves a local time: the first of a repeated time; after the jump for a skipped time.
fn local(datetime: DateTime, zone: &Zone) -> Result<Timestamp, String> {
    zone.get().to_timestamp(datetime).map_err(|error| error.to_string())
}

impl TryFrom<String> for Moment {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let written = text.trim();
        // From the most to the least exact: jiff parses a date from a date and time, and a local
        // time from one with an offset.
        if let Ok(timestamp) = written.parse() {
            return Ok(Self::Exact(timestamp));
        }
        let has_time = written.contains([':', 'T', 't', ' ']);
        if has_time && let Ok(datetime) = written.parse() {
            return Ok(Self::Local(datetime));
        }
        if !has_time && let Ok(date) = written.parse() {
            return Ok(Self::Day(date));
        }
        Err(format!("`{text}` is no date: write it as `2026-12-20`, or with a time as `2026-12-20T18:00`"))
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Day(date) => write!(f, "{date}"),
            Self::Local(datetime) => write!(f, "{} {:02}:{:02}", datetime.date(), datetime.hour(), datetime.minute()),
            Self::Exact(timestamp) => write!(f, "{timestamp}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments() {
        let berlin = Zone::try_from("Europe/Berlin".to_owned()).unwrap();
        for (text, shown, begin, end) in [
            ("2026-12-20", "2026-12-20", "2026-12-19T23:00:00Z", "2026-12-20T23:00:00Z"),
            // A day of 23 hours, and one of 25.
            ("2026-03-29", "2026-03-29", "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z"),
            ("2026-10-25", "2026-10-25", "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z"),
            ("2026-12-20T18:00", "2026-12-20 18:00", "2026-12-20T17:00:00Z", "2026-12-20T17:00:00Z"),
            ("2026-12-20 18:00:00", "2026-12-20 18:00", "2026-12-20T17:00:00Z", "2026-12-20T17:00:00Z"),
            ("2026-12-20T18:00Z", "2026-12-20T18:00:00Z", "2026-12-20T18:00:00Z", "2026-12-20T18:00:00Z"),
            ("2026-12-20T18:00:00-05:00", "2026-12-20T23:00:00Z", "2026-12-20T23:00:00Z", "2026-12-20T23:00:00Z"),
            // Twice on the clocks: the first. Never on the clocks: after the jump.
            ("2026-10-25T02:30", "2026-10-25 02:30", "2026-10-25T00:30:00Z", "2026-10-25T00:30:00Z"),
            ("2026-03-29T02:30", "2026-03-29 02:30", "2026-03-29T01:30:00Z", "2026-03-29T01:30:00Z"),
        ] {
            let moment = Moment::try_from(text.to_owned()).unwrap();
            assert_eq!(moment.to_string(), shown, "{text}");
            assert_eq!(moment.begin(&berlin).unwrap().to_string(), begin, "begin of {text}");
            assert_eq!(moment.end(&berlin).unwrap().to_string(), end, "end of {text}");
        }
        for text in ["", "20.12.2026", "2026-13-01", "2026-12", "18:00"] {
            assert!(Moment::try_from(text.to_owned()).is_err(), "{text}");
        }
        assert!(Moment::try_from("9999-12-31".to_owned()).unwrap().end(&berlin).is_err());
    }
}
