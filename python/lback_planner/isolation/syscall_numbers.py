"""The numbers of Linux's system calls on x86-64 and on 64-bit ARM, `None` for none.

From 424 on, the numbers are the same everywhere.
"""

from typing import Dict, Optional, Tuple

Numbers = Dict[str, Tuple[Optional[int], Optional[int]]]

#: The newest call that is known. Newer ones don't exist for a script.
NEWEST = 466

#: Calls that read, or that change nothing beyond the process and what it has opened.
HARMLESS: Numbers = {
    "read": (0, 63), "pread64": (17, 67), "readv": (19, 65), "preadv": (295, 69),
    "preadv2": (327, 286), "close": (3, 57), "lseek": (8, 62), "mmap": (9, 222),
    "mprotect": (10, 226), "munmap": (11, 215), "brk": (12, 214), "mremap": (25, 216),
    "msync": (26, 227), "mincore": (27, 232), "madvise": (28, 233), "futex": (202, 98),
    "rt_sigprocmask": (14, 135), "rt_sigreturn": (15, 139), "rt_sigpending": (127, 136),
    "rt_sigtimedwait": (128, 137), "rt_sigsuspend": (130, 133), "sigaltstack": (131, 132),
    "poll": (7, None), "ppoll": (271, 73), "select": (23, None), "pselect6": (270, 72),
    "epoll_create": (213, None), "epoll_create1": (291, 20), "epoll_ctl": (233, 21),
    "epoll_ctl_old": (214, None), "epoll_wait": (232, None), "epoll_wait_old": (215, None),
    "epoll_pwait": (281, 22), "epoll_pwait2": (441, 441), "stat": (4, None), "fstat": (5, 80),
    "lstat": (6, None), "newfstatat": (262, 79), "statx": (332, 291), "access": (21, None),
    "faccessat": (269, 48), "faccessat2": (439, 439), "readlink": (89, None),
    "readlinkat": (267, 78), "getdents": (78, None), "getdents64": (217, 61), "statfs": (137, 43),
    "fstatfs": (138, 44), "getcwd": (79, 17), "chdir": (80, 49), "fchdir": (81, 50),
    "getxattr": (191, 8), "lgetxattr": (192, 9), "fgetxattr": (193, 10), "listxattr": (194, 11),
    "llistxattr": (195, 12), "flistxattr": (196, 13), "pipe": (22, None), "pipe2": (293, 59),
    "eventfd": (284, None),
    "eventfd2": (290, 19), "signalfd": (282, None), "signalfd4": (289, 74),
    "memfd_create": (319, 279), "timerfd_create": (283, 85), "timerfd_settime": (286, 86),
    "timerfd_gettime": (287, 87), "timer_create": (222, 107), "timer_settime": (223, 110),
    "timer_gettime": (224, 108), "timer_getoverrun": (225, 109), "timer_delete": (226, 111),
    "setitimer": (38, 103), "getitimer": (36, 102), "alarm": (37, None), "pause": (34, None),
    "nanosleep": (35, 101), "clock_nanosleep": (230, 115), "clock_gettime": (228, 113),
    "clock_getres": (229, 114), "gettimeofday": (96, 169), "time": (201, None),
    "times": (100, 153), "socketpair": (53, 199), "recvfrom": (45, 207),
    "recvmsg": (47, 212), "recvmmsg": (299, 243), "getsockname": (51, 204),
    "getpeername": (52, 205), "getsockopt": (55, 209), "sched_yield": (24, 124),
    "sched_getparam": (143, 121), "sched_getscheduler": (145, 120),
    "sched_getaffinity": (204, 123), "sched_getattr": (315, 275),
    "sched_get_priority_max": (146, 125), "sched_get_priority_min": (147, 126),
    "sched_rr_get_interval": (148, 127), "getpid": (39, 172), "getppid": (110, 173),
    "gettid": (186, 178), "getuid": (102, 174), "geteuid": (107, 175), "getgid": (104, 176),
    "getegid": (108, 177), "getresuid": (118, 148), "getresgid": (120, 150),
    "getgroups": (115, 158), "getpgid": (121, 155), "getpgrp": (111, None), "getsid": (124, 156),
    "getpriority": (140, 141), "ioprio_get": (252, 31), "getrlimit": (97, 163),
    "getrusage": (98, 165), "sysinfo": (99, 179), "uname": (63, 160), "umask": (95, 166),
    "capget": (125, 90), "getrandom": (318, 278), "getcpu": (309, 168), "exit": (60, 93),
    "exit_group": (231, 94), "wait4": (61, 260), "waitid": (247, 95),
    "set_tid_address": (218, 96), "set_robust_list": (273, 99), "get_robust_list": (274, 100),
    "restart_syscall": (219, 128), "rseq": (334, 293), "membarrier": (324, 283),
    "arch_prctl": (158, None), "fsync": (74, 82), "fdatasync": (75, 83), "sync": (162, 81),
    "syncfs": (306, 267), "sync_file_range": (277, 84), "fadvise64": (221, 223),
    "readahead": (187, 213), "tee": (276, 77),
    "vmsplice": (278, 75), "mlock": (149, 228),
    "munlock": (150, 229), "mlockall": (151, 230), "munlockall": (152, 231), "mlock2": (325, 284),
    "get_mempolicy": (239, 236), "set_mempolicy": (238, 237), "mbind": (237, 235),
    "pkey_alloc": (330, 289), "pkey_free": (331, 290), "pkey_mprotect": (329, 288),
    "close_range": (436, 436), "inotify_init": (253, None), "inotify_init1": (294, 26),
    "inotify_add_watch": (254, 27), "inotify_rm_watch": (255, 28), "futex_waitv": (449, 449),
    "cachestat": (451, 451), "map_shadow_stack": (453, 453), "futex_wake": (454, 454),
    "futex_wait": (455, 455), "futex_requeue": (456, 456), "mseal": (462, 462),
}  # fmt: skip

