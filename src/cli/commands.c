/* SPDX-License-Identifier: Apache-2.0 */
/* commands.c - the one table of commands. Help, manual pages, completions and the reading of options all follow it;
 * adding a command is adding a row here, its options above, and a cmd_NAME.c. A command that needs more than circuits
 * names in its row the function of libketch that does the work. */
#include "cli/cli.h"
#include "cli/help.h"

#include <limits.h>
#include <string.h>

static const char *const exit_texts[] = {
    "done",
    "the work itself failed",
    "bad usage or input",
    "not found",
    "refused by a budget",
    "AWS or network trouble",
    "cancelled",
    "a failure of ketch or the machine (memory, disk, a bug)",
};

const char *kt_exit_text(int status)
{
    return status >= 0 && status < (int)KT_COUNT(exit_texts) ? exit_texts[status] : NULL;
}

const kt_option kt_common_options[] = {
    { "help", 'h', KT_OPTION_FLAG, NULL, NULL, "show this help" },
};
const size_t kt_common_option_count = KT_COUNT(kt_common_options);

#define LIMIT_ABOUT                                                                                                    \
    "raise or lower a bound on what a program may ask for: source-bytes, memory-bytes, nesting, call-depth, "          \
    "statements, register-bits, array-elements, include-files or errors"
#define LIMIT_WORDS                                                                                                    \
    "source-bytes= memory-bytes= nesting= call-depth= statements= register-bits= array-elements= include-files= "      \
    "errors="

/* What every command that reads a program takes. */
#define SET_OPTION                                                                                                     \
    {                                                                                                                  \
        "set", 0, KT_OPTION_LIST, "NAME=VALUE", NULL, "give an input variable its value (JSON, or text)"               \
    }
#define INPUTS_OPTION                                                                                                  \
    {                                                                                                                  \
        "inputs", 0, KT_OPTION_LIST, "JSON|FILE", "@file",                                                             \
            "values of input variables: a JSON object, or a file with one"                                             \
    }
#define LIMIT_OPTION                                                                                                   \
    {                                                                                                                  \
        "limit", 0, KT_OPTION_LIST, "NAME=COUNT", LIMIT_WORDS, LIMIT_ABOUT                                             \
    }
#define OUTSIDE_OPTION                                                                                                 \
    {                                                                                                                  \
        "allow-outside", 0, KT_OPTION_FLAG, NULL, NULL,                                                                \
            "let includes leave the folder of the file (.. and absolute paths)"                                        \
    }
#define JSON_OPTION                                                                                                    \
    {                                                                                                                  \
        "json", 0, KT_OPTION_FLAG, NULL, NULL, "write one JSON object to standard output, errors included"             \
    }

/* How a result is shown. */
#define RESULT_OPTIONS                                                                                                 \
    { "top", 0, KT_OPTION_VALUE, "N", NULL, "show this many outcomes, the most frequent ones; 0: all (default: 32)" }, \
        JSON_OPTION, { "format",           0,                                                                          \
                       KT_OPTION_VALUE,    "FORMAT",                                                                   \
                       "text json braket", "text (default), json or braket (a task result)" },                         \
    {                                                                                                                  \
        "output", 'o', KT_OPTION_VALUE, "FILE", "@file", "write the result to FILE, whole or not at all"               \
    }
#define PROFILE_OPTION                                                                                                 \
    {                                                                                                                  \
        "profile", 0, KT_OPTION_VALUE, "NAME", NULL, "profile of ~/.aws/config (default: AWS's own settings)"          \
    }
#define ENDPOINT_OPTION                                                                                                \
    {                                                                                                                  \
        "endpoint-url", 0, KT_OPTION_VALUE, "URL", NULL, "send every call there, to a sandbox for example"             \
    }
