// libmosquitto as far as it is needed, found at run time.

#include "broker.h"
