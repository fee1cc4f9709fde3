/* SPDX-License-Identifier: Apache-2.0 */
/* machine.h - the sink that computes: operations go into a quantum state, measurements into a classical record.
 * A measurement is not carried out where it stands. It stays open until an operation touches its qubit or the program
 * reads its value; at the end of a play the open ones are sampled together. So a circuit whose measurements are all at
 * its end never branches, and one state serves all its shots. What must be decided becomes a step of the path
 * (branch.h); the program is then played again and operations are skipped until the path is caught up with. */
#ifndef KT_SIM_MACHINE_H
#define KT_SIM_MACHINE_H

#include "base/map.h"
#include "circuit/sink.h"
#include "sim/branch.h"
#include "sim/run.h"

enum { KT_ABSENT = UINT32_MAX, KT_OPEN = -1, KT_LOST = -2 };

/* One measurement of the present play. */
typedef struct kt_measured {
    kt_source source;
    uint32_t qubit, cell; /* cell: index into cells */
    int8_t value;         /* 0, 1, KT_OPEN, or KT_LOST: nobody can ever read it */
    bool told;            /* the program was given its value, not "unknown" */
} kt_measured;

/* A classical cell that some play has measured into: a column of the result. */
typedef struct kt_cell_seen {
    kt_cell cell;
    uint32_t qubit; /* measured into it last */
    int64_t last;   /* number of that measurement in the present play, -1: none */
} kt_cell_seen;

typedef struct kt_machine {
    const kt_sim_options *options;
    bool density, exact;
    bool lazy;       /* qubits enter when first touched; else the layout was fixed before */
    bool never_read; /* no measured value is ever read: a static circuit */
    kt_pool *pool;

    /* where qubits lie */
    uint32_t *position; /* by qubit, KT_ABSENT: not in the state */
    uint8_t *seen;      /* by qubit: something mentioned it in the present play */
    uint32_t qubit_capacity;
    uint32_t *qubit_at; /* by position */
    uint32_t used, used_capacity;
    uint32_t *first; /* qubits that enter every play before its first operation */
    uint32_t first_count;
    /* Looking ahead, before a state of some size grows: the play goes on to its next read of a measured value and
     * nothing is computed, only qubits enter. What it needs is known then, and the play is done again. */
    bool surveying;
    uint32_t surveyed; /* the state may grow to this many qubits without another look */

    kt_state *state;
    bool live;           /* operations act on the state; else they are skipped */
    uint64_t held_bytes; /* of the state and all snapshots */

    kt_path path;
    size_t hold_step;    /* not live: the state waits for this step ... */
    uint64_t hold_event; /* ... or, when it is the path's end, for this call of the sink */

    /* the present play */
    uint64_t event, shots, key;
    size_t cursor; /* steps of the path that were passed */
    double weight;
    int last_outcome; /* of the step passed last */
    kt_measured *measured;
    size_t measured_count, measured_capacity;
    size_t *open; /* numbers of open measurements, ascending */
    size_t open_count, open_capacity;

    /* all plays */
    kt_cell_seen *cells;
    size_t cell_count, cell_capacity;
    kt_map *cell_index;
    kt_source *eager; /* statements whose measured values were read: decided where they stand */
    size_t eager_count, eager_capacity;

    uint64_t event_total; /* 0: unknown */
    double done;          /* part of all shots (of all probability) that has come to its end */
    unsigned polls;
    int64_t polled_ns;
} kt_machine;

/* The machine of a static circuit has a fixed layout: positions[q] says where qubit q lies (KT_ABSENT: it stays |0>
 * and outside the state), `used` how many lie somewhere. positions NULL: lazy. */
int kt_machine_init(kt_machine *m, const kt_sim_options *options, uint32_t qubit_count, const uint32_t *positions,
                    kt_error *err);
void kt_machine_fini(kt_machine *m);
kt_sink kt_machine_sink(kt_machine *m);

int kt_machine_begin(kt_machine *m, kt_error *err);  /* a play starts */
int kt_machine_settle(kt_machine *m, kt_error *err); /* a play has come to its end: nothing of the path is left over */
/* The play gave KT_E_DYNAMIC: decides what it may have read, so that the next play gets past that place. */
int kt_machine_read(kt_machine *m, kt_error *err);
/* The play was a survey: the next one computes. m->surveyed says how many qubits it needs. */
void kt_machine_end_survey(kt_machine *m);
bool kt_machine_turn(kt_machine *m); /* goes to the next side that waits; false: there is none */
/* Forgets path and state: everything is played anew, qubits 0 .. count - 1 of `first` entering at once. Copies. */
int kt_machine_restart(kt_machine *m, const uint32_t *first, uint32_t count, kt_error *err);

int kt_machine_enter(kt_machine *m, uint32_t qubit, kt_error *err); /* into the state as |0>, if it is not there */
/* Qubits that entered while the machine was not live come into the state at once, and live it is. */
int kt_machine_fill(kt_machine *m, kt_error *err);
uint32_t kt_machine_position(const kt_machine *m, uint32_t qubit); /* or KT_ABSENT */
/* Room for `bytes` more, giving up snapshots if need be. KT_E_CAPACITY: says what `what` needs and what there is. */
int kt_machine_reserve(kt_machine *m, uint64_t bytes, const char *what, kt_error *err);
/* Shows progress when it is time; KT_E_CANCELLED when the caller asks to stop. */
int kt_machine_poll(kt_machine *m, kt_error *err);

#endif
