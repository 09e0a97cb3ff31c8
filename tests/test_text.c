/* SPDX-License-Identifier: BSD-3-Clause */
/* Numbers as text and back, UTF-8, the text builder, JSON strings, near names. */
#include "base/text.h"
#include "support/support.h"

#include <float.h>
#include <locale.h>

static bool same_bits(double a, double b)
{
    return memcmp(&a, &b, sizeof a) == 0;
}

/* cfi_parse_real reads what strtod reads (in the "C" locale), bit for bit. */
static void check_parse(const char *text)
{
    double got;
    ck_assert_msg(cfi_parse_real(text, strlen(text), &got), "'%s' was not read", text);
    const double want = strtod(text, NULL);
    ck_assert_msg(same_bits(got, want), "'%s' gave %a, wants %a", text, got, want);
}

START_TEST(hard_decimals_are_correctly_rounded)
{
    static const char *const texts[] = {
        "0",
        "-0",
        "+1",
        "1.",
        ".5",
        "-.5e1",
        "9007199254740993",
        "9007199254740992.5",
        "9007199254740993.0000000000000000000000000000000000000000000000000000000000000000001",
        "1e22",
        "1e23",
        "8.5e22",
        "123456789012345678",
        "1234567890123456789012345678901234567890e-20",
        "4.9406564584124654e-324",
        "2.4703282292062327e-324",
        "2.4703282292062328e-324",
        "2.2250738585072011e-308",
        "2.2250738585072014e-308",
        "2."
        "225073858507201136057409796709131975934819546351645648023426109724822222021076945516529e-"
        "308",
        "1.7976931348623157e308",
        "1.7976931348623158e308",
        "1.7976931348623159e308",
        "1e309",
        "-1e999999999999",
        "1e-999999999999",
        "0e999999999999",
        "6250000000000000000000000000000000e-12",
        "1.00000000000000011102230246251565404236316680908203125",
        "1.00000000000000011102230246251565404236316680908203124",
        "1.00000000000000011102230246251565404236316680908203126",
        "0.000000000000000000000000000000000000000000000000000000000000000000000000000001",
        "100000000000000000000000000000000000000000000000000000000000000000000000000000",
        "7.3177701707893310e+15",
        "3.518437208883201171875e13",
        "62.5364939768271845828",
        "8.10109172351e-10",
        "1.50000000000000011102230246251565",
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        check_parse(texts[i]);
}
END_TEST

START_TEST(a_decimal_half_way_between_doubles_is_decided_by_its_last_digit)
{
    /* 2^-1074 * 1.5 has 1074 - 323 + 1 digits; one more decides */
    char text[1100];
    const int n = snprintf(text, sizeof text - 2, "%.1074f", 0x1p-1074);
    ck_assert_int_lt(n, 1090);
    check_parse(text);
    char half[1200];
    snprintf(half, sizeof half, "%.1073f", 0x1.8p-1073);
    check_parse(half);
    char longer[1300];
    snprintf(longer, sizeof longer, "%s00000000000000000001", half);
    check_parse(longer);
    /* the tie of 1 and its successor, then a thousand zeros and a one */
    char tail[1200] = "1.00000000000000011102230246251565404236316680908203125";
    const size_t used = strlen(tail);
    memset(tail + used, '0', 1000);
    tail[used + 1000] = '\0';
    check_parse(tail);
    tail[used + 999] = '1';
    check_parse(tail);
}
END_TEST

START_TEST(random_decimals_are_read_as_strtod_does)
{
    uint64_t x = 88172645463325252u;
    for (int i = 0; i < 400000; i++) {
        x ^= x << 13, x ^= x >> 7, x ^= x << 17;
        char text[64];
        const int digits = 1 + (int)(x % 25);
        int n = 0;
        uint64_t y = x;
        const int point = (int)((x >> 8) % 26);
        for (int k = 0; k < digits; k++) {
            y = y * 6364136223846793005u + 1442695040888963407u;
            if (k == point)
                text[n++] = '.';
            text[n++] = (char)('0' + (y >> 33) % 10);
        }
        const int exponent = (int)((x >> 20) % (i % 2 ? 60 : 700)) - (i % 2 ? 30 : 370);
        snprintf(text + n, sizeof text - (size_t)n, "e%d", exponent);
        check_parse(text);
    }
}
END_TEST

START_TEST(what_is_no_number_is_refused)
{
    static const char *const texts[] = {
        "",    "+",      "-",       ".",    "e5",  "1e",  "1e+",       " 1",       "1 ",
        "1,5", "1..2",   "0x10",    "1e5.", "--1", "1f",  "nano",      "in",       "+-1",
        "1_0", "nan(1)", "infinit", "1e5e", "1/2", "1:2", "12345678:", "1234567/", "1.e+-1"};
    double value;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        ck_assert_msg(!cfi_parse_real(texts[i], strlen(texts[i]), &value), "'%s'", texts[i]);
    /* every byte inside eight digits, so that the fast check sees it */
    for (int c = 1; c < 256; c++) {
        char text[] = "12345678901234567";
        text[11] = (char)c;
        const bool digit = c >= '0' && c <= '9';
        const bool other = c == '.' || c == 'e' || c == 'E';
        ck_assert_int_eq(cfi_parse_real(text, strlen(text), &value), digit || other);
        if (digit)
            ck_assert(value == strtod(text, NULL));
    }
    ck_assert(!cfi_parse_real("1\0", 2, &value));
}
END_TEST

START_TEST(special_values_are_read_in_any_case)
{
    double value;
    ck_assert(cfi_parse_real("Inf", 3, &value) && isinf(value) && value > 0);
    ck_assert(cfi_parse_real("-INFINITY", 9, &value) && isinf(value) && value < 0);
    ck_assert(cfi_parse_real("+NaN", 4, &value) && isnan(value));
    ck_assert(cfi_parse_real("-0", 2, &value) && value == 0 && signbit(value));
}
END_TEST

START_TEST(integers_are_read_whole_or_not_at_all)
{
    int64_t value;
    ck_assert(cfi_parse_int("-9223372036854775808", 20, &value) && value == INT64_MIN);
    ck_assert(cfi_parse_int("9223372036854775807", 19, &value) && value == INT64_MAX);
    ck_assert(cfi_parse_int("+007", 4, &value) && value == 7);
    ck_assert(cfi_parse_int("0", 1, &value) && value == 0);
    static const char *const bad[] = {"",
                                      "-",
                                      "1.0",
                                      "9223372036854775808",
                                      "-9223372036854775809",
                                      "12a",
                                      " 1",
                                      "99999999999999999999"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        ck_assert_msg(!cfi_parse_int(bad[i], strlen(bad[i]), &value), "'%s'", bad[i]);
}
END_TEST

static void check_format(double value, const char *want)
{
    char text[CFI_NUMBER_SIZE];
    const size_t n = cfi_format_real(value, text);
    ck_assert_str_eq(text, want);
    ck_assert_uint_eq(n, strlen(want));
}

START_TEST(numbers_are_written_as_python_does)
{
    check_format(0.1, "0.1");
    check_format(1, "1.0");
    check_format(-0.0, "-0.0");
    check_format(1e-5, "1e-05");
    check_format(1.5e-5, "1.5e-05");
    check_format(0.0001, "0.0001");
    check_format(0.00012345, "0.00012345");
    check_format(123456789012345680.0, "1.2345678901234568e+17");
    check_format(1e15, "1000000000000000.0");
    check_format(1e16, "1e+16");
    check_format(9007199254740993.0, "9007199254740992.0");
    check_format(1e22, "1e+22");
    check_format(1e23, "1e+23");
    check_format(0.1 + 0.2, "0.30000000000000004");
    check_format(-123.456, "-123.456");
    check_format(1e100, "1e+100");
    check_format(0x1p-1074, "5e-324");
    check_format(DBL_MIN, "2.2250738585072014e-308");
    check_format(DBL_MAX, "1.7976931348623157e+308");
    check_format(9.5367431640625e-07, "9.5367431640625e-07");
    check_format(2e-44, "2e-44");
    check_format(0x1p-44, "5.684341886080802e-14");
    check_format((double)INFINITY, "inf");
    check_format(-(double)INFINITY, "-inf");
    check_format((double)NAN, "nan");
    char text[CFI_NUMBER_SIZE];
    ck_assert_uint_eq(cfi_format_int(INT64_MIN, text), 20);
    ck_assert_str_eq(text, "-9223372036854775808");
    ck_assert_uint_eq(cfi_format_int(0, text), 1);
    ck_assert_str_eq(text, "0");
}
END_TEST

/* Significant digits of a formatted number. */
static int digits_of(const char *text)
{
    int n = 0, zeros = 0;
    bool begun = false;
    for (; *text && *text != 'e'; text++) {
        if (*text < '0' || *text > '9')
            continue;
        begun = begun || *text != '0';
        if (!begun)
            continue;
        n++;
        zeros = *text == '0' ? zeros + 1 : 0;
    }
    return n - zeros;
}

START_TEST(every_bit_pattern_reads_back_from_its_shortest_text)
{
    uint64_t x = 0x9E3779B97F4A7C15u;
    for (int i = 0; i < 300000; i++) {
        x = x * 6364136223846793005u + 1442695040888963407u;
        uint64_t bits = x ^ (x >> 29);
        if (i % 8 == 0) /* powers of two, whose lower neighbour is nearer */
            bits &= 0xFFF0000000000000u;
        else if (i % 8 == 1) /* subnormal */
            bits &= 0x800FFFFFFFFFFFFFu;
        double value, back;
        memcpy(&value, &bits, sizeof value);
        if (isnan(value))
            continue;
        char text[CFI_NUMBER_SIZE];
        const size_t n = cfi_format_real(value, text);
        ck_assert(n < CFI_NUMBER_SIZE && cfi_parse_real(text, n, &back));
        ck_assert_msg(same_bits(value, back), "%a became %s", value, text);
        if (isinf(value) || value == 0)
            continue;
        /* one digit less does not read back */
        char fewer[64];
        const int digits = digits_of(text);
        if (digits > 1) {
            snprintf(fewer, sizeof fewer, "%.*e", digits - 2, value);
            ck_assert_msg(strtod(fewer, NULL) != value, "%s is shorter than %s", fewer, text);
        }
    }
}
END_TEST

START_TEST(the_locale_changes_nothing)
{
    /* any locale with a decimal comma will do; without one the rest of the test still holds */
    static const char *const names[] = {"de_DE.UTF-8", "de_DE.utf8", "de_DE", "fr_FR.UTF-8", "C"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (setlocale(LC_ALL, names[i]))
            break;
    double value;
    /* too many digits for the fast ways */
    static const char tie[] = "1.00000000000000011102230246251565404236316680908203126";
    ck_assert(cfi_parse_real(tie, strlen(tie), &value) && value == 1 + DBL_EPSILON);
    ck_assert(cfi_parse_real("1.5", 3, &value) && value == 1.5);
    ck_assert(!cfi_parse_real("1,5", 3, &value));
    check_format(1.5, "1.5");
    cfi_text text = {0};
    cfi_text_real(&text, 0.25);
    ck_assert_str_eq(text.data, "0.25");
    cfi_text_clear(&text);
    setlocale(LC_ALL, "C");
}
END_TEST

START_TEST(utf8_is_checked)
{
    static const char *const good[] = {"",
                                       "plain ascii text",
                                       "\xC3\xA9",
                                       "\xE2\x82\xAC 12345678901234567",
                                       "\xF0\x9F\x98\x80",
                                       "\xF4\x8F\xBF\xBF",
                                       "\xED\x9F\xBF\xEE\x80\x80",
                                       "\x7F"};
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        ck_assert_msg(cfi_utf8_is_valid(good[i], strlen(good[i])), "good %zu", i);
    static const char *const bad[] = {"\x80",
                                      "\xC0\x80",
                                      "\xC1\xBF",
                                      "\xC3",
                                      "\xE0\x80\x80",
                                      "\xE0\x9F\xBF",
                                      "\xED\xA0\x80",
                                      "\xF0\x8F\xBF\xBF",
                                      "\xF4\x90\x80\x80",
                                      "\xF5\x80\x80\x80",
                                      "\xE2\x82",
                                      "12345678\xFF",
                                      "1234567\xC3\x28"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        ck_assert_msg(!cfi_utf8_is_valid(bad[i], strlen(bad[i])), "bad %zu", i);
    for (size_t at = 0; at < 16; at++) {
        char text[16];
        memset(text, 'a', sizeof text);
        text[at] = '\0';
        ck_assert(!cfi_utf8_is_valid(text, sizeof text));
    }
}
END_TEST

START_TEST(a_text_grows_and_survives_lost_memory)
{
    cfi_text text = {0};
    char *taken;
    ASSERT_OK(cfi_text_take(&text, &taken));
    ck_assert_str_eq(taken, "");
    cf_text_free(taken);
    for (int i = 0; i < 1000; i++)
        cfi_text_format(&text, "%d,", i);
    cfi_text_format(&text, "%0300d", 7);
    cfi_text_put(&text, "end");
    ck_assert_uint_eq(text.length, 10 * 2 + 90 * 3 + 900 * 4 + 303);
    ck_assert_uint_eq(strlen(text.data), text.length);
    ASSERT_OK(cfi_text_take(&text, &taken));
    ck_assert(strncmp(taken, "0,1,2,", 6) == 0 && strstr(taken, "999,000") != NULL);
    ck_assert_ptr_null(text.data);
    cf_text_free(taken);
    for (int k = 1; k <= 3; k++) {
        cf_fail_allocation(k, false);
        for (int i = 0; i < 100; i++)
            cfi_text_put(&text, "0123456789");
        cf_fail_allocation(0, false);
        ASSERT_FAILS(CF_ERR_MEMORY, "out of memory", cfi_text_take(&text, &taken));
        ck_assert(text.data == NULL && !text.failed);
    }
}
END_TEST

START_TEST(json_strings_are_escaped)
{
    cfi_text text = {0};
    cfi_text_json(&text, "a\"b\\c\n\t\r\b\f\x01/\xC3\xA9\x7F");
    ck_assert_str_eq(text.data, "\"a\\\"b\\\\c\\n\\t\\r\\b\\f\\u0001/\xC3\xA9\x7F\"");
    cfi_text_clear(&text);
    cfi_text_json(&text, "x\xC3(\xFF");
    ck_assert_str_eq(text.data, "\"x\\ufffd(\\ufffd\"");
    cfi_text_clear(&text);
    cfi_text_json(&text, "");
    ck_assert_str_eq(text.data, "\"\"");
    cfi_text_clear(&text);
}
END_TEST

START_TEST(the_nearest_name_is_found)
{
    static const char *const names[] = {"alpha", "fit_intercept", "max_iter", "tol", "Ridge", "C"};
    const cf_index n = sizeof names / sizeof names[0];
    ck_assert_str_eq(cfi_nearest("alhpa", names, n), "alpha");
    ck_assert_str_eq(cfi_nearest("fitintercept", names, n), "fit_intercept");
    ck_assert_str_eq(cfi_nearest("fit_intercpet", names, n), "fit_intercept");
    ck_assert_str_eq(cfi_nearest("ridge", names, n), "Ridge");
    ck_assert_str_eq(cfi_nearest("to", (const char *const[]){"To"}, 1), "To");
    ck_assert_str_eq(cfi_nearest("tool", names, n), "tol");
    ck_assert_str_eq(cfi_nearest("max_itre", names, n), "max_iter");
    ck_assert_ptr_null(cfi_nearest("gamma_something", names, n));
    ck_assert_ptr_null(cfi_nearest("x", names, n));
    ck_assert_ptr_null(cfi_nearest("", names, n));
    ck_assert_ptr_null(cfi_nearest("alpha", names, 0));
    char large[200];
    memset(large, 'a', sizeof large - 1);
    large[sizeof large - 1] = '\0';
    ck_assert_ptr_null(cfi_nearest(large, names, n));
}
END_TEST

TEST_MAIN("text", hard_decimals_are_correctly_rounded,
          a_decimal_half_way_between_doubles_is_decided_by_its_last_digit,
          random_decimals_are_read_as_strtod_does, what_is_no_number_is_refused,
          special_values_are_read_in_any_case, integers_are_read_whole_or_not_at_all,
          numbers_are_written_as_python_does, every_bit_pattern_reads_back_from_its_shortest_text,
          the_locale_changes_nothing, utf8_is_checked, a_text_grows_and_survives_lost_memory,
          json_strings_are_escaped, the_nearest_name_is_found)
