/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The spec language:
 *   spec    = step { '|' step }              a '|' makes a chain
 *   step    = [ name ':' ] ( call | 'passthrough' | 'drop' )
 *   call    = Class [ '(' [ arg { ',' arg } ] ')' ]
 *   arg     = param '=' value | spec | [ name ':' ] columns '->' spec
 *   columns = keyword | item | '[' item { ',' item } ']'        item = name | "string" | index
 *   value   = number | true | false | None | inf | nan | word | "string" | list | tuple | map |
 * spec
 */
#ifndef COFIT_ESTIMATOR_SPEC_H
#define COFIT_ESTIMATOR_SPEC_H

#include "base/text.h"
#include "estimator/instance.h"

/* The class a '|' makes. */
#define CFI_CHAIN_CLASS "Pipeline"

typedef enum cfi_token_kind {
    CFI_TOKEN_END,
    CFI_TOKEN_WORD,
    CFI_TOKEN_STRING,
    CFI_TOKEN_NUMBER,
    CFI_TOKEN_ARROW,
    CFI_TOKEN_SIGN /* one character, in `sign` */
} cfi_token_kind;

typedef struct cfi_token {
    cfi_token_kind kind;
    const char *start; /* inside the text of the lexer */
    size_t length;     /* bytes, the quotes of a string included; 0 at the end */
    char sign;         /* of CFI_TOKEN_SIGN, else 0 */
} cfi_token;

/* A cursor over a spec with the token it stands on. */
typedef struct cfi_lexer {
    const char *text, *next; /* the whole, borrowed; behind the token */
    cfi_token token;
} cfi_lexer;

/* Stands on the first token of `text`. CF_ERR_FORMAT with the column. */
CF_NODISCARD cf_status cfi_lexer_begin(cfi_lexer *lexer, const char *text);

/* Moves to the next token. */
CF_NODISCARD cf_status cfi_lexer_step(cfi_lexer *lexer);

/* Fails at the current token: "column 7: <message>". */
cf_status cfi_lexer_fail(const cfi_lexer *lexer, cf_status status, const char *format, ...)
    CF_PRINTF(3, 4);

/* True when the current token is the sign or the word. */
bool cfi_lexer_at(const cfi_lexer *lexer, char sign);
bool cfi_token_is(const cfi_token *token, const char *word);

/* A new text with the token's content; the escapes of a string are resolved. */
CF_NODISCARD cf_status cfi_token_text(const cfi_lexer *lexer, char **out);

/* True for a text the lexer reads as one word. */
bool cfi_is_plain_word(const char *text);

/* The missing names of `count` steps: the class in lower case, numbered when it repeats. */
CF_NODISCARD cf_status cfi_default_step_names(const cf_step *steps, cf_index count, char **names);

#endif
