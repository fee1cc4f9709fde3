/* SPDX-License-Identifier: Apache-2.0 */
/* versions.c - an outside program that uses both libraries and asks which it was given. */
#include <ketch/full.h>
#include <ketch/version.h>
#include <stdio.h>
#include <string.h>

int main(void)
{
    printf("%s %s %s\n", KETCH_VERSION, kt_version(), kt_full_version());
    return strcmp(kt_version(), KETCH_VERSION) != 0 || strcmp(kt_full_version(), KETCH_VERSION) != 0;
}
