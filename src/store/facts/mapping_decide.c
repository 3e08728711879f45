#include <stdint.h>
#include <string.h>

#include "store/facts/mapping_parts.h"

bool kept_mapping__is_number(kept_column_type type)
{
    return type == KEPT_COL_MONEY || type == KEPT_COL_NUMBER || type == KEPT_COL_INTEGER;
}

void kept_mapping__columns(const kept_expr *expr, bool computed, bool only_numbers, bool *ret)
{
    switch (expr->op) {
    case KEPT_EXPR_COLUMN:
        if (computed || !only_numbers)
            ret[expr->column] = true;
        return;
    case KEPT_EXPR_NUMBER:
    case KEPT_EXPR_TEXT:
        return;
    default:
        computed = expr->op != KEPT_EXPR_JOIN;
        kept_mapping__columns(expr->left, computed, only_numbers, ret);
        if (expr->right)
            kept_mapping__columns(expr->right, computed, only_numbers, ret);
    }
}

/* --- Which reading fits --- */

enum { READINGS = KEPT_N_ORDERS, PAIRS = 3, SHOWN = 48 };

static const struct {
    int a, b;
} pairs[PAIRS] = {{0, 1}, {0, 2}, {1, 2}};

/* The values of one column (or joined text) under each reading: date orders, or decimal marks (the
 * first two readings). */
typedef struct tally {
    bool wanted; /* still to be decided */
    size_t filled;
    size_t any;                               /* values that some reading can read */
    size_t can[READINGS];                     /* values that this reading can read */
    kept_day first[READINGS], last[READINGS]; /* dates only */
    char bad[SHOWN];                          /* the first value that no reading can read */
    char only[PAIRS][2][SHOWN]; /* the first that one reading of a pair reads, the other not */
    char differ[PAIRS][SHOWN];  /* the first whose meaning differs */
    int answer;                 /* reading, or -1 */
} tally;

/* Keeps the first value of a sort for messages, cut between characters. */
static void keep(char out[SHOWN], kept_cell cell)
{
    if (out[0])
        return;
    size_t len = cell.len < SHOWN ? cell.len : SHOWN - 1;
    while (len < cell.len && len > 0 && ((unsigned char)cell.text[len] & 0xc0) == 0x80)
        len--;
    memcpy(out, cell.text, len);
    out[len] = '\0';
}

static void count(tally *t, kept_cell cell, const bool ok[READINGS])
{
    t->filled++;
    if (ok[0] || ok[1] || ok[2])
        t->any++;
    else
        keep(t->bad, cell);
    for (int r = 0; r < READINGS; r++)
        t->can[r] += ok[r];
    for (int p = 0; p < PAIRS; p++)
        if (ok[pairs[p].a] != ok[pairs[p].b])
            keep(t->only[p][ok[pairs[p].b]], cell);
}

static void count_date(tally *t, kept_cell cell)
{
    kept_when when[KEPT_N_ORDERS];
    bool ok[READINGS];
    for (int r = 0; r < KEPT_N_ORDERS; r++) {
        ok[r] = kept_when_read(cell.text, cell.len, (kept_date_order)r, &when[r]);
        if (!ok[r])
            continue;
        if (t->can[r] == 0 || when[r].day < t->first[r])
            t->first[r] = when[r].day;
        if (t->can[r] == 0 || when[r].day > t->last[r])
            t->last[r] = when[r].day;
    }
    count(t, cell, ok);
    for (int p = 0; p < PAIRS; p++)
        if (ok[pairs[p].a] && ok[pairs[p].b] && when[pairs[p].a].day != when[pairs[p].b].day)
            keep(t->differ[p], cell);
}

/* whole: a number with places does not fit the column. */
static void count_number(tally *t, kept_cell cell, bool whole)
{
    kept_decimal number[2];
    bool ok[READINGS] = {false, false, false};
    for (int r = 0; r < 2; r++) {
        ok[r] = kept_number_read(cell.text, cell.len, (kept_mark)r, &number[r]);
        if (ok[r] && whole && kept_decimal_shortest(number[r]).scale > 0)
            ok[r] = false;
    }
    count(t, cell, ok);
    if (ok[0] && ok[1] && kept_decimal_compare(number[0], number[1]) != 0)
        keep(t->differ[0], cell);
}

