# The test puts a line before these that sets INSIDE and GO.
import os
import pathlib
import time

part = pathlib.Path(INSIDE + ".part")
part.write_text(str(os.getpid()))
part.rename(INSIDE)
while not os.path.exists(GO):
    time.sleep(0.02)
