import multiprocessing
import os


def open_files():
    names = [name for name in os.listdir("/proc/self/fd") if int(name) < 200]
    paths = ["/proc/self/fd/" + name for name in names]
    return sorted(os.readlink(path).split(":")[0] for path in paths if os.path.exists(path))


pid = os.fork()
if pid == 0:
    print("child", [name for name in open_files() if name == "socket"], flush=True)
    os._exit(0)
os.waitpid(pid, 0)
fork = multiprocessing.get_context("fork")
child = fork.Process(target=print, args=("of multiprocessing",), kwargs={"flush": True})
child.start()
child.join()
print(child.exitcode)
with fork.Pool(2) as pool:
    print(pool.map(abs, range(-3, 3)))
