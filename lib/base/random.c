#include "cofit/extend.h"
