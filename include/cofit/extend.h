/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file extend.h
 * For writing an estimator: the class table, and what a slot can call.
 *
 * An estimator is a struct whose first member is a cf_estimator, four tables and some functions.
 * The core reads the tables and does everything else: defaults, checks, clone, free, save, load,
 * help. The same header serves classes inside and outside the library
 * (docs/adding_an_estimator.md). The macros of the tables are C11: a class is written in C, what it
 * calls may be C++.
 */
#ifndef COFIT_EXTEND_H
#define COFIT_EXTEND_H

#include "model_selection.h"

CF_BEGIN_DECLS

/** The layout of the tables below; cf_register refuses another. */
#define CF_ABI 1u

/** The part of an instance the core owns. Never grows. */
struct cf_estimator {
    const cf_class *cls;
    struct cfi_core *core;
    void *reserved;
};

/** Kinds of class: every bit that applies. */
enum {
    CF_REGRESSOR = 1 << 0,
    CF_CLASSIFIER = 1 << 1,
    CF_TRANSFORMER = 1 << 2,
    CF_CLUSTERER = 1 << 3,
    CF_OUTLIER = 1 << 4,
    CF_SPLITTER = 1 << 5, /**< has `split` instead of `fit` */
    CF_META = 1 << 6      /**< holds estimators; its other kinds come from `traits` */
};

/** Tags: what a class can take, and what its results promise. */
enum {
    CF_TAG_SPARSE = 1 << 0,           /**< X may be CSR */
    CF_TAG_NAN = 1 << 1,              /**< X may hold NaN (missing) */
    CF_TAG_WEIGHTS = 1 << 2,          /**< fit takes sample weights */
    CF_TAG_MULTI_OUTPUT = 1 << 3,     /**< y may have several columns */
    CF_TAG_REQUIRES_Y = 1 << 4,       /**< fit without y is an error */
    CF_TAG_POSITIVE = 1 << 5,         /**< X must be non-negative */
    CF_TAG_F32 = 1 << 6,              /**< slots take f32 X as it is; else it is converted to f64 */
    CF_TAG_CATEGORIES = 1 << 7,       /**< coded columns (categorical, text) are accepted */
    CF_TAG_PAIRWISE = 1 << 8,         /**< X is a square kernel or distance matrix */
    CF_TAG_NONDETERMINISTIC = 1 << 9, /**< depends on random_state */
    CF_TAG_ORDER_FREE = 1 << 10,      /**< the order of the training rows does not matter (1e-8) */
    CF_TAG_ONE_TO_ONE = 1 << 11,      /**< transform keeps the columns and their names */
    CF_TAG_POOR_SCORE = 1 << 12,      /**< not made to predict well (dummies) */
    CF_TAG_STATELESS = 1 << 13,       /**< transform works without fit */
    CF_TAG_BINARY_ONLY = 1 << 14,     /**< two classes only */
    CF_TAG_WARM_START = 1 << 15,      /**< has warm_start: fit may go on from the previous state */
    CF_TAG_KEEPS_F32 = 1 << 16,       /**< transform of f32 gives f32 */
    CF_TAG_ANY_X = 1 << 17,    /**< X is passed as given; the children check it (composites) */
    CF_TAG_RAVELS_Y = 1 << 18, /**< a column of y counts as 1-D, whatever the caller says */
    /** X comes unsearched for NaN and infinity: fit calls cf_fit_scan where they would not show,
     * and a row that holds one has an answer that is not finite. */
    CF_TAG_SCANS_X = 1 << 19
};

/** Slots as bits, for cf_traits.methods. */
enum {
    CF_HAS_PREDICT = 1 << 0,
    CF_HAS_PREDICT_PROBA = 1 << 1,
    CF_HAS_DECISION = 1 << 2,
    CF_HAS_TRANSFORM = 1 << 3,
    CF_HAS_INVERSE = 1 << 4,
    CF_HAS_SCORE_SAMPLES = 1 << 5,
    CF_HAS_PARTIAL_FIT = 1 << 6,
    CF_HAS_FIT_PREDICT = 1 << 7,
    CF_HAS_SCORE = 1 << 8
};

