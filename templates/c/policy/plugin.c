// A policy that denies downgrades in protected environments. This file is the interface to lback;
// the rule is in rule.c.

#include <stdlib.h>

#include "policy_plugin.h"
#include "rule.h"

static struct text text(policy_plugin_string_t string) {
    return (struct text){(const char *)string.ptr, string.len};
}

// What is returned belongs to the bindings, which free it: it is always a copy.
static void answer(policy_plugin_string_t *to, struct text from) {
    policy_plugin_string_dup_n(to, from.at, from.length);
}

void exports_lback_plugin_metadata_describe(exports_lback_plugin_metadata_description_t *description) {
    *description = (exports_lback_plugin_metadata_description_t){0};
    answer(&description->name, text_of("my-plugin"));
    answer(&description->version, text_of("0.1.0"));
    answer(&description->summary, text_of("denies downgrades in protected environments"));
    description->signals.ptr = malloc(sizeof *description->signals.ptr);
    description->signals.len = 1;
    answer(&description->signals.ptr[0], text_of("alembic_command_started"));
    description->settings_schema.is_some = true;
    answer(&description->settings_schema.val, text_of(SCHEMA));
}

static void deny(exports_lback_plugin_policy_verdict_t *verdict, struct text reason) {
    lback_plugin_types_denial_t *denial = calloc(1, sizeof *denial);
    answer(&denial->code, text_of("downgrade-in-protected-environment"));
    answer(&denial->message, reason);
    denial->hint.is_some = true;
    answer(&denial->hint.val, text_of("write a revision that undoes the change, and `lback migrate` it"));
    verdict->decision.tag = EXPORTS_LBACK_PLUGIN_POLICY_DECISION_DENY;
    verdict->decision.val.deny.ptr = denial;
    verdict->decision.val.deny.len = 1;
}

// A return value of false, with an `error`, means that the policy failed; lback then blocks. Use
    // it for errors only, not to deny.
bool exports_lback_plugin_policy_evaluate(exports_lback_plugin_policy_event_t *event, policy_plugin_string_t *settings,
                                          exports_lback_plugin_policy_verdict_t *verdict, policy_plugin_string_t *error) {
    struct settings parsed;
    struct builder why = {0};
    if (!settings_parse(text(*settings), &parsed, &why)) {
        answer(error, text_built(&why));
        return false;
    }
    *verdict = (exports_lback_plugin_policy_verdict_t){.decision.tag = EXPORTS_LBACK_PLUGIN_POLICY_DECISION_ALLOW};
    if (event->signal.tag != LBACK_PLUGIN_TYPES_SIGNAL_ALEMBIC_COMMAND_STARTED) return true;

    lback_plugin_types_started_t *started = &event->signal.val.alembic_command_started;
    struct text *args = calloc(started->args.len + 1, sizeof *args);
    for (size_t index = 0; index < started->args.len; index++) args[index] = text(started->args.ptr[index]);
    struct text environment = text(event->context.environment.val);
    const struct text *named = event->context.environment.is_some ? &environment : NULL;
    if (denied(text(started->command), args, started->args.len, named, &parsed, &why)) deny(verdict, text_built(&why));
    return true;
}
