//! lback's end of the channel: one JSON document a line, in both directions, after a first line
//! with the path of a folder.

use std::collections::BTreeMap;
use std::io::{self, Read as _, Write as _};
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::net::UnixStream as StdStream;
use std::path::Path;
use std::time::Duration;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::io::{AsyncWriteExt as _, BufReader};
use tokio::net::UnixStream;
use tokio::net::unix::{OwnedReadHalf, OwnedWriteHalf};

use super::channel_line::ChannelLine;
use super::redacted::redacted;
use super::{LauncherEvent, ProbedRun, RunConstraints};
use crate::alembic::planner_client::{PlannerMessage, PlannerRequest};
use crate::config::LockMode;
use crate::support::redact::process;

/// The largest number of bytes to read after the end of Alembic. The channel holds less than this,
/// so all messages are included.
const LAST_WORDS: u64 = 4 * 1024 * 1024;

#[derive(Debug)]
pub(super) struct LauncherChannel {
    reader: ChannelReader,
    writer: ChannelWriter,
}

/// The messages from the launcher. Cancel safe.
#[derive(Debug)]
pub(super) struct ChannelReader {
    from: BufReader<OwnedReadHalf>,
    line: ChannelLine,
    databases: Databases,
}

#[derive(Debug)]
pub(super) struct ChannelWriter(OwnedWriteHalf);

/// The launcher's first message.
#[derive(Debug, PartialEq, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum Greeting {
    Hello { python: String },
    Unable { why: String },
}

impl LauncherChannel {
    /// Creates both ends. The other end is for the launcher, which reads from it the folder of the
    /// import cache.
    pub(super) fn pair(imports: Option<&Path>) -> io::Result<(Self, OwnedFd)> {
        let (mut own, other) = StdStream::pair()?;
        let folder = imports.map_or(&b""[..], |folder| folder.as_os_str().as_bytes());
        let folder = if folder.contains(&b'\n') { b"" } else { folder };
        own.write_all(&[folder, b"\n"].concat())?;
        own.set_nonblocking(true)?;
        let (read, write) = UnixStream::from_std(own)?.into_split();
        let reader =
            ChannelReader { from: BufReader::new(read), line: ChannelLine::default(), databases: Databases::default() };
        Ok((Self { reader, writer: ChannelWriter(write) }, other.into()))
    }

    /// Returns the first message, or `None` if the launcher ended before it.
    pub(super) async fn greeting(&mut self) -> Option<Greeting> {
        self.reader.next_as().await
    }

    /// Requests a plan.
    pub(super) async fn ask(&mut self, message: &PlannerRequest<'_>) -> io::Result<()> {
        let line = format!("{}\n", serde_json::to_string(message)?);
        self.writer.0.write_all(line.as_bytes()).await
    }

    /// Returns the next message of the reply, or `None` if the launcher has ended. Cancel safe.
    pub(super) async fn plan_word(&mut self) -> Option<PlannerMessage> {
        self.reader.next_as().await
    }

    pub(super) fn into_parts(self) -> (ChannelReader, ChannelWriter) {
        (self.reader, self.writer)
    }
}

impl ChannelWriter {
    /// Lets Alembic begin, with these arguments in place of those of the process if given. Version
    /// scripts are cached in the folder `scripts`.
    pub(super) async fn go(&mut self, terms: &RunConstraints, arguments: Option<Vec<String>>, scripts: Option<&str>) {
        let RunConstraints {
            lock,
            limits,
            orders,
            waited_before,
            may_retry,
            marks_steps,
            single_head,
            expected,
            environment,
            files,
            written,
        } = terms;
        let mode = match lock.mode {
            LockMode::Wait => "wait",
            LockMode::Fail => "fail",
            LockMode::SkipIfCurrent => "skip-if-current",
            LockMode::Off => "off",
        };
        let message = serde_json::json!({
            "type": "go",
            "lock": mode,
            "lock_timeout": lock.timeout.as_secs_f64(),
            "limits": limits.map(|limits| serde_json::json!({
                "lock": limits.lock.map(|limit| limit.as_secs_f64()),
                "statement": limits.statement.map(|limit| limit.as_secs_f64()),
            })),
            "end_blockers_after": orders.end_blockers_after.map(|after| after.as_secs_f64()),
            "drop_invalid_indexes": orders.drop_invalid_indexes,
            "waited_before": waited_before.as_secs_f64(),
            "may_retry": may_retry,
            "marks_steps": marks_steps,
            "single_head": single_head,
            "scripts": scripts,
            "arguments": arguments,
            "expected": expected,
            "environment_rules": environment,
            "files": files,
            "written": written,
        });
        // The constraints of thousands of steps don't fit into the channel at once.
        if let Err(error) = self.0.write_all(format!("{message}\n").as_bytes()).await {
            tracing::debug!("the launcher does not listen: {error}");
        }
    }

