#include "cli/pages.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "cli/output.h"
#include "present/man.h"

static kept_status write_page(const char *folder, const char *name, const kept_buf *page,
                              kept_err *err)
{
    KEPT_AUTO_BUF path = KEPT_BUF_INIT;
    kept_buf_printf(&path, "%s/%s.1", folder, name);
    if (path.failed)
        return kept_nomem(err);
    return kept_output_file(kept_buf_text(&path), page, err);
}

kept_status kept_pages_write(const kept_op_table *table, const char *folder, kept_err *err)
{
    const char *epoch = getenv("SOURCE_DATE_EPOCH");
    long long seconds = epoch ? strtoll(epoch, NULL, 10) : (long long)time(NULL);
    const kept_man man = {.day = (int32_t)(seconds / 86400), .version = KEPT_VERSION};
    if (mkdir(folder, 0777) != 0 && errno != EEXIST)
        return kept_fail(err, KEPT_EIO, "Cannot make the folder \"%.300s\": %s.", folder,
                         strerror(errno));
    KEPT_AUTO_BUF page = KEPT_BUF_INIT;
    kept_man_overview(&page, table, &man);
    KEPT_TRY(write_page(folder, "kept", &page, err));
    for (size_t i = 0; i < table->n; i++) {
        KEPT_AUTO_BUF name = KEPT_BUF_INIT;
        const kept_op *op = table->ops[i];
        if (!kept_op_leads(table, i))
            continue;
        kept_buf_clear(&page);
        kept_man_name(&name, op);
        if (op->family)
            kept_man_family(&page, table, op->family, &man);
        else
            kept_man_op(&page, op, &man);
        KEPT_TRY(write_page(folder, kept_buf_text(&name), &page, err));
    }
    return KEPT_OK;
}
