/* Watching a simulated firm day by day, with what is known on each day only, by several rules of
 * when to warn. */
#ifndef KEPT_TESTS_STUDY_WATCH_H
#define KEPT_TESTS_STUDY_WATCH_H

#include "firm.h"
#include "kept/score.h"

/* The rules. */
enum {
    RULE_FIRST,    /* at the first failure of the window */
    RULE_LAST,     /* at the last failure that is allowed; where none is, at the first */
    RULE_TRIPWIRE, /* at the one before that, if there is one */
    RULE_WATCH_OR_TRIPWIRE,
    RULE_CHANCE, /* and the next ones: when P(missed) reaches study_chances[0] and so on */
    N_CHANCES = 7,
    RULE_WATCH = RULE_CHANCE + 2, /* .5 */
    RULE_BEST = RULE_CHANCE + 4,  /* .7 */
    RULE_ACT = RULE_CHANCE + 5,   /* .8 */
    N_RULES = RULE_CHANCE + N_CHANCES,
};
extern const double study_chances[N_CHANCES];

typedef enum measure {
    TIMELY,   /* windows missed and warned of a week or more before the failure that broke them,
                 of windows missed */
    MISTAKEN, /* windows warned of and not missed, of customer-years */
    N_MEASURES,
} measure;

/* Forecasts that a window will be missed, made when a quarter, half and three quarters of it are
 * over. */
enum { N_POINTS = 3 };
typedef enum forecaster {
    SAYS_KEPT,  /* P(missed) */
    SAYS_FIRST, /* 1 once something failed, else 0 */
    SAYS_LAST,  /* 1 once all that is allowed has failed */
    SAYS_FIRM,  /* the firm's share of windows missed, which is known only afterwards */
    N_FORECASTERS,
} forecaster;

/* Customers by deliveries a year: 5 to 25, to 100, to 500. */
enum { N_BANDS = 3 };

typedef struct tally {
    double of[N_MEASURES]; /* windows missed; customer-years */
    double count[N_MEASURES][N_RULES];
} tally;

typedef struct watched {
    bool able; /* the firm fails less than it allows itself, on average */
    tally bands[N_BANDS];
    double missed;
    size_t n; /* windows in which something fell due: forecasts at each point */
    kept_forecast *forecasts[N_POINTS][N_FORECASTERS];
} watched;

/* number: the subject of the forecasts. */
kept_status watch_firm(const firm *f, int64_t number, kept_arena *arena, watched *ret_watched,
                       kept_err *err);

#endif
