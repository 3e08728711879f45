/* Reads markup with expat, as the tests of charts and reports need it. */
#ifndef KEPT_TESTS_PRESENT_XML_SUPPORT_H
#define KEPT_TESTS_PRESENT_XML_SUPPORT_H

#include "support.h"

#include <expat.h>

#include "base/text.h"

typedef struct xml_seen {
    const char *name;  /* count elements of this name ... */
    const char *class; /* ... whose class attribute has this word (NULL: any) */
    size_t n;
    kept_buf ids;      /* " id1 id2 " */
    kept_buf missing;  /* references to ids not seen yet */
    kept_buf problems; /* what a self-contained document must not have */
    kept_buf text;     /* all character data */
} xml_seen;

static inline bool xml_has_word(const char *words, const char *word)
{
    size_t len = strlen(word);
    for (const char *p = words; p && (p = strstr(p, word)) != NULL; p += len)
        if ((p == words || p[-1] == ' ') && (p[len] == 0 || p[len] == ' '))
            return true;
    return false;
}

static inline void xml_attribute(xml_seen *seen, const char *name, const char *value)
{
    if (strcmp(name, "id") == 0) {
        if (xml_has_word(kept_buf_text(&seen->ids), value))
            kept_buf_printf(&seen->problems, "id %s twice; ", value);
        kept_buf_printf(&seen->ids, "%s ", value);
    }
    if (strncmp(name, "on", 2) == 0 || strcmp(name, "style") == 0 || strcmp(name, "src") == 0)
        kept_buf_printf(&seen->problems, "attribute %s; ", name);
    if (strcmp(name, "href") == 0 && *value != '#')
        kept_buf_printf(&seen->problems, "link to %s; ", value);
    if (strcmp(name, "aria-labelledby") == 0 || strcmp(name, "href") == 0)
        kept_buf_printf(&seen->missing, "%s ", value + (*value == '#'));
    const char *numbers[] = {"x", "y", "width", "height", "d", "viewBox"};
    for (size_t i = 0; i < 6; i++)
        if (strcmp(name, numbers[i]) == 0 && (strstr(value, "nan") || strstr(value, "inf")))
            kept_buf_printf(&seen->problems, "%s=\"%s\"; ", name, value);
}

static inline void xml_start(void *data, const XML_Char *name, const XML_Char **attributes)
{
    xml_seen *seen = data;
    const char *class = NULL;
    for (size_t i = 0; attributes[i]; i += 2) {
        xml_attribute(seen, attributes[i], attributes[i + 1]);
        if (strcmp(attributes[i], "class") == 0)
            class = attributes[i + 1];
    }
    if (strcmp(name, "script") == 0 || strcmp(name, "link") == 0 || strcmp(name, "img") == 0 ||
        strcmp(name, "iframe") == 0)
        kept_buf_printf(&seen->problems, "element %s; ", name);
    if (seen->name && strcmp(name, seen->name) == 0 &&
        (!seen->class || xml_has_word(class, seen->class)))
        seen->n++;
}

static inline void xml_characters(void *data, const XML_Char *text, int len)
{
    xml_seen *seen = data;
    kept_buf_add_n(&seen->text, text, (size_t)len);
}

/* Parses; fails the test with expat's message when not well-formed, when ids repeat or are missing,
 * or when something comes from outside. Returns the count of elements asked for. */
static inline size_t xml_count(const char *markup, const char *name, const char *class,
                               kept_buf *ret_text)
{
    xml_seen seen = {.name = name, .class = class};
    XML_Parser parser = XML_ParserCreate("UTF-8");
    XML_SetUserData(parser, &seen);
    XML_SetElementHandler(parser, xml_start, NULL);
    XML_SetCharacterDataHandler(parser, xml_characters);
    enum XML_Status status = XML_Parse(parser, markup, (int)strlen(markup), 1);
    char message[256];
    snprintf(message, sizeof message, "%s at line %lu", XML_ErrorString(XML_GetErrorCode(parser)),
             (unsigned long)XML_GetCurrentLineNumber(parser));
    XML_ParserFree(parser);
    if (status != XML_STATUS_OK)
        fail_msg("not well-formed: %s", message);
    char missing[64];
    const char *rest = kept_buf_text(&seen.missing);
    for (int used; sscanf(rest, "%63s%n", missing, &used) == 1; rest += used)
        if (!xml_has_word(kept_buf_text(&seen.ids), missing))
            kept_buf_printf(&seen.problems, "no element with id %s; ", missing);
    if (seen.problems.len > 0)
        fail_msg("%s", kept_buf_text(&seen.problems));
    if (ret_text)
        kept_buf_add(ret_text, kept_buf_text(&seen.text));
    kept_buf_free(&seen.ids);
    kept_buf_free(&seen.missing);
    kept_buf_free(&seen.problems);
    kept_buf_free(&seen.text);
    return seen.n;
}

#endif
