"""Makes the pictures of the documentation from real runs: `pictures.py LBACK EXAMPLE OUT`.

Each run has a terminal of its own, of 80 columns. What the terminal shows at the end is the
picture. The runs work on a copy of the example project.
"""

import errno
import fcntl
import itertools
import os
import pathlib
import pty
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import termios

import pyte
from rich.console import Console
from rich.style import Style
from rich.text import Text

COLUMNS, LINES = 80, 200

#: What is run before the pictures, and the pictures with the words of their commands.
BEFORE = [
    ["init"],
    ["plugin", "install", "guard", "--set", 'protect=["production"]', "--set", 'plan.deny=["drops"]'],
]
PICTURES = [
    ("plan", ["plan"]),
    ("migrate", ["migrate"]),
    ("status", ["status"]),
    ("denied", ["--environment", "production", "rollback"]),
    ("log", ["log"]),
]

#: No font is loaded from another server.
FORMAT = """\
<svg viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg" role="img">
<style>
.{unique_id}-matrix {{ font-family: ui-monospace, Menlo, Consolas, monospace; font-size: {char_height}px;
  line-height: {line_height}px; }}
.{unique_id}-title {{ font-family: sans-serif; font-size: 18px; }}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal">
<rect x="0" y="0" width="{terminal_width}" height="{terminal_height}" />
</clipPath>
{lines}
</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""


def run(command, folder, environment):
    """Runs a command in a terminal of its own, and returns what the terminal shows at the end."""
    screen = pyte.Screen(COLUMNS, LINES)
    stream = pyte.ByteStream(screen)
    own, other = pty.openpty()
    fcntl.ioctl(other, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))
    child = subprocess.Popen(
        command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=other, stderr=other
    )
    os.close(other)
    while True:
        try:
            data = os.read(own, 65536)
        except OSError as error:
            if error.errno != errno.EIO:
                raise
            break
        if not data:
            break
        stream.feed(data)
    os.close(own)
    return child.wait(), screen


def text_of(screen):
    """Returns the lines of a terminal with their colours."""
    lines = []
    for number in range(LINES):
        row = screen.buffer[number]
        line = Text()
        cells = ((row[column].data, style_of(row[column])) for column in range(COLUMNS))
        for style, same in itertools.groupby(cells, key=lambda cell: cell[1]):
            line.append("".join(data for data, _ in same), style)
        line.rstrip()
        lines.append(line)
    while lines and not lines[-1].plain:
        lines.pop()
    return lines


def style_of(char):
    color = None if char.fg == "default" else named(char.fg)
    return Style(color=color, bold=char.bold, italic=char.italics)


def named(color):
    """Returns a colour in rich's words."""
    if re.fullmatch("[0-9a-f]{6}", color):
        return "#" + color
    return {"brown": "yellow"}.get(color, color.replace("bright", "bright_"))


def draw(name, words, lines, out):
    """Writes a picture."""
    console = Console(width=COLUMNS, record=True, file=open(os.devnull, "w"), highlight=False)
    shown = " ".join('"%s"' % word if " " in word else word for word in words)
    console.print(Text("$ lback " + shown, style="bold"))
    for line in lines:
        console.print(line, soft_wrap=True)
    svg = console.export_svg(title="lback", code_format=FORMAT, unique_id=name)
    (out / (name + ".svg")).write_text("\n".join(line.rstrip() for line in svg.splitlines()) + "\n")


def main():
    lback, example, out = map(pathlib.Path, sys.argv[1:4])
    out.mkdir(parents=True, exist_ok=True)
    # The pictures show the path of the project.
    temp = pathlib.Path(tempfile.gettempdir()) / "lback-pictures"
    temp.mkdir()
    try:
        folder = temp / "shop"
        shutil.copytree(example, folder, ignore=shutil.ignore_patterns("*.db", "__pycache__"))
        environment = {
            "PATH": os.path.dirname(sys.executable) + ":/usr/bin:/bin",
            "HOME": str(temp),
            "USER": "ana",
            "TERM": "xterm-256color",
            "LANG": "C.UTF-8",
        }
        for words in BEFORE:
            code, screen = run([lback, *words], folder, environment)
            if code != 0:
                sys.exit("`lback %s`: %d\n%s" % (" ".join(words), code, "\n".join(screen.display)))
        for name, words in PICTURES:
            _, screen = run([lback, *words], folder, environment)
            draw(name, words, text_of(screen), out)
    finally:
        shutil.rmtree(temp)


if __name__ == "__main__":
    main()
