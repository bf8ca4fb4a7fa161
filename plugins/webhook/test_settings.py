import json
import unittest

from schema import SCHEMA
from settings import Settings, SettingsError


class SettingsTest(unittest.TestCase):
    def test_the_schema_has_the_same_settings_and_defaults(self) -> None:
        self.assertEqual(SCHEMA["properties"].keys(), Settings.__dataclass_fields__.keys())
        self.assertEqual(SCHEMA["required"], ["url"])
        self.assertEqual(Settings("x").secret, SCHEMA["properties"]["secret"]["default"])

    def test_what_is_wrong_is_named(self) -> None:
        for text, named in {
            "{}": "`url` is missing",
            '{"url": 7}': "`url` is not a text",
            '{"url": "hooks.example.com"}': "`url` is no address",
            '{"url": "https://example.com", "sekret": "A"}': "no setting `sekret`",
            '{"url": "https://example.com", "secret": "whsec_abc"}': "`secret` is the name of a secret",
            '{"url": "https://example.com", "secret": "a key"}': "`secret` is the name of a secret",
        }.items():
            with self.assertRaises(SettingsError) as raised:
                Settings.parse(text)
            self.assertIn(named, str(raised.exception))
            self.assertNotIn("abc", str(raised.exception))

    def test_what_is_right_is_taken(self) -> None:
        settings = Settings.parse(json.dumps({"url": "https://hooks.example.com/a", "secret": "KEY"}))
        self.assertEqual(settings, Settings("https://hooks.example.com/a", "KEY"))


if __name__ == "__main__":
    unittest.main()
