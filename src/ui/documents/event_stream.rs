//! The output of `--events`: each signal as it is sent, one JSON document a line.

use std::fs::File;
use std::io::{self, Write};
use std::path::Path;
use std::sync::Mutex;

use crate::model::event::Event;
use crate::model::wire::CloudEvent;

/// A file or stdout that receives events.
pub(crate) struct EventStream {
    /// The stream; none after a write failed. A failure is reported once and stops nothing.
    sink: Mutex<Option<Box<dyn Write + Send>>>,
}

impl EventStream {
    /// Appends to a file, and creates the file if it is missing.
    pub(crate) fn to_file(path: &Path) -> io::Result<Self> {
        let file = File::options().append(true).create(true).open(path)?;
        Ok(Self { sink: Mutex::new(Some(Box::new(file))) })
    }

    pub(crate) fn to_stdout() -> Self {
        Self { sink: Mutex::new(Some(Box::new(io::stdout()))) }
    }

    pub(crate) fn write(&self, event: &Event) {
        let Ok(mut sink) = self.sink.lock() else { return };
        let Some(open) = sink.as_mut() else { return };
        if let Err(error) = write_line(open, &CloudEvent::from(event)) {
            *sink = None;
            // The reader may have closed the pipe on purpose.
            if error.kind() != io::ErrorKind::BrokenPipe {
                tracing::warn!("`--events` stopped: {error}");
            }
        }
    }
}

/// Writes a line in one call, so that several processes can append to one file.
fn write_line(to: &mut impl Write, event: &CloudEvent) -> io::Result<()> {
    let mut line = serde_json::to_vec(event)?;
    line.push(b'\n');
    to.write_all(&line)?;
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
        let stream = EventStream { sink: Mutex::new(Some(Box::new(Full))) };
        let sender = Sender { run_id: uuid::Uuid::now_v7(), project: "shop".into() };
        for _ in 0..2 {
            stream.write(&Event::now(&sender, &Context::default(), Signal::History));
            assert!(stream.sink.lock().unwrap().is_none());
        }
    }
}
