import gc
import json
import os
import sys
import threading

main = vars(sys.modules["__main__"])
print(
    json.dumps(
        [
            sys.argv,
            sys.orig_argv,
            sys.path,
            sorted(main),
            main["__file__"],
            str(main["__spec__"])[:30],
            sorted(set(sys.modules) - {name for name in sys.modules if name.startswith("lback_")}),
            gc.isenabled(),
            threading.active_count(),
            sorted(os.environ),
            repr(sys.stdin),
            sys.stdin.seekable(),
            sys.stdin.read(),
            repr(sys.excepthook),
            os.open(os.devnull, 0),
            os.popen("ls /proc/self/fd").read(),
        ]
    )
)
