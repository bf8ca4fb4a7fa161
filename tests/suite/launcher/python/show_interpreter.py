import atexit
import gc
import logging
import os
import resource
import signal
import sys
import threading


def show(name, value):
    print(name, "=", value)


for name in (
    "argv",
    "orig_argv",
    "path",
    "flags",
    "executable",
    "prefix",
    "exec_prefix",
    "base_prefix",
    "warnoptions",
    "_xoptions",
    "dont_write_bytecode",
    "pycache_prefix",
    "platlibdir",
    "excepthook",
    "displayhook",
    "unraisablehook",
):
    show(name, getattr(sys, name))
for name in (
    "getrecursionlimit",
    "getswitchinterval",
    "gettrace",
    "getprofile",
    "getfilesystemencoding",
    "get_asyncgen_hooks",
):
    show(name, getattr(sys, name)())
for stream in (sys.stdin, sys.stdout, sys.stderr, sys.__stdout__):
    show(
        stream.name,
        (
            type(stream),
            stream.encoding,
            stream.errors,
            stream.line_buffering,
            stream.write_through,
            stream.isatty(),
        ),
    )
show("meta_path", [getattr(finder, "__name__", type(finder)) for finder in sys.meta_path])
show("path_hooks", len(sys.path_hooks))
show("gc", (gc.isenabled(), gc.get_threshold(), gc.get_debug(), gc.callbacks))
show("threads", [(thread.name, thread.daemon) for thread in threading.enumerate()])
show("threading hooks", (threading.excepthook, threading.gettrace(), threading.getprofile()))
show(
    "signals",
    [(number, str(signal.getsignal(number))) for number in sorted(signal.valid_signals())],
)
show("mask", signal.pthread_sigmask(signal.SIG_BLOCK, []))
show("wakeup", signal.set_wakeup_fd(-1))
show("folder", os.getcwd())
show("umask", os.umask(0))
show(
    "limits",
    [
        resource.getrlimit(getattr(resource, name))
        for name in sorted(dir(resource))
        if name.startswith("RLIMIT")
    ],
)
show(
    "logging",
    (logging.root.handlers, logging.root.level, logging.lastResort, logging.raiseExceptions),
)
