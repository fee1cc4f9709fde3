/* SPDX-License-Identifier: Apache-2.0 */
/* route.h - from an HTTP exchange to the handler of its service. */
#ifndef KT_SANDBOX_ROUTE_H
#define KT_SANDBOX_ROUTE_H

#include "sandbox/call.h"

/* For kt_http_server_options; ctx is the kt_sandbox. */
uint64_t kt_route_body_most(void *ctx, const kt_http_request *head);
void kt_route_handle(void *ctx, kt_http_exchange *exchange);

/* What a request that nobody has signed is for, told by its path and Host. */
kt_service kt_route_guess(const kt_http_request *request);
/* The service of a scope's name ("braket"); KT_SERVICE_UNKNOWN for others. */
kt_service kt_route_service(kt_view name);
/* call->body from the request's body: an object, or NULL when there is none. False: refused and answered. */
bool kt_route_parse_body(kt_call *call);

/* Whether a Host header names this machine's loopback or the address that is listened at, so that no page of a foreign
 * name can reach it (DNS rebinding); and whether an Origin header, if any, is of the same host. */
bool kt_admin_host_is_ours(kt_view host, const char *listen_host);
bool kt_admin_origin_is_ours(kt_view origin, kt_view host);

#endif
