"""Builds the image of a documentation page, and runs its Kubernetes manifest, without a container
engine: with the mounts, users and environments that an engine makes.

    pod.py PAGE PLAN.json

The page has one manifest and one Dockerfile. The plan has the project, the programs, and the pods
to run. What each command did is printed as JSON. Mounts need root, or sudo without a password.
"""

from __future__ import annotations

import ctypes
import json
import os
import pwd
import shlex
import shutil
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any, Callable, Dict, List, Optional

import yaml

INSIDE = "LBACK_TEST_INSIDE_NAMESPACE"
PR_SET_NO_NEW_PRIVS = 38


def main() -> None:
    os.umask(0o022)
    if os.environ.get(INSIDE) != "1":
        enter()
    page, plan = Path(sys.argv[1]).read_text(), json.loads(Path(sys.argv[2]).read_text())
    image = Image(Path(plan["root"]), plan)
    image.build(block(page, "dockerfile"))
    pod = yaml.safe_load(block(page, "yaml"))["spec"]["template"]["spec"]
    json.dump([Pod(image, pod, change).run() for change in plan["pods"]], sys.stdout)


def enter() -> None:
    """Starts this script again, as root in a mount namespace of its own."""
    for needed in ["unshare", "mount"] + ([] if os.geteuid() == 0 else ["sudo"]):
        if shutil.which(needed) is None:
            sys.exit("this test makes mounts: it needs `%s`, and root or sudo" % needed)
    command = ["unshare", "--mount", "--propagation", "private", sys.executable, *sys.argv]
    command = ["env", INSIDE + "=1", *command]
    if os.geteuid() != 0:
        if subprocess.run(["sudo", "-n", "true"]).returncode != 0:
            sys.exit("this test makes mounts: run it as root, or with sudo without a password")
        command = ["sudo", "-n", *command]
    os.execvp(command[0], command)


def block(page: str, language: str) -> str:
    """Returns the first block of code in this language."""
    return page.split("```%s\n" % language, 1)[1].split("```", 1)[0]


def mount(*words: object) -> None:
    subprocess.run(["mount", *map(str, words)], check=True)


class Image:
    """The file system of an image, made of the machine's own system and the built project."""

    def __init__(self, root: Path, plan: Dict[str, Any]) -> None:
        self.root, self.plan = root, plan
        self.environment = {"PATH": plan["path"] + ":/usr/bin:/bin"}
        self.folder, self.user = "/", 0

    def within(self, path: object) -> Path:
        return self.root / str(path).lstrip("/")

    def build(self, dockerfile: str) -> None:
        self.root.mkdir(exist_ok=True)
        mount("-t", "tmpfs", "-o", "mode=755", "image", self.root)
        for name in ["usr", "etc", "bin", "sbin", "lib", "lib64"]:
            self.adopt(Path("/") / name)
        for path in self.plan["system"]:
            self.adopt(Path(path))
        for name in ["proc", "dev"]:
            self.within(name).mkdir()
            mount("--rbind", Path("/") / name, self.within(name))
        for name in ["var/lib", "srv", "root", "mnt"]:
            self.within(name).mkdir(parents=True, exist_ok=True)
        temporary = self.within("tmp")
        temporary.mkdir(exist_ok=True)
        temporary.chmod(0o1777)
        for line in filter(None, dockerfile.replace("\\\n", "").splitlines()):
            instruction, _, words = line.partition(" ")
            getattr(self, "_" + instruction.lower())(words)
        mount("-o", "remount,ro", self.root)

    def adopt(self, path: Path) -> None:
        """Has a folder of the machine in the image, for reading."""
        to = self.within(path)
        if path.is_symlink():
            to.symlink_to(os.readlink(path))
        elif path.exists():
            to.mkdir(parents=True, exist_ok=True)
            mount("--bind", path, to)
            mount("-o", "remount,bind,ro", to)

    def _from(self, _: str) -> None:
        """The base image: the machine's own system, which is there already."""

    def _env(self, words: str) -> None:
        self.environment.update(dict(word.split("=", 1) for word in shlex.split(words)))

    def _copy(self, words: str) -> None:
        source, target = words.split()
        shutil.copytree(Path(self.plan["project"]) / source, self.within(target), symlinks=True)
        self.within(target).chmod(0o755)

    def _workdir(self, words: str) -> None:
        self.folder = words

    def _user(self, words: str) -> None:
        self.user = int(words)

    def _run(self, words: str) -> None:
        done = self.execute(["/bin/sh", "-c", words], {"HOME": "/root"}, self.user, 0, [])
        if done["code"] != 0:
            sys.exit("`RUN %s`: %s" % (words, done))

    def execute(
        self,
        command: List[str],
        environment: Dict[str, str],
        user: int,
        group: int,
        groups: List[int],
    ) -> Dict[str, Any]:
        """Runs a command as a container engine does, and returns what it did."""
        environment = {**self.environment, **environment}
        program = shutil.which(command[0], path=environment["PATH"])
        done = subprocess.run(
            command,
            executable=program,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            preexec_fn=lambda: self.become(user, group, groups),
        )
        return {"code": done.returncode, "stdout": done.stdout, "stderr": done.stderr}

    def become(self, user: int, group: int, groups: List[int]) -> None:
        os.chroot(self.root)
        os.chdir(self.folder)
        os.setgroups(groups)
        os.setgid(group)
        os.setuid(user)
        if user != 0 and ctypes.CDLL(None).prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
            raise OSError("prctl")