#: Calls whose arguments decide.
SPECIAL: Numbers = {
    "sendfile": (40, 71), "splice": (275, 76), "copy_file_range": (326, 285),
    "shutdown": (48, 210),
    "dup3": (292, 24),
    "dup2": (33, None),
    "dup": (32, 23),
    "open": (2, None), "openat": (257, 56), "openat2": (437, 437), "write": (1, 64),
    "pwrite64": (18, 68), "writev": (20, 66), "pwritev": (296, 70), "pwritev2": (328, 287),
    "sendto": (44, 206), "fcntl": (72, 25), "ioctl": (16, 29), "clone": (56, 220),
    "clone3": (435, 435), "fork": (57, None), "vfork": (58, None), "socket": (41, 198),
    "setsockopt": (54, 208), "kill": (62, 129), "tgkill": (234, 131), "tkill": (200, 130),
    "prlimit64": (302, 261), "prctl": (157, 167), "rt_sigaction": (13, 134),
    "execveat": (322, 281), "seccomp": (317, 277), "landlock_create_ruleset": (444, 444),
    "landlock_restrict_self": (446, 446),
}  # fmt: skip

#: Calls that are refused, and that have a name in doubts. What is in no table is refused as well.
REFUSED: Numbers = {
    "connect": (42, 203), "bind": (49, 200), "listen": (50, 201), "accept": (43, 202),
    "accept4": (288, 242), "sendmsg": (46, 211), "sendmmsg": (307, 269), "execve": (59, 221),
    "creat": (85, None), "unlink": (87, None), "unlinkat": (263, 35), "rmdir": (84, None),
    "rename": (82, None), "renameat": (264, 38), "renameat2": (316, 276), "mkdir": (83, None),
    "mkdirat": (258, 34), "link": (86, None), "linkat": (265, 37), "symlink": (88, None),
    "symlinkat": (266, 36), "chmod": (90, None), "fchmod": (91, 52), "fchmodat": (268, 53),
    "chown": (92, None), "fchown": (93, 55), "lchown": (94, None), "fchownat": (260, 54),
    "utime": (132, None), "utimes": (235, None), "utimensat": (280, 88), "futimesat": (261, None),
    "setxattr": (188, 5), "lsetxattr": (189, 6), "fsetxattr": (190, 7), "removexattr": (197, 14),
    "lremovexattr": (198, 15), "fremovexattr": (199, 16), "truncate": (76, 45),
    "ftruncate": (77, 46), "fallocate": (285, 47), "mknod": (133, None), "mknodat": (259, 33),
    "flock": (73, 32), "ptrace": (101, 117), "process_vm_writev": (311, 271),
    "process_vm_readv": (310, 270), "process_madvise": (440, 440), "pidfd_open": (434, 434),
    "pidfd_getfd": (438, 438), "pidfd_send_signal": (424, 424), "rt_sigqueueinfo": (129, 138),
    "rt_tgsigqueueinfo": (297, 240), "mount": (165, 40), "umount2": (166, 39),
    "move_mount": (429, 429), "open_tree": (428, 428), "fsopen": (430, 430),
    "fsmount": (432, 432), "pivot_root": (155, 41), "chroot": (161, 51), "unshare": (272, 97),
    "setns": (308, 268), "open_by_handle_at": (304, 265), "name_to_handle_at": (303, 264),
    "io_uring_setup": (425, 425), "io_uring_enter": (426, 426), "io_uring_register": (427, 427),
    "io_setup": (206, 0), "io_submit": (209, 2), "keyctl": (250, 219), "add_key": (248, 217),
    "request_key": (249, 218), "bpf": (321, 280), "perf_event_open": (298, 241),
    "userfaultfd": (323, 282), "shmget": (29, 194), "shmat": (30, 196), "semget": (64, 190),
    "semop": (65, 193), "msgget": (68, 186), "msgsnd": (69, 189), "mq_open": (240, 180),
    "mq_unlink": (241, 181), "setpriority": (141, 140), "sched_setaffinity": (203, 122),
    "sched_setscheduler": (144, 119), "setpgid": (109, 154), "setsid": (112, 157),
    "personality": (135, 92), "swapon": (167, 224), "swapoff": (168, 225), "reboot": (169, 142),
    "sethostname": (170, 161), "setdomainname": (171, 162), "init_module": (175, 105),
    "finit_module": (313, 273), "delete_module": (176, 106), "kexec_load": (246, 104),
    "settimeofday": (164, 170), "clock_settime": (227, 112), "clock_adjtime": (305, 266),
    "adjtimex": (159, 171), "acct": (163, 89), "quotactl": (179, 60), "syslog": (103, 116),
    "fanotify_init": (300, 262),
    "fchmodat2": (452, 452), "setxattrat": (463, 463), "removexattrat": (466, 466),
}  # fmt: skip
