"""The signature that the reference libraries of Standard Webhooks make, and invalid keys."""

import base64
import unittest

from signature import SigningKeyError, keys_of, sign

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


class Signature(unittest.TestCase):
    def test_the_specifications_example(self) -> None:
        signature = sign(keys_of(SECRET), "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}')
        self.assertEqual(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")

    def test_each_key_signs(self) -> None:
        other = "whsec_" + base64.b64encode(b"k" * 32).decode()
        both = sign(keys_of(f"{SECRET}  {other}\n"), "a", 1, b"{}")
        self.assertEqual(both, f"{sign(keys_of(SECRET), 'a', 1, b'{}')} {sign(keys_of(other), 'a', 1, b'{}')}")

    def test_what_is_signed_is_id_time_and_body(self) -> None:
        keys = keys_of(SECRET)
        signatures = {sign(keys, *what) for what in [("a", 1, b"b"), ("x", 1, b"b"), ("a", 2, b"b"), ("a", 1, b"x")]}
        self.assertEqual(len(signatures), 4)

    def test_what_is_no_key_is_refused_and_not_repeated(self) -> None:
        for wrong in ["", "  ", "s3cret", "whsec_", "whsec_***", "whsec_c2hvcnQ=", "whsec_" + base64.b64encode(b"k" * 65).decode()]:
            with self.assertRaises(SigningKeyError) as raised:
                keys_of(wrong)
            if wrong.strip():
                self.assertNotIn(wrong.removeprefix("whsec_") or "nothing", str(raised.exception))


if __name__ == "__main__":
    unittest.main()
