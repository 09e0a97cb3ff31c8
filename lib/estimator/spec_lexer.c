/* SPDX-License-Identifier: BSD-3-Clause */
/* Tokens of the spec language; strings are JSON strings, columns count characters from 1. */
#include "estimator/spec.h"

#include "estimator/json.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Every byte of a character beyond ASCII counts as a letter: the text is UTF-8, which
 * cfi_lexer_begin has checked. No <ctype.h>: it depends on the locale. */
static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (unsigned char)c >= 0x80;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Length of the word at s: letters, digits, _ + . and a - that is not part of an arrow. */
static size_t word_length(const char *s)
{
    if (!is_letter(*s))
        return 0;
    size_t n = 1;
    while (is_letter(s[n]) || is_digit(s[n]) || s[n] == '+' || s[n] == '.' ||
           (s[n] == '-' && s[n + 1] != '>'))
        n++;
    return n;
}

/*
 * Length of the number at s, 0 when there is none: [sign] digits with points and an exponent, or
 * [sign] inf. It marks the extent only: that "1.2.3" is no number is found by parse_number. "inf"
 * must be a whole word: "infer" is one, too.
 */
static size_t number_length(const char *s)
{
    size_t n = *s == '-' || *s == '+' ? 1 : 0;
    if (strncmp(s + n, "inf", 3) == 0 && word_length(s + n) == 3)
        return n + 3;
    if (!is_digit(s[n]) && !(s[n] == '.' && is_digit(s[n + 1])))
        return 0;
    while (is_digit(s[n]) || s[n] == '.' ||
           ((s[n] == 'e' || s[n] == 'E') &&
            (is_digit(s[n + 1]) || ((s[n + 1] == '-' || s[n + 1] == '+') && is_digit(s[n + 2])))) ||
           ((s[n] == '-' || s[n] == '+') && (s[n - 1] == 'e' || s[n - 1] == 'E')))
        n++;
    return n;
}

/* Length of the string at s with both quotes; 0 when it does not end. */
static size_t string_length(const char *s)
{
    for (size_t n = 1; s[n]; n++) {
        if (s[n] == '\\' && s[n + 1])
            n++;
        else if (s[n] == '"')
            return n + 1;
    }
    return 0;
}

/* Also a keyword is plain: whoever prints a text looks at is_reserved besides (spec_print.c). */
bool cfi_is_plain_word(const char *text)
{
    return *text && word_length(text) == strlen(text);
}

cf_status cfi_lexer_fail(const cfi_lexer *lexer, cf_status status, const char *format, ...)
{
    /* formatted here first: an argument may be cf_last_error(), which cf_fail writes over */
    char message[CFI_MESSAGE_SIZE];
    va_list args;
    va_start(args, format);
    vsnprintf(message, sizeof message, format, args);
    va_end(args);
    size_t column = 1; /* in characters, not bytes */
    for (const char *s = lexer->text; s < lexer->token.start; s++)
        column += ((unsigned char)*s & 0xC0) != 0x80;
    return cf_fail(status, "column %zu: %s", column, message);
}

cf_status cfi_lexer_step(cfi_lexer *lexer)
{
    /* A number is tried before a word, for "inf" is both, and before the arrow: "-1" and "->" begin
     * alike. At the end of the text the token is END, however often the lexer steps. */
    const char *s = lexer->next;
    while (*s == ' ' || *s == '\t' || *s == '\n' || *s == '\r')
        s++;
    cfi_token *t = &lexer->token;
    *t = (cfi_token){.kind = CFI_TOKEN_END, .start = s};
    if (*s == '"') {
        t->kind = CFI_TOKEN_STRING;
        t->length = string_length(s);
        if (t->length == 0)
            return cfi_lexer_fail(lexer, CF_ERR_FORMAT, "a string does not end");
    } else if ((t->length = number_length(s)) > 0) {
        t->kind = CFI_TOKEN_NUMBER;
    } else if ((t->length = word_length(s)) > 0) {
        t->kind = CFI_TOKEN_WORD;
    } else if (s[0] == '-' && s[1] == '>') {
        t->kind = CFI_TOKEN_ARROW;
        t->length = 2;
    } else if (*s) {
        if (!strchr("|:=(){}[],", *s))
            return cfi_lexer_fail(lexer, CF_ERR_FORMAT, "unexpected character '%c'", *s);
        t->kind = CFI_TOKEN_SIGN;
        t->sign = *s;
        t->length = 1;
    }
    lexer->next = s + t->length;
    return CF_OK;
}

cf_status cfi_lexer_begin(cfi_lexer *lexer, const char *text)
{
    /* the text is borrowed: tokens point into it */
    *lexer = (cfi_lexer){.text = text, .next = text};
    lexer->token.start = text;
    if (!cfi_utf8_is_valid(text, strlen(text)))
        return cfi_lexer_fail(lexer, CF_ERR_FORMAT, "the text is not UTF-8");
    return cfi_lexer_step(lexer);
}

bool cfi_lexer_at(const cfi_lexer *lexer, char sign)
{
    return lexer->token.kind == CFI_TOKEN_SIGN && lexer->token.sign == sign;
}

bool cfi_token_is(const cfi_token *token, const char *word)
{
    return token->kind == CFI_TOKEN_WORD && strlen(word) == token->length &&
           memcmp(token->start, word, token->length) == 0;
}

/* Resolves the escapes of a JSON string, which stands alone here: without JSON_DECODE_ANY only
 * objects and arrays are read. \u0000 is refused, so the result is a whole C string. */
static cf_status unescape(const cfi_lexer *lexer, char **out)
{
    json_error_t error;
    json_t *json = cfi_json_read(lexer->token.start, lexer->token.length, JSON_DECODE_ANY, &error);
    if (!json)
        return cfi_lexer_fail(lexer, CF_ERR_FORMAT, "the string is malformed (%s)", error.text);
    *out = cf_text_copy(json_string_value(json));
    json_decref(json);
    return *out ? CF_OK : cf_out_of_memory();
}

cf_status cfi_token_text(const cfi_lexer *lexer, char **out)
{
    if (lexer->token.kind == CFI_TOKEN_STRING)
        return unescape(lexer, out);
    cfi_text text = {0};
    cfi_text_add(&text, lexer->token.start, lexer->token.length);
    return cfi_text_take(&text, out);
}
