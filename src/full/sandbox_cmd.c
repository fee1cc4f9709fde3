/* SPDX-License-Identifier: Apache-2.0 */
/* sandbox_cmd.c - `ketch sandbox`: a sandbox with the process to itself. Alone it prints how to reach it and serves
 * until it is told to end; with a command it lives as long as the command does. Standard output is for the lines that a
 * shell evaluates, or the command's own; everything else is said on standard error. */
#include "base/sandbox_args.h"

#include "full/endpoint.h"
#include "full/sandbox_env.h"
#include "full/signals.h"
#include "io/process.h"
#include "sandbox/sandbox.h"
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

enum { FILES_WANTED = 4096 };

typedef struct session {
    uv_loop_t loop;
    kt_log log;
    kt_endpoint endpoint;
    char url[KT_ENDPOINT_URL_BYTES];
    kt_buf state_dir;
    bool is_temporary; /* the state folder goes when the session ends */
    kt_sandbox *sandbox;
    kt_signals *signals;
    kt_process *process;
    int status;
} session;

/* ---- what was asked ---- */

/* Where programs keep what is theirs: $XDG_STATE_HOME, else ~/.local/state. */
static int default_state_dir(kt_buf *path, kt_error *err)
{
    const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
    if (state != NULL && state[0] == '/')
        kt_buf_addf(path, "%s/ketch/sandbox", state);
    else if (home != NULL && home[0] == '/')
        kt_buf_addf(path, "%s/.local/state/ketch/sandbox", home);
    else
        return kt_fail(err, KT_E_INVALID,
                       "HOME is not set, so there is no folder for the state; give one with --state");
    return kt_buf_check(path, err, "the state folder's name");
}

static int read_args(session *s, const kt_sandbox_args *args, kt_sandbox_options *options, kt_error *err)
{
    if (args->quotas != NULL && strcmp(args->quotas, "aws") != 0)
        return kt_fail(err, KT_E_INVALID, "there are no quotas named '%.60s'; expected aws", args->quotas);
    int rc = kt_endpoint_parse(args->listen, &s->endpoint, err);
    if (rc == 0 && args->state_dir != NULL)
        rc = kt_buf_adds(&s->state_dir, args->state_dir);
    else if (rc == 0)
        rc = default_state_dir(&s->state_dir, err);
    if (rc < 0)
        return rc;
    *options = (kt_sandbox_options){ .host = s->endpoint.host,
                                     .port = s->endpoint.port,
                                     .state_dir = s->state_dir.data,
                                     .account = args->account,
                                     .keys = args->keys,
                                     .key_count = args->key_count,
                                     .no_auth = args->no_auth,
                                     .aws_quotas = args->quotas != NULL,
                                     .scenario = args->scenario,
                                     .devices_dir = args->devices_dir,
                                     .fsync_commits = args->fsync,
                                     .log = &s->log };
    return 0;
}

/* ---- starting ---- */

static int make_temporary_state(session *s, kt_error *err)
{
    const char *dir = getenv("TMPDIR");
    kt_buf_clear(&s->state_dir);
    kt_buf_addf(&s->state_dir, "%s/ketch-sandbox-XXXXXX", dir == NULL || dir[0] == '\0' ? "/tmp" : dir);
    int rc = kt_buf_check(&s->state_dir, err, "the state folder's name");
    if (rc == 0 && mkdtemp(s->state_dir.data) == NULL)
        rc = kt_fail_sys(err, KT_E_IO, errno, "can't make a folder for the state, '%s'", s->state_dir.data);
    s->is_temporary = rc == 0;
    return rc;
}

/* What can be mended without asking, as nobody chose it: for a command, any free port and any state will do. True:
 * worth another attempt. */
