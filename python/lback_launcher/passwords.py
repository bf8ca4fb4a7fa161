"""Reports the passwords of the engines that the project makes, so that lback hides them.

lback hides them in everything that it passes on: events, the journal, plans, errors. They go over
the private channel only, and lback writes them nowhere.
"""

from __future__ import annotations

import functools

from .diagnostics import ignored

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Iterator

    from .channel import Channel

#: Parts of the names of parameters whose values are secret.
SECRET = ("passw", "passphrase", "pwd", "secret", "token", "credential", "api_key", "private_key")
#: The most texts that are reported. A project that makes more engines makes them from data.
MOST_REPORTED = 256


class Passwords:
    """Reports each password and each URL once."""

    def __init__(self, channel: Channel) -> None:
        self.channel = channel
        self.reported: set[str] = set()

    def report(self, passwords: list[str], urls: list[str]) -> None:
        """Reports what lback doesn't know yet."""
        new = [text for text in passwords if text not in self.reported]
        new_urls = [text for text in urls if text not in self.reported]
        if (new or new_urls) and len(self.reported) < MOST_REPORTED:
            self.reported.update(new, new_urls)
            self.channel.report("secrets", passwords=new, urls=new_urls)

    def see_url(self, url: Any) -> None:
        """Reports the password of a URL, its query, and the URL as a person may have typed it."""
        try:
            self.report([*password_of(url), *secrets_of(dict(url.query))], typed_forms(url))
        except Exception as error:
            ignored(error, "a URL of an unusual kind makes an engine whose password lback may miss")

    def see_parameters(self, arguments: tuple[Any, ...], parameters: dict[str, Any]) -> None:
        """Reports the passwords among the arguments of a driver's `connect`."""
        try:
            texts = [text for text in arguments if isinstance(text, str)]
            self.report(list(secrets_of(parameters)), [text for text in texts if "=" in text])
        except Exception as error:
            ignored(error, "arguments of an unusual kind may have a password that lback misses")


def install(channel: Channel) -> None:
    """Observes the engines that are made from now on.

    Uses hooks that SQLAlchemy calls and that return before anything can fail, so that no frame of
    the launcher is in a traceback.
    """
    from sqlalchemy import event
    from sqlalchemy.engine import Engine
    from sqlalchemy.engine.interfaces import Dialect

    passwords = Passwords(channel)

    def do_connect(dialect: Any, record: Any, arguments: Any, parameters: Any) -> None:
        passwords.see_parameters(tuple(arguments), parameters)

    before(Dialect, "get_dialect_cls", passwords.see_url)
    before(Dialect, "engine_created", lambda engine: passwords.see_url(engine.url))
    event.listen(Engine, "do_connect", do_connect)


def before(owner: Any, name: str, see: Callable[[Any], None]) -> None:
    """Calls `see` with the argument of a class method whenever the method is called."""
    original = getattr(owner, name).__func__

    @functools.wraps(original)
    def method(cls: Any, argument: Any) -> Any:
        see(argument)
        return original(cls, argument)

    setattr(owner, name, classmethod(method))


def password_of(url: Any) -> Iterator[str]:
    """Yields the password of a URL, if it has one."""
    if url.password is not None:
        yield str(url.password)


def secrets_of(parameters: dict[str, Any]) -> Iterator[str]:
    """Yields the values of parameters whose names say that they are secret."""
    for name, value in parameters.items():
        if any(part in str(name).lower() for part in SECRET):
            values = value if isinstance(value, (list, tuple)) else [value]
            yield from (text(value) for value in values if isinstance(value, (str, bytes)))


def text(value: str | bytes) -> str:
    """Returns a value as text."""
    return value.decode("utf-8", "backslashreplace") if isinstance(value, bytes) else value


def typed_forms(url: Any) -> list[str]:
    """Returns the URL with its parts as they are, and DSNs in its query.

    A password with an unescaped `@` or `/` is partly in the host, the port or the database.
    """
    forms = [str(value) for value in dict(url.query).values() if "=" in str(value)]
    if url.password is not None:
        port = "" if url.port is None else ":%s" % url.port
        place = "%s%s/%s" % (url.host or "", port, url.database or "")
        forms.append("x://%s:%s@%s" % (url.username or "", url.password, place))
    return forms


def report_connection(channel: Channel, connection: Any) -> None:
    """Reports the password of a connection that the project made itself (`creator`)."""
    try:
        info = getattr(getattr(connection, "connection", None), "info", None)
        driver = getattr(getattr(connection, "connection", None), "dbapi_connection", None)
        for known in (getattr(driver, "info", None), info, driver):
            password = getattr(known, "password", None)
            if isinstance(password, (str, bytes)) and password:
                Passwords(channel).report([text(password)], [])
    except Exception as error:
        ignored(error, "a driver that doesn't know its password has none that lback could report")
