"""Ways to a file, a process or a network, and to a database through SQLAlchemy."""

from typing import Dict

from way import Way

#: Ways to a file, a process or a network. `FOLDER` has `victim`, `PORT` is the test's own.
EVERYWHERE: Dict[str, Way] = {
    "file open": Way("open(FOLDER + '/made', 'w')  # here"),
    "file io": Way("import io\nio.FileIO(FOLDER + '/made', 'w')  # here"),
    "file low": Way("os.open(FOLDER + '/made', os.O_CREAT | os.O_RDONLY)  # here", "import os"),
    "file truncating": Way("os.open(FOLDER + '/victim', os.O_TRUNC)  # here", "import os"),
    "file unnamed": Way("os.open(FOLDER, os.O_TMPFILE | os.O_WRONLY)  # here", "import os"),
    "file path": Way("pathlib.Path(FOLDER, 'made').write_text('x')  # here", "import pathlib"),
    "file temporary": Way("tempfile.mkstemp(dir=FOLDER)  # here", "import tempfile"),
    "file lock": Way("multiprocessing.Lock()  # here", "import multiprocessing"),
    "file shared memory": Way(
        "shared_memory.SharedMemory(create=True, size=9)  # here",
        "from multiprocessing import shared_memory",
    ),
    "file dbm": Way("dbm.dumb.open(FOLDER + '/made', 'n')['a'] = 'b'  # here", "import dbm.dumb"),
    "file sqlite": Way("sqlite3.connect(FOLDER + '/made')  # here", "import sqlite3"),
    "file sqlite by name": Way("connect(FOLDER + '/made')  # here", "from sqlite3 import connect"),
    "file sqlite in C": Way("_sqlite3.connect(FOLDER + '/made')  # here", "import _sqlite3"),
    "file sqlite class": Way(
        "sqlite3.Connection(FOLDER + '/made').execute('create table a (b)')  # here",
        "import sqlite3",
    ),
    "file duckdb": Way("duckdb.connect(FOLDER + '/made')  # here", "import duckdb"),
    "file duckdb class": Way(
        'duckdb.sql("copy (select 1) to \'" + FOLDER + "/made\'")  # here', "import duckdb"
    ),
    "file duckdb later": Way("import duckdb\nduckdb.connect(FOLDER + '/made')  # here"),
    "file removed": Way("os.remove(FOLDER + '/victim')  # here", "import os"),
    "file removed in C": Way("posix.unlink(FOLDER + '/victim')  # here", "import posix"),
    "file renamed": Way("os.replace(FOLDER + '/victim', FOLDER + '/made')  # here", "import os"),
    "file truncated": Way("os.truncate(FOLDER + '/victim', 0)  # here", "import os"),
    "file mode": Way("os.chmod(FOLDER + '/victim', 0)  # here", "import os"),
    "file mode by descriptor": Way(
        "os.fchmod(open(FOLDER + '/victim').fileno(), 0)  # here", "import os"
    ),
    "file owner": Way("os.chown(FOLDER + '/victim', 1, 1)  # here", "import os"),
    "file time": Way("os.utime(FOLDER + '/victim', (1, 1))  # here", "import os"),
    "file time by descriptor": Way(
        "os.utime(open(FOLDER + '/victim').fileno(), (1, 1))  # here", "import os"
    ),
    "file touched": Way("pathlib.Path(FOLDER, 'victim').touch()  # here", "import pathlib"),
    "file attribute": Way("os.setxattr(FOLDER + '/victim', 'user.a', b'b')  # here", "import os"),
    "file fifo": Way("os.mkfifo(FOLDER + '/made')  # here", "import os"),
    "file node": Way("os.mknod(FOLDER + '/made')  # here", "import os"),
    "file node in C": Way("mknod(FOLDER + '/made')  # here", "from posix import mknod"),
    "file folder": Way("os.mkdir(FOLDER + '/made')  # here", "import os"),
    "file link": Way("os.link(FOLDER + '/victim', FOLDER + '/made')  # here", "import os"),
    "file symbolic link": Way("os.symlink('/', FOLDER + '/made')  # here", "import os"),
    "file copied": Way(
        "shutil.copy(FOLDER + '/victim', FOLDER + '/made')  # here", "import shutil"
    ),
    "file archived": Way(
        "shutil.make_archive(FOLDER + '/made', 'tar', FOLDER)  # here", "import shutil"
    ),
    "file of a helper": Way("LOG.write('x') and LOG.flush()  # here", "from helper import LOG"),
    "file mapped by a helper": Way(
        "C.mprotect(MAPPED, 4096, 3)  # here\nctypes.memmove(MAPPED, b'changed', 7)  # here",
        "import ctypes\nfrom helper import C, MAPPED",
    ),
    "file sent to": Way(
        "os.sendfile(LOG.fileno(), os.open(FOLDER + '/victim', 0), 0, 5)  # here",
        "import os\nfrom helper import LOG",
    ),
    "file spliced to": Way(
        "r, w = os.pipe()\nos.write(w, b'x')\nos.splice(r, LOG.fileno(), 1)  # here",
        "import os\nfrom helper import LOG",
    ),
    "file copied to": Way(
        "os.copy_file_range(os.open(FOLDER + '/victim', 0), LOG.fileno(), 5)  # here",
        "import os\nfrom helper import LOG",
    ),
    "file open by the newest call": Way(
        "how = (ctypes.c_uint64 * 3)(os.O_WRONLY | os.O_CREAT, 0o600, 0)\n"
        "C.syscall(437, -100, (FOLDER + '/made').encode(), how, 24)  # here",
        "import ctypes\nimport os\nfrom helper import C",
    ),
    "process trap": Way("signal.signal(signal.SIGSYS, signal.SIG_IGN)  # here", "import signal"),
    "network shut down": Way(
        "SOCKET.shutdown(socket.SHUT_RDWR)  # here", "import socket\nfrom helper import SOCKET"
    ),
    "network last of many": Way("SOCKETS[39][1].send(b'x')  # here", "from helper import SOCKETS"),
    "file locked": Way(
        "fcntl.flock(open(FOLDER + '/victim'), fcntl.LOCK_EX)  # here", "import fcntl"
    ),
    "file own memory": Way("open('/proc/self/mem', 'r+b')  # here"),
    "file in a thread": Way(
        "thread = threading.Thread(target=lambda: open(FOLDER + '/made', 'w'))  # here\n"
        "thread.start()\nthread.join()",
        "import threading",
    ),
    "file later": Way(
        "threading.Timer(60, lambda: os.remove(FOLDER + '/victim')).start()  # here",
        "import os\nimport threading",
    ),
    "file in a pool": Way(
        "with futures.ThreadPoolExecutor() as pool:\n"
        "    pool.submit(lambda: os.remove(FOLDER + '/victim')).result()  # here",
        "import os\nfrom concurrent import futures",
    ),
    "file logging": Way(
        "logging.handlers.SysLogHandler('/dev/log')  # here", "import logging.handlers"
    ),
    "file in a destructor": Way(
        "class Last:\n"
        "    def __del__(self):\n"
        "        os.remove(FOLDER + '/victim')  # here\n"
        "Last()",
        "import os",
    ),
    "file of the parent": Way("open('/proc/%d/mem' % os.getppid(), 'r+b')  # here", "import os"),
    "file mapped": Way(
        "mmap.mmap(os.open(FOLDER + '/victim', os.O_RDWR), 0)  # here", "import mmap\nimport os"
    ),
    "process shell": Way("os.system('touch %s/made' % FOLDER)  # here", "import os"),
    "process popen": Way("os.popen('touch %s/made' % FOLDER).read()  # here", "import os"),
    "process subprocess": Way(
        "subprocess.run(['touch', FOLDER + '/made'])  # here", "import subprocess"
    ),
    "process by name": Way(
        "run(['touch', FOLDER + '/made'])  # here", "from subprocess import run"
    ),
    "process in C": Way(
        "_posixsubprocess.fork_exec(  # here\n"
        "    [b'touch', FOLDER.encode() + b'/made'], [b'/bin/touch'], True, (), None, None, -1, -1,"
        " -1, -1, -1, -1, *os.pipe(), False, False, 0, None, None, None, -1, None, True)",
        "import _posixsubprocess\nimport os",
    ),
    "process spawned": Way(
        "os.posix_spawn('/bin/touch', ['touch', FOLDER + '/made'], {})  # here", "import os"
    ),
    "process replaced": Way(
        "os.execv('/bin/touch', ['touch', FOLDER + '/made'])  # here", "import os"
    ),
    "process forked": Way(
        "if os.fork() == 0:  # here\n    open(FOLDER + '/made', 'w')\n    os._exit(0)", "import os"
    ),
    "process forked in C": Way(
        "if FORK() == 0:  # here\n    open(FOLDER + '/made', 'w')\n    os._exit(0)",
        "import os\nfrom helper import FORK",
    ),
    "process of its own in C": Way("DAEMON(1, 1)  # here", "from helper import DAEMON"),
    "process multiprocessing": Way(
        "multiprocessing.get_context('spawn').Process(target=print).start()  # here",
        "import multiprocessing",
    ),
    "process terminal": Way("pty.fork()  # here", "import pty"),
    "process signal": Way("os.kill(os.getppid(), 0)  # here", "import os"),
    "process group": Way("os.killpg(os.getpgid(0), 0)  # here", "import os"),
    "process pidfd": Way("os.pidfd_open(os.getppid())  # here", "import os"),
    "process limits": Way(
        "resource.prlimit(os.getppid(), resource.RLIMIT_NOFILE, (9, 9))  # here",
        "import os\nimport resource",
    ),
    "process priority": Way(
        "os.setpriority(os.PRIO_PROCESS, os.getppid(), 1)  # here", "import os"
    ),
    "process foreign": Way("ctypes.CDLL(None).system(b'touch made')  # here", "import ctypes"),
    "process foreign later": Way("import ctypes\nctypes.CDLL('libc.so.6')  # here"),
    "process interpreter": Way(
        "ctypes.pythonapi.PyRun_SimpleString(b'1')  # here", "import ctypes"
    ),
    "network connect": Way("socket.create_connection(ADDRESS)  # here", "import socket"),
    "network connect in C": Way("_socket.socket().connect(ADDRESS)  # here", "import _socket"),
    "network connect result": Way("socket.socket().connect_ex(ADDRESS)  # here", "import socket"),
    "network http": Way(
        "urllib.request.urlopen('http://%s:%d/' % ADDRESS)  # here", "import urllib.request"
    ),
    "network client": Way(
        "http.client.HTTPConnection(*ADDRESS).request('GET', '/')  # here", "import http.client"
    ),
    "network mail": Way("smtplib.SMTP(*ADDRESS)  # here", "import smtplib"),
    "network datagram": Way(
        "socket.socket(type=socket.SOCK_DGRAM).sendto(b'x', ADDRESS)  # here", "import socket"
    ),
    "network message": Way(
        "socket.socket(type=socket.SOCK_DGRAM).sendmsg([b'x'], [], 0, ADDRESS)  # here",
        "import socket",
    ),
    "network name": Way("socket.getaddrinfo('localhost', 80)  # here", "import socket"),
    "network listen": Way("socket.create_server(('127.0.0.1', 0))  # here", "import socket"),
    "network asyncio": Way(
        "asyncio.run(asyncio.open_connection(*ADDRESS))  # here", "import asyncio"
    ),
    "network read of a helper": Way("SOCKET.recv(1)  # here", "from helper import SOCKET"),
    "network of a helper": Way("SOCKET.sendall(b'x')  # here", "from helper import SOCKET"),
    "network copied from a helper": Way(
        "socket.socket(fileno=os.dup(SOCKET.fileno())).send(b'x')  # here",
        "import os\nimport socket\nfrom helper import SOCKET",
    ),
    "network all descriptors": Way(
        "for number in range(3, 200):\n"
        "    try:\n"
        "        os.write(number, b'x')  # here\n"
        "    except OSError:\n"
        "        pass",
        "import os",
    ),
    "network loop in a thread": Way(
        "thread = threading.Thread(target=lambda: asyncio.run(asyncio.open_connection(*ADDRESS)))"
        "  # here\nthread.start()\nthread.join()",
        "import asyncio\nimport threading",
    ),
    "engine": Way("sa.create_engine(URL).connect().execute(sa.text(DDL))  # here"),
    "engine raw": Way("sa.create_engine(URL).raw_connection().cursor().execute(DDL)  # here"),
    "engine of a helper": Way(
        "ENGINE.connect().execute(sa.text(DDL))  # here", "from helper import ENGINE"
    ),
    "engine open of a helper": Way(
        "CONNECTION.execute(sa.text(DDL))  # here", "from helper import CONNECTION"
    ),
    "engine open raw": Way(
        "CONNECTION.connection.driver_connection.cursor().execute(DDL)  # here",
        "from helper import CONNECTION",
    ),
    "engine with a creator": Way(
        "sa.create_engine(URL, creator=lambda: open_one()).connect().execute(sa.text(DDL))  # here",
        "from helper import open_one",
    ),
    "the migration's connection": Way(
        "frame = sys._getframe()\n"
        "while frame.f_locals.get('connection') is None or 'env.py' not in frame.f_code.co_filename:\n"
        "    frame = frame.f_back\n"
        "frame.f_locals['connection'].exec_driver_sql(DDL)  # here",
        "import sys",
    ),
    "the migration's own driver": Way(
        "frame = sys._getframe()\n"
        "while frame.f_locals.get('connection') is None or 'env.py' not in frame.f_code.co_filename:\n"
        "    frame = frame.f_back\n"
        "frame.f_locals['connection'].connection.cursor().execute(DDL)  # here",
        "import sys",
    ),
    "the pool of the migration": Way(
        "frame = sys._getframe()\n"
        "while frame.f_locals.get('engine') is None or 'env.py' not in frame.f_code.co_filename:\n"
        "    frame = frame.f_back\n"
        "frame.f_locals['engine'].pool.connect()  # here",
        "import sys",
    ),
    "the objects of the process": Way("gc.get_objects()  # here", "import gc"),
}