/* The pair of two readings. */
static int pair_of(int r, int other)
{
    return r + other - 1; /* 0 and 1, 0 and 2, 1 and 2 */
}

static const char *differs(const tally *t, int r, int other)
{
    return t->differ[pair_of(r, other)];
}

/* With two-digit years nearly every day-month-year column can also be read year first, as dates
 * strewn over thirty years. Dates of one file lie together: the year-first reading and the others
 * are told apart by how far their dates reach, when that differs by a factor of five. */
static bool far_wider(const tally *t, int wide, int narrow)
{
    enum { FACTOR = 5, YEAR = 366 };
    int64_t reach = (int64_t)t->last[wide] - t->first[wide];
    return (wide == KEPT_YMD) != (narrow == KEPT_YMD) && reach > YEAR &&
           reach > FACTOR * ((int64_t)t->last[narrow] - t->first[narrow] + 1);
}

/* The reading that fits, or -1. A reading fits when it reads every value that any can. When none
 * does, one that reads at least twenty times as many of the disputed values as the next. */
static int judge_tally(const tally *t, int n_readings, bool whole_column)
{
    bool fits[READINGS] = {false};
    int best = 0, next = -1;
    for (int r = 0; r < n_readings; r++) {
        fits[r] = t->can[r] == t->any;
        if (t->can[r] > t->can[best])
            best = r;
    }
    if (!fits[best]) {
        for (int r = 0; r < n_readings; r++)
            if (r != best && (next < 0 || t->can[r] > t->can[next]))
                next = r;
        return (t->any - t->can[best]) * 20 <= t->any - t->can[next] ? best : -1;
    }
    for (int r = 0; whole_column && n_readings == KEPT_N_ORDERS && r < n_readings; r++)
        for (int other = 0; other < n_readings; other++)
            if (r != other && fits[r] && fits[other] && differs(t, r, other)[0] &&
                far_wider(t, r, other))
                fits[r] = false;
    int found = -1;
    for (int r = 0; r < n_readings; r++) {
        if (!fits[r])
            continue;
        if (found >= 0 && differs(t, found, r)[0])
            return -1;
        if (found < 0)
            found = r;
    }
    return found;
}

/* --- The columns to decide --- */

typedef struct decision {
    const kept_mapping_draft *draft;
    kept_mark *marks;
    tally *dates;   /* per slot */
    tally *numbers; /* per column of the source */
    bool *whole;    /* per column of the source: fills nothing but whole numbers */
    size_t *target; /* per column of the source: the slot that computes with it, SIZE_MAX: none */
} decision;

static kept_status prepare(decision *d, kept_err *err)
{
    const kept_mapping_draft *draft = d->draft;
    const kept_fact_kind *kind = draft->kind;
    size_t n = draft->source->n_columns;
    bool *columns = KEPT_NEW_N(draft->arena, bool, n);
    d->dates = KEPT_NEW_N(draft->arena, tally, kind->n_columns);
    d->numbers = KEPT_NEW_N(draft->arena, tally, n);
    d->whole = KEPT_NEW_N(draft->arena, bool, n);
    d->target = KEPT_NEW_N(draft->arena, size_t, n);
    if (!columns || !d->dates || !d->numbers || !d->whole || !d->target)
        return kept_nomem(err);
    memset(d->whole, true, n * sizeof *d->whole);
    for (size_t c = 0; c < n; c++)
        d->target[c] = SIZE_MAX;
    for (size_t i = 0; i < kind->n_columns; i++) {
        const kept_expr *expr = draft->slots[i].expr;
        kept_column_type type = kind->columns[i].type;
        if (!expr)
            continue;
        d->dates[i].wanted = type == KEPT_COL_WHEN && expr->op != KEPT_EXPR_TEXT;
        memset(columns, 0, n * sizeof *columns);
        kept_mapping__columns(expr, kept_mapping__is_number(type), true, columns);
        bool bare_integer = expr->op == KEPT_EXPR_COLUMN && type == KEPT_COL_INTEGER;
        for (size_t c = 0; c < n; c++) {
            if (!columns[c])
                continue;
            d->numbers[c].wanted = true;
            d->target[c] = i;
            d->whole[c] = d->whole[c] && bare_integer;
        }
    }
    return KEPT_OK;
}

