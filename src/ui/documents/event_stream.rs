//! `--events`: what is signalled, as it happens, one JSON document a line, for whoever collects such lines.

use std::fs::File;
use std::io::{self, Write};
use std::path::Path;
use std::sync::Mutex;

use crate::model::event::Event;
use crate::model::wire::CloudEvent;

/// Where events are written to.
pub(crate) struct EventStream {
    /// None once it could not be written to: that is said once, and stops nothing.
    sink: Mutex<Option<Box<dyn Write + Send>>>,
}

impl EventStream {
    /// Appends to a file, which is made where it is missing.
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
            // Whoever read them may have had enough.
            if error.kind() != io::ErrorKind::BrokenPipe {
                tracing::warn!("`--events` ends here: {error}");
            }
        }
    }
}

/// One write a line, so that several processes may append to one file.
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
