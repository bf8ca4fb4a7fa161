// Texts with a length, as lback hands them over, and one that grows.

#ifndef TEXT_H
#define TEXT_H

#include <stdbool.h>
#include <stddef.h>

// UTF-8, without a zero at its end.
struct text {
    const char *at;
    size_t length;
};

// Begins as `{0}`; `at` is to be freed. There is a zero behind it.
struct builder {
    char *at;
    size_t length, room;
};

struct text text_of(const char *characters);
bool text_is(struct text text, const char *characters);
struct text text_built(const struct builder *builder);

void append(struct builder *builder, const char *characters);
void append_text(struct builder *builder, struct text text);

#endif
