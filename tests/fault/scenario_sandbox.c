/* SPDX-License-Identifier: Apache-2.0 */
/* scenario_sandbox.c - calls of the sandbox's clients while allocations fail, SQLite's among them. Each is answered,
 * once: as it is with enough memory, or with a 5xx; afterwards the sandbox serves the next as if nothing had been. */
#include "tests/fault/alloc.h"
#include "tests/fault/fake_http.h"
#include "tests/fault/scenarios.h"

#include "sandbox/route.h"
#include "sandbox/sandbox.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FOLDER "fault_sandbox.tmp"

enum { ANSWER_MS_MOST = 10000, LOOK_MS = 5, TEXT_BYTES = 4096, ID_BYTES = 160 };

/* What calls speak of: "@N" becomes a number that is new, "@A" the ARN of a task, "@C" that of one to be cancelled,
 * "@U" the id of an upload. */
typedef struct names {
    char task[ID_BYTES], cancelled[ID_BYTES], upload[ID_BYTES];
} names;

typedef struct place {
    uv_loop_t loop;
    kt_log log;
    kt_sandbox *sandbox;
    names known;
} place;

static void say_nothing(void *ctx, kt_log_level level, const char *message)
{
    (void)ctx, (void)level;
    if (getenv("KT_FAULT_LOG") != NULL)
        fprintf(stderr, "    log: %s\n", message);
}

static int remove_one(const char *path, const struct stat *about, int kind, struct FTW *where)
{
    (void)about, (void)kind, (void)where;
    return remove(path);
}

