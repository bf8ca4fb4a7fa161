#include <stdio.h>
#include <stdlib.h>

#include "rule.h"

static int failures;

static void expect(const char *what, bool holds) {
    if (holds) return;
    fprintf(stderr, "failed: %s\n", what);
    failures++;
}

static bool is_denied(const char *command, const char *arg, const char *environment) {
    struct settings settings;
    struct builder why = {0};
    settings_parse(text_of("{}"), &settings, &why);
    struct text args[] = {text_of(arg)};
    struct text named = text_of(environment ? environment : "");
    return denied(text_of(command), args, 1, environment ? &named : NULL, &settings, &why);
}

static bool is_taken(const char *json) {
    struct settings settings;
    struct builder why = {0};
    return settings_parse(text_of(json), &settings, &why);
}

int main(void) {
    expect("production is protected", is_denied("downgrade", "-1", "production"));
    expect("an unnamed environment is protected", is_denied("downgrade", "-1", NULL));
    expect("development is not", !is_denied("downgrade", "-1", "development"));
    expect("an upgrade is allowed", !is_denied("upgrade", "head", "production"));
    expect("printing is allowed", !is_denied("downgrade", "--sql", "production"));

    struct settings settings;
    struct builder why = {0};
    expect("names are read", settings_parse(text_of(" {\"protect\": [\"eu\", \"\\u00e4\\ud83d\\ude00\\n\"]} "), &settings, &why));
    expect("all of them", settings.count == 2 && text_is(settings.protect[1], "\xc3\xa4\xf0\x9f\x98\x80\n"));
    expect("an empty list is taken", is_taken("{\"protect\": []}"));
    const char *wrong[] = {"", "{", "{} {}", "[]", "{\"protect\": 7}", "{\"protect\": [7]}", "{\"protect\": [\"a\"", "{\"protct\": []}"};
    for (size_t index = 0; index < sizeof wrong / sizeof *wrong; index++) expect(wrong[index], !is_taken(wrong[index]));
    puts(failures ? "FAILED" : "ok");
    return failures ? EXIT_FAILURE : EXIT_SUCCESS;
}
