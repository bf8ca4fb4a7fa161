"""webhook: a handler that posts every signal as a CloudEvent with a Standard Webhooks signature.

This file is the border to lback: `cloud_event` formats an event, `signature` signs it, and this
file sends it. A rejected event is an error: lback keeps the event, and delivers it again.
"""

import json
import time

from componentize_py_types import Err
from wit_world.exports import metadata
from wit_world.imports import http, log, secrets, types

import cloud_event
from schema import SCHEMA
from settings import Settings, SettingsError
from signature import SigningKeyError, keys_of, sign


class Metadata:
    def describe(self) -> metadata.Description:
        return metadata.Description(
            name="webhook",
            version="0.1.0",
            summary="posts every signal as a CloudEvent, signed as Standard Webhooks says",
            signals=list(cloud_event.NAMES.values()),
            permissions=metadata.Permissions(
                http=[metadata.Request_InSetting("/url")],
                secrets=[metadata.Request_InSetting("/secret")],
            ),
            settings_schema=json.dumps(SCHEMA),
        )


class Handler:
    def handle(self, event: types.Event, settings: str) -> None:
        try:
            parsed = Settings.parse(settings)
            keys = keys_of(secret(parsed.secret))
        except (SettingsError, SigningKeyError) as error:
            raise Err(str(error)) from None
        answer = send(request(parsed.url, event, keys, int(time.time())))
        log.log(log.Level.DEBUG, f"answered {answer.status}")
        if 300 <= answer.status < 400:
            raise Err(f"the receiver answered {answer.status}: it has moved, and a redirection isn't followed; correct `url`")
        if not 200 <= answer.status < 300:
            raise Err(f"the receiver answered {answer.status}{excerpt(answer.body)}")


def request(url: str, event: types.Event, keys: list[bytes], timestamp: int) -> http.Request:
    """Builds the request of one attempt.

    Its id is the event's in every attempt, so that a receiver can recognize duplicates.
    """
    body = cloud_event.body(event)
    headers = {
        "content-type": "application/cloudevents+json; charset=utf-8",
        "webhook-id": event.id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": sign(keys, event.id, timestamp, body),
    }
    values = [http.Header(name, [http.Part_Text(value)]) for name, value in headers.items()]
    return http.Request("POST", [http.Part_Text(url)], values, body)


def send(message: http.Request) -> http.Response:
    try:
        return http.send(message)
    except Err as error:
        # Each kind of error has a text made for display.
        raise Err(error.value.value) from None


def secret(name: str) -> str:
    try:
        return secrets.get(name)
    except Err as error:
        if isinstance(error.value, secrets.Error_NotGranted):
            reason = "is not granted: add it to `allow.secrets`"
        else:
            reason = "is not set: set the variable of this name"
        raise Err(f"the secret `{name}` {reason}") from None


def excerpt(body: bytes) -> str:
    """Returns the beginning of a response, short enough for an error message."""
    words = " ".join(body[:1_200].decode(errors="replace").split())[:300]
    return f": {words}" if words else ""
