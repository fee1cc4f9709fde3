/* SPDX-License-Identifier: Apache-2.0 */
/* full.h - libketch, opened only by a command that needs more than circuits and the simulator. */
#ifndef KT_CLI_FULL_H
#define KT_CLI_FULL_H

#include "base/error.h"

typedef struct kt_full {
    void *handle;
    const char *(*version)(void);
} kt_full;

/* How a command reaches into libketch: its row names the function (full_symbol), and its cmd_NAME.c opens the library,
 * finds the function by that name and calls it with a plain struct, whose header, in src/base, declares both.
 * Opens the libketch that belongs to this program: beside it in a build tree, in the library folder when installed.
 * Errors: KT_E_NOT_FOUND when it is missing, KT_E_IO when it is there and can't be opened,
 * KT_E_UNSUPPORTED when it is of another version. */
int kt_full_open(kt_full *full, kt_error *err);
/* Puts the address of a function into *function, a pointer to a function pointer of the type that the function is
 * declared with. Errors: KT_E_INTERNAL when libketch has no such function. */
int kt_full_find(const kt_full *full, const char *symbol, void *function, kt_error *err);
/* Both, for a command whose row names the function. */
int kt_full_open_for(kt_full *full, const char *symbol, void *function, kt_error *err);
void kt_full_close(kt_full *full);
#define KT_FULL_OWN __attribute__((cleanup(kt_full_close))) kt_full

#endif
