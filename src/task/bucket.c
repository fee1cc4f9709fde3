/* SPDX-License-Identifier: Apache-2.0 */
/* bucket.c - the bucket of a region: whose account this is, whether the bucket is there and is that account's, and
 * making the default one. One after the other, each step when the one before has answered. */
#include "task/bucket.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ACCOUNT_BYTES = 16, REGION_BYTES = 32, NAME_LEAST = 3, NAME_MOST = 63, PREFIX_MOST = 1024 };

typedef struct waiter {
    struct waiter *next;
    kt_bucket_ready *ready;
    void *ctx;
} waiter;

typedef struct region_bucket {
    struct region_bucket *next;
    kt_buckets *buckets;
    char region[REGION_BYTES];
    kt_bucket_place place;
    bool is_ready, is_asked; /* asked: an answer is on its way */
    waiter *waiters;
} region_bucket;

struct kt_buckets {
    kt_aws *aws;
    bool is_named;
    kt_bucket_place named;
    char account[ACCOUNT_BYTES]; /* "" : not known yet */
    region_bucket *first;
    size_t calls; /* under way: they hold this alive */
    bool is_freed;
};

/* ---- names ---- */

static bool is_lower_or_digit(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

/* S3's rules that a name can break without asking S3. */
static bool is_bucket_name(kt_view name)
{
    if (name.length < NAME_LEAST || name.length > NAME_MOST || !is_lower_or_digit(name.data[0]) ||
        !is_lower_or_digit(name.data[name.length - 1]))
        return false;
    for (size_t i = 0; i < name.length; i++) {
        const char c = name.data[i];
        if (!is_lower_or_digit(c) && c != '-' && !(c == '.' && name.data[i - 1] != '.'))
            return false;
    }
    return true;
}

int kt_bucket_parse(const char *text, kt_bucket_place *out, kt_error *err)
{
    if (!kt_view_starts(kt_view_of(text), "s3://"))
        return kt_fail(err, KT_E_INVALID, "'%.80s' is no place in S3; expected s3://BUCKET/PREFIX", text);
    const char *bucket = text + strlen("s3://");
    const kt_view name = { bucket, strcspn(bucket, "/") };
    const char *prefix = bucket + name.length;
    while (*prefix == '/')
        prefix++;
    kt_view rest = kt_view_of(prefix);
    while (rest.length > 0 && rest.data[rest.length - 1] == '/')
        rest.length--;
    if (!is_bucket_name(name))
        return kt_fail(err, KT_E_INVALID,
                       "'%.*s' is no name of a bucket; expected 3 to 63 lower-case letters, digits, '-' and '.'",
                       (int)(name.length > 80 ? 80 : name.length), name.data);
    if (rest.length > PREFIX_MOST)
        return kt_fail(err, KT_E_INVALID, "a prefix of %zu bytes in S3; at most %d are possible", rest.length,
                       (int)PREFIX_MOST);
    if (rest.length == 0)
        rest = kt_view_of("tasks");
    snprintf(out->bucket, sizeof(out->bucket), "%.*s", KT_VIEW_ARG(name));
    snprintf(out->prefix, sizeof(out->prefix), "%.*s", KT_VIEW_ARG(rest));
    return 0;
}

/* ---- ends ---- */

static void buckets_destroy(kt_buckets *buckets)
{
    for (region_bucket *b = buckets->first, *next; b != NULL; b = next) {
        next = b->next;
        free(b);
    }
    free(buckets);
}

/* A waiter may ask again from its callback; what it asks for then comes after this. */
static void tell_all(region_bucket *b, int rc, const kt_error *err)
{
    waiter *w = b->waiters;
    b->waiters = NULL;
    b->is_asked = false;
    b->is_ready = rc == 0;
    b->buckets->calls++;
    while (w != NULL) {
        waiter *next = w->next;
        if (!b->buckets->is_freed)
            w->ready(w->ctx, rc, rc == 0 ? &b->place : NULL, err);
        free(w);
        w = next;
    }
    b->buckets->calls--;
}

/* Whether an answer still counts; the last one after kt_buckets_free frees. */
static bool answered(region_bucket *b)
{
    kt_buckets *buckets = b->buckets;
    buckets->calls--;
    if (buckets->is_freed && buckets->calls == 0) {
        buckets_destroy(buckets);
        return false;
    }
    return !buckets->is_freed;
}

static void send_call(region_bucket *b, const kt_aws_service *service, const char *operation, kt_json *take_members,
                      kt_view body, kt_aws_done *done)
{
    kt_error error = { 0 };
    const kt_aws_input input = { .service = service,
                                 .operation = kt_aws_operation_find(service, operation),
                                 .region = b->region,
                                 .members = take_members,
                                 .body = body };
    int rc = take_members == NULL ? kt_fail_nomem(&error, 0, "a request") : 0;
    if (rc == 0)
        rc = kt_aws_send(b->buckets->aws, &input, done, b, NULL, &error);
    kt_json_free(take_members); /* the call has a copy */
    if (rc == 0)
        b->buckets->calls++;
    else
        tell_all(b, rc, &error);
}

static kt_json *owned_bucket(const region_bucket *b)
{
    return json_pack("{ss, ss}", "Bucket", b->place.bucket, "ExpectedBucketOwner", b->buckets->account);
}

/* ---- making it ---- */

/* The body never changes, so its checksum doesn't either. */
static const char public_access[] =
    "<PublicAccessBlockConfiguration xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">"
    "<BlockPublicAcls>true</BlockPublicAcls><IgnorePublicAcls>true</IgnorePublicAcls>"
    "<BlockPublicPolicy>true</BlockPublicPolicy><RestrictPublicBuckets>true</RestrictPublicBuckets>"
    "</PublicAccessBlockConfiguration>";
static const char public_access_sha256[] = "bt9tf+B4IeXSg6LONCGEGsyrAv0O+hUOBU1a5oUoSck=";

static void on_blocked(void *ctx, const kt_aws_output *output)
{
    region_bucket *b = ctx;
    if (answered(b))
        tell_all(b, output->rc, output->error);
}

/* S3 says the same of a bucket that another request of ours is making just now. */
static bool is_made(const kt_aws_output *output)
{
    return output->rc == 0 || strcmp(output->code, "BucketAlreadyOwnedByYou") == 0 ||
           strcmp(output->code, "OperationAborted") == 0;
}

static void on_created(void *ctx, const kt_aws_output *output)
{
    region_bucket *b = ctx;
    kt_error error;
    if (!answered(b))
        return;
    if (strcmp(output->code, "BucketAlreadyExists") == 0) {
        const int rc = kt_fail(&error, KT_E_INVALID,
                               "the bucket %s belongs to another account; name one of your own with --s3 s3://BUCKET",
                               b->place.bucket);
        tell_all(b, rc, &error);
    } else if (!is_made(output)) {
        tell_all(b, output->rc, output->error);
    } else {
        kt_json *members = owned_bucket(b);
        if (members != NULL && json_object_set_new(members, "ChecksumSHA256", json_string(public_access_sha256)) < 0) {
            kt_json_free(members);
            members = NULL;
        }
        send_call(b, &kt_aws_s3, "PutPublicAccessBlock", members, kt_view_of(public_access), on_blocked);
    }
}

/* us-east-1 is the one region that may not be named. */
static void create(region_bucket *b)
{
    kt_json *members = strcmp(b->region, "us-east-1") == 0
                           ? json_pack("{ss}", "Bucket", b->place.bucket)
                           : json_pack("{ss, s{ss}}", "Bucket", b->place.bucket, "CreateBucketConfiguration",
                                       "LocationConstraint", b->region);
    send_call(b, &kt_aws_s3, "CreateBucket", members, (kt_view){ NULL, 0 }, on_created);
}

static int say_head(const region_bucket *b, const kt_aws_output *output, kt_error *err)
{
    if (output->status == 404)
        return kt_fail(err, KT_E_NOT_FOUND,
                       "there is no bucket %s; make it in %s, or leave --s3 away for the default one", b->place.bucket,
                       b->region);
    if (output->status == 403)
        return kt_fail(
            err, KT_E_INVALID,
            "the bucket %s is not of account %s, or may not be used by it; name another with --s3 s3://BUCKET",
            b->place.bucket, b->buckets->account);
    if (output->status == 301)
        return kt_fail(err, KT_E_INVALID, "the bucket %s is in another region than %s, where results are written",
                       b->place.bucket, b->region);
    *err = *output->error;
    return output->rc;
}

static void on_head(void *ctx, const kt_aws_output *output)
{
    region_bucket *b = ctx;
    kt_error error;
    if (!answered(b))
        return;
    if (output->rc == 0)
        tell_all(b, 0, NULL);
    else if (output->status == 404 && !b->buckets->is_named)
        create(b);
    else
        tell_all(b, say_head(b, output, &error), &error);
}

/* ---- whose account ---- */

static void look(region_bucket *b)
{
    if (b->buckets->is_named) {
        b->place = b->buckets->named;
    } else {
        snprintf(b->place.bucket, sizeof(b->place.bucket), "amazon-braket-%s-%s", b->region, b->buckets->account);
        snprintf(b->place.prefix, sizeof(b->place.prefix), "tasks");
    }
    send_call(b, &kt_aws_s3, "HeadBucket", owned_bucket(b), (kt_view){ NULL, 0 }, on_head);
}

static void on_identity(void *ctx, const kt_aws_output *output)
{
    region_bucket *b = ctx;
    kt_error error;
    if (!answered(b))
        return;
    const char *account =
        output->members == NULL ? NULL : json_string_value(json_object_get(output->members, "Account"));
    if (output->rc < 0) {
        tell_all(b, output->rc, output->error);
    } else if (account == NULL || strlen(account) != 12) {
        const int rc = kt_fail(&error, KT_E_AWS, "GetCallerIdentity named no account of 12 digits; try `ketch doctor`");
        tell_all(b, rc, &error);
    } else {
        snprintf(b->buckets->account, sizeof(b->buckets->account), "%s", account);
        look(b);
    }
}

static void on_keys(void *ctx, int rc, const kt_credentials *keys, const kt_error *err)
{
    region_bucket *b = ctx;
    if (!answered(b))
        return;
    if (rc < 0) {
        tell_all(b, rc, err);
    } else if (keys->account != NULL && strlen(keys->account) == 12) {
        snprintf(b->buckets->account, sizeof(b->buckets->account), "%s", keys->account);
        look(b);
    } else {
        send_call(b, &kt_aws_sts, "GetCallerIdentity", json_object(), (kt_view){ NULL, 0 }, on_identity);
    }
}

static void ask(region_bucket *b)
{
    b->is_asked = true;
    if (b->buckets->account[0] != '\0') {
        look(b);
        return;
    }
    b->buckets->calls++;
    kt_credential_chain_get(kt_aws_credentials(b->buckets->aws), on_keys, b);
}

/* ---- the calls ---- */

int kt_buckets_new(kt_aws *aws, const char *s3, kt_buckets **out, kt_error *err)
{
    kt_bucket_place named = { 0 };
    const int rc = s3 == NULL ? 0 : kt_bucket_parse(s3, &named, err);
    if (rc < 0)
        return rc;
    kt_buckets *buckets = malloc(sizeof(*buckets));
    if (buckets == NULL)
        return kt_fail_nomem(err, sizeof(*buckets), "buckets");
    *buckets = (kt_buckets){ .aws = aws, .is_named = s3 != NULL, .named = named };
    *out = buckets;
    return 0;
}

void kt_buckets_free(kt_buckets *buckets)
{
    if (buckets == NULL)
        return;
    buckets->is_freed = true;
    for (region_bucket *b = buckets->first; b != NULL; b = b->next)
        for (waiter *w = b->waiters, *next; w != NULL; w = next, b->waiters = w) {
            next = w->next;
            free(w);
        }
    if (buckets->calls == 0)
        buckets_destroy(buckets);
}

static region_bucket *find_or_add(kt_buckets *buckets, const char *region)
{
    for (region_bucket *b = buckets->first; b != NULL; b = b->next)
        if (strcmp(b->region, region) == 0)
            return b;
    region_bucket *b = strlen(region) >= REGION_BYTES ? NULL : calloc(1, sizeof(*b));
    if (b == NULL)
        return NULL;
    snprintf(b->region, sizeof(b->region), "%s", region);
    b->buckets = buckets;
    b->next = buckets->first;
    buckets->first = b;
    return b;
}

void kt_buckets_get(kt_buckets *buckets, const char *region, kt_bucket_ready *ready, void *ctx)
{
    kt_error error;
    region_bucket *b = find_or_add(buckets, region);
    waiter *w = b == NULL || b->is_ready ? NULL : malloc(sizeof(*w));
    if (b != NULL && b->is_ready) {
        ready(ctx, 0, &b->place, NULL);
        return;
    }
    if (w == NULL) {
        ready(ctx, kt_fail_nomem(&error, 0, "a bucket's region"), NULL, &error);
        return;
    }
    *w = (waiter){ b->waiters, ready, ctx };
    b->waiters = w;
    if (!b->is_asked)
        ask(b);
}
