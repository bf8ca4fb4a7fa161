// The part of JSON that settings and messages need. lback passes settings as valid JSON; other text
// is refused.

#ifndef JSON_H
#define JSON_H

#include <stdint.h>

#include "text.h"

// Where a document is read.
struct json {
    const char *at, *end;
};

struct json json_read(struct text document);
// Takes this character, after any space; false where there is another one.
bool json_take(struct json *json, char character);
// Takes a string and appends what it says.
bool json_string(struct json *json, struct builder *value);
// Is there nothing left but space?
bool json_ended(struct json *json);

// Appends a text as a JSON string, in quotation marks.
void json_append(struct builder *builder, struct text text);
void json_append_number(struct builder *builder, uint64_t number);

#endif
