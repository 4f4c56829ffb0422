"""Which system calls a process that reads hostile files is left without, as a seccomp filter.

Pure: a machine's name in, a program for the kernel out (classic BPF, linux/filter.h).
"""

from __future__ import annotations

import errno
import struct

_X86_64 = {
    # Sockets; `socket` itself is looked at more closely where one port may be reached.
    "socket": 41,
    "bind": 49,
    "listen": 50,
    "accept": 43,
    "accept4": 288,
    # Other processes' memory.
    "ptrace": 101,
    "process_vm_readv": 310,
    "process_vm_writev": 311,
    "pidfd_getfd": 438,
    # Namespaces and mounts.
    "unshare": 272,
    "setns": 308,
    "mount": 165,
    "umount2": 166,
    "pivot_root": 155,
    "chroot": 161,
    "open_tree": 428,
    "move_mount": 429,
    "fsopen": 430,
    "mount_setattr": 442,
    # Large parts of the kernel that no decoder needs, and that exploits begin with.
    "io_uring_setup": 425,
    "io_uring_enter": 426,
    "io_uring_register": 427,
    "bpf": 321,
    "perf_event_open": 298,
    "userfaultfd": 323,
    "add_key": 248,
    "request_key": 249,
    "keyctl": 250,
    "init_module": 175,
    "finit_module": 313,
    "delete_module": 176,
    "kexec_load": 246,
    "kexec_file_load": 320,
    "open_by_handle_at": 304,
    "reboot": 169,
    "swapon": 167,
    "swapoff": 168,
}
_AARCH64 = {
    "socket": 198,
    "bind": 200,
    "listen": 201,
    "accept": 202,
    "accept4": 242,
    "ptrace": 117,
    "process_vm_readv": 270,
    "process_vm_writev": 271,
    "pidfd_getfd": 438,
    "unshare": 97,
    "setns": 268,
    "mount": 40,
    "umount2": 39,
    "pivot_root": 41,
    "chroot": 51,
    "open_tree": 428,
    "move_mount": 429,
    "fsopen": 430,
    "mount_setattr": 442,
    "io_uring_setup": 425,
    "io_uring_enter": 426,
    "io_uring_register": 427,
    "bpf": 280,
    "perf_event_open": 241,
    "userfaultfd": 282,
    "add_key": 217,
    "request_key": 218,
    "keyctl": 219,
    "init_module": 105,
    "finit_module": 273,
    "delete_module": 106,
    "kexec_load": 104,
    "kexec_file_load": 294,
    "open_by_handle_at": 265,
    "reboot": 142,
    "swapon": 224,
    "swapoff": 225,
}
_MACHINES = {"x86_64": (0xC000003E, _X86_64), "aarch64": (0xC00000B7, _AARCH64)}
"""AUDIT_ARCH_… of linux/audit.h, and the numbers of asm/unistd.h."""

_LOAD, _JUMP_EQUAL, _JUMP_AT_LEAST, _AND, _RETURN = 0x20, 0x15, 0x35, 0x54, 0x06
_NUMBER, _ARCHITECTURE, _FIRST, _SECOND = 0, 4, 16, 24
"""Offsets in struct seccomp_data; arguments are 64 bits wide, little-endian here."""
_ALLOW, _KILL, _ERRNO = 0x7FFF0000, 0x80000000, 0x00050000
_X32_BIT = 0x40000000
_AF_INET, _SOCK_STREAM, _TYPE_MASK = 2, 1, 0xF


def knows(machine: str) -> bool:
    """Whether there is a filter for this kind of processor (uname -m)."""
    return machine in _MACHINES


def program(machine: str, *, may_connect: bool) -> bytes:
    """The filter: refused calls fail with EPERM, calls of another architecture kill the process.

    With `may_connect` a socket for TCP over IPv4 may be made, and nothing else.
    """
    architecture, numbers = _MACHINES[machine]
    refused = sorted(number for name, number in numbers.items() if name != "socket")
    refuse = _instruction(_RETURN, _ERRNO | errno.EPERM)
    allow = _instruction(_RETURN, _ALLOW)
    steps = [
        _instruction(_LOAD, _ARCHITECTURE),
        _instruction(_JUMP_EQUAL, architecture, 1, 0),
        _instruction(_RETURN, _KILL),
        _instruction(_LOAD, _NUMBER),
        # The second set of numbers that x86-64 kernels may know.
        _instruction(_JUMP_AT_LEAST, _X32_BIT, 0, 1),
        _instruction(_RETURN, _KILL),
    ]
    for number in refused:
        steps += [_instruction(_JUMP_EQUAL, number, 0, 1), refuse]
    steps += [_instruction(_JUMP_EQUAL, numbers["socket"], 1, 0), allow]
    if may_connect:
        steps += [
            _instruction(_LOAD, _FIRST),
            _instruction(_JUMP_EQUAL, _AF_INET, 0, 4),
            _instruction(_LOAD, _SECOND),
            _instruction(_AND, _TYPE_MASK),
            _instruction(_JUMP_EQUAL, _SOCK_STREAM, 0, 1),
            allow,
        ]
    return b"".join([*steps, refuse])


def _instruction(code: int, operand: int, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("=HBBI", code, if_true, if_false, operand)
