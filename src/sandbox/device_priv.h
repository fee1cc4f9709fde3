/* SPDX-License-Identifier: Apache-2.0 */
/* device_priv.h - a device's record as its data file gives it, for the device*.c files. Everything lies in the arena of
 * the kt_devices and does not change after loading, but for the capabilities, which are written at first use.
 * Numbers that were not measured are NAN. The format of the files: doc/devices.md. */
#ifndef KT_SANDBOX_DEVICE_PRIV_H
#define KT_SANDBOX_DEVICE_PRIV_H

#include "base/map.h"
#include "sandbox/device.h"

enum {
    KT_DEVICES_MOST = 1000,
    KT_DEVICE_FILE_BYTES_MOST = 1 << 20,
    KT_DEVICE_QUBITS_MOST = 4096,
    KT_DEVICE_LABEL_MOST = 65535,
    KT_DEVICE_PLACED_MOST = 1024,     /* qubits of a QPU: circuits are placed on them */
    KT_DEVICE_ALL_COUPLED_MOST = 512, /* qubits of a device whose couplings are "all" */
    KT_DEVICE_LIST_MOST = 1024,       /* items of a list of names */
    KT_DEVICE_COLUMNS_MOST = 32
};

typedef struct kt_texts {
    const char **items;
    size_t count;
} kt_texts;

typedef struct kt_range {
    int64_t least, most;
} kt_range;

/* A result type that is offered: "Expectation" for 1 to 20000 shots, of x, y, z. */
typedef struct kt_result_offer {
    const char *name;
    kt_range shots;
    kt_texts observables; /* empty: it has none */
} kt_result_offer;

typedef struct kt_result_offers {
    kt_result_offer *items;
    size_t count;
} kt_result_offers;

typedef struct kt_openqasm_offer {
    bool is_there;
    const char *version;
    kt_texts operations, pragmas, forbidden_pragmas;
    kt_result_offers results;
    bool all_qubits_measured, physical_qubits, contiguous_qubits, partial_verbatim, unassigned_measurements;
} kt_openqasm_offer;

typedef struct kt_jaqcd_offer {
    kt_texts versions, operations;
    kt_result_offers results;
} kt_jaqcd_offer;

typedef struct kt_service_note {
    double price;           /* deviceCost; NAN: none */
    const char *price_unit; /* "shot", "minute" */
    const char *location, *summary, *documentation_url, *image_url, *updated_at;
    int64_t poll_ms; /* 0: not said */
} kt_service_note;

typedef struct kt_coupling {
    uint32_t a, b; /* labels, a < b */
} kt_coupling;

/* Calibration by qubit or by coupling: row i belongs to labels[i] or couplings[i]. A column is named as Braket names
 * the figure; one that ends in "_error" is the standard error of the column before it. */
typedef struct kt_figures {
    kt_texts columns;
    const char *measured_by; /* of two-qubit figures: "INTERLEAVED_RANDOMIZED_BENCHMARKING" */
    double *values;          /* rows * columns.count; NULL: no such figures */
} kt_figures;

/* Figures of the whole device: the only ones of some vendors, and a short way of describing a device of one's own. */
#define KT_WHOLE_FIGURES(X)                                                                                            \
    X(T1, "T1")                                                                                                        \
    X(T1_ERROR, "T1_error")                                                                                            \
    X(T2, "T2")                                                                                                        \
    X(T2_ERROR, "T2_error")                                                                                            \
    X(ONE_QUBIT, "one_qubit")                                                                                          \
    X(ONE_QUBIT_ERROR, "one_qubit_error")                                                                              \
    X(TWO_QUBIT, "two_qubit")                                                                                          \
    X(TWO_QUBIT_ERROR, "two_qubit_error")                                                                              \
    X(READOUT, "readout")                                                                                              \
    X(ONE_QUBIT_S, "one_qubit_s")                                                                                      \
    X(TWO_QUBIT_S, "two_qubit_s")                                                                                      \
    X(READOUT_S, "readout_s")                                                                                          \
    X(RESET_S, "reset_s")
typedef enum kt_whole_figure {
#define KT_WHOLE_NAME(id, name) KT_WHOLE_##id,
    KT_WHOLE_FIGURES(KT_WHOLE_NAME)
#undef KT_WHOLE_NAME
        KT_WHOLE_COUNT
} kt_whole_figure;

typedef struct kt_device_form kt_device_form;

