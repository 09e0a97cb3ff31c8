/* SPDX-License-Identifier: BSD-3-Clause */
/* Made by tests/golden/make_tree.py with scikit-learn 1.9.1. */

/* clang-format off */
static const golden_tree golden_trees[] = {
    {"wine", "DecisionTreeClassifier(max_depth=3, min_samples_leaf=10, random_state=0)", 1, 0, 9, 3, 43, 1196.5400000810623, 9.3514719000892, 0.6582503471533425, -2.0902047789932108, 9.291425281528229},
    {"wine", "DecisionTreeClassifier(max_leaf_nodes=4, criterion=entropy, random_state=0)", 0, 0, 7, 2, 30, 729.8999999761581, 35.62399687859453, 1.5668222768551812, 0.33983315269540726, 9.657830976907608},
    {"wine", "DecisionTreeClassifier(max_depth=3, min_samples_leaf=12, random_state=0)", 1, 1, 11, 3, 46, 734.83999979496, 25.523809523809526, 0.6582503471533425, 0.416823975272095, 9.48578547249349},
    {"breast_cancer", "DecisionTreeClassifier(max_depth=5, min_samples_leaf=15, criterion=log_loss, random_state=0)", 1, 0, 17, 5, 147, 223.05607965402305, 123.18039689586762, 0.9481475683700047, 0.8685112818885812, 12.514873303997454},
    {"breast_cancer", "DecisionTreeClassifier(max_leaf_nodes=7, min_samples_leaf=15, random_state=0)", 1, 0, 13, 4, 120, 1050.944220079109, 75.60401704345806, 0.46449133603915316, -0.9155404378541965, 10.91275667380409},
    {"breast_cancer", "DecisionTreeClassifier(min_samples_leaf=25, random_state=0)", 1, 1, 15, 6, 168, 1690.2517172768712, 78.2218982329966, 0.46449133603915316, 0.27773300244565835, 24.96928821682388},
    {"breast_cancer", "DecisionTreeClassifier(min_samples_leaf=20, min_impurity_decrease=0.01, random_state=0)", 0, 0, 9, 3, 78, 43.28793992847204, 35.140975390975385, 0.4675300607546925, 0.39977354426919964, 21.430277898958266},
    {"breast_cancer", "DecisionTreeClassifier(min_samples_leaf=20, ccp_alpha=0.005, random_state=0)", 1, 0, 9, 3, 74, 140.18922652862966, 79.95546956233846, 0.46449133603915316, -0.7204956977526837, 10.694586511104957},
    {"digits", "DecisionTreeClassifier(min_samples_leaf=40, criterion=entropy, random_state=0)", 1, 0, 59, 6, 918, 154.5, 2821.8933620647913, 3.3216987616680855, -7.265892402659944, 31.826929885617666},
    {"diabetes", "DecisionTreeRegressor(max_depth=6, min_samples_leaf=7, random_state=0)", 1, 0, 65, 6, 168, 1884.2974994182587, 1711043.033952395, 5842.886707392307, 14.728603704511954, 6.428578200129931},
    {"diabetes", "DecisionTreeRegressor(max_leaf_nodes=12, random_state=0)", 0, 0, 23, 5, 68, 531.700049161911, 1141535.2506318402, 5929.884896910378, -390.044646830577, 6.787953279058491},
    {"diabetes", "DecisionTreeRegressor(min_samples_leaf=10, random_state=0)", 0, 1, 71, 8, 203, 2264.5127940177917, 883264.6803100406, 5929.884896910378, -172.01885082846076, 6.4387378618252225},
    {"diabetes", "DecisionTreeRegressor(min_samples_split=0.2, min_samples_leaf=0.03, random_state=0)", 0, 0, 13, 3, 28, 171.90014910697937, 1336012.1397078903, 5929.884896910378, -440.7461462845254, 6.65401425533819},
    {"diabetes", "DecisionTreeRegressor(min_samples_leaf=12, criterion=absolute_error, random_state=0)", 0, 0, 55, 7, 141, 1878.2864422798157, 15735.0, 65.04298642533936, -303.8567816545453, 6.311818042108498},
    {"diabetes", "DecisionTreeRegressor(min_samples_leaf=12, criterion=absolute_error, random_state=0)", 1, 0, 55, 8, 155, 2144.3362970352173, 30871.0, 64.18686296715742, -67.76348604208238, 6.562272339765947},
    {"diabetes", "DecisionTreeRegressor(min_samples_leaf=15, criterion=absolute_error, random_state=0)", 0, 1, 45, 7, 102, 1198.4585984945297, 16338.0, 65.04298642533936, -42.71635514950381, 6.313351059543953},
    {"diabetes", "DecisionTreeRegressor(min_samples_leaf=12, criterion=poisson, random_state=0)", 1, 0, 55, 7, 138, 1395.8889541625977, 6721.237048944069, 19.256553694758363, 467.24422479101446, 6.6766059555384905},
    {"diabetes", "DecisionTreeRegressor(min_samples_leaf=8, criterion=poisson, random_state=0)", 0, 1, 81, 9, 219, 2556.7979958057404, 2799.5934386918643, 19.66986031227467, -165.7426049835298, 6.425532674384358},
    {"diabetes", "DecisionTreeRegressor(min_samples_leaf=10, ccp_alpha=30.0, random_state=0)", 0, 0, 45, 7, 131, 1431.859447479248, 975773.5530817817, 5929.884896910378, 130.85867541381091, 6.641661025946547},
    {"diabetes", "DecisionTreeRegressor(max_depth=5, min_samples_leaf=5, monotonic_cst=[0, 0, 1, 1, 0, 0, -1, 0, 1, 0], random_state=0)", 0, 0, 57, 5, 139, 1819.3201447725296, 1017602.0091881175, 5929.884896910378, -118.67436598248057, 6.6694245258321345},
    {"linnerud", "DecisionTreeRegressor(max_depth=3, min_samples_leaf=2, random_state=0)", 0, 0, 13, 3, 14, 509.5, 1270.2666666666662, 212.75666666666652, 264.71773857281767, 2.2852630677714982},
    {"linnerud", "DecisionTreeRegressor(min_samples_leaf=4, criterion=absolute_error, random_state=0)", 1, 0, 7, 3, 7, 366.0, 201.66666666666666, 8.35897435897436, 219.8462601868764, 2.3083109919571045},
};

