/* SPDX-License-Identifier: Apache-2.0 */
/* ketch/ketch.h - all of Ketch's public interface. */
#ifndef KETCH_KETCH_H
#define KETCH_KETCH_H

#include <ketch/braket.h>
#include <ketch/circuit.h>
#include <ketch/error.h>
#include <ketch/full.h>
#include <ketch/program.h>
#include <ketch/result.h>
#include <ketch/run.h>
#include <ketch/version.h>

#endif
