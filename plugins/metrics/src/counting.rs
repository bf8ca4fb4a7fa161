//! Counters of concurrent runs: no run is lost between reading and writing, and the newest counters
//! stay pushed.

use crate::state::{State, Unusable};

/// The number of attempts to store the counters: more concurrent runs than this are not expected.
const TRIES: u32 = 20;
/// The number of times that another run's newer counters are pushed after one's own.
const PUSHES: u32 = 3;

/// The store as this module needs it; its errors are made for display.
pub(crate) trait Store {
    fn get(&self, key: &str) -> Result<Option<Vec<u8>>, String>;
    fn compare_and_swap(&self, key: &str, expected: Option<&[u8]>, value: &[u8]) -> Result<bool, String>;
}

/// The counters as stored now.
pub(crate) struct Counted {
    pub(crate) state: State,
    bytes: Vec<u8>,
    /// The reason why the stored counters could not be used.
    pub(crate) lost: Option<Unusable>,
}

/// Reads the counters of `group`, changes and stores them, and retries as long as other runs store
/// theirs first.
pub(crate) fn count(
    store: &impl Store,
    key: &str,
    group: &str,
    change: impl Fn(&mut State),
) -> Result<Counted, String> {
    for _ in 0..TRIES {
        let kept = store.get(key)?;
        let (mut state, lost) = match kept.as_deref().map(|bytes| State::read(bytes, group)) {
            None => (State::new(group), None),
            Some(Ok(state)) => (state, None),
            Some(Err(unusable)) => (State::new(group), Some(unusable)),
        };
        change(&mut state);
        let bytes = state.to_bytes();
        if store.compare_and_swap(key, kept.as_deref(), &bytes)? {
            return Ok(Counted { state, bytes, lost });
        }
    }
    Err("the counters could not be kept: other runs changed them all the time".to_owned())
}

/// Pushes the counters, and again if another run has counted in the meantime: that run's push may
/// have arrived before this one, and to Prometheus a counter that decreases is one that was reset.
pub(crate) fn push(
    store: &impl Store,
    key: &str,
    group: &str,
    counted: Counted,
    send: impl Fn(&State) -> Result<(), String>,
) -> Result<(), String> {
    let Counted { mut state, mut bytes, .. } = counted;
    for _ in 0..PUSHES {
        send(&state)?;
        match store.get(key)? {
            Some(newer) if newer != bytes => match State::read(&newer, group) {
                Ok(read) => (state, bytes) = (read, newer),
                // The run that stored these counters reports the error.
                Err(_) => return Ok(()),
            },
            _ => return Ok(()),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::cell::{Cell, RefCell};

    use super::*;
    use crate::run::tests::run;
    use crate::state::Labels;

    /// A store with one value; other runs count concurrently, before its first `rivals` writes.
    #[derive(Default)]
    struct Memory {
        value: RefCell<Option<Vec<u8>>>,
        rivals: Cell<u32>,
    }

    impl Store for Memory {
        fn get(&self, _: &str) -> Result<Option<Vec<u8>>, String> {
            Ok(self.value.borrow().clone())
        }

        fn compare_and_swap(&self, _: &str, expected: Option<&[u8]>, value: &[u8]) -> Result<bool, String> {
            if self.rivals.get() > 0 {
                self.rivals.set(self.rivals.get() - 1);
                self.rival_counts();
            }
            let same = self.value.borrow().as_deref() == expected;
            if same {
                *self.value.borrow_mut() = Some(value.to_vec());
            }
            Ok(same)
        }
    }

    impl Memory {
        fn rival_counts(&self) {
            let mut state = self
                .value
                .borrow()
                .as_deref()
                .map_or_else(|| State::new("/g"), |kept| State::read(kept, "/g").unwrap());
            one_more(&mut state);
            *self.value.borrow_mut() = Some(state.to_bytes());
        }

        fn count(&self) -> Counted {
            count(self, "k", "/g", one_more).unwrap()
        }
    }

    fn one_more(state: &mut State) {
        assert!(state.count(&run("upgrade"), &Labels::new(), &[1_000]));
    }

    fn total(state: &State) -> u64 {
        state.commands[0].total
    }

    #[test]
    fn counters_grow_from_run_to_run() {
        let store = Memory::default();
        assert_eq!([total(&store.count().state), total(&store.count().state), total(&store.count().state)], [1, 2, 3]);
    }

    #[test]
    fn nobody_is_lost_between_reading_and_writing() {
        let store = Memory::default();
        store.rivals.set(5);
        assert_eq!(total(&store.count().state), 6);
        store.rivals.set(TRIES);
        let error = count(&store, "k", "/g", one_more).err().unwrap();
        assert_eq!(error, "the counters could not be kept: other runs changed them all the time");
    }

    #[test]
    fn what_is_of_no_use_is_begun_anew() {
        let store = Memory::default();
        *store.value.borrow_mut() = Some(b"{\"version\":9}".to_vec());
        let counted = store.count();
        assert_eq!((total(&counted.state), counted.lost), (1, Some(Unusable::Version(9))));
        let counted = store.count();
        assert_eq!((total(&counted.state), counted.lost), (2, None));
    }

    #[test]
    fn the_newest_counters_stay() {
        let store = Memory::default();
        let pushed = RefCell::new(Vec::new());
        let counted = store.count();
        let send = |state: &State| {
            pushed.borrow_mut().push(total(state));
            // During this push, another run counted, once.
            if pushed.borrow().len() == 1 {
                store.rival_counts();
            }
            Ok(())
        };
        push(&store, "k", "/g", counted, send).unwrap();
        assert_eq!(*pushed.borrow(), [1, 2]);
    }

    #[test]
    fn pushing_ends() {
        let store = Memory::default();
        let pushes = Cell::new(0);
        let send = |_: &State| {
            pushes.set(pushes.get() + 1);
            store.rival_counts();
            Ok(())
        };
        push(&store, "k", "/g", store.count(), send).unwrap();
        assert_eq!(pushes.get(), PUSHES);
        let failing = |_: &State| Err("the Pushgateway answered 400".to_owned());
        assert_eq!(push(&store, "k", "/g", store.count(), failing), Err("the Pushgateway answered 400".to_owned()));
    }
}
