"""The wheel of a built program: the program, its completions and its manual pages.

maturin builds a wheel together with the program. A release needs the same program in its wheel, in
its archive and in its image, so this file packs one that is built already. The format is PEP 427's,
the metadata are `pyproject.toml`'s, and the tag follows from the libraries that the program needs.
"""

import base64
import hashlib
import re
import zipfile
from pathlib import Path
from typing import Any, Dict, List, Tuple

from elf import Needs, needs

# The libraries that every Linux of a manylinux tag has.
SYSTEM = re.compile(r"^(lib(c|m|dl|rt|pthread|gcc_s)\.so\.\d+|ld-linux.*\.so\.\d+)$")
# The oldest version of glibc that loads a program with packed relocations.
RELR = ("GLIBC_ABI_DT_RELR", (2, 36))


def wheel(
    program: Path,
    shared: Dict[str, bytes],
    project: Dict[str, Any],
    version: str,
    root: Path,
    folder: Path,
) -> Path:
    """Writes the wheel into the folder, and returns its path."""
    base = f"{project['name'].replace('-', '_')}-{version}"
    tag = platform_tag(needs(program))
    path = folder / f"{base}-py3-none-{tag}.whl"
    information = f"{base}.dist-info"
    files: List[Tuple[str, bytes, int]] = [
        (f"{base}.data/scripts/lback", program.read_bytes(), 0o755)
    ]
    files += [
        (f"{base}.data/data/{name}", content, 0o644) for name, content in sorted(shared.items())
    ]
    files += [
        (f"{information}/METADATA", metadata(project, version, root).encode(), 0o644),
        (f"{information}/WHEEL", about(tag).encode(), 0o644),
    ]
    files += [
        (f"{information}/licenses/{name}", (root / name).read_bytes(), 0o644)
        for name in project["license-files"]
    ]
    record = f"{information}/RECORD"
    lines = [f"{name},sha256={digest(content)},{len(content)}" for name, content, _ in files] + [
        f"{record},,"
    ]
    files.append((record, ("\n".join(lines) + "\n").encode(), 0o644))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, content, mode in files:
            # The same program always makes the same wheel.
            entry = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            entry.external_attr = (0o100000 | mode) << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
    return path


def platform_tag(needed: Needs) -> str:
    """Returns the tag of the systems that run the program."""
    if not needed.libraries:
        return f"manylinux2014_{needed.machine}.musllinux_1_1_{needed.machine}"
    foreign = [library for library in needed.libraries if not SYSTEM.match(library)]
    if foreign:
        raise SystemExit(
            f"the program needs libraries that not every system has: {', '.join(foreign)}"
        )
    found = [re.match(r"^GLIBC_(\d+)\.(\d+)", version) for version in needed.versions]
    versions = [(int(match[1]), int(match[2])) for match in found if match]
    if RELR[0] in needed.versions:
        versions.append(RELR[1])
    major, minor = max(versions, default=(2, 17))
    return f"manylinux_{major}_{minor}_{needed.machine}"


def metadata(project: Dict[str, Any], version: str, root: Path) -> str:
    readme = root / project["readme"]
    fields = [
        ("Metadata-Version", "2.4"),
        ("Name", project["name"]),
        ("Version", version),
        ("Summary", project["description"]),
        ("Keywords", ",".join(project["keywords"])),
        ("License-Expression", project["license"]),
        *[("License-File", name) for name in project["license-files"]],
        *[("Classifier", classifier) for classifier in project["classifiers"]],
        ("Requires-Python", project["requires-python"]),
        ("Description-Content-Type", "text/markdown; charset=UTF-8"),
    ]
    head = "".join(f"{name}: {value}\n" for name, value in fields)
    return f"{head}\n{readme.read_text(encoding='utf-8')}"


def about(tag: str) -> str:
    tags = "".join(f"Tag: py3-none-{one}\n" for one in tag.split("."))
    return f"Wheel-Version: 1.0\nGenerator: cargo xtask release\nRoot-Is-Purelib: false\n{tags}"


def digest(content: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
