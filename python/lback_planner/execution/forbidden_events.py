"""The audit events by which Python reports what code does, and those that end a run."""

import os
import socket
import sysconfig
from types import FrameType
from typing import Any, Dict, Optional, Tuple

STANDARD = str(sysconfig.get_path("stdlib")) + os.sep
PACKAGES = ("/site-packages/", "/dist-packages/")

#: Events that end a run, with what the script does then, as a fragment of a sentence.
EVENTS: Dict[str, str] = {
    "open": "writes a file",
    "socket.connect": "opens a network connection",
    "socket.getaddrinfo": "looks up an address on the network",
    "socket.gethostbyname": "looks up an address on the network",
    "socket.gethostbyaddr": "looks up an address on the network",
    "socket.bind": "listens on the network",
    "socket.sendto": "sends something over the network",
    "socket.sendmsg": "sends something over the network",
    "subprocess.Popen": "starts a program",
    "os.system": "starts a program",
    "os.exec": "starts a program",
    "os.posix_spawn": "starts a program",
    "os.spawn": "starts a program",
    "os.startfile": "starts a program",
    "webbrowser.open": "starts a program",
    "os.fork": "makes another process",
    "os.forkpty": "makes another process",
    "pty.spawn": "starts a program",
    "os.remove": "removes a file",
    "os.rename": "renames a file",
    "os.mkdir": "makes a folder",
    "os.rmdir": "removes a folder",
    "os.link": "makes a link",
    "os.symlink": "makes a link",
    "os.truncate": "writes a file",
    "os.chmod": "changes a file",
    "os.chown": "changes a file",
    "os.chflags": "changes a file",
    "os.utime": "changes a file",
    "os.setxattr": "changes a file",
    "os.removexattr": "changes a file",
    "os.lockf": "locks a file",
    "fcntl.flock": "locks a file",
    "fcntl.lockf": "locks a file",
    "os.kill": "sends a signal",
    "os.killpg": "sends a signal",
    "resource.prlimit": "reaches into another process",
    "shutil.rmtree": "removes a folder",
    "shutil.copyfile": "copies a file",
    "shutil.copytree": "copies a folder",
    "shutil.move": "moves a file",
    "shutil.chown": "changes a file",
    "shutil.make_archive": "writes a file",
    "shutil.unpack_archive": "writes a file",
    "sqlite3.connect": "opens a database connection of its own (`sqlite3.connect`)",
    "smtplib.connect": "sends mail",
    "ftplib.connect": "opens a network connection",
    "imaplib.open": "opens a network connection",
    "poplib.connect": "opens a network connection",
    "nntplib.connect": "opens a network connection",
    "telnetlib.Telnet.open": "opens a network connection",
    "http.client.connect": "opens a network connection",
    "urllib.Request": "opens a network connection",
    "syslog.syslog": "writes to the system's log",
}

CALLS_FOREIGN = "calls code that isn't Python's (`ctypes`)"
LOOKS_THROUGH = "looks through all objects of the process (`gc`)"
#: Events that packages may make, and the project's own code may not: packages load their own
#: libraries.
OF_PACKAGES: Dict[str, str] = {
    "ctypes.dlopen": CALLS_FOREIGN,
    "ctypes.dlsym": CALLS_FOREIGN,
    "ctypes.dlsym/handle": CALLS_FOREIGN,
    "ctypes.call_function": CALLS_FOREIGN,
    "gc.get_objects": LOOKS_THROUGH,
    "gc.get_referrers": LOOKS_THROUGH,
}

#: All events that matter.
WATCHED = frozenset((*EVENTS, *OF_PACKAGES, "open", "os.listdir", "os.scandir"))

#: Events that packages make while they are imported: they try what the network can do, and keep
#: what they have found in a folder. They do without where that is refused.
OF_IMPORTS = ("socket.bind", "os.mkdir")
IMPORT = "<frozen importlib._bootstrap>"

#: Modules of Python that start programs, or ask services, to learn about the machine.
CURIOUS = ("platform", "ctypes.util", "uuid", "sysconfig", "_aix_support", "_osx_support")
BETWEEN = ("subprocess", "os", "shutil")


def reason(event: str, frame: Optional[FrameType]) -> Optional[str]:
    """Returns what a script does that may not go on, as a fragment of a sentence."""
    if event in OF_PACKAGES:
        return None if is_of_package(frame) else OF_PACKAGES[event]
    return EVENTS.get(event)


def is_of_package(frame: Optional[FrameType]) -> bool:
    """Returns whether an installed package, and not the project, uses `ctypes`."""
    while frame is not None and is_of_ctypes(frame):
        frame = frame.f_back
    return is_of_others("" if frame is None else frame.f_code.co_filename)


def is_of_others(file: str) -> bool:
    """Returns whether a file is of an installed package, or of Python's own library."""
    return any(part in file for part in PACKAGES) or is_of_python(file)


def may_be_tried(event: str, arguments: Tuple[Any, ...]) -> bool:
    """Returns whether packages may try this while they are imported. To connect a datagram socket
    sends nothing: the system chooses an address of its own, which packages ask for.
    """
    if event == "socket.connect":
        return bool(getattr(arguments[0], "type", 0) == socket.SOCK_DGRAM)
    if event == "open":
        return is_in_cache(arguments[0])
    return event in OF_IMPORTS


def is_in_cache(path: Any) -> bool:
    """Returns whether a path is in the user's cache folder, of which nothing may be needed."""
    folder = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser(os.path.join("~", ".cache"))
    try:
        return os.path.abspath(os.fsdecode(path)).startswith(folder + os.sep)
    except TypeError:
        # A number of an open file.
        return False


def is_of_import(frame: Optional[FrameType], path: str) -> bool:
    """Returns whether an installed package that isn't the script's own acts while it is imported by
    the script.
    """
    while frame is not None and is_of_python(frame.f_code.co_filename):
        frame = frame.f_back
    file = "" if frame is None else frame.f_code.co_filename
    package = package_of(file)
    if package is None or package == package_of(path):
        return False
    while frame is not None and frame.f_code.co_filename != path:
        if frame.f_code.co_filename == IMPORT:
            return True
        frame = frame.f_back
    return False


def package_of(file: str) -> Optional[str]:
    """Returns the folder of the installed package that a file belongs to, `None` for none."""
    for part in PACKAGES:
        folder, found, rest = file.rpartition(part)
        if found:
            return folder + found + rest.split("/")[0]
    return None


def is_of_ctypes(frame: FrameType) -> bool:
    name = str(frame.f_globals.get("__name__"))
    return name == "ctypes" or name.startswith(("ctypes.", "importlib", "lback_planner"))


def is_of_python(file: str) -> bool:
    """Returns whether a file is of Python's own library."""
    return file.startswith("<frozen") or file.startswith(STANDARD)


def is_for_its_own_sake(frame: Optional[FrameType]) -> bool:
    """Returns whether a module of Python's asks the system something that it can do without."""
    while frame is not None:
        if frame.f_globals.get("__name__") in CURIOUS:
            return True
        if frame.f_globals.get("__name__") not in BETWEEN:
            return False
        frame = frame.f_back
    return False


def is_written(mode: Any, flags: Any) -> bool:
    """Returns whether a file is opened for writing."""
    if isinstance(mode, str) and any(letter in mode for letter in "wax+"):
        return True
    writing = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC
    return isinstance(flags, int) and bool(flags & writing)
