/* SPDX-License-Identifier: Apache-2.0 */
/* ecr.c - what the Braket SDK asks the container registry: which image a tag of Braket's base images stands for (the
 * job decorator compares the Python in its full tag with its own), and a password for docker. There are names and
 * digests here, no layers: nothing can be pulled. */
#include "sandbox/auth_priv.h"
#include "sandbox/sandbox_priv.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>

enum { IMAGES_ASKED_MOST = 100, REGISTRIES_MOST = 10, PASSWORD_BYTES = 48, PASSWORD_HOURS = 12 };
#define BRAKET_REGISTRY "292282985366"

/* Tags of the same image stand together: they have its digest. */
typedef struct image {
    const char *repository, *full_tag, *other_tag; /* other_tag may be NULL */
} image;
static const image images[] = {
    { "amazon-braket-base-jobs", "1.0-cpu-py312-ubuntu24.04", "latest" },
    { "amazon-braket-base-jobs", "1.0-cpu-py310-ubuntu22.04", NULL },
    { "amazon-braket-pytorch-jobs", "2.2.0-gpu-py310-cu121-ubuntu20.04", "latest" },
    { "amazon-braket-tensorflow-jobs", "2.14.1-gpu-py310-cu118-ubuntu20.04", "latest" },
    { "amazon-braket-cudaq-jobs", "0.9-gpu-py312-cu124-ubuntu24.04", "latest" },
};

static const char manifest_type[] = "application/vnd.docker.distribution.manifest.v2+json";

static void make_manifest(const image *i, char *out, size_t bytes)
{
    char config[KT_SHA256_HEX + 1];
    const char *tag = i->full_tag == NULL ? "" : i->full_tag;
    kt_sha256_hex(tag, strlen(tag), config);
    snprintf(out, bytes,
             "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"config\":{\"mediaType\":\"application/"
             "vnd.docker.container.image.v1+json\",\"size\":0,\"digest\":\"sha256:%s\"},\"layers\":[]}",
             manifest_type, config);
}

/* "sha256:..." of the manifest, as registries name images. */
static void make_digest(const char *manifest, char out[72])
{
    memcpy(out, "sha256:", sizeof "sha256:");
    kt_sha256_hex(manifest, strlen(manifest), out + 7);
}

/* ---- members ---- */

static const char *text_member(const kt_json *json, const char *name)
{
    return json_string_value(json_object_get(json, name));
}

static bool is_registry(const char *text)
{
    return strlen(text) == 12 && strspn(text, "0123456789") == 12;
}

static void refuse(kt_call *call, const char *member, const char *constraint)
{
    kt_call_error(call, 400, "InvalidParameterException",
                  "Invalid parameter at '%s' failed to satisfy constraint: '%s'", member, constraint);
}

/* ---- BatchGetImage ---- */

static void add_image(kt_jw *w, const image *i, const char *tag, const char *registry)
{
    char manifest[512], digest[72];
    make_manifest(i, manifest, sizeof(manifest));
    make_digest(manifest, digest);
    kt_jw_object(w);
    kt_jw_key(w, "registryId");
    kt_jw_strz(w, registry);
    kt_jw_key(w, "repositoryName");
    kt_jw_strz(w, i->repository);
    kt_jw_key(w, "imageId");
    kt_jw_object(w);
    kt_jw_key(w, "imageDigest");
    kt_jw_strz(w, digest);
    kt_jw_key(w, "imageTag");
    kt_jw_strz(w, tag);
    kt_jw_close(w);
    kt_jw_key(w, "imageManifest");
    kt_jw_strz(w, manifest);
    kt_jw_key(w, "imageManifestMediaType");
    kt_jw_strz(w, manifest_type);
    kt_jw_close(w);
}

typedef struct wanted {
    const char *repository, *registry, *tag, *digest;
} wanted;

static bool has_tag(const image *i, const char *tag)
{
    return strcmp(i->full_tag, tag) == 0 || (i->other_tag != NULL && strcmp(i->other_tag, tag) == 0);
}

