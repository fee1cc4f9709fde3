/* SPDX-License-Identifier: Apache-2.0 */
/* schema.c - the tables of a sandbox's state. Times are nanoseconds since 1970 by the sandbox's clock.
 * A step that was released is never edited: a change is one more step. */
#include "sandbox/schema.h"

#include "base/base.h"

/* What a task asks to be computed is large and seldom read: it lies apart, so that the task table stays small. */
static const char tasks[] =
    "CREATE TABLE setting(name TEXT PRIMARY KEY, value NOT NULL) WITHOUT ROWID;"

    "CREATE TABLE task("
    " id INTEGER PRIMARY KEY,"
    " uuid BLOB NOT NULL UNIQUE," /* 16 bytes; what a task is looked up by */
    " arn TEXT NOT NULL,"
    " region TEXT NOT NULL,"
    " device_arn TEXT NOT NULL,"
    " status INTEGER NOT NULL," /* kt_task_status */
    " shots INTEGER NOT NULL,"
    " bucket TEXT NOT NULL,"
    " directory TEXT NOT NULL,"
    " created_ns INTEGER NOT NULL,"
    " started_ns INTEGER,"
    " ended_ns INTEGER,"
    " cancel_requested_ns INTEGER,"
    " failure_reason TEXT,"
    " action_type TEXT,"
    " program_count INTEGER,"
    " executable_count INTEGER,"
    " successful_shots INTEGER,"
    " simulated_ms INTEGER,"
    " job_token TEXT,"
    " job_arn TEXT,"
    " associations_json TEXT,"
    " experimental_json TEXT,"
    " device_parameters TEXT,"
    " tags_json TEXT,"
    " cancel_token TEXT,"
    " seed INTEGER,"
    " bill_note TEXT);"
    "CREATE INDEX task_by_created ON task(region, created_ns);"
    "CREATE INDEX task_by_status ON task(region, status, created_ns);"
    "CREATE INDEX task_by_device ON task(region, device_arn, created_ns);"
    "CREATE INDEX task_live ON task(id) WHERE ended_ns IS NULL;"
    "CREATE TABLE task_action(task_id INTEGER PRIMARY KEY, action TEXT NOT NULL);"

    "CREATE TABLE token(" /* answers given to client tokens, for the same call made twice */
    " scope TEXT NOT NULL, token TEXT NOT NULL, digest BLOB NOT NULL, answer TEXT NOT NULL,"
    " created_ns INTEGER NOT NULL,"
    " PRIMARY KEY(scope, token)) WITHOUT ROWID;"

    "CREATE TABLE granted_key("
    " access_key TEXT PRIMARY KEY, secret TEXT NOT NULL, token TEXT NOT NULL, expires_ns INTEGER NOT NULL,"
    " account TEXT NOT NULL, arn TEXT NOT NULL) WITHOUT ROWID;";

/* An object's or part's bytes are in `body` or in the file objects/<file> of the state folder. Whatever makes a row let
 * go of its file, the triggers note it: once that is committed the file may go. */
static const char objects[] =
    "CREATE TABLE bucket("
    " name TEXT PRIMARY KEY, region TEXT NOT NULL, created_ns INTEGER NOT NULL,"
    " tags_xml TEXT, public_access_xml TEXT) WITHOUT ROWID;"

    "CREATE TABLE object("
    " id INTEGER PRIMARY KEY,"
    " bucket TEXT NOT NULL REFERENCES bucket(name),"
    " key TEXT NOT NULL,"
    " etag TEXT NOT NULL," /* without quotes */
    " bytes INTEGER NOT NULL,"
    " modified_ns INTEGER NOT NULL,"
    " content_type TEXT,"
    " meta TEXT,"      /* other headers that come back, as lines: "x-amz-meta-a:1\ncache-control:..." */
    " checksums TEXT," /* the same: "x-amz-checksum-crc32:...\nx-amz-checksum-type:FULL_OBJECT\n" */
    " tags_xml TEXT,"
    " upload_id TEXT," /* the upload that made it: completing that once more is no error */
    " file TEXT,"
    " body BLOB,"
    " UNIQUE(bucket, key));"
    "CREATE INDEX object_by_file ON object(file) WHERE file IS NOT NULL;"

    "CREATE TABLE upload("
    " id TEXT PRIMARY KEY,"
    " bucket TEXT NOT NULL REFERENCES bucket(name) ON DELETE CASCADE,"
    " key TEXT NOT NULL,"
    " created_ns INTEGER NOT NULL,"
    " content_type TEXT, meta TEXT, tags_xml TEXT,"
    " checksum TEXT, checksum_type TEXT) WITHOUT ROWID;" /* "crc32", "COMPOSITE" */
    "CREATE INDEX upload_by_key ON upload(bucket, key, id);"
    "CREATE TABLE part("
    " upload_id TEXT NOT NULL REFERENCES upload(id) ON DELETE CASCADE,"
    " number INTEGER NOT NULL,"
    " etag TEXT NOT NULL,"
    " bytes INTEGER NOT NULL,"
    " modified_ns INTEGER NOT NULL,"
    " checksums TEXT,"
    " file TEXT NOT NULL,"
    " PRIMARY KEY(upload_id, number)) WITHOUT ROWID;"
    "CREATE INDEX part_by_file ON part(file);"

    "CREATE TABLE garbage(file TEXT PRIMARY KEY) WITHOUT ROWID;"
    "CREATE TRIGGER object_deleted AFTER DELETE ON object WHEN OLD.file IS NOT NULL"
    " BEGIN INSERT OR IGNORE INTO garbage VALUES(OLD.file); END;"
    "CREATE TRIGGER object_replaced AFTER UPDATE OF file ON object WHEN OLD.file IS NOT NULL"
    " AND OLD.file IS NOT NEW.file"
    " BEGIN INSERT OR IGNORE INTO garbage VALUES(OLD.file); END;"
    "CREATE TRIGGER part_deleted AFTER DELETE ON part"
    " BEGIN INSERT OR IGNORE INTO garbage VALUES(OLD.file); END;"
    "CREATE TRIGGER part_replaced AFTER UPDATE OF file ON part WHEN OLD.file <> NEW.file"
    " BEGIN INSERT OR IGNORE INTO garbage VALUES(OLD.file); END;";

const char *const kt_sandbox_schema[] = { tasks, objects };
const size_t kt_sandbox_schema_count = KT_COUNT(kt_sandbox_schema);
