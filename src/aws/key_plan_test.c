/* SPDX-License-Identifier: Apache-2.0 */
/* key_plan_test.c - which source of keys counts, for everything that AWS's files and variables can say; and what is
 * said about those that can't be meant. */
#include "aws/key_plan.h"

#include "aws/settings_bench_test.h"
#include "base/buf.h"

static const char config[] =
    "[default]\n"
    "region = us-east-1\n"
    "[profile keys]\naws_access_key_id = CONFIG\naws_secret_access_key = s\n"
    "[profile process]\ncredential_process = /bin/keys --json\n"
    "[profile sso]\nsso_session = s\nsso_account_id = 1\nsso_role_name = r\n"
    "[sso-session s]\nsso_region = eu-west-1\nsso_start_url = https://s\n"
    "[profile oldsso]\nsso_region = eu-west-2\nsso_start_url = https://o\nsso_account_id = 1\n"
    "sso_role_name = r\n"
    "[profile halfsso]\nsso_session = nowhere\nsso_account_id = 1\nsso_role_name = r\n"
    "[profile web]\nweb_identity_token_file = /t\nrole_arn = arn:web\n"
    "[profile halfweb]\nweb_identity_token_file = /t\n"
    "[profile role]\nrole_arn = arn:a\nsource_profile = keys\nexternal_id = e\n"
    "mfa_serial = m\nrole_session_name = n\nduration_seconds = 900\n"
    "[profile chain]\nrole_arn = arn:b\nsource_profile = role\n"
    "[profile onprocess]\nrole_arn = arn:c\nsource_profile = process\n"
    "[profile self]\nrole_arn = arn:d\nsource_profile = self\naws_access_key_id = SELF\n"
    "aws_secret_access_key = s\n"
    "[profile selfless]\nrole_arn = arn:d\nsource_profile = selfless\n"
    "[profile env]\nrole_arn = arn:e\ncredential_source = Environment\n"
    "[profile ec2]\nrole_arn = arn:e\ncredential_source = Ec2InstanceMetadata\n"
    "[profile ecs]\nrole_arn = arn:e\ncredential_source = EcsContainer\n"
    "[profile moon]\nrole_arn = arn:e\ncredential_source = Moon\n"
    "[profile both]\nrole_arn = arn:e\ncredential_source = Environment\nsource_profile = keys\n"
    "[profile neither]\nrole_arn = arn:e\n"
    "[profile gone]\nrole_arn = arn:e\nsource_profile = nobody\n"
    "[profile nothing]\nrole_arn = arn:e\nsource_profile = empty\n"
    "[profile empty]\nregion = x\n"
    "[profile ring1]\nrole_arn = arn:1\nsource_profile = ring2\n"
    "[profile ring2]\nrole_arn = arn:2\nsource_profile = ring1\n"
    "[profile long]\nrole_arn = arn:e\nsource_profile = keys\nduration_seconds = 899\n";
static const char credentials[] = "[lab]\naws_access_key_id = FILE\naws_secret_access_key = s\naws_session_token = t\n"
                                  "[half]\naws_access_key_id = HALF\n"
                                  "[keys]\naws_access_key_id = BEFORE\naws_secret_access_key = s\n";

/* expect: "source: what it has | role | role", or a part of the error. */
static const struct {
    const char *variables[3], *profile, *expect;
} cases[] = {
    { { "AWS_ACCESS_KEY_ID=ENV", "AWS_SECRET_ACCESS_KEY=s", "AWS_SESSION_TOKEN=t" }, NULL, "static: ENV t" },
    { { "AWS_ACCESS_KEY_ID=ENV", "AWS_SECRET_ACCESS_KEY=s" }, "lab", "static: FILE t" },
    { { "AWS_ACCESS_KEY_ID=ENV", "AWS_SECRET_ACCESS_KEY=s", "AWS_PROFILE=lab" }, NULL, "static: ENV -" },
    { { "AWS_PROFILE=lab" }, NULL, "static: FILE t" },
    { { NULL }, "keys", "static: BEFORE -" },
    { { NULL }, "process", "process: /bin/keys --json" },
    { { NULL }, "sso", "sso: eu-west-1 https://s s" },
    { { NULL }, "oldsso", "sso: eu-west-2 https://o -" },
    { { NULL }, "web", "web: arn:web /t" },
    { { "AWS_WEB_IDENTITY_TOKEN_FILE=/e", "AWS_ROLE_ARN=arn:env" }, NULL, "web: arn:env /e" },
    { { NULL }, "role", "static: BEFORE - | arn:a e m n 900" },
    { { NULL }, "chain", "static: BEFORE - | arn:a e m n 900 | arn:b - - - 0" },
    { { NULL }, "onprocess", "process: /bin/keys --json | arn:c - - - 0" },
    { { NULL }, "self", "static: SELF - | arn:d - - - 0" },
    { { "AWS_ACCESS_KEY_ID=ENV", "AWS_SECRET_ACCESS_KEY=s" }, "env", "static: ENV - | arn:e - - - 0" },
    { { NULL }, "ec2", "instance: http://169.254.169.254 | arn:e - - - 0" },
    { { "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI=/c" }, "ecs", "container: http://169.254.170.2/c | arn:e - - - 0" },
    { { "AWS_CONTAINER_CREDENTIALS_FULL_URI=http://localhost/c" }, NULL, "container: http://localhost/c" },
    { { NULL }, NULL, "instance: http://169.254.169.254" },
    { { "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE=IPv6" }, NULL, "instance: http://[fd00:ec2::254]" },
    { { "AWS_EC2_METADATA_SERVICE_ENDPOINT=http://h" }, NULL, "instance: http://h" },
    { { "AWS_EC2_METADATA_DISABLED=true" }, NULL, "no AWS credentials" },
    { { "AWS_ACCESS_KEY_ID=ENV" }, NULL, "environment: the access key is there, the secret key is missing" },
    { { NULL }, "half", "the secret key is missing" },
    { { NULL }, "halfsso", "sso_region is missing in the sso-session nowhere" },
    { { NULL }, "halfweb", "no role_arn" },
    { { NULL }, "selfless", "its own source_profile, without keys" },
    { { NULL }, "env", "takes its keys from Environment, which has none" },
    { { NULL }, "ecs", "takes its keys from EcsContainer, which has none" },
    { { NULL }, "moon", "expected Environment, EcsContainer or" },
    { { NULL }, "both", "has a role_arn and both source_profile and credential_source" },
    { { NULL }, "neither", "has a role_arn and neither source_profile nor credential_source" },
    { { NULL }, "gone", "is 'nobody', which does not exist" },
    { { NULL }, "nothing", "the profile empty, a source_profile, has no keys" },
    { { NULL }, "ring1", "are each other's source" },
    { { NULL }, "long", "duration_seconds of the profile long" },
};

