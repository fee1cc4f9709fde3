/* SPDX-License-Identifier: Apache-2.0 */
/* doctor_report.c - the checks as lines for a person, each as soon as those above it are known, or as one JSON object
 * (doc/json.md). The exit status follows: 5 when AWS or the way there is wrong, 7 when only this machine is. */
#include "full/doctor.h"

#include <stdio.h>
#include <string.h>

enum { NAME_WIDTH = 14, EXIT_AWS = 5, EXIT_MACHINE = 7 };

static const struct {
    const char *name, *mark, *plain, *colour;
} looks[] = {
    [KT_CHECK_OK] = { "ok", "✓", "ok  ", "32" },
    [KT_CHECK_WARNING] = { "warning", "!", "warn", "33" },
    [KT_CHECK_WRONG] = { "wrong", "✗", "FAIL", "31" },
    [KT_CHECK_SKIPPED] = { "skipped", "-", "skip", "2" },
};

static void add_line(const kt_doctor *d, const kt_check *check, kt_buf *text)
{
    const bool unicode = d->args->unicode, colour = d->args->colour;
    const char *mark = unicode ? looks[check->status].mark : looks[check->status].plain;
    const int indent = unicode ? 4 : 7;
    kt_buf_adds(text, "  ");
    if (colour)
        kt_buf_addf(text, "\033[%sm%s\033[0m", looks[check->status].colour, mark);
    else
        kt_buf_adds(text, mark);
    kt_buf_addf(text, " %-*s%s%s\n", NAME_WIDTH, check->row->name, check->status == KT_CHECK_SKIPPED ? "skipped: " : "",
                check->found);
    if (check->mend[0] == '\0')
        return;
    kt_buf_addf(text, colour ? "%*s%s \033[1m%s\033[0m\n" : "%*s%s %s\n", indent + NAME_WIDTH, "", unicode ? "→" : "->",
                check->mend);
}

static void write_text(kt_doctor *d, const kt_buf *text)
{
    if (d->report_rc == 0)
        d->report_rc = kt_buf_check(text, &d->report_error, "the checks as text");
    if (d->report_rc == 0 && text->length > 0)
        d->report_rc = d->args->out.write(d->args->out.ctx, text->data, text->length, &d->report_error);
    if (d->report_rc == 0 && d->args->flush != NULL)
        d->args->flush(d->args->ctx);
}

void kt_doctor_show(kt_doctor *doctor)
{
    KT_BUF_OWN text;
    kt_buf_init(&text, 0);
    if (doctor->args->json)
        return;
    for (; doctor->shown < KT_CHECKS && doctor->checks[doctor->shown].is_done; doctor->shown++) {
        const kt_check *check = &doctor->checks[doctor->shown];
        if (doctor->shown == 0 || strcmp(check[-1].row->group, check->row->group) != 0)
            kt_buf_addf(&text, doctor->args->colour ? "%s\033[1m%s\033[0m\n" : "%s%s\n", doctor->shown == 0 ? "" : "\n",
                        check->row->group);
        add_line(doctor, check, &text);
    }
    write_text(doctor, &text);
}

static size_t count(const kt_doctor *d, kt_check_status status)
{
    size_t found = 0;
    for (size_t i = 0; i < KT_CHECKS; i++)
        found += d->checks[i].status == status;
    return found;
}

static void sum_up(kt_doctor *d)
{
    KT_BUF_OWN text;
    const size_t wrong = count(d, KT_CHECK_WRONG), warnings = count(d, KT_CHECK_WARNING);
    const size_t skipped = count(d, KT_CHECK_SKIPPED);
    kt_buf_init(&text, 0);
    if (wrong == 0)
        kt_buf_adds(&text, "\nnothing is wrong");
    else
        kt_buf_addf(&text, "\n%zu %s wrong", wrong, wrong == 1 ? "is" : "are");
    if (warnings > 0)
        kt_buf_addf(&text, ", %zu warning%s", warnings, warnings == 1 ? "" : "s");
    if (skipped > 0)
        kt_buf_addf(&text, ", %zu skipped", skipped);
    kt_buf_addc(&text, '\n');
    write_text(d, &text);
}

static int write_json(const kt_doctor *d, kt_error *err)
{
    kt_jw w;
    kt_jw_init(&w, d->args->out, 2);
    kt_jw_object(&w);
    kt_jw_key(&w, "ok");
    kt_jw_bool(&w, count(d, KT_CHECK_WRONG) == 0);
    kt_jw_key(&w, "checks");
    kt_jw_array(&w);
    for (size_t i = 0; i < KT_CHECKS; i++) {
        const kt_check *check = &d->checks[i];
        kt_jw_object(&w);
        kt_jw_key(&w, "name");
        kt_jw_strz(&w, check->row->name);
        kt_jw_key(&w, "status");
        kt_jw_strz(&w, looks[check->status].name);
        kt_jw_key(&w, "found");
        kt_jw_strz(&w, check->found);
        kt_jw_key(&w, "mend");
        kt_jw_strz(&w, check->mend[0] == '\0' ? NULL : check->mend);
        kt_jw_close(&w);
    }
    kt_jw_close(&w);
    kt_jw_close(&w);
    kt_jw_newline(&w);
    return kt_jw_end(&w, err);
}

static int exit_status(const kt_doctor *d)
{
    int status = 0;
    for (size_t i = 0; i < KT_CHECKS; i++)
        if (d->checks[i].status == KT_CHECK_WRONG)
            status = i >= KT_CHECK_SETTINGS ? EXIT_AWS : status == 0 ? EXIT_MACHINE : status;
    return status;
}

int kt_doctor_report(kt_doctor *doctor, kt_error *err)
{
    if (doctor->args->json) {
        const int rc = write_json(doctor, err);
        return rc < 0 ? rc : exit_status(doctor);
    }
    sum_up(doctor);
    if (doctor->report_rc < 0 && err != NULL)
        *err = doctor->report_error;
    return doctor->report_rc < 0 ? doctor->report_rc : exit_status(doctor);
}