/** What an instance is, as configured: the class's own figures unless its `traits` slot changes
 * them. */
typedef struct cf_traits {
    unsigned kind;    /**< CF_REGRESSOR | ... */
    unsigned tags;    /**< CF_TAG_... */
    unsigned methods; /**< CF_HAS_... */
} cf_traits;

/* ---- runs, threads, randomness ---- */

/** One outermost call of the library: cancel flag, deadline, progress, warnings, thread count. */
typedef struct cf_run cf_run;

/** CF_OK, or CF_ERR_CANCELLED or CF_ERR_DEADLINE; cheap: call it once an iteration. NULL is
 * allowed. */
CF_API CF_NODISCARD cf_status cf_run_check(cf_run *run);

/** Reports progress in [0, 1] of this run's share; NULL is allowed. */
CF_API void cf_run_progress(cf_run *run, double fraction, const char *stage);

/** Emits a warning, formatted; the same text is emitted once a run. NULL is allowed (it is
 * dropped). */
CF_API void cf_run_warn(cf_run *run, cf_warning kind, const char *format, ...) CF_PRINTF(3, 4);

/** Threads a parallel region of this run may use: scratch per worker has this many entries. */
CF_API int cf_run_threads(const cf_run *run);

/** One chunk [begin, end) of a loop; `worker` < cf_run_threads(run). Neither allocates nor fails.
 */
typedef void (*cf_chunk_fn)(void *ctx, cf_index begin, cf_index end, cf_index chunk, int worker);

/** Runs fn over [0, n) in chunks of `grain`: the boundaries depend on (n, grain) alone. */
CF_API void cf_parallel_for(cf_run *run, cf_index n, cf_index grain, cf_chunk_fn fn, void *ctx);

/** Adds the sums of [begin, end) to `partial` (zeroed before its first use). */
typedef void (*cf_reduce_fn)(void *ctx, cf_index begin, cf_index end, double *partial, int worker);

/**
 * out[0..length) = the sum of fn's partial sums over at most 32 fixed chunks of at least `grain`,
 * added in chunk order: the same bits on any thread count. CF_ERR_MEMORY.
 */
CF_API CF_NODISCARD cf_status cf_parallel_reduce(cf_run *run, cf_index n, cf_index grain,
                                                 cf_index length, cf_reduce_fn fn, void *ctx,
                                                 double *out);

/** One task: may allocate, fail and emit warnings; `run` is the task's own share. */
typedef cf_status (*cf_task_fn)(void *ctx, cf_index task, cf_run *run);

/** Runs n independent tasks; the lowest failing index decides status and message on any thread
 * count. */
CF_API CF_NODISCARD cf_status cf_parallel_tasks(cf_run *run, cf_index n, cf_task_fn fn, void *ctx);

/** MT19937 with the algorithms of NumPy's legacy RandomState. */
typedef struct cf_random {
    uint32_t key[624];
    int position;
    bool has_gauss;
    double gauss;
} cf_random;

/** Seeds as RandomState(seed). */
CF_API void cf_random_seed(cf_random *r, uint32_t seed);

/**
 * Seeds from a random_state parameter: None draws from the operating system, an int seeds,
 * a MATRIX of 625 or more integers is a state (key, position). CF_ERR_ARGUMENT.
 */
CF_API CF_NODISCARD cf_status cf_random_from_value(cf_random *r, const cf_value *random_state);

/** The next 32 random bits. */
CF_API uint32_t cf_random_u32(cf_random *r);

/** Uniform in [0, 1) with 53 bits: RandomState.random_sample. */
CF_API double cf_random_double(cf_random *r);

/** Uniform in [low, high): RandomState.randint with dtype int64; high > low. */
CF_API int64_t cf_random_int(cf_random *r, int64_t low, int64_t high);

/** Standard normal: RandomState.standard_normal. */
CF_API double cf_random_normal(cf_random *r);

/** Shuffles `values` in place: RandomState.shuffle. */
CF_API void cf_random_shuffle(cf_random *r, cf_index *values, cf_index n);