/* The columns of what is still to be decided; false: nothing is. */
static bool open_columns(const decision *d, bool *ret)
{
    const kept_mapping_draft *draft = d->draft;
    bool open = false;
    memset(ret, 0, draft->source->n_columns * sizeof *ret);
    for (size_t i = 0; i < draft->kind->n_columns; i++)
        if (d->dates[i].wanted) {
            kept_mapping__columns(draft->slots[i].expr, false, false, ret);
            open = true;
        }
    for (size_t c = 0; c < draft->source->n_columns; c++)
        if (d->numbers[c].wanted)
            open = ret[c] = true;
    return open;
}

static void count_row(decision *d, const kept_cell *cells, kept_buf *scratch)
{
    const kept_mapping_draft *draft = d->draft;
    for (size_t i = 0; i < draft->kind->n_columns; i++) {
        kept_cell cell;
        kept_eval_fault fault;
        if (d->dates[i].wanted && kept_evaluate_text(draft->slots[i].expr, cells, d->marks, scratch,
                                                     &cell, &fault) == KEPT_EVAL_VALUE)
            count_date(&d->dates[i], cell);
    }
    for (size_t c = 0; c < draft->source->n_columns; c++) {
        kept_cell cell = kept_cell_trim(cells[c]);
        if (d->numbers[c].wanted && cell.len)
            count_number(&d->numbers[c], cell, d->whole[c]);
    }
}

static void restart(tally *t)
{
    if (t->wanted)
        *t = (tally){.wanted = true, .answer = -1};
}

/* Some value tells the marks apart, or would be another number under the other one. */
static bool has_evidence(const tally *t)
{
    return t->can[0] != t->can[1] || t->differ[0][0];
}

static void settle(tally *t, int n_readings, bool whole_column)
{
    if (!t->wanted)
        return;
    t->answer = judge_tally(t, n_readings, whole_column);
    /* The first rows may be empty, or have no places: later ones count too. */
    if (!whole_column && (t->filled == 0 || (n_readings == 2 && !has_evidence(t))))
        t->answer = -1;
    t->wanted = t->answer < 0;
}

/* Looks at limit rows (0: all) for what is still open. */
static kept_status pass(decision *d, size_t limit, kept_err *err)
{
    const kept_mapping_draft *draft = d->draft;
    bool *columns = KEPT_NEW_N(draft->arena, bool, draft->source->n_columns);
    if (!columns)
        return kept_nomem(err);
    for (size_t i = 0; i < draft->kind->n_columns; i++)
        restart(&d->dates[i]);
    for (size_t c = 0; c < draft->source->n_columns; c++)
        restart(&d->numbers[c]);
    if (!open_columns(d, columns))
        return KEPT_OK;
    KEPT_AUTO_BUF scratch = {.limit = 64 * 1024};
    KEPT_AUTO_MAPPING_READER reader = {0};
    size_t rows = 0;
    KEPT_TRY(kept_mapping__read(draft, columns, limit, &reader, err));
    for (;; rows++) {
        bool more;
        KEPT_TRY(kept_mapping__row(&reader, &more, err));
        if (!more)
            break;
        count_row(d, reader.cells, &scratch);
    }
    bool whole_column = limit == 0 || rows < limit;
    for (size_t i = 0; i < draft->kind->n_columns; i++)
        settle(&d->dates[i], KEPT_N_ORDERS, whole_column);
    for (size_t c = 0; c < draft->source->n_columns; c++)
        settle(&d->numbers[c], 2, whole_column);
    return KEPT_OK;
}

/* --- Refusing --- */

static const char *const order_words[] = {"year first", "day first", "month first"};
static const char *const order_options[] = {"ymd", "dmy", "mdy"};

