import unittest

from rule import Settings, SettingsError, why_not


class Rule(unittest.TestCase):
    def denied(self, command: str, args: list[str], environment: str | None) -> bool:
        return why_not(command, args, environment, Settings()) is not None

    def test_a_downgrade_is_denied_where_it_is_protected(self) -> None:
        self.assertTrue(self.denied("downgrade", ["-1"], "production"))
        self.assertTrue(self.denied("downgrade", ["-1"], None))
        self.assertFalse(self.denied("downgrade", ["-1"], "development"))

    def test_what_is_no_downgrade_is_allowed(self) -> None:
        self.assertFalse(self.denied("upgrade", ["head"], "production"))
        self.assertFalse(self.denied("downgrade", ["--sql", "b:a"], "production"))

    def test_settings_are_checked(self) -> None:
        self.assertEqual(Settings.parse("{}").protect, ("production",))
        self.assertEqual(Settings.parse('{"protect": ["eu"]}').protect, ("eu",))
        for wrong in ('{"protect": 7}', '{"protect": [7]}', '{"protct": []}'):
            with self.assertRaises(SettingsError):
                Settings.parse(wrong)


if __name__ == "__main__":
    unittest.main()