/* Two devices, so that a sandbox begins quickly. What an earlier run of this program left is removed. */
static void make_folders(void)
{
    static bool is_made;
    static const char *const folders[] = { FOLDER, FOLDER "/data", FOLDER "/data/devices" };
    static const char *const files[] = { "prices.csv", "devices/amazon-sv1.json",
                                         "devices/ionq-forte-enterprise-1.json" };
    char from[512], to[512];
    if (!is_made)
        nftw(FOLDER, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    is_made = true;
    for (size_t i = 0; i < KT_COUNT(folders); i++)
        mkdir(folders[i], 0700);
    for (size_t i = 0; i < KT_COUNT(files); i++) {
        snprintf(from, sizeof from, "%s/%s", KT_FAULT_DATA, files[i]);
        snprintf(to, sizeof to, "%s/data/%s", FOLDER, files[i]);
        if (symlink(from, to) < 0)
            continue; /* it is there already */
    }
    FILE *scenario = fopen(FOLDER "/scenario.json", "w");
    if (scenario == NULL)
        return;                                                                       /* the sandbox will say so */
    fputs("{\"seed\": 1, \"devices\": {\"*\": {\"queue_s\": 1000000}}}\n", scenario); /* what waits, waits */
    fclose(scenario);
}

static int begin(place *p, kt_error *err)
{
    *p = (place){ .log = { .write = say_nothing } };
    const kt_sandbox_options options = { .state_dir = FOLDER "/state",
                                         .data_dir = FOLDER "/data",
                                         .scenario = FOLDER "/scenario.json",
                                         .no_auth = true,
                                         .log = &p->log };
    uv_loop_init(&p->loop);
    return kt_sandbox_new(&p->loop, &options, &p->sandbox, err);
}

/* True: nothing is left in the loop. */
static bool end(place *p)
{
    kt_sandbox_close(p->sandbox);
    uv_run(&p->loop, UV_RUN_DEFAULT);
    return uv_loop_close(&p->loop) == 0;
}

static void look_again(uv_timer_t *timer)
{
    (void)timer;
}

/* Runs the loop until the call is answered. */
static void wait_for(place *p, const kt_http_exchange *x)
{
    uv_timer_t look;
    const uint64_t began_ms = uv_hrtime() / 1000000;
    uv_timer_init(&p->loop, &look);
    uv_timer_start(&look, look_again, LOOK_MS, LOOK_MS);
    while (x->answer_count == 0 && uv_hrtime() / 1000000 - began_ms < ANSWER_MS_MOST)
        uv_run(&p->loop, UV_RUN_ONCE);
    uv_close((uv_handle_t *)&look, NULL);
    uv_run(&p->loop, UV_RUN_NOWAIT);
}

static void fill_in(const names *known, const char *text, char out[TEXT_BYTES])
{
    static unsigned last_number;
    size_t used = 0;
    last_number++;
    for (const char *at = text; *at != '\0' && used < TEXT_BYTES - ID_BYTES; at++) {
        const char *name = at[0] != '@'   ? NULL
                           : at[1] == 'A' ? known->task
                           : at[1] == 'C' ? known->cancelled
                           : at[1] == 'U' ? known->upload
                                          : "";
        if (name == NULL) {
            out[used++] = *at;
            continue;
        }
        used += (size_t)(at[1] == 'N' ? sprintf(out + used, "%ld%u", (long)getpid(), last_number)
                                      : sprintf(out + used, "%s", name));
        at++;
    }
    out[used] = '\0';
}

/* What stands between two texts of an answer, as a part of a path. */
static void find_id(const char *answer, const char *before, char after, char out[ID_BYTES])
{
    const char *at = strstr(answer, before), *end = at == NULL ? NULL : strchr(at + strlen(before), after);
    size_t used = 0;
    if (end == NULL)
        return;
    for (at += strlen(before); at < end && used < ID_BYTES - 4; at++)
        used += (size_t)sprintf(out + used, *at == ':' ? "%%3A" : *at == '/' ? "%%2F" : "%c", *at);
    out[used] = '\0';
}

typedef struct answer {
    int status; /* 0: none came, negative: more than one */
    size_t bytes;
    char task[ID_BYTES], upload[ID_BYTES]; /* that it tells of */
    char text[ID_BYTES];                   /* its beginning */
} answer;

static answer ask(place *p, const char *text, bool may_fail)
{
    kt_http_exchange x;
    char whole[TEXT_BYTES];
    fill_in(&p->known, text, whole);
    if (fake_http_begin(whole, &x) < 0)
        abort();
    alloc_pause(!may_fail);
    kt_route_handle(p->sandbox, &x);
    wait_for(p, &x);
    alloc_pause(true);
    answer got = { .status = x.answer_count > 1 ? -1 : x.status, .bytes = x.bytes };
    find_id(x.answer, "{\"quantumTaskArn\":\"", '"', got.task);
    find_id(x.answer, "<UploadId>", '<', got.upload);
    snprintf(got.text, sizeof got.text, "%.*s", ID_BYTES - 1, x.answer);
    fake_http_end(&x);
    return got;
}

#define ACTION                                                                                                         \
    "{\\\"braketSchemaHeader\\\":{\\\"name\\\":\\\"braket.ir.openqasm.program\\\",\\\"version\\\":\\\"1\\\"},"         \
    "\\\"source\\\":\\\"OPENQASM 3.0; bit[2] b; qubit[2] q; h q[0]; cnot q[0], q[1]; b = measure q;\\\"}"
#define TASK(device, token)                                                                                            \
    "POST /quantum-task\n\n{\"clientToken\":\"" token "\",\"deviceArn\":\"arn:aws:braket:" device "\",\"shots\":100,"  \
    "\"outputS3Bucket\":\"bucket\",\"outputS3KeyPrefix\":\"tasks\",\"action\":\"" ACTION "\",\"tags\":{\"a\":\"b\"}}"
#define SV1 "::device/quantum-simulator/amazon/sv1"
#define QPU "us-east-1::device/qpu/ionq/Forte-Enterprise-1"

/* What the calls find. */
static const struct {
    const char *text;
    int status;
} furniture[] = {
    { "PUT /bucket", 200 },
    { "PUT /bucket/short\nx-amz-meta-a: b\n\nsome bytes", 200 },
    { "PUT /bucket/long\nFill: 100000", 200 },
    { "POST /bucket/parts?uploads", 200 },
    { "PUT /bucket/parts?partNumber=1&uploadId=@U\n\nsome bytes", 200 },
    { TASK(QPU, "furniture"), 201 },
};

static int furnish(place *p, kt_error *err)
{
    for (size_t i = 0; i < KT_COUNT(furniture); i++) {
        const answer got = ask(p, furniture[i].text, false);
        if (got.status != furniture[i].status)
            return kt_fail(err, KT_E_INTERNAL, "%.30s... is answered with %d", furniture[i].text, got.status);
        if (got.upload[0] != '\0')
            strcpy(p->known.upload, got.upload);
        if (got.task[0] != '\0')
            strcpy(p->known.task, got.task);
    }
    return 0;
}

/* What became of the call, and of the sandbox with it. */
static int judge(place *p, const answer *got, int expected, kt_error *err)
{
    if (got->status <= 0)
        return kt_fail(err, KT_E_INTERNAL, got->status == 0 ? "no answer came" : "two answers came");
    if (!alloc_fired() && got->status != expected)
        return kt_fail(err, KT_E_INTERNAL, "answered with %d %s", got->status, got->text);
    const int rc = furnish(p, err);
    if (rc < 0)
        return kt_wrap(err, rc, "afterwards");
    if (ask(p, "GET /_sandbox/bill?lines=0\nHost: 127.0.0.1", false).status != 200)
        return kt_fail(err, KT_E_INTERNAL, "afterwards there is no bill");
    return got->status >= 500 ? kt_fail(err, KT_E_NOMEM, "answered with %d", got->status) : 0;
}

/* `argument` is the status of the answer and the request. */
static int call(place *p, const char *argument, answer *got, kt_error *err)
{
    int rc = furnish(p, err);
    if (rc == 0 && strstr(argument, "@C") != NULL)
        strcpy(p->known.cancelled, ask(p, TASK(QPU, "c@N"), false).task);
    if (rc < 0)
        return rc;
    *got = ask(p, strchr(argument, ' ') + 1, true);
    return judge(p, got, atoi(argument), err);
}

static int call_sandbox(const char *argument, uint64_t *digest, kt_error *err)
{
    place p;
    kt_error why = { 0 };
    answer got = { 0 };
    alloc_pause(true);
    make_folders();
    int rc = begin(&p, &why) < 0 ? kt_fail(err, KT_E_INTERNAL, "it does not begin: %s", why.message)
                                 : call(&p, argument, &got, err);
    if (!end(&p) && rc == 0)
        rc = kt_fail(err, KT_E_INTERNAL, "something is left in the loop");
    if (rc == 0) {
        const size_t bytes = got.status < 300 ? got.bytes : 0; /* what explains a refusal may be shorter */
        *digest = scenario_digest((uint64_t)got.status, &bytes, sizeof bytes);
        snprintf(err->message, sizeof err->message, "%d with %zu bytes: %s", got.status, got.bytes, got.text);
    }
    return rc;
}

/* With the state of an earlier run, or, when `argument` says so, without. */
static int begin_and_end(const char *argument, uint64_t *digest, kt_error *err)
{
    place p;
    alloc_pause(true);
    make_folders();
    if (strcmp(argument, "new") == 0)
        nftw(FOLDER "/state", remove_one, 16, FTW_DEPTH | FTW_PHYS);
    alloc_pause(false);
    int rc = begin(&p, err);
    alloc_pause(true);
    if (!end(&p) && rc == 0)
        rc = kt_fail(err, KT_E_INTERNAL, "something is left in the loop");
    *digest = 0;
    return rc;
}

#define ARN "arn%3Aaws%3Abraket%3A"
const scenario sandbox_scenarios[] = {
    { "sandbox: it begins and ends", begin_and_end, "again" },
    { "sandbox: it begins for the first time, and ends", begin_and_end, "new" },
    { "sandbox: CreateQuantumTask on a QPU", call_sandbox, "201 " TASK(QPU, "t@N") },
    { "sandbox: CreateQuantumTask on a simulator", call_sandbox, "201 " TASK(SV1, "t@N") },
    { "sandbox: CreateQuantumTask once more", call_sandbox, "201 " TASK(QPU, "furniture") },
    { "sandbox: CreateQuantumTask that is refused", call_sandbox, "400 " TASK("::device/none", "t@N") },
    { "sandbox: GetQuantumTask that is not there", call_sandbox,
      "404 GET /quantum-task/" ARN "us-east-1%3A123456789012%3Aquantum-task%2F00000000-0000-4000-8000-000000000000" },
    { "sandbox: SearchQuantumTasks", call_sandbox,
      "200 POST /quantum-tasks\n\n{\"filters\":[{\"name\":\"status\",\"operator\":\"EQUAL\",\"values\":[\"QUEUED\"]}],"
      "\"maxResults\":1}" },
    { "sandbox: GetDevice", call_sandbox, "200 GET /device/" ARN "%3A%3Adevice%2Fquantum-simulator%2Famazon%2Fsv1" },
    { "sandbox: SearchDevices", call_sandbox, "200 POST /devices\n\n{\"filters\":[]}" },
    { "sandbox: CreateBucket", call_sandbox, "200 PUT /bucket-@N" },
    { "sandbox: ListBuckets", call_sandbox, "200 GET /" },
    { "sandbox: PutObject, short", call_sandbox, "200 PUT /bucket/short\nx-amz-meta-a: b\n\nsome bytes" },
    { "sandbox: PutObject, long", call_sandbox, "200 PUT /bucket/long\nFill: 100000" },
    { "sandbox: PutObject with a sum", call_sandbox,
      "200 PUT /bucket/x\nx-amz-checksum-crc32: n1l/VQ==\n\nsome bytes" },
    { "sandbox: GetObject, short", call_sandbox, "200 GET /bucket/short" },
    { "sandbox: GetObject, a range of a long one", call_sandbox, "206 GET /bucket/long\nRange: bytes=10-20000" },
    { "sandbox: HeadObject", call_sandbox, "200 HEAD /bucket/long" },
    { "sandbox: CopyObject", call_sandbox, "200 PUT /bucket/copy\nx-amz-copy-source: /bucket/long" },
    { "sandbox: DeleteObject", call_sandbox, "204 DELETE /bucket/short" },
    { "sandbox: DeleteObjects", call_sandbox,
      "200 POST /bucket?delete\nContent-MD5: "
      "55RjVkeFGLfBKbFMeMYz3g==\n\n<Delete><Object><Key>short</Key></Object></Delete>" },
    { "sandbox: PutObjectTagging", call_sandbox,
      "200 PUT /bucket/short?tagging\nContent-MD5: "
      "jqzPL3CP1xqTN8blcrX3gg==\n\n<Tagging><TagSet><Tag><Key>a</Key><Value>b</Value></Tag></TagSet></Tagging>" },
    { "sandbox: ListObjectsV2", call_sandbox, "200 GET /bucket?list-type=2&prefix=l&delimiter=%2F" },
    { "sandbox: CreateMultipartUpload", call_sandbox, "200 POST /bucket/parts?uploads" },
    { "sandbox: GetCallerIdentity", call_sandbox,
      "200 POST /\nContent-Type: application/x-www-form-urlencoded\n\nAction=GetCallerIdentity&Version=2011-06-15" },
    { "sandbox: AssumeRole", call_sandbox,
      "200 POST /\nContent-Type: "
      "application/x-www-form-urlencoded\n\nAction=AssumeRole&Version=2011-06-15&RoleSessionName=session"
      "&RoleArn=arn:aws:iam::123456789012:role/r" },
    { "sandbox: the bill", call_sandbox, "200 GET /_sandbox/bill\nHost: 127.0.0.1" },
    { "sandbox: the price list", call_sandbox, "200 GET /offers/v1.0/aws/AmazonBraket/current/index.json" },
    { "sandbox: a scenario is put", call_sandbox,
      "200 PUT /_sandbox/scenario\nHost: 127.0.0.1\nx-sandbox-token: "
      "none\n\n{\"seed\":1,\"faults\":[{\"operation\":\"*\",\"latency_s\":0.001}]}" },
    { "sandbox: GetQuantumTask", call_sandbox, "200 GET /quantum-task/@A" },
    { "sandbox: CancelQuantumTask", call_sandbox, "200 PUT /quantum-task/@C/cancel\n\n{\"clientToken\":\"cancel@N\"}" },
    { "sandbox: TagResource", call_sandbox, "200 POST /tags/@A\n\n{\"tags\":{\"c\":\"d\"}}" },
    { "sandbox: UntagResource", call_sandbox, "200 DELETE /tags/@A?tagKeys=c" },
    { "sandbox: ListTagsForResource", call_sandbox, "200 GET /tags/@A" },
    { "sandbox: UploadPart", call_sandbox, "200 PUT /bucket/parts?partNumber=1&uploadId=@U\n\nsome bytes" },
    { "sandbox: UploadPartCopy", call_sandbox,
      "200 PUT /bucket/parts?partNumber=2&uploadId=@U\nx-amz-copy-source: /bucket/long" },
    { "sandbox: ListParts", call_sandbox, "200 GET /bucket/parts?uploadId=@U" },
    { "sandbox: CompleteMultipartUpload", call_sandbox,
      "200 POST "
      "/bucket/parts?uploadId=@U\n\n<CompleteMultipartUpload><Part><PartNumber>1</"
      "PartNumber><ETag>9d0568469d206c1aedf1b71f12f474bc</ETag>"
      "</Part></CompleteMultipartUpload>" },
    { "sandbox: AbortMultipartUpload", call_sandbox, "204 DELETE /bucket/parts?uploadId=@U" },
    { "sandbox: GetRole", call_sandbox,
      "404 POST /\nContent-Type: "
      "application/x-www-form-urlencoded\n\nAction=GetRole&Version=2010-05-08&RoleName=none" },
    { "sandbox: the clock is moved", call_sandbox, "200 POST /_sandbox/clock\nHost: 127.0.0.1\n\n{\"advance_s\":0}" },
    { NULL, NULL, NULL },
};
