/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz_aws_answer.c - any bytes as the answer of a service, by every protocol: read as members, as a fault, or refused
 * with a word. The first byte picks service and operation, the second the status. */
#include "aws/protocol.h"
#include "tests/fuzz/fuzz.h"

static const int statuses[] = { 200, 301, 400, 402, 403, 404, 429, 500, 503 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2)
        return 0;
    size_t count = 0;
    while (kt_aws_services[count] != NULL)
        count++;
    const kt_aws_service *service = kt_aws_services[data[0] % count];
    const kt_aws_operation *operation = &service->operations[(data[0] / count) % service->operation_count];
    const kt_view body = { (const char *)data + 2, size - 2 };
    KT_OWN(kt_json) *members = NULL;
    bool is_fault = false;
    kt_aws_fault fault = { 0 };
    kt_error err = { 0 };

    const int rc = kt_aws_answer_read(service, operation, body, &members, &is_fault, &fault, &err);
    if (rc < 0)
        fuzz_check_error(rc, &err);
    else
        fuzz_promise(is_fault || json_is_object(members), "members are an object");
    const kt_view type = { body.data, body.length < 40 ? body.length : 40 };
    kt_aws_fault_read(service, statuses[data[1] % KT_COUNT(statuses)], type, body, &fault);
    fuzz_promise(fault.code[0] != '\0', "a fault has a code");
    return 0;
}
