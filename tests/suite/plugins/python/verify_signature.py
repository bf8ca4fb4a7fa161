"""Verifies a webhook as a receiver does, without the plugin's code.

Usage: verify_signature.py KEY ID TIMESTAMP SIGNATURES <BODY

Prints the indexes of the signatures that hold.
"""

import base64
import hashlib
import hmac
import sys

key, message_id, timestamp, signatures = sys.argv[1:]
signed = b".".join([message_id.encode(), timestamp.encode(), sys.stdin.buffer.read()])
digest = hmac.digest(base64.b64decode(key.removeprefix("whsec_")), signed, "sha256")
expected = "v1," + base64.b64encode(digest).decode()
print(
    *[
        index
        for index, one in enumerate(signatures.split(" "))
        if hmac.compare_digest(one, expected)
    ]
)
