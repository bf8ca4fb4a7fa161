"""The process that plans can change nothing, and its parent is told how it ended."""

import ctypes
import errno
import fcntl
import json
import mmap
import os
import platform
import resource
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
from typing import Any, Callable, Dict, List, Tuple

import pytest

from lback_planner.execution import sandbox
from lback_planner.isolation import attempts, barrier, child, descriptors

pytestmark = [
    pytest.mark.per_sqlalchemy,
    pytest.mark.skipif(
        not sys.platform.startswith("linux") or platform.machine() not in ("x86_64", "aarch64"),
        reason="there is no barrier on this system",
    ),
]


class Reports:
    """Collects what a child reports."""

    def __init__(self) -> None:
        self.found: List[Dict[str, Any]] = []

    def pass_on(self, kind: str, document: bytes) -> None:
        self.found.append(json.loads(document))


def behind(work: Callable[[], Any]) -> Tuple[Any, List[str]]:
    """Does something behind the barrier: its result or error, and what was noted."""

    def whole(sender: child.Sender, found: bytes) -> None:
        lacking = barrier.put_up([sender.descriptor])
        assert lacking is None
        try:
            result = work()
        except OSError as error:
            result = "%s: %s" % (type(error).__name__, error.errno)
        sender.report("blind", result=result, noted=[each.why for each in attempts.strays])

    reports = Reports()
    assert child.run(whole, reports, []) == 0
    (report,) = reports.found
    return report["result"], report["noted"]


def test_the_null_device_can_be_written() -> None:
    def work() -> Any:
        with open(os.devnull, "w") as null:
            return null.write("x")

    assert behind(work) == (1, [])


def test_a_file_that_was_open_is_not_changed(tmp_path: Any) -> None:
    with open(tmp_path / "file", "w") as file:
        result, noted = behind(lambda: os.write(file.fileno(), b"x"))
    assert result == "PermissionError: 1" and "open before" in noted[0]
    assert (tmp_path / "file").read_text() == ""


@pytest.mark.skipif(not hasattr(os, "splice"), reason="Python 3.9 and older lack it")
def test_what_was_open_is_noticed_as_a_target_in_any_place(tmp_path: Any) -> None:
    (tmp_path / "source").write_text("x")
    with open(tmp_path / "file", "w") as file, open(tmp_path / "source", "rb") as source:

        def work() -> Any:
            reading, writing = os.pipe()
            os.write(writing, b"x")
            results = []
            for call in (
                lambda: os.splice(reading, file.fileno(), 1),
                lambda: os.copy_file_range(source.fileno(), file.fileno(), 1),
                lambda: os.sendfile(file.fileno(), source.fileno(), 0, 1),
                lambda: fcntl.fcntl(file.fileno(), fcntl.F_DUPFD, 0),
            ):
                try:
                    results.append(call())
                except OSError as error:
                    results.append(error.errno)
            # These read what was open, and write to what wasn't.
            os.splice(reading, writing, 0)
            return results

        result, noted = behind(work)
    assert result == [errno.EPERM] * 4
    assert len(noted) == 4 and all("open before" in each for each in noted), noted
    assert (tmp_path / "file").read_text() == ""


def test_shared_memory_is_found_without_the_kernels_answer(tmp_path: Any) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"x" * 8192)
    with open(path, "r+b") as file:
        mapped = mmap.mmap(file.fileno(), 4096, offset=4096)
        nameless = mmap.mmap(-1, 4096)
        with open("/proc/self/maps", "rb", buffering=0) as maps:
            listed = [vars(each) for each in descriptors.listed(maps.read())]
            assert str(path).encode() in [each["path"] for each in listed]
            try:
                assert [vars(each) for each in descriptors.queried(maps.fileno())] == listed
            except OSError as error:
                assert error.errno == errno.ENOTTY
        mapped.close()
        nameless.close()


def test_a_copy_of_a_connection_is_of_no_use() -> None:
    own, other = socket.socketpair()
    other.setblocking(False)
    result, noted = behind(lambda: os.write(os.dup(own.fileno()), b"x"))
    assert result == "PermissionError: 1" and "open before" in noted[0]
    with pytest.raises(BlockingIOError):
        other.recv(1)


def test_a_number_that_is_used_again_works() -> None:
    own, _other = socket.socketpair()

    def work() -> Any:
        number = own.fileno()
        os.close(number)
        reading, writing = os.pipe()
        assert number in (reading, writing)
        if number == reading:
            # The next free number is not one that the filter knows.
            os.close(writing)
            os.close(reading)
            os.open(os.devnull, os.O_RDONLY)
            return 1
        return os.write(writing, b"x")

    assert behind(work) == (1, [])


def test_a_database_that_was_open_is_not_changed(tmp_path: Any) -> None:
    database = sqlite3.connect(str(tmp_path / "file.db"), isolation_level=None)
    database.execute("pragma journal_mode = wal")
    database.execute("create table one (id)")

    def work() -> Any:
        try:
            return database.execute("insert into one values (1)").rowcount
        except sqlite3.Error as error:
            return str(error)

    result, noted = behind(work)
    assert result != 1 and noted
    assert database.execute("select count(*) from one").fetchone() == (0,)
    database.execute("insert into one values (2)")
    assert database.execute("pragma integrity_check").fetchone() == ("ok",)


