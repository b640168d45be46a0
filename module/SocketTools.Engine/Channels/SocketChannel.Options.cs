using System;
using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Text;
using SocketTools.Calls;
using SocketTools.Native;

namespace SocketTools;

public sealed partial class SocketChannel
{
    private ConcurrentDictionary<SocketOptionKey, object>? _requested;
    private volatile bool _nonBlocking;

    /// <summary>
    /// O_NONBLOCK (fcntl(2)). Calls on a non-blocking channel that do not say how long to wait never do: they are EWOULDBLOCK, and a connect that
    /// goes on is EINPROGRESS.
    /// </summary>
    public bool NonBlocking
    {
        get => _nonBlocking;
        set => SetNonBlocking(value, null);
    }

    /// <summary>Who is at the other end of a Unix socket; null for every other, and where the platform does not tell.</summary>
    public SocketPeerCredential? PeerCredential
    {
        get
        {
            try
            {
                return IsOpen && SocketOptionTable.Find("PeerCredential") is { } option && option.Applies(AddressFamily, SocketType)
                    ? (SocketPeerCredential?)GetOption(option).Value
                    : null;
            }
            catch (SocketCallException)
            {
                return null; // A property says so by having no value; Get-SocketOption says why.
            }
        }
    }

    /// <summary>True when the next byte to receive is the one at the urgent mark (sockatmark(3)).</summary>
    public bool AtMark
    {
        get
        {
            CheckOpen("ioctl");
            return _buffer.Count == 0 && Check("ioctl", _calls.AtMark(_handle, null)) != 0;
        }
    }

    /// <summary>Sets or clears O_NONBLOCK.</summary>
    public void SetNonBlocking(bool on, SystemCallTrace? trace)
    {
        CheckOpen("fcntl");
        lock (_kernelGate)
        {
            _nonBlocking = on;
            if (_kernelUsers > 0)
            {
                _blocksAfterwards = !on;
            }
            else if (!_listening)
            {
                _calls.SetBlocking(_handle, !on, trace); // A listening socket stays non-blocking, so that accept can be stopped.
            }
        }
    }

    /// <summary>The value of a well-known option (getsockopt(2)).</summary>
    /// <exception cref="SocketCallException">ENOPROTOOPT: this kind of socket lacks it. EBADF.</exception>
    public SocketOptionValue GetOption(SocketOptionDefinition option, SystemCallTrace? trace = null)
    {
        ArgumentNullException.ThrowIfNull(option);
        CheckOpen("getsockopt");
        CheckApplies("getsockopt", option);
        Span<byte> value = stackalloc byte[64];
        int length = _calls.GetOption(_handle, option.Key, value[..Size(option.Kind)], trace);
        if (length < 0)
        {
            throw new SocketCallException("getsockopt", (Errno)(-length), ToTarget(), $"{option.Key.Name}: {ErrnoTable.Get((Errno)(-length)).Meaning}");
        }

        object? requested = null;
        _requested?.TryGetValue(option.Key, out requested);
        return new SocketOptionValue(option.Option, Read(option, value[..length]), requested, option.Unit, option.Key.LevelName, option.Key.Name);
    }

    /// <summary>Sets a well-known option (setsockopt(2)), and asks what the kernel made of it where somebody looks.</summary>
    /// <param name="option">The option.</param>
    /// <param name="value">bool, int or string, as the option has it; for Linger seconds, -1 for off.</param>
    /// <param name="trace">Sees the calls.</param>
    /// <exception cref="SocketCallException">ENOPROTOOPT, EINVAL: out of range; ENODEV: no such interface; EPERM; EBADF.</exception>
    public void SetOption(SocketOptionDefinition option, object value, SystemCallTrace? trace = null)
    {
        ArgumentNullException.ThrowIfNull(option);
        ArgumentNullException.ThrowIfNull(value);
        CheckOpen("setsockopt");
        CheckApplies("setsockopt", option);
        byte[] bytes = Write(option, value);
        int result = _calls.SetOption(_handle, option.Key, bytes, trace);
        if (result < 0)
        {
            throw new SocketCallException("setsockopt", (Errno)(-result), ToTarget(), $"{option.Key.Name} {value}: {ErrnoTable.Get((Errno)(-result)).Meaning}");
        }

        (_requested ??= new()).AddOrUpdate(option.Key, value, (_, _) => value);
        if (trace is not null)
        {
            GetOption(option, trace); // What the kernel made of it: Linux doubles a buffer.
        }
    }