/* What only Braket's devices need. */
#define BRAKET_OPTIONS                                                                                                 \
    { "s3",                                                                                                            \
      0,                                                                                                               \
      KT_OPTION_VALUE,                                                                                                 \
      "S3-URI",                                                                                                        \
      NULL,                                                                                                            \
      "where Braket puts results, s3://BUCKET/PREFIX (default: amazon-braket-REGION-ACCOUNT, made if missing)" },      \
        { "region",                                                                                                    \
          0,                                                                                                           \
          KT_OPTION_VALUE,                                                                                             \
          "NAME",                                                                                                      \
          "us-east-1 us-west-1 us-west-2 eu-west-2 eu-north-1",                                                        \
          "AWS region, where the device leaves a choice (default: AWS's own settings)" },                              \
        PROFILE_OPTION, ENDPOINT_OPTION,                                                                               \
    {                                                                                                                  \
        "state", 0, KT_OPTION_VALUE, "DIR", "@file", "where runs are remembered (default: ~/.local/state/ketch)"       \
    }

static const kt_option run_options[] = {
    { "shots", 's', KT_OPTION_VALUE, "N", NULL,
      "how often to run it; 0: exact results (default: 1000, or 0 when the program asks for an exact-only result)" },
    { "seed", 0, KT_OPTION_VALUE, "N", NULL, "make the counts repeatable (default: drawn from the system)" },
    { "device", 'd', KT_OPTION_VALUE, "NAME", "local local:sv local:dm sv1 dm1 garnet any:",
      "local (default), local:sv, local:dm; or one of Braket's: sv1, garnet, an ARN, or a rule: any:qubits=20" },
    SET_OPTION,
    { "inputs", 0, KT_OPTION_LIST, "JSON|FILE", "@file",
      "values of input variables: a JSON object, or a list of them to run with each; or a file with that" },
    { "threads", 0, KT_OPTION_VALUE, "N", NULL, "threads to compute with (default: one a processor)" },
    { "instructions", 0, KT_OPTION_VALUE, "NAME", "scalar avx2 avx512",
      "processor instructions to compute with; the result does not depend on them (default: the best there are)" },
    { "memory", 0, KT_OPTION_VALUE, "SIZE", NULL, "most memory for states, such as 8GiB (default: what is available)" },
    LIMIT_OPTION,
    OUTSIDE_OPTION,
    RESULT_OPTIONS,
    BRAKET_OPTIONS,
    { "device-parameters", 0, KT_OPTION_VALUE, "JSON|FILE", "@file",
      "parameters of Braket's device, such as {\"disableQubitRewiring\": true} (default: none)" },
};

static const kt_option resume_options[] = { RESULT_OPTIONS, BRAKET_OPTIONS };

static const kt_option check_options[] = {
    { "syntax", 0, KT_OPTION_FLAG, NULL, NULL, "only the grammar: resolve no name, open no include, take any pragma" },
    SET_OPTION,
    INPUTS_OPTION,
    LIMIT_OPTION,
    OUTSIDE_OPTION,
    { "json", 0, KT_OPTION_FLAG, NULL, NULL, "write one JSON object to standard output, diagnostics included" },
};

static const kt_option fmt_options[] = {
    { "write", 'w', KT_OPTION_FLAG, NULL, NULL, "replace the files' contents instead of printing" },
    { "check", 0, KT_OPTION_FLAG, NULL, NULL,
      "print the names of files that would change; exit status 1 if any would" },
    LIMIT_OPTION,
};

static const kt_option draw_options[] = {
    { "svg", 0, KT_OPTION_VALUE, "FILE", "@file", "write an SVG picture to FILE (-: standard output)" },
    { "width", 0, KT_OPTION_VALUE, "N", NULL, "columns to fold at; 0: never (default: the terminal's)" },
    SET_OPTION,
    INPUTS_OPTION,
    LIMIT_OPTION,
    OUTSIDE_OPTION,
};

#define LISTEN_OPTION(about_)                                                                                          \
    {                                                                                                                  \
        "listen", 0, KT_OPTION_VALUE, "HOST:PORT", NULL, about_                                                        \
    }
