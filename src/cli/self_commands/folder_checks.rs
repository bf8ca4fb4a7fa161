//! The folders of lback: the cache and the journal.

use std::fs;
use std::path::Path;

use crate::journal::{JournalError, JournalReader, RunFilter};
use crate::session::project::Project;
use crate::support::plural::counted;
use crate::support::private_folder::PrivateFolder;
use crate::ui::{DoctorFinding, DoctorTopic};

/// Examines the folder of compiled plugins.
pub(super) fn cache(project: &Project) -> DoctorFinding {
    let warning = |why: String| {
        let found = format!("plugins are compiled again in each run: {why}");
        DoctorFinding::warning(DoctorTopic::Cache, found).hint("`LBACK_CACHE_DIR` can name a folder of this user's own")
    };
    let Some(folder) = project.surroundings.cache_folder() else {
        return warning("this user has no cache folder".to_owned());
    };
    match PrivateFolder::open_for_cache(&folder) {
        Err(error) => warning(error.to_string()),
        // As in an image, whose plugins were compiled when it was built.
        Ok(open) if open.belongs_to_root() => {
            DoctorFinding::ok(DoctorTopic::Cache, format!("{}, of root", content(&folder)))
        }
        Ok(_) => match tempfile::tempfile_in(&folder) {
            Err(error) => warning(format!("`{}` can't be written: {error}", folder.display())),
            Ok(_) => DoctorFinding::ok(DoctorTopic::Cache, content(&folder)),
        },
    }
}

fn content(folder: &Path) -> String {
    let files = fs::read_dir(folder).into_iter().flatten().flatten();
    let sizes = files.filter(|file| file.path().extension().is_some_and(|extension| extension == "cwasm"));
    let sizes: Vec<u64> = sizes.filter_map(|file| Some(file.metadata().ok()?.len())).collect();
    let size = bytesize::ByteSize(sizes.iter().sum());
    format!("`{}`, {}, {size}", folder.display(), counted(sizes.len(), "compiled plugin"))
}

/// Examines the journal.
pub(super) fn journal(project: &Project) -> DoctorFinding {
    let topic = DoctorTopic::Journal;
    if !project.config.journal.enabled {
        return DoctorFinding::note(topic, "it is turned off in `lback.toml`: runs and messages are not kept");
    }
    let Some(settings) = project.journal_settings() else {
        return DoctorFinding::warning(topic, "this user has no folder for it: runs and messages are not kept")
            .hint("`LBACK_STATE_DIR` can name a folder");
    };
    let place = settings.path.display();
    match read(&settings.path, &project.scope()) {
        Err(error) => DoctorFinding::warning(topic, format!("runs are not kept: {error}")),
        Ok(None) => match writable(&settings.path, project.config.journal.path.is_none()) {
            Ok(()) => DoctorFinding::ok(topic, format!("`{place}`, no run yet")),
            Err(why) => DoctorFinding::warning(topic, format!("runs are not kept: {why}"))
                .hint("`LBACK_STATE_DIR` can name a folder"),
        },
        Ok(Some((runs, 0))) => DoctorFinding::ok(topic, format!("`{place}`, {}", counted(runs, "run"))),
        Ok(Some((_, waiting))) => {
            let messages = counted(waiting, "message");
            DoctorFinding::warning(topic, format!("`{place}`: {messages} of handlers undelivered"))
                .hint("`lback log` shows them, and `lback log redeliver` sends them again")
        }
    }
}

/// Returns the numbers of runs and of undelivered messages of the project; none without a journal.
fn read(path: &Path, scope: &str) -> Result<Option<(usize, usize)>, JournalError> {
    let Some(reader) = JournalReader::open(path)? else { return Ok(None) };
    let runs = reader.runs(&RunFilter { scope: Some(scope.to_owned()), ..RunFilter::default() })?;
    let waiting: i64 = reader.waiting(Some(scope))?.iter().map(|row| row.waiting + row.parked).sum();
    Ok(Some((runs.len(), usize::try_from(waiting).unwrap_or_default())))
}

/// Returns why a new journal can't be written. A folder of lback's own must be private.
fn writable(path: &Path, is_own: bool) -> Result<(), String> {
    let Some(folder) = path.parent() else { return Ok(()) };
    if is_own {
        PrivateFolder::open_for_state(folder).map_err(|error| error.to_string())?;
    }
    if !folder.exists() {
        // The first run creates it.
        return Ok(());
    }
    let written = tempfile::tempfile_in(folder);
    written.map(drop).map_err(|error| format!("`{}` can't be written: {error}", folder.display()))
}
