//! Preparations at the same time: a download leaves the processor idle, and the last crates of a
//! build use one core.

use crate::error::Error;
use std::thread;

/// Runs both, the first in a thread of its own, and returns what they return. Both come to their
/// end before an error is returned, so that no work is cut off halfway.
pub(crate) fn both<A: Send, B>(
    first: impl FnOnce() -> Result<A, Error> + Send,
    second: impl FnOnce() -> Result<B, Error>,
) -> Result<(A, B), Error> {
    thread::scope(|scope| {
        let first = scope.spawn(first);
        let second = second();
        let first = first.join().expect("a preparation does not panic");
        Ok((first?, second?))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_end_before_an_error_is_returned() {
        let mut ended = false;
        let result = both(
            || Err::<(), _>(Error::NotProven(vec!["first".into()])),
            || {
                ended = true;
                Ok(())
            },
        );
        assert!(matches!(result, Err(Error::NotProven(names)) if names == ["first"]));
        assert!(ended);
    }
}
