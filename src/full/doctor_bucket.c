/* SPDX-License-Identifier: Apache-2.0 */
/* doctor_bucket.c - the bucket for results: its name, its owner, its region, whether it can be written, and whether
 * the public is kept out. A bucket is never made here; the one object that is written is deleted again. */
#include "full/doctor.h"

#include <stdio.h>
#include <string.h>

#define NAME_START "amazon-braket-"

/* What the bucket's name is, by the choice or by the Amazon SDK's rule. */
static int find_place(kt_doctor *d, kt_error *err)
{
    if (d->args->s3 != NULL)
        return kt_bucket_parse(d->args->s3, &d->place, err);
    snprintf(d->place.bucket, sizeof(d->place.bucket), NAME_START "%s-%s", d->region, d->account);
    snprintf(d->place.prefix, sizeof(d->place.prefix), "tasks");
    return 0;
}

static kt_json *owned(const kt_doctor *d)
{
    return json_pack("{s:s, s:s}", "Bucket", d->place.bucket, "ExpectedBucketOwner", d->account);
}

/* ---- there, and whose ---- */

static void end_there(kt_check *check)
{
    kt_doctor *d = check->doctor;
    const bool is_named_so = strncmp(d->place.bucket, NAME_START, strlen(NAME_START)) == 0;
    d->bucket_is_there = true;
    if (!is_named_so)
        kt_check_mend(check, "name one s3://" NAME_START "..., or tag this one AmazonBraket=true, before you start "
                             "hybrid jobs");
    kt_check_end(check, is_named_so ? KT_CHECK_OK : KT_CHECK_WARNING, "s3://%s/%s, of account %s, in %s%s",
                 d->place.bucket, d->place.prefix, d->account, d->region,
                 is_named_so ? "" : "; the role of hybrid jobs reaches buckets named " NAME_START "... only");
}

static void end_missing(kt_check *check)
{
    const kt_doctor *d = check->doctor;
    if (d->args->s3 == NULL) {
        kt_check_end(check, KT_CHECK_OK, "s3://%s/%s, which the first run makes", d->place.bucket, d->place.prefix);
        return;
    }
    kt_check_mend(check, "aws s3 mb s3://%s --region %s", d->place.bucket, d->region);
    kt_check_end(check, KT_CHECK_WRONG, "there is no bucket %s", d->place.bucket);
}

/* Asked again without an owner: it is there for us, so it is another's; or it is closed to us, whosever it is. */
static void on_any_owner(kt_check *check, const kt_aws_output *output, size_t index)
{
    const kt_doctor *d = check->doctor;
    (void)index;
    kt_check_mend(check, "name one of your own: --s3 s3://" NAME_START "NAME/tasks");
    if (output->rc == 0)
        kt_check_end(check, KT_CHECK_WRONG, "the bucket %s is not of account %s", d->place.bucket, d->account);
    else
        kt_check_end(check, KT_CHECK_WRONG,
                     "the bucket %s is not of account %s, or its owner lets this identity not look (s3:ListBucket)",
                     d->place.bucket, d->account);
}

/* Where S3 says the bucket is; empty: it does not say. */
static kt_view region_told(const kt_aws_output *output)
{
    for (size_t i = 0; i < output->header_count; i++)
        if (kt_view_is(output->headers[i].name, "x-amz-bucket-region"))
            return output->headers[i].value;
    return (kt_view){ "", 0 };
}

static void end_elsewhere(kt_check *check, kt_view region)
{
    const kt_doctor *d = check->doctor;
    if (region.length == 0)
        region = kt_view_of("another region");
    kt_check_mend(check, "give --region of the bucket, or name a bucket in %s with --s3", d->region);
    kt_check_end(check, KT_CHECK_WRONG, "the bucket %s is in %.*s, where no results of tasks in %s can go",
                 d->place.bucket, KT_VIEW_ARG(region), d->region);
}

static void on_head(kt_check *check, const kt_aws_output *output, size_t index)
{
    const kt_view region = region_told(output);
    (void)index;
    if (output->rc == 0 && region.length > 0 && !kt_view_is(region, check->doctor->region))
        end_elsewhere(check, region);
    else if (output->rc == 0)
        end_there(check);
    else if (output->status == 404)
        end_missing(check);
    else if (output->status == 301 || output->status == 400)
        end_elsewhere(check, region);
    else if (output->status == 403)
        kt_check_send(check,
                      &(kt_check_call){ .service = &kt_aws_s3,
                                        .operation = "HeadBucket",
                                        .take_members = json_pack("{s:s}", "Bucket", check->doctor->place.bucket),
                                        .answered = on_any_owner });
    else
        kt_check_end_refused(check, output, "look at the endpoint for S3: AWS_ENDPOINT_URL_S3");
}

