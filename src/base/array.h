/* base/array.h - the number of elements of a C array. */
#ifndef KEPT_BASE_ARRAY_H
#define KEPT_BASE_ARRAY_H

#define KEPT_N(array) (sizeof(array) / sizeof((array)[0]))

#endif