static const char *or_dash(const char *text)
{
    return text == NULL ? "-" : text;
}

static void describe(const kt_key_plan *plan, kt_buf *out)
{
    static const char *const names[] = { "static", "process", "sso", "web", "container", "instance" };
    kt_buf_addf(out, "%s: ", names[plan->source]);
    switch (plan->source) {
    case KT_KEYS_STATIC: kt_buf_addf(out, "%s %s", plan->keys.access_key, or_dash(plan->keys.session_token)); break;
    case KT_KEYS_PROCESS: kt_buf_adds(out, plan->command); break;
    case KT_KEYS_SSO:
        kt_buf_addf(out, "%s %s %s", plan->sso.region, plan->sso.start_url, or_dash(plan->sso.session));
        break;
    case KT_KEYS_WEB_IDENTITY: kt_buf_addf(out, "%s %s", plan->web.arn, plan->web.token_file); break;
    default: kt_buf_adds(out, plan->endpoint);
    }
    for (size_t i = 0; i < plan->role_count; i++) {
        const kt_key_role *role = &plan->roles[i];
        kt_buf_addf(out, " | %s %s %s %s %lld", role->arn, or_dash(role->external_id), or_dash(role->mfa_serial),
                    or_dash(role->session_name), (long long)role->duration_s);
    }
}

TEST(key_plan, takes_the_source_that_awss_clients_take)
{
    for (size_t i = 0; i < KT_COUNT(cases); i++) {
        settings_bench b;
        KT_BUF_OWN found;
        kt_key_plan plan;
        kt_error err = { 0 };
        const kt_key_choice choice = { 0 };
        kt_buf_init(&found, 0);
        settings_bench_open(&b, config, credentials);
        for (size_t n = 0; n < KT_COUNT(cases[i].variables) && cases[i].variables[n] != NULL; n++)
            settings_bench_set(&b, cases[i].variables[n]);
        assert_int_equal(settings_bench_read(&b, &(kt_aws_choice){ .profile = cases[i].profile }, &err), 0);
        const int rc = kt_key_plan_make(&choice, &b.settings, b.arena, &plan, &err);
        if (rc == 0)
            describe(&plan, &found);
        else
            kt_buf_adds(&found, err.message);
        if (rc == 0 ? strcmp(found.data, cases[i].expect) != 0 : strstr(found.data, cases[i].expect) == NULL)
            fail_msg("case %zu (%s): '%s' instead of '%s'", i, or_dash(cases[i].profile), found.data, cases[i].expect);
        settings_bench_close(&b);
    }
}

TEST(key_plan, explicit_keys_count_before_everything)
{
    settings_bench b;
    kt_key_plan plan;
    settings_bench_open(&b, config, credentials);
    settings_bench_set(&b, "AWS_ACCESS_KEY_ID=ENV");
    settings_bench_set(&b, "AWS_SECRET_ACCESS_KEY=s");
    assert_int_equal(settings_bench_read(&b, &(kt_aws_choice){ 0 }, NULL), 0);
    const kt_key_choice choice = { .access_key = "MINE", .secret_key = "s" };
    assert_int_equal(kt_key_plan_make(&choice, &b.settings, b.arena, &plan, NULL), 0);
    assert_string_equal(plan.keys.access_key, "MINE");
    settings_bench_close(&b);
}
