//! Days of the week.

use std::fmt;

use jiff::civil::Weekday;
use serde::Deserialize;

/// Days of the week: `["mon", "wed"]`, `["mon-fri"]`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Vec<String>")]
pub(crate) struct Days([bool; 7]);

impl Days {
    pub(crate) fn contains(&self, day: Weekday) -> bool {
        self.0[index(day)]
    }
}

impl Default for Days {
    fn default() -> Self {
        Self([true; 7])
    }
}

impl TryFrom<Vec<String>> for Days {
    type Error = String;

    fn try_from(names: Vec<String>) -> Result<Self, String> {
        let mut days = [false; 7];
        for name in &names {
            let (first, last) = name.split_once('-').unwrap_or((name, name));
            let (first, last) = (day_named(first)?, day_named(last)?);
            // Wraps around the end of the week: `sat-mon` are three days.
            let length = (last + 7 - first) % 7;
            for day in first..=first + length {
                days[day % 7] = true;
            }
        }
        if names.is_empty() { Err("name at least one day, as `mon-fri`".to_owned()) } else { Ok(Self(days)) }
    }
}

/// Returns the index of the day with this English name, or its first three letters.
fn day_named(name: &str) -> Result<usize, String> {
    const NAMES: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    let wanted = name.trim().to_lowercase();
    let found = NAMES.iter().position(|full| *full == wanted || full[..3] == wanted);
    found.ok_or_else(|| format!("there is no day `{}`: write `mon`, `tue`, … or a range, as `mon-fri`", name.trim()))
}

/// Formats the days as briefly as possible: `Mon–Fri`, `Mon, Wed`, `every day`.
impl fmt::Display for Days {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 == [true; 7] {
            return f.write_str("every day");
        }
        let mut runs: Vec<(usize, usize)> = Vec::new();
        for day in (0..7).filter(|day| self.0[*day]) {
            match runs.last_mut() {
                Some((_, last)) if *last + 1 == day => *last = day,
                _ => runs.push((day, day)),
            }
        }
        for (n, (first, last)) in runs.into_iter().enumerate() {
            let comma = if n == 0 { "" } else { ", " };
            match last - first {
                0 => write!(f, "{comma}{}", short(WEEK[first]))?,
                1 => write!(f, "{comma}{}, {}", short(WEEK[first]), short(WEEK[last]))?,
                _ => write!(f, "{comma}{}–{}", short(WEEK[first]), short(WEEK[last]))?,
            }
        }
        Ok(())
    }
}

const WEEK: [Weekday; 7] = [
    Weekday::Monday,
    Weekday::Tuesday,
    Weekday::Wednesday,
    Weekday::Thursday,
    Weekday::Friday,
    Weekday::Saturday,
    Weekday::Sunday,
];

/// Returns the short name of a day, for dates in messages.
pub(super) fn short(day: Weekday) -> &'static str {
    ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"][index(day)]
}

fn index(day: Weekday) -> usize {
    usize::try_from(day.to_monday_zero_offset()).expect("0 to 6")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn days(names: &[&str]) -> Result<Days, String> {
        names.iter().map(|&name| name.to_owned()).collect::<Vec<_>>().try_into()
    }

    #[test]
    fn days_are_read_and_shown() {
        for (names, shown) in [
            (&["mon"][..], "Mon"),
            (&["mon-fri"], "Mon–Fri"),
            (&["mon", "tue", "wed", "thu", "fri"], "Mon–Fri"),
            (&["Monday", "WED"], "Mon, Wed"),
            (&["sat-sun"], "Sat, Sun"),
            (&["sat-mon"], "Mon, Sat, Sun"),
            (&["fri", "mon-tue"], "Mon, Tue, Fri"),
            (&["mon-sun"], "every day"),
            (&["wed-tue"], "every day"),
        ] {
            assert_eq!(days(names).unwrap().to_string(), shown, "{names:?}");
        }
        assert!(days(&[]).is_err());
        assert_eq!(days(&["mo"]).unwrap_err(), "there is no day `mo`: write `mon`, `tue`, … or a range, as `mon-fri`");
        assert!(days(&["mon-fri-sun"]).is_err());
    }
}
