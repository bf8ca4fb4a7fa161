#include "rule.h"

#include <string.h>

#include "json.h"

const char SCHEMA[] =
    "{\"$schema\": \"https://json-schema.org/draft/2020-12/schema\", \"type\": \"object\", \"additionalProperties\": false,"
    " \"properties\": {\"protect\": {\"type\": \"array\", \"items\": {\"type\": \"string\"}, \"default\": [\"production\"],"
    " \"description\": \"Environments that are never downgraded.\"}}}";

static bool parse_protect(struct json *json, struct settings *settings) {
    settings->count = 0;
    if (!json_take(json, '[')) return false;
    if (json_take(json, ']')) return true;
    do {
        // Never freed: the instance is thrown away after the call.
        struct builder name = {0};
        if (settings->count == MOST_ENVIRONMENTS || !json_string(json, &name)) return false;
        settings->protect[settings->count++] = text_built(&name);
    } while (json_take(json, ','));
    return json_take(json, ']');
}

bool settings_parse(struct text text, struct settings *settings, struct builder *why) {
    struct json json = json_read(text);
    settings->protect[0] = text_of("production");
    settings->count = 1;
    bool sound = json_take(&json, '{');
    if (sound && !json_take(&json, '}')) {
        do {
            struct builder key = {0};
            sound = json_string(&json, &key) && json_take(&json, ':');
            if (sound && !text_is(text_built(&key), "protect")) {
                append(why, "its settings: there is no setting `");
                append_text(why, text_built(&key));
                append(why, "`");
                return false;
            }
            if (sound && !parse_protect(&json, settings)) {
                append(why, "its settings: `protect` is not a list of texts");
                return false;
            }
        } while (sound && json_take(&json, ','));
        sound = sound && json_take(&json, '}');
    }
    if (!sound || !json_ended(&json)) {
        append(why, "its settings are not a JSON object");
        return false;
    }
    return true;
}

bool denied(struct text command, const struct text *args, size_t count, const struct text *environment,
            const struct settings *settings, struct builder *why) {
    if (!text_is(command, "downgrade")) return false;
    for (size_t index = 0; index < count; index++) {
        // It only prints.
        if (text_is(args[index], "--sql")) return false;
    }
    if (!environment) {
        // No environment is named: assume the worst.
        append(why, "`downgrade` is not allowed where no environment is named");
        return true;
    }
    for (size_t index = 0; index < settings->count; index++) {
        struct text name = settings->protect[index];
        if (name.length == environment->length && memcmp(name.at, environment->at, name.length) == 0) {
            append(why, "`downgrade` is not allowed in the protected environment `");
            append_text(why, name);
            append(why, "`");
            return true;
        }
    }
    return false;
}
