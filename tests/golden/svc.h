/* SPDX-License-Identifier: BSD-3-Clause */
/* Made by tests/golden/make_svc.py with scikit-learn 1.9.1. */

/*
 * spec is fitted to rows [first, last) of a data set (weighted: weights 1 + row % 3) and asked about
 * every eleventh of them. Coefficients only where they are unique (no row occurs twice).
 */
typedef struct golden_svc {
    const char *spec, *data;
    int first, last, weighted, n_support;
    const int *support, *labels;
    const double *coefficients, *intercept, *decisions, *probabilities, *sigmoids, *weights;
} golden_svc;

/* clang-format off */
static const int labels_0[] = {
    0, 0, 0, 0, 0, 1, 1, 2, 1, 1, 2, 2, 2, 2,
};
static const double intercept_0[] = {
    0x1.020a84f760fc5p-3, -0x1.0b1398a21ab1fp-4, -0x1.b672e00000005p-4,
};
static const double decisions_0[] = {
    0x1.1e233fee3663ap+1, 0x1.2931a6cdeb836p+0, -0x1.06a9663a99e36p-2, 0x1.1d836acb196fcp+1,
    0x1.2b5ca3cb4fbfcp+0, -0x1.0586717d27cbdp-2, 0x1.1f45e8f488722p+1, 0x1.0fb95093cdca3p+0,
    -0x1.febd72d24f5cap-3, 0x1.1e44dc37fd37fp+1, 0x1.274aa12318913p+0, -0x1.05dbec1fda78ap-2,
    0x1.1c28563e57704p+1, 0x1.322c9e09404a2p+0, -0x1.072f4d004f5fdp-2, -0x1.d4fbc19bdbcb0p-3,
    0x1.1da7adeb3ca82p+1, 0x1.f2b9719a18b7dp-1, -0x1.d40b99a6581aap-3, 0x1.1cc7f3530568dp+1,
    0x1.0852941edaa1fp+0, -0x1.e0bf4fe36346fp-3, 0x1.2f313233a10e9p+0, 0x1.16c327044e214p+1,
    -0x1.b472b0a78b105p-3, 0x1.1eb94b74faa47p+1, 0x1.b426699e57514p-1, -0x1.bcf6699fce9f7p-3,
    0x1.1ede0bc535ec7p+1, 0x1.b72fa7299e3a1p-1, -0x1.e2ec6d2257fe1p-3, 0x1.25e079bfc4963p+0,
    0x1.1a610c49dc056p+1, -0x1.eb716612a7696p-3, 0x1.2d18fd71dbdb8p+0, 0x1.193ee55f88a0dp+1,
    -0x1.ec115adf9b3e7p-3, 0x1.f1811ad308259p-1, 0x1.1f0e1e39e02e5p+1, -0x1.dd8ec07f6893dp-3,
    0x1.bf03d2332005cp-1, 0x1.1fd8aef2c34d9p+1,
};
static const int labels_1[] = {
    0, 0, 0, 0, 0, 1, 1, 2, 1, 1, 2, 2, 2, 2,
};
static const double intercept_1[] = {
    0x1.020a84f760fc5p-3, -0x1.0b1398a21ab1fp-4, -0x1.b672e00000005p-4,
};
static const double decisions_1[] = {
    0x1.43b2374d05065p+0, 0x1.2418b6f7b5de0p+0, 0x1.194e7e0c8647dp+1, 0x1.26342e7fd9757p+0,
    0x1.183528ac948ddp+0, 0x1.17579e0328263p+1, 0x1.882c48d577d3bp+0, 0x1.367ed7f702727p+0,
    0x1.c20007cbdd7fap+0, 0x1.55a33c44ad0afp+0, 0x1.1b632709e7f9cp+0, 0x1.180d6df579934p+1,
    0x1.ec739949a0882p-1, 0x1.f52d9c91936d4p-1, 0x1.31c701061b11ep+1, -0x1.6a134433b109fp+0,
    -0x1.8f910abe9ec72p-1, 0x1.bac0b1bc9aa67p-1, -0x1.619b2bfa63b76p+0, -0x1.995ae74951c42p-1,
    0x1.6205eb390d14fp-1, -0x1.56153f870cae7p+0, -0x1.0b6c9c3c802c3p+0, -0x1.9555c2a9fa925p-4,
    -0x1.3784d574e2f95p+0, -0x1.1c88fe2548a92p-1, 0x1.5b0eee6b40760p+0, -0x1.493ca87196f59p+0,
    -0x1.2bf2aee678f3ap-1, 0x1.5477bc911b4dap+0, -0x1.51755d76dc2fdp+0, -0x1.197a86a5d03c4p+0,
    -0x1.0a45128780288p-1, -0x1.839020b61faa7p+0, -0x1.0e5ab915bf4e7p+0, -0x1.9284388426343p-2,
    -0x1.599f92653a9a3p+0, -0x1.3b4a43fe93ce0p+0, -0x1.7162942ef897bp+0, -0x1.1e3eaf466d789p+0,
    -0x1.35cd802be53bap+0, -0x1.bba9ad8f2a1a4p+0,
};
static const int labels_2[] = {
    0, 0, 0, 0, 0, 1, 1, 2, 1, 1, 2, 2, 2, 2,
};
static const double intercept_2[] = {
    0x1.7357e8e23581bp+0, 0x1.81dbcd5505fc8p+0, 0x1.b46230f26edbbp+3,
};
static const double decisions_2[] = {
    0x1.1f867188686d5p+1, 0x1.505dd7451a2f6p+0, -0x1.444688dc0adb8p-2, 0x1.1e5c4669c8e48p+1,
    0x1.501526025b41ep+0, -0x1.43193b49dd48dp-2, 0x1.214644d78d6eep+1, 0x1.50805927de3c1p+0,
    -0x1.453c24545bcc2p-2, 0x1.20bdbf51740e8p+1, 0x1.509e60bb3f02fp+0, -0x1.4561c20b6a66fp-2,
    0x1.1cfb259dab3c4p+1, 0x1.4fc5abad24511p+0, -0x1.41c945cbe51c4p-2, -0x1.0605fb9d7b297p-2,
    0x1.22d054e771374p+1, 0x1.a57a81c585c0ap-1, -0x1.06218b8eb2ab7p-2, 0x1.218e14402d316p+1,
    0x1.d1a2a4e6456f3p-1, -0x1.14cf99b8b7587p-2, 0x1.3fdbe4089d6bep+0, 0x1.183f5b89f4dc8p+1,
    -0x1.e9ea98bbff821p-3, 0x1.240e470ee1f2ep+1, 0x1.80f4e9e7feaa9p-1, -0x1.f184e507bafb8p-3,
    0x1.240cad7abb53dp+1, 0x1.82b6e1afabe04p-1, -0x1.1780cbf72fc28p-2, 0x1.32ce3f4fb48a2p+0,
    0x1.202113a7e3bb3p+1, -0x1.16a431117af98p-2, 0x1.21a18dec39d9dp+0, 0x1.21c453ccf1f82p+1,
    -0x1.2285562f50607p-2, 0x1.ae0165a83bf8ap-1, 0x1.25156908274cep+1, -0x1.248c47cfbef95p-2,
    0x1.9e74d3e8602dap-1, 0x1.258b8443aeeacp+1,
};
static const double weights_2[] = {
    -0x1.791cf8ad5b680p-5, 0x1.0b1f22b7c25f6p-1, -0x1.00cf5a6f96920p+0, -0x1.db51c54b48522p-2,
    -0x1.d0428b8028c00p-8, 0x1.6e5c90898fda4p-3, -0x1.13adb55695807p-1, -0x1.2b4165bf6aa2cp-2,
    0x1.2681f2119ef00p+0, 0x1.268264e295c00p+0, -0x1.c516fd3b5a680p+1, -0x1.0fdb0ac546060p+2,
};
static const int labels_3[] = {
    0, 0, 0, 0, 0, 1, 1, 2, 1, 1, 2, 2, 2, 2,
};
static const double intercept_3[] = {
    0x1.3d4950d407618p+0, 0x1.5326cb027edb8p+0, 0x1.8dab86f211273p+2,
};
static const double decisions_3[] = {
    0x1.1f57fec8f6432p+1, 0x1.4e1ef04b6aa14p+0, -0x1.3df41be9d6c89p-2, 0x1.1e387947781d2p+1,
    0x1.4d9fb1a86a1b6p+0, -0x1.3c0b0c8e4d08dp-2, 0x1.20dacf6d03827p+1, 0x1.4db2d70c692e2p+0,
    -0x1.3dd5951eec665p-2, 0x1.20c169d6686b9p+1, 0x1.4eda08b53527bp+0, -0x1.409bf328cfa7bp-2,
    0x1.1cf7e9d3af581p+1, 0x1.4dbe2bd43a636p+0, -0x1.3bc74cf9796c6p-2, -0x1.118c33d8b6dd6p-2,
    0x1.23340e5bba7d8p+1, 0x1.bad68b2999728p-1, -0x1.11e04c9a806ccp-2, 0x1.222a1f1652a6fp+1,
    0x1.03697e62497acp+0, -0x1.253eda7808278p-2, 0x1.455ecec7e3739p+0, 0x1.1b2a4a5e71960p+1,
    -0x1.0192601829bdap-2, 0x1.23fab4fae6658p+1, 0x1.88f849e3160b6p-1, -0x1.04bae6c8c9c46p-2,
    0x1.2406b4b0382e9p+1, 0x1.8ad345169ee4cp-1, -0x1.272690956d4f8p-2, 0x1.3eaa9a4439322p+0,
    0x1.2171a8947d63dp+1, -0x1.2087b67ffa5afp-2, 0x1.31cabd529e1f8p+0, 0x1.223d71477f42fp+1,
    -0x1.2efd0d33dd052p-2, 0x1.182bc051d00c4p+0, 0x1.25a6a04b39304p+1, -0x1.32e6bf862ac54p-2,
    0x1.111f04efbc583p+0, 0x1.264038a24076ep+1,
};
static const int labels_4[] = {
    0, 0, 0, 0, 0, 1, 1, 2, 1, 1, 2, 2, 2, 2,
};
static const double intercept_4[] = {
    0x1.e34e4763380f5p+0, 0x1.eb9e0b13d06efp+0, 0x1.391fca7726d80p+2,
};
static const double decisions_4[] = {
    0x1.1cff7a27d7342p+1, 0x1.2d896f590ace7p+0, -0x1.0550d3c5b495dp-2, 0x1.1c519855aa432p+1,
    0x1.2eaf0cfca4cdcp+0, -0x1.03b4a6e2da642p-2, 0x1.1f02dc023ec24p+1, 0x1.2ed756877aed0p+0,
    -0x1.0f5a52c0a0e15p-2, 0x1.1d6038ad0bed6p+1, 0x1.28669e6d9ac5dp+0, -0x1.02457e0da2afcp-2,
    0x1.1a6f498b64231p+1, 0x1.2b25549d4198fp+0, -0x1.efb337f759c90p-3, -0x1.ab5026fc90680p-3,
    0x1.16dc458dc207cp+1, 0x1.1d29f570b99fap+0, -0x1.ab9af974c1f83p-3, 0x1.1655889d3736cp+1,
    0x1.1f41feb2feb1dp+0, -0x1.e2d1aeb62c19cp-3, 0x1.2d0b846083169p+0, 0x1.1819482b857c0p+1,
    -0x1.76330a02ae89dp-3, 0x1.1647ab41299f3p+1, 0x1.092880be5bedep+0, -0x1.809a1a2b3455bp-3,
    0x1.16aa33d859da9p+1, 0x1.0b976d5cbf88dp+0, -0x1.e9581fd2adeeep-3, 0x1.2c2ac056890d7p+0,
    0x1.194f908520bafp+1, -0x1.dca3265460f8bp-3, 0x1.2d5b0f3eadb6ap+0, 0x1.1715c720d4d65p+1,
    -0x1.03851994e8391p-2, 0x1.2ea54bdfc2416p+0, 0x1.1c48882ea0a00p+1, -0x1.07a246bea0aa4p-2,
    0x1.2e6d1ae7d45a6p+0, 0x1.1d550e3deab42p+1,
};
static const int labels_5[] = {
    0, 0, 0, 0, 0, 1, 1, 2, 1, 1, 2, 2, 2, 2,
};
static const double intercept_5[] = {
    -0x1.4a7f2b4f8fc38p-5, -0x1.57b1e2ae70f75p-3, -0x1.27070f9907d2dp-3,
};
static const double decisions_5[] = {
    0x1.1e07b53f7ccbdp+1, 0x1.a576b9ac7fe02p-1, -0x1.7acc5998fe56ep-3, 0x1.1d995b58abcf4p+1,
    0x1.a9900b3726098p-1, -0x1.79bfb56c1d85ap-3, 0x1.1d87a168c7f01p+1, -0x1.7e7dbaa32a1f8p-3,
    0x1.abce805209e0bp-1, 0x1.1d3b2d6eb5ef1p+1, 0x1.a849ce3f439cdp-1, -0x1.68663c48dd588p-3,
    0x1.1c811ce0de66ep+1, 0x1.bab16dd9c76f8p-1, -0x1.858a5e2df9ed3p-3, -0x1.d1c501e6feeddp-3,
    0x1.1d904b0990e06p+1, 0x1.ef400483c7c50p-1, -0x1.cfe2416a7bfb2p-3, 0x1.1c3a78c0a4c22p+1,
    0x1.0c18e7f2b2712p+0, -0x1.c68a0b59693aep-3, 0x1.2a5422aaf81ebp+0, 0x1.156ba1ae9ca5cp+1,
    -0x1.c634df5049fcdp-3, 0x1.1f6a46898d278p+1, 0x1.b3f0b290e9bd8p-1, -0x1.cbf25683ecbc8p-3,
    0x1.1f8f8b4433338p+1, 0x1.b564e94cc8a61p-1, -0x1.c2ed5d459c95ep-3, 0x1.0fa405ef55dbcp+0,
    0x1.1afd109c7e11bp+1, -0x1.c9bfa6fa490adp-3, 0x1.0b490e29ef480p+0, 0x1.1bddb91c1b413p+1,
    -0x1.b65bbbda5c88cp-3, 0x1.a1cf96b1b27adp-1, 0x1.20118cdb18569p+1, -0x1.ab287b6835b08p-3,
    0x1.9de98fa3fe717p-1, 0x1.200fc8d1d1c11p+1,
};
static const int labels_6[] = {
    0, 1, 1, 0, 0, 0, 0, 1, 1, 1, 1,
};
static const double intercept_6[] = {
    -0x1.78eda769d56d3p-1,
};
static const double decisions_6[] = {
    -0x1.c85fbc9bd11aep-2, 0x1.fec91aec83a35p-1, 0x1.65c3073812353p-1, -0x1.3eaba6d045306p-1,
    -0x1.2988386cdc258p+0, -0x1.59703262888eep+0, -0x1.6405998ee2822p+0, 0x1.74502caba18ebp-1,
    0x1.075ca2e39f488p-2, 0x1.dde257fc911dap-2, 0x1.3756e197b228ep-2,
};
static const int support_6[] = {
    0, 1, 2, 3, 6, 7, 8, 9, 10, 11, 13, 14, 15, 18, 19, 20,
    22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 36, 37, 39, 41,
    42, 43, 45, 47, 48, 50, 51, 53, 57, 60, 61, 62, 68, 70, 71, 72,
    73, 74, 75, 76, 77, 78, 79, 80, 81, 82, 83, 84, 86, 87, 88, 89,
    90, 91, 92, 93, 94, 95, 96, 97, 98, 99, 100, 101, 102, 103, 104, 105,
    106, 107, 108, 109, 110, 111, 112, 113, 114, 115, 116, 117, 118,
};
static const double coefficients_6[] = {
    -0x1.0000000000000p+0, -0x1.0000000000000p+0, -0x1.0000000000000p+0, -0x1.0000000000000p+0,
    -0x1.0000000000000p+0, -0x1.0000000000000p+0, -0x1.0000000000000p+0, -0x1.0000000000000p+0,
    -0x1.0000000000000p+0, -0x1.0000000000000p+0, -0x1.0000000000000p+0, -0x1.0000000000000p+0,
    -0x1.0000000000000p+0, -0x1.0000000000000p+0, -0x1.0000000000000p+0, -0x1.0000000000000p+0,
    -0x1.0000000000000p+0, -0x1.0000000000000p+0, -0x1.0000000000000p+0, -0x1.0000000000000p+0,
    -0x1.0000000000000p+0, -0x1.0000000000000p+0, -0x1.0000000000000p+0, -0x1.0000000000000p+0,
    -0x1.0000000000000p+0, -0x1.0000000000000p+0, -0x1.0000000000000p+0, -0x1.0000000000000p+0,
    -0x1.0000000000000p+0, -0x1.0000000000000p+0, -0x1.0000000000000p+0, -0x1.0000000000000p+0,
    -0x1.0000000000000p+0, -0x1.878c03ba83109p-1, -0x1.0000000000000p+0, -0x1.0000000000000p+0,
    -0x1.0000000000000p+0, -0x1.0000000000000p+0, -0x1.0000000000000p+0, -0x1.0000000000000p+0,
    -0x1.0000000000000p+0, -0x1.0000000000000p+0, -0x1.0000000000000p+0, -0x1.0000000000000p+0,
    -0x1.0000000000000p+0, -0x1.0000000000000p+0, 0x1.0000000000000p+0, 0x1.0000000000000p+0,
    0x1.0000000000000p+0, 0x1.0000000000000p+0, 0x1.0000000000000p+0, 0x1.0000000000000p+0,
    0x1.0000000000000p+0, 0x1.0000000000000p+0, 0x1.0000000000000p+0, 0x1.0000000000000p+0,
    0x1.0000000000000p+0, 0x1.0000000000000p+0, 0x1.0000000000000p+0, 0x1.0000000000000p+0,
    0x1.0000000000000p+0, 0x1.0000000000000p+0, 0x1.0000000000000p+0, 0x1.0000000000000p+0,
    0x1.0000000000000p+0, 0x1.0000000000000p+0, 0x1.0000000000000p+0, 0x1.0000000000000p+0,
    0x1.0000000000000p+0, 0x1.0000000000000p+0, 0x1.0000000000000p+0, 0x1.0000000000000p+0,
    0x1.06d14d97c84ebp-2, 0x1.0000000000000p+0, 0x1.0000000000000p+0, 0x1.0000000000000p+0,
    0x1.0000000000000p+0, 0x1.0000000000000p+0, 0x1.0000000000000p+0, 0x1.0000000000000p+0,
    0x1.0000000000000p+0, 0x1.0000000000000p+0, 0x1.0000000000000p+0, 0x1.0000000000000p+0,
    0x1.0000000000000p+0, 0x1.0000000000000p+0, 0x1.0000000000000p+0, 0x1.0000000000000p+0,
    0x1.0000000000000p+0, 0x1.0000000000000p+0, 0x1.0000000000000p+0, 0x1.04235cee9ee94p-1,
    0x1.0000000000000p+0,
};
static const int labels_7[] = {
    0, 0, 0, 1, 0, 1, 1, 1, 0, 1,
};
static const double intercept_7[] = {
    -0x1.a716281b996b5p+2,
};
static const double decisions_7[] = {
    -0x1.59bda82f74698p-1, -0x1.0e2f7ab8ba050p+0, -0x1.00052f1790160p-3, 0x1.aecc4d92ea740p-3,
    -0x1.2a818e1ef7d40p+0, 0x1.2de40e21c4a4ap+1, 0x1.9901043f3bf88p-1, 0x1.760d29d40da80p-4,
    -0x1.8124a81b09400p-6, 0x1.6ea8f4e4dfad0p-2,
};
static const double weights_7[] = {
    -0x1.7bc9051881aa0p-4, -0x1.94a180d96aef8p-3, 0x1.3db284ba4b23fp+0, 0x1.fa2703448a9d8p-1,
};
static const int labels_8[] = {
    0, 0, 0, 0, 0, 0, 1, 1, 2, 1, 2, 1, 2, 2, 2, 1,
    2,
};
static const double intercept_8[] = {
    -0x1.6beae4c5ec3d8p-3, -0x1.ee7126350831cp-5, 0x1.a22ddd57afe02p-1,
};
static const double decisions_8[] = {
    0x1.1e5f2b7b29fadp+1, -0x1.e873ce9fb3877p-3, 0x1.03a7a3bce5d09p+0, 0x1.216c04f8543e5p+1,
    -0x1.e15dbe9a8de86p-3, 0x1.a212b4f52479dp-1, 0x1.1d540e1df30a0p+1, -0x1.e490d7bdf1697p-3,
    0x1.10ea95d635bd9p+0, 0x1.212a7f9b20dc1p+1, -0x1.e71130cc1c3e1p-3, 0x1.aaa20252d5f31p-1,
    0x1.10cbfdda618cdp+1, -0x1.b4fe0c7390a63p-3, 0x1.2d42b9ae215c4p+0, 0x1.1fad3a67f361ap+1,
    -0x1.ebeb01485ef75p-3, 0x1.d844dd1228bb2p-1, -0x1.0678e77840e18p-2, 0x1.1b591f12d0f6ap+1,
    0x1.33c6ecd69d954p+0, -0x1.066597239f1c7p-2, 0x1.1b5192d18eb7bp+1, 0x1.33cb060415550p+0,
    -0x1.af3ad249f8ebbp-3, 0x1.f78e93ba0d6d1p-1, 0x1.1b3f57fe18ddcp+1, -0x1.0f328ab01d5d6p-2,
    0x1.1f28b7a6303d2p+1, 0x1.2dcf4fa93060ap+0, -0x1.f93f306850fc6p-3, 0x1.2d8c8dcd14392p+0,
    0x1.1ae17efbefb13p+1, -0x1.0a4196835946ap-2, 0x1.1cfea8eb649dep+1, 0x1.3227790527f72p+0,
    -0x1.fa62feb422f73p-3, 0x1.2dfeaea7ed5eep+0, 0x1.1ae25a2ae488ap+1, -0x1.fe351ce8a91a2p-3,
    0x1.2fe206aefd0cap+0, 0x1.1abed3710c662p+1, -0x1.cff7abd79bd0fp-3, 0x1.156629ee498b1p+0,
    0x1.1b5b36529a806p+1, -0x1.03ffbc390361cp-2, 0x1.1a317ae6e07d2p+1, 0x1.3498a867847a7p+0,
    0x1.0a504e6ccaecap+0, -0x1.9778691c110aap-3, 0x1.18752ea16e268p+1,
};
static const int support_8[] = {
    4, 19, 20, 21, 23, 24, 25, 28, 32, 35, 36, 38, 39, 40, 41, 43,
    44, 47, 56, 59, 60, 61, 62, 63, 65, 66, 67, 68, 69, 70, 71, 72,
    73, 74, 75, 76, 77, 78, 79, 81, 82, 83, 84, 85, 86, 87, 88, 89,
    90, 91, 92, 95, 96, 97, 98, 99, 100, 101, 102, 103, 104, 106, 107, 109,
    110, 112, 113, 114, 115, 116, 119, 120, 121, 123, 124, 125, 127, 129, 130, 131,
    132, 133, 134, 135, 136, 137, 138, 139, 140, 141, 142, 143, 144, 145, 146, 147,
    148, 149, 150, 151, 152, 153, 154, 155, 156, 157, 158, 159, 160, 161, 162, 163,
    164, 165, 166, 167, 168, 169, 170, 171, 172, 173, 174, 175, 176, 177,
};
static const double coefficients_8[] = {
    0x1.01724287f46dfp+0, 0x1.01724287f46dfp+0, 0x1.01724287f46dfp+0, 0x1.01724287f46dfp+0,
    0x0.0p+0, 0x1.01724287f46dfp+0, 0x1.01724287f46dfp+0, 0x1.01724287f46dfp+0,
    0x1.60742a1f73fbbp-1, 0x1.01724287f46dfp+0, 0x1.01724287f46dfp+0, 0x0.0p+0,
    0x1.01724287f46dfp+0, 0x1.01724287f46dfp+0, 0x0.0p+0, 0x1.01724287f46dfp+0,
    0x1.01724287f46dfp+0, 0x1.01724287f46dfp+0, 0x1.01724287f46dfp+0, -0x0.0p+0,
    -0x1.abde58f060267p-1, -0x0.0p+0, -0x1.abde58f060267p-1, -0x0.0p+0,
    -0x1.abde58f060267p-1, -0x0.0p+0, -0x0.0p+0, -0x1.abde58f060267p-1,
    -0x1.abde58f060267p-1, -0x1.abde58f060267p-1, -0x0.0p+0, -0x0.0p+0,
    -0x1.abde58f060267p-1, -0x1.abde58f060267p-1, -0x0.0p+0, -0x0.0p+0,
    -0x0.0p+0, -0x1.abde58f060267p-1, -0x0.0p+0, -0x1.abde58f060267p-1,
    -0x1.abde58f060267p-1, -0x0.0p+0, -0x0.0p+0, -0x0.0p+0,
    -0x0.0p+0, -0x0.0p+0, -0x1.abde58f060267p-1, -0x0.0p+0,
    -0x0.0p+0, -0x0.0p+0, -0x0.0p+0, -0x1.abde58f060267p-1,
    -0x1.abde58f060267p-1, -0x0.0p+0, -0x1.abde58f060267p-1, -0x0.0p+0,
    -0x1.abde58f060267p-1, -0x0.0p+0, -0x0.0p+0, -0x0.0p+0,
    -0x1.abde58f060267p-1, -0x0.0p+0, -0x0.0p+0, -0x1.abde58f060267p-1,
    -0x0.0p+0, -0x0.0p+0, -0x0.0p+0, -0x0.0p+0,
    -0x0.0p+0, -0x0.0p+0, -0x0.0p+0, -0x1.7635b5275629fp-1,
    -0x0.0p+0, -0x0.0p+0, -0x0.0p+0, -0x0.0p+0,
    -0x0.0p+0, -0x0.0p+0, -0x0.0p+0, -0x0.0p+0,
    -0x0.0p+0, -0x0.0p+0, -0x0.0p+0, -0x1.3c71c71c71c72p+0,
    -0x1.3c71c71c71c72p+0, -0x0.0p+0, -0x0.0p+0, -0x0.0p+0,
    -0x0.0p+0, -0x1.3c71c71c71c72p+0, -0x0.0p+0, -0x0.0p+0,
    -0x1.3c71c71c71c72p+0, -0x1.3c71c71c71c72p+0, -0x0.0p+0, -0x0.0p+0,
    -0x0.0p+0, -0x0.0p+0, -0x0.0p+0, -0x0.0p+0,
    -0x0.0p+0, -0x0.0p+0, -0x0.0p+0, -0x1.3c71c71c71c72p+0,
    -0x0.0p+0, -0x1.3c71c71c71c72p+0, -0x0.0p+0, -0x0.0p+0,
    -0x0.0p+0, -0x1.b55a5c5137694p-1, -0x0.0p+0, -0x0.0p+0,
    -0x0.0p+0, -0x0.0p+0, -0x1.3c71c71c71c72p+0, -0x1.3c71c71c71c72p+0,
    -0x1.3c71c71c71c72p+0, -0x0.0p+0, -0x0.0p+0, -0x0.0p+0,
    -0x0.0p+0, -0x1.3c71c71c71c72p+0, -0x1.3c71c71c71c72p+0, -0x1.3c71c71c71c72p+0,
    -0x1.3c71c71c71c72p+0, -0x0.0p+0, 0x1.01724287f46dfp+0, 0x1.01724287f46dfp+0,
    0x1.01724287f46dfp+0, 0x1.01724287f46dfp+0, 0x1.01724287f46dfp+0, 0x1.01724287f46dfp+0,
    0x1.01724287f46dfp+0, 0x1.01724287f46dfp+0, 0x1.01724287f46dfp+0, 0x1.01724287f46dfp+0,
    0x1.01724287f46dfp+0, 0x1.01724287f46dfp+0, 0x1.01724287f46dfp+0, 0x1.01724287f46dfp+0,
    0x1.dbac84f49bb17p-5, 0x1.01724287f46dfp+0, 0x1.01724287f46dfp+0, 0x1.01724287f46dfp+0,
    0x1.01724287f46dfp+0, 0x1.abde58f060267p-1, 0x1.abde58f060267p-1, 0x1.abde58f060267p-1,
    0x1.abde58f060267p-1, 0x1.abde58f060267p-1, 0x1.abde58f060267p-1, 0x1.abde58f060267p-1,
    0x1.abde58f060267p-1, 0x1.abde58f060267p-1, 0x1.abde58f060267p-1, 0x1.abde58f060267p-1,
    0x1.abde58f060267p-1, 0x1.abde58f060267p-1, 0x1.abde58f060267p-1, 0x1.abde58f060267p-1,
    0x1.abde58f060267p-1, 0x1.abde58f060267p-1, 0x1.abde58f060267p-1, 0x1.abde58f060267p-1,
    0x1.abde58f060267p-1, 0x1.abde58f060267p-1, 0x1.abde58f060267p-1, 0x1.abde58f060267p-1,
    0x1.abde58f060267p-1, 0x1.abde58f060267p-1, 0x1.abde58f060267p-1, 0x1.abde58f060267p-1,
    0x1.abde58f060267p-1, 0x1.abde58f060267p-1, 0x1.abde58f060267p-1, 0x1.abde58f060267p-1,
    0x1.abde58f060267p-1, 0x1.abde58f060267p-1, 0x1.abde58f060267p-1, 0x1.abde58f060267p-1,
    0x1.abde58f060267p-1, 0x1.abde58f060267p-1, 0x1.abde58f060267p-1, 0x1.abde58f060267p-1,
    0x1.abde58f060267p-1, 0x1.abde58f060267p-1, 0x1.abde58f060267p-1, 0x1.abde58f060267p-1,
    0x1.abde58f060267p-1, 0x1.abde58f060267p-1, 0x1.abde58f060267p-1, 0x1.abde58f060267p-1,
    0x1.abde58f060267p-1, 0x1.abde58f060267p-1, 0x1.abde58f060267p-1, 0x1.abde58f060267p-1,
    0x1.abde58f060267p-1, 0x1.abde58f060267p-1, 0x1.abde58f060267p-1, 0x1.abde58f060267p-1,
    0x1.abde58f060267p-1, 0x1.d3f65497400c7p-2, 0x1.abde58f060267p-1, 0x1.abde58f060267p-1,
    -0x1.3c71c71c71c72p+0, -0x1.3c71c71c71c72p+0, -0x1.3c71c71c71c72p+0, -0x1.3c71c71c71c72p+0,
    -0x1.3c71c71c71c72p+0, -0x1.3c71c71c71c72p+0, -0x1.3c71c71c71c72p+0, -0x1.3c71c71c71c72p+0,
    -0x1.3c71c71c71c72p+0, -0x1.3c71c71c71c72p+0, -0x1.3c71c71c71c72p+0, -0x0.0p+0,
    -0x1.3c71c71c71c72p+0, -0x1.3c71c71c71c72p+0, -0x0.0p+0, -0x0.0p+0,
    -0x1.3c71c71c71c72p+0, -0x1.3c71c71c71c72p+0, -0x1.3c71c71c71c72p+0, -0x1.3c71c71c71c72p+0,
    -0x1.3c71c71c71c72p+0, -0x1.3c71c71c71c72p+0, -0x1.3c71c71c71c72p+0, -0x1.3c71c71c71c72p+0,
    -0x1.3c71c71c71c72p+0, -0x1.3c71c71c71c72p+0, -0x1.3c71c71c71c72p+0, -0x0.0p+0,
    -0x1.3c71c71c71c72p+0, -0x1.3c71c71c71c72p+0, -0x1.3c71c71c71c72p+0, -0x1.3c71c71c71c72p+0,
    -0x1.3c71c71c71c72p+0, -0x1.3c71c71c71c72p+0, -0x1.3c71c71c71c72p+0, -0x1.3c71c71c71c72p+0,
    -0x1.3c71c71c71c72p+0, -0x1.3c71c71c71c72p+0, -0x0.0p+0, -0x1.3c71c71c71c72p+0,
    -0x1.3c71c71c71c72p+0, -0x1.3c71c71c71c72p+0, -0x1.3c71c71c71c72p+0, -0x1.6fb0a616be0fdp-1,
    -0x0.0p+0, -0x0.0p+0, -0x0.0p+0, -0x1.3c71c71c71c72p+0,
};
static const int labels_9[] = {
    0, 0, 0, 0, 0, 0, 1, 1, 2, 1, 2, 1, 1, 1, 2, 1,
    0,
};
static const double intercept_9[] = {
    0x1.0d0000e2fcc30p-3, 0x1.7e8b41da3d847p-2, 0x1.9f83b9e51c988p-1,
};
static const double decisions_9[] = {
    0x1.1efa91aa5fb20p+1, 0x1.1d0ad63769e68p+0, -0x1.0368a7f85414ep-2, 0x1.1d6792a0c770fp+1,
    0x1.16f1ffc089fa9p+0, -0x1.ec3e06b83cf97p-3, 0x1.1ef6bdbe19e37p+1, 0x1.1064631f0d7cbp+0,
    -0x1.fae29d9b29559p-3, 0x1.1da2b395af5a7p+1, 0x1.1fc5d5c3bbd7cp+0, -0x1.fa265146b8e0cp-3,
    0x1.1a81082d95b8ep+1, -0x1.4de8415c86670p-3, 0x1.bac649858befap-1, 0x1.1eadd1d36b454p+1,
    0x1.227f498785310p+0, -0x1.04c9dac5b4ca8p-2, -0x1.066962e2847f8p-2, 0x1.1f6bbd744718ap+1,
    0x1.1d9842ef20e4ep+0, -0x1.045bb2081324ep-2, 0x1.1e75de293659dp+1, 0x1.23b721883991ap+0,
    -0x1.d54448d7fa916p-3, 0x1.0c3170021f6c3p+0, 0x1.1c988d397829dp+1, -0x1.eee2f349abf03p-3,
    0x1.203f9543aca00p+1, 0x1.ca3c7232eecf6p-1, -0x1.0505cde07f986p-2, 0x1.3716658b9b575p+0,
    0x1.19199789c6757p+1, -0x1.0072eae3c3a3ap-2, 0x1.1efc66332dcf9p+1, 0x1.16f95b4e2f57ap+0,
    -0x1.06139dfd356bep-2, 0x1.1bfa04a686340p+1, 0x1.31cf8340fc2f5p+0, -0x1.06d5b3372bfe7p-2,
    0x1.1cf105a8f41c3p+1, 0x1.2f3b593179487p+0, -0x1.f094a7d84ab04p-3, 0x1.2054414ead826p+0,
    0x1.1cb78eb0dabb4p+1, -0x1.070c9e738b728p-2, 0x1.1e70f0407e6bap+1, 0x1.27b4b234f7fdap+0,
    0x1.1537eb80a1880p+1, -0x1.70a09f98d80b2p-3, 0x1.0d4b4abe1ae4fp+0,
};
static const int support_9[] = {
    4, 5, 17, 18, 19, 20, 21, 24, 25, 28, 33, 36, 39, 40, 43, 44,
    59, 60, 62, 65, 66, 67, 68, 69, 70, 72, 73, 74, 77, 78, 79, 80,
    81, 82, 83, 84, 86, 87, 88, 89, 92, 95, 96, 98, 100, 101, 104, 106,
    107, 109, 110, 112, 116, 119, 120, 121, 129, 130, 131, 132, 133, 134, 135, 136,
    137, 138, 139, 140, 141, 142, 143, 144, 145, 146, 147, 148, 149, 150, 151, 152,
    153, 154, 155, 156, 157, 158, 159, 160, 161, 162, 163, 164, 165, 166, 167, 168,
    169, 170, 171, 172, 173, 174, 175, 176, 177,
};
static const double coefficients_9[] = {
    0x1.0000000000000p+1, 0x0.0p+0, 0x1.27a8623aa4d86p-1, 0x1.7841e667ed07fp-1,
    0x1.0000000000000p+1, 0x1.8000000000000p+1, 0x1.0000000000000p+0, 0x1.0000000000000p+0,
    0x1.0000000000000p+1, 0x1.a7751f61941a3p+0, 0x1.cf7696ccbb449p-1, 0x1.0000000000000p+0,
    0x1.0000000000000p+0, 0x1.0000000000000p+1, 0x1.0000000000000p+1, 0x1.8000000000000p+1,
    -0x0.0p+0, -0x1.0000000000000p+0, -0x0.0p+0, -0x1.27754dab2a85ap+0,
    -0x0.0p+0, -0x0.0p+0, -0x1.8000000000000p+1, -0x1.0000000000000p+0,
    -0x1.0000000000000p+1, -0x0.0p+0, -0x1.0000000000000p+1, -0x1.8000000000000p+1,
    -0x0.0p+0, -0x1.0000000000000p+0, -0x0.0p+0, -0x1.7e15b6a4a7ee7p-2,
    -0x1.0000000000000p+0, -0x0.0p+0, -0x0.0p+0, -0x0.0p+0,
    -0x0.0p+0, -0x0.0p+0, -0x1.582ad3c4e62b6p+0, -0x0.0p+0,
    -0x0.0p+0, -0x1.8000000000000p+1, -0x0.0p+0, -0x0.0p+0,
    -0x1.0000000000000p+1, -0x0.0p+0, -0x0.0p+0, -0x0.0p+0,
    -0x0.0p+0, -0x1.0000000000000p+1, -0x0.0p+0, -0x0.0p+0,
    -0x0.0p+0, -0x0.0p+0, -0x0.0p+0, -0x0.0p+0,
    -0x0.0p+0, -0x0.0p+0, -0x0.0p+0, -0x0.0p+0,
    -0x0.0p+0, -0x0.0p+0, -0x0.0p+0, -0x1.0000000000000p+1,
    -0x0.0p+0, -0x0.0p+0, -0x0.0p+0, -0x0.0p+0,
    -0x1.0000000000000p+0, -0x0.0p+0, -0x0.0p+0, -0x1.0000000000000p+0,
    -0x1.0000000000000p+1, -0x1.988d697351e7cp-4, -0x0.0p+0, -0x0.0p+0,
    -0x0.0p+0, -0x0.0p+0, -0x0.0p+0, -0x1.b5cfcf6d52d5ap-2,
    -0x0.0p+0, -0x0.0p+0, -0x1.8000000000000p+1, -0x0.0p+0,
    -0x1.0000000000000p+1, -0x0.0p+0, -0x0.0p+0, -0x0.0p+0,
    -0x0.0p+0, -0x0.0p+0, -0x0.0p+0, -0x0.0p+0,
    -0x0.0p+0, -0x1.611a737156b21p-1, -0x0.0p+0, -0x1.0000000000000p+0,
    -0x0.0p+0, -0x0.0p+0, -0x0.0p+0, -0x0.0p+0,
    -0x1.8000000000000p+1, -0x1.0000000000000p+0, -0x1.0000000000000p+1, -0x1.8000000000000p+1,
    -0x0.0p+0, 0x1.0000000000000p+1, 0x1.abe7388df217fp-3, 0x0.0p+0,
    0x1.fcc945e54c05cp-2, 0x1.0000000000000p+1, 0x1.8000000000000p+1, 0x1.0000000000000p+0,
    0x1.0000000000000p+0, 0x1.0000000000000p+1, 0x1.82dacba023e88p+0, 0x0.0p+0,
    0x1.0000000000000p+0, 0x1.0000000000000p+0, 0x1.0000000000000p+1, 0x1.0000000000000p+1,
    0x1.8000000000000p+1, 0x1.8000000000000p+1, 0x1.0000000000000p+0, 0x1.8000000000000p+1,
    0x1.8000000000000p+1, 0x1.0000000000000p+0, 0x1.0000000000000p+1, 0x1.8000000000000p+1,
    0x1.0000000000000p+0, 0x1.0000000000000p+1, 0x1.88d9b27d0587cp-2, 0x1.5f7cba543f1b4p-2,
    0x1.8000000000000p+1, 0x1.8000000000000p+1, 0x1.0000000000000p+0, 0x1.0000000000000p+1,
    0x0.0p+0, 0x1.0000000000000p+0, 0x1.0000000000000p+1, 0x1.8000000000000p+1,
    0x1.0000000000000p+0, 0x1.8000000000000p+1, 0x1.0000000000000p+0, 0x1.0000000000000p+1,
    0x1.8000000000000p+1, 0x1.8000000000000p+1, 0x1.8000000000000p+1, 0x1.0000000000000p+0,
    0x1.8000000000000p+1, 0x1.0000000000000p+1, 0x1.8000000000000p+1, 0x1.8000000000000p+1,
    0x1.0000000000000p+1, 0x1.8000000000000p+1, 0x1.0000000000000p+1, 0x1.8000000000000p+1,
    0x1.0000000000000p+1, 0x1.8000000000000p+1, 0x1.8000000000000p+1, 0x1.0000000000000p+0,
    0x1.0000000000000p+1, 0x1.0000000000000p+0, -0x1.0000000000000p+1, -0x1.8000000000000p+1,
    -0x1.0000000000000p+0, -0x1.0000000000000p+1, -0x1.8000000000000p+1, -0x1.0000000000000p+0,
    -0x1.3a85594e5d05ap+0, -0x1.8000000000000p+1, -0x1.0000000000000p+0, -0x1.0000000000000p+1,
    -0x1.8000000000000p+1, -0x1.0000000000000p+0, -0x1.0000000000000p+1, -0x1.8000000000000p+1,
    -0x1.0000000000000p+0, -0x1.0000000000000p+1, -0x1.8000000000000p+1, -0x1.0000000000000p+0,
    -0x1.0000000000000p+1, -0x1.8000000000000p+1, -0x1.0000000000000p+0, -0x1.0000000000000p+1,
    -0x1.8000000000000p+1, -0x1.0000000000000p+0, -0x1.0000000000000p+1, -0x0.0p+0,
    -0x1.0000000000000p+0, -0x1.0000000000000p+1, -0x1.8000000000000p+1, -0x1.0000000000000p+0,
    -0x1.0000000000000p+1, -0x1.3fc820f2fa117p+1, -0x1.0000000000000p+0, -0x1.0000000000000p+1,
    -0x1.8000000000000p+1, -0x1.0000000000000p+0, -0x0.0p+0, -0x1.8000000000000p+1,
    -0x0.0p+0, -0x1.0000000000000p+1, -0x1.8000000000000p+1, -0x1.0000000000000p+0,
    -0x1.0000000000000p+1, -0x0.0p+0, -0x0.0p+0, -0x1.0000000000000p+1,
    -0x1.8000000000000p+1, -0x1.0000000000000p+0,
};
static const int labels_10[] = {
    0, 0, 0, 1, 0, 1, 1, 1, 1, 1,
};
static const double intercept_10[] = {
    0x1.77f1980f5f6bbp-3,
};
static const double decisions_10[] = {
    -0x1.70e63ce9ebcfdp+0, -0x1.942620cf9c425p+0, -0x1.19e3aa898de94p-5, 0x1.72a48e38713a7p-1,
    -0x1.5f7168f3f3ad1p+0, 0x1.6ca1e38bfea6bp+0, 0x1.59ac08ab1f5b4p+0, 0x1.524d6b3cbbef6p-2,
    0x1.56ccfbad75ecbp-3, 0x1.dd01bee2e34ffp-1,
};
static const int labels_11[] = {
    0, 0, 0, 0, 0, 1, 1, 2, 1, 1, 2, 2, 2, 2,
};
static const double intercept_11[] = {
    0x1.020a84f760fc5p-3, -0x1.0b1398a21ab1fp-4, -0x1.b672e00000005p-4,
};
static const double decisions_11[] = {
    0x1.1e233fee3663ap+1, 0x1.2931a6cdeb836p+0, -0x1.06a9663a99e36p-2, 0x1.1d836acb196fcp+1,
    0x1.2b5ca3cb4fbfcp+0, -0x1.0586717d27cbdp-2, 0x1.1f45e8f488722p+1, 0x1.0fb95093cdca3p+0,
    -0x1.febd72d24f5cap-3, 0x1.1e44dc37fd37fp+1, 0x1.274aa12318913p+0, -0x1.05dbec1fda78ap-2,
    0x1.1c28563e57704p+1, 0x1.322c9e09404a2p+0, -0x1.072f4d004f5fdp-2, -0x1.d4fbc19bdbcb0p-3,
    0x1.1da7adeb3ca82p+1, 0x1.f2b9719a18b7dp-1, -0x1.d40b99a6581aap-3, 0x1.1cc7f3530568dp+1,
    0x1.0852941edaa1fp+0, -0x1.e0bf4fe36346fp-3, 0x1.2f313233a10e9p+0, 0x1.16c327044e214p+1,
    -0x1.b472b0a78b105p-3, 0x1.1eb94b74faa47p+1, 0x1.b426699e57514p-1, -0x1.bcf6699fce9f7p-3,
    0x1.1ede0bc535ec7p+1, 0x1.b72fa7299e3a1p-1, -0x1.e2ec6d2257fe1p-3, 0x1.25e079bfc4963p+0,
    0x1.1a610c49dc056p+1, -0x1.eb716612a7696p-3, 0x1.2d18fd71dbdb8p+0, 0x1.193ee55f88a0dp+1,
    -0x1.ec115adf9b3e7p-3, 0x1.f1811ad308259p-1, 0x1.1f0e1e39e02e5p+1, -0x1.dd8ec07f6893dp-3,
    0x1.bf03d2332005cp-1, 0x1.1fd8aef2c34d9p+1,
};
static const double probabilities_11[] = {
    0x1.f4bc6caeace56p-1, 0x1.cd76790209a3ap-7, 0x1.036e5b52bd09ap-7, 0x1.f0a7a90426861p-1,
    0x1.53418361d6b0fp-6, 0x1.2f92b832b1190p-7, 0x1.f9dfa21ad1ecdp-1, 0x1.7a2c0cb16de17p-8,
    0x1.9602e5e59bb82p-8, 0x1.f5ab44e0b3497p-1, 0x1.6fa8730d21276p-7, 0x1.258654c60c812p-7,
    0x1.e52de38858fa4p-1, 0x1.3d635386f0af3p-5, 0x1.bef9cfcdfeb61p-7, 0x1.50a8c59d20258p-8,
    0x1.ee08b5f9e8e39p-1, 0x1.eabf0f5b9b813p-6, 0x1.916ee5d521ad4p-8, 0x1.de10b063584fcp-1,
    0x1.ecc71d0fd6d02p-5, 0x1.44a504132dc26p-7, 0x1.66559684a6a59p-2, 0x1.47c2a0ad5ff60p-1,
    0x1.37483bb54b079p-7, 0x1.f8a4ba2191cecp-1, 0x1.3f1277cc8295dp-8, 0x1.ed52f8e8f3525p-8,
    0x1.f995764fba503p-1, 0x1.47f1df39e49d7p-8, 0x1.3ffb89d040274p-7, 0x1.55b4e2dc85d91p-4,
    0x1.d049757d2e443p-1, 0x1.59c538992132bp-7, 0x1.139236ac85701p-3, 0x1.b5b45d727a1f2p-1,
    0x1.a20fbc7b837abp-8, 0x1.01190135c4ff4p-9, 0x1.fbbac785d333fp-1, 0x1.c8efb9717c2c8p-8,
    0x1.95581102a7172p-11, 0x1.fc08ca88dc5dep-1,
};
static const double sigmoids_11[] = {
    -0x1.b05738e731d3bp+1, -0x1.c9ade75ae207cp+1, -0x1.0f3ecabdb8170p+2, -0x1.c8cd1f1ff6e60p-16,
    -0x1.5c874f25b4f5bp-5, 0x1.7bd2c6c9ec5dcp-3,
};
static const int labels_12[] = {
    0, 1, 1, 0, 0, 0, 0, 1, 1, 1, 1,
};
static const double intercept_12[] = {
    -0x1.78eda769d56d3p-1,
};
static const double decisions_12[] = {
    -0x1.c85fbc9bd11aep-2, 0x1.fec91aec83a35p-1, 0x1.65c3073812353p-1, -0x1.3eaba6d045306p-1,
    -0x1.2988386cdc258p+0, -0x1.59703262888eep+0, -0x1.6405998ee2822p+0, 0x1.74502caba18ebp-1,
    0x1.075ca2e39f488p-2, 0x1.dde257fc911dap-2, 0x1.3756e197b228ep-2,
};
static const int support_12[] = {
    0, 1, 2, 3, 6, 7, 8, 9, 10, 11, 13, 14, 15, 18, 19, 20,
    22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 36, 37, 39, 41,
    42, 43, 45, 47, 48, 50, 51, 53, 57, 60, 61, 62, 68, 70, 71, 72,
    73, 74, 75, 76, 77, 78, 79, 80, 81, 82, 83, 84, 86, 87, 88, 89,
    90, 91, 92, 93, 94, 95, 96, 97, 98, 99, 100, 101, 102, 103, 104, 105,
    106, 107, 108, 109, 110, 111, 112, 113, 114, 115, 116, 117, 118,
};
static const double coefficients_12[] = {
    -0x1.0000000000000p+0, -0x1.0000000000000p+0, -0x1.0000000000000p+0, -0x1.0000000000000p+0,
    -0x1.0000000000000p+0, -0x1.0000000000000p+0, -0x1.0000000000000p+0, -0x1.0000000000000p+0,
    -0x1.0000000000000p+0, -0x1.0000000000000p+0, -0x1.0000000000000p+0, -0x1.0000000000000p+0,
    -0x1.0000000000000p+0, -0x1.0000000000000p+0, -0x1.0000000000000p+0, -0x1.0000000000000p+0,
    -0x1.0000000000000p+0, -0x1.0000000000000p+0, -0x1.0000000000000p+0, -0x1.0000000000000p+0,
    -0x1.0000000000000p+0, -0x1.0000000000000p+0, -0x1.0000000000000p+0, -0x1.0000000000000p+0,
    -0x1.0000000000000p+0, -0x1.0000000000000p+0, -0x1.0000000000000p+0, -0x1.0000000000000p+0,
    -0x1.0000000000000p+0, -0x1.0000000000000p+0, -0x1.0000000000000p+0, -0x1.0000000000000p+0,
    -0x1.0000000000000p+0, -0x1.878c03ba83109p-1, -0x1.0000000000000p+0, -0x1.0000000000000p+0,
    -0x1.0000000000000p+0, -0x1.0000000000000p+0, -0x1.0000000000000p+0, -0x1.0000000000000p+0,
    -0x1.0000000000000p+0, -0x1.0000000000000p+0, -0x1.0000000000000p+0, -0x1.0000000000000p+0,
    -0x1.0000000000000p+0, -0x1.0000000000000p+0, 0x1.0000000000000p+0, 0x1.0000000000000p+0,
    0x1.0000000000000p+0, 0x1.0000000000000p+0, 0x1.0000000000000p+0, 0x1.0000000000000p+0,
    0x1.0000000000000p+0, 0x1.0000000000000p+0, 0x1.0000000000000p+0, 0x1.0000000000000p+0,
    0x1.0000000000000p+0, 0x1.0000000000000p+0, 0x1.0000000000000p+0, 0x1.0000000000000p+0,
    0x1.0000000000000p+0, 0x1.0000000000000p+0, 0x1.0000000000000p+0, 0x1.0000000000000p+0,
    0x1.0000000000000p+0, 0x1.0000000000000p+0, 0x1.0000000000000p+0, 0x1.0000000000000p+0,
    0x1.0000000000000p+0, 0x1.0000000000000p+0, 0x1.0000000000000p+0, 0x1.0000000000000p+0,
    0x1.06d14d97c84ebp-2, 0x1.0000000000000p+0, 0x1.0000000000000p+0, 0x1.0000000000000p+0,
    0x1.0000000000000p+0, 0x1.0000000000000p+0, 0x1.0000000000000p+0, 0x1.0000000000000p+0,
    0x1.0000000000000p+0, 0x1.0000000000000p+0, 0x1.0000000000000p+0, 0x1.0000000000000p+0,
    0x1.0000000000000p+0, 0x1.0000000000000p+0, 0x1.0000000000000p+0, 0x1.0000000000000p+0,
    0x1.0000000000000p+0, 0x1.0000000000000p+0, 0x1.0000000000000p+0, 0x1.04235cee9ee94p-1,
    0x1.0000000000000p+0,
};
static const double probabilities_12[] = {
    0x1.301b7d8611a61p-1, 0x1.9fc904f3dcb3ep-2, 0x1.60e360735963bp-2, 0x1.4f8e4fc6534e2p-1,
    0x1.935c8adeff123p-2, 0x1.3651ba908076ep-1, 0x1.3f6089147d0c1p-1, 0x1.813eedd705e7ep-2,
    0x1.6ac628e8a7630p-1, 0x1.2a73ae2eb13a0p-2, 0x1.78673aca49d7ep-1, 0x1.0f318a6b6c504p-2,
    0x1.7b4df5a4ac29dp-1, 0x1.096414b6a7ac6p-2, 0x1.8e725cb2e26d1p-2, 0x1.38c6d1a68ec98p-1,
    0x1.e1da88af16c55p-2, 0x1.0f12bba8749d6p-1, 0x1.bc337c6410344p-2, 0x1.21e641cdf7e5ep-1,
    0x1.d963b5ef3ccccp-2, 0x1.134e25086199ap-1,
};
static const double sigmoids_12[] = {
    -0x1.6af38233fb921p-1, -0x1.07e08fc2387b5p-4,
};
static const golden_svc golden_svcs[] = {
    {.spec = "SVC", .data = "iris", .first = 0, .last = 150, .weighted = 0, .n_support = 60, .labels = labels_0, .intercept = intercept_0, .decisions = decisions_0},
    {.spec = "SVC(decision_function_shape=ovo)", .data = "iris", .first = 0, .last = 150, .weighted = 0, .n_support = 60, .labels = labels_1, .intercept = intercept_1, .decisions = decisions_1},
    {.spec = "SVC(C=10, kernel=linear)", .data = "iris", .first = 0, .last = 150, .weighted = 0, .n_support = 17, .labels = labels_2, .intercept = intercept_2, .decisions = decisions_2, .weights = weights_2},
    {.spec = "SVC(kernel=poly, degree=2, coef0=1, gamma=0.2)", .data = "iris", .first = 0, .last = 150, .weighted = 0, .n_support = 19, .labels = labels_3, .intercept = intercept_3, .decisions = decisions_3},
    {.spec = "SVC(kernel=sigmoid, gamma=0.01, coef0=-0.5)", .data = "iris", .first = 0, .last = 150, .weighted = 0, .n_support = 124, .labels = labels_4, .intercept = intercept_4, .decisions = decisions_4},
    {.spec = "SVC(break_ties=true, gamma=auto)", .data = "iris", .first = 0, .last = 150, .weighted = 0, .n_support = 45, .labels = labels_5, .intercept = intercept_5, .decisions = decisions_5},
    {.spec = "SVC", .data = "wine", .first = 59, .last = 178, .weighted = 0, .n_support = 93, .labels = labels_6, .intercept = intercept_6, .decisions = decisions_6, .support = support_6, .coefficients = coefficients_6},
    {.spec = "SVC(C=0.1, kernel=linear)", .data = "iris", .first = 50, .last = 150, .weighted = 0, .n_support = 50, .labels = labels_7, .intercept = intercept_7, .decisions = decisions_7, .weights = weights_7},
    {.spec = "SVC(class_weight=balanced)", .data = "wine", .first = 0, .last = 178, .weighted = 0, .n_support = 126, .labels = labels_8, .intercept = intercept_8, .decisions = decisions_8, .support = support_8, .coefficients = coefficients_8},
    {.spec = "SVC(gamma=1e-05)", .data = "wine", .first = 0, .last = 178, .weighted = 1, .n_support = 105, .labels = labels_9, .intercept = intercept_9, .decisions = decisions_9, .support = support_9, .coefficients = coefficients_9},
    {.spec = "SVC(gamma=0.3)", .data = "iris", .first = 50, .last = 150, .weighted = 1, .n_support = 26, .labels = labels_10, .intercept = intercept_10, .decisions = decisions_10},
    {.spec = "SVC(probability=true, random_state=3)", .data = "iris", .first = 0, .last = 150, .weighted = 0, .n_support = 60, .labels = labels_11, .intercept = intercept_11, .decisions = decisions_11, .probabilities = probabilities_11, .sigmoids = sigmoids_11},
    {.spec = "SVC(probability=true, random_state=0)", .data = "wine", .first = 59, .last = 178, .weighted = 0, .n_support = 93, .labels = labels_12, .intercept = intercept_12, .decisions = decisions_12, .support = support_12, .coefficients = coefficients_12, .probabilities = probabilities_12, .sigmoids = sigmoids_12},
};
/* clang-format on */
