//! The output of `--events`: each signal as it is sent, one JSON document a line.

use std::fs::File;
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use crate::model::event::Event;
use crate::model::wire::CloudEvent;
use crate::support::io_error::is_reader_gone;
use crate::support::private_file::PRIVATE_FILE;
use crate::support::standard_stream::StandardStream;
use crate::support::write_file;
use crate::ui::documents::json::harmless;

/// A file or stdout that receives events.
pub(crate) struct EventStream {
    /// The stream; none after a write failed. A failure stops nothing.
    sink: Mutex<Option<Box<dyn Write + Send>>>,
    /// The reason why the stream ended, until it is reported.
    lost: Mutex<Option<io::Error>>,
}

impl EventStream {
    /// Appends to a file, and creates the file if it is missing, for this user alone. A named pipe
    /// must have a reader.
    pub(crate) fn to_file(path: &Path) -> io::Result<Self> {
        let file = write_file::open(File::options().append(true).create(true).mode(PRIVATE_FILE), path)?;
        Ok(Self::new(Box::new(file)))
    }

    pub(crate) fn to_stdout() -> Self {
        Self::new(Box::new(StandardStream::Stdout))
    }

    fn new(sink: Box<dyn Write + Send>) -> Self {
        Self { sink: Mutex::new(Some(sink)), lost: Mutex::default() }
    }

    pub(crate) fn write(&self, event: &Event) {
        let Ok(mut sink) = self.sink.lock() else { return };
        let Some(open) = sink.as_mut() else { return };
        if let Err(error) = write_line(open, &CloudEvent::from(event)) {
            *sink = None;
            let mut lost = self.lost.lock().unwrap_or_else(PoisonError::into_inner);
            *lost = (!is_reader_gone(&error)).then_some(error);
        }
    }

    /// Returns why the stream ended before its last event, once.
    pub(crate) fn take_lost(&self) -> Option<io::Error> {
        self.lost.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// Writes a line in one call, so that several processes can append to one file.
fn write_line(to: &mut impl Write, event: &CloudEvent) -> io::Result<()> {
    let line = harmless(&serde_json::to_string(event)?).into_owned() + "\n";
    to.write_all(line.as_bytes())?;
    to.flush()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::event::{Context, Sender};
    use crate::model::signal::Signal;

    struct Full;

    impl Write for Full {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::StorageFull.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_stream_that_fails_is_left_alone() {
        let stream = EventStream::new(Box::new(Full));
        let sender = Sender { run_id: uuid::Uuid::now_v7(), project: "shop".into() };
        for _ in 0..2 {
            stream.write(&Event::now(&sender, &Context::default(), Signal::History));
            assert!(stream.sink.lock().unwrap().is_none());
        }
        assert_eq!(stream.take_lost().map(|error| error.kind()), Some(io::ErrorKind::StorageFull));
        assert!(stream.take_lost().is_none());
    }
}
