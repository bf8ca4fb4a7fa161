// The rule, in plain C: nothing here needs lback, so it can be tested anywhere.

#ifndef RULE_H
#define RULE_H

#include "text.h"

enum { MOST_ENVIRONMENTS = 64 };

struct settings {
    // Environments that are never downgraded.
    struct text protect[MOST_ENVIRONMENTS];
    size_t count;
};

// The JSON Schema of the settings.
extern const char SCHEMA[];

// Reads the JSON of the plugin's settings in `lback.toml`. Wrong settings set the reason and return
// false.
bool settings_parse(struct text json, struct settings *settings, struct builder *why);

// Sets the reason and returns true if the command is denied; returns false if it is allowed.
// `environment` is null if none is named.
bool denied(struct text command, const struct text *args, size_t count, const struct text *environment,
            const struct settings *settings, struct builder *why);

#endif