/** Fills out[0..n) with a permutation of 0..n-1: RandomState.permutation(n). */
CF_API void cf_random_permutation(cf_random *r, cf_index n, cf_index *out);

/** Fills out[0..k) with RandomState.choice(n, k, replace=False). CF_ERR_ARGUMENT (k > n),
 * CF_ERR_MEMORY. */
CF_API CF_NODISCARD cf_status cf_random_choice(cf_random *r, cf_index n, cf_index k, cf_index *out);

/** Copies the state as RandomState.get_state(): key (624) and position. */
CF_API void cf_random_get_state(const cf_random *r, uint32_t key[624], int *position);

/** out (1, 627) = the whole state as cf_random_from_value reads it: key, position, has_gauss,
 * gauss. NULL is allowed: nothing is wanted. CF_ERR_MEMORY. */
CF_API CF_NODISCARD cf_status cf_random_to_matrix(const cf_random *r, cf_matrix *out);

/**
 * Hands the generator of random_state back after its last draw. Only the caller of `self` gets it:
 * a nested estimator's state is dropped. NULL run is allowed. CF_ERR_MEMORY.
 */
CF_API CF_NODISCARD cf_status cf_run_return_random(cf_run *run, const cf_estimator *self,
                                                   const cf_random *r);

/** Sets the state; position in [0, 624]. CF_ERR_ARGUMENT. */
CF_API CF_NODISCARD cf_status cf_random_set_state(cf_random *r, const uint32_t key[624],
                                                  int position);

/** Philox4x32-10 of a (seed, stream): one stream a task index, for parallel draws. */
typedef struct cf_stream {
    uint32_t key[2], counter[4], block[4];
    int used;
} cf_stream;

/** Starts stream number `stream` of `seed`. */
CF_API void cf_stream_start(cf_stream *s, uint64_t seed, uint64_t stream);

/** The next 32 random bits of a stream. */
CF_API uint32_t cf_stream_u32(cf_stream *s);

/** Uniform in [0, 1) with 53 bits. */
CF_API double cf_stream_double(cf_stream *s);

/** Uniform in [0, n), n > 0, without bias. */
CF_API uint64_t cf_stream_below(cf_stream *s, uint64_t n);

/* ---- errors and memory ---- */

/** Sets the thread's message and returns `status`: return cf_fail(CF_ERR_SHAPE, "X has %lld
 * columns", ...). */
CF_API cf_status cf_fail(cf_status status, const char *format, ...) CF_PRINTF(2, 3);

/** `count` elements of `size` bytes, 64-byte aligned, undefined; NULL on overflow or when there is
 * none. */
CF_API void *cf_alloc(cf_index count, size_t size);

/** As cf_alloc, zeroed. */
CF_API void *cf_alloc_zero(cf_index count, size_t size);

/** A larger copy of `memory` (old_count elements are kept); NULL leaves the old one valid. */
CF_API void *cf_grow(void *memory, cf_index old_count, cf_index new_count, size_t size);

/** Releases what cf_alloc gave; NULL is allowed. */
CF_API void cf_free(void *memory);

/** Sets the static out-of-memory message and returns CF_ERR_MEMORY. */
CF_API cf_status cf_out_of_memory(void);

/**
 * For tests: the k-th allocation from now (1 = next) fails; k = 0 switches it off. With `all`,
 * every later one fails too. Returns how many allocations were asked for since the last call.
 */
CF_API int64_t cf_fail_allocation(int64_t k, bool all);

/** p = n elements of *p's type; a cf_status. */
#define CF_ALLOC(p, n) (((p) = cf_alloc((n), sizeof *(p))) != NULL ? CF_OK : cf_out_of_memory())

/** As CF_ALLOC, zeroed. */
#define CF_ALLOC_ZERO(p, n)                                                                        \
    (((p) = cf_alloc_zero((n), sizeof *(p))) != NULL ? CF_OK : cf_out_of_memory())

