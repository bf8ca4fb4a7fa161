import sys
import traceback


def hook(kind, error, trace):
    print("hook", kind.__name__, error, file=sys.stderr)
    for frame in traceback.extract_tb(trace):
        print(frame.filename, frame.lineno, frame.name, file=sys.stderr)