void kt_check_bucket(kt_check *check)
{
    kt_doctor *d = check->doctor;
    kt_error error = { 0 };
    if (find_place(d, &error) < 0) {
        kt_check_end_error(check, &error);
        return;
    }
    kt_check_send(
        check, &(kt_check_call){
                   .service = &kt_aws_s3, .operation = "HeadBucket", .take_members = owned(d), .answered = on_head });
}

/* ---- writing ---- */

static kt_json *object(const kt_doctor *d)
{
    return json_pack("{s:s, s:s, s:s++}", "Bucket", d->place.bucket, "ExpectedBucketOwner", d->account, "Key",
                     d->place.prefix, "/", d->object);
}

static void on_deleted(kt_check *check, const kt_aws_output *output, size_t index)
{
    const kt_doctor *d = check->doctor;
    (void)index;
    if (output->rc == 0) {
        kt_check_end(check, KT_CHECK_OK, "an object was written under s3://%s/%s and deleted again", d->place.bucket,
                     d->place.prefix);
        return;
    }
    kt_check_mend(check, "allow s3:DeleteObject; this one is left: aws s3 rm s3://%s/%s/%s", d->place.bucket,
                  d->place.prefix, d->object);
    kt_check_end(check, KT_CHECK_WARNING, "objects can be written and not be deleted: %s", output->error->message);
}

static void on_written(kt_check *check, const kt_aws_output *output, size_t index)
{
    const kt_doctor *d = check->doctor;
    (void)index;
    if (output->rc == 0)
        kt_check_send(check, &(kt_check_call){ .service = &kt_aws_s3,
                                               .operation = "DeleteObject",
                                               .take_members = object(d),
                                               .answered = on_deleted });
    else
        kt_check_end_refused(check, output,
                             "allow s3:PutObject and s3:GetObject on the bucket's objects, or name "
                             "another bucket with --s3");
}

void kt_check_writing(kt_check *check)
{
    kt_doctor *d = check->doctor;
    char rid[KT_RID_BYTES];
    kt_error error = { 0 };
    if (!d->bucket_is_there) {
        kt_check_end(check, KT_CHECK_SKIPPED, "there is no bucket yet");
        return;
    }
    if (kt_store_new_rid(rid, &error) < 0) {
        kt_check_end_error(check, &error);
        return;
    }
    snprintf(d->object, sizeof(d->object), "ketch-doctor-%s", rid);
    kt_check_send(check, &(kt_check_call){ .service = &kt_aws_s3,
                                           .operation = "PutObject",
                                           .take_members = object(d),
                                           .body = kt_view_of("ketch doctor\n"),
                                           .answered = on_written });
}

/* ---- the public ---- */

static void mend_public(kt_check *check)
{
    kt_check_mend(check,
                  "aws s3api put-public-access-block --bucket %s --public-access-block-configuration "
                  "BlockPublicAcls=true,IgnorePublicAcls=true,BlockPublicPolicy=true,RestrictPublicBuckets=true",
                  check->doctor->place.bucket);
}

static void on_public(kt_check *check, const kt_aws_output *output, size_t index)
{
    static const char *const names[] = { "BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy",
                                         "RestrictPublicBuckets" };
    size_t blocked = 0;
    (void)index;
    if (output->rc < 0 && strcmp(output->code, "NoSuchPublicAccessBlockConfiguration") != 0) {
        kt_check_end(check, KT_CHECK_SKIPPED, "%s", output->error->message);
        return;
    }
    for (size_t i = 0; i < KT_COUNT(names); i++) {
        const char *value = json_string_value(json_object_get(output->members, names[i]));
        blocked += value != NULL && (strcmp(value, "true") == 0 || strcmp(value, "TRUE") == 0);
    }
    if (blocked == KT_COUNT(names)) {
        kt_check_end(check, KT_CHECK_OK, "blocked");
        return;
    }
    mend_public(check);
    kt_check_end(check, KT_CHECK_WARNING, "%zu of S3's %zu blocks of public access are set on the bucket itself",
                 blocked, KT_COUNT(names));
}

void kt_check_public(kt_check *check)
{
    if (!check->doctor->bucket_is_there) {
        kt_check_end(check, KT_CHECK_SKIPPED, "there is no bucket yet");
        return;
    }
    kt_check_send(check, &(kt_check_call){ .service = &kt_aws_s3,
                                           .operation = "GetPublicAccessBlock",
                                           .take_members = owned(check->doctor),
                                           .answered = on_public });
}
