/* SPDX-License-Identifier: Apache-2.0 */
/* keys_process.c - keys that a program prints (credential_process). It is run without a shell, its words split as a
 * shell splits them; it may talk to the person on the terminal, and it has a minute. */
#include "aws/credentials_priv.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

enum { OUTPUT_BYTES_MOST = 64 << 10, WAIT_MS = 60000, WORDS_MOST = 256, VERSION = 1 };

typedef struct kt_key_process {
    kt_key_fetch *fetch; /* NULL: the fetch has ended, only the handles are left */
    uv_process_t process;
    uv_pipe_t pipe;
    uv_timer_t timer;
    int handles; /* not closed yet */
    kt_buf output;
    bool has_ended, has_all, is_late, is_stopped;
    int64_t status;
    int term_signal;
    char piece[4096];
} kt_key_process;

/* ---- the command line ---- */

/* One word into `out`: blanks end it, quotes keep them, a backslash keeps what follows. False: a quote is left open. */
static bool read_word(const char **at, char *out)
{
    char quote = 0;
    const char *from = *at;
    for (; *from != '\0' && (quote != 0 || strchr(" \t\n", *from) == NULL); from++) {
        if (quote == 0 && (*from == '"' || *from == '\''))
            quote = *from;
        else if (quote != 0 && *from == quote)
            quote = 0;
        else if (*from == '\\' && quote != '\'' && from[1] != '\0')
            *out++ = *++from;
        else
            *out++ = *from;
    }
    *out = '\0';
    *at = from;
    return quote == 0;
}

static int split(kt_key_fetch *fetch, const char *line, char **words)
{
    size_t count = 0;
    for (line += strspn(line, " \t\n"); *line != '\0'; line += strspn(line, " \t\n")) {
        if (count == WORDS_MOST)
            return kt_fail(&fetch->error, KT_E_LIMIT, "%s: more than %d words", fetch->plan->about, (int)WORDS_MOST);
        words[count] = kt_arena_alloc(fetch->arena, strlen(line) + 1);
        if (words[count] == NULL)
            return kt_fail_nomem(&fetch->error, strlen(line), "credentials");
        if (!read_word(&line, words[count++]))
            return kt_fail(&fetch->error, KT_E_INVALID, "%s: a quote is left open", fetch->plan->about);
    }
    words[count] = NULL;
    return count > 0 ? 0 : kt_fail(&fetch->error, KT_E_INVALID, "%s is empty", fetch->plan->about);
}

/* ---- what it printed ---- */

static int read_output(kt_key_fetch *fetch, const kt_key_process *p, kt_json **document, kt_credentials *keys)
{
    static const kt_key_names names = { "AccessKeyId", "SecretAccessKey", "SessionToken", "Expiration" };
    const char *about = fetch->plan->about;
    if (p->is_stopped)
        return kt_fail(&fetch->error, KT_E_CANCELLED, "%s: cancelled", about);
    if (p->is_late)
        return kt_fail(&fetch->error, KT_E_AWS, "%s did not end within %d s", about, WAIT_MS / 1000);
    if (p->status != 0 || p->term_signal != 0)
        return kt_fail(&fetch->error, KT_E_AWS, "%s ended with %s %lld", about,
                       p->term_signal != 0 ? "signal" : "status",
                       p->term_signal != 0 ? (long long)p->term_signal : (long long)p->status);
    if (p->output.failed != 0)
        return kt_fail(&fetch->error, KT_E_LIMIT, "%s printed more than %d bytes", about, (int)OUTPUT_BYTES_MOST);
    const int rc = kt_json_parse(kt_buf_view(&p->output), document, NULL);
    if (rc < 0 || !json_is_object(*document)) /* what it printed may be half a secret */
        return kt_fail(&fetch->error, KT_E_AWS, "%s printed no JSON object", about);
    const kt_json *version = json_object_get(*document, "Version");
    if (!json_is_integer(version) || json_integer_value(version) != VERSION)
        return kt_fail(&fetch->error, KT_E_AWS, "%s: Version must be %d", about, VERSION);
    return kt_key_read(fetch, *document, &names, keys);
}

static void finish(kt_key_process *p)
{
    kt_key_fetch *fetch = p->fetch;
    kt_json *document = NULL;
    kt_credentials keys;
    p->fetch = NULL;
    fetch->process = NULL;
    const int rc = read_output(fetch, p, &document, &keys);
    if (rc < 0)
        kt_key_fetch_failed(fetch, rc);
    else
        kt_key_fetch_found(fetch, &keys);
    kt_json_free(document);
}

