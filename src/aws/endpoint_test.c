/* SPDX-License-Identifier: Apache-2.0 */
/* endpoint_test.c - settings and endpoints as AWS's clients find them: which of several places counts, and what is
 * refused. */
#include "aws/endpoint.h"

#include "aws/settings_bench_test.h"

static const char config_text[] = "[default]\n"
                                  "region = us-west-1\n"
                                  "[profile lab]\n"
                                  "region = eu-west-2\n"
                                  "services = mine\n"
                                  "endpoint_url = http://profile:1\n"
                                  "[services mine]\n"
                                  "braket =\n"
                                  "  endpoint_url = http://braket-section:2/base/\n"
                                  "cloudwatch_logs =\n"
                                  "  endpoint_url = http://logs-section:3\n"
                                  "[profile plain]\n"
                                  "max_attempts = 7\n"
                                  "retry_mode = adaptive\n";

/* Up to three variables, the service, and where it is called: "scheme://host base region"; or an error's words. */
static const struct {
    const char *variables[3];
    const char *profile, *url;
    const kt_aws_service *service;
    const char *region, *expect;
} cases[] = {
    { { NULL }, NULL, NULL, &kt_aws_braket, NULL, "https://braket.us-west-1.amazonaws.com  us-west-1" },
    { { "AWS_REGION=eu-north-1" },
      NULL,
      NULL,
      &kt_aws_braket,
      NULL,
      "https://braket.eu-north-1.amazonaws.com  eu-north-1" },
    { { "AWS_DEFAULT_REGION=eu-north-1" },
      NULL,
      NULL,
      &kt_aws_s3,
      NULL,
      "https://s3.eu-north-1.amazonaws.com  eu-north-1" },
    { { "AWS_DEFAULT_REGION=a", "AWS_REGION=eu-north-1" },
      NULL,
      NULL,
      &kt_aws_sts,
      NULL,
      "https://sts.eu-north-1.amazonaws.com  eu-north-1" },
    { { "AWS_REGION=eu-north-1" },
      NULL,
      NULL,
      &kt_aws_braket,
      "us-east-1",
      "https://braket.us-east-1.amazonaws.com  us-east-1" },
    { { "AWS_USE_FIPS_ENDPOINT=true" },
      NULL,
      NULL,
      &kt_aws_braket,
      NULL,
      "https://braket-fips.us-west-1.amazonaws.com  us-west-1" },
    { { "AWS_USE_DUALSTACK_ENDPOINT=TRUE" },
      NULL,
      NULL,
      &kt_aws_braket,
      NULL,
      "https://braket.us-west-1.api.aws  us-west-1" },
    { { "AWS_USE_DUALSTACK_ENDPOINT=true", "AWS_USE_FIPS_ENDPOINT=true" },
      NULL,
      NULL,
      &kt_aws_braket,
      NULL,
      "https://braket-fips.us-west-1.api.aws  us-west-1" },
    { { "AWS_ENDPOINT_URL=http://127.0.0.1:4567" }, NULL, NULL, &kt_aws_s3, NULL, "http://127.0.0.1:4567  us-west-1" },
    { { "AWS_ENDPOINT_URL=http://[::1]:80/" }, NULL, NULL, &kt_aws_s3, NULL, "http://[::1]  us-west-1" },
    { { "AWS_ENDPOINT_URL=https://h:443/a/b/" }, NULL, NULL, &kt_aws_s3, NULL, "https://h /a/b us-west-1" },
    { { "AWS_ENDPOINT_URL=http://all", "AWS_ENDPOINT_URL_BRAKET=http://one" },
      NULL,
      NULL,
      &kt_aws_braket,
      NULL,
      "http://one  us-west-1" },
    { { "AWS_ENDPOINT_URL_CLOUDWATCH_LOGS=http://one" }, NULL, NULL, &kt_aws_logs, NULL, "http://one  us-west-1" },
    { { "AWS_ENDPOINT_URL=http://all" }, NULL, "http://argument", &kt_aws_braket, NULL, "http://argument  us-west-1" },
    { { "AWS_PROFILE=lab" }, NULL, NULL, &kt_aws_braket, NULL, "http://braket-section:2 /base eu-west-2" },
    { { "AWS_PROFILE=lab" }, NULL, NULL, &kt_aws_logs, NULL, "http://logs-section:3  eu-west-2" },
    { { "AWS_PROFILE=lab" }, NULL, NULL, &kt_aws_sns, NULL, "http://profile:1  eu-west-2" },
    { { "AWS_PROFILE=lab", "AWS_ENDPOINT_URL=http://all" }, NULL, NULL, &kt_aws_braket, NULL, "http://all  eu-west-2" },
    { { "AWS_PROFILE=lab", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS=true" },
      NULL,
      NULL,
      &kt_aws_braket,
      NULL,
      "https://braket.eu-west-2.amazonaws.com  eu-west-2" },
    { { "AWS_PROFILE=plain" }, "lab", NULL, &kt_aws_sns, NULL, "http://profile:1  eu-west-2" },
    { { "AWS_PROFILE=lab", "AWS_USE_FIPS_ENDPOINT=true" }, NULL, NULL, &kt_aws_braket, NULL, "can't be combined" },
    { { "AWS_PROFILE=plain" }, NULL, NULL, &kt_aws_braket, NULL, "no region is set" },
    { { NULL }, NULL, NULL, &kt_aws_braket, "evil.com/", "'evil.com/' is no region" },
    { { NULL }, NULL, "localhost:4567", &kt_aws_braket, NULL, "is no endpoint" },
    { { NULL }, NULL, "http://", &kt_aws_braket, NULL, "is no endpoint" },
    { { NULL }, NULL, "http://user@h", &kt_aws_braket, NULL, "is no endpoint" },
    { { NULL }, NULL, "http://h/?q", &kt_aws_braket, NULL, "is no endpoint" },
};

TEST(endpoint, is_where_awss_clients_look_first)
{
    for (size_t i = 0; i < KT_COUNT(cases); i++) {
        settings_bench b;
        kt_error err = { 0 };
        kt_aws_endpoint endpoint;
        char found[512];
        settings_bench_open(&b, config_text, "");
        for (size_t n = 0; n < KT_COUNT(cases[i].variables) && cases[i].variables[n] != NULL; n++)
            settings_bench_set(&b, cases[i].variables[n]);
        const kt_aws_choice choice = { .profile = cases[i].profile, .endpoint_url = cases[i].url };
        assert_int_equal(settings_bench_read(&b, &choice, &err), 0);
        const int rc = kt_aws_endpoint_find(&b.settings, cases[i].service,
                                            cases[i].region != NULL ? cases[i].region : b.settings.region, b.arena,
                                            &endpoint, &err);
        if (rc == 0)
            snprintf(found, sizeof(found), "%s://%s %s %s", endpoint.scheme, endpoint.host, endpoint.base_path,
                     endpoint.region);
        else
            snprintf(found, sizeof(found), "%s", err.message);
        if (rc == 0 ? strcmp(found, cases[i].expect) != 0 : strstr(found, cases[i].expect) == NULL)
            fail_msg("case %zu: '%s' instead of '%s'", i, found, cases[i].expect);
        settings_bench_close(&b);
    }
}

static const struct {
    const char *variable;
    kt_code code;
    const char *message;
} wrong[] = {
    { "AWS_PROFILE=lob", KT_E_NOT_FOUND, "did you mean 'lab'?" },
    { "AWS_MAX_ATTEMPTS=0", KT_E_INVALID, "AWS_MAX_ATTEMPTS" },
    { "AWS_MAX_ATTEMPTS=many", KT_E_INVALID, "AWS_MAX_ATTEMPTS" },
    { "AWS_RETRY_MODE=never", KT_E_INVALID, "expected standard, adaptive or legacy" },
    { "AWS_USE_FIPS_ENDPOINT=yes", KT_E_INVALID, "expected true or false" },
};

TEST(settings, say_what_is_wrong_and_where)
{
    for (size_t i = 0; i < KT_COUNT(wrong); i++) {
        settings_bench b;
        kt_error err = { 0 };
        settings_bench_open(&b, config_text, "");
        settings_bench_set(&b, wrong[i].variable);
        assert_int_equal(settings_bench_read(&b, &(kt_aws_choice){ 0 }, &err), wrong[i].code);
        if (strstr(err.message, wrong[i].message) == NULL)
            fail_msg("%s: %s", wrong[i].variable, err.message);
        settings_bench_close(&b);
    }
}

TEST(settings, have_awss_defaults_and_take_what_a_profile_says)
{
    settings_bench b;
    settings_bench_open(&b, config_text, "");
    assert_int_equal(settings_bench_read(&b, &(kt_aws_choice){ 0 }, NULL), 0);
    assert_int_equal(b.settings.attempts_most, 3);
    assert_int_equal(b.settings.retry_mode, KT_AWS_RETRY_STANDARD);
    assert_false(b.settings.profile_is_chosen);
    assert_string_equal(b.settings.profile, "default");
    assert_int_equal(settings_bench_read(&b, &(kt_aws_choice){ .profile = "plain" }, NULL), 0);
    assert_int_equal(b.settings.attempts_most, 7);
    assert_int_equal(b.settings.retry_mode, KT_AWS_RETRY_ADAPTIVE);
    assert_true(b.settings.profile_is_chosen);
    settings_bench_close(&b);
}

TEST(settings, do_without_files)
{
    settings_bench b;
    settings_bench_open(&b, "", "");
    unlink(b.config_path);
    assert_int_equal(settings_bench_read(&b, &(kt_aws_choice){ .region = "us-east-1" }, NULL), 0);
    assert_string_equal(b.settings.region, "us-east-1");
    assert_string_equal(b.settings.region_from, "argument");
    settings_bench_close(&b);
}
