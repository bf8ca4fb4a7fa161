import json
import os
import stat

found = []
for name in os.listdir("/proc/self/fd"):
    try:
        mode = os.fstat(int(name)).st_mode
    except OSError:
        continue
    found.append([int(name), stat.S_IFMT(mode)])
print(sorted(found), json.dumps(dict(os.environ), sort_keys=True), flush=True)
