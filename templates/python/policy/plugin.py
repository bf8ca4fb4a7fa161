"""A policy: protected environments are never downgraded. This is the border to lback; the rule is in `rule.py`."""

import json

from componentize_py_types import Err
from wit_world.exports import metadata, policy
from wit_world.imports import types

from rule import SCHEMA, Settings, SettingsError, why_not


class Metadata:
    def describe(self) -> metadata.Description:
        return metadata.Description(
            name="my-plugin",
            version="0.1.0",
            summary="denies downgrades in protected environments",
            signals=["alembic_command_started"],
            permissions=metadata.Permissions(http=[], secrets=[]),
            settings_schema=json.dumps(SCHEMA),
        )


class Policy:
    def evaluate(self, event: types.Event, settings: str) -> policy.Verdict:
        try:
            parsed = Settings.parse(settings)
        except SettingsError as error:
            # An `Err` says that the policy is broken; lback then blocks. It is never the way to
            # deny.
            raise Err(f"its settings: {error}") from None
        reason = None
        if isinstance(event.signal, types.Signal_AlembicCommandStarted):
            started = event.signal.value
            reason = why_not(started.command, started.args, event.context.environment, parsed)
        if reason is None:
            return policy.Verdict(policy.Decision_Allow(), [])
        denial = types.Denial(
            code="downgrade-in-protected-environment",
            message=reason,
            hint="write a revision that undoes the change, and `lback migrate` it",
            url=None,
            place=None,
            acceptable=False,
        )
        return policy.Verdict(policy.Decision_Deny([denial]), [])
