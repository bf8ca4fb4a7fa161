"""The CloudEvents of the plugin.

The tests need `PYTHONPATH=bindings`, and the bindings themselves:
`componentize-py --wit-path ../../wit --world handler-plugin bindings bindings`.
"""

import json
import unittest

from wit_world.imports import types

from cloud_event import NAMES, body, cloud_event

SENDER = types.Sender("run-1", "der Läden/1", "0.1.0")
CONTEXT = types.Context("production", "ana", None, None, None, None, [types.Override("guard", "the site is down")])


def event(signal: types.Signal) -> types.Event:
    return types.Event("id-1", "2026-11-22T18:00:00.000Z", SENDER, CONTEXT, signal)


def arguments(signal: types.Signal) -> dict:
    return cloud_event(event(signal))["data"]["arguments"]


class CloudEvent(unittest.TestCase):
    def test_the_attributes(self) -> None:
        made = cloud_event(event(types.Signal_MigrationMigrateCommand(types.Migrate("head"))))
        data = made.pop("data")
        self.assertEqual(
            made,
            {
                "specversion": "1.0",
                "id": "id-1",
                "source": "urn:lback:project:der%20L%C3%A4den%2F1",
                "type": "lback.migration_migrate_command",
                "subject": "run-1",
                "time": "2026-11-22T18:00:00.000Z",
                "datacontenttype": "application/json",
            },
        )
        self.assertEqual(data["arguments"], {"version": "head"})
        self.assertEqual(data["context"]["overrides"], [{"plugin": "guard", "reason": "the site is down"}])

    def test_every_signal_has_its_name(self) -> None:
        cases = {name for name in dir(types) if name.startswith("Signal_")}
        self.assertEqual(cases, {case.__name__ for case in NAMES} | {"Signal_Extension"})

    def test_a_signal_without_arguments(self) -> None:
        self.assertEqual(arguments(types.Signal_MigrationHistoryCommand()), {})

    def test_a_denial_is_flat(self) -> None:
        denial = types.AttributedDenial("guard", types.Denial("code", "message", "hint", None))
        failed = types.Failed(
            "downgrade", ["-1"], None, "", "", "denied_by_policy", types.Exception("PolicyDenied", "no", [denial]), 0, []
        )
        exception = arguments(types.Signal_AlembicCommandFailed(failed))["exception"]
        flat = {"plugin": "guard", "code": "code", "message": "message", "hint": "hint", "url": None}
        self.assertEqual(exception["denials"], [flat])

    def test_both_ends_have_the_same_fields(self) -> None:
        completed = types.Completed("upgrade", ["head"], 0, "", "", 7, [])
        failed = types.Failed("upgrade", ["head"], 1, "", "", None, None, 7, [])
        self.assertEqual(
            arguments(types.Signal_AlembicCommandCompleted(completed)).keys(),
            arguments(types.Signal_AlembicCommandFailed(failed)).keys(),
        )

    def test_a_later_signal_is_passed_on(self) -> None:
        made = cloud_event(event(types.Signal_Extension(types.Extension("fleet_finished", '{"tenants": 7}'))))
        self.assertEqual((made["type"], made["data"]["arguments"]), ("lback.fleet_finished", {"tenants": 7}))

    def test_the_body_is_utf_8(self) -> None:
        self.assertEqual(json.loads(body(event(types.Signal_MigrationHistoryCommand())))["data"]["project"], "der Läden/1")


if __name__ == "__main__":
    unittest.main()
