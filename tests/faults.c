/* Lets the N-th call of one kind fail, for files below a folder only: see test_faults.py. */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { OPEN, READ, WRITE, FSYNC, RENAME, KINDS };
static const char *below;  /* what does not lie here is left alone */
static int armed = -1, nth, seen[KINDS], failed;
static char watched[65536];

void faults_arm(const char *folder, int kind, int n) {
    below = folder, armed = kind, nth = n, failed = 0;
    memset(seen, 0, sizeof seen);
}
int faults_seen(int kind) { return seen[kind]; }
int faults_failed(void) { return failed; }

static int fails(int kind, int error) {
    seen[kind]++;
    if (kind != armed || seen[kind] != nth) return 0;
    failed = 1, errno = error;
    return 1;
}
static int ours(const char *path) { return below && path && !strncmp(path, below, strlen(below)); }
static int known(int fd) { return below && fd >= 0 && fd < 65536 && watched[fd]; }
static int note(int fd, int mine) {
    if (fd >= 0 && fd < 65536) watched[fd] = (char)mine;
    return fd;
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))
#define OPENING(name) \
    int name(const char *path, int flags, ...) { \
        va_list rest; va_start(rest, flags); int mode = va_arg(rest, int); va_end(rest); \
        if (ours(path) && fails(OPEN, EMFILE)) return -1; \
        return note(REAL(name)(path, flags, mode), ours(path)); \
    }
OPENING(open)
OPENING(open64)
#define OPENING_AT(name) \
    int name(int at, const char *path, int flags, ...) { \
        va_list rest; va_start(rest, flags); int mode = va_arg(rest, int); va_end(rest); \
        if (ours(path) && fails(OPEN, EMFILE)) return -1; \
        return note(REAL(name)(at, path, flags, mode), ours(path)); \
    }
OPENING_AT(openat)
OPENING_AT(openat64)
DIR *opendir(const char *path) {
    if (ours(path) && fails(OPEN, EMFILE)) return NULL;
    return REAL(opendir)(path);
}
ssize_t read(int fd, void *buffer, size_t size) {
    if (known(fd) && fails(READ, EIO)) return -1;
    return REAL(read)(fd, buffer, size);
}
ssize_t write(int fd, const void *buffer, size_t size) {
    if (known(fd) && fails(WRITE, ENOSPC)) return -1;
    return REAL(write)(fd, buffer, size);
}
int fsync(int fd) { return known(fd) ? (fails(FSYNC, EIO) ? -1 : 0) : REAL(fsync)(fd); }
int rename(const char *from, const char *to) {
    if (ours(to) && fails(RENAME, EIO)) return -1;
    return REAL(rename)(from, to);
}
int close(int fd) { note(fd, 0); return REAL(close)(fd); }
