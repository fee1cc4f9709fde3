/* SPDX-License-Identifier: Apache-2.0 */
/* choose.c - one device out of many by a rule. The price is the list price of GetDevice, which is not the bill: it says
 * which one is cheaper, not what it will cost. */
#include "braket/target_priv.h"

#include <float.h>
#include <string.h>

#define TASK_FEE_USD 0.30     /* every QPU's, which deviceCost leaves out */
#define SIMULATOR_LEAST_S 3.0 /* the least that a simulator's task is billed for */

/* Of one task; DBL_MAX when the device says nothing. */
static double price_usd(const kt_target *target, int64_t shots)
{
    const kt_target_facts *facts = kt_target_facts_of(target);
    if (!facts->has_price)
        return DBL_MAX;
    if (strcmp(facts->price_unit, "minute") == 0)
        return facts->price_usd * SIMULATOR_LEAST_S / 60;
    const double fee = facts->is_simulator ? 0 : TASK_FEE_USD;
    return strcmp(facts->price_unit, "shot") == 0 ? fee + facts->price_usd * (double)shots : facts->price_usd;
}

static bool fits(const kt_device_rule *rule, const kt_target *target)
{
    const kt_target_facts *facts = kt_target_facts_of(target);
    return facts->takes_openqasm && strcmp(facts->status, "ONLINE") == 0 && facts->qubit_count >= rule->qubits_least &&
           (rule->type == 0 || (rule->type == 'S') == facts->is_simulator);
}

/* Less is better; what is not known comes last. */
static double rank(const kt_device_rule *rule, const kt_target *target, int64_t queue, int64_t shots)
{
    if (rule->choose == KT_CHOOSE_SHORTEST_QUEUE)
        return queue < 0 ? DBL_MAX : (double)queue;
    return price_usd(target, shots);
}

int kt_device_choose(const kt_device_rule *rule, const kt_target *const *targets, const int64_t *queue, size_t count,
                     int64_t shots, int64_t wall_ns, size_t *chosen, kt_error *err)
{
    size_t best = count;
    double best_rank = 0;
    bool best_open = false;
    int64_t next_ns = 0;
    for (size_t i = 0; i < count; i++) {
        if (!fits(rule, targets[i]))
            continue;
        const double own = rank(rule, targets[i], queue[i], shots);
        const bool is_open = kt_target_is_open(targets[i], wall_ns, &next_ns);
        const bool is_better = own < best_rank || (own <= best_rank && is_open && !best_open);
        if (best == count || is_better) {
            best = i;
            best_rank = own;
            best_open = is_open;
        }
    }
    if (best == count)
        return kt_fail(err, KT_E_NOT_FOUND,
                       "no device that is online fits: of %zu looked at, none takes OpenQASM, has at least %lld qubits "
                       "and is %s",
                       count, (long long)rule->qubits_least,
                       rule->type == 'Q'   ? "a QPU"
                       : rule->type == 'S' ? "a simulator"
                                           : "a QPU or a simulator");
    *chosen = best;
    return 0;
}
