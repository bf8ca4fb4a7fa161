"""The isolation of a plan: a process of its own that can change nothing.

`child` forks it and passes on what it reports. `barrier` has the operating system refuse whatever
reaches a file, a network or another process. On Linux that is a seccomp filter (`seccomp`, with the
program of `filter_program` over `syscall_numbers`), with Landlock (`landlock`) behind it.
`descriptors` makes files and connections unusable that were open before. `trap` is told of each
call that was refused, and `attempts` passes it on to the sandbox that watches the script.
"""