static const double class_ccp_alphas[] = {0.0, 0.00044655193376882995, 0.0008560466762159132, 0.001889291884981107, 0.014590457519764587, 0.018038524905524298, 0.05007101023712404, 0.3252108798364008};
static const double class_impurities[] = {0.05598074582714411, 0.05687384969468177, 0.05772989637089768, 0.059619188255878794, 0.07420964577564337, 0.09224817068116767, 0.1423191809182917, 0.4675300607546925};
static const double value_ccp_alphas[] = {0.0, 10.784457372692742, 13.04210299504419, 13.844238604532222, 17.180097353626167, 17.490660366376005, 30.009024427985537, 36.116715350372715, 39.276401332556134, 45.14590208263962, 62.555057499290456, 93.0261842460119, 120.42410775498968, 181.81695513882858, 335.63676345241583, 505.3896059381582, 1728.8084308440666};
static const double value_impurities[] = {2679.3381921507926, 2690.1226495234855, 2703.16475251853, 2717.008991123062, 2734.189088476688, 2751.679748843064, 2781.6887732710493, 2817.8054886214222, 2857.081889953978, 2902.2277920366178, 2964.782849535908, 3057.80903378192, 3178.2331415369094, 3360.050096675738, 3695.686860128154, 4201.076466066312, 5929.884896910378};
static const char wine_report[] =
    "|--- flavanoids <= 1.5750\n"
    "|   |--- color_intensity <= 3.8250\n"
    "|   |   |--- weights: [0.0000, 13.0000, 0.0000] class: class_1\n"
    "|   |--- color_intensity >  3.8250\n"
    "|   |   |--- weights: [0.0000, 1.0000, 48.0000] class: class_2\n"
    "|--- flavanoids >  1.5750\n"
    "|   |--- proline <= 724.5000\n"
    "|   |   |--- weights: [1.0000, 53.0000, 0.0000] class: class_1\n"
    "|   |--- proline >  724.5000\n"
    "|   |   |--- weights: [58.0000, 4.0000, 0.0000] class: class_0\n";
static const char wine_report_cut[] =
    "|- flavanoids <= 1.575\n"
    "| |- truncated branch of depth 2\n"
    "|- flavanoids >  1.575\n"
    "| |- truncated branch of depth 2\n";
static const char diabetes_report[] =
    "|--- s5 <= 4.60\n"
    "|   |--- bmi <= 26.95\n"
    "|   |   |--- value: [96.31]\n"
    "|   |--- bmi >  26.95\n"
    "|   |   |--- value: [159.74]\n"
    "|--- s5 >  4.60\n"
    "|   |--- bmi <= 27.75\n"
    "|   |   |--- value: [162.68]\n"
    "|   |--- bmi >  27.75\n"
    "|   |   |--- bmi <= 32.75\n"
    "|   |   |   |--- value: [208.57]\n"
    "|   |   |--- bmi >  32.75\n"
    "|   |   |   |--- value: [268.87]\n";
/* clang-format on */
