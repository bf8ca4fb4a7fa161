// The settings and the message, in plain C: nothing here needs lback, so it can be tested anywhere.

#ifndef MESSAGE_H
#define MESSAGE_H

#include <stdint.h>

#include "text.h"

struct settings {
    // Where to post to.
    struct text url;
    // The name of the secret that is sent as a bearer token; empty for none.
    struct text token;
};

struct message {
    struct text id, time, project;
    // Null if no environment is named.
    const struct text *environment;
    struct text command, outcome;
    uint64_t milliseconds;
};

// The JSON Schema of the settings.
extern const char SCHEMA[];

// Reads the JSON of the plugin's settings in `lback.toml`. Wrong settings set the reason and return
// false.
bool settings_parse(struct text json, struct settings *settings, struct builder *why);

// Appends the message as JSON.
void message_append(struct builder *body, const struct message *message);

#endif
