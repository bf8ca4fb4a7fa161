#include "text.h"

#include <stdlib.h>
#include <string.h>

struct text text_of(const char *characters) {
    return (struct text){characters, strlen(characters)};
}

bool text_is(struct text text, const char *characters) {
    return text.length == strlen(characters) && memcmp(text.at, characters, text.length) == 0;
}

struct text text_built(const struct builder *builder) {
    return (struct text){builder->at, builder->length};
}

void append(struct builder *builder, const char *characters) {
    append_text(builder, text_of(characters));
}

void append_text(struct builder *builder, struct text text) {
    if (builder->room < builder->length + text.length + 1) {
        builder->room = 2 * (builder->length + text.length + 1);
        builder->at = realloc(builder->at, builder->room);
        if (!builder->at) abort();
    }
    if (text.length) memcpy(builder->at + builder->length, text.at, text.length);
    builder->length += text.length;
    builder->at[builder->length] = 0;
}
