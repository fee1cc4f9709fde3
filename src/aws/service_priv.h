/* SPDX-License-Identifier: Apache-2.0 */
/* service_priv.h - how the rows of service_*.c are written. */
#ifndef KT_AWS_SERVICE_PRIV_H
#define KT_AWS_SERVICE_PRIV_H

#include "aws/service.h"

/* What every operation has, and then what few have, by name. */
#define KT_AWS_ROW(name_, method_, path_, once_, cost_, ...)                                                           \
    {                                                                                                                  \
        .name = (name_), .method = (method_), .path = (path_), .once = KT_AWS_ONCE_BY_##once_, .cost = KT_AWS_##cost_, \
        ##__VA_ARGS__                                                                                                  \
    }
/* The same of the protocols that have one method and one path. */
#define KT_AWS_POST(name_, once_, ...) KT_AWS_ROW(name_, "POST", "/", once_, FREE, ##__VA_ARGS__)
#define KT_AWS_MEMBERS(array) .members = (array), .member_count = KT_COUNT(array)
#define KT_AWS_OPERATIONS(array) .operations = (array), .operation_count = KT_COUNT(array)

#endif
