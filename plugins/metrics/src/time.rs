//! The time of an event as a number.
//!
//! The contract fixes its form (RFC 3339, in UTC, with milliseconds), so the module needs no
//! calendar library, which would be half of the component.

/// Parses a time such as `2026-11-22T18:00:00.000Z` into milliseconds since 1970; `None` if it has
/// another form.
pub(crate) fn unix_ms(time: &str) -> Option<u64> {
    let (date, clock) = time.strip_suffix('Z')?.split_once('T')?;
    let [year, month, day] = numbers(date, '-', [4, 2, 2])?;
    let (clock, ms) = clock.split_once('.').unwrap_or((clock, "000"));
    let [hour, minute, second] = numbers(clock, ':', [2, 2, 2])?;
    let [ms] = numbers(ms, '.', [3])?;
    let valid = year >= 1970 && (1..=12).contains(&month) && (1..=days_in(year, month)).contains(&day);
    // 60: a leap second, which Unix time counts as the first of the next minute.
    if !valid || hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let days = days_before_year(year) - days_before_year(1970)
        + (1..month).map(|month| days_in(year, month)).sum::<u64>()
        + day
        - 1;
    Some((((days * 24 + hour) * 60 + minute) * 60 + second) * 1_000 + ms)
}

/// Parses the numbers between the separators, each with the given number of digits.
fn numbers<const N: usize>(text: &str, separator: char, digits: [usize; N]) -> Option<[u64; N]> {
    let mut parts = text.split(separator);
    let mut numbers = [0; N];
    for (number, digits) in numbers.iter_mut().zip(digits) {
        let part =
            parts.next().filter(|part| part.len() == digits && part.bytes().all(|byte| byte.is_ascii_digit()))?;
        *number = part.parse().ok()?;
    }
    parts.next().is_none().then_some(numbers)
}

fn is_leap(year: u64) -> bool {
    year.is_multiple_of(4) && !year.is_multiple_of(100) || year.is_multiple_of(400)
}

fn days_in(year: u64, month: u64) -> u64 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Returns the number of days from the start of year 1 to the start of this year.
fn days_before_year(year: u64) -> u64 {
    let past = year - 1;
    past * 365 + past / 4 - past / 100 + past / 400
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times() {
        for (time, expected) in [
            ("1970-01-01T00:00:00.000Z", Some(0)),
            ("1970-01-01T00:00:00Z", Some(0)),
            ("2000-02-29T12:34:56.789Z", Some(951_827_696_789)),
            ("2001-09-09T01:46:40.000Z", Some(1_000_000_000_000)),
            ("2026-11-22T18:00:00.250Z", Some(1_795_370_400_250)),
            ("2038-01-19T03:14:08.000Z", Some(2_147_483_648_000)),
            ("2100-03-01T00:00:00.000Z", Some(4_107_542_400_000)),
            ("2024-12-31T23:59:59.999Z", Some(1_735_689_599_999)),
            ("2016-12-31T23:59:60.000Z", Some(1_483_228_800_000)),
            ("9999-12-31T23:59:59.999Z", Some(253_402_300_799_999)),
            ("2100-02-29T00:00:00.000Z", None),
            ("1969-12-31T23:59:59.999Z", None),
            ("2026-13-01T00:00:00.000Z", None),
            ("2026-00-01T00:00:00.000Z", None),
            ("2026-11-00T00:00:00.000Z", None),
            ("2026-11-22T24:00:00.000Z", None),
            ("2026-11-22T18:00:00.000+01:00", None),
            ("2026-11-22T18:00:00.0Z", None),
            ("2026-11-22 18:00:00.000Z", None),
            ("2026-11-22T18:00Z", None),
            ("2026-11-22T18:00:00:00.000Z", None),
            ("+026-11-22T18:00:00.000Z", None),
            ("now", None),
            ("", None),
        ] {
            assert_eq!(unix_ms(time), expected, "{time}");
        }
    }
}