/** Returns a failure at once: only where nothing is owned. */
#define CF_TRY(expression)                                                                         \
    do {                                                                                           \
        const cf_status cf_try_status_ = (expression);                                             \
        if (cf_try_status_ != CF_OK)                                                               \
            return cf_try_status_;                                                                 \
    } while (0)

/** Sets `status` and goes to `cleanup` on failure. Never beside CF_TRY in one function. */
#define CF_GO(expression)                                                                          \
    do {                                                                                           \
        status = (expression);                                                                     \
        if (status != CF_OK)                                                                       \
            goto cleanup;                                                                          \
    } while (0)

/* ---- parameters ---- */

/** Storage of a parameter. */
typedef enum cf_param_type {
    CF_PARAM_REAL,      /**< double */
    CF_PARAM_INT,       /**< int64_t */
    CF_PARAM_BOOL,      /**< bool */
    CF_PARAM_CHOICE,    /**< int: the position in `accepts` */
    CF_PARAM_TEXT,      /**< char *, NULL = None */
    CF_PARAM_VALUE,     /**< cf_value */
    CF_PARAM_ESTIMATOR, /**< cf_estimator *, NULL = None */
    CF_PARAM_STEPS      /**< cf_steps */
} cf_param_type;

/** One step of a composite. */
typedef struct cf_step {
    char *name;
    cf_estimator *estimator; /**< NULL: passthrough or drop */
    bool drop;
    cf_value columns; /**< for a column-wise composite: keyword, name, index or list of them */
} cf_step;

/** The steps of a composite, in order. */
typedef struct cf_steps {
    cf_index count;
    cf_step *items;
} cf_steps;

/**
 * One parameter. `accepts` lists the alternatives: None, bool, text, list, tuple, map, matrix,
 * estimator, function, `int RANGE`, `real RANGE` (RANGE as "[0, inf)"; none = any), or a literal
 * word.
 */
typedef struct cf_param {
    const char *name;
    cf_param_type type;
    size_t offset;
    const char *literal; /**< the default in the spec language */
    const char *accepts;
    const char *help;
    const char *was; /**< an older name, read from old model files; may be NULL */
    int since;       /**< first file version of the class that has it */
} cf_param;

/** offsetof, and a compile error unless the field has type T. */
#define CF_OFFSET(S, field, T)                                                                     \
    (offsetof(S, field) + 0 * sizeof(char[_Generic(((S *)0)->field, T : 1, default : -1)]))

/** Rows of a parameter table; the parameter's name is the field's. */
#define CF_ROW_REAL(S, field, dflt, range, text)                                                   \
    {                                                                                              \
        .name = #field, .type = CF_PARAM_REAL, .offset = CF_OFFSET(S, field, double),              \
        .literal = dflt, .accepts = "real " range, .help = text                                    \
    }
#define CF_ROW_INT(S, field, dflt, range, text)                                                    \
    {                                                                                              \
        .name = #field, .type = CF_PARAM_INT, .offset = CF_OFFSET(S, field, int64_t),              \
        .literal = dflt, .accepts = "int " range, .help = text                                     \
    }
#define CF_ROW_BOOL(S, field, dflt, text)                                                          \
    {                                                                                              \
        .name = #field, .type = CF_PARAM_BOOL, .offset = CF_OFFSET(S, field, bool),                \
        .literal = dflt, .accepts = "bool", .help = text                                           \
    }
#define CF_ROW_TEXT(S, field, dflt, text)                                                          \
    {                                                                                              \
        .name = #field, .type = CF_PARAM_TEXT, .offset = CF_OFFSET(S, field, char *),              \
        .literal = dflt, .accepts = "text | None", .help = text                                    \
    }
#define CF_ROW_VALUE(S, field, dflt, alternatives, text)                                           \
    {                                                                                              \
        .name = #field, .type = CF_PARAM_VALUE, .offset = CF_OFFSET(S, field, cf_value),           \
        .literal = dflt, .accepts = alternatives, .help = text                                     \
    }
