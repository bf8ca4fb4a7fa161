"""Measures the time from `pip install` to the first denial: the quick start in an empty environment.

    python xtask/src/bench/first_denial.py PROGRAM [--rounds N]

PROGRAM is a built lback. It is packed into a wheel first, which isn't measured. pip downloads
Alembic in each round, as on a new machine.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Dict, List

PACK = Path(__file__).resolve().parents[1] / "release/pack.py"
DENIED = 77


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program", type=Path, help="the built lback")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        pack = [sys.executable, PACK, options.program, "--wheel-only", "--out", folder]
        wheel = subprocess.run(pack, check=True, capture_output=True, text=True).stdout.strip()
        rounds = [play(wheel) for _ in range(options.rounds)]
    for name in rounds[0]:
        times = [taken[name] for taken in rounds]
        figures = statistics.median(times), min(times), max(times)
        print("%-36s %6.1f s  (%.1f to %.1f)" % (name, *figures))


def play(wheel: str) -> Dict[str, float]:
    """Plays one round, and returns the seconds of each step."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        home = Path(folder)
        project, environment = home / "shop", home / "venv"
        project.mkdir()
        subprocess.run([sys.executable, "-m", "venv", environment], check=True)
        path = "%s:/usr/bin:/bin" % (environment / "bin")
        kept = ["HTTPS_PROXY", "https_proxy", "NO_PROXY", "no_proxy", "SSL_CERT_FILE"]
        kept += [name for name in os.environ if name.startswith("PIP_")]
        variables = {name: os.environ[name] for name in kept if name in os.environ}
        variables.update(HOME=folder, PATH=path, VIRTUAL_ENV=str(environment))
        taken: Dict[str, float] = {}

        def step(name: str, command: List[str], code: int = 0) -> None:
            begun = time.monotonic()
            done = subprocess.run(command, cwd=project, env=variables, capture_output=True, text=True)
            taken[name] = time.monotonic() - begun
            if done.returncode != code:
                raise SystemExit("%s: %s\n%s" % (command, done.stdout, done.stderr))

        step("pip install lback-cli alembic", ["pip", "install", "--no-cache-dir", wheel, "alembic"])
        step("lback init", ["lback", "init"])
        ini = project / "alembic.ini"
        url = "driver://user:pass@localhost/dbname"
        ini.write_text(ini.read_text().replace(url, "sqlite:///shop.db"))
        install = ["lback", "plugin", "install", "guard", "--set", 'protect=["production"]']
        step("lback plugin install guard", install)
        rollback = ["lback", "--environment", "production", "rollback"]
        step("lback rollback, denied", rollback, DENIED)
        return {**taken, "in all": sum(taken.values())}


if __name__ == "__main__":
    main()
