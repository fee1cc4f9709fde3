/* SPDX-License-Identifier: Apache-2.0 */
/* key_plan.c - AWS's order of sources, as a list of functions that each know one. The first that finds itself
 * configured decides, also when what it finds is wrong: a mistake must not lead to another account's keys.
 * Source: the AWS SDK reference on credential providers; the order is botocore 1.44's. */
#include "aws/key_plan.h"

#include "base/text.h"
#include <string.h>
#include <strings.h>

enum { DURATION_LEAST_S = 900, DURATION_MOST_S = 43200 };

typedef struct planner {
    const kt_key_choice *choice;
    const kt_aws_settings *settings;
    kt_arena *arena;
    kt_key_plan *out;
    kt_error *err;
    const char *seen[KT_AWS_ROLES_MOST + 1]; /* profiles on the way to the keys */
    size_t seen_count;
} planner;

/* 1: it is configured, and *out is filled in; 0: it is not; or a negative code. */
typedef int source_function(planner *p, const char *profile);

static const char *variable(const planner *p, const char *name)
{
    const kt_environment *environment = p->settings->environment;
    const char *value = environment->get(environment->ctx, name);
    return value == NULL || value[0] == '\0' ? NULL : value;
}

static const char *setting(const planner *p, const char *profile, const char *key)
{
    const char *value = kt_aws_settings_of(p->settings, profile, key);
    return value == NULL || value[0] == '\0' ? NULL : value;
}

static int describe(planner *p, const char *what, const char *profile)
{
    p->out->about = kt_arena_printf(p->arena, "%s of the profile %s", what, profile);
    return p->out->about == NULL ? kt_fail_nomem(p->err, 64, "credentials") : 1;
}

static int take_static(planner *p, const char *access_key, const char *secret_key, const char *token, const char *about)
{
    if (access_key == NULL && secret_key == NULL)
        return 0;
    if (access_key == NULL || secret_key == NULL)
        return kt_fail(p->err, KT_E_INVALID, "%s: the %s is there, the %s is missing", about,
                       access_key == NULL ? "secret key" : "access key",
                       access_key == NULL ? "access key" : "secret key");
    p->out->source = KT_KEYS_STATIC;
    p->out->keys.access_key = access_key;
    p->out->keys.secret_key = secret_key;
    p->out->keys.session_token = token;
    p->out->about = about;
    return 1;
}

/* ---- one function a source ---- */

static int from_argument(planner *p, const char *profile)
{
    (void)profile;
    return take_static(p, p->choice->access_key, p->choice->secret_key, p->choice->session_token, "explicit keys");
}

static int environment_keys(planner *p, const char *profile)
{
    (void)profile;
    return take_static(p, variable(p, "AWS_ACCESS_KEY_ID"), variable(p, "AWS_SECRET_ACCESS_KEY"),
                       variable(p, "AWS_SESSION_TOKEN"), "environment");
}

/* A profile that was chosen by an argument counts more than the environment. */
static int from_environment(planner *p, const char *profile)
{
    return p->settings->profile_is_chosen ? 0 : environment_keys(p, profile);
}

static int from_file(planner *p, const char *profile, const kt_aws_file *file, const char *path)
{
    const kt_view name = kt_view_of(profile);
    const char *access_key = kt_aws_file_get(file, KT_AWS_PROFILE, name, NULL, "aws_access_key_id");
    const char *secret_key = kt_aws_file_get(file, KT_AWS_PROFILE, name, NULL, "aws_secret_access_key");
    const char *token = kt_aws_file_get(file, KT_AWS_PROFILE, name, NULL, "aws_session_token");
    if (token == NULL)
        token = kt_aws_file_get(file, KT_AWS_PROFILE, name, NULL, "aws_security_token");
    const char *about = kt_arena_printf(p->arena, "profile %s in %s", profile, path == NULL ? "a file" : path);
    return about == NULL ? kt_fail_nomem(p->err, 64, "credentials")
                         : take_static(p, access_key, secret_key, token, about);
}

static int from_credentials_file(planner *p, const char *profile)
{
    return from_file(p, profile, p->settings->credentials, p->settings->credentials_path);
}

static int from_config_file(planner *p, const char *profile)
{
    return from_file(p, profile, p->settings->config, p->settings->config_path);
}

static int from_process(planner *p, const char *profile)
{
    const char *command = setting(p, profile, "credential_process");
    if (command == NULL)
        return 0;
    p->out->source = KT_KEYS_PROCESS;
    p->out->command = command;
    return describe(p, "credential_process", profile);
}