#define CF_ROW_ESTIMATOR(S, field, dflt, text)                                                     \
    {                                                                                              \
        .name = #field, .type = CF_PARAM_ESTIMATOR, .offset = CF_OFFSET(S, field, cf_estimator *), \
        .literal = dflt, .accepts = "estimator | None", .help = text                               \
    }
#define CF_ROW_STEPS(S, field, text)                                                               \
    {                                                                                              \
        .name = #field, .type = CF_PARAM_STEPS, .offset = CF_OFFSET(S, field, cf_steps),           \
        .literal = "[]", .accepts = "steps", .help = text                                          \
    }

/**
 * A choice from one X-macro, a list of (enum constant, text):
 * KERNEL_LIST(X) is X(KERNEL_LINEAR, "linear") X(KERNEL_RBF, "rbf").
 */
#define CF_CHOICE_ENUM(id, text) id,
#define CF_CHOICE_TEXT(id, text) " | " text
#define CF_ROW_CHOICE(S, field, LIST, dflt, text)                                                  \
    {                                                                                              \
        .name = #field, .type = CF_PARAM_CHOICE, .offset = CF_OFFSET(S, field, int),               \
        .literal = dflt, .accepts = "" LIST(CF_CHOICE_TEXT), .help = text                          \
    }

/** The random_state row every class that draws has. */
#define CF_ROW_RANDOM_STATE(S, text)                                                               \
    CF_ROW_VALUE(S, random_state, "None", "None | int [0, 4294967295] | matrix", text)

/** Ends a table of rows. */
#define CF_END                                                                                     \
    {                                                                                              \
        .name = NULL                                                                               \
    }

/* ---- fitted state ---- */

/** Storage of a fitted attribute. */
typedef enum cf_state_type {
    CF_STATE_REAL,      /**< double */
    CF_STATE_INT,       /**< int64_t */
    CF_STATE_BOOL,      /**< bool */
    CF_STATE_TEXT,      /**< char * */
    CF_STATE_STRINGS,   /**< cf_strings */
    CF_STATE_MATRIX,    /**< cf_matrix */
    CF_STATE_ARRAY,     /**< cf_array */
    CF_STATE_MATRICES,  /**< cf_matrices */
    CF_STATE_VALUE,     /**< cf_value without estimators or functions */
    CF_STATE_ESTIMATOR, /**< cf_estimator * */
    CF_STATE_ESTIMATORS /**< cf_estimators */
} cf_state_type;

/** A typed one-dimensional array. */
typedef struct cf_array {
    cf_dtype dtype;
    cf_index length;
    void *data;
    cf_buffer *owner;
} cf_array;

/** A list of texts. */
typedef struct cf_strings {
    cf_index count;
    char **items;
} cf_strings;

/** A list of matrices. */
typedef struct cf_matrices {
    cf_index count;
    cf_matrix *items;
} cf_matrices;

/** A list of estimators, NULL where there is none. */
typedef struct cf_estimators {
    cf_index count;
    cf_estimator **items;
} cf_estimators;

/** Makes a zeroed array of `length` elements; the old content is released. */
CF_API CF_NODISCARD cf_status cf_array_resize(cf_array *array, cf_dtype dtype, cf_index length);

/** Releases an array and makes it empty. */
CF_API void cf_array_clear(cf_array *array);

/** Makes `list` hold `count` empty matrices; the old ones are released. */
CF_API CF_NODISCARD cf_status cf_matrices_resize(cf_matrices *list, cf_index count);

/** Makes `list` hold `count` NULLs; the old estimators are released. */
CF_API CF_NODISCARD cf_status cf_estimators_resize(cf_estimators *list, cf_index count);

/** Makes `list` hold `count` NULLs; the old texts are released. */
CF_API CF_NODISCARD cf_status cf_strings_resize(cf_strings *list, cf_index count);

/** A copy of `text` in memory of the library; NULL when there is none. */
CF_API char *cf_text_copy(const char *text);

/** A dtype or a storage as a bit of a mask. */
#define CF_BIT(x) (1u << (x))

