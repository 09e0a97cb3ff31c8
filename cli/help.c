/* SPDX-License-Identifier: BSD-3-Clause */
/* Help, manual page and shell completion, from the tables of verbs and options. */
#include "cli.h"

#include <stddef.h>

/* For the help and the manual page alike. */
static const char examples[] =
    "  cofit cv 'StandardScaler | SVC(C=10)' --data wine.csv --target class --scoring "
    "accuracy,f1_macro\n"
    "  cofit fit 'StandardScaler | Ridge' --data train.csv --target price -o price.cofit\n"
    "  cofit predict price.cofit --data new.csv -o predicted.csv\n"
    "  cofit search 'StandardScaler | SVC' --data wine.csv --target class --grid "
    "'svc__C=0.1,1,10'\n"
    "  cofit describe SVC\n";

/* All that fits a screen: the options are in the help of each command. */
void print_help(FILE *out)
{
    fprintf(out, "cofit %s: classical machine learning\n\nexamples:\n%s\ncommands:\n", cf_version(),
            examples);
    for (int v = 0; v < VERB_COUNT; v++)
        fprintf(out, "  %-10s %-6s %s\n", verb_name((verb)v), verb_argument((verb)v),
                verb_help((verb)v));
    fputs(
        "\n`cofit COMMAND --help` lists the options of a command.\n"
        "exit status: 0 done, 1 data or run-time error, 2 usage, 130 interrupted, 143 terminated\n",
        out);
}

/* Options without a letter are set in, so that the long names stand below each other. */
static void print_option(FILE *out, const option_row *row)
{
    char left[64];
    snprintf(left, sizeof left, "%c%c%s--%s%s%s", row->letter ? '-' : ' ',
             row->letter ? row->letter : ' ', row->letter ? ", " : "  ", row->name,
             row->value ? " " : "", row->value ? row->value : "");
    fprintf(out, "  %-24s %s\n", left, row->help);
}

static bool is_format(const option_row *row)
{
    return row->field == offsetof(request, format);
}

void print_verb_help(FILE *out, verb v)
{
    fprintf(out, "usage: cofit %s %s%s[options]\n%s\n\noptions:\n", verb_name(v), verb_argument(v),
            *verb_argument(v) ? " " : "", verb_help(v));
    for (const option_row *row = option_rows; row->name; row++)
        if (row->verbs & 1u << v) {
            print_option(out, row);
            if (is_format(row))
                fprintf(out, "  %-24s %s\n", "", verb_formats(v));
        }
}

/* The formats of every verb that has some, as the end of the option's paragraph. */
static void put_formats(FILE *out)
{
    for (int v = 0; v < VERB_COUNT; v++)
        if (*verb_formats((verb)v))
            fprintf(out, ".br\n%s: %s\n", verb_name((verb)v), verb_formats((verb)v));
}

/* A text in a manual page: a dash is a minus, a line that begins with a dot is guarded. */
static void put_roff(FILE *out, const char *text)
{
    if (*text == '.' || *text == '\'')
        fputs("\\&", out);
    for (; *text; text++) {
        if (*text == '-')
            fputs("\\-", out);
        else if (*text == '\\')
            fputs("\\e", out);
        else
            fputc(*text, out);
        if (*text == '\n' && (text[1] == '.' || text[1] == '\''))
            fputs("\\&", out);
    }
}

/* A page of man(1) in roff; the build installs it, as it does the completion. */
void print_manual(FILE *out)
{
    fprintf(out,
            ".TH COFIT 1 \"\" \"cofit %s\" \"User Commands\"\n.SH NAME\ncofit \\- classical "
            "machine learning\n",
            cf_version());
    fputs(".SH SYNOPSIS\n.B cofit\n.I COMMAND\n[options]\n.SH EXAMPLES\n.nf\n", out);
    put_roff(out, examples);
    fputs(".fi\n.SH COMMANDS\n", out);
    for (int v = 0; v < VERB_COUNT; v++)
        fprintf(out, ".TP\n.B %s \\fI%s\\fR\n%s\n", verb_name((verb)v), verb_argument((verb)v),
                verb_help((verb)v));
    fputs(".SH OPTIONS\n", out);
    for (const option_row *row = option_rows; row->name; row++) {
        fputs(".TP\n\\fB", out);
        if (row->letter)
            fprintf(out, "\\-%c, ", row->letter);
        fputs("\\-\\-", out);
        put_roff(out, row->name);
        fprintf(out, "\\fR %s%s%s\n", row->value ? "\\fI" : "", row->value ? row->value : "",
                row->value ? "\\fR" : "");
        put_roff(out, row->help);
        fputc('\n', out);
        if (is_format(row))
            put_formats(out);
    }
    fputs(".SH EXIT STATUS\n0 done, 1 data or run\\-time error, 2 usage, 130 interrupted, 143 "
          "terminated\n"
          ".SH ENVIRONMENT\n.TP\n.B NO_COLOR\nno colours and no progress bar when set\n"
          ".TP\n.B OMP_NUM_THREADS\nthreads, as \\-\\-threads\n",
          out);
}

/* A script for bash: verbs as the first word, then the options of the verb, else files. */
void print_completion(FILE *out)
{
    fputs("_cofit() {\n  local word=${COMP_WORDS[COMP_CWORD]} options=\n"
          "  if [ \"$COMP_CWORD\" = 1 ]; then\n    COMPREPLY=($(compgen -W '",
          out);
    for (int v = 0; v < VERB_COUNT; v++)
        fprintf(out, "%s ", verb_name((verb)v));
    fputs("--help --version' -- \"$word\"))\n    return\n  fi\n  case ${COMP_WORDS[1]} in\n", out);
    for (int v = 0; v < VERB_COUNT; v++) {
        fprintf(out, "    %s) options='", verb_name((verb)v));
        for (const option_row *row = option_rows; row->name; row++)
            if (row->verbs & 1u << v)
                fprintf(out, "--%s ", row->name);
        fputs("' ;;\n", out);
    }
    fputs(
        "  esac\n  case $word in\n    -*) COMPREPLY=($(compgen -W \"$options\" -- \"$word\")) ;;\n"
        "    *) COMPREPLY=($(compgen -f -- \"$word\")) ;;\n  esac\n}\ncomplete -F _cofit cofit\n",
        out);
}