static int from_container(planner *p, const char *profile)
{
    const char *relative = variable(p, "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
    const char *full = variable(p, "AWS_CONTAINER_CREDENTIALS_FULL_URI");
    (void)profile;
    if (relative == NULL && full == NULL)
        return 0;
    p->out->source = KT_KEYS_CONTAINER;
    p->out->about = "container credentials";
    p->out->endpoint = relative == NULL ? full : kt_arena_printf(p->arena, "http://169.254.170.2%s", relative);
    return p->out->endpoint == NULL ? kt_fail_nomem(p->err, 64, "credentials") : 1;
}

static int from_instance(planner *p, const char *profile)
{
    const char *disabled = variable(p, "AWS_EC2_METADATA_DISABLED");
    const char *endpoint = variable(p, "AWS_EC2_METADATA_SERVICE_ENDPOINT");
    const char *mode = variable(p, "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE");
    (void)profile;
    if (disabled != NULL && strcasecmp(disabled, "true") == 0)
        return 0;
    if (endpoint == NULL)
        endpoint = mode != NULL && strcasecmp(mode, "ipv6") == 0 ? "http://[fd00:ec2::254]" : "http://169.254.169.254";
    p->out->source = KT_KEYS_INSTANCE;
    p->out->about = "EC2 instance metadata";
    p->out->endpoint = endpoint;
    return 1;
}

/* The session's section, or, in the old form, the profile itself says where the portal is. */
static int from_sso(planner *p, const char *profile)
{
    const char *account = setting(p, profile, "sso_account_id"), *role = setting(p, profile, "sso_role_name");
    const char *session = setting(p, profile, "sso_session");
    if (account == NULL && role == NULL)
        return 0;
    const kt_view name = kt_view_of(session);
    const char *region = setting(p, profile, "sso_region"), *start_url = setting(p, profile, "sso_start_url");
    if (session != NULL) {
        region = kt_aws_file_get(p->settings->config, KT_AWS_SSO_SESSION, name, NULL, "sso_region");
        start_url = kt_aws_file_get(p->settings->config, KT_AWS_SSO_SESSION, name, NULL, "sso_start_url");
    }
    if (account == NULL || role == NULL || region == NULL || start_url == NULL)
        return kt_fail(p->err, KT_E_INVALID,
                       "the profile %s wants SSO, but %s is missing%s%s; 'aws configure sso' writes them all", profile,
                       account == NULL  ? "sso_account_id"
                       : role == NULL   ? "sso_role_name"
                       : region == NULL ? "sso_region"
                                        : "sso_start_url",
                       session == NULL || account == NULL || role == NULL ? "" : " in the sso-session ",
                       session == NULL || account == NULL || role == NULL ? "" : session);
    p->out->source = KT_KEYS_SSO;
    p->out->sso.account = account;
    p->out->sso.role = role;
    p->out->sso.region = region;
    p->out->sso.start_url = start_url;
    p->out->sso.session = session;
    return describe(p, "SSO", profile);
}

static int from_web_identity(planner *p, const char *profile)
{
    const char *token_file = variable(p, "AWS_WEB_IDENTITY_TOKEN_FILE"), *arn = variable(p, "AWS_ROLE_ARN");
    const char *session_name = variable(p, "AWS_ROLE_SESSION_NAME");
    const char *own = NULL;
    if (token_file == NULL || arn == NULL) {
        token_file = setting(p, profile, "web_identity_token_file");
        arn = setting(p, profile, "role_arn");
        session_name = setting(p, profile, "role_session_name");
        own = profile;
    }
    if (token_file == NULL)
        return 0;
    if (arn == NULL)
        return kt_fail(p->err, KT_E_INVALID, "the profile %s has a web_identity_token_file and no role_arn", profile);
    p->out->source = KT_KEYS_WEB_IDENTITY;
    p->out->web = (kt_key_role){ .arn = arn, .profile = own, .session_name = session_name, .token_file = token_file };
    if (own != NULL)
        return describe(p, "web identity", profile);
    p->out->about = "web identity of the environment";
    return 1;
}

/* ---- roles ---- */

static int plan_profile(planner *p, const char *profile);

static int read_duration(planner *p, const char *profile, int64_t *out)
{
    const char *text = setting(p, profile, "duration_seconds");
    uint64_t seconds = 0;
    if (text == NULL)
        return 0;
    const int rc = kt_parse_uint(kt_view_of(text), DURATION_LEAST_S, DURATION_MOST_S, &seconds, p->err);
    *out = (int64_t)seconds;
    return rc < 0 ? kt_wrap(p->err, rc, "duration_seconds of the profile %s", profile) : 0;
}

static int add_role(planner *p, const char *profile, const char *arn)
{
    kt_key_role role = { .arn = arn,
                         .profile = profile,
                         .session_name = setting(p, profile, "role_session_name"),
                         .external_id = setting(p, profile, "external_id"),
                         .mfa_serial = setting(p, profile, "mfa_serial") };
    const int rc = read_duration(p, profile, &role.duration_s);
    if (rc < 0)
        return rc;
    if (p->out->role_count == KT_AWS_ROLES_MOST)
        return kt_fail(p->err, KT_E_LIMIT, "more than %d roles on the way to the profile %s", (int)KT_AWS_ROLES_MOST,
                       p->settings->profile);
    p->out->roles[p->out->role_count++] = role;
    return 1;
}

static int plan_credential_source(planner *p, const char *profile, const char *name)
{
    static const struct {
        const char *name;
        source_function *plan;
    } sources[] = { { "Environment", environment_keys },
                    { "EcsContainer", from_container },
                    { "Ec2InstanceMetadata", from_instance } };
    for (size_t i = 0; i < KT_COUNT(sources); i++) {
        if (strcasecmp(name, sources[i].name) != 0)
            continue;
        const int rc = sources[i].plan(p, profile);
        return rc != 0 ? rc
                       : kt_fail(p->err, KT_E_INVALID, "the profile %s takes its keys from %s, which has none", profile,
                                 sources[i].name);
    }
    return kt_fail(p->err, KT_E_INVALID,
                   "credential_source of the profile %s is '%.60s'; expected Environment, EcsContainer or "
                   "Ec2InstanceMetadata",
                   profile, name);
}

/* A profile may name itself when it has keys of its own: it assumes its role with them. */
static int plan_source_profile(planner *p, const char *profile, const char *name)
{
    if (strcmp(name, profile) != 0) {
        const kt_view text = kt_view_of(name);
        if (!kt_aws_file_has(p->settings->config, KT_AWS_PROFILE, text) &&
            !kt_aws_file_has(p->settings->credentials, KT_AWS_PROFILE, text))
            return kt_fail(p->err, KT_E_INVALID, "source_profile of the profile %s is '%.60s', which does not exist",
                           profile, name);
        return plan_profile(p, name);
    }
    int rc = from_credentials_file(p, name);
    if (rc == 0)
        rc = from_config_file(p, name);
    return rc != 0 ? rc : kt_fail(p->err, KT_E_INVALID, "the profile %s is its own source_profile, without keys", name);
}

static int from_role(planner *p, const char *profile)
{
    const char *arn = setting(p, profile, "role_arn");
    const char *source_profile = setting(p, profile, "source_profile");
    const char *credential_source = setting(p, profile, "credential_source");
    if (arn == NULL || setting(p, profile, "web_identity_token_file") != NULL)
        return 0;
    if ((source_profile == NULL) == (credential_source == NULL))
        return kt_fail(p->err, KT_E_INVALID,
                       "the profile %s has a role_arn and %s source_profile %s credential_source; "
                       "it needs one of them",
                       profile, source_profile == NULL ? "neither" : "both", source_profile == NULL ? "nor" : "and");
    const int rc = source_profile != NULL ? plan_source_profile(p, profile, source_profile)
                                          : plan_credential_source(p, profile, credential_source);
    return rc < 0 ? rc : add_role(p, profile, arn);
}

/* Remembers the way, so that a circle is seen. */
static int enter(planner *p, const char *profile)
{
    for (size_t i = 0; i < p->seen_count; i++)
        if (strcmp(p->seen[i], profile) == 0)
            return kt_fail(p->err, KT_E_INVALID, "the profiles %s and %s are each other's source", profile,
                           p->seen[p->seen_count - 1]);
    if (p->seen_count == KT_COUNT(p->seen))
        return kt_fail(p->err, KT_E_LIMIT, "more than %d profiles on the way to the keys", (int)KT_AWS_ROLES_MOST);
    p->seen[p->seen_count++] = profile;
    return 0;
}

static int first_of(planner *p, const char *profile, source_function *const *sources, size_t count)
{
    int rc = 0;
    for (size_t i = 0; i < count && rc == 0; i++)
        rc = sources[i](p, profile);
    return rc;
}

/* What a profile by itself can say. Its keys count before its role when it is somebody's source. */
static int plan_profile(planner *p, const char *profile)
{
    static source_function *const sources[] = {
        from_credentials_file, from_config_file, from_role, from_web_identity, from_sso, from_process,
    };
    int rc = enter(p, profile);
    if (rc == 0)
        rc = first_of(p, profile, sources, KT_COUNT(sources));
    return rc != 0 ? rc : kt_fail(p->err, KT_E_INVALID, "the profile %s, a source_profile, has no keys", profile);
}

int kt_key_plan_make(const kt_key_choice *choice, const kt_aws_settings *settings, kt_arena *arena, kt_key_plan *out,
                     kt_error *err)
{
    static source_function *const sources[] = {
        from_argument,         from_environment, from_role,        from_web_identity, from_sso,
        from_credentials_file, from_process,     from_config_file, from_container,    from_instance,
    };
    kt_key_plan made = { 0 };
    planner p = { .choice = choice, .settings = settings, .arena = arena, .out = &made, .err = err };
    int rc = enter(&p, settings->profile);
    if (rc == 0)
        rc = first_of(&p, settings->profile, sources, KT_COUNT(sources));
    if (rc == 0)
        return kt_fail(err, KT_E_NOT_FOUND,
                       "no AWS credentials: none in the environment (AWS_ACCESS_KEY_ID), none in the profile %s, no "
                       "container, and EC2's metadata is switched off; 'aws configure' sets them up",
                       settings->profile);
    if (rc < 0)
        return rc;
    *out = made;
    return 0;
}