/**
 * One fitted attribute, and what a model file may put there: everything a row says is checked when
 * a model is loaded, and after every fit in the tests. What rows cannot say is the class's
 * `validate`.
 *
 * `shape` is one or two expressions in brackets, "(n_classes, n_features)", over n_features,
 * n_classes, n_targets, n_outputs and the int rows above, with + - * / and integers; "?" = any,
 * "()" = a single number, "?" alone = a number or an array as the fit decides. "A ; B": A when y
 * was 1-D, B when it was 2-D. In a list of matrices it is the shape of each. `range` holds for
 * every number: "[0, n_features)", "(-inf, inf)" = finite; the ends are such expressions or inf.
 * Without one a number may be anything, NaN included.
 */
typedef struct cf_state {
    const char *name; /**< a trailing _ makes it public */
    cf_state_type type;
    size_t offset;
    const char *shape; /**< of matrices and arrays; else NULL */
    const char *help;
    cf_status (*getter)(const cf_estimator *self, cf_matrix *out); /**< computed: never saved */
    const char *was;   /**< the name in files of versions before `since`; NULL: none had it */
    int since;         /**< version of the class that brought the row or its name; 0: all have it.
                            A row older files lack is `optional`, or its range takes 0. */
    bool transient;    /**< never saved: times, which differ from fit to fit */
    bool optional;     /**< may be absent: a 0 x 0 matrix, an empty array, no text */
    unsigned dtypes;   /**< CF_BIT(CF_F32) | ... of matrices and arrays; 0: CF_F64 alone */
    unsigned storages; /**< CF_BIT(CF_CSR) | ... of matrices; 0: CF_DENSE alone */
    const char *range; /**< of every number; NULL: any */
} cf_state;

/** Rows of a state table; the attribute's name is the field's. Behind the text stand further
 * members: CF_HELD_ARRAY(knn, order, "(n_rows)", "...", .dtypes = CF_BIT(CF_I32)). */
#define CF_HELD(S, field, kind, T, ...)                                                            \
    {                                                                                              \
        .name = #field, .type = kind, .offset = CF_OFFSET(S, field, T), .help = __VA_ARGS__        \
    }
#define CF_HELD_REAL(S, field, ...) CF_HELD(S, field, CF_STATE_REAL, double, __VA_ARGS__)
#define CF_HELD_INT(S, field, ...) CF_HELD(S, field, CF_STATE_INT, int64_t, __VA_ARGS__)
#define CF_HELD_BOOL(S, field, ...) CF_HELD(S, field, CF_STATE_BOOL, bool, __VA_ARGS__)
#define CF_HELD_TEXT(S, field, ...) CF_HELD(S, field, CF_STATE_TEXT, char *, __VA_ARGS__)
#define CF_HELD_STRINGS(S, field, ...) CF_HELD(S, field, CF_STATE_STRINGS, cf_strings, __VA_ARGS__)
#define CF_HELD_MATRIX(S, field, dims, ...)                                                        \
    CF_HELD(S, field, CF_STATE_MATRIX, cf_matrix, __VA_ARGS__, .shape = dims)
#define CF_HELD_ARRAY(S, field, dims, ...)                                                         \
    CF_HELD(S, field, CF_STATE_ARRAY, cf_array, __VA_ARGS__, .shape = dims)
#define CF_HELD_MATRICES(S, field, ...)                                                            \
    CF_HELD(S, field, CF_STATE_MATRICES, cf_matrices, __VA_ARGS__)
#define CF_HELD_VALUE(S, field, ...) CF_HELD(S, field, CF_STATE_VALUE, cf_value, __VA_ARGS__)
#define CF_HELD_ESTIMATOR(S, field, ...)                                                           \
    CF_HELD(S, field, CF_STATE_ESTIMATOR, cf_estimator *, __VA_ARGS__)
#define CF_HELD_ESTIMATORS(S, field, ...)                                                          \
    CF_HELD(S, field, CF_STATE_ESTIMATORS, cf_estimators, __VA_ARGS__)
#define CF_COMPUTED(attribute, fn, dims, text)                                                     \
    {                                                                                              \
        .name = attribute, .type = CF_STATE_MATRIX, .shape = dims, .help = text, .getter = fn      \
    }