static kept_status two_orders(const decision *d, size_t slot, kept_err *err)
{
    const tally *t = &d->dates[slot];
    const char *path = d->draft->source->path, *from = d->draft->slots[slot].written;
    for (int p = PAIRS - 1; p >= 0; p--) { /* day and month first: the likeliest question */
        int a = pairs[p].a, b = pairs[p].b;
        if (!t->differ[p][0] || t->can[a] < t->any || t->can[b] < t->any)
            continue;
        kept_when when = {0};
        char day_a[11], day_b[11];
        if (kept_when_read(t->differ[p], strlen(t->differ[p]), (kept_date_order)a, &when))
            kept_day_write(when.day, day_a);
        else
            continue;
        if (kept_when_read(t->differ[p], strlen(t->differ[p]), (kept_date_order)b, &when))
            kept_day_write(when.day, day_b);
        else
            continue;
        return kept_fail(err, KEPT_EINPUT,
                         "%.*s, column %.*s: '%s' can be %s (%s) or %s (%s), and no other value "
                         "settles it: say which with --date-format %s or --date-format %s.",
                         KEPT_SHOWN(path, 150), KEPT_SHOWN(from, 80), t->differ[p], day_a,
                         order_words[a], day_b, order_words[b], order_options[a], order_options[b]);
    }
    /* No order reads all: the two that read most. */
    int least = 0;
    for (int r = 1; r < KEPT_N_ORDERS; r++)
        if (t->can[r] < t->can[least])
            least = r;
    int a = least == 0 ? 1 : 0, b = least == 2 ? 1 : 2;
    return kept_fail(err, KEPT_EINPUT,
                     "%.*s, column %.*s: '%s' is %s, but '%s' is %s; say which is meant with "
                     "--date-format %s or --date-format %s, the other rows are then set aside.",
                     KEPT_SHOWN(path, 150), KEPT_SHOWN(from, 80), t->only[pair_of(a, b)][0],
                     order_words[a], t->only[pair_of(a, b)][1], order_words[b], order_options[a],
                     order_options[b]);
}

static kept_status two_marks(const decision *d, size_t column, kept_err *err)
{
    const tally *t = &d->numbers[column];
    const char *path = d->draft->source->path;
    const char *name = d->draft->source->columns[column].name;
    kept_decimal a, b;
    const char *text = t->differ[0];
    if (t->can[0] == t->any && t->can[1] == t->any &&
        kept_number_read(text, strlen(text), KEPT_MARK_POINT, &a) &&
        kept_number_read(text, strlen(text), KEPT_MARK_COMMA, &b)) {
        char value_a[48], value_b[48];
        kept_decimal_write(kept_decimal_shortest(a), value_a);
        kept_decimal_write(kept_decimal_shortest(b), value_b);
        return kept_fail(err, KEPT_EINPUT,
                         "%.*s, column %.*s: '%s' can be %s (decimal point) or %s (decimal "
                         "comma), and no other value settles it: say which with --decimal . or "
                         "--decimal ,",
                         KEPT_SHOWN(path, 150), KEPT_SHOWN(name, 80), text, value_a, value_b);
    }
    return kept_fail(err, KEPT_EINPUT,
                     "%.*s, column %.*s: '%s' has a decimal point, but '%s' a decimal comma; say "
                     "which is meant with --decimal . or --decimal , and the other rows are set "
                     "aside.",
                     KEPT_SHOWN(path, 150), KEPT_SHOWN(name, 80), t->only[0][0], t->only[0][1]);
}

/* Fewer than half of the values can be read: another column must have been meant. */
static kept_status wrong_column(const decision *d, size_t slot, const char *from, const char *what,
                                const tally *t, size_t readable, kept_err *err)
{
    const char *target = d->draft->kind->columns[slot].name;
    const char *bad = t->bad;
    for (int p = 0; p < PAIRS && !bad[0]; p++) /* readable, but not in the order or mark given */
        if (pairs[p].a == t->answer || pairs[p].b == t->answer)
            bad = t->only[p][pairs[p].a == t->answer];
    return kept_fail(err, KEPT_EINPUT,
                     "%.*s, column %.*s cannot be %s: only %zu of %zu values are %s ('%s' is "
                     "not); name the right column with --map %s=COLUMN.",
                     KEPT_SHOWN(d->draft->source->path, 150), KEPT_SHOWN(from, 80), target,
                     readable, t->filled, what, bad, target);
}

/* --- Deciding --- */

