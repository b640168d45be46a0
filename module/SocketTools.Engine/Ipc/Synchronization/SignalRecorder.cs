using System;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using SocketTools.Calls;
using SocketTools.Native;

namespace SocketTools.Ipc;

/// <summary>
/// A signal handler that .NET does not have: it writes the beginning of siginfo_t (who sent the signal, and with what value) to a pipe and, for signals
/// that the runtime handles itself, goes on to the runtime's handler.
/// </summary>
/// <remarks>
/// PosixSignalRegistration has no sender and no value; signalfd(2) and sigwaitinfo(2) need the signal blocked in every thread, and the threads that the
/// runtime has started by now cannot be told so; and managed code cannot run in a handler, because the signal may come to a thread that is in the middle of
/// managed code. So the handler is machine code, one page, made once and never changed: it makes the system call write(2), which signal-safety(7) allows,
/// and touches neither the stack of the thread nor errno. Where there is no such code for the processor, or no page may be executed, .NET reports the signal,
/// without its sender. The pipe and the page stay until the process ends: a handler may be running in any thread at any time.
/// </remarks>
internal sealed unsafe class SignalRecorder
{
    private const int SA_SIGINFO = 4;
    private const int SA_RESTART = 0x10000000;
    private const int PageSize = 4096;
    private static readonly Lazy<SignalRecorder?> s_instance = new(Make);

    private readonly nint _code;

    // By signal: the handler to go on to, or 0. Read by the machine code.
    private readonly nint* _next;
    private readonly int _readEnd;

    private SignalRecorder(nint code, nint* next, int readEnd)
    {
        _code = code;
        _next = next;
        _readEnd = readEnd;
    }

    /// <summary>The one of this process, or null where there can be none.</summary>
    public static SignalRecorder? Instance => s_instance.Value;

    /// <summary>Makes it the handler of a signal.</summary>
    /// <param name="signal">Which.</param>
    /// <param name="passOn">Whether the handler that is there now runs behind it.</param>
    /// <param name="before">What is to be put back.</param>
    public Errno Install(int signal, bool passOn, out Libc.SignalAction before)
    {
        Libc.SignalAction old;
        if (Libc.SetSignalAction(signal, null, &old) != 0)
        {
            before = default;
            return LibcNumbers.LastErrno();
        }

        // SIG_DFL and SIG_IGN, 0 and 1, are nothing to go on to.
        before = old;
        _next[signal] = passOn && old.Handler > 1 ? old.Handler : 0;
        Libc.SignalAction action = new() { Handler = _code, Flags = SA_SIGINFO | SA_RESTART };
        for (int i = 0; i < 16; i++)
        {
            action.Mask[i] = ulong.MaxValue; // No other handler runs in the middle of this one.
        }

        return Libc.SetSignalAction(signal, &action, null) == 0 ? Errno.None : LibcNumbers.LastErrno();
    }

    /// <summary>Puts back what was there, unless somebody has set another handler since.</summary>
    public void Remove(int signal, in Libc.SignalAction before)
    {
        Libc.SignalAction now;
        if (Libc.SetSignalAction(signal, null, &now) == 0 && now.Handler == _code)
        {
            Libc.SignalAction old = before;
            _ = Libc.SetSignalAction(signal, &old, null);
        }
    }

    /// <summary>Waits for signals and takes those that have come: <see cref="IpcSignal.InformationSize"/> bytes each. For the one thread that does so.</summary>
    public int Take(Span<byte> target)
    {
        while (true)
        {
            // Each write of the handler is whole, for it is far below PIPE_BUF; so is each that is read.
            nint count;
            fixed (byte* pointer = target)
            {
                count = Libc.Read(_readEnd, pointer, target.Length - (target.Length % IpcSignal.InformationSize));
            }

            if (count > 0)
            {
                return (int)count;
            }

            Errno errno = count < 0 ? LibcNumbers.LastErrno() : Errno.EIO;
            if (errno != Errno.EINTR)
            {
                throw new SocketCallException("read", errno, null);
            }
        }
    }