/* ---- slots ---- */

/**
 * What fit gets. X is dense with col_stride 1 (row-major, row_stride >= cols) or CSR, f64 (or f32
 * where tagged), finite unless tagged; everything was checked. All is borrowed for the call.
 */
typedef struct cf_fit_args {
    const cf_matrix *X;
    const cf_matrix
        *y; /**< contiguous (n, n_targets): I32 codes of a classifier, else f64; or NULL */
    cf_index n_targets;        /**< 0 without y */
    const cf_index *n_classes; /**< (n_targets) of a classifier, else NULL */
    const cf_matrix
        *classes; /**< (n_targets) sorted labels, (k, 1) each, of a classifier, else NULL */
    const double *weights;      /**< (n), already multiplied by class_weight; NULL = all one */
    const double *class_weight; /**< (sum of n_classes) factors already in `weights`; NULL = none */
    const int64_t *groups;      /**< (n) or NULL */
    const cf_matrix *X_val;     /**< checked as X, or NULL */
    const cf_matrix *y_val;     /**< coded as y */
    const double *weights_val;
    const cf_matrix *X_given;    /**< X before conversion: for composites */
    const cf_matrix *y_given;    /**< y as the caller gave it: for composites */
    const double *weights_given; /**< without class_weight: for composites */
    bool y_2d;                   /**< a single column of y counts as 2-D */
    bool warm; /**< the previous state is still there: go on from it (warm_start, partial_fit) */
    bool unscanned; /**< X may hold NaN and infinity: CF_TAG_SCANS_X, a dense X, no weights */
    cf_run *run;
} cf_fit_args;

/**
 * Searches an unscanned X of fit; CF_OK when it is finite. Call it before a pass in which a number
 * that is not finite would not show, and when one has shown. CF_ERR_DATA: return it at once, and
 * `self` becomes what it was before fit.
 */
CF_API CF_NODISCARD cf_status cf_fit_scan(cf_estimator *self, const cf_fit_args *args);

/** What split gets: y and groups may be NULL. */
typedef struct cf_split_args {
    cf_index n_samples;
    const cf_matrix *y;      /**< as given, or NULL */
    const cf_matrix *groups; /**< as given, or NULL */
    cf_run *run;
} cf_split_args;

/** A slot that maps X to out; the core has checked X and resized nothing. */
typedef cf_status (*cf_apply_fn)(const cf_estimator *self, const cf_matrix *X, cf_run *run,
                                 cf_matrix *out);

/** One output of a method. */
typedef struct cf_output {
    const char *name;
    cf_dtype dtype;
    const char *shape;
    const char *help;
} cf_output;

/** A method that is not a slot. */
typedef struct cf_method {
    const char *name;
    const char *help;
    size_t args_size;         /**< of the struct the rows of `args` describe; 0 = no arguments */
    const cf_param *args;     /**< ends with CF_END; may be NULL */
    const cf_output *outputs; /**< ends with CF_END */
    cf_status (*call)(const cf_estimator *self, const void *args, const cf_matrix *X, cf_run *run,
                      cf_matrix *const *outs);
} cf_method;

/** A class of estimators: one const object, last in its file. Slots that do not apply are NULL. */
struct cf_class {
    unsigned abi;      /**< CF_ABI */
    size_t class_size; /**< sizeof(cf_class) */
    int version;       /**< of the class's file format, from 1 */
    const char *name;
    const char *module;
    /** How Python calls the class: names of parameter rows in their order, `name!` without a
     * default, `*` before those given by keyword only, `name=literal` for arguments without a row
     * (copy, n_jobs, verbose). Rows it leaves out come last, by keyword. NULL: every row by
     * keyword. */
    const char *signature;
    const char *summary;
    const char *doc;
    unsigned kind;
    unsigned tags;
    size_t size; /**< of the instance */
    const cf_param *params;
    const cf_state *state;
    const cf_method *methods;

