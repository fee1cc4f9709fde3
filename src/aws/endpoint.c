/* SPDX-License-Identifier: Apache-2.0 */
/* endpoint.c - a service's host in a region, or what somebody has put in its place.
 * Source: the services' endpoint rules and the AWS SDK reference on service-specific endpoints. */
#include "aws/endpoint.h"

#include "base/buf.h"
#include <string.h>

enum { NAME_BYTES_MOST = 63 };

/* A region becomes part of a host's name; nothing else may get there. */
static int check_region(const char *region, kt_error *err)
{
    if (region == NULL || region[0] == '\0')
        return kt_fail(err, KT_E_INVALID,
                       "no region is set; give --region, set AWS_REGION, or write 'region = ...' into ~/.aws/config");
    const size_t length = strspn(region, "abcdefghijklmnopqrstuvwxyz0123456789-");
    if (region[length] != '\0' || length > NAME_BYTES_MOST || region[0] == '-')
        return kt_fail(err, KT_E_INVALID, "'%.60s' is no region; expected one such as us-east-1", region);
    return 0;
}

/* "CloudWatch Logs" -> "CLOUDWATCH_LOGS", or in lower case. */
static const char *service_key(const char *id, bool upper, kt_arena *arena)
{
    char *key = kt_arena_strndup(arena, id, strlen(id));
    for (char *at = key; at != NULL && *at != '\0'; at++) {
        if (*at == ' ')
            *at = '_';
        else if (upper && *at >= 'a' && *at <= 'z')
            *at = (char)(*at - ('a' - 'A'));
        else if (!upper && *at >= 'A' && *at <= 'Z')
            *at = (char)(*at + ('a' - 'A'));
    }
    return key;
}

static const char *variable(const kt_aws_settings *s, const char *name)
{
    const char *value = s->environment->get(s->environment->ctx, name);
    return value == NULL || value[0] == '\0' ? NULL : value;
}

/* The override that counts, and where it stands; NULL: none. First hit wins. */
static const char *find_override(const kt_aws_settings *s, const kt_aws_service *service, kt_arena *arena,
                                 const char **from)
{
    const char *upper = service_key(service->id, true, arena), *lower = service_key(service->id, false, arena);
    const char *name = kt_arena_printf(arena, "AWS_ENDPOINT_URL_%s", upper == NULL ? "" : upper);
    const char *url = s->endpoint_url;
    *from = "--endpoint-url";
    if (url != NULL || s->ignores_configured_endpoints || name == NULL || lower == NULL)
        return url;
    const char *const variables[] = { name, "AWS_ENDPOINT_URL" };
    for (size_t i = 0; i < KT_COUNT(variables) && url == NULL; i++) {
        url = variable(s, variables[i]);
        *from = variables[i];
    }
    const char *services = kt_aws_settings_get(s, "services");
    if (url == NULL && services != NULL) {
        url = kt_aws_file_get(s->config, KT_AWS_SERVICES, kt_view_of(services), lower, "endpoint_url");
        *from = "the services section of ~/.aws/config";
    }
    if (url == NULL) {
        url = kt_aws_settings_get(s, "endpoint_url");
        *from = "endpoint_url in the profile";
    }
    return url;
}

static bool is_host(kt_view host)
{
    for (size_t i = 0; i < host.length; i++) {
        const char c = host.data[i];
        const bool is_good =
            (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || strchr("-._:[]", c) != NULL;
        if (!is_good || c == '\0')
            return false;
    }
    return host.length > 0 && host.length < 256;
}

/* The port of the scheme itself is not part of the host that is signed. */
static kt_view without_port(kt_view host, const char *port)
{
    const size_t length = strlen(port);
    if (host.length > length && memcmp(host.data + host.length - length, port, length) == 0)
        host.length -= length;
    return host;
}

static int split_url(const char *url, const char *from, kt_arena *arena, kt_aws_endpoint *out, kt_error *err)
{
    static const struct {
        const char *prefix, *scheme, *port;
    } schemes[] = { { "http://", "http", ":80" }, { "https://", "https", ":443" } };
    for (size_t i = 0; i < KT_COUNT(schemes); i++) {
        if (!kt_view_starts(kt_view_of(url), schemes[i].prefix))
            continue;
        const char *begin = url + strlen(schemes[i].prefix), *slash = begin + strcspn(begin, "/?#");
        const kt_view host = without_port((kt_view){ begin, (size_t)(slash - begin) }, schemes[i].port);
        size_t path_length = strlen(slash);
        while (path_length > 0 && slash[path_length - 1] == '/')
            path_length--;
        if (!is_host(host) || strpbrk(slash, "?# \t\r\n") != NULL)
            break;
        out->scheme = schemes[i].scheme;
        out->host = kt_arena_strndup(arena, host.data, host.length);
        out->base_path = kt_arena_strndup(arena, slash, path_length);
        return out->host == NULL || out->base_path == NULL ? kt_fail_nomem(err, host.length, "an endpoint") : 0;
    }
    return kt_fail(err, KT_E_INVALID, "'%.120s' (from %s) is no endpoint; expected http:// or https:// and a host", url,
                   from);
}

/* "{region}" filled in. */
static const char *fill_host(const char *pattern, const char *region, kt_arena *arena)
{
    const char *hole = strstr(pattern, "{region}");
    if (hole == NULL)
        return pattern;
    return kt_arena_printf(arena, "%.*s%s%s", (int)(hole - pattern), pattern, region, hole + strlen("{region}"));
}

static const char *host_of(const kt_aws_settings *s, const kt_aws_service *service)
{
    if (s->use_fips)
        return s->use_dualstack ? service->host_fips_dualstack : service->host_fips;
    return s->use_dualstack ? service->host_dualstack : service->host;
}

int kt_aws_endpoint_find(const kt_aws_settings *settings, const kt_aws_service *service, const char *region,
                         kt_arena *arena, kt_aws_endpoint *out, kt_error *err)
{
    kt_aws_endpoint made = { .scheme = "https", .base_path = "" };
    const char *from = NULL;
    int rc = check_region(region, err);
    if (rc < 0)
        return rc;
    made.region = service->only_region != NULL ? service->only_region : region;
    const char *url = find_override(settings, service, arena, &from);
    if (url != NULL) {
        if (settings->use_fips || settings->use_dualstack)
            return kt_fail(err, KT_E_INVALID, "the endpoint %.100s (from %s) can't be combined with %s", url, from,
                           settings->use_fips ? "FIPS (AWS_USE_FIPS_ENDPOINT)"
                                              : "dual stack (AWS_USE_DUALSTACK_ENDPOINT)");
        rc = split_url(url, from, arena, &made, err);
        made.is_custom = true;
        made.from = from;
    } else {
        const char *pattern = host_of(settings, service);
        if (pattern == NULL)
            return kt_fail(err, KT_E_INVALID, "%s has no such endpoint (FIPS: %s, dual stack: %s)", service->id,
                           settings->use_fips ? "asked for" : "no", settings->use_dualstack ? "asked for" : "no");
        made.host = fill_host(pattern, region, arena);
        rc = made.host == NULL ? kt_fail_nomem(err, 64, "an endpoint") : 0;
    }
    if (rc == 0)
        *out = made;
    return rc;
}
