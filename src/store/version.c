#include "store/version.h"

#include <duckdb.h>
#include <sqlite3.h>

const char *kept_store_duckdb_version(void)
{
    const char *version = duckdb_library_version();
    return version[0] == 'v' ? version + 1 : version;
}

const char *kept_store_sqlite_version(void)
{
    return sqlite3_libversion();
}
