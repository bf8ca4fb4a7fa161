"""Signatures of Standard Webhooks (https://www.standardwebhooks.com), version 1.

A signature is an HMAC-SHA256 with a key that sender and receiver share.
"""

import base64
import binascii
import hashlib
import hmac

PREFIX = "whsec_"
"""The prefix of every key; base64 follows."""


class SigningKeyError(Exception):
    """A key that can't be used. The text never repeats it."""


def keys_of(secret: str) -> list[bytes]:
    """Returns the keys in a secret's value.

    There are two while keys are rotated: receivers accept a signature with either.
    """
    keys = [key_of(word) for word in secret.split()]
    if not keys:
        raise SigningKeyError("the secret holds no key")
    return keys


def key_of(word: str) -> bytes:
    if not word.startswith(PREFIX):
        raise SigningKeyError(f"the secret is no signing key: one begins with `{PREFIX}`")
    try:
        key = base64.b64decode(word.removeprefix(PREFIX), validate=True)
    except binascii.Error:
        raise SigningKeyError(f"the secret is no signing key: what follows `{PREFIX}` is not base64") from None
    if not 24 <= len(key) <= 64:
        raise SigningKeyError(f"the signing key has {len(key)} bytes; Standard Webhooks wants 24 to 64")
    return key


def sign(keys: list[bytes], message_id: str, timestamp: int, body: bytes) -> str:
    """Returns the value of `webhook-signature`: one signature for each key."""
    content = b".".join([message_id.encode(), str(timestamp).encode(), body])
    digests = (hmac.new(key, content, hashlib.sha256).digest() for key in keys)
    return " ".join("v1," + base64.b64encode(digest).decode() for digest in digests)
