# Ways in which a project's own code writes a password, each between marks.
import base64
import html
import json
import pprint
import reprlib
import subprocess
import textwrap
import traceback
from urllib.parse import quote, quote_plus

full = engine.url.render_as_string(hide_password=False)
half = len(password) // 2


def way(name, *texts):
    print(f"[{name}]", *texts, f"[/{name}]", flush=True)
    print(f"[{name}]", *texts, f"[/{name}]", file=sys.stderr, flush=True)


way("url", full)
way("ini", url)
way("ini escaped", url.replace("%", "%%"))
way("plain", password)
way("repr", repr(password))
way("ascii", ascii(password))
way("json", json.dumps({"a": {"url": full, "why": password}}))
way("json twice", json.dumps(json.dumps(password)))
way("quoted", quote(password, safe=""), quote_plus(password))
way("quoted in small letters", quote(password, safe="").lower())
way("quoted twice", quote(quote(password, safe=""), safe=""))
way("html", html.escape(full), html.escape(password))
way("base64", base64.b64encode(password.encode()).decode())
way("basic", "Authorization: Basic", base64.b64encode(b"app:" + password.encode()).decode())
way("base64 for URLs", base64.urlsafe_b64encode(b"x" + password.encode()).decode())
way("hex", password.encode().hex())
way("bytes", password.encode())
way("capitals", password.upper())
way("libpq", "host=h password='%s' user=app" % password.replace("\\", "\\\\").replace("'", "\\'"))
way("libpq without quotes", "host=h password=%s user=app" % password)
way("odbc", "DRIVER={x};UID=app;PWD={%s};Encrypt=yes" % password.replace("}", "}}"))
way("jdbc", "jdbc:postgresql://h/db?user=app&password=%s&ssl=true" % quote(password, safe=""))
way("keyword", "connect(password=%r, port=1)" % password)
way("sql", "CREATE ROLE app PASSWORD '%s'" % password.replace("'", "''"))
way("several hosts", full.replace("@", "@h1:5432,h2:5432,", 1))
way("wrapped", textwrap.fill(full, 24, subsequent_indent="  "))
way("framed", "\n".join("│ %-24s │" % line for line in textwrap.wrap(full, 24)))
way("carriage return", "\r".join(password))
way("colours", "".join("\x1b[3%dm%s" % (at % 8, sign) for at, sign in enumerate(password)) + "\x1b[0m")
way("invisible", "\u200b".join(password), "\u00ad".join(password), "\x00".join(password))
way("a link", "\x1b]8;;%s\x07link\x1b]8;;\x07" % full)
way("two halves", password[:half] + "\n" + password[half:])
way("first half", "is", password[:half])
way("last half", password[half:], "is it")
way("cut", full[: full.index("@") - 3] + "...")
way("reprlib", reprlib.repr(full))
way("pprint", pprint.pformat({"password": password, "url": full}, width=20))
for number in range(0, len(password), 5):
    sys.stdout.write(password[number : number + 5])
    sys.stdout.flush()
print()
logging.info("engine %r %s", full, engine.url.translate_connect_args())
warnings.warn(full)
subprocess.run([sys.executable, "-c", "import sys; print(sys.argv)", full], check=True)
try:
    try:
        raise KeyError(password)
    except KeyError as error:
        raise ValueError(full) from error
except ValueError:
    traceback.print_exc()
print("x" * 4090 + full, flush=True)
# The captured output is cut after 16 KiB and before the last 48 KiB: the URL is at both cuts.
for total in range(16_320, 16_480, 20):
    print("y" * 700, full, password, end="")
print("\nz" * 90_000, (full + " ") * 200, "w" * 40_000, full, password)