    /// Lets Alembic begin, only to read the heads. Before that, the launcher waits for the end of
    /// the sessions of the run.
    pub(super) fn probe(&self, run: &ProbedRun, scripts: Option<&str>, patience: Duration) {
        self.say(&serde_json::json!({
            "type": "go",
            "probe": true,
            "sessions": run.sessions,
            "transactions": run.transactions,
            "patience": patience.as_secs_f64(),
            "with_scripts": run.with_scripts,
            "with_facts": run.with_facts,
            "scripts": scripts.filter(|_| run.with_scripts),
        }));
    }

    /// Requests the cancellation of the running statement.
    pub(super) fn cancel(&self) {
        self.say(&serde_json::json!({ "type": "cancel" }));
    }

    /// Sends a message without waiting: messages are few and short, so the channel has room for
    /// them.
    fn say(&self, message: &serde_json::Value) {
        let line = format!("{message}\n");
        if let Err(error) = self.0.try_write(line.as_bytes()) {
            tracing::debug!("the launcher does not listen: {error}");
        }
    }
}

impl ChannelReader {
    /// Returns the next event, or `None` if there can be no more. Never ends while a process that
    /// Alembic left behind holds the channel.
    pub(super) async fn next(&mut self) -> Option<LauncherEvent> {
        self.next_as().await
    }

    async fn next_as<T: DeserializeOwned + Numbered>(&mut self) -> Option<T> {
        loop {
            let line = self.line.next(&mut self.from).await?;
            if let Some(message) = self.databases.parse(&line) {
                return Some(message);
            }
        }
    }

    /// Returns the events that have already arrived, for use after the end of Alembic. Doesn't
    /// wait.
    pub(super) fn rest(self, writer: ChannelWriter) -> Vec<LauncherEvent> {
        let Self { from, line, mut databases } = self;
        let mut bytes = [line.into_begun(), from.buffer().to_vec()].concat();
        if let Ok(Ok(stream)) = from.into_inner().reunite(writer.0).map(UnixStream::into_std) {
            // Fails if there is no more for now, after reading what there is.
            let _ = stream.take(LAST_WORDS).read_to_end(&mut bytes);
        }
        let lines = bytes.split_inclusive(|&byte| byte == b'\n').filter(|line| line.ends_with(b"\n"));
        lines.filter_map(|line| databases.parse(line)).collect()
    }
}

/// A message that may contain the number of a database.
trait Numbered {
    fn database(&mut self) -> Option<&mut u32>;
}

impl Numbered for Greeting {
    fn database(&mut self) -> Option<&mut u32> {
        None
    }
}

impl Numbered for PlannerMessage {
    fn database(&mut self) -> Option<&mut u32> {
        None
    }
}

impl Numbered for LauncherEvent {
    fn database(&mut self) -> Option<&mut u32> {
        self.database_mut()
    }
}

/// Numbers databases across processes. Each process counts its databases from 1, and env.py may run
/// migrations in several.
#[derive(Debug, Default)]
struct Databases(BTreeMap<(u32, u32), u32>);

impl Databases {
    /// Returns the message of a line, without secrets; none if the line isn't a message for the
    /// caller.
    fn parse<T: DeserializeOwned + Numbered>(&mut self, line: &[u8]) -> Option<T> {
        let document = serde_json::from_slice::<Value>(line).map(|document| redacted(process(), document));
        let parsed = match document {
            Ok(None) => return None,
            Ok(Some(document)) => self.message(document),
            Err(error) => Err(error),
        };
        parsed
            .inspect_err(|error| {
                // The message may have secrets: it is not logged.
                let (length, category) = (line.len(), error.classify());
                tracing::debug!("a message of the launcher with {length} bytes is not understood: {category:?} error");
            })
            .ok()
    }

    fn message<T: DeserializeOwned + Numbered>(&mut self, document: Value) -> serde_json::Result<T> {
        let process = u32::deserialize(&document["process"])?;
        let mut message = T::deserialize(document)?;
        if let Some(number) = message.database() {
            let next = u32::try_from(self.0.len()).unwrap_or(u32::MAX).saturating_add(1);
            *number = *self.0.entry((process, *number)).or_insert(next);
        }
        Ok(message)
    }
}

#[cfg(test)]
#[path = "channel_tests.rs"]
mod tests;