class Pod:
    """A pod of the manifest, with changes: its first init container, which runs its own command and
    those that the plan adds."""

    def __init__(self, image: Image, pod: Dict[str, Any], change: Dict[str, Any]) -> None:
        self.image, self.change = image, change
        self.container = pod["initContainers"][0]
        self.volumes = {volume["name"]: volume for volume in pod["volumes"]}
        context = {**pod.get("securityContext", {}), **self.container.get("securityContext", {})}
        self.context = {**context, **change.get("securityContext", {})}

    def run(self) -> Dict[str, Any]:
        undo: List[Callable[[], None]] = []
        try:
            for claim in self.container["volumeMounts"]:
                undo.append(self.mount_volume(claim))
            spoil = self.change.get("spoil")
            if spoil:
                undo.append(self.spoil(**spoil))
            commands = [self.command(command) for command in self.commands()]
            return {"nameless": self.is_nameless(), "commands": commands}
        finally:
            for step in reversed(undo):
                step()

    def commands(self) -> List[List[str]]:
        return [self.container["command"], *self.change.get("then", [])]

    def is_nameless(self) -> bool:
        try:
            return not pwd.getpwuid(self.context["runAsUser"])
        except KeyError:
            return True

    def mount_volume(self, claim: Dict[str, str]) -> Callable[[], None]:
        """Mounts a volume as the kubelet does: of root, open to all, of the group `fsGroup`."""
        volume, to = self.volumes[claim["name"]], self.image.within(claim["mountPath"])
        if volume["emptyDir"] != {}:
            raise NotImplementedError(volume)
        group = self.context.get("fsGroup")
        mode = "mode=0777" if group is None else "mode=2777,gid=%d" % group
        mount("-t", "tmpfs", "-o", mode, "volume", to)
        for entry in self.change.get("prepared", []):
            prepare(to / entry["path"], entry.get("owner", 0), entry.get("link"))
        return lambda: unmount(to)

    def spoil(self, path: str, owner: int, mode: int, within: Optional[str]) -> Callable[[], None]:
        """Replaces a folder of the image by a copy with another owner or mode."""
        original = self.image.within(path)
        aside = Path(self.image.plan["project"]).parent / "aside"
        shutil.copytree(original, aside / "copy", symlinks=True)
        mount("--bind", aside / "copy", original)
        for changed in sorted(original.rglob("*")) if within is None else [original / within]:
            os.chown(changed, owner, -1)
            changed.chmod(stat.S_IMODE(changed.stat().st_mode) | mode)

        def undo() -> None:
            unmount(original)
            shutil.rmtree(aside)

        return undo

    def command(self, command: List[str]) -> Dict[str, Any]:
        environment = {**self.environment(), **self.change.get("environment", {})}
        group = self.context.get("fsGroup")
        groups = [] if group is None else [group]
        user, primary = self.context["runAsUser"], self.context.get("runAsGroup", 0)
        return self.image.execute(command, environment, user, primary, groups)

    def environment(self) -> Dict[str, str]:
        """Returns the variables of the container: those of the manifest, and the engine's own."""
        found = {"HOSTNAME": "shop-6d4cf56db6-x7x2p", "KUBERNETES_SERVICE_HOST": "10.0.0.1"}
        for entry in self.container["env"]:
            value = entry.get("value")
            found[entry["name"]] = self.value_from(entry["valueFrom"]) if value is None else value
        return found

    def value_from(self, source: Dict[str, Any]) -> str:
        if "secretKeyRef" in source:
            return self.image.plan["secrets"]["{name}/{key}".format(**source["secretKeyRef"])]
        return self.image.plan["fields"][source["fieldRef"]["fieldPath"]]


def prepare(path: Path, owner: int, link: Optional[str]) -> None:
    """Puts a folder or a link into a volume, as another user of it can."""
    if link is not None:
        path.symlink_to(link)
        return
    path.mkdir(mode=0o700)
    os.chown(path, owner, -1)


def unmount(path: Path) -> None:
    subprocess.run(["umount", str(path)], check=True)


if __name__ == "__main__":
    main()
