/* SPDX-License-Identifier: Apache-2.0 */
/* target.h - a Braket device as GetDevice describes it, and what it would say to a program: names, rules, capabilities,
 * checks, device parameters. Pure: nothing is sent here. (src/device has the devices on this machine; it is in
 * libketch-core, which knows no AWS, so Braket's have a folder of their own.) */
#ifndef KT_BRAKET_TARGET_H
#define KT_BRAKET_TARGET_H

#include "base/json.h"
#include "braket/observe.h"
#include "qasm/program.h"
#include <ketch/run.h>

/* The five regions that have Braket; NULL-terminated. */
extern const char *const kt_braket_regions[];

typedef struct kt_target kt_target;
/* From the members of GetDevice's answer (deviceCapabilities still a JSON string). Members that are missing or odd are
 * taken as "says nothing", never as a failure; KT_E_INVALID only without an ARN, or for capabilities not in JSON. */
int kt_target_new(const kt_json *answer, kt_target **out, kt_error *err);
void kt_target_free(kt_target *target); /* NULL is fine */
KT_DEFINE_FREEP(kt_target)

typedef struct kt_target_facts {
    const char *arn, *name, *provider, *type /* QPU, SIMULATOR */, *status /* ONLINE, OFFLINE, RETIRED */;
    const char *region; /* field 3 of the ARN; "" for simulators */
    bool is_simulator, is_analog, takes_openqasm, takes_program_sets, takes_inputs;
    int64_t qubit_count; /* 0: not said */
    int64_t shots_least, shots_most;
    int64_t executables_most, set_shots_least, set_shots_most; /* of program sets */
    int64_t poll_interval_ms;                                  /* 0: not said */
    bool has_price;
    double price_usd;       /* deviceCost: list price, not the bill */
    const char *price_unit; /* "shot", "minute", "task"; "" : not said */
    const char *location;   /* "" : not said */
} kt_target_facts;
const kt_target_facts *kt_target_facts_of(const kt_target *target);
const kt_json *kt_target_capabilities(const kt_target *target); /* parsed; borrowed */
/* Whether one of its windows is open at that time, and when the next one opens (0: no windows known). */
bool kt_target_is_open(const kt_target *target, int64_t wall_ns, int64_t *next_open_ns);

/* A name as a person writes it: an ARN, "sv1", "forte-1", "Garnet", "local:sv", or a rule
 * "any:qubits=20,type=qpu|simulator,choose=cheapest|shortest-queue". */
typedef enum kt_name_kind { KT_NAME_LOCAL, KT_NAME_ARN, KT_NAME_SHORT, KT_NAME_RULE } kt_name_kind;
typedef struct kt_device_rule {
    int64_t qubits_least; /* 0: any */
    int type;             /* 0: any, 'Q' QPU, 'S' simulator */
    enum { KT_CHOOSE_CHEAPEST, KT_CHOOSE_SHORTEST_QUEUE } choose;
} kt_device_rule;
/* KT_E_INVALID says what is wrong with a rule or an ARN; rule is filled for KT_NAME_RULE only. */
int kt_device_name_parse(const char *text, kt_name_kind *kind, kt_device_rule *rule, kt_error *err);
/* The region to ask about an ARN: its own, or for a simulator `region` when it is a Braket region, else us-east-1. */
const char *kt_device_arn_region(const char *arn, const char *region);
/* Among the devices of SearchDevices (an array of their summaries): the one a short name means, by its deviceName or
 * the last part of its ARN, letter case and "-", "_", " " apart. KT_E_NOT_FOUND lists the nearest; when several match,
 * one that is not retired is taken. *arn is borrowed from `devices`. */
int kt_device_find(const kt_json *devices, const char *name, const char **arn, kt_error *err);
/* Of targets that fit the rule, take OpenQASM and are ONLINE; queue[i] is the size of target i's normal queue (-1:
 * unknown). cheapest: by price a task of `shots` shots (minute prices count 3 s). KT_E_NOT_FOUND says what was missed.
 */
int kt_device_choose(const kt_device_rule *rule, const kt_target *const *targets, const int64_t *queue, size_t count,
                     int64_t shots, int64_t wall_ns, size_t *chosen, kt_error *err);

/* What is asked of a device: a program, once. */
typedef struct kt_target_question {
    const kt_program *program;
    kt_view source; /* the text as it is to be sent */
    const char *file_name;
    const kt_inputs *inputs; /* NULL: none */
    int64_t shots;           /* KT_SHOTS_DEFAULT: settled here, 1000 clipped to the device's range; 0 for exact wants */
    bool in_set;             /* a member of a program set: shots are of one execution, result types are refused */
    bool observes; /* whoever asks computes results that the device lacks: kt_observe_apply; false: they are refused */
} kt_target_question;

/* What goes out for it. */
typedef struct kt_target_order {
    kt_buf action; /* JSON text of a braket.ir.openqasm.program: text and inputs as the device takes them */
    int64_t shots;
    bool needs_experimental;  /* dynamic circuits on IQM: experimentalCapabilities {"enabled": "ALL"} */
    bool may_join_set;        /* nothing in it is refused in a program set */
    kt_observe_plan *observe; /* what is computed here when the counts are in; NULL: nothing. Freed with the order */
} kt_target_order;
/* Checks the program against the device's own capabilities and says everything that is wrong with it, each with line
 * and column, in *diagnostics (kt_diagnostics_free, after success too): operations, modifiers, pragmas, qubits and
 * labels, connectivity of physical qubits and in verbatim boxes, shots, result types and their observables, noise,
 * program sets, measurements without destination, dynamic circuits. KT_E_INVALID, KT_E_UNSUPPORTED, KT_E_LIMIT. */
int kt_target_order_make(const kt_target *target, const kt_target_question *question, kt_target_order *out,
                         kt_diagnostics **diagnostics, kt_error *err);
void kt_target_order_fini(kt_target_order *order);
/* Any action as JSON text (OpenQASM, program set, analog Hamiltonian simulation, JAQCD): its schema, and whether the
 * device takes that kind, so many executables and so many shots. Errors name the member. *executables: 1, or a set's.
 */
int kt_target_check_action(const kt_target *target, kt_view action, int64_t shots, int64_t *executables, kt_error *err);

/* What goes out as deviceParameters for what the caller gave: {"disableQubitRewiring": true}, IonQ's errorMitigation,
 * or an object with a schema of its own, which goes as it is. KT_E_INVALID for what the device has not. */
int kt_target_parameters(const kt_target *target, kt_view given, kt_json **out, kt_error *err);

#endif
