#include "json.h"

#include <stdio.h>
#include <string.h>

struct json json_read(struct text document) {
    return (struct json){document.at, document.at + document.length};
}

static void skip_space(struct json *json) {
    while (json->at < json->end && strchr(" \t\r\n", *json->at) && *json->at) json->at++;
}

bool json_take(struct json *json, char character) {
    skip_space(json);
    if (json->at == json->end || *json->at != character) return false;
    json->at++;
    return true;
}

bool json_ended(struct json *json) {
    skip_space(json);
    return json->at == json->end;
}

// Takes the four hexadecimal digits of `\u`.
static bool hex(struct json *json, unsigned *value) {
    *value = 0;
    for (int digits = 0; digits < 4; digits++) {
        const char *all = "0123456789abcdef0123456789ABCDEF";
        const char *found = json->at < json->end && *json->at ? strchr(all, *json->at) : NULL;
        if (!found) return false;
        *value = *value * 16 + (unsigned)(found - all) % 16;
        json->at++;
    }
    return true;
}

static void append_code_point(struct builder *builder, unsigned code) {
    char bytes[4];
    size_t length;
    if (code < 0x80) {
        bytes[0] = (char)code;
        length = 1;
    } else if (code < 0x800) {
        bytes[0] = (char)(0xc0 | code >> 6);
        bytes[1] = (char)(0x80 | (code & 0x3f));
        length = 2;
    } else if (code < 0x10000) {
        bytes[0] = (char)(0xe0 | code >> 12);
        bytes[1] = (char)(0x80 | (code >> 6 & 0x3f));
        bytes[2] = (char)(0x80 | (code & 0x3f));
        length = 3;
    } else {
        bytes[0] = (char)(0xf0 | code >> 18);
        bytes[1] = (char)(0x80 | (code >> 12 & 0x3f));
        bytes[2] = (char)(0x80 | (code >> 6 & 0x3f));
        bytes[3] = (char)(0x80 | (code & 0x3f));
        length = 4;
    }
    append_text(builder, (struct text){bytes, length});
}

// Takes what follows a backslash.
static bool escape(struct json *json, struct builder *value) {
    if (json->at == json->end) return false;
    char kind = *json->at++;
    const char *names = "\"\\/bfnrt", *values = "\"\\/\b\f\n\r\t";
    const char *found = kind ? strchr(names, kind) : NULL;
    if (found) {
        append_text(value, (struct text){values + (found - names), 1});
        return true;
    }
    unsigned code, low;
    if (kind != 'u' || !hex(json, &code)) return false;
    if (code >= 0xd800 && code < 0xdc00) {
        if (json->end - json->at < 2 || json->at[0] != '\\' || json->at[1] != 'u') return false;
        json->at += 2;
        if (!hex(json, &low) || low < 0xdc00 || low > 0xdfff) return false;
        code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
    } else if (code >= 0xdc00 && code < 0xe000) {
        return false;
    }
    append_code_point(value, code);
    return true;
}

bool json_string(struct json *json, struct builder *value) {
    if (!json_take(json, '"')) return false;
    append(value, "");
    while (json->at < json->end) {
        char character = *json->at++;
        if (character == '"') return true;
        if (character == '\\') {
            if (!escape(json, value)) return false;
        } else {
            append_text(value, (struct text){&character, 1});
        }
    }
    return false;
}

void json_append(struct builder *builder, struct text text) {
    append(builder, "\"");
    for (size_t index = 0; index < text.length; index++) {
        unsigned char character = (unsigned char)text.at[index];
        if (character == '"' || character == '\\') append(builder, "\\");
        if (character < 0x20) {
            char code[7];
            snprintf(code, sizeof code, "\\u%04x", character);
            append(builder, code);
        } else {
            append_text(builder, (struct text){text.at + index, 1});
        }
    }
    append(builder, "\"");
}

void json_append_number(struct builder *builder, uint64_t number) {
    char digits[21];
    snprintf(digits, sizeof digits, "%llu", (unsigned long long)number);
    append(builder, digits);
}
