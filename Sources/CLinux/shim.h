/* Linux calls that Swift's Glibc module leaves out, because they are GNU extensions, variadic, or have no C function.
 *
 * No system header with types is included: a type that this module and Glibc both define would be two types to Swift, or
 * an error where _GNU_SOURCE makes them differ. Only numbers and plain C types cross this border. */
#include <linux/close_range.h>
#include <sys/syscall.h>

extern long syscall(long number, ...);
extern int openat(int folder, const char *name, int flags, ...);
extern int prctl(int option, ...);
extern int fcntl(int descriptor, int command, ...);
extern int pipe2(int ends[2], int flags);
extern int signalfd(int descriptor, const void *mask, int flags);
extern int unshare(int flags);
extern int setresuid(unsigned int real, unsigned int effective, unsigned int saved);
extern int setresgid(unsigned int real, unsigned int effective, unsigned int saved);
extern int setgroups(unsigned long count, const unsigned int *groups);
extern int memfd_create(const char *name, unsigned int flags);
extern int umount2(const char *target, int flags);
extern int mount(const char *source, const char *target, const char *type, unsigned long flags, const void *data);

enum {
    LINUX_O_PATH = 010000000,
    LINUX_AT_EMPTY_PATH = 0x1000,
    LINUX_CLONE_NEWNS = 0x00020000,
    LINUX_MNT_DETACH = 2,
    LINUX_MS_NOSUID = 2,
    LINUX_MS_NODEV = 4,
    LINUX_MS_BIND = 4096,
    LINUX_MS_REC = 16384,
    LINUX_MS_PRIVATE = 1 << 18,
};

static inline int linux_openat(int folder, const char *name, int flags, unsigned int mode) {
    return openat(folder, name, flags, mode);
}

static inline int linux_set_child_subreaper(void) { return prctl(36 /* PR_SET_CHILD_SUBREAPER */, 1UL, 0UL, 0UL, 0UL); }

/* Keeps other processes of the same user from reading this one's memory and environment. */
static inline int linux_set_not_dumpable(void) { return prctl(4 /* PR_SET_DUMPABLE */, 0UL, 0UL, 0UL, 0UL); }

static inline int linux_set_pipe_size(int descriptor, int bytes) { return fcntl(descriptor, 1031 /* F_SETPIPE_SZ */, bytes); }

/* A copy of a descriptor that is at least `lowest` and close-on-exec. */
static inline int linux_duplicate_above(int descriptor, int lowest) {
    return fcntl(descriptor, 1030 /* F_DUPFD_CLOEXEC */, lowest);
}

/* Marks every descriptor from `first` on close-on-exec, without closing any. */
static inline int linux_close_on_exec_from(unsigned int first) {
    return (int)syscall(SYS_close_range, first, ~0U, CLOSE_RANGE_CLOEXEC);
}

/* Two connected sockets, close-on-exec. */
static inline int linux_socket_pair(int ends[2]) {
    return (int)syscall(SYS_socketpair, 1 /* AF_UNIX */, 1 | 02000000 /* SOCK_STREAM, SOCK_CLOEXEC */, 0, ends);
}

/* As write(2), but without a signal when nobody is left to read. */
static inline long linux_send(int socket, const void *bytes, unsigned long count) {
    return syscall(SYS_sendto, socket, bytes, count, 0x4000 /* MSG_NOSIGNAL */, (void *)0, 0);
}

static inline int linux_pidfd_open(int process) { return (int)syscall(SYS_pidfd_open, process, 0U); }

static inline int linux_pidfd_send_signal(int process, int signal) {
    return (int)syscall(SYS_pidfd_send_signal, process, signal, (void *)0, 0U);
}

/* Sets both halves of a resource limit of another process, never above what it may have already. */
static inline int linux_limit_process(int process, int resource, unsigned long most) {
    unsigned long limit[2] = {0, 0};
    if (syscall(SYS_prlimit64, process, resource, (void *)0, limit) != 0) return -1;
    limit[1] = most < limit[1] ? most : limit[1];
    limit[0] = limit[1];
    return (int)syscall(SYS_prlimit64, process, resource, limit, (void *)0);
}

static inline int linux_memory_file(const char *name) { return memfd_create(name, 1U /* MFD_CLOEXEC */); }

/* Makes everything durable that was written to the file system that a descriptor is on. */
static inline int linux_sync_file_system(int descriptor) { return (int)syscall(SYS_syncfs, descriptor); }

/* What `fcntl` takes for a lock on a part of a file, on 64-bit systems; length 0 means to the end. */
struct linux_file_lock {
    short type;
    short whence;
    long start;
    long length;
    int process;
};

/* Takes the write lock of an open file for this opening of it; it goes when the last copy of the descriptor does. */
static inline int linux_lock_file(int descriptor) {
    struct linux_file_lock lock = {1 /* F_WRLCK */, 0, 0, 0, 0};
    return fcntl(descriptor, 37 /* F_OFD_SETLK */, &lock);
}

/* Whether another opening holds the lock, without taking it: 1 or 0; -1 when nobody can say. */
static inline int linux_is_file_locked(int descriptor) {
    struct linux_file_lock lock = {1 /* F_WRLCK */, 0, 0, 0, 0};
    if (fcntl(descriptor, 36 /* F_OFD_GETLK */, &lock) != 0) return -1;
    return lock.type != 2 /* F_UNLCK */;
}

/* Whether a path is on a file system of control groups, of either version. The first word of `struct statfs` is the type. */
static inline int linux_is_cgroup_folder(const char *path) {
    long facts[64] = {0};
    if (syscall(SYS_statfs, path, facts) != 0) return 0;
    return facts[0] == 0x27e0ebL || facts[0] == 0x63677270L;
}

/* The number of a child that has ended, which stays to be waited for; 0 when there is none. `siginfo_t` has it as its fifth
 * word on 64-bit systems, behind one that only fills up. */
static inline int linux_ended_child(void) {
    int facts[32] = {0};
    long code = syscall(SYS_waitid, 0 /* P_ALL */, 0, facts, 1 | 4 | 0x01000000 /* WNOHANG, WEXITED, WNOWAIT */, (void *)0);
    return code == 0 ? facts[4] : 0;
}

/* This process is killed when the thread that started it ends. */
static inline int linux_die_with_parent(void) { return prctl(1 /* PR_SET_PDEATHSIG */, 9UL, 0UL, 0UL, 0UL); }

static inline int linux_give_up_new_privileges(void) { return prctl(38 /* PR_SET_NO_NEW_PRIVS */, 1UL, 0UL, 0UL, 0UL); }

/* Puts a filter of system calls in force for this process and all that it starts; `count` is its length in instructions. */
static inline int linux_filter_system_calls(const void *instructions, unsigned short count) {
    struct {
        unsigned short count;
        const void *instructions;
    } program = {count, instructions};
    return prctl(22 /* PR_SET_SECCOMP */, 2UL /* SECCOMP_MODE_FILTER */, (unsigned long)&program, 0UL, 0UL);
}

static inline long linux_copy_file_range(int from, int to, unsigned long count) {
    return syscall(SYS_copy_file_range, from, (void *)0, to, (void *)0, count, 0U);
}
