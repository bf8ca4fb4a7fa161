//! The schedule: allowed hours and freezes, and the next time at which both allow a change.

use jiff::{Timestamp, ToSpan};

use crate::settings::{Freeze, Settings, Window};
use crate::time::{ClockTime, Zone};

/// Returns whether the time is in one of the allowed windows. Without windows, every time is.
pub(crate) fn is_open(settings: &Settings, moment: Timestamp) -> bool {
    settings.allowed_hours.is_empty()
        || settings.allowed_hours.iter().any(|window| contains(window, window.zone(settings), moment))
}

/// Returns the freezes that contain the time, in the order of the settings.
pub(crate) fn freezes(settings: &Settings, moment: Timestamp) -> Result<Vec<&Freeze>, String> {
    let mut found = Vec::new();
    for freeze in settings.freeze.iter() {
        let zone = freeze.zone(settings);
        if freeze.from.begin(zone)? <= moment && moment < freeze.to.end(zone)? {
            found.push(freeze);
        }
    }
    Ok(found)
}

/// Returns the first time from `now` on that is in a window and in no freeze, with the zone of that
/// window. Returns `None` if the search finds no such time.
pub(crate) fn next_chance(settings: &Settings, now: Timestamp) -> Result<Option<(Timestamp, &Zone)>, String> {
    let mut moment = now;
    // Each freeze can move the time on once by itself, and once more where it overlaps another.
    for _ in 0..=2 * settings.freeze.len() {
        let Some((opening, zone)) = next_opening(settings, moment) else { return Ok(None) };
        let mut thaw = opening;
        for freeze in freezes(settings, opening)? {
            thaw = thaw.max(freeze.to.end(freeze.zone(settings))?);
        }
        if thaw == opening {
            return Ok(Some((opening, zone)));
        }
        moment = thaw;
    }
    Ok(None)
}

/// Returns the first time from `now` on that is in a window.
fn next_opening(settings: &Settings, now: Timestamp) -> Option<(Timestamp, &Zone)> {
    if settings.allowed_hours.is_empty() {
        return Some((now, &settings.time_zone));
    }
    let openings = settings.allowed_hours.iter().filter_map(|window| {
        let zone = window.zone(settings);
        opening_of(window, zone, now).map(|opening| (opening, zone))
    });
    openings.min_by_key(|(opening, _)| *opening)
}

fn opening_of(window: &Window, zone: &Zone, now: Timestamp) -> Option<Timestamp> {
    if contains(window, zone, now) {
        return Some(now);
    }
    let today = now.to_zoned(zone.get().clone()).date();
    // Two weeks: if the clocks skip this week's whole window, the next week's counts.
    (0..=14).find_map(|ahead| {
        let date = today.checked_add(ahead.days()).ok()?;
        if !window.days.contains(date.weekday()) {
            return None;
        }
        let opening = zone.get().to_timestamp(window.from.on(date)?).ok()?;
        (opening > now && contains(window, zone, opening)).then_some(opening)
    })
}

/// Returns whether the window contains the time, by local time: a repeated hour counts twice, a
/// skipped hour not at all.
fn contains(window: &Window, zone: &Zone, moment: Timestamp) -> bool {
    let local = moment.to_zoned(zone.get().clone());
    let clock = ClockTime::of(local.hour(), local.minute());
    let (today, yesterday) = (window.days.contains(local.weekday()), window.days.contains(local.weekday().previous()));
    if window.from < window.to {
        today && window.from <= clock && clock < window.to
    } else {
        // Past midnight, the window still belongs to the day on which it began.
        (today && window.from <= clock) || (yesterday && clock < window.to)
    }
}