typedef struct kt_device_record {
    kt_sandbox_device device; /* first: what others see is a part of the record */
    const char *file;
    const kt_device_form *form;
    const char *form_name, *modelled, *recorded, *note, *family;
    kt_texts region_list, native_gates;
    kt_range shots, reservation_shots, program_set; /* reservation_shots.most 0: none */
    kt_range set_shots;                             /* of a program set; least 0: not said */
    double queue_s, task_s;
    kt_service_note service;
    kt_openqasm_offer openqasm;
    kt_jaqcd_offer jaqcd; /* no versions: not offered */
    const char *ahs_version;
    int64_t atoms;
    uint32_t *labels;
    kt_coupling *couplings; /* ascending by a, then b */
    size_t coupling_count;
    kt_figures one_qubit, two_qubit;
    bool has_whole;
    double whole[KT_WHOLE_COUNT];
    int64_t debias_shots;
    const char *analog_json;   /* the paradigm of an analog device, members of its own */
    double usual_1q, usual_2q; /* median fidelities; NAN: none */
    struct {                   /* made at first use; index: whether OpenQASM is in */
        char *text;
        size_t length;
    } capabilities[2];
} kt_device_record;

static inline const kt_device_record *kt_device_record_of(const kt_sandbox_device *device)
{
    return (const kt_device_record *)device;
}

/* What the vendors' forms of capabilities have of their own. */
struct kt_device_form {
    const char *name; /* "form" in the data file */
    kt_device_kind kind;
    const char *header, *header_version;         /* of the capabilities */
    const char *parameters, *parameters_version; /* schema of the device's parameters; NULL: takes none */
    const char *parameters_title;
    const char *metadata_member;
    bool lists_full_graph; /* couplings "all" are spelled out in connectivityGraph */
    bool needs_whole;      /* its capabilities can't be written without figures of the whole device */
    void (*write_provider)(kt_jw *w, const kt_device_record *record);     /* NULL: no such section */
    void (*write_standardized)(kt_jw *w, const kt_device_record *record); /* NULL: no such section */
};
const kt_device_form *kt_device_form_find(const char *name); /* NULL: none */
void kt_device_form_names(char *text, size_t bytes);         /* "sv1, dm1, ..." for a message */

/* device_file.c: one file's text into a record. */
int kt_device_file_read(kt_arena *arena, const char *file, kt_view text, kt_device_record **out, kt_error *err);
/* device_figures.c: labels, couplings and calibration; after the rest of the record has been read. */
struct kt_reader;
int kt_device_read_labels(struct kt_reader *reader, const kt_json *json, void *labels_of_record);
int kt_device_read_couplings(struct kt_reader *reader, kt_device_record *record, const kt_json *json);
int kt_device_read_figures(struct kt_reader *reader, kt_device_record *record, const kt_json *json, bool is_pair,
                           kt_figures *out);
int kt_device_spread_whole(struct kt_reader *reader, kt_device_record *record);
/* Which row a label or a coupling has; -1: there is none such. */
int64_t kt_device_label_index(const kt_device_record *record, uint32_t label);
int64_t kt_device_coupling_index(const kt_device_record *record, uint32_t a, uint32_t b);
/* device_names.c: gates, results and observables must be Braket's. */
int kt_device_check_names(struct kt_reader *reader, const kt_device_record *record);
/* device_noise.c: fills usual_1q and usual_2q. */
int kt_device_find_usual(kt_arena *arena, kt_device_record *record, kt_error *err);
/* The column of that name, any case; -1: none. */
int kt_figures_column(const kt_figures *figures, const char *name);
/* The value at a row; NAN for column -1. */
double kt_figures_at(const kt_figures *figures, size_t row, int column);
/* The standard error that belongs to a column; NAN: none. */
double kt_figures_error(const kt_figures *figures, size_t row, int column);
bool kt_figures_is_error(const kt_figures *figures, size_t column);

/* device_capabilities.c: the JSON text itself. */
int kt_device_write_capabilities(const kt_device_record *record, bool with_openqasm, kt_buf *out, kt_error *err);
/* device_standard.c, device_vendor.c: sections of it. */
void kt_device_write_header(kt_jw *w, const char *name, const char *version);
void kt_device_write_standard_v1(kt_jw *w, const kt_device_record *record);
void kt_device_write_standard_v3(kt_jw *w, const kt_device_record *record);
void kt_device_write_iqm(kt_jw *w, const kt_device_record *record);
void kt_device_write_ionq(kt_jw *w, const kt_device_record *record);
void kt_device_write_rigetti(kt_jw *w, const kt_device_record *record);
void kt_device_write_aqt(kt_jw *w, const kt_device_record *record);

#endif