    private static SignalRecorder? Make()
    {
        // Where .NET makes the calls, as the tests may ask for, it takes the signals as well.
        if (SystemCalls.Current is not LibcSystemCalls || !OperatingSystem.IsLinux() || !BitConverter.IsLittleEndian || nint.Size != 8
            || RuntimeInformation.ProcessArchitecture is not (Architecture.X64 or Architecture.Arm64))
        {
            return null;
        }

        nint page = Libc.MapMemory(0, PageSize, LibcNumbers.PROT_READ | LibcNumbers.PROT_WRITE, LibcNumbers.MAP_PRIVATE | LibcNumbers.MAP_ANONYMOUS, -1, 0);
        int* ends = stackalloc int[2];
        if (page == -1 || Libc.Pipe2(ends, LibcNumbers.O_CLOEXEC) != 0)
        {
            return null;
        }

        // A handler must not wait: where the pipe is full the signal is dropped. It holds 32,768 of them, unless that size is refused, and is emptied at once.
        _ = LibcNumbers.Fcntl(ends[1], LibcNumbers.F_SETPIPE_SZ, SplicePipe.Size);
        _ = LibcNumbers.Fcntl(ends[1], LibcNumbers.F_SETFL, LibcNumbers.GetFlags(ends[1]) | LibcNumbers.O_NONBLOCK);
        nint* next = (nint*)NativeMemory.AllocZeroed(IpcSignalTable.LastRealTime + 1, (nuint)sizeof(nint));
        Span<byte> code = new((void*)page, PageSize);
        if (RuntimeInformation.ProcessArchitecture == Architecture.X64)
        {
            WriteX64(code, ends[1], (nint)next);
        }
        else
        {
            WriteArm64(code, ends[1], (nint)next);
        }

        if (Libc.ProtectMemory(page, PageSize, LibcNumbers.PROT_READ | LibcNumbers.PROT_EXEC) == 0)
        {
            return new SignalRecorder(page, next, ends[0]);
        }

        // A policy of the system (SELinux, a seccomp filter) does not allow it. No handler has run yet, so everything can go.
        _ = Libc.Unmap(page, PageSize);
        NativeMemory.Free(next);
        _ = Libc.Close(ends[0]);
        _ = Libc.Close(ends[1]);
        return null;
    }

    // handler(rdi = signal, rsi = siginfo_t, rdx = ucontext_t). A system call changes rax, rcx and r11 only; all of them are the handler's to change.
    private static void WriteX64(Span<byte> code, int pipe, nint next)
    {
        ReadOnlySpan<byte> template =
        [
            0xF3, 0x0F, 0x1E, 0xFA,                                     //  0 endbr64
            0x41, 0x89, 0xF8,                                           //  4 mov r8d, edi          the signal
            0x49, 0x89, 0xD1,                                           //  7 mov r9, rdx           the context
            0xBF, 0, 0, 0, 0,                                           // 10 mov edi, pipe
            0xBA, IpcSignal.InformationSize, 0, 0, 0,                   // 15 mov edx, 32
            0xB8, 1, 0, 0, 0,                                           // 20 mov eax, 1            write
            0x0F, 0x05,                                                 // 25 syscall
            0x44, 0x89, 0xC7,                                           // 27 mov edi, r8d
            0x4C, 0x89, 0xCA,                                           // 30 mov rdx, r9
            0x48, 0xB8, 0, 0, 0, 0, 0, 0, 0, 0,                         // 33 mov rax, next
            0x48, 0x8B, 0x04, 0xF8,                                     // 43 mov rax, [rax+rdi*8]
            0x48, 0x85, 0xC0,                                           // 47 test rax, rax
            0x74, 0x02,                                                 // 50 jz +2
            0xFF, 0xE0,                                                 // 52 jmp rax
            0xC3,                                                       // 54 ret
        ];
        template.CopyTo(code);
        BinaryPrimitives.WriteInt32LittleEndian(code[11..], pipe);
        BinaryPrimitives.WriteInt64LittleEndian(code[35..], next);
    }

    // handler(w0 = signal, x1 = siginfo_t, x2 = ucontext_t). A system call changes x0 only.
    private static void WriteArm64(Span<byte> code, int pipe, nint next)
    {
        ReadOnlySpan<uint> template =
        [
            0xD503245F, //  0 bti c
            0x2A0003EA, //  4 mov w10, w0           the signal
            0xAA0203EB, //  8 mov x11, x2           the context
            0x18000160, // 12 ldr w0, pipe          at 56
            0xD2800402, // 16 mov x2, #32
            0xD2800808, // 20 mov x8, #64           write
            0xD4000001, // 24 svc #0
            0x2A0A03E0, // 28 mov w0, w10
            0xAA0B03E2, // 32 mov x2, x11
            0x580000E9, // 36 ldr x9, next          at 64
            0xF86A5929, // 40 ldr x9, [x9, w10, uxtw #3]
            0xB4000049, // 44 cbz x9, 52
            0xD61F0120, // 48 br x9
            0xD65F03C0, // 52 ret
        ];
        MemoryMarshal.AsBytes(template).CopyTo(code);
        BinaryPrimitives.WriteInt32LittleEndian(code[56..], pipe);
        BinaryPrimitives.WriteInt64LittleEndian(code[64..], next);
    }
}
