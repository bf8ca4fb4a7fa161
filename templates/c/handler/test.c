#include <stdio.h>
#include <stdlib.h>

#include "message.h"

static int failures;

static void expect(const char *what, bool holds) {
    if (holds) return;
    fprintf(stderr, "failed: %s\n", what);
    failures++;
}

static bool is_taken(const char *json) {
    struct settings settings;
    struct builder why = {0};
    return settings_parse(text_of(json), &settings, &why);
}

int main(void) {
    struct text environment = text_of("\"Läden\"\n");
    struct message message = {
        text_of("1"), text_of("2026-11-22T18:00:00.000Z"), text_of("shop"), &environment, text_of("upgrade"),
        text_of("completed"), 1200,
    };
    struct builder body = {0};
    message_append(&body, &message);
    expect("the message", text_is(text_built(&body),
        "{\"id\":\"1\",\"time\":\"2026-11-22T18:00:00.000Z\",\"project\":\"shop\",\"environment\":\"\\\"Läden\\\"\\u000a\","
        "\"command\":\"upgrade\",\"outcome\":\"completed\",\"milliseconds\":1200}"));

    struct settings settings;
    struct builder why = {0};
    expect("settings", settings_parse(text_of("{\"token\": \"T\", \"url\": \"https://example.com\"}"), &settings, &why));
    expect("the url", text_is(settings.url, "https://example.com") && text_is(settings.token, "T"));
    const char *wrong[] = {"", "{", "{} {}", "{}", "{\"url\": 7}", "{\"url\": \"https://example.com\", \"tokn\": \"A\"}"};
    for (size_t index = 0; index < sizeof wrong / sizeof *wrong; index++) expect(wrong[index], !is_taken(wrong[index]));
    puts(failures ? "FAILED" : "ok");
    return failures ? EXIT_FAILURE : EXIT_SUCCESS;
}