    /** Learns; the state is empty before (unless args->warm). */
    cf_status (*fit)(cf_estimator *self, const cf_fit_args *args);
    /** Learns more; args->warm tells whether there is a previous state. */
    cf_status (*partial_fit)(cf_estimator *self, const cf_fit_args *args);
    /** out: (n, n_targets) f64; I32 codes of a classifier or clusterer. May be NULL for a
     * classifier with predict_proba or decision_function: the core takes the argmax. */
    cf_apply_fn predict;
    /** out: (n, sum of n_classes). */
    cf_apply_fn predict_proba;
    /** NULL: the logarithm of predict_proba. */
    cf_apply_fn predict_log_proba;
    cf_apply_fn decision_function;
    cf_apply_fn transform;
    cf_apply_fn inverse_transform;
    /** NULL: fit, then transform. */
    cf_status (*fit_transform)(cf_estimator *self, const cf_fit_args *args, cf_matrix *out);
    /** NULL: fit, then predict (clusterers: then labels_). */
    cf_status (*fit_predict)(cf_estimator *self, const cf_fit_args *args, cf_matrix *out);
    cf_apply_fn score_samples;
    /** y as given by the caller, or NULL. NULL slot: accuracy or R2 by kind. */
    cf_status (*score)(const cf_estimator *self, const cf_matrix *X, const cf_matrix *y,
                       const double *weights, cf_run *run, double *out);
    /** Schema of transform's output. `in` is never NULL and fully named (x0, x1, ... when unnamed).
     */
    cf_status (*feature_names)(const cf_estimator *self, const cf_schema *in, cf_schema **out);
    /** Splitters only. */
    cf_status (*split)(const cf_estimator *self, const cf_split_args *args, cf_folds *out);
    /** Checks of a loaded state that shapes cannot express. */
    cf_status (*validate)(const cf_estimator *self);
    /** Checks between parameters, after each was checked alone; called by fit. */
    cf_status (*check_params)(const cf_estimator *self);
    /** Changes what the instance is, as configured. */
    void (*traits)(const cf_estimator *self, cf_traits *traits);
    /** Marks the input columns a fitted composite reads, others may be missing later; NULL: all. */
    void (*used_columns)(const cf_estimator *self, bool *used);
    /** Specs that can be fitted as they stand, ended by NULL: what the conformance tests run beside
     * or, for a class that needs other estimators, instead of the defaults. NULL: the defaults
     * alone. */
    const char *const *examples;
};

/** Begins the class object: CF_CLASS(Ridge) = { CF_CLASS_HEAD, .name = "Ridge", ... }; */
#define CF_CLASS(Name) const cf_class cfi_class_##Name
#define CF_CLASS_HEAD .abi = CF_ABI, .class_size = sizeof(cf_class)

/* ---- help for slots ---- */

/** n_features_in_ of the instance: valid inside fit and after. */
CF_API cf_index cf_self_n_features(const cf_estimator *self);

/** Targets of the fitted instance: columns of y (at least 1). */
CF_API cf_index cf_self_n_targets(const cf_estimator *self);

/** Classes of a target of the fitted classifier. */
CF_API cf_index cf_self_n_classes(const cf_estimator *self, cf_index target);

/** The getter of a row n_classes_, shape "?": a number, or one a target. */
CF_API CF_NODISCARD cf_status cf_self_class_counts(const cf_estimator *self, cf_matrix *out);

/** The getter of a row n_outputs_, shape "()": the number of targets. */
CF_API CF_NODISCARD cf_status cf_self_output_count(const cf_estimator *self, cf_matrix *out);

/** True when y was given as a single column that counts as 1-D. */
CF_API bool cf_self_y_is_1d(const cf_estimator *self);

/**
 * In fit only: what the model remembers of X's columns becomes `schema` (one more reference): the
 * same columns, other kinds and dictionaries. Later codes are translated into these dictionaries.
 */
CF_API void cf_self_set_features_in(cf_estimator *self, const cf_schema *schema);

/** An INT value, or `otherwise` for anything else. */
CF_API int64_t cf_value_int_or(const cf_value *value, int64_t otherwise);

CF_END_DECLS

#endif