static const kt_option sandbox_options[] = {
    LISTEN_OPTION("where to listen (default: 127.0.0.1:4567; port 0: any free one)"),
    { "state", 0, KT_OPTION_VALUE, "DIR", "@file",
      "keep tasks, objects and keys in DIR (default: ~/.local/state/ketch/sandbox)" },
    { "account", 0, KT_OPTION_VALUE, "N", NULL, "the account's number, twelve digits (default: 123456789012)" },
    { "key", 0, KT_OPTION_LIST, "ID:SECRET", NULL,
      "an access key whose signatures count, not a real one; may be repeated" },
    { "no-auth", 0, KT_OPTION_FLAG, NULL, NULL, "take requests that nobody has signed" },
    { "quotas", 0, KT_OPTION_VALUE, "NAME", "aws", "hold callers to these quotas: aws (default: none)" },
    { "scenario", 0, KT_OPTION_VALUE, "FILE", "@file", "trouble, time and chance to play, from FILE (JSON)" },
    { "devices", 0, KT_OPTION_VALUE, "DIR", "@file", "offer the devices described in DIR, too" },
    { "fsync", 0, KT_OPTION_FLAG, NULL, NULL, "lose nothing that was acknowledged in a power cut, either" },
    { "verbose", 'v', KT_OPTION_FLAG, NULL, NULL, "tell every call and its answer on standard error" },
    { "json", 0, KT_OPTION_FLAG, NULL, NULL, "print one line of JSON instead of the lines for a shell" },
};
static const kt_option bill_options[] = {
    LISTEN_OPTION("where the sandbox listens (default: 127.0.0.1:4567)"),
    { "endpoint", 0, KT_OPTION_VALUE, "URL", NULL, "the same as a URL, such as http://127.0.0.1:4567" },
    JSON_OPTION,
};

static const kt_option debug_sign_options[] = {
    { "request", 0, KT_OPTION_VALUE, "FILE", "@file", "the HTTP request to sign (-: standard input)" },
    { "mode", 0, KT_OPTION_VALUE, "MODE", "header query",
      "header (default): an Authorization header; query: a presigned URL" },
    { "region", 0, KT_OPTION_VALUE, "REGION", NULL, "the region of the signature's scope" },
    { "service", 0, KT_OPTION_VALUE, "SERVICE", "braket s3 sts logs sns sqs iam ecr",
      "the service's signing name; s3 has rules of its own for paths and bodies" },
    { "timestamp", 0, KT_OPTION_VALUE, "T", NULL,
      "2015-08-30T12:36:00Z or 20150830T123600Z (default: the request's X-Amz-Date, or now)" },
    { "expires", 0, KT_OPTION_VALUE, "SECONDS", NULL, "how long a presigned URL works (default: 3600)" },
    { "access-key", 0, KT_OPTION_VALUE, "ID", NULL, "a test key (default: AWS_ACCESS_KEY_ID)" },
    { "secret-key", 0, KT_OPTION_VALUE, "SECRET", NULL,
      "its secret; other users see command lines, so for a real one set AWS_SECRET_ACCESS_KEY instead" },
    { "session-token", 0, KT_OPTION_VALUE, "TOKEN", NULL, "the token of temporary keys" },
    { "token-after", 0, KT_OPTION_FLAG, NULL, NULL, "add the session token unsigned, after signing" },
    { "no-normalize", 0, KT_OPTION_FLAG, NULL, NULL, "keep the path's dots and slashes" },
    { "sign-body", 0, KT_OPTION_FLAG, NULL, NULL, "add x-amz-content-sha256, and sign it" },
};

static const kt_option doctor_options[] = { BRAKET_OPTIONS, JSON_OPTION };
/* Where to look, for commands that look at an account. */
#define REGIONS "us-east-1 us-west-1 us-west-2 eu-west-2 eu-north-1"
#define WHERE_OPTIONS                                                                                                  \
    { "region", 0, KT_OPTION_LIST, "NAME", REGIONS, "only there; may be repeated (default: all five)" },               \
        PROFILE_OPTION, ENDPOINT_OPTION
