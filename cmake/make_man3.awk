# SPDX-License-Identifier: Apache-2.0
# make_man3.awk - a public header as a manual page of section 3: its comments are the text, its declarations the code.
#   awk -v version=0.1.0 -v package=ketch -f make_man3.awk include/ketch/braket.h >ketch_braket.3
# The head comment gives the summary (its first sentence, up to a blank line) and the description; "---- words ----" is a
# heading; a comment that begins in the first column is a paragraph, everything else stands as it is in the header.

function plain(text)
{
    gsub(/\\/, "\\e", text)
    gsub(/-/, "\\-", text)
    if (text ~ /^[.']/)
        text = "\\\&" text
    return text
}

function end_code()
{
    if (in_code)
        print ".EE\n.in"
    in_code = 0
}

function code(text)
{
    if (!in_code) {
        if (text ~ /^[ \t]*$/)
            return
        print ".PP\n.in +2n\n.EX"
    }
    in_code = 1
    blank = text ~ /^[ \t]*$/
    if (blank)
        held++
    else {
        while (held > 0) {
            print ""
            held--
        }
        print plain(text)
    }
}

function paragraph(text)
{
    sub(/^ \*\/?[ ]?/, "", text)
    sub(/[ ]*\*\/$/, "", text)
    if (text == "")
        print ".PP"
    else
        print plain(text)
}

NR == 1 {
    next # the licence
}
NR == 2 {
    line = $0
    sub(/^\/\* /, "", line)
    file = line
    sub(/ - .*/, "", file)
    sub(/^[^ ]* - /, "", line)
    is_whole = sub(/[ ]*\*\/$/, "", line)
    name = file
    gsub(/[\/]/, "_", name)
    sub(/\.h$/, "", name)
    title = toupper(name)
    summary = line
    sub(/\. .*/, "", summary)
    sub(/\.$/, "", summary)
    print ".\\\" Made from <" file "> by cmake/make_man3.awk."
    print ".TH " title " 3 \"\" \"ketch " version "\" \"Ketch Manual\""
    print ".SH NAME\n" name " \\- " plain(summary)
    print ".SH SYNOPSIS\n.nf\n.B #include <" file ">\n.PP\n.BI \"cc \" program.c \" $(pkg\\-config \\-\\-cflags \\-\\-libs " plain(package) ")\""
    print ".fi\n.SH DESCRIPTION"
    print plain(toupper(substr(line, 1, 1)) substr(line, 2))
    in_head = !is_whole
    next
}
in_head {
    paragraph($0)
    if ($0 ~ /\*\/$/) {
        in_head = 0
        heading = "DECLARATIONS"
    }
    next
}
/^#(ifndef|ifdef|endif|define KETCH_.*_H$|include)/ || /^extern "C"/ || /^}$/ && was_guard {
    was_guard = /^#ifdef __cplusplus/
    next
}
/^\/\* ---- .* ---- \*\/$/ {
    end_code()
    held = 0
    text = $0
    gsub(/^\/\* ---- | ---- \*\/$/, "", text)
    heading = ""
    print ".SH " toupper(text)
    next
}
heading != "" && !/^[ \t]*$/ {
    print ".SH " heading
    heading = ""
}
in_comment {
    paragraph($0)
    in_comment = $0 !~ /\*\/$/
    next
}
/^\/\*/ {
    end_code()
    held = 0
    print ".PP"
    text = $0
    sub(/^\/\* ?/, "", text)
    in_comment = text !~ /\*\/$/
    sub(/[ ]*\*\/$/, "", text)
    print plain(text)
    next
}
{
    code($0)
}
END {
    end_code()
    print ".SH SEE ALSO\n.BR ketch (1)"
}
