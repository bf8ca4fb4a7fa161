import json
import unittest

from message import Settings, SettingsError, body


class Message(unittest.TestCase):
    def test_the_end_of_a_command_is_posted(self) -> None:
        posted = body("1", "2026-11-22T18:00:00.000Z", "shop", "staging", ("upgrade", "completed", 1200))
        message = json.loads(posted)
        self.assertEqual(message["command"], "upgrade")
        self.assertEqual(message["outcome"], "completed")
        self.assertEqual(message["environment"], "staging")
        self.assertEqual(message["milliseconds"], 1200)

    def test_settings_are_checked(self) -> None:
        self.assertEqual(Settings.parse('{"url": "https://example.com"}').token, None)
        for wrong in ("{}", '{"url": 7}', '{"url": "https://example.com", "tokn": "A"}'):
            with self.assertRaises(SettingsError):
                Settings.parse(wrong)


if __name__ == "__main__":
    unittest.main()