static bool mend(session *s, const kt_sandbox_args *args, kt_sandbox_options *options, const kt_error *err)
{
    if (args->command == NULL)
        return false;
    if (err->sys == EADDRINUSE && options->port != 0 && strcmp(args->listen, KT_ENDPOINT_DEFAULT) == 0) {
        options->port = 0;
        return true;
    }
    if (err->sys == EWOULDBLOCK && args->state_dir == NULL && !s->is_temporary && make_temporary_state(s, NULL) == 0) {
        options->state_dir = s->state_dir.data;
        return true;
    }
    return false;
}

static int start_sandbox(session *s, const kt_sandbox_args *args, kt_sandbox_options *options, kt_error *err)
{
    int rc = kt_sandbox_new(&s->loop, options, &s->sandbox, err);
    while (rc < 0 && mend(s, args, options, err)) {
        kt_error_clear(err);
        rc = kt_sandbox_new(&s->loop, options, &s->sandbox, err);
    }
    if (rc == KT_E_IO && err->sys == EADDRINUSE)
        return kt_fail(err, KT_E_INVALID,
                       "port %u of %s is taken by another program, perhaps another sandbox; choose one with --listen "
                       "HOST:PORT (port 0: any free one)",
                       s->endpoint.port, s->endpoint.host);
    if (rc < 0)
        return rc;
    s->endpoint.port = kt_sandbox_port(s->sandbox);
    kt_endpoint_url(&s->endpoint, s->url);
    return 0;
}

static void warn_of_strangers(const session *s, const kt_sandbox_args *args)
{
    if (kt_endpoint_is_loopback(&s->endpoint))
        return;
    fprintf(stderr, "ketch: warning: %s is not a loopback address: who reaches this machine reaches the sandbox%s\n",
            s->endpoint.host, args->no_auth ? ", and needs no key" : "");
}

/* For whoever sees the lines instead of a shell; and how to end what runs in the background, where Ctrl-C means
 * nothing. */
static void tell_what_next(const kt_sandbox_args *args)
{
    struct sigaction on_interrupt;
    const bool is_ignored = sigaction(SIGINT, NULL, &on_interrupt) == 0 && on_interrupt.sa_handler == SIG_IGN;
    if (isatty(STDOUT_FILENO) && !args->json)
        fputs("ketch: give the lines above to the shell in which your program runs\n", stderr);
    if (is_ignored)
        fprintf(stderr, "ketch: kill %ld ends it\n", (long)getpid());
    else
        fputs("ketch: Ctrl-C ends it\n", stderr);
}

/* Who reads the lines through a pipe, as `eval "$(ketch sandbox &)"` does, waits for their end. */
static int let_go_of_stdout(kt_error *err)
{
    const int nothing = open("/dev/null", O_WRONLY | O_CLOEXEC);
    const int rc = nothing < 0 || dup2(nothing, STDOUT_FILENO) < 0
                       ? kt_fail_sys(err, KT_E_IO, errno, "can't let go of standard output")
                       : 0;
    if (nothing >= 0)
        close(nothing);
    return rc;
}

static int print_lines(const session *s, const kt_sandbox_args *args, const kt_sandbox_place *place,
                       const char *const *env, kt_error *err)
{
    KT_BUF_OWN lines;
    kt_buf_init(&lines, 0);
    int rc = 0;
    if (args->json)
        rc = kt_sandbox_env_json(place, env, &lines, err);
    else
        kt_sandbox_env_print(env, &lines);
    if (rc == 0)
        rc = kt_buf_check(&lines, err, "the environment");
    if (rc < 0)
        return rc;
    if (fwrite(lines.data, 1, lines.length, stdout) != lines.length || fflush(stdout) != 0)
        return kt_fail_sys(err, KT_E_IO, errno, "can't write to standard output");
    fprintf(stderr, "ketch: the sandbox listens at %s; its state is in %s\n", s->url, s->state_dir.data);
    tell_what_next(args);
    return let_go_of_stdout(err);
}

/* Each connection may have two files open besides itself; many systems begin a process with 1024 allowed. */
static void allow_files(void)
{
    struct rlimit files;
    if (getrlimit(RLIMIT_NOFILE, &files) < 0 || files.rlim_cur >= FILES_WANTED)
        return;
    files.rlim_cur = files.rlim_max < FILES_WANTED ? files.rlim_max : FILES_WANTED;
    setrlimit(RLIMIT_NOFILE, &files);
}

