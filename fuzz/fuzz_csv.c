/* Any bytes as the text of a delimited file: delimiter and header are found or refused with a
 * sentence, and the record scanner cuts all of it, the same whatever it is told of its end. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "store/facts/source_int.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(int holds)
{
    if (!holds)
        abort();
}

static void check_cells(const kept__record *record, char delimiter, char quote)
{
    KEPT_AUTO_BUF cell = KEPT_BUF_INIT;
    size_t at = 0, cells = 0;
    while (kept__csv_cell(record, delimiter, quote, &at, &cell)) {
        check(cell.len <= record->len);
        cells++;
    }
    check(cells == record->cells);
    check(record->filled <= record->cells);
}

static void cut_all(const char *text, size_t size, char delimiter, char quote)
{
    size_t from = 0;
    while (from < size) {
        kept__record record = {0}, part = {0};
        size_t used = kept__csv_cut(text + from, size - from, true, delimiter, quote, &record);
        check(used > 0 && used <= size - from);
        check(record.text >= text && record.len <= used);
        check_cells(&record, delimiter, quote);
        /* A record that is complete in itself is cut the same when more may follow. */
        size_t again = kept__csv_cut(text + from, size - from, false, delimiter, quote, &part);
        check(again == 0 || again == used);
        from += used;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char delimiters[] = {',', ';', '\t', '|'};
    const char *text = (const char *)data;
    for (size_t i = 0; i < sizeof delimiters; i++)
        cut_all(text, size, delimiters[i], '"');
    cut_all(text, size, ',', '\0');
    KEPT_AUTO_ARENA arena = KEPT_ARENA_INIT;
    kept_err err = KEPT_ERR_INIT;
    kept__dialect dialect;
    if (kept__dialect_find(text, size, true, '\0', "input.csv", &arena, &dialect, &err) !=
        KEPT_OK) {
        check(strlen(err.msg) > 10);
        return 0;
    }
    check(dialect.columns > 0);
    for (size_t i = 0; i < dialect.columns; i++)
        check(dialect.names[i] && dialect.names[i][0]);
    return 0;
}