/* By tag: that one; by digest: one entry for each tag of the image. How many. */
static size_t add_matches(kt_jw *w, const wanted *want)
{
    size_t count = 0;
    for (size_t k = 0; k < KT_COUNT(images); k++) {
        const image *i = &images[k];
        char manifest[512], digest[72];
        make_manifest(i, manifest, sizeof(manifest));
        make_digest(manifest, digest);
        if (strcmp(i->repository, want->repository) != 0 ||
            (want->digest != NULL && strcmp(want->digest, digest) != 0) ||
            (want->tag != NULL && !has_tag(i, want->tag)))
            continue;
        const char *const tags[] = { i->full_tag, i->other_tag };
        for (size_t t = 0; t < KT_COUNT(tags); t++)
            if (tags[t] != NULL && (want->tag == NULL || strcmp(tags[t], want->tag) == 0)) {
                add_image(w, i, tags[t], want->registry);
                count++;
            }
    }
    return count;
}

static void add_failure(kt_jw *w, const wanted *want)
{
    const bool is_empty = want->tag == NULL && want->digest == NULL;
    kt_jw_object(w);
    kt_jw_key(w, "imageId");
    kt_jw_object(w);
    if (want->digest != NULL) {
        kt_jw_key(w, "imageDigest");
        kt_jw_strz(w, want->digest);
    }
    if (want->tag != NULL) {
        kt_jw_key(w, "imageTag");
        kt_jw_strz(w, want->tag);
    }
    kt_jw_close(w);
    kt_jw_key(w, "failureCode");
    kt_jw_strz(w, is_empty ? "MissingDigestAndTag" : "ImageNotFound");
    kt_jw_key(w, "failureReason");
    kt_jw_strz(w, is_empty ? "Invalid image identifier: both tag and digest are missing" : "Requested image not found");
    kt_jw_close(w);
}

static void answer_json(kt_call *call, kt_jw *w, kt_buf *body)
{
    kt_error err = { 0 };
    int rc = kt_jw_end(w, &err);
    if (rc == 0)
        rc = kt_buf_check(body, &err, "an answer");
    if (rc < 0)
        kt_call_failed(call, &err);
    else
        kt_call_json(call, 200, body);
}

static void answer_images(kt_call *call, wanted *want, const kt_json *ids)
{
    KT_BUF_OWN body;
    KT_BUF_OWN failures;
    kt_jw found, failed;
    kt_buf_init(&body, 0);
    kt_buf_init(&failures, 0);
    kt_jw_init(&found, kt_out_buf(&body), 0);
    kt_jw_init(&failed, kt_out_buf(&failures), 0);
    kt_jw_array(&failed);
    kt_jw_object(&found);
    kt_jw_key(&found, "images");
    kt_jw_array(&found);
    for (size_t i = 0; i < json_array_size(ids); i++) {
        const kt_json *id = json_array_get(ids, i);
        want->tag = text_member(id, "imageTag");
        want->digest = text_member(id, "imageDigest");
        if ((want->tag == NULL && want->digest == NULL) || add_matches(&found, want) == 0)
            add_failure(&failed, want);
    }
    kt_jw_close(&found);
    kt_jw_close(&failed);
    kt_jw_end(&failed, NULL);
    kt_jw_key(&found, "failures");
    kt_jw_raw(&found, kt_buf_view(&failures));
    kt_jw_close(&found);
    answer_json(call, &found, &body);
}

static bool has_repository(const wanted *want)
{
    for (size_t i = 0; i < KT_COUNT(images); i++)
        if (strcmp(want->registry, BRAKET_REGISTRY) == 0 && strcmp(images[i].repository, want->repository) == 0)
            return true;
    return false;
}