def test_a_fork_of_code_in_c_fails_and_is_noticed() -> None:
    library = ctypes.CDLL(None)
    forks = {
        "fork": library.fork,
        "with the lock of Python": ctypes.PyDLL(None).fork,
        "forkpty": lambda: library.forkpty(None, None, None, None),
        "daemon": lambda: library.daemon(1, 1),
    }
    for name, fork in forks.items():
        result, noted = behind(fork)
        assert result == -1, name
        assert noted and all("`fork`" in each or "`openat`" in each for each in noted), name


def test_the_end_of_a_child_is_known() -> None:
    def ends(work: Callable[[], Any]) -> int:
        return child.run(lambda sender, found: work(), Reports(), [])

    assert ends(lambda: os._exit(3)) == 3 << 8
    assert ends(lambda: os.kill(os.getpid(), signal.SIGKILL)) == signal.SIGKILL
    assert ends(lambda: None) == 0


def test_known_files_alone_are_kept(tmp_path: Any) -> None:
    own, other = tmp_path / "own", tmp_path / "other"

    def work(sender: child.Sender, found: bytes) -> None:
        sender.keep(str(own / "file"), b"kept")
        sender.keep(str(own / "beside"), b"kept")
        sender.keep(str(other / "file"), b"kept")
        sender.keep(str(own / ".." / "other" / "file"), b"kept")

    assert child.run(work, Reports(), [str(own / "file")]) == 0
    assert (own / "file").read_bytes() == b"kept" and not other.exists()
    assert [each.name for each in own.iterdir()] == ["file"]


def test_another_child_goes_on() -> None:
    reports = Reports()

    def work(sender: child.Sender, found: bytes) -> None:
        if len(found) < 3:
            sender.send(child.AGAIN, "", found + b"x")
        else:
            sender.report("blind", found=found.decode())

    assert child.run(work, reports, []) == 0
    assert reports.found == [{"found": "xxx"}]


def test_a_folder_that_is_there_is_no_attempt_beside_a_script_either(tmp_path: Any) -> None:
    def work() -> Any:
        sandbox.install()
        os.makedirs(tmp_path, exist_ok=True)
        return os.mkdir(tmp_path)

    assert behind(work) == ("FileExistsError: %d" % errno.EEXIST, [])


def test_a_folder_that_is_new_is_one(tmp_path: Any) -> None:
    def work() -> Any:
        sandbox.install()
        return os.mkdir(tmp_path / "new")

    result, noted = behind(work)
    assert result.startswith("PermissionError") and "makes a folder" in noted[0]
    assert not (tmp_path / "new").exists()


def test_a_thread_that_a_fork_starts_is_behind_the_barrier(tmp_path: Any) -> None:
    made = str(tmp_path / "made").encode()
    create = ctypes.CDLL(None).creat
    asked, done = threading.Event(), threading.Event()

    def wait_and_create() -> None:
        asked.wait(20)
        create(made, 0o600)
        done.set()

    starts = [wait_and_create]
    os.register_at_fork(
        after_in_child=lambda: starts and threading.Thread(target=starts.pop(), daemon=True).start()
    )

    def work() -> Any:
        asked.set()
        return done.wait(20)

    result, noted = behind(work)
    starts.clear()
    assert result is True and not (tmp_path / "made").exists()
    assert "writes a file" in noted[0]


def test_what_a_socket_or_a_pipe_that_was_open_has_is_not_read() -> None:
    one, other = socket.socketpair()
    other.send(b"drop")
    reading, writing = os.pipe()
    os.write(writing, b"drop")
    for read in (
        lambda: one.recv(4),
        lambda: one.recvfrom(4),
        lambda: one.recvmsg(4),
        lambda: one.recv_into(bytearray(4)),
        lambda: os.read(reading, 4),
        lambda: os.readv(reading, [bytearray(4)]),
        lambda: os.pread(reading, 4, 0),
    ):
        result, noted = behind(read)
        assert result == "PermissionError: 1" and "open before" in noted[0]


def test_a_file_that_was_open_for_both_is_read_and_not_written(tmp_path: Any) -> None:
    (tmp_path / "file").write_text("one\ntwo\n")
    with open(tmp_path / "file", "r+") as file:
        assert file.readline() == "one\n"
        position = os.lseek(file.fileno(), 4, os.SEEK_SET)
        raw = file.fileno()
        assert behind(lambda: os.read(raw, 9).decode()) == ("two\n", [])
        assert behind(lambda: os.pread(raw, 3, 0).decode()) == ("one", [])
        result, noted = behind(lambda: os.write(raw, b"x"))
        assert result == "PermissionError: 1" and "open before" in noted[0]
        # Each process has a position of its own.
        assert os.lseek(raw, 0, os.SEEK_CUR) == position
    assert (tmp_path / "file").read_text() == "one\ntwo\n"


FEW = """
from lback_planner.isolation import barrier, child

class Reports:
    def pass_on(self, kind, document):
        print(kind, document.decode())

def work(sender, found):
    sender.report("blind", lacking=barrier.put_up([sender.descriptor]))

assert child.run(work, Reports(), []) == 0
"""


@pytest.mark.parametrize("most", [24, 64, 200, 201, 205])
def test_few_descriptors_are_enough(most: int) -> None:
    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))

    done = subprocess.run([sys.executable, "-c", FEW], stdout=subprocess.PIPE, preexec_fn=limit)
    assert done.stdout == b'blind {"lacking": null}\n'