static kept_status take_options(const kept_mapping_opts *opts, int *order, int *mark, kept_err *err)
{
    *order = *mark = -1;
    for (int r = 0; opts->date_format && r < KEPT_N_ORDERS; r++)
        if (kept_text_equal_nocase(opts->date_format, order_options[r]))
            *order = r;
    if (opts->date_format && *order < 0)
        return kept_fail(err, KEPT_EARG,
                         "--date-format is ymd, dmy or mdy (the order of year, month and day), not "
                         "\"%.*s\".",
                         KEPT_SHOWN(opts->date_format, 40));
    if (opts->decimal && strcmp(opts->decimal, ".") == 0)
        *mark = KEPT_MARK_POINT;
    if (opts->decimal && strcmp(opts->decimal, ",") == 0)
        *mark = KEPT_MARK_COMMA;
    if (opts->decimal && *mark < 0)
        return kept_fail(err, KEPT_EARG, "--decimal is . or , (the decimal mark), not \"%.*s\".",
                         KEPT_SHOWN(opts->decimal, 40));
    return KEPT_OK;
}

/* A given reading settles everything; the tallies still tell whether the columns can be right. */
static void impose(tally *t, int reading)
{
    if (reading < 0 || (!t->wanted && t->filled == 0))
        return;
    t->wanted = false;
    t->answer = reading;
}

/* One file is written with one mark: where a column's values fit both, those of the other columns
 * decide. Files that are no text tables write numbers with a point. */
static int mark_of_others(const decision *d)
{
    int found = -1;
    if (d->draft->source->format != KEPT_FORMAT_CSV)
        return KEPT_MARK_POINT;
    for (size_t c = 0; c < d->draft->source->n_columns; c++) {
        const tally *t = &d->numbers[c];
        if (t->wanted || !has_evidence(t))
            continue;
        if (found >= 0 && found != t->answer)
            return -1;
        found = t->answer;
    }
    return found;
}

static kept_status finish_dates(decision *d, kept_err *err)
{
    for (size_t i = 0; i < d->draft->kind->n_columns; i++) {
        tally *t = &d->dates[i];
        kept_mapped *mapped = &d->draft->slots[i];
        if (t->any * 2 < t->filled)
            return wrong_column(d, i, mapped->written, "dates", t, t->any, err);
        if (t->wanted)
            return two_orders(d, i, err);
        if (t->can[t->answer] * 2 < t->filled) {
            static const char *const what[] = {"dates with the year first",
                                               "dates with the day first",
                                               "dates with the month first"};
            return wrong_column(d, i, mapped->written, what[t->answer], t, t->can[t->answer], err);
        }
        mapped->order = (kept_date_order)t->answer;
    }
    return KEPT_OK;
}

static kept_status finish_numbers(decision *d, int given, kept_err *err)
{
    int others = mark_of_others(d);
    for (size_t c = 0; c < d->draft->source->n_columns; c++) {
        tally *t = &d->numbers[c];
        const char *name = d->draft->source->columns[c].name;
        if (d->target[c] == SIZE_MAX)
            continue;
        if (t->any * 2 < t->filled)
            return wrong_column(d, d->target[c], name, d->whole[c] ? "whole numbers" : "numbers", t,
                                t->any, err);
        if (t->wanted && t->can[0] == t->any && t->can[1] == t->any)
            impose(t, others);
        if (t->wanted)
            return two_marks(d, c, err);
        if (t->can[t->answer] * 2 < t->filled)
            return wrong_column(d, d->target[c], name,
                                given == KEPT_MARK_COMMA ? "numbers with a decimal comma"
                                                         : "numbers with a decimal point",
                                t, t->can[t->answer], err);
        d->marks[c] =
            (kept_mark)(given < 0 && !has_evidence(t) && others >= 0 ? others : t->answer);
    }
    return KEPT_OK;
}

kept_status kept_mapping__decide(kept_mapping_draft *draft, kept_mark *marks, kept_err *err)
{
    decision d = {.draft = draft, .marks = marks};
    int order, mark;
    KEPT_TRY(take_options(draft->opts, &order, &mark, err));
    KEPT_TRY(prepare(&d, err));
    KEPT_TRY(pass(&d, kept_mapping__sample_rows(draft->source), err));
    for (size_t i = 0; i < draft->kind->n_columns; i++)
        impose(&d.dates[i], order);
    for (size_t c = 0; c < draft->source->n_columns; c++)
        impose(&d.numbers[c], mark);
    int others = mark_of_others(&d);
    for (size_t c = 0; c < draft->source->n_columns; c++)
        if (d.numbers[c].filled && !has_evidence(&d.numbers[c]))
            impose(&d.numbers[c], others);
    KEPT_TRY(pass(&d, 0, err));
    KEPT_TRY(finish_dates(&d, err));
    return finish_numbers(&d, mark, err);
}