static void batch_get_image(kt_call *call)
{
    const kt_json *ids = json_object_get(call->body, "imageIds");
    const char *registry = text_member(call->body, "registryId");
    wanted want = { .repository = text_member(call->body, "repositoryName"),
                    .registry = registry == NULL ? call->account : registry };
    if (want.repository == NULL || strlen(want.repository) < 2 || strlen(want.repository) > 256) {
        refuse(call, "repositoryName", "Member must have length between 2 and 256");
        return;
    }
    if (!is_registry(want.registry)) {
        refuse(call, "registryId", "must satisfy regular expression '[0-9]{12}'");
        return;
    }
    if (json_array_size(ids) < 1 || json_array_size(ids) > IMAGES_ASKED_MOST) {
        refuse(call, "imageIds", "Member must have length between 1 and 100");
        return;
    }
    if (has_repository(&want))
        answer_images(call, &want, ids);
    else
        kt_call_error(call, 400, "RepositoryNotFoundException",
                      "The repository with name '%s' does not exist in the registry with id '%s'", want.repository,
                      want.registry);
}

/* ---- GetAuthorizationToken ---- */

static bool are_registries(const kt_json *ids)
{
    for (size_t i = 0; i < json_array_size(ids); i++) {
        const char *id = json_string_value(json_array_get(ids, i));
        if (id == NULL || !is_registry(id))
            return false;
    }
    return ids == NULL || (json_array_size(ids) >= 1 && json_array_size(ids) <= REGISTRIES_MOST);
}

static void add_authorization(kt_jw *w, const kt_call *call, const char *token, const char *registry)
{
    char endpoint[160];
    snprintf(endpoint, sizeof(endpoint), "https://%s.dkr.ecr.%.64s.amazonaws.com", registry, call->region);
    kt_jw_object(w);
    kt_jw_key(w, "authorizationToken");
    kt_jw_strz(w, token);
    kt_jw_key(w, "expiresAt");
    kt_jw_int(w, kt_world_now_ns(call->sandbox->world) / 1000000000 + PASSWORD_HOURS * 3600);
    kt_jw_key(w, "proxyEndpoint");
    kt_jw_strz(w, endpoint);
    kt_jw_close(w);
}

static void get_authorization_token(kt_call *call)
{
    const kt_json *ids = json_object_get(call->body, "registryIds");
    uint8_t random[PASSWORD_BYTES];
    char login[4 + 2 * PASSWORD_BYTES + 1] = "AWS:", token[4 * ((sizeof(login) + 2) / 3) + 1];
    KT_BUF_OWN body;
    kt_error err = { 0 };
    kt_jw w;
    kt_buf_init(&body, 0);
    if (!are_registries(ids)) {
        refuse(call, "registryIds", "must be 1 to 10 of '[0-9]{12}'");
        return;
    }
    if (kt_auth_random(random, sizeof(random), &err) < 0) {
        kt_call_failed(call, &err);
        return;
    }
    kt_hex(random, sizeof(random), login + 4);
    EVP_EncodeBlock((unsigned char *)token, (const unsigned char *)login, (int)strlen(login));
    kt_jw_init(&w, kt_out_buf(&body), 0);
    kt_jw_object(&w);
    kt_jw_key(&w, "authorizationData");
    kt_jw_array(&w);
    if (ids == NULL)
        add_authorization(&w, call, token, call->account);
    for (size_t i = 0; i < json_array_size(ids); i++)
        add_authorization(&w, call, token, json_string_value(json_array_get(ids, i)));
    kt_jw_close(&w);
    kt_jw_close(&w);
    answer_json(call, &w, &body);
}

/* ---- which ---- */

static const struct {
    const char *target;
    void (*handle)(kt_call *call);
} operations[] = {
    { "AmazonEC2ContainerRegistry_V20150921.BatchGetImage", batch_get_image },
    { "AmazonEC2ContainerRegistry_V20150921.GetAuthorizationToken", get_authorization_token },
};

void kt_ecr_handle(kt_call *call)
{
    const kt_view target = kt_http_header_get(call->request, "X-Amz-Target");
    for (size_t i = 0; i < KT_COUNT(operations); i++)
        if (target.data != NULL && kt_view_is(target, operations[i].target)) {
            operations[i].handle(call);
            return;
        }
    kt_call_error(call, 400, target.length == 0 ? "MissingAction" : "UnknownOperationException",
                  "the sandbox has BatchGetImage and GetAuthorizationToken of this service");
}
