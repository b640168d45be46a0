using System;
using System.Collections.Generic;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using SocketTools.Native;

namespace SocketTools.Calls;

// Names: getaddrinfo(3).
internal sealed unsafe partial class LibcSystemCalls
{
    private const int Address4Offset = 4; // of sin_addr in struct sockaddr_in
    private const int Address6Offset = 8; // of sin6_addr in struct sockaddr_in6
    private const int ScopeOffset = 24; // of sin6_scope_id

    public override HostLookup Resolve(string name, AddressFamily family, SocketType type, bool canonicalName)
    {
        Libc.AddressInfo hints = new()
        {
            Flags = canonicalName ? LibcNumbers.AI_CANONNAME : 0,
            Family = LibcNumbers.Family(family),
            SocketType = LibcNumbers.Type(type),
        };
        Libc.AddressInfo* first = null;
        int code = Libc.GetAddressInfo(name, null, &hints, &first);
        if (code != 0)
        {
            return new HostLookup(LibcNumbers.ResolverErrno(code), [], null);
        }

        try
        {
            string? canonical = canonicalName ? Marshal.PtrToStringUTF8((nint)first->CanonicalNameHere) : null;
            List<IPAddress> addresses = [];
            for (Libc.AddressInfo* each = first; each != null; each = each->Next)
            {
                // Two lines of the hosts file may say the same.
                if (Read(each) is { } address && !addresses.Contains(address))
                {
                    addresses.Add(address);
                }
            }

            return new HostLookup(addresses.Count > 0 ? Errno.None : Errno.EAI_NODATA, [.. addresses], canonical ?? name);
        }
        finally
        {
            Libc.FreeAddressInfo(first);
        }
    }

    private static IPAddress? Read(Libc.AddressInfo* info)
    {
        byte* address = info->AddressHere;
        return address == null ? null : LibcNumbers.Family(info->Family) switch
        {
            AddressFamily.InterNetwork => new IPAddress(new ReadOnlySpan<byte>(address + Address4Offset, 4)),
            AddressFamily.InterNetworkV6 => new IPAddress(new ReadOnlySpan<byte>(address + Address6Offset, 16), *(uint*)(address + ScopeOffset)),
            _ => null,
        };
    }
}