/* ---- running and ending ---- */

/* From here on a second signal finds its default action and ends the process at once. */
static void end(session *s)
{
    kt_signals_close(KT_GIVE(s->signals));
    kt_sandbox_close(KT_GIVE(s->sandbox));
}

static void on_signal(void *ctx, int number, bool from_terminal)
{
    session *s = ctx;
    if (s->process != NULL) {
        if (!from_terminal)
            kt_process_signal(s->process, number, NULL);
        return;
    }
    if (number == SIGINT || number == SIGTERM || number == SIGHUP || number == SIGQUIT)
        end(s);
}

static void on_command_end(void *ctx, int status)
{
    session *s = ctx;
    s->status = status;
    kt_process_free(KT_GIVE(s->process));
    end(s);
}

static int run(session *s, const kt_sandbox_args *args, kt_error *err)
{
    KT_OWN(kt_arena) *arena = kt_arena_new(0);
    const kt_sandbox_place place = { .url = s->url,
                                     .access_key = kt_sandbox_access_key(s->sandbox),
                                     .secret_key = kt_sandbox_secret_key(s->sandbox),
                                     .session_token = kt_sandbox_session_token(s->sandbox),
                                     .admin_token = kt_sandbox_admin_token(s->sandbox),
                                     .keys = args->keys,
                                     .key_count = args->key_count,
                                     .account = kt_sandbox_account(s->sandbox),
                                     .state_dir = s->state_dir.data,
                                     .pid = args->command == NULL ? (long)getpid() : 0 };
    const char *const *env = arena == NULL ? NULL : kt_sandbox_env(&place, arena);
    if (env == NULL)
        return kt_fail_nomem(err, 0, "the environment");
    warn_of_strangers(s, args);
    const kt_process_options command = {
        .argv = args->command, .env_set = env, .env_unset = kt_sandbox_env_unset, .ended = on_command_end, .ctx = s
    };
    const int rc = args->command == NULL ? print_lines(s, args, &place, env, err)
                                         : kt_process_start(&s->loop, &command, &s->process, err);
    if (rc < 0)
        return rc;
    uv_run(&s->loop, UV_RUN_DEFAULT);
    return s->status;
}

static int remove_one(const char *path, const struct stat *about, int kind, struct FTW *place)
{
    (void)about, (void)kind, (void)place;
    return remove(path);
}

static int start_and_run(session *s, const kt_sandbox_args *args, kt_error *err)
{
    kt_sandbox_options options;
    int rc = read_args(s, args, &options, err);
    if (rc == 0)
        rc = kt_signals_new(&s->loop, on_signal, s, &s->signals, err);
    if (rc == 0)
        rc = start_sandbox(s, args, &options, err);
    return rc < 0 ? rc : run(s, args, err);
}

int kt_cmd_sandbox(const kt_sandbox_args *args, kt_error *err)
{
    session s = { 0 };
    kt_buf_init(&s.state_dir, 4096);
    kt_log_to_stderr(&s.log, args->verbose ? KT_LOG_DEBUG : KT_LOG_WARN);
    signal(SIGPIPE, SIG_IGN); /* a client that leaves is no reason to end */
    signal(SIGXFSZ, SIG_IGN); /* nor is a file that may not grow: the write fails */
    allow_files();
    const int failure = uv_loop_init(&s.loop);
    if (failure < 0)
        return kt_fail(err, KT_E_IO, "can't make an event loop: %s", uv_strerror(failure));
    const int rc = start_and_run(&s, args, err);
    end(&s);
    uv_run(&s.loop, UV_RUN_DEFAULT);
    uv_loop_close(&s.loop);
    if (s.is_temporary)
        nftw(s.state_dir.data, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    kt_buf_fini(&s.state_dir);
    return rc;
}
