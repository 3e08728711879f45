/* store/version.h - which engines are linked, as "1.4.4". */
#ifndef KEPT_STORE_VERSION_H
#define KEPT_STORE_VERSION_H

const char *kept_store_duckdb_version(void);
const char *kept_store_sqlite_version(void);

#endif