/// Formats the windows for display: `Mon–Fri 09:00–17:00 (Europe/Berlin)`.
pub(crate) fn show_windows(settings: &Settings) -> String {
    let windows = settings
        .allowed_hours
        .iter()
        .map(|window| format!("{} {}–{} ({})", window.days, window.from, window.to, window.zone(settings)));
    windows.collect::<Vec<_>>().join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(json: &str) -> Settings {
        Settings::parse(json).unwrap()
    }

    const OFFICE: &str =
        r#"{"time-zone": "Europe/Berlin", "allowed-hours": {"days": ["mon-fri"], "from": "09:00", "to": "17:00"}}"#;
    const NIGHT: &str =
        r#"{"time-zone": "Europe/Berlin", "allowed-hours": {"days": ["fri"], "from": "22:00", "to": "04:00"}}"#;
    const EARLY: &str = r#"{"time-zone": "Europe/Berlin", "allowed-hours": {"from": "02:30", "to": "03:30"}}"#;
    const WHOLE_DAY: &str =
        r#"{"time-zone": "Europe/Berlin", "allowed-hours": {"days": ["sun"], "from": "00:00", "to": "24:00"}}"#;
    const TWO: &str = r#"{"allowed-hours": [
        {"days": ["mon"], "from": "09:00", "to": "10:00"},
        {"days": ["mon"], "from": "09:00", "to": "10:00", "time-zone": "America/New_York"}]}"#;

    #[test]
    fn hours() {
        for (json, moment, expected) in [
            ("{}", "2026-11-22T03:00:00Z", true),
            // Monday, 2026-11-23, is winter time: UTC+1. The first minute is in, the last one out.
            (OFFICE, "2026-11-23T07:59:59.999Z", false),
            (OFFICE, "2026-11-23T08:00:00.000Z", true),
            (OFFICE, "2026-11-23T15:59:59.999Z", true),
            (OFFICE, "2026-11-23T16:00:00.000Z", false),
            (OFFICE, "2026-11-22T12:00:00.000Z", false),
            // In summer an hour earlier by UTC.
            (OFFICE, "2026-07-20T07:00:00.000Z", true),
            (OFFICE, "2026-07-20T15:00:00.000Z", false),
            // From Friday, 2026-11-20, into Saturday; not from Thursday into Friday.
            (NIGHT, "2026-11-20T20:59:00Z", false),
            (NIGHT, "2026-11-20T21:00:00Z", true),
            (NIGHT, "2026-11-20T23:30:00Z", true),
            (NIGHT, "2026-11-21T02:59:00Z", true),
            (NIGHT, "2026-11-21T03:00:00Z", false),
            (NIGHT, "2026-11-21T21:00:00Z", false),
            (NIGHT, "2026-11-20T02:00:00Z", false),
            // 2026-03-29: the clocks jump from 02:00 to 03:00, so half of the window is left.
            (EARLY, "2026-03-29T00:59:59Z", false),
            (EARLY, "2026-03-29T01:00:00Z", true),
            (EARLY, "2026-03-29T01:30:00Z", false),
            // 2026-10-25: from 03:00 back to 02:00, so 02:30 to 03:00 comes twice.
            (EARLY, "2026-10-25T00:29:00Z", false),
            (EARLY, "2026-10-25T00:30:00Z", true),
            (EARLY, "2026-10-25T01:00:00Z", false),
            (EARLY, "2026-10-25T01:30:00Z", true),
            (EARLY, "2026-10-25T02:30:00Z", false),
            (WHOLE_DAY, "2026-11-21T22:59:59Z", false),
            (WHOLE_DAY, "2026-11-21T23:00:00Z", true),
            (WHOLE_DAY, "2026-11-22T22:59:59Z", true),
            (WHOLE_DAY, "2026-11-22T23:00:00Z", false),
            (TWO, "2026-11-23T09:30:00Z", true),
            (TWO, "2026-11-23T12:00:00Z", false),
            (TWO, "2026-11-23T14:30:00Z", true),
        ] {
            assert_eq!(is_open(&settings(json), moment.parse().unwrap()), expected, "{moment} in {json}");
        }
    }

    const XMAS: &str = r#"{"time-zone": "Europe/Berlin", "freeze": [
        {"from": "2026-12-20", "to": "2027-01-03", "reason": "xmas"},
        {"from": "2026-12-31T18:00", "to": "2027-01-04T08:00", "reason": "new year"},
        {"from": "2026-12-24", "to": "2026-12-24", "time-zone": "Asia/Tokyo", "reason": "tokyo"}]}"#;

    #[test]
    fn frozen() {
        for (moment, expected) in [
            ("2026-12-19T22:59:59.999Z", &[][..]),
            ("2026-12-19T23:00:00.000Z", &["xmas"]),
            ("2026-12-23T15:00:00Z", &["xmas", "tokyo"]),
            ("2026-12-24T15:00:00Z", &["xmas"]),
            ("2026-12-31T16:59:59Z", &["xmas"]),
            ("2026-12-31T17:00:00Z", &["xmas", "new year"]),
            ("2027-01-03T23:00:00Z", &["new year"]),
            ("2027-01-04T06:59:59Z", &["new year"]),
            ("2027-01-04T07:00:00Z", &[]),
        ] {
            let settings = settings(XMAS);
            let found = freezes(&settings, moment.parse().unwrap()).unwrap();
            let reasons = found.iter().map(|freeze| freeze.reason.as_deref().unwrap()).collect::<Vec<_>>();
            assert_eq!(reasons, expected, "{moment}");
        }
    }

    const BOTH: &str = r#"{"time-zone": "Europe/Berlin",
        "allowed-hours": {"days": ["mon-fri"], "from": "09:00", "to": "17:00"},
        "freeze": {"from": "2026-12-19", "to": "2027-01-03"}}"#;

    #[test]
    fn next_chances() {
        for (json, now, expected) in [
            (OFFICE, "2026-11-22T12:00:00Z", "Mon 2026-11-23 09:00"),
            (OFFICE, "2026-11-23T16:00:00Z", "Tue 2026-11-24 09:00"),
            (OFFICE, "2026-11-23T12:34:00Z", "Mon 2026-11-23 13:34"),
            (NIGHT, "2026-11-21T03:00:00Z", "Fri 2026-11-27 22:00"),
            // The clocks skip 02:30; the next whole window is a day later.
            (EARLY, "2026-03-29T00:00:00Z", "Mon 2026-03-30 02:30"),
            (TWO, "2026-11-23T11:00:00Z", "Mon 2026-11-23 09:00"),
            (XMAS, "2026-12-26T00:00:00Z", "Mon 2027-01-04 08:00"),
            (BOTH, "2026-12-21T12:00:00Z", "Mon 2027-01-04 09:00"),
            (BOTH, "2026-12-18T18:00:00Z", "Mon 2027-01-04 09:00"),
        ] {
            let settings = settings(json);
            let (moment, zone) = next_chance(&settings, now.parse().unwrap()).unwrap().unwrap();
            assert_eq!(zone.show(moment), expected, "{now} in {json}");
            assert!(is_open(&settings, moment) && freezes(&settings, moment).unwrap().is_empty());
        }
    }

    #[test]
    fn windows_are_shown() {
        assert_eq!(show_windows(&settings(OFFICE)), "Mon–Fri 09:00–17:00 (Europe/Berlin)");
        assert_eq!(show_windows(&settings(TWO)), "Mon 09:00–10:00 (UTC); Mon 09:00–10:00 (America/New_York)");
    }
}
