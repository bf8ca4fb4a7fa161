//! Durations for a person.

use std::time::Duration;

/// Returns a duration in the two units that matter to a person.
pub(crate) fn elapsed(duration: Duration) -> String {
    let milliseconds = duration.as_millis();
    let (minutes, seconds) = (milliseconds / 60_000, milliseconds / 1000 % 60);
    match milliseconds {
        0..1000 => format!("{milliseconds} ms"),
        1000..60_000 => format!("{seconds}.{} s", milliseconds % 1000 / 100),
        60_000..3_600_000 => format!("{minutes} min {seconds:02} s"),
        _ => format!("{} h {:02} min", minutes / 60, minutes % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_as_exact_as_one_wants_them() {
        let shown = [0, 999, 1000, 59_999, 60_000, 3_599_999, 3_600_000, 90_000_000]
            .map(|milliseconds| elapsed(Duration::from_millis(milliseconds)));
        let expected = ["0 ms", "999 ms", "1.0 s", "59.9 s", "1 min 00 s", "59 min 59 s", "1 h 00 min", "25 h 00 min"];
        assert_eq!(shown, expected);
    }
}
