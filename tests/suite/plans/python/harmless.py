import asyncio, ctypes, ctypes.util, getpass, json, os, platform, pwd, random, secrets, socket
import subprocess, sys, tempfile, threading, time, uuid, zoneinfo
from concurrent.futures import ThreadPoolExecutor
import asyncpg, duckdb, psycopg, psycopg2, sqlite3


async def later():
    await asyncio.sleep(0.001)
    return await asyncio.get_running_loop().run_in_executor(None, str, 1)


assert asyncio.run(later()) == "1"
with ThreadPoolExecutor() as pool:
    assert pool.submit(lambda: 1).result() == 1
queue = socket.socketpair()
queue[0].sendall(b"x")
assert queue[1].recv(1) == b"x"
reading, writing = os.pipe()
assert os.write(writing, b"x") == 1
with open(os.devnull, "w") as null:
    print("x", file=null)
with open(__file__) as own:
    assert own.readline()
assert os.path.isdir(tempfile.gettempprefix()) is False and os.listdir("/")
assert pwd.getpwuid(os.getuid()) and socket.gethostname() and platform.platform()
assert uuid.uuid1() and uuid.uuid4() and secrets.token_hex() and random.random()
time.sleep(0.001)
assert sys.stdout is not None and not os.isatty(0) and os.get_inheritable(0) is not None
with open("/proc/self/status") as status:
    assert status.read()
op.create_table("made", sa.Column("id", sa.Integer()))
