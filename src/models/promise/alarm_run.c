#include "kept/alarm.h"

#include <math.h>

static bool is_chance(double p)
{
    return p >= 0.0 && p <= 1.0;
}

/* n over k, exact in a double at these sizes. */
static double choose(int n, int k)
{
    double ways = 1.0;
    for (int i = 1; i <= k; i++)
        ways = ways * (n - k + i) / i;
    return ways;
}

/* The alarm begins with a case when that one failed, the m - 1 before it held k - 1 failures, and
 * the case that left the window at that moment was good. Expectations add up over the cases, so
 * the chain over the last m outcomes need not be followed: each case of the steady state has the
 * same chance, and the first m have only good ones before them. */
double kept_run_alarm_expected(int k, int m, int64_t n, double p)
{
    if (k < 1 || k > m || m > KEPT_ALARM_WINDOW_MAX || n < 0 || !is_chance(p))
        return NAN;
    double failures = pow(p, k), expected = 0.0;
    for (int t = k; t <= m && t <= n; t++)
        expected += choose(t - 1, k - 1) * failures * pow(1.0 - p, t - k);
    if (n > m)
        expected += (double)(n - m) * choose(m - 1, k - 1) * failures * pow(1.0 - p, m - k + 1);
    return expected;
}

/* From m downwards: where failures are usual a small k holds for so long that it seldom begins,
 * which is no reason to take it. */
kept_run_alarm kept_run_alarm_limit(int m, int64_t n, double p, double false_rate)
{
    kept_run_alarm alarm = {.k = 0, .m = m, .expected = 0.0};
    for (int k = m; k >= 1; k--) {
        double expected = kept_run_alarm_expected(k, m, n, p);
        if (!(expected <= false_rate))
            break;
        alarm.k = k;
        alarm.expected = expected;
    }
    return alarm;
}

bool kept_run_alarm_holds(const kept_run_alarm *alarm, const bool *failed, size_t n)
{
    size_t m = alarm->m > 0 ? (size_t)alarm->m : 0;
    int count = 0;
    for (size_t i = n > m ? n - m : 0; i < n; i++)
        count += failed[i];
    return alarm->k > 0 && count >= alarm->k;
}