static const kt_option devices_options[] = {
    { "local", 0, KT_OPTION_FLAG, NULL, NULL, "only those on this machine" },
    { "type", 0, KT_OPTION_VALUE, "TYPE", "qpu simulator", "of Braket's, only this type" },
    { "status", 0, KT_OPTION_VALUE, "STATUS", "online offline retired", "of Braket's, only those in this status" },
    { "all", 0, KT_OPTION_FLAG, NULL, NULL, "list retired devices, too" },
    WHERE_OPTIONS,
    JSON_OPTION,
};
#define FILTER_OPTIONS(statuses_)                                                                                      \
    { "device", 'd', KT_OPTION_VALUE, "NAME", NULL, "only on this device: a short name or an ARN" },                   \
        { "status", 0, KT_OPTION_VALUE, "STATUS", statuses_, "only in this status" },                                  \
        { "day", 0, KT_OPTION_VALUE, "DAY", "today yesterday", "only of this UTC day: 2026-11-24, today, yesterday" }, \
        { "tag", 0, KT_OPTION_VALUE, "KEY[=VALUE]", NULL, "only with this tag" },                                      \
    {                                                                                                                  \
        "limit", 0, KT_OPTION_VALUE, "N", NULL, "show the newest N; totals count all; 0: no limit (default: 50)"       \
    }
static const kt_option tasks_options[] = {
    FILTER_OPTIONS("created queued running completed failed cancelling cancelled"),
    WHERE_OPTIONS,
    JSON_OPTION,
};
static const kt_option jobs_options[] = {
    FILTER_OPTIONS("queued running completed failed cancelling cancelled"),
    WHERE_OPTIONS,
    JSON_OPTION,
};
static const kt_option result_options[] = { RESULT_OPTIONS, PROFILE_OPTION, ENDPOINT_OPTION };
static const kt_option cancel_options[] = {
    { "wait", 0, KT_OPTION_VALUE, "SECONDS", NULL, "wait so long for each to be confirmed (default: 5)" },
    PROFILE_OPTION,
    ENDPOINT_OPTION,
    JSON_OPTION,
};
static const kt_option config_options[] = { JSON_OPTION };
static const kt_option config_import_options[] = {
    { "write", 'w', KT_OPTION_VALUE, "FILE", "@file", "write the settings to FILE instead of printing them" },
    { "force", 0, KT_OPTION_FLAG, NULL, NULL, "replace FILE if it exists" },
};
static const kt_option version_options[] = { JSON_OPTION };
static const kt_option help_options[] = {
    { "man", 0, KT_OPTION_FLAG, NULL, NULL, "print the manual page's source (roff) instead" },
};

