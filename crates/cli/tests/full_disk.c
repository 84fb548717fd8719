/* A disk with so much room left: what makes regular files grow by more than DISK_ROOM bytes in all is refused as a
 * full disk refuses it; or all of it, as long as the file DISK_FULL_WHILE is there. Preloaded into the real binary, since mounting a small disk needs rights that tests lack. */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

static atomic_llong grown;

/* What is there already may be overwritten; pipes and sockets take no room. */
static int fits(int fd, off64_t end) {
    struct stat64 file;
    if (fstat64(fd, &file) != 0 || !S_ISREG(file.st_mode) || end <= file.st_size) {
        return 1;
    }
    const char *full_while = getenv("DISK_FULL_WHILE");
    if (full_while) {
        if (access(full_while, F_OK) != 0) {
            return 1;
        }
        errno = ENOSPC;
        return 0;
    }
    const char *room = getenv("DISK_ROOM");
    long long more = end - file.st_size;
    if (atomic_fetch_add(&grown, more) + more <= (room ? atoll(room) : 0)) {
        return 1;
    }
    atomic_fetch_sub(&grown, more);
    errno = ENOSPC;
    return 0;
}

ssize_t pwrite64(int fd, const void *bytes, size_t count, off64_t at) {
    ssize_t (*real)(int, const void *, size_t, off64_t) = dlsym(RTLD_NEXT, "pwrite64");
    return fits(fd, at + count) ? real(fd, bytes, count, at) : -1;
}

ssize_t write(int fd, const void *bytes, size_t count) {
    ssize_t (*real)(int, const void *, size_t) = dlsym(RTLD_NEXT, "write");
    off64_t at = lseek64(fd, 0, SEEK_CUR);
    return at < 0 || fits(fd, at + count) ? real(fd, bytes, count) : -1;
}

int ftruncate64(int fd, off64_t size) {
    int (*real)(int, off64_t) = dlsym(RTLD_NEXT, "ftruncate64");
    return fits(fd, size) ? real(fd, size) : -1;
}