/* ---- the loop's side ---- */

static void on_closed(uv_handle_t *handle)
{
    kt_key_process *p = handle->data;
    if (--p->handles > 0)
        return;
    kt_buf_fini(&p->output);
    free(p);
}

static void close_handle(uv_handle_t *handle)
{
    if (!uv_is_closing(handle))
        uv_close(handle, on_closed);
}

/* When the process has ended and its output too; a grandchild may hold the pipe open, so the end alone is enough once
 * nothing more comes. */
static void end_if_all(kt_key_process *p)
{
    if (!p->has_ended || (!p->has_all && !p->is_late && !p->is_stopped))
        return;
    close_handle((uv_handle_t *)&p->process);
    close_handle((uv_handle_t *)&p->pipe);
    close_handle((uv_handle_t *)&p->timer);
    if (p->fetch != NULL)
        finish(p);
}

static void on_ended(uv_process_t *handle, int64_t status, int term_signal)
{
    kt_key_process *p = handle->data;
    p->has_ended = true;
    p->status = status;
    p->term_signal = term_signal;
    end_if_all(p);
}

static void on_room(uv_handle_t *handle, size_t wanted, uv_buf_t *out)
{
    kt_key_process *p = handle->data;
    (void)wanted;
    *out = uv_buf_init(p->piece, sizeof(p->piece));
}

static void on_output(uv_stream_t *stream, ssize_t got, const uv_buf_t *piece)
{
    kt_key_process *p = stream->data;
    if (got > 0) {
        kt_buf_add(&p->output, piece->base, (size_t)got);
    } else if (got < 0) {
        uv_read_stop(stream);
        p->has_all = true;
        end_if_all(p);
    }
}

static void on_late(uv_timer_t *timer)
{
    kt_key_process *p = timer->data;
    p->is_late = true;
    if (!p->has_ended)
        uv_process_kill(&p->process, SIGKILL);
    end_if_all(p);
}

void kt_key_process_stop(kt_key_process *p)
{
    p->is_stopped = true;
    if (!p->has_ended)
        uv_process_kill(&p->process, SIGKILL);
    finish(p);
    end_if_all(p);
}

static int spawn(kt_key_process *p, char **words)
{
    uv_stdio_container_t stdio[3] = { { .flags = UV_INHERIT_FD, .data.fd = 0 },
                                      { .flags = UV_CREATE_PIPE | UV_WRITABLE_PIPE,
                                        .data.stream = (uv_stream_t *)&p->pipe },
                                      { .flags = UV_INHERIT_FD, .data.fd = 2 } };
    const uv_process_options_t options = {
        .file = words[0], .args = words, .exit_cb = on_ended, .stdio = stdio, .stdio_count = 3
    };
    return uv_spawn(p->process.loop, &p->process, &options);
}

int kt_key_start_process(kt_key_fetch *fetch)
{
    char *words[WORDS_MOST + 1];
    int rc = split(fetch, fetch->plan->command, words);
    kt_key_process *p = rc < 0 ? NULL : calloc(1, sizeof(*p));
    if (p == NULL)
        return rc < 0 ? rc : kt_fail_nomem(&fetch->error, sizeof(*p), "credentials");
    uv_loop_t *loop = fetch->options->loop;
    *p = (kt_key_process){ .fetch = fetch, .handles = 3 };
    kt_buf_init(&p->output, OUTPUT_BYTES_MOST);
    p->process.loop = loop;
    p->process.data = p->pipe.data = p->timer.data = p;
    uv_pipe_init(loop, &p->pipe, 0);
    uv_timer_init(loop, &p->timer);
    p->pipe.data = p->timer.data = p;
    rc = spawn(p, words);
    if (rc < 0) {
        kt_fail(&fetch->error, KT_E_INVALID, "%s: can't run '%.100s': %s", fetch->plan->about, words[0],
                uv_strerror(rc));
        p->fetch = NULL;
        close_handle((uv_handle_t *)&p->process);
        close_handle((uv_handle_t *)&p->pipe);
        close_handle((uv_handle_t *)&p->timer);
        return KT_E_INVALID;
    }
    uv_timer_start(&p->timer, on_late, WAIT_MS, 0);
    uv_read_start((uv_stream_t *)&p->pipe, on_room, on_output);
    fetch->process = p;
    return 0;
}
