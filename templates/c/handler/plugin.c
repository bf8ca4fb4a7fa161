// A handler that posts the result of each command as JSON. This file is the interface to lback;
// message.c makes the message.

#include <stdio.h>
#include <stdlib.h>

#include "handler_plugin.h"
#include "message.h"

static struct text text(handler_plugin_string_t string) {
    return (struct text){(const char *)string.ptr, string.len};
}

// What is returned belongs to the bindings, which free it: it is always a copy.
static void answer(handler_plugin_string_t *to, struct text from) {
    handler_plugin_string_dup_n(to, from.at, from.length);
}

// What is handed over as an argument stays ours.
static handler_plugin_string_t borrowed(struct text from) {
    return (handler_plugin_string_t){(uint8_t *)from.at, from.length};
}

static void ask_for(exports_lback_plugin_metadata_list_request_t *list, const char *pointer) {
    list->ptr = calloc(1, sizeof *list->ptr);
    list->len = 1;
    list->ptr[0].tag = EXPORTS_LBACK_PLUGIN_METADATA_REQUEST_IN_SETTING;
    answer(&list->ptr[0].val.in_setting, text_of(pointer));
}

void exports_lback_plugin_metadata_describe(exports_lback_plugin_metadata_description_t *description) {
    *description = (exports_lback_plugin_metadata_description_t){0};
    answer(&description->name, text_of("my-plugin"));
    answer(&description->version, text_of("0.1.0"));
    answer(&description->summary, text_of("posts how each command ended"));
    description->signals.ptr = calloc(2, sizeof *description->signals.ptr);
    description->signals.len = 2;
    answer(&description->signals.ptr[0], text_of("alembic_command_completed"));
    answer(&description->signals.ptr[1], text_of("alembic_command_failed"));
    ask_for(&description->permissions.http, "/url");
    ask_for(&description->permissions.secrets, "/token");
    description->settings_schema.is_some = true;
    answer(&description->settings_schema.val, text_of(SCHEMA));
}

// False for a signal that isn't the end of a command.
static bool end_of(const lback_plugin_types_signal_t *signal, struct message *message) {
    if (signal->tag == LBACK_PLUGIN_TYPES_SIGNAL_ALEMBIC_COMMAND_COMPLETED) {
        message->command = text(signal->val.alembic_command_completed.command);
        message->outcome = text_of("completed");
        message->milliseconds = signal->val.alembic_command_completed.duration_ms;
        return true;
    }
    if (signal->tag == LBACK_PLUGIN_TYPES_SIGNAL_ALEMBIC_COMMAND_FAILED) {
        const lback_plugin_types_failed_t *failed = &signal->val.alembic_command_failed;
        message->command = text(failed->command);
        message->outcome = failed->error_type.is_some ? text(failed->error_type.val) : text_of("failed");
        message->milliseconds = failed->duration_ms;
        return true;
    }
    return false;
}

static bool post(const struct settings *settings, const struct builder *body, handler_plugin_string_t *error) {
    lback_plugin_http_part_t url = {LBACK_PLUGIN_HTTP_PART_TEXT, {.text = borrowed(settings->url)}};
    lback_plugin_http_part_t type = {LBACK_PLUGIN_HTTP_PART_TEXT, {.text = borrowed(text_of("application/json"))}};
    // The host puts the secret's value in: the plugin never sees it.
    lback_plugin_http_part_t token[] = {{LBACK_PLUGIN_HTTP_PART_TEXT, {.text = borrowed(text_of("Bearer "))}},
                                        {LBACK_PLUGIN_HTTP_PART_SECRET, {.secret = borrowed(settings->token)}}};
    lback_plugin_http_header_t headers[] = {{borrowed(text_of("content-type")), {&type, 1}},
                                            {borrowed(text_of("authorization")), {token, 2}}};
    lback_plugin_http_request_t request = {
        .method = borrowed(text_of("POST")),
        .url = {&url, 1},
        .headers = {headers, settings->token.length ? 2 : 1},
        .body = {(uint8_t *)body->at, body->length},
    };
    lback_plugin_http_response_t response;
    lback_plugin_http_error_t failure;
    if (!lback_plugin_http_send(&request, &response, &failure)) {
        // Each kind of error has a text that is made to be shown, at the same place.
        answer(error, text(failure.val.unreachable));
        return false;
    }
    char said[40];
    snprintf(said, sizeof said, "the server answered %u", response.status);
    handler_plugin_string_t line = borrowed(text_of(said));
    lback_plugin_log_log(LBACK_PLUGIN_LOG_LEVEL_DEBUG, &line);
    if (response.status >= 200 && response.status < 300) return true;
    answer(error, text_of(said));
    return false;
}

// False, with an `error`, is reported to the person who runs lback.
bool exports_lback_plugin_handler_handle(exports_lback_plugin_handler_event_t *event, handler_plugin_string_t *settings,
                                         handler_plugin_string_t *error) {
    struct settings parsed;
    struct builder why = {0}, body = {0};
    if (!settings_parse(text(*settings), &parsed, &why)) {
        answer(error, text_built(&why));
        return false;
    }
    struct text environment = text(event->context.environment.val);
    struct message message = {
        .id = text(event->id),
        .time = text(event->time),
        .project = text(event->sender.project),
        .environment = event->context.environment.is_some ? &environment : NULL,
    };
    if (!end_of(&event->signal, &message)) return true;
    message_append(&body, &message);
    return post(&parsed, &body, error);
}
