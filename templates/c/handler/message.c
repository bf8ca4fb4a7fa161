#include "message.h"

#include "json.h"

const char SCHEMA[] =
    "{\"$schema\": \"https://json-schema.org/draft/2020-12/schema\", \"type\": \"object\", \"additionalProperties\": false,"
    " \"required\": [\"url\"], \"properties\": {"
    "\"url\": {\"type\": \"string\", \"format\": \"uri\", \"description\": \"Where to post to.\"},"
    " \"token\": {\"type\": \"string\", \"description\": \"The name of the secret that is sent as a bearer token.\"}}}";

static bool complain(struct builder *why, const char *before, struct text key, const char *after) {
    append(why, "its settings: ");
    append(why, before);
    append(why, "`");
    append_text(why, key);
    append(why, "`");
    append(why, after);
    return false;
}

bool settings_parse(struct text text, struct settings *settings, struct builder *why) {
    struct json json = json_read(text);
    *settings = (struct settings){0};
    bool sound = json_take(&json, '{');
    if (sound && !json_take(&json, '}')) {
        do {
            // Never freed: the instance is thrown away after the call.
            struct builder key = {0}, value = {0};
            sound = json_string(&json, &key) && json_take(&json, ':');
            if (!sound) break;
            struct text name = text_built(&key);
            struct text *place = text_is(name, "url") ? &settings->url : text_is(name, "token") ? &settings->token : NULL;
            if (!place) return complain(why, "there is no setting ", name, "");
            if (!json_string(&json, &value)) return complain(why, "", name, " is not a text");
            *place = text_built(&value);
        } while (json_take(&json, ','));
        sound = sound && json_take(&json, '}');
    }
    if (!sound || !json_ended(&json)) {
        append(why, "its settings are not a JSON object");
        return false;
    }
    return settings->url.length ? true : complain(why, "", text_of("url"), " is missing");
}

static void member(struct builder *body, const char *name, struct text value) {
    append(body, "\"");
    append(body, name);
    append(body, "\":");
    json_append(body, value);
    append(body, ",");
}

void message_append(struct builder *body, const struct message *message) {
    append(body, "{");
    member(body, "id", message->id);
    member(body, "time", message->time);
    member(body, "project", message->project);
    if (message->environment) {
        member(body, "environment", *message->environment);
    } else {
        append(body, "\"environment\":null,");
    }
    member(body, "command", message->command);
    member(body, "outcome", message->outcome);
    append(body, "\"milliseconds\":");
    json_append_number(body, message->milliseconds);
    append(body, "}");
}
