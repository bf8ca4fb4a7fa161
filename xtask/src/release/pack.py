"""Packs a built lback for a release: wheel, archive, bill of materials and checksums.

`cargo xtask release` calls it; a test calls it with the program that it tests. Nothing but Python's
standard library is needed.
"""

import argparse
import gzip
import hashlib
import io
import json
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Dict, List

if sys.version_info < (3, 11):
    raise SystemExit("Python 3.11 or newer is needed")
import tomllib
from sbom import bill
from wheel import wheel

ROOT = Path(__file__).resolve().parents[3]
# The file of each shell, where the shell looks for completions below `share`.
COMPLETIONS = {
    "bash": "bash-completion/completions/lback",
    "zsh": "zsh/site-functions/_lback",
    "fish": "fish/vendor_completions.d/lback.fish",
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program", type=Path, help="the built lback")
    parser.add_argument("--out", type=Path, required=True, help="the folder for the files")
    parser.add_argument("--wheel-only", action="store_true", help="write nothing but the wheel")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    version = tomllib.loads((ROOT / "Cargo.toml").read_text(encoding="utf-8"))["workspace"][
        "package"
    ]["version"]
    shared = shared_files(options.program)
    made = [wheel(options.program, shared, project, version, ROOT, options.out)]
    if not options.wheel_only:
        target = target_of(options.program, version)
        made.append(archive(options.program, shared, f"lback-{version}-{target}", options.out))
        made.append(options.out / f"lback-{version}-{target}.cdx.json")
        made[-1].write_text(
            json.dumps(bill(ROOT, version, target, options.program), indent=2) + "\n",
            encoding="utf-8",
        )
        sums = options.out / "SHA256SUMS"
        sums.write_text(
            "".join(f"{digest(path)}  {path.name}\n" for path in others(options.out)),
            encoding="utf-8",
        )
        made.append(sums)
    for path in made:
        print(path)


def shared_files(program: Path) -> Dict[str, bytes]:
    """Returns the completions and the manual pages, as the program writes them."""
    files = {
        f"share/{place}": run(program, "completions", shell) for shell, place in COMPLETIONS.items()
    }
    with tempfile.TemporaryDirectory() as folder:
        run(program, "man-pages", folder)
        files.update(
            {f"share/man/man1/{page.name}": page.read_bytes() for page in Path(folder).iterdir()}
        )
    return files


def target_of(program: Path, version: str) -> str:
    """Returns the target in the output of `lback --version`, which must be of this version."""
    lines = run(program, "--version").decode().splitlines()
    if lines[0] != f"lback {version}":
        raise SystemExit(f"{program} is {lines[0]}, and Cargo.toml has {version}")
    return dict(line.split(": ", 1) for line in lines[1:])["target"]


def archive(program: Path, shared: Dict[str, bytes], name: str, folder: Path) -> Path:
    path = folder / f"{name}.tar.gz"
    files = {
        "lback": (program.read_bytes(), 0o755),
        "LICENSE": ((ROOT / "LICENSE").read_bytes(), 0o644),
    }
    files["README.md"] = ((ROOT / "docs/package.md").read_bytes(), 0o644)
    files.update({place: (content, 0o644) for place, content in shared.items()})
    # No time and no user is in it, so that the same program always makes the same archive.
    with path.open("wb") as raw, gzip.GzipFile("", "wb", 9, raw, mtime=0) as packed, tarfile.open(
        fileobj=packed, mode="w", format=tarfile.PAX_FORMAT
    ) as tar:
        for place, (content, mode) in sorted(files.items()):
            entry = tarfile.TarInfo(f"{name}/{place}")
            entry.size, entry.mode = len(content), mode
            tar.addfile(entry, io.BytesIO(content))
    return path


def others(folder: Path) -> List[Path]:
    return sorted(path for path in folder.iterdir() if path.is_file() and path.name != "SHA256SUMS")


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def run(program: Path, *arguments: str) -> bytes:
    return subprocess.run(
        [program.resolve(), *arguments], check=True, stdout=subprocess.PIPE
    ).stdout


if __name__ == "__main__":
    main()
