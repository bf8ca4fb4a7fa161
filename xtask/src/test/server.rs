//! A server for the tests: in a private folder, on a Unix socket, and stopped when this program
//! ends in any way. The neighbouring modules contribute the recipes.

use crate::{
    error::{Error, Output},
    files, process,
    progress::Step,
};
use std::{
    env,
    ffi::OsString,
    fs::{self, DirBuilder},
    io::{BufRead as _, BufReader, Read as _},
    os::unix::{
        fs::{DirBuilderExt as _, MetadataExt as _},
        process::CommandExt as _,
    },
    path::{Path, PathBuf},
    process::{Child, ChildStdin, Command, Stdio},
};

/// A recipe for a server. Both commands are shell, run in the server's folder, which is also
/// `$FOLDER`.
pub(super) struct Recipe<'a> {
    pub(super) name: &'static str,
    /// The commands that prepare the folder.
    pub(super) prepare: &'a str,
    /// The command that runs the server in the foreground, with its log on standard error.
    pub(super) run: &'a str,
    /// The text in the log once the server accepts connections.
    pub(super) ready: &'a str,
    /// The signal that stops the server at once.
    pub(super) stop: &'a str,
    pub(super) environment: Vec<(&'static str, OsString)>,
    pub(super) hint: &'static str,
}

/// A private folder for a server, to be filled before the start.
pub(super) struct ServerFolder {
    folder: PathBuf,
}

pub(super) struct Server {
    keeper: Child,
    /// The pipe to the keeper, which stops the server when this end is closed, also because this
    /// program was killed.
    lifeline: Option<ChildStdin>,
    room: ServerFolder,
}

/// A script that makes and starts a server, reports it, waits for the end of its input, and removes
/// everything.
const KEEPER: &str = r#"
cd "$FOLDER" && exec 2>>log || exit 1
if (eval "$PREPARE") >>log 2>&1 </dev/null && mkfifo said; then
    sh -c "exec $RUN" >said 2>&1 </dev/null &
    server=$!
    exec 3<said
    ready=
    while [ -z "$ready" ] && read -r line <&3; do
        printf '%s\n' "$line" >>log
        case $line in *"$READY"*) ready=yes ;; esac
    done
    if [ -n "$ready" ]; then
        echo ready
        cat <&3 >>log &
        read -r _
        kill -s "$STOP" $server
    fi
    wait $server
fi
[ -n "$ready" ] || cat log
cd /
rm -rf "$FOLDER"
"#;

impl ServerFolder {
    pub(super) fn new(name: &str) -> Result<Self, Error> {
        let folder = env::temp_dir().join(format!("lback-{name}-{}", std::process::id()));
        DirBuilder::new().mode(0o700).create(&folder).map_err(Error::file("create", &folder))?;
        Ok(Self { folder })
    }

    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Returns whether root owns the folder. Servers refuse to run as root, and the user `nobody`,
    /// who runs them instead, may not read root's folders.
    pub(super) fn is_roots(&self) -> Result<bool, Error> {
        Ok(fs::metadata(&self.folder).map_err(Error::file("look at", &self.folder))?.uid() == 0)
    }

    pub(super) fn start(self, recipe: &Recipe<'_>, step: &mut Step) -> Result<Server, Error> {
        if self.is_roots()? {
            let mut chown = Command::new("chown");
            chown.args(["-R", "nobody:"]).arg(&self.folder);
            process::quiet(step, "give the server's folder to the user nobody", &mut chown, None)?;
        }
        step.show("starting");
        let owner = fs::metadata(&self.folder).map_err(Error::file("look at", &self.folder))?;
        let mut command = Command::new("sh");
        command.args(["-c", KEEPER]).env("FOLDER", &self.folder).envs(recipe.environment.iter().cloned());
        command.env("PREPARE", recipe.prepare).env("RUN", recipe.run).env("READY", recipe.ready);
        command.env("STOP", recipe.stop);
        // Ctrl-C reaches the keeper only as the end of its input.
        command.process_group(0).uid(owner.uid()).gid(owner.gid()).current_dir("/");
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut keeper = command.spawn().map_err(|source| process::spawn_error(&command, source))?;

        let lifeline = keeper.stdin.take();
        let mut said = BufReader::new(keeper.stdout.take().expect("standard output was piped"));
        let server = Server { keeper, lifeline, room: self };
        let mut first = String::new();
        said.read_line(&mut first).map_err(Error::file("read from", server.folder()))?;
        if first.trim_end() != "ready" {
            said.read_to_string(&mut first).map_err(Error::file("read from", server.folder()))?;
            return Err(Error::Server { name: recipe.name, output: Output::tail(&first), hint: recipe.hint });
        }
        Ok(server)
    }
}

impl Drop for ServerFolder {
    fn drop(&mut self) {
        files::remove_folder(&self.folder).ok();
    }
}

impl Server {
    /// Returns the folder of the socket.
    pub(super) fn folder(&self) -> &Path {
        self.room.folder()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.lifeline.take());
        self.keeper.wait().ok();
    }
}

/// Returns the first line of `--version`, without the folder of the program.
pub(super) fn version(command: &mut Command) -> String {
    let output = command.arg("--version").output().map(|output| output.stdout).unwrap_or_default();
    let text = String::from_utf8_lossy(&output);
    let first = text.lines().next().unwrap_or_default().trim();
    let folder = Path::new(command.get_program()).parent().map(|folder| format!("{}/", folder.display()));
    first.strip_prefix(folder.unwrap_or_default().as_str()).unwrap_or(first).to_owned()
}