    /// <summary>The bytes of any option (getsockopt(2)).</summary>
    public byte[] GetRawOption(SocketOptionKey option, int size, SystemCallTrace? trace = null)
    {
        CheckOpen("getsockopt");
        byte[] value = new byte[size];
        int length = Check("getsockopt", _calls.GetOption(_handle, option, value, trace));
        return value.AsSpan(0, length).ToArray();
    }

    /// <summary>Sets any option to bytes (setsockopt(2)).</summary>
    public void SetRawOption(SocketOptionKey option, ReadOnlySpan<byte> value, SystemCallTrace? trace = null)
    {
        CheckOpen("setsockopt");
        Check("setsockopt", _calls.SetOption(_handle, option, value, trace));
    }

    private void CheckApplies(string operation, SocketOptionDefinition option)
    {
        if (!option.Applies(AddressFamily, SocketType))
        {
            throw new SocketCallException(operation, Errno.ENOPROTOOPT, ToTarget(), $"A {Protocol} socket has no {option.Option} ({option.Key.Name})");
        }
    }

    private static int Size(SocketOptionKind kind) => kind switch
    {
        SocketOptionKind.Linger => 2 * sizeof(int),
        SocketOptionKind.Credential => 3 * sizeof(int),
        SocketOptionKind.Text => 16, // IFNAMSIZ
        _ => sizeof(int),
    };

    private static object? Read(SocketOptionDefinition option, ReadOnlySpan<byte> value) => option.Kind switch
    {
        SocketOptionKind.Boolean => MemoryMarshal.Read<int>(value) != 0,
        SocketOptionKind.Integer => MemoryMarshal.Read<int>(value),
        SocketOptionKind.Linger => MemoryMarshal.Read<int>(value) == 0 ? -1 : MemoryMarshal.Read<int>(value[sizeof(int)..]),
        SocketOptionKind.Text => Encoding.UTF8.GetString(value).TrimEnd('\0'),
        SocketOptionKind.Interface => InterfaceNames.FromOption(option.Key.Level == 0, value),
        _ => Credential(MemoryMarshal.Read<int>(value), MemoryMarshal.Read<uint>(value[4..]), MemoryMarshal.Read<uint>(value[8..])),
    };

    private byte[] Write(SocketOptionDefinition option, object value)
    {
        switch (option.Kind, value)
        {
            case (SocketOptionKind.Boolean, bool on):
                return BitConverter.GetBytes(on ? 1 : 0);
            case (SocketOptionKind.Integer, int number) when number >= option.Minimum && number <= option.Maximum:
                return BitConverter.GetBytes(number);
            case (SocketOptionKind.Linger, int seconds) when seconds >= option.Minimum && seconds <= option.Maximum:
                return [.. BitConverter.GetBytes(seconds < 0 ? 0 : 1), .. BitConverter.GetBytes(Math.Max(seconds, 0))];
            case (SocketOptionKind.Interface, string name):
                return InterfaceNames.ToOption(option.Key.Level == 0, name);
            case (SocketOptionKind.Text, string text) when Encoding.UTF8.GetByteCount(text) < 16:
                return [.. Encoding.UTF8.GetBytes(text), 0];
            default:
                throw new SocketCallException("setsockopt", Errno.EINVAL, ToTarget(), $"{option.Option} cannot be {value}")
                {
                    Advice = option.Kind switch
                    {
                        SocketOptionKind.Boolean => "Give $true or $false.",
                        SocketOptionKind.Text => "Give the name of an interface, up to 15 characters; an empty one ends the binding.",
                        SocketOptionKind.Credential => "It can only be asked for.",
                        _ => $"Give a number from {option.Minimum} to {option.Maximum}{(option.Unit.Length == 0 ? "" : $", in {option.Unit}")}.",
                    },
                };
        }
    }

    private static SocketPeerCredential? Credential(int processId, uint userId, uint groupId) =>
        userId == uint.MaxValue ? null : new SocketPeerCredential(processId, userId, groupId, UserNames.Find(userId));
}
