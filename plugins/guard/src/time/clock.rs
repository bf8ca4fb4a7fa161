//! Times of day.

use std::fmt;

use jiff::ToSpan;
use jiff::civil::{Date, DateTime};
use serde::Deserialize;

/// A time of day to the minute, `00:00` to `24:00`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct ClockTime(i16);

impl ClockTime {
    pub(crate) const END_OF_DAY: Self = Self(24 * 60);

    pub(crate) fn of(hour: i8, minute: i8) -> Self {
        Self(i16::from(hour) * 60 + i16::from(minute))
    }

    /// Returns this time on that day, or `None` at the end of the calendar.
    pub(crate) fn on(self, date: Date) -> Option<DateTime> {
        date.at(0, 0, 0, 0).checked_add(i64::from(self.0).minutes()).ok()
    }
}

impl TryFrom<String> for ClockTime {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let wrong = || format!("`{text}` is no time of day: write it as `09:00`, at most `24:00`");
        let (hour, minute) = text.split_once(':').ok_or_else(wrong)?;
        let number = |digits: &str| {
            (digits.len() == 2 && digits.bytes().all(|b| b.is_ascii_digit()))
                .then(|| digits.parse::<i8>().ok())
                .flatten()
        };
        match (number(hour), number(minute)) {
            (Some(hour @ 0..=23), Some(minute @ 0..=59)) => Ok(Self::of(hour, minute)),
            (Some(24), Some(0)) => Ok(Self::END_OF_DAY),
            _ => Err(wrong()),
        }
    }
}

impl fmt::Display for ClockTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.0 / 60, self.0 % 60)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_of_day() {
        for (text, expected) in [
            ("00:00", Some(0)),
            ("09:05", Some(545)),
            ("23:59", Some(1_439)),
            ("24:00", Some(1_440)),
            ("24:01", None),
            ("12:60", None),
            ("9:00", None),
            ("+9:00", None),
            ("09", None),
            ("09:00:00", None),
            ("", None),
        ] {
            assert_eq!(ClockTime::try_from(text.to_owned()).ok(), expected.map(ClockTime), "{text}");
        }
    }
}
