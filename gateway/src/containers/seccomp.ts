/**
 * The system calls that a user's container may make: what Node, a shell and s6 need, and no more. Docker's own profile has
 * more than a hundred others, and on some engines lets a container open AF_VSOCK sockets, which reach past `--network none`.
 * Here every socket is a unix socket: the rooms have no use for another.
 */

const AF_UNIX = 1;
/** CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID and NEWNET: no namespace is made in here. */
const CLONE_NAMESPACES = 0x7e_02_00_00;
/** What the C library understands as "ask with the older call", whose flags can be looked at. */
const ENOSYS = 38;
const EPERM = 1;

const words = (text: string): string[] => text.trim().split(/\s+/);

const FILES = words(`
  access chdir chmod chown close close_range copy_file_range creat dup dup2 dup3 faccessat faccessat2 fadvise64 fallocate
  fchdir fchmod fchmodat fchmodat2 fchown fchownat fcntl fdatasync fgetxattr flistxattr flock fremovexattr fsetxattr fstat
  fstatfs fsync ftruncate futimesat getcwd getdents getdents64 getxattr inotify_add_watch inotify_init inotify_init1
  inotify_rm_watch ioctl lchown lgetxattr link linkat listxattr llistxattr lseek lstat memfd_create mkdir mkdirat mknod
  mknodat newfstatat open openat openat2 pread64 preadv preadv2 pwrite64 pwritev pwritev2 read readlink readlinkat readv
  rename renameat renameat2 rmdir sendfile splice stat statfs statx symlink symlinkat sync sync_file_range tee truncate
  umask unlink unlinkat utime utimensat utimes vmsplice write writev`);

const MEMORY = words(`
  brk madvise membarrier mincore mlock mlock2 mmap mprotect mremap msync munlock munmap pkey_alloc pkey_free pkey_mprotect`);

const PROCESSES = words(`
  arch_prctl capget capset execve execveat exit exit_group fork getegid geteuid getgid getgroups getpgid getpgrp getpid
  getppid getpriority getresgid getresuid getrlimit getrusage getsid gettid getuid kill prctl prlimit64
  restart_syscall rseq rt_sigaction rt_sigpending rt_sigprocmask rt_sigqueueinfo rt_sigreturn rt_sigsuspend rt_sigtimedwait
  rt_tgsigqueueinfo sched_get_priority_max sched_get_priority_min sched_getaffinity sched_getparam sched_getscheduler
  sched_setaffinity sched_yield set_robust_list get_robust_list set_tid_address setgid setgroups setpgid setpriority setregid
  setresgid setresuid setreuid setrlimit setsid setuid sigaltstack tgkill tkill uname vfork wait4 waitid getcpu`);

const TIME = words(`
  alarm clock_getres clock_gettime clock_nanosleep getitimer gettimeofday nanosleep setitimer sysinfo time times
  timer_create timer_delete timer_getoverrun timer_gettime timer_settime timerfd_create timerfd_gettime timerfd_settime`);

const WAITING = words(`
  epoll_create epoll_create1 epoll_ctl epoll_ctl_old epoll_pwait epoll_pwait2 epoll_wait epoll_wait_old eventfd eventfd2
  futex futex_waitv getrandom pause pipe pipe2 poll ppoll pselect6 select signalfd signalfd4`);

const SOCKETS = words(`
  accept accept4 bind connect getpeername getsockname getsockopt listen recvfrom recvmmsg recvmsg sendmmsg sendmsg sendto
  setsockopt shutdown`);

const allow = (names: string[], args: object[] = []): object => ({ names, action: 'SCMP_ACT_ALLOW', args });
const equals = (index: number, value: number): object => ({ index, value, op: 'SCMP_CMP_EQ' });
const hasNone = (index: number, bits: number): object => ({
  index,
  value: bits,
  valueTwo: 0,
  op: 'SCMP_CMP_MASKED_EQ',
});

/** Docker's form of a seccomp profile. What is not named is refused with EPERM. */
export const seccompProfile = {
  defaultAction: 'SCMP_ACT_ERRNO',
  defaultErrnoRet: EPERM,
  // The other tongues of a processor (32 bits) have other numbers for calls: they are not spoken.
  archMap: [
    { architecture: 'SCMP_ARCH_X86_64', subArchitectures: [] },
    { architecture: 'SCMP_ARCH_AARCH64', subArchitectures: [] },
  ],
  syscalls: [
    allow([...FILES, ...MEMORY, ...PROCESSES, ...TIME, ...WAITING, ...SOCKETS]),
    allow(['socket', 'socketpair'], [equals(0, AF_UNIX)]),
    allow(['clone'], [hasNone(0, CLONE_NAMESPACES)]),
    { names: ['clone3'], action: 'SCMP_ACT_ERRNO', errnoRet: ENOSYS, args: [] },
  ],
};
