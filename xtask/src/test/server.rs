//! A server of the tests' own: in a private folder, on a Unix socket, gone when this program is, however it ends.
//! What kind of server it is, is left to the recipes of its neighbours.

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

/// How a server is made and started; both commands are shell, run in the server's folder, which is `$FOLDER` too.
pub(super) struct Recipe<'a> {
    pub(super) name: &'static str,
    /// What must be done before.
    pub(super) prepare: &'a str,
    /// The server, in the foreground, logging to its standard error.
    pub(super) run: &'a str,
    /// What it logs once it takes connections.
    pub(super) ready: &'a str,
    /// The signal that ends it at once.
    pub(super) stop: &'a str,
    pub(super) environment: Vec<(&'static str, OsString)>,
    pub(super) hint: &'static str,
}

/// A private folder of a server, to be filled before it is started.
pub(super) struct Room {
    folder: PathBuf,
}

pub(super) struct Server {
    keeper: Child,
    /// The keeper stops the server when this end of its pipe is closed, as it also is when this program is killed.
    lifeline: Option<ChildStdin>,
    room: Room,
}

/// Makes and starts a server, says so, waits for the end of its input, and leaves nothing behind.
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

impl Room {
    pub(super) fn new(name: &str) -> Result<Self, Error> {
        let folder = env::temp_dir().join(format!("lback-{name}-{}", std::process::id()));
        DirBuilder::new().mode(0o700).create(&folder).map_err(Error::file("create", &folder))?;
        Ok(Self { folder })
    }

    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Servers refuse to run as root, and nobody, who runs them then, may not look into root's folders.
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
        // Ctrl-C reaches it as the end of its input, and not before.
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

impl Drop for Room {
    fn drop(&mut self) {
        files::remove_folder(&self.folder).ok();
    }
}

impl Server {
    /// Where its socket is.
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

/// The first line of what a program says of its version, without the folder that it may say it is in.
pub(super) fn version(command: &mut Command) -> String {
    let output = command.arg("--version").output().map(|output| output.stdout).unwrap_or_default();
    let text = String::from_utf8_lossy(&output);
    let first = text.lines().next().unwrap_or_default().trim();
    let folder = Path::new(command.get_program()).parent().map(|folder| format!("{}/", folder.display()));
    first.strip_prefix(folder.unwrap_or_default().as_str()).unwrap_or(first).to_owned()
}