static const kt_example run_examples[] = {
    { "ketch run bell.qasm", "counts of 1000 shots, as a histogram" },
    { "ketch run --shots 0 --set theta=0.3 ansatz.qasm", "exact results for one value of an input" },
    { "ketch run --seed 7 --json bell.qasm | jq .counts", "repeatable counts, for a program to read" },
    { "ketch run --format braket -o result.json bell.qasm", "what Amazon Braket would have stored" },
    { "generate | ketch run -", "a program from standard input" },
    { "ketch run --inputs '[{\"theta\": 0}, {\"theta\": 1}]' a.qasm", "once for each value" },
    { "ketch run --device garnet a.qasm b.qasm", "as one program set, which costs one task fee" },
    { "ketch run --device sv1 bell.qasm", "on Amazon Braket, with the credentials of the AWS command line" },
};
static const kt_example resume_examples[] = {
    { "ketch resume", "wait for what the newest unfinished run asked for" },
};
static const kt_example check_examples[] = {
    { "ketch check *.qasm", "silent when all are right" },
    { "ketch check --json a.qasm | jq '.files[].diagnostics[]'", "for an editor" },
};
static const kt_example fmt_examples[] = {
    { "ketch fmt messy.qasm", "print the canonical form" },
    { "ketch fmt -w *.qasm", "rewrite the files" },
};
static const kt_example draw_examples[] = {
    { "ketch draw bell.qasm", "a picture in the terminal" },
    { "ketch draw --svg bell.svg bell.qasm", "a picture for a page" },
};
static const kt_example devices_examples[] = {
    { "ketch devices", "a line for each device" },
    { "ketch devices local:dm", "all about one" },
    { "ketch devices --type qpu --region eu-north-1", "quantum computers in one region" },
    { "ketch devices --json garnet | jq '.devices[0].capabilities'", "what a device says of itself" },
};
static const kt_example tasks_examples[] = {
    { "ketch tasks --day today", "the day's tasks, newest first, and their shots by device" },
    { "ketch tasks --status queued --device garnet", "what waits for one device" },
};
static const kt_example jobs_examples[] = {
    { "ketch jobs --status running", "what runs, in all regions" },
};
static const kt_example result_examples[] = {
    { "ketch result $ARN", "a task's counts, whoever submitted it" },
    { "ketch result --format braket -o results.json $ARN", "the file as Braket stored it" },
};
static const kt_example cancel_examples[] = {
    { "ketch cancel $ARN", "cancel one task or job, and wait for it to be so" },
    { "ketch tasks --status queued --json | jq -r .tasks[].arn | xargs ketch cancel", "cancel all that waits" },
};
static const kt_example doctor_examples[] = {
    { "ketch doctor", "before the first run on Amazon Braket" },
    { "ketch doctor --s3 s3://amazon-braket-lab/tasks", "with a bucket of your own" },
    { "ketch doctor --json | jq '.checks[] | select(.status == \"wrong\")'", "what is wrong, for a program" },
};
static const kt_example sandbox_examples[] = {
    { "ketch sandbox -- python my_braket_script.py", "a script with a Braket of its own" },
    { "ketch sandbox", "an endpoint on 127.0.0.1:4567, until Ctrl-C" },
    { "eval \"$(ketch sandbox &)\"", "one in the background, for this shell; kill $KETCH_SANDBOX_PID ends it" },
    { "ketch sandbox --listen 127.0.0.1:0 --json", "one on a free port, told to a program that starts it" },
    { "ketch sandbox --quotas aws -- pytest tests/", "one that lives as long as the tests run" },
};
static const kt_example bill_examples[] = {
    { "ketch sandbox bill", "what the sandbox on 127.0.0.1:4567 has charged so far" },
};
static const kt_example debug_sign_examples[] = {
    { "ketch debug sign --request get.http --region us-east-1 --service braket", "each step of a signature" },
    { "ketch debug sign --request get.http --region us-east-1 --service s3 --mode query --expires 600",
      "a presigned URL's query" },
};
static const kt_example config_examples[] = {
    { "ketch config", "every setting, its value, and where it came from" },
    { "KETCH_SHOTS=5000 ketch config shots", "one setting" },
};
static const kt_example config_import_examples[] = {
    { "ketch config import ~/.config/covalent/covalent.conf", "what Ketch would take over" },
    { "ketch config import -w ~/.config/ketch/config.yaml covalent.conf", "take it over" },
};
static const kt_example completion_examples[] = {
    { "source <(ketch completion bash)", "in ~/.bashrc" },
    { "ketch completion zsh > ~/.zfunc/_ketch", "with ~/.zfunc in fpath" },
    { "ketch completion fish > ~/.config/fish/completions/ketch.fish", "for fish" },
};

#define OPTIONS(array) .options = (array), .option_count = KT_COUNT(array)
#define EXAMPLES(array) .examples = (array), .example_count = KT_COUNT(array)

const kt_command kt_commands[] = {
    { .name = "run",
      .summary = "run a circuit and show its result",
      .operands = "FILE...",
      .about =
          "Runs the OpenQASM 3 or OpenQASM 2 program in FILE (-: standard input) on a simulator in this process; "
          "several one after the other, and each once for every object of a list of inputs. All are checked before "
          "the first one runs, and execution number i (from 0) has the seed of --seed plus i. Counts are shown as a "
          "histogram; what the program asks for with result pragmas follows with its name. "
          "Bit strings are big-endian: the first character is the first measured qubit.\n\n"
          "Ctrl-C cancels the run; a second one ends the program at once. With --json errors too are a JSON object "
          "on standard output; doc/json.md describes both.\n\n"
          "With a device of Amazon Braket the program is first checked against what the device says of itself; then "
          "one quantum task is created, which costs money on Braket, and waited for; several executions go as "
          "program sets where the device takes those, and a program of a set that failed for a passing reason is "
          "asked for once more, alone. What was asked for is on disk "
          "before it is sent: after a crash 'ketch resume' finds the same task, and nothing is paid twice. Ctrl-C asks "
          "whether to cancel the tasks or to leave them running. FILE may also be a Braket action (.json).",
      OPTIONS(run_options),
      .operands_least = 1,
      .operands_most = INT_MAX,
      .operand_words = "@file",
      .exits = "0123567",
      EXAMPLES(run_examples),
      .run = kt_cmd_run },
    { .name = "resume",
      .summary = "go on with a run on Braket that was left or killed",
      .operands = "[RUN]",
      .about =
          "Finds the tasks that RUN (default: the newest unfinished run) asked for, waits for them and shows their "
          "results. A request that may or may not have reached Braket is sent again with the same token while "
          "that is trusted (ten minutes), and looked for by its tag afterwards; nothing is paid twice.",
      OPTIONS(resume_options),
      .operands_most = 1,
      .exits = "0123567",
      EXAMPLES(resume_examples),
      .full_symbol = "kt_cmd_resume",
      .run = kt_cmd_resume_braket },
    { .name = "check",
      .summary = "say whether programs are right",
      .operands = "FILE...",
      .about = "Reads each program and checks its grammar and its meaning. Silent when all is right; else every error "
               "is shown with its place. When all inputs of a program have values, its statements are executed too "
               "(without simulating), so that an index out of range is found.",
      OPTIONS(check_options),
      .operands_least = 1,
      .operands_most = INT_MAX,
      .operand_words = "@file",
      .exits = "0237",
      EXAMPLES(check_examples),
      .run = kt_cmd_check },
    { .name = "fmt",
      .summary = "print the canonical form of programs",
      .operands = "FILE...",
      .about = "Prints each program in its canonical form: one statement a line, four spaces a level, comments kept. "
               "The meaning stays: printing and parsing again gives the same circuit.",
      OPTIONS(fmt_options),
      .operands_least = 1,
      .operands_most = INT_MAX,
      .operand_words = "@file",
      .exits = "01237",
      EXAMPLES(fmt_examples),
      .run = kt_cmd_fmt },
    { .name = "draw",
      .summary = "draw a circuit",
      .operands = "FILE",
      .about =
          "Draws the circuit of a program as text, folded to the terminal's width, or as an SVG picture. A program "
          "that decides by measured values has no single circuit and is refused.",
      OPTIONS(draw_options),
      .operands_least = 1,
      .operands_most = 1,
      .operand_words = "@file",
      .exits = "0237",
      EXAMPLES(draw_examples),
      .run = kt_cmd_draw },
    { .name = "devices",
      .summary = "list devices with their limits",
      .operands = "[NAME]",
      .about =
          "Lists the devices that 'ketch run --device' takes: those on this machine, with what fits into its memory "
          "now, and Braket's in all regions, with status, qubits, queue, list price and next window. With NAME, "
          "all about one: gates, noise channels, modifiers, result types. Without AWS credentials the devices on "
          "this machine are listed; a region that does not answer is a warning.",
      OPTIONS(devices_options),
      .operands_least = 0,
      .operands_most = 1,
      .operand_words = "local:sv local:dm sv1 dm1",
      .exits = "02357",
      EXAMPLES(devices_examples),
      .full_symbol = "kt_cmd_account_devices",
      .run = kt_cmd_devices },
    { .name = "tasks",
      .summary = "list the quantum tasks of the account",
      .operands = "",
      .about =
          "Lists what is in the account, whoever submitted it and from wherever, newest first, and counts tasks and "
          "shots by device. All regions that have Braket are asked at once; one that does not answer is a "
          "warning. A program set counts its shots in all.",
      OPTIONS(tasks_options),
      .exits = "02357",
      EXAMPLES(tasks_examples),
      .full_symbol = "kt_cmd_tasks",
      .run = kt_cli_account },
    { .name = "jobs",
      .summary = "list the hybrid jobs of the account",
      .operands = "",
      .about = "Lists hybrid jobs as 'ketch tasks' lists quantum tasks.",
      OPTIONS(jobs_options),
      .exits = "02357",
      EXAMPLES(jobs_examples),
      .full_symbol = "kt_cmd_jobs",
      .run = kt_cli_account },
    { .name = "result",
      .summary = "show what came of a quantum task",
      .operands = "ARN",
      .about = "Asks Braket how the task stands and, when it is completed, fetches its result from S3 and shows it as "
               "'ketch run' does, whoever submitted it. Of a task that is not at its end its status is shown (exit "
               "status 1), of one that failed the reason, of a hybrid job its status and where its results are.",
      OPTIONS(result_options),
      .operands_least = 1,
      .operands_most = 1,
      .exits = "0123567",
      EXAMPLES(result_examples),
      .full_symbol = "kt_cmd_result",
      .run = kt_cli_account },
    { .name = "cancel",
      .summary = "cancel quantum tasks and hybrid jobs",
      .operands = "ARN...",
      .about = "Asks Braket to cancel each, all at once, and says what came of it: 'confirmed' when it is cancelled, "
               "'requested' when Braket has taken note of it, 'too late' when it was at its end (exit status 1).",
      OPTIONS(cancel_options),
      .operands_least = 1,
      .operands_most = INT_MAX,
      .exits = "012357",
      EXAMPLES(cancel_examples),
      .full_symbol = "kt_cmd_cancel",
      .run = kt_cli_account },
    { .name = "doctor",
      .summary = "check all that a run on Braket needs",
      .operands = "",
      .about =
          "Checks this machine (state folder, disk, memory) and the way to AWS: settings, region, endpoint, clock, "
          "credentials, identity, access to devices, the bucket for results and its owner, roles, quotas. For each it "
          "says what is wrong and the command or the step that mends it. Nothing costs money; the one object that is "
          "written to the bucket is deleted again.\n\n"
          "Ends with 5 when something of AWS or on the way there is wrong, with 7 when only this machine is; warnings "
          "don't count. doc/aws.md says where each setting comes from.",
      OPTIONS(doctor_options),
      .operands_least = 0,
      .operands_most = 0,
      .exits = "02357",
      EXAMPLES(doctor_examples),
      .full_symbol = "kt_cmd_doctor",
      .run = kt_cli_doctor },
    { .name = "config",
      .summary = "show the settings and where each came from",
      .operands = "[NAME]...",
      .about = "Shows every setting, or those named. Later sources win: defaults, /etc/ketch/config.yaml, "
               "~/.config/ketch/config.yaml, ./ketch.yaml, then the environment (KETCH_SHOTS, "
               "KETCH_EXECUTORS_BRAKET_REGION). A setting is the default of the option of its name. AWS's own "
               "settings (AWS_*, ~/.aws) are AWS's; 'ketch doctor' shows what is made of them.",
      OPTIONS(config_options),
      .operands_most = INT_MAX,
      .exits = "0237",
      EXAMPLES(config_examples),
      .run = kt_cmd_config },
    { .name = "config import",
      .summary = "take over a Covalent configuration",
      .operands = "FILE",
      .about = "Reads Covalent's configuration file (TOML) and prints the settings of its executor for Braket as "
               "Ketch's, in YAML. Standard error says of each key what became of it.",
      OPTIONS(config_import_options),
      .operands_least = 1,
      .operands_most = 1,
      .operand_words = "@file",
      .exits = "0237",
      EXAMPLES(config_import_examples),
      .run = kt_cmd_config_import },
    { .name = "sandbox",
      .summary = "serve an Amazon Braket of your own, on this machine",
      .operands = "[-- COMMAND [ARG]...]",
      .about =
          "Listens as an Amazon Braket endpoint: boto3, the Amazon Braket SDK and PennyLane work against it "
          "unmodified, no account is needed, and nothing is charged. With COMMAND, runs it with the endpoint and "
          "a key in its environment, stops when it ends, and ends with its exit status; else prints the lines that "
          "lead a shell's programs to it, and serves until it is interrupted. doc/sandbox.md is the guide.",
      OPTIONS(sandbox_options),
      .operands_least = 0,
      .operands_most = 0,
      .tail = true,
      .exits = "012367",
      EXAMPLES(sandbox_examples),
      .full_symbol = "kt_cmd_sandbox",
      .run = kt_cli_sandbox },
    { .name = "sandbox bill",
      .summary = "show what a sandbox has charged so far",
      .operands = "",
      .about = "Asks a running sandbox for its bill: what Amazon Braket would have charged for the same work.",
      OPTIONS(bill_options),
      .operands_least = 0,
      .operands_most = 0,
      .exits = "02357",
      EXAMPLES(bill_examples),
      .full_symbol = "kt_cmd_sandbox_bill",
      .run = kt_cli_sandbox_bill },
    { .name = "debug",
      .summary = "look at one step of what ketch does",
      .operands = "sign",
      .about = "Runs one step by itself and shows what goes in and what comes out: 'ketch debug sign' for signatures.",
      .operands_least = 0,
      .operands_most = 0,
      .exits = "027",
      .run = kt_cmd_debug },
    { .name = "debug sign",
      .summary = "sign an HTTP request and show each step",
      .operands = "",
      .about =
          "Signs the HTTP request in a file as AWS's Signature Version 4 wants it, and prints one JSON object: the "
          "canonical request, the string to sign, the signature, and the request with it. For finding out why a "
          "signature is refused. An earlier signature in the request is replaced. Nothing is sent.",
      OPTIONS(debug_sign_options),
      .operands_least = 0,
      .operands_most = 0,
      .exits = "0237",
      EXAMPLES(debug_sign_examples),
      .full_symbol = "kt_cmd_debug_sign",
      .run = kt_cli_debug_sign },
    { .name = "version",
      .summary = "show the versions of the program and its libraries",
      .operands = "",
      .about = "Shows the version of the program, of libketch-core, which it runs on, and of libketch, which it opens "
               "for this and for commands that need more than circuits.",
      OPTIONS(version_options),
      .operands_least = 0,
      .operands_most = 0,
      .exits = "0237",
      .run = kt_cmd_version },
    { .name = "completion",
      .summary = "print a completion script for a shell",
      .operands = "bash|zsh|fish",
      .about = "Prints the script that lets a shell complete ketch's commands, options and their values.",
      .operands_least = 1,
      .operands_most = 1,
      .operand_words = "bash zsh fish",
      .exits = "027",
      EXAMPLES(completion_examples),
      .run = kt_cmd_completion },
    { .name = "help",
      .summary = "show help for a command",
      .operands = "[COMMAND]",
      .about = "Shows what 'ketch COMMAND --help' shows; without COMMAND, the list of commands.",
      OPTIONS(help_options),
      .operands_least = 0,
      .operands_most = 2,
      .operand_words = "@command",
      .exits = "027",
      .run = kt_cmd_help },
};
const size_t kt_command_count = KT_COUNT(kt_commands);

const kt_command *kt_command_find(const char *name)
{
    for (size_t i = 0; i < kt_command_count; i++)
        if (strcmp(kt_commands[i].name, name) == 0)
            return &kt_commands[i];
    return NULL;
}

const kt_command *kt_command_find_words(size_t count, const char *const words[], size_t *used)
{
    char two[64];
    const kt_command *command = NULL;
    if (count > 1 && (size_t)snprintf(two, sizeof(two), "%s %s", words[0], words[1]) < sizeof(two))
        command = kt_command_find(two);
    *used = command != NULL ? 2 : 1;
    return command != NULL || count == 0 ? command : kt_command_find(words[0]);
}
